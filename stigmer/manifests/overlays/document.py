# SPDX-License-Identifier: Apache-2.0
"""Overlay documents: read as manifests are, each known by the kind and the name of what it is merged over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from stigmer.errors import Diagnostic, Location, Severity
from stigmer.manifests import yaml
from stigmer.manifests.manifest import Origin
from stigmer.manifests.recognize import Unrecognized, recognize
from stigmer.manifests.source import Source
from stigmer.resources.keys import Key
from stigmer.resources.kinds import Kind, kinds_by_name, nearest
from stigmer.resources.paths import Path
from stigmer.resources.resource import SOPS_KEY, label

_ANY_VERSION = "agentic.stigmer.ai/v1"


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """One overlay document. `org` is None where it says none and goes over the one of its name, whichever organization has it."""

    kind: Kind
    name: str
    org: str | None
    value: dict[str, Any] = field(repr=False)  # may hold secrets
    origin: Origin

    def diagnostic(self, code: str, words: str, hint: str | None, place: Location) -> Diagnostic:
        """Something wrong with it."""
        return Diagnostic(Severity.ERROR, code, words, hint, place, f"{self.kind.slug}/{self.name}")


@dataclass(slots=True)
class Overlays:
    """The overlays of a target in their order, what was found wrong with them, and where each document begins."""

    by_name: dict[tuple[str, str], list[Overlay]] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    documents: list[Location] = field(default_factory=list)
    _met: dict[Overlay, set[Key]] = field(default_factory=dict)
    _seen: set[Key] = field(default_factory=set)

    def over(self, kind: Kind, document: dict[str, Any], org: str) -> Sequence[Overlay]:
        """Those that go over a document of a kind, and from now on count as met; `org` is that of a document that says none."""
        metadata = document.get("metadata")
        if not isinstance(metadata, dict):
            return ()
        name, own = metadata.get("name"), metadata.get("org", org)
        if not isinstance(name, str) or not isinstance(own, str):
            return ()
        key = Key(kind.name, "" if kind.is_global else own, name)
        self._seen.add(key)
        found = [each for each in self.by_name.get((kind.name, name), ()) if each.org in (None, key.org)]
        for each in found:
            self._met.setdefault(each, set()).add(key)
        return found

    def strays(self) -> Iterable[Diagnostic]:
        """What goes over nothing of all that was met, or over more than one."""
        for each in (overlay for overlays in self.by_name.values() for overlay in overlays):
            met = self._met.get(each, set())
            if not met:
                yield self._unmatched(each)
            elif len(met) > 1:
                words = f"{label(min(met))} is in several organizations, and this overlay says none"
                hint = "say which one by metadata.org: " + " or ".join(sorted(key.org for key in met))
                yield each.diagnostic("overlay.ambiguous", words, hint, _at_name(each))

    def _unmatched(self, overlay: Overlay) -> Diagnostic:
        same_kind = [key for key in self._seen if key.kind == overlay.kind.name]
        words = f"there is no {overlay.kind.slug}/{overlay.name} in the manifests for this overlay to change"
        place = _at_name(overlay)
        elsewhere = sorted(key.org for key in same_kind if key.name == overlay.name)
        near = nearest(overlay.name, sorted(key.name for key in same_kind))
        others = sorted(key.kind for key in self._seen if key.name == overlay.name)
        if elsewhere and overlay.org is not None:
            place = overlay.origin.locate(("metadata", "org"))
            hint = (
                f"it is in org {elsewhere[0]}"
                if elsewhere[0]
                else "it belongs to no organization: remove org"
            )
        elif near is not None:
            hint = f"did you mean {near}?"
        elif others:
            hint = (
                f"there is an {others[0]} of that name"
                if others[0][0] in "AEIO"
                else f"there is a {others[0]} of that name"
            )
        else:
            hint = "add the manifest to those of the project, or remove this overlay"
        return overlay.diagnostic("overlay.unmatched", words, hint, place)


def read_overlays(sources: Iterable[Source], *, strict: bool) -> Overlays:
    """The overlays of the sources, in their order."""
    read = Overlays()
    for source in sources:
        for document in yaml.read_each(source.data):
            read.documents.append(Location(source.name, document.line))
            if isinstance(document, yaml.YamlError):
                read.diagnostics.append(document.diagnostic(source.name))
                continue
            found = _overlay(document.value, Origin(source, document.line, document.start), strict)
            if isinstance(found, Overlay):
                if SOPS_KEY in found.value:
                    read.diagnostics += _encrypted(found, flow=document.node.flow_style)
                read.by_name.setdefault((found.kind.name, found.name), []).append(found)
            else:
                read.diagnostics.append(found)
    return read


def _overlay(value: Any, origin: Origin, strict: bool) -> Overlay | Diagnostic:
    kind = _kind(value)
    if isinstance(kind, Unrecognized):
        return kind.diagnostic(origin.locate(kind.path, key=kind.key), strict=strict or origin.source.named)
    metadata = value.get("metadata")
    path: Path = ("metadata",) if "metadata" in value else ()
    name = metadata.get("name") if isinstance(metadata, dict) else None
    if not isinstance(name, str):
        path = (*path, "name") if isinstance(metadata, dict) and "name" in metadata else path
        words = "an overlay says by its metadata.name what it is merged over, and this one does not"
        return Diagnostic(
            Severity.ERROR, "overlay.name", words, "say it as metadata: {name: NAME}", origin.locate(path)
        )
    org = metadata.get("org")
    if org is not None and not isinstance(org, str):
        words = "metadata.org is not the name of an organization"
        place = origin.locate(("metadata", "org"))
        return Diagnostic(
            Severity.ERROR,
            "overlay.name",
            words,
            "give it the name of an organization, or leave it out",
            place,
        )
    return Overlay(kind, name, org, value, origin)


def _encrypted(overlay: Overlay, *, flow: bool) -> list[Diagnostic]:
    """What is wrong with an overlay that sops encrypted, of which its block is taken out."""
    from stigmer.manifests.sops.document import without_block  # only few projects have such files

    return [
        overlay.diagnostic(each.code, each.message, each.hint, overlay.origin.locate(each.path, key=each.key))
        for each in without_block(overlay.kind, overlay.value, flow=flow)
    ]


def _kind(value: Any) -> Kind | Unrecognized:
    """The kind of an overlay, which need not say its apiVersion."""
    if not isinstance(value, dict) or "apiVersion" in value:
        return recognize(value)
    named = value.get("kind")
    kind = kinds_by_name().get(named) if isinstance(named, str) else None
    if kind is not None and kind.declarable:
        return kind
    return recognize({**value, "apiVersion": kind.api_version if kind is not None else _ANY_VERSION})


def _at_name(overlay: Overlay) -> Location:
    return overlay.origin.locate(("metadata", "name"))
