# SPDX-License-Identifier: Apache-2.0
"""Field paths: `spec.model.name`, `spec.mcp_servers[github]`, `spec.args[0]`, `metadata.labels["k8s.io/x"]`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from stigmer.resources.fields import Field, Message, item_name, message, written_fields

Step = str | int
Path = tuple[Step, ...]
"""Keys and list indices from the root of a document down to a value."""

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_STEP = re.compile(
    rf"""\.(?P<key>{_PLAIN.pattern})|\["(?P<quoted>(?:[^"\\]|\\.)*)"\]|\[(?P<item>[^\]"]+)\]"""
)


def key_step(name: str) -> str:
    """A key as a path writes it after its parent."""
    return (
        f".{name}" if _PLAIN.fullmatch(name) else '["' + name.replace("\\", "\\\\").replace('"', '\\"') + '"]'
    )


def item_step(name: str | int) -> str:
    """An item of a list as a path writes it: by name in a list of named things, else by index."""
    return f"[{name}]"


def path_steps(written: str) -> list[str] | None:
    """The keys, names and indices of a written path, None where it is none."""
    rest, steps = f".{written}", []
    while rest:
        match = _STEP.match(rest)
        if match is None:
            return None
        quoted = match["quoted"]
        steps.append(match["key"] or match["item"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
        rest = rest[match.end() :]
    return steps


def field_path(root: Message, document: Any, path: Iterable[Step]) -> str:
    """The path of a value in a document of this message, items of named lists by their names."""
    written, value, place = "", document, _Place(root, None)
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
            name = item_name(place.field, value) if place.field is not None else None
            written += item_step(step if name is None else name)
        else:
            value = value.get(step) if isinstance(value, dict) else None
            written += key_step(step)
        place = place.below(step)
    return written.removeprefix(".")


def message_at(root: Message, path: Iterable[Step]) -> Message | None:
    """The message whose value stands at a path, None where the value is of no message."""
    place = _Place(root, None)
    for step in path:
        place = place.below(step)
    return place.message


@dataclass(frozen=True, slots=True)
class _Place:
    """What the registry knows of a value: the message it is, and the field whose list or map it is."""

    message: Message | None
    field: Field | None

    def below(self, step: Step) -> _Place:
        """What is known of the value one step down."""
        if self.message is None:
            # In a list or a map of messages each item is one; anything else is of no message.
            inner = (
                self.field.message
                if self.field is not None and (self.field.repeated or self.field.map)
                else None
            )
            return _Place(message(inner), None) if inner is not None else _Place(None, None)
        field = written_fields(self.message.name).get(str(step))
        if field is None or field.message is None or field.repeated or field.map:
            return _Place(None, field)
        return _Place(message(field.message), field)
