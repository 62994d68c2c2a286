# SPDX-License-Identifier: Apache-2.0
"""Ways to make a valid document invalid, each at the places where it can be done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from stigmer.resources.paths import Path
from tests.properties.places import Place, at

_ABSENT = object()


@dataclass(frozen=True)
class Mutation:
    """One change to a document: the value at a path becomes another, or goes."""

    name: str
    path: Path
    value: Any

    def on(self, document: Any) -> None:
        """Carries it out; the holder of the path has to be there."""
        holder = at(document, self.path[:-1])
        if self.value is _ABSENT:
            holder.pop(self.path[-1], None)
        else:
            holder[self.path[-1]] = self.value


def mutations(place: Place, value: Any) -> Iterator[Mutation]:
    """Every mutation of a place that holds a value."""
    for name, make in _WAYS.items():
        for path, mutated in make(place, value):
            yield Mutation(name, path, mutated)


_Made = Iterator[tuple[Path, Any]]


def _required(place: Place, value: Any) -> _Made:
    if place.message is not None:
        yield from (((*place.path, name), _ABSENT) for name in place.schema.get("required", ()))


def _unknown(place: Place, value: Any) -> _Made:
    if place.message is not None:
        yield (*place.path, "no_such_field"), "x"


def _wrong_type(place: Place, value: Any) -> _Made:
    if place.schema.keys() & {"type", "enum", "const"} and place.path:
        yield place.path, {"x": 1} if isinstance(value, list) else ["x"]


def _null(place: Place, value: Any) -> _Made:
    if place.schema.keys() & {"type", "enum"} and place.path and not isinstance(place.path[-1], int):
        yield place.path, None


def _two_of_one(place: Place, value: Any) -> _Made:
    if place.message is None:
        return
    for group in (place.schema, *place.schema.get("allOf", ())):
        names = group.get("x-exactly-one") or group.get("x-at-most-one") or ()
        if any(name in value for name in names):
            yield from (((*place.path, name), {}) for name in names if name not in value)


def _number_as_text(place: Place, value: Any) -> _Made:
    if place.schema.get("type") == "integer" and isinstance(value, int):
        yield place.path, str(value)


def _out_of_range(place: Place, value: Any) -> _Made:
    if place.schema.get("type") in ("integer", "number"):
        if "minimum" in place.schema:
            yield place.path, place.schema["minimum"] - 1
        if "maximum" in place.schema:
            yield place.path, place.schema["maximum"] + 1


def _too_short(place: Place, value: Any) -> _Made:
    if place.schema.get("minLength") and "pattern" not in place.schema and isinstance(value, str):
        yield place.path, "x" * (place.schema["minLength"] - 1)
    if place.schema.get("minItems") and isinstance(value, list):
        yield place.path, value[: place.schema["minItems"] - 1]


def _against_the_pattern(place: Place, value: Any) -> _Made:
    if "pattern" in place.schema and isinstance(value, str):
        yield place.path, value + "\x00"


def _newline_at_the_end(place: Place, value: Any) -> _Made:
    long_enough = len(str(value)) < place.schema.get("maxLength", 10**6)
    if "pattern" in place.schema and isinstance(value, str) and long_enough:
        yield place.path, value + "\n"


def _twice_in_a_set(place: Place, value: Any) -> _Made:
    if place.schema.get("uniqueItems") and value:
        yield place.path, [*value, value[0]]


_WAYS: dict[str, Callable[[Place, Any], _Made]] = {
    "required field dropped": _required,
    "unknown field": _unknown,
    "wrong type": _wrong_type,
    "null": _null,
    "two of one": _two_of_one,
    "number as text": _number_as_text,
    "out of range": _out_of_range,
    "too short": _too_short,
    "against the pattern": _against_the_pattern,
    "newline at the end": _newline_at_the_end,
    "twice in a set": _twice_in_a_set,
}
