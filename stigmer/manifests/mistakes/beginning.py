# SPDX-License-Identifier: Apache-2.0
"""The beginning of a large document that has mistakes, as much of it as shows the first of them.

What a validator says of a document with a hundred thousand mistakes takes gigabytes, and nobody reads more than a few.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

_SMALL = 1_000  # values; a validator may take memory by the square of them
_FEWEST = 2  # items that a list keeps, since some lists must have so many


def beginning(
    document: dict[str, Any], fields: Collection[str], is_valid: Callable[[Any], bool]
) -> dict[str, Any]:
    """A document that is not valid, cut after so many values that it is not valid yet; a small one as it is.

    What is left has its place, and no map is without one of the `fields` that it had, which may be required.
    """
    right, wrong = 0, _SMALL
    found = _cut(document, wrong, fields)
    while found is not document and is_valid(found):
        right, wrong = wrong, 4 * wrong
        found = _cut(document, wrong, fields)
    while wrong - right > _SMALL:
        middle = (right + wrong) // 2
        cut = _cut(document, middle, fields)
        if is_valid(cut):
            right = middle
        else:
            wrong, found = middle, cut
    return found


def _cut(document: dict[str, Any], room: int, fields: Collection[str]) -> dict[str, Any]:
    """The first so many values of a document; itself where it has no more."""
    cutting = _Cutting(room, fields)
    found: dict[str, Any] = cutting.value(document)
    return found if cutting.left_out else document


@dataclass(slots=True)
class _Cutting:
    """The walk through a document, in its order, with room for so many more values."""

    room: int
    fields: Collection[str]
    left_out: bool = False

    def value(self, value: Any) -> Any:
        """A value, or what there is room for of it."""
        self.room -= 1
        if isinstance(value, dict):
            return {key: self.value(each) for key, each in value.items() if self._keeps(key in self.fields)}
        if isinstance(value, list):
            return [self.value(each) for index, each in enumerate(value) if self._keeps(index < _FEWEST)]
        return value

    def _keeps(self, needed: bool) -> bool:
        if self.room > 0 or needed:
            return True
        self.left_out = True
        return False
