# SPDX-License-Identifier: Apache-2.0
"""Live resources written over the manifests that declare them: what is to be in each file, checked, and nothing written yet.

over = Overwriting(manifests, org)
over.put(manifest, body)        # as often as needed; a canonical body, as a backend holds it
for each in over.files(): ...   # path and bytes of what differs
over.failures                   # what could not be changed in place, each with why
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stigmer.manifests import schema, yaml
from stigmer.manifests.manifest import Manifest
from stigmer.manifests.recognize import Unrecognized, recognize
from stigmer.manifests.source import Source, read_text, shown
from stigmer.manifests.writing_over.changing import Changing
from stigmer.manifests.writing_over.edits import Edits, WritingError
from stigmer.manifests.writing_over.live import as_written, without_fingerprints, without_system
from stigmer.manifests.writing_over.places import roots
from stigmer.resources.canonical import ReadText, canonicalize
from stigmer.resources.resource import SOPS_KEY, SOPS_MARK, encode

_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A file with what is to be in it. `source` is the manifest's, or that of the manifest that names the text in it."""

    path: str
    data: bytes = field(repr=False)
    source: Source
    manifests: tuple[Manifest, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that cannot be changed in place, the manifests in it that differ, and why."""

    source: Source
    manifests: tuple[Manifest, ...]
    reason: str


@dataclass(slots=True)
class _Over:
    """One source and what is to be said in it."""

    source: Source
    wanted: list[tuple[Manifest, Mapping[str, Any]]] = field(default_factory=list)


@dataclass(slots=True)
class Overwriting:
    """Bodies on their way into manifests. `manifests` are all that are there, which may share files; `org` is that of those that
    say none, as they were read; no link is followed out of `within`, a directory."""

    manifests: Sequence[Manifest]
    org: str
    within: str | None = None
    failures: list[Failure] = field(default_factory=list)
    _over: dict[str, _Over] = field(default_factory=dict)
    _uses: Counter[str] | None = None

    def put(self, manifest: Manifest, body: Mapping[str, Any]) -> bool:
        """Notes that a manifest is to say what a canonical body says; False where it says so already.

        A secret has its source from the manifest, and stays whatever the body's fingerprint is.
        """
        if _bytes(manifest, body) == encode(manifest.resource.body):
            return False
        source = manifest.origin.source
        if manifest.origin.overlays:
            self.failures.append(Failure(source, (manifest,), "an overlay is merged over it"))
            return True
        if SOPS_MARK.encode() in source.data and manifest.origin.written((SOPS_KEY, "mac")) is not None:
            self.failures.append(
                Failure(source, (manifest,), "sops encrypted it, so only sops can change it")
            )
            return True
        self._over.setdefault(file_of(source), _Over(source)).wanted.append((manifest, body))
        return True

    def files(self) -> list[Rewritten]:
        """Every file that differs then. What cannot be changed so that exactly this changes is among the failures."""
        found = []
        for over in self._over.values():
            manifests = tuple(manifest for manifest, _ in over.wanted)
            texts: dict[str, str] = {}
            try:
                self._require_within(file_of(over.source))
                data = self._changed(over, texts)
                self._check(over, data, texts)
            except (WritingError, yaml.YamlError) as error:
                self.failures.append(Failure(over.source, manifests, str(error)))
                continue
            if data != over.source.data:
                found.append(Rewritten(file_of(over.source), data, over.source, manifests))
            found += [
                Rewritten(path, _with_line_ends_of(path, text), over.source, manifests)
                for path, text in texts.items()
            ]
        return found

    def _changed(self, over: _Over, texts: dict[str, str]) -> bytes:
        """The bytes of a source with its manifests changed, and in `texts` what is to be in other files."""
        whole = over.source.data.decode()
        text = whole.removeprefix(_MARK)
        edits = Edits(text)
        by_line = {text.count("\n", 0, root.start) + 1: root for root in roots(text)}
        for manifest, body in over.wanted:
            root = by_line.get(manifest.origin.line)
            if root is None:
                raise WritingError("its lines end in a way of their own")
            kind, org = manifest.resource.kind, manifest.key.org
            old = as_written(kind, manifest.resource.body, org)
            changing = Changing(edits, org or self.org, self._put_text(over.source, texts))
            changing.document(kind, root, old, as_written(kind, body, org))
        return (_MARK * whole.startswith(_MARK) + edits.result()).encode()

    def _require_within(self, path: str) -> None:
        """Raises WritingError for a path that leads out by a link."""
        directory, name = os.path.split(path)
        plain = os.path.normpath(os.path.join(os.path.realpath(directory), name))
        if self.within is not None and not is_within(path, self.within) and os.path.realpath(path) != plain:
            raise WritingError(f"{shown(path)} is a link that leads out of {shown(self.within)}")

    def _put_text(self, source: Source, texts: dict[str, str]) -> Callable[[str, str], bool]:
        def put(name: str, text: str) -> bool:
            self._require_within(os.path.join(source.directory, name))
            path = os.path.realpath(os.path.join(source.directory, name))
            # A file that others use too says the same for them as before.
            if self._used(path) > 1 or not fits_file(text):
                return False
            texts[path] = text
            return True

        return put

    def _used(self, path: str) -> int:
        """How many texts of all manifests are in a file."""
        if self._uses is None:
            self._uses = Counter()
            sources = {file_of(each.origin.source): each.origin.source for each in self.manifests}
            for source in sources.values():
                if b"file" in source.data:
                    for document in yaml.read(source.data):
                        self._uses.update(
                            os.path.realpath(os.path.join(source.directory, name))
                            for name in _named(document.value)
                        )
        return self._uses[path]

    def _check(self, over: _Over, data: bytes, texts: Mapping[str, str]) -> None:
        """Reads what was made as everything else is read. Raises WritingError where it does not say what it is to say."""
        source = over.source
        read = read_text(source)

        def overlaid(name: str, *at: Any) -> str:
            path = os.path.realpath(os.path.join(source.directory, name))
            return texts[path] if path in texts else read(name, *at)

        expected = {manifest.origin.line: _bytes(manifest, body) for manifest, body in over.wanted}
        before, after = list(yaml.read(source.data)), list(yaml.read(data))
        if len(before) != len(after):
            raise WritingError("it would not be the same documents")
        for old, new in zip(before, after, strict=True):
            if old.line not in expected:
                if encode(old.value) != encode(new.value):
                    raise WritingError("another document in it would change")
            elif _read(new, self.org, overlaid) != expected[old.line]:
                raise WritingError("more than the difference would change")


def fits_file(text: str) -> bool:
    """Whether a text that is put into a file reads the same: line ends are made one, and a mark at its start is none of it."""
    return (
        "\r" not in text
        and "\0" not in text
        and not text.startswith(_MARK)
        and len(text) <= yaml.MAX_BYTES // 4
    )


def file_of(source: Source) -> str:
    """The path of a source's file."""
    return os.path.join(source.directory, os.path.basename(source.name))


def is_within(path: str, directory: str) -> bool:
    """Whether a path, with all links followed, is in a directory or is it."""
    real, top = os.path.realpath(path), os.path.realpath(directory)
    return os.path.commonpath([real, top]) == top


def _bytes(manifest: Manifest, body: Mapping[str, Any]) -> bytes:
    """What a manifest of a live body reads as."""
    return encode(without_fingerprints(manifest.resource.kind, without_system(body)))


def _read(document: yaml.RawDocument, org: str, read: ReadText) -> bytes | None:
    """The canonical bytes of a document, None where it is no manifest any more."""
    kind = recognize(document.value)
    if isinstance(kind, Unrecognized):
        return None
    wrong: Sequence[Any] = schema.check(
        kind, document.value, lambda path: yaml.scalar_text(document.node, path), 1
    )
    if wrong:
        return None
    resource, wrong = canonicalize(kind, document.value, org=org, read_text=read)
    return None if wrong else encode(resource.body)


def _named(value: Any) -> Iterable[str]:
    """The files that a document names."""
    match value:
        case dict():
            if isinstance(value.get("file"), str):
                yield value["file"]
            for each in value.values():
                yield from _named(each)
        case list():
            for each in value:
                yield from _named(each)
        case _:
            pass


def _with_line_ends_of(path: str, text: str) -> bytes:
    """A text with the line ends and the byte order mark of the file that is there."""
    with open(path, "rb") as opened:
        before = opened.read()
    if b"\r\n" in before:
        text = text.replace("\n", "\r\n")
    return (_MARK * before.startswith(_MARK.encode()) + text).encode()
