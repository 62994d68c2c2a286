# SPDX-License-Identifier: Apache-2.0
"""Sources into checked manifests: read, recognized, checked against the schema, brought into canonical form.

A problem ends the way of its own document and of no other, so that one run tells them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from stigmer.errors import Diagnostic, Location, Severity
from stigmer.manifests import schema, yaml
from stigmer.manifests.manifest import Manifest, Origin, shown_path
from stigmer.manifests.recognize import Unrecognized, recognize
from stigmer.manifests.source import Found, Source, find_sources, read_text
from stigmer.resources.canonical import DEFAULT_ORG, Problem, canonicalize
from stigmer.resources.keys import Key
from stigmer.resources.kinds import Kind
from stigmer.resources.paths import Path

if TYPE_CHECKING:
    from stigmer.manifests.mistakes.violation import Violation


MOST_TOLD = 50  # of one document: nobody mends more at a time, and a document may hold thousands


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was read: the manifests that are right, all that was found wrong, and how many documents there were."""

    manifests: tuple[Manifest, ...]
    diagnostics: tuple[Diagnostic, ...]
    documents: int

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
    manifests: dict[Key, Manifest] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    documents: int = 0


def load(paths: Iterable[str], options: LoadOptions) -> Loaded:
    """Reads everything under the paths. Raises UsageError for a path that names nothing."""
    found = Found()
    loaded = load_sources(find_sources(list(paths), found, root=options.root), options)
    diagnostics = (*found.diagnostics, *loaded.diagnostics)
    return Loaded(loaded.manifests, diagnostics, loaded.documents)


def load_sources(sources: Iterable[Source], options: LoadOptions) -> Loaded:
    """Reads the sources, in their order."""
    reading = _Reading(options)
    for source in sources:
        for document in _documents(source, reading):
            _read_document(source, document, reading)
    return Loaded(tuple(reading.manifests.values()), tuple(reading.diagnostics), reading.documents)


def _documents(source: Source, reading: _Reading) -> Iterator[yaml.RawDocument]:
    for document in yaml.read_each(source.data):
        reading.documents += 1
        if isinstance(document, yaml.YamlError):
            reading.diagnostics.append(document.diagnostic(source.name))
        else:
            yield document


def _read_document(source: Source, document: yaml.RawDocument, reading: _Reading) -> None:
    kind = recognize(document.value)
    if isinstance(kind, Unrecognized):
        reading.diagnostics.append(_unrecognized(source, document, kind, reading.options.strict))
        return
    value: dict[str, Any] = document.value
    wrong: list[Violation] | list[Problem] = schema.check(
        kind, value, lambda path: yaml.scalar_text(document.node, path), MOST_TOLD + 1
    )
    if not wrong:
        resource, wrong = canonicalize(kind, value, org=reading.options.org, read_text=read_text(source))
    if wrong:
        reading.diagnostics.extend(_diagnostic(source, document, kind, each) for each in wrong[:MOST_TOLD])
        if len(wrong) > MOST_TOLD:
            last = reading.diagnostics.pop()
            reading.diagnostics.append(
                replace(last, message=f"{last.message}; what else is wrong here is not told")
            )
        return
    origin = Origin(source, document.line, document.start)
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


def _diagnostic(
    source: Source, document: yaml.RawDocument, kind: Kind, wrong: Violation | Problem
) -> Diagnostic:
    value = document.value
    metadata = value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return Diagnostic(
        Severity.ERROR,
        wrong.code,
        wrong.message,
        hint=wrong.hint,
        location=_place(source, document, wrong.path, wrong.key),
        resource=f"{kind.slug}/{name}" if isinstance(name, str) else None,
        path=shown_path(kind, value, wrong.path),
    )


def _unrecognized(
    source: Source, document: yaml.RawDocument, found: Unrecognized, strict: bool
) -> Diagnostic:
    """What belongs to something else is passed over where a directory was walked, and wrong where it was asked for."""
    passed_over = found.stranger and not source.named and not strict
    severity = Severity.WARNING if passed_over else Severity.ERROR
    words = f"{found.message}; passed over" if passed_over else found.message
    place = _place(source, document, found.path, found.key)
    return Diagnostic(severity, found.code, words, hint=found.hint, location=place)


def _place(source: Source, document: yaml.RawDocument, path: Path, key: bool) -> Location:
    """The document's node is at hand here, so nothing has to be composed again."""
    if not path:
        return Location(source.name, document.line)
    return Location(source.name, *yaml.locate(document.node, path, key=key))
