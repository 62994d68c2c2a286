# SPDX-License-Identifier: Apache-2.0
"""A document with the place it came from, and the checked manifest that it becomes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from stigmer.errors import Diagnostic, Location, Severity
from stigmer.manifests import yaml
from stigmer.manifests.source import Source
from stigmer.manifests.yaml_values import build
from stigmer.resources.fields import message
from stigmer.resources.keys import Key
from stigmer.resources.kinds import Kind, kind_named
from stigmer.resources.paths import Path, field_path
from stigmer.resources.resource import File, Resource, SecretSlot

if TYPE_CHECKING:
    from stigmer.manifests.overlays.stack import Stack


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document is: its source, the line on which it starts from 1, and the character at which that line starts.

    `overlays` are where the overlays are that were merged over it, in their order.
    """

    source: Source
    line: int
    place: int = 0
    overlays: tuple[Origin, ...] = ()

    @property
    def start(self) -> Location:
        """The document's first line."""
        return Location(self.source.name, self.line)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The source of the document, and those of the overlays."""
        return (self.source, *[each.source for each in self.overlays]) if self.overlays else (self.source,)

    def locate(self, path: Path, *, key: bool = False) -> Location:
        """The place of the value at a path, or of the key that holds it; of the nearest parent that was written."""
        said, inner = self.said(path)
        return Location(said.source.name, *yaml.locate(_node(said), inner, key=key))

    def written(self, path: Path) -> str | None:
        """The text of a scalar as it was written, None where there is none."""
        said, inner = self.said(path)
        return yaml.scalar_text(_node(said), inner)

    def said(self, path: Path) -> tuple[Origin, Path]:
        """Which document said the value at a path, the manifest or an overlay over it, and the path in there."""
        if not self.overlays:
            return self, path
        number, inner = _stack(self).said(path)
        return replace(self, overlays=()) if number is None else self.overlays[number], inner


@lru_cache(maxsize=8)
def _node(origin: Origin) -> Any:
    return yaml.compose(origin.source.data, origin.line, origin.place)


@lru_cache(maxsize=8)
def _stack(origin: Origin) -> Stack:
    from stigmer.manifests.overlays.stack import Stack  # only few manifests have overlays

    base, *overlays = (
        build(_node(replace(each, overlays=())), len(each.source.data)) for each in (origin, *origin.overlays)
    )
    return Stack.of(kind_named(base["kind"]), base, overlays)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A resource that was read, checked and brought into canonical form, and where it was written."""

    resource: Resource
    origin: Origin

    @property
    def key(self) -> Key:
        """The identity it declares."""
        return self.resource.key

    def source_of(self, slot: SecretSlot) -> Source:
        """The source that says where a secret comes from: the path of a file starts from its directory."""
        if not self.origin.overlays:
            return self.origin.source
        path = ("value_from", "file") if isinstance(slot.source, File) else ("value",)
        said, _ = self.origin.said((*slot.steps, *path))
        return said.source

    def diagnostic(
        self, severity: Severity, code: str, message: str, *, path: Path = (), hint: str | None = None
    ) -> Diagnostic:
        """Something found at a path of this manifest."""
        return Diagnostic(
            severity,
            code,
            message,
            hint=hint,
            location=self.origin.locate(path) if path else self.origin.start,
            resource=self.resource.label,
            path=shown_path(self.resource.kind, self.resource.body, path),
        )


def shown_path(kind: Kind, document: Any, path: Path) -> str | None:
    """A path as diagnostics write it, None for the whole document."""
    return field_path(message(kind.message), document, path) or None
