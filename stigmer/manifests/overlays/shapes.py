# SPDX-License-Identifier: Apache-2.0
"""How each value of a manifest merges: maps by key, named lists by name, sets by value, everything else as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from typing import Any

from stigmer.resources.fields import Field, item_name, written_fields

DELETE = "$delete"
"""The key that takes away what it stands in."""

VALUE = "value"
"""Beside it, in a set, the item that is meant."""


class Way(Enum):
    """What an overlay does to a value."""

    MAP = auto()
    NAMED = auto()
    SET = auto()
    WHOLE = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """How one value merges. `message` is whose fields a map has, None where any key may stand; `inner` is the shape of a map's or
    a list's values where the message does not say it; `names` is the field whose items are named."""

    way: Way
    message: str | None = None
    inner: Shape | None = None
    names: Field | None = None

    def below(self, key: str) -> Shape:
        """The shape of the value under a key of a map."""
        if self.message is not None:
            return _fields(self.message).get(key, FREE)
        return self.inner or FREE

    def merges(self, base: Any, over: Any) -> bool:
        """Whether two such values merge into one; else the second replaces the first."""
        match self.way:
            case Way.MAP:
                return isinstance(base, dict) and isinstance(over, dict)
            case Way.NAMED | Way.SET:
                return isinstance(base, list) and isinstance(over, list)
            case Way.WHOLE:
                return False

    def name(self, item: Any) -> str | None:
        """The name of an item of a named list, None where it has none."""
        return item_name(self.names, item) if self.names is not None else None

    def pairs(self, base: list[Any], over: list[Any]) -> list[tuple[int | None, int | None]]:
        """Of which items of both each item of the merged list is made: those of the base that stay, then what is new."""
        if self.way is Way.SET:
            gone = [each.get(VALUE) for each in over if is_delete(each)]
            kept = [(index, None) for index, each in enumerate(base) if each not in gone]
            return [
                *kept,
                *((None, i) for i, each in enumerate(over) if not is_delete(each) and each not in base),
            ]
        said = {self.name(each): index for index, each in enumerate(over)}
        there = {self.name(each) for each in base} - {None}
        pairs: list[tuple[int | None, int | None]] = []
        for index, each in enumerate(base):
            name = self.name(each)
            at = said.get(name) if name is not None else None
            if at is None or not is_delete(over[at]):
                pairs.append((index, at))
        new = (i for i, each in enumerate(over) if self.name(each) not in there and not is_delete(each))
        return [*pairs, *((None, index) for index in new)]


def is_delete(value: Any) -> bool:
    """Whether a value of an overlay asks to take something away, rightly or not."""
    return isinstance(value, dict) and DELETE in value


@cache
def document_shape(message: str) -> Shape:
    """The shape of a whole document, by the full name of its message."""
    return Shape(Way.MAP, message)


WHOLE = Shape(Way.WHOLE)
FREE = Shape(Way.MAP)
"""Anything at all: its maps merge by key, its lists are replaced."""


@cache
def _fields(message: str) -> dict[str, Shape]:
    return {name: _shape(each) for name, each in written_fields(message).items()}


def _shape(each: Field) -> Shape:
    if each.map:
        return Shape(Way.MAP, inner=_of_value(each))
    if each.set:
        return Shape(Way.SET)
    if each.named_by:
        return Shape(Way.NAMED, inner=_of_value(each), names=each)
    return WHOLE if each.repeated else _of_value(each)


def _of_value(each: Field) -> Shape:
    """Of one value of a field. A reference, a duration and a text are one value each, in whichever form they are written."""
    if each.message is not None and not each.is_reference:
        return document_shape(each.message)
    return FREE if each.type in ("value", "struct", "list") else WHOLE
