# SPDX-License-Identifier: Apache-2.0
"""A document with the place it came from, and the checked manifest that it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from stigmer.errors import Diagnostic, Location, Severity
from stigmer.manifests import yaml
from stigmer.manifests.source import Source
from stigmer.resources.fields import message
from stigmer.resources.keys import Key
from stigmer.resources.kinds import Kind
from stigmer.resources.paths import Path, field_path
from stigmer.resources.resource import Resource


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document is: its source, the line on which it starts from 1, and the character at which that line starts."""

    source: Source
    line: int
    place: int = 0

    @property
    def start(self) -> Location:
        """The document's first line."""
        return Location(self.source.name, self.line)

    def locate(self, path: Path, *, key: bool = False) -> Location:
        """The place of the value at a path, or of the key that holds it; of the nearest parent that was written."""
        return Location(self.source.name, *yaml.locate(_node(self), path, key=key))

    def written(self, path: Path) -> str | None:
        """The text of a scalar as it was written, None where there is none."""
        return yaml.scalar_text(_node(self), path)


@lru_cache(maxsize=8)
def _node(origin: Origin) -> Any:
    return yaml.compose(origin.source.data, origin.line, origin.place)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A resource that was read, checked and brought into canonical form, and where it was written."""

    resource: Resource
    origin: Origin

    @property
    def key(self) -> Key:
        """The identity it declares."""
        return self.resource.key

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
