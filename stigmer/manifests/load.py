# SPDX-License-Identifier: Apache-2.0
"""Sources into checked manifests: read, recognized, checked against the schema, brought into canonical form.

A problem ends the way of its own document and of no other, so that one run tells them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from stigmer.errors import Diagnostic, Location, Severity
from stigmer.manifests import schema, yaml
from stigmer.manifests.manifest import Manifest, Origin, shown_path
from stigmer.manifests.source import Found, Source, find_sources, read_text
from stigmer.resources.canonical import DEFAULT_ORG, canonicalize
from stigmer.resources.keys import Key
from stigmer.resources.kinds import API_DOMAIN, Kind, kinds, kinds_by_name, nearest
from stigmer.resources.paths import Path


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
            reading.documents += 1
            _read_document(source, document, reading)
    return Loaded(tuple(reading.manifests.values()), tuple(reading.diagnostics), reading.documents)


def _documents(source: Source, reading: _Reading) -> Iterator[yaml.RawDocument]:
    try:
        for document in yaml.read_each(source.data):
            if isinstance(document, yaml.YamlError):
                _not_yaml(source, document, reading)
            else:
                yield document
    except yaml.YamlError as error:
        _not_yaml(source, error, reading)


def _not_yaml(source: Source, error: yaml.YamlError, reading: _Reading) -> None:
    place = Location(source.name, error.line, error.column)
    reading.documents += 1
    reading.diagnostics.append(
        Diagnostic(Severity.ERROR, error.code, error.message, hint=error.hint, location=place)
    )


def _read_document(source: Source, document: yaml.RawDocument, reading: _Reading) -> None:
    origin = Origin(source, document.index, document.line)
    kind = _recognize(origin, document.value, reading.options.strict)
    if isinstance(kind, Diagnostic):
        reading.diagnostics.append(kind)
        return
    value: dict[str, Any] = document.value
    violations = schema.check(kind, value)
    if violations:
        reading.diagnostics.extend(
            _diagnostic(origin, kind, value, each.path, each.code, each.message, each.hint, key=each.key)
            for each in violations
        )
        return
    resource, problems = canonicalize(kind, value, org=reading.options.org, read_text=read_text(source))
    if problems:
        reading.diagnostics.extend(
            _diagnostic(origin, kind, value, each.path, each.code, each.message, each.hint)
            for each in problems
        )
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


def _diagnostic(
    origin: Origin,
    kind: Kind,
    value: Any,
    path: Path,
    code: str,
    message: str,
    hint: str | None,
    *,
    key: bool = False,
) -> Diagnostic:
    metadata = value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return Diagnostic(
        Severity.ERROR,
        code,
        message,
        hint=hint,
        location=origin.locate(path, key=key),
        resource=f"{kind.slug}/{name}" if isinstance(name, str) else None,
        path=shown_path(kind, value, path),
    )


def _recognize(origin: Origin, value: Any, strict: bool) -> Kind | Diagnostic:
    """The kind of a document, or what keeps it from being a manifest of ours."""
    if not isinstance(value, dict):
        return _stranger(origin, "not a manifest: a manifest is a map with apiVersion and kind", strict)
    version, name = value.get("apiVersion"), value.get("kind")
    kind = kinds_by_name().get(name) if isinstance(name, str) else None
    hint = None if kind is None else f"write apiVersion: {kind.api_version}"
    if not isinstance(version, str):
        return _stranger(origin, "not a manifest: apiVersion is missing", strict, hint=hint)
    if kind is not None and kind.api_version == version:
        if kind.declarable:
            return kind
        words = f"{kind.name} is made by the system alone, never by a manifest"
        return _wrong(origin, "manifest.system_kind", words, ("kind",), "remove this document")
    group = version.partition("/")[0]
    if not group.endswith("." + API_DOMAIN) and not _resembles(group):
        words = f"not a stigmer manifest: apiVersion is {version}"
        return _stranger(origin, words, strict, path=("apiVersion",), hint=hint)
    if kind is not None:
        words = f"{version} is not the apiVersion of {kind.name}"
        return _wrong(origin, "manifest.api_version", words, ("apiVersion",), f"write {kind.api_version}")
    declarable = [each.name for each in kinds() if each.declarable]
    if not isinstance(name, str):
        return _wrong(origin, "manifest.kind", "kind is missing", (), "kinds: " + ", ".join(declarable))
    near = nearest(name, declarable)
    hint = f"did you mean {near}?" if near else "kinds: " + ", ".join(declarable)
    return _wrong(origin, "manifest.kind", f"{name} is not a kind", ("kind",), hint)


def _resembles(group: str) -> bool:
    """Whether an API group looks like a mistyped one of ours."""
    return nearest(group, {f"{each.group}.{API_DOMAIN}" for each in kinds()}) is not None


def _stranger(
    origin: Origin, words: str, strict: bool, *, path: Path = (), hint: str | None = None
) -> Diagnostic:
    """A document that belongs to something else: passed over where a directory was walked, wrong where it was asked for."""
    passed_over = not origin.source.named and not strict
    severity = Severity.WARNING if passed_over else Severity.ERROR
    words = f"{words}; passed over" if passed_over else words
    place = origin.locate(path) if path else origin.start
    return Diagnostic(severity, "manifest.stranger", words, hint=hint, location=place)


def _wrong(origin: Origin, code: str, words: str, path: Path, hint: str) -> Diagnostic:
    place = origin.locate(path) if path else origin.start
    return Diagnostic(Severity.ERROR, code, words, hint=hint, location=place)
