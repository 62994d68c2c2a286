# SPDX-License-Identifier: Apache-2.0
"""What can be said of the health of a store, whatever keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from stigmer.errors import StigmerError


@dataclass(frozen=True, slots=True)
class Opening:
    """What came of opening everything that is sealed in a store.

    `values` is how many were looked at, those of former versions too. `wrong` is how many of those that resources have now do not
    open, are not the ones that they should be, or are gone; `told` says what is wrong, once where it is the same of many. `former`
    is how many are wrong that only former versions and deleted resources had.
    """

    values: int
    wrong: int = 0
    told: tuple[StigmerError, ...] = ()
    former: int = 0


@dataclass(frozen=True, slots=True)
class Health:
    """A store that was looked at and not changed.

    `exposed` are the paths of its files that others than their owner may read, `bytes` is the size of all. `damage` is what does not
    hold together, `key` what is wrong with its master key, `opening` what came of opening everything with it, None where that could
    not be tried; `busy` says that somebody writes to it at this moment.
    """

    description: str
    revision: int
    resources: int
    bytes: int
    damage: tuple[str, ...] = ()
    key: StigmerError | None = None
    busy: bool = False
    exposed: tuple[str, ...] = ()
    opening: Opening | None = None
