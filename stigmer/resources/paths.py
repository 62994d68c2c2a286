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
_BARE = re.compile(r'[^\]"]+')
_STEP = re.compile(
    rf"""\.(?P<key>{_PLAIN.pattern})|\["(?P<quoted>(?:[^"\\]|\\.)*)"\]|\[(?P<item>{_BARE.pattern})\]"""
)


def key_step(name: str) -> str:
    """A key as a path writes it after its parent."""
    return f".{name}" if _PLAIN.fullmatch(name) else _quoted(name)


def item_step(name: str | int) -> str:
    """An item of a list as a path writes it: by name in a list of named things, else by index."""
    return f"[{name}]" if isinstance(name, int) or _BARE.fullmatch(name) else _quoted(name)


def _quoted(name: str) -> str:
    return '["' + name.replace("\\", "\\\\").replace('"', '\\"') + '"]'


@dataclass(frozen=True, slots=True)
class WrittenStep:
    """One step of a written path: a key, a name or an index, and how it was written (`.model`, `[github]`)."""

    name: str
    written: str

    @property
    def is_item(self) -> bool:
        """Whether it stands in brackets, as an item of a list does and a field does not."""
        return self.written.startswith("[")


def written_steps(written: str) -> list[WrittenStep] | None:
    """The steps of a written path, None where it is none."""
    rest, steps = f".{written}", []
    while rest:
        match = _STEP.match(rest)
        if match is None:
            return None
        quoted = match["quoted"]
        name = match["key"] or match["item"] if quoted is None else re.sub(r"(?s)\\(.)", r"\1", quoted)
        steps.append(WrittenStep(name, match.group()))
        rest = rest[match.end() :]
    return steps


def path_steps(written: str) -> list[str] | None:
    """The keys, names and indices of a written path, None where it is none."""
    steps = written_steps(written)
    return None if steps is None else [step.name for step in steps]


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


def place_of(root: Message, document: Any, written: str) -> Path:
    """The way to the value at a written path in a document of this message, as far as it is there; the other way of `field_path`."""
    steps: list[Step] = []
    value, place = document, _Place(root, None)
    for said in path_steps(written) or ():
        step: Step | None = None
        if isinstance(value, dict):
            step = said if said in value else None
        elif isinstance(value, list) and not (place.field is not None and place.field.set):
            step = _index(place.field, value, said)
        if step is None:
            break
        steps.append(step)
        value, place = value[step], place.below(step)
    return tuple(steps)


def _index(field: Field | None, items: list[Any], said: str) -> int | None:
    """Which item is meant, None where there is none of that name or number."""
    names = ((item_name(field, item) if field is not None else None) for item in items)
    return next((index for index, name in enumerate(names) if said == (name or str(index))), None)


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
