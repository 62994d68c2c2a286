# SPDX-License-Identifier: Apache-2.0
"""What can be said of the health of a store, whatever keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from stigmer.errors import StigmerError


@dataclass(frozen=True, slots=True)
class Health:
    """A store that was looked at and not changed.

    `exposed` are the paths of its files that others than their owner may read, `bytes` is the size of all. `damage` is what does not hold together, `key` what is
    wrong with its master key, `busy` says that somebody writes to it at this moment.
    """

    description: str
    revision: int
    resources: int
    bytes: int
    damage: tuple[str, ...] = ()
    key: StigmerError | None = None
    busy: bool = False
    exposed: tuple[str, ...] = ()
