# SPDX-License-Identifier: Apache-2.0
"""Sources into checked manifests: read, recognized, checked against the schema, brought into canonical form.

A problem ends the way of its own document and of no other, so that one run tells them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from stigmer.errors import Diagnostic, Location, Severity
from stigmer.manifests import schema, yaml
from stigmer.manifests.manifest import Manifest, Origin, shown_path
from stigmer.manifests.recognize import Unrecognized, recognize
from stigmer.manifests.source import Found, Source, find_sources, read_text
from stigmer.resources.canonical import Problem, ReadText, canonicalize
from stigmer.resources.keys import DEFAULT_ORG, Key
from stigmer.resources.kinds import Kind
from stigmer.resources.paths import Path
from stigmer.resources.resource import SOPS_KEY, SOPS_MARK, Sops

if TYPE_CHECKING:
    from stigmer.manifests.mistakes.violation import Violation
    from stigmer.manifests.overlays.document import Overlay, Overlays


MOST_TOLD = 50  # of one document: nobody mends more at a time, and a document may hold thousands
_SOPS = SOPS_MARK.encode()


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was read: the manifests that are right, all that was found wrong, and how many documents there were, where of them the
    overlays are."""

    manifests: tuple[Manifest, ...]
    diagnostics: tuple[Diagnostic, ...]
    documents: int
    overlays: frozenset[Location] = frozenset()

    @property
    def valid(self) -> bool:
        """Whether nothing stands in the way of using the manifests."""
        return all(each.severity is not Severity.ERROR for each in self.diagnostics)


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How to read: the organization of manifests that say none, the project's directory, whether strangers are errors."""

    org: str = DEFAULT_ORG
    root: str | None = None
    strict: bool = False


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    options: LoadOptions
    overlays: Overlays | None
    manifests: dict[Key, Manifest] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    documents: int = 0
    unread: bool = False  # whether some document could not even be told what it is


@dataclass(frozen=True, slots=True)
class _Document:
    """A document that is to be checked: its value, and how to find what belongs to it."""

    kind: Kind
    value: dict[str, Any]
    origin: Origin
    place: Callable[[Path, bool], Location]
    written: Callable[[Path], str | None]
    readers: Callable[[Path], ReadText] | None = None  # where not all of it came from one file


def load(paths: Iterable[str], options: LoadOptions) -> Loaded:
    """Reads everything under the paths. Raises UsageError for a path that names nothing."""
    found = Found()
    loaded = load_sources(find_sources(list(paths), found, root=options.root), options)
    diagnostics = (*found.diagnostics, *loaded.diagnostics)
    return Loaded(loaded.manifests, diagnostics, loaded.documents)


def load_sources(sources: Iterable[Source], options: LoadOptions, overlays: Overlays | None = None) -> Loaded:
    """Reads the sources, in their order, and merges the overlays over what they are for."""
    reading = _Reading(options, overlays)
    for source in sources:
        for document in _documents(source, reading):
            _read_document(source, document, reading)
    if overlays is not None:
        reading.diagnostics += overlays.diagnostics
        # What an overlay is for may be in what could not be read: one mistake is told once.
        reading.diagnostics += () if reading.unread else overlays.strays()
        reading.documents += len(overlays.documents)
    return Loaded(
        tuple(reading.manifests.values()),
        tuple(reading.diagnostics),
        reading.documents,
        frozenset(overlays.documents) if overlays is not None else frozenset(),
    )


def _documents(source: Source, reading: _Reading) -> Iterator[yaml.RawDocument]:
    if _SOPS in source.data and (wrong := _other_form(source)) is not None:
        reading.documents += 1
        reading.diagnostics.append(wrong)
        reading.unread = True
        return
    for document in yaml.read_each(source.data):
        reading.documents += 1
        if isinstance(document, yaml.YamlError):
            reading.diagnostics.append(document.diagnostic(source.name))
            reading.unread = True
        else:
            yield document


def _read_document(source: Source, raw: yaml.RawDocument, reading: _Reading) -> None:
    kind = recognize(raw.value)
    if isinstance(kind, Unrecognized):
        strict = source.named or reading.options.strict
        found = kind.diagnostic(_place(source, raw, kind.path, kind.key), strict=strict)
        reading.diagnostics.append(found)
        reading.unread |= found.severity is Severity.ERROR
        return
    document = _Document(
        kind,
        raw.value,
        Origin(source, raw.line, raw.start),
        lambda path, key: _place(source, raw, path, key),
        lambda path: yaml.scalar_text(raw.node, path),
    )
    if SOPS_KEY in raw.value:
        from stigmer.manifests.sops.document import without_block  # only few projects have such files

        if encrypted := without_block(kind, raw.value, flow=raw.node.flow_style):
            _tell(document, encrypted, reading)
            return
    over = reading.overlays.over(kind, raw.value, reading.options.org) if reading.overlays is not None else ()
    if over:
        _check_merged(document, over, reading)
    else:
        _check(document, reading)


