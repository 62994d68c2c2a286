# SPDX-License-Identifier: Apache-2.0
"""One place of a resource on three sides: as it was last declared, as it is live, as it is wanted; and why the last two differ.

A place that is the same as declared on one side was changed on the other. One that is neither was changed on both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from stigmer.reconcile.plan import Cause, FieldChange, Op
from stigmer.resources.same import same


class Nothing(Enum):
    """What a side has where it has no such place; `None` is a value."""

    ABSENT = "absent"


ABSENT = Nothing.ABSENT


@dataclass(frozen=True, slots=True)
class Sides:
    """The values at one place; `ABSENT` on a side that has no such place."""

    declared: Any
    before: Any
    after: Any

    def at(self, name: str) -> Sides:
        """The values under a key, of what are maps."""
        return Sides(*(side.get(name, ABSENT) if isinstance(side, Mapping) else ABSENT for side in self._all))

    def holding(self, item: str) -> Sides:
        """An item of what are sets: it is its own value, or it is not there."""
        return Sides(*(item if isinstance(side, list) and item in side else ABSENT for side in self._all))

    @property
    def _all(self) -> tuple[Any, Any, Any]:
        return self.declared, self.before, self.after

    @property
    def differ(self) -> bool:
        """Whether what is live is not what is wanted."""
        return not same(self.before, self.after)

    @property
    def cause(self) -> Cause:
        """Why it differs."""
        if same(self.declared, self.before):
            return Cause.MANIFEST
        return Cause.DRIFT if same(self.declared, self.after) else Cause.BOTH

    def change(self, path: str, cause: Cause | None = None) -> FieldChange:
        """The difference, whole; its cause unless that is known better."""
        op = Op.ADD if self.before is ABSENT else Op.REMOVE if self.after is ABSENT else Op.REPLACE
        cause = cause or self.cause
        return FieldChange(
            path,
            op,
            _value(self.before),
            _value(self.after),
            cause,
            None if cause is Cause.MANIFEST else _value(self.declared),
        )


def cause_of_order(declared: Sequence[str], before: Sequence[str], after: Sequence[str]) -> Cause:
    """Why items stand in another order. What was added or taken away is told of each item, so only what all have counts."""
    there = [name for name in before if name in after]
    if there == [name for name in after if name in before]:
        # What is there stays in its order, and something else comes between.
        new = {name for name in after if name not in before}
        return Cause.DRIFT if new <= set(declared) else Cause.MANIFEST
    shared = {name for name in there if name in declared}
    was, live, wanted = ([name for name in side if name in shared] for side in (declared, before, after))
    if live == wanted:  # both added something, at different places
        return Cause.BOTH
    if was == live:
        return Cause.MANIFEST
    return Cause.DRIFT if was == wanted else Cause.BOTH


def _value(side: Any) -> Any:
    return None if side is ABSENT else side
