# SPDX-License-Identifier: Apache-2.0
"""Whether the fields that a rule names can be there: a rule about a mistyped field would hold for ever."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from stigmer.checks.policies.names import Open, Steps
from stigmer.resources.fields import Field, Message, message, written_fields
from stigmer.resources.kinds import Kind


class _Shape(Enum):
    """What a field holds that is no message of its own."""

    FREE = "anything"
    PLAIN = "a single value"


@dataclass(frozen=True, slots=True)
class _Many:
    """A list, or a map with names of its own, of values of a field."""

    field: Field

    @property
    def item(self) -> _About:
        """What is known of one of them."""
        return _single(self.field)


_About = Message | _Shape | _Many


@dataclass(frozen=True, slots=True)
class Missing:
    """A step that leads nowhere: which one it is, and the fields there are in its place, none where the value has no fields."""

    index: int
    fields: tuple[str, ...]


def missing(kind: Kind, steps: Steps) -> Missing | None:
    """The first step that leads nowhere in any manifest of the kind."""
    about: _About = message(kind.message)
    for index, step in enumerate(steps):
        if about is _Shape.FREE:
            return None
        below = _below(about, step)
        if below is None:
            return Missing(index, tuple(_written(about)) if isinstance(about, Message) else ())
        about = below
    return None


def _below(about: _About, step: str | int | Open) -> _About | None:
    """What is known of the value one step down, None where there cannot be one."""
    match about:
        case _Many(field) if field.map:
            return _Shape.PLAIN if step is Open.EACH else about.item
        case _Many():
            return None if isinstance(step, str) else about.item
        case Message():
            if isinstance(step, Open):
                return _Shape.FREE
            found = _written(about).get(str(step))
            return None if found is None else _held(found)
        case _:
            return None


def _written(about: Message) -> dict[str, Field]:
    """The fields that a manifest may have, by the names that it writes."""
    return {name: field for name, field in written_fields(about.name).items() if not field.system}


def _held(field: Field) -> _About:
    return _Many(field) if field.repeated or field.map else _single(field)


def _single(field: Field) -> _About:
    if field.type in ("value", "struct", "list"):
        return _Shape.FREE
    if field.message is None or field.is_reference:  # a reference is read as its short form
        return _Shape.PLAIN
    return message(field.message)