def _check_merged(document: _Document, over: Sequence[Overlay], reading: _Reading) -> None:
    """Checks a document with overlays over it; nothing is left to check where one takes the whole resource away."""
    from stigmer.manifests.overlays.stack import Stack  # only few projects have overlays

    stack = Stack.of(document.kind, document.value, [each.value for each in over])
    for number, wrong in stack.problems:
        overlay = over[number]
        place = overlay.origin.locate(wrong.path, key=wrong.key)
        reading.diagnostics.append(overlay.diagnostic(wrong.code, wrong.message, wrong.hint, place))
    if stack.value is None:
        return
    base = document.origin
    origin = Origin(base.source, base.line, base.place, tuple([each.origin for each in over]))

    def reader(path: Path) -> ReadText:
        number, _ = stack.said(path)  # without composing anything again
        return read_text((origin if number is None else origin.overlays[number]).source)

    merged = _Document(
        document.kind,
        stack.value,
        origin,
        lambda path, key: origin.locate(path, key=key),
        origin.written,
        reader,
    )
    _check(merged, reading)


def _check(document: _Document, reading: _Reading) -> None:
    kind, value, origin = document.kind, document.value, document.origin
    wrong: Sequence[Violation | Problem] = schema.check(kind, value, document.written, MOST_TOLD + 1)
    if not wrong:
        resource, wrong = canonicalize(
            kind,
            value,
            org=reading.options.org,
            read_text=read_text(origin.source),
            readers=document.readers,
        )
        if resource.secrets and not wrong and any(isinstance(each.source, Sops) for each in resource.secrets):
            from stigmer.manifests.sops.document import placed

            resource, wrong = placed(resource, origin)
    if wrong:
        if origin.overlays:
            wrong = [_of_overlays(each, origin) for each in wrong]
        _tell(document, wrong, reading)
        return
    manifest = Manifest(resource, origin)
    first = reading.manifests.setdefault(manifest.key, manifest)
    if first is not manifest:
        words = (
            f"{resource.label} is declared twice: here and at {first.origin.start.file}:{first.origin.line}"
        )
        reading.diagnostics.append(
            manifest.diagnostic(
                Severity.ERROR, "manifest.duplicate", words, hint="remove one, or give it another name"
            )
        )


def _tell(document: _Document, wrong: Sequence[Violation | Problem], reading: _Reading) -> None:
    reading.diagnostics.extend(_diagnostic(document, each) for each in wrong[:MOST_TOLD])
    if len(wrong) > MOST_TOLD:
        last = reading.diagnostics.pop()
        reading.diagnostics.append(
            replace(last, message=f"{last.message}; what else is wrong here is not told")
        )


def _other_form(source: Source) -> Diagnostic | None:
    from stigmer.manifests.sops.document import other_form

    wrong = other_form(source.data)
    if wrong is None:
        return None
    return Diagnostic(Severity.ERROR, wrong.code, wrong.message, wrong.hint, Location(source.name))


def _of_overlays(wrong: Violation | Problem, origin: Origin) -> Violation | Problem:
    """The same with what an overlay can do about it: where one of several fields may be there and it says another one than what it is
    merged over, and where it says nothing to take something away."""
    nothing = wrong.code == "schema.type" and origin.written(wrong.path) in ("", "~", "null")
    if nothing and origin.said(wrong.path)[0] in origin.overlays:
        hint = f"give it a value, or write {wrong.path[-1]}: {{$delete: true}} to take it away"
        return replace(wrong, hint=hint)
    rivals = () if isinstance(wrong, Problem) else wrong.rivals
    layers = [replace(origin, overlays=()), *origin.overlays]
    said = {each: layers.index(origin.said((*wrong.path[:-1], each))[0]) for each in rivals}
    last = [each for each in rivals if said[each] == max(said.values())]
    others = [f"{each}: {{$delete: true}}" for each in rivals if each not in last]
    if not others or len(last) > 1:
        return wrong
    hint = f"to have {last[0]} in its place, write {' and '.join(others)} beside it"
    return replace(wrong, path=(*wrong.path[:-1], last[0]), hint=hint)


def _diagnostic(document: _Document, wrong: Violation | Problem) -> Diagnostic:
    value = document.value
    metadata = value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return Diagnostic(
        Severity.ERROR,
        wrong.code,
        wrong.message,
        hint=wrong.hint,
        location=document.place(wrong.path, wrong.key),
        resource=f"{document.kind.slug}/{name}" if isinstance(name, str) else None,
        path=shown_path(document.kind, value, wrong.path),
    )


def _place(source: Source, document: yaml.RawDocument, path: Path, key: bool) -> Location:
    """The document's node is at hand here, so nothing has to be composed again."""
    if not path:
        return Location(source.name, document.line)
    return Location(source.name, *yaml.locate(document.node, path, key=key))
