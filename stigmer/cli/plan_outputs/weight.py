# SPDX-License-Identifier: Apache-2.0
"""How much a change matters to whoever has to say yes to it: every output shows the heaviest where it is seen first."""

from __future__ import annotations

from collections.abc import Container, Iterable
from enum import IntEnum

from stigmer.reconcile.plan import OWNER_PATH, Cause, Change, Create, Delete, Release, Update
from stigmer.resources.keys import Key
from stigmer.resources.resource import label


class Weight(IntEnum):
    """Why a change matters, the heaviest greatest. A change has the greatest of those that fit it."""

    CREATE = 0
    UPDATE = 1
    MOVE = 2
    DRIFT = 3
    DANGEROUS = 4
    DELETE = 5
    REFUSED = 6


def weighed(
    changes: Iterable[Change], refused: Container[str], dangerous: Container[Key]
) -> dict[Weight, list[Change]]:
    """The changes by weight, the heaviest weight first; within one they keep their order.

    `refused` are the labels of resources that something is said against, `dangerous` the keys of those by which somebody gains
    what is dangerous.
    """
    found: dict[Weight, list[Change]] = {each: [] for each in sorted(Weight, reverse=True)}
    for change in changes:
        found[_weight(change, refused, dangerous)].append(change)
    return {weight: those for weight, those in found.items() if those}


def _weight(change: Change, refused: Container[str], dangerous: Container[Key]) -> Weight:
    causes = [each.cause for each in change.fields] if isinstance(change, Update) else []
    if Cause.BOTH in causes or label(change.key) in refused:
        return Weight.REFUSED
    if isinstance(change, Delete):
        return Weight.DELETE
    if change.key in dangerous:
        return Weight.DANGEROUS
    if Cause.DRIFT in causes:
        return Weight.DRIFT
    if isinstance(change, Release) or _moves(change):
        return Weight.MOVE
    return Weight.CREATE if isinstance(change, Create) else Weight.UPDATE


def _moves(change: Change) -> bool:
    """Whether it gives a resource another name or another set."""
    return isinstance(change, Update) and (
        change.renamed_from is not None or any(each.path == OWNER_PATH for each in change.fields)
    )
