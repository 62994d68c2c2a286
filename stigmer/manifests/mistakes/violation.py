# SPDX-License-Identifier: Apache-2.0
"""What a schema refuses, and the document that it refuses it in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stigmer.resources.fields import Message, message
from stigmer.resources.kinds import Kind
from stigmer.resources.paths import Path, message_at


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that a schema refuses: where in the document, whether the key itself is meant, what is wrong, the mend.

    `lacking` are the fields of which one would have to be there, `meant` those that were meant by what stands there: where these
    meet, one mistake would be told twice. `rivals` are fields that are there and of which only one may be.
    """

    path: Path
    code: str
    message: str
    hint: str | None = None
    key: bool = False
    lacking: tuple[Path, ...] = ()
    meant: tuple[Path, ...] = ()
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """The document that is checked: of which kind, by which schema, and the text of its scalars as they were written."""

    kind: Kind
    schema: dict[str, Any]
    document: dict[str, Any]
    written: Callable[[Path], str | None]

    @property
    def root(self) -> Message:
        """The message that the document is."""
        return message(self.kind.message)

    @property
    def fields(self) -> frozenset[str]:
        """The names of all fields that the schema knows anywhere."""
        nodes = [self.schema, *self.schema.get("$defs", {}).values()]
        return frozenset(name for node in nodes for name in node.get("properties", ()))

    def holder(self, path: Path) -> Message | None:
        """The message whose value stands at a path, None where anything may stand."""
        return message_at(self.root, path)

    def value(self, path: Path) -> Any:
        """The value at a path that is there."""
        value: Any = self.document
        for step in path:
            value = value[step]
        return value

    def node(self, path: list[str | int]) -> dict[str, Any]:
        """The part of the schema at a path of it, what it refers to followed."""
        node: Any = self.schema
        for step in path:
            node = node[step]
        return resolved(self.schema, node)


def resolved(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """A part of a schema, with what it refers to."""
    reference = node.get("$ref")
    if not isinstance(reference, str):
        return node
    return {**schema["$defs"][reference.rpartition("/")[2]], **node}
