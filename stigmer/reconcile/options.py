# SPDX-License-Identifier: Apache-2.0
"""What a plan is to heed, beside the manifests."""

from __future__ import annotations

from dataclasses import dataclass

from stigmer.backends.contract import SetSource

DEFAULT_MAX_DELETE_PERCENT = 30


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """How a plan is made.

    `set` is the set that comes to own what is applied, `adopt` lets it take resources, and itself, from others. `source` is where
    the manifests come from, None where there is nothing to remember; `part` says that they may be less than the set's whole. `prune` deletes what the set owns and nobody declares
    any more, at most `max_delete_percent` of it (0 to 100). `heal` makes what drifted as declared, else drift is refused.
    `force` overwrites what both the manifest and somebody else changed.
    """

    set: str | None = None
    adopt: bool = False
    source: SetSource | None = None
    part: bool = False
    prune: bool = False
    max_delete_percent: int = DEFAULT_MAX_DELETE_PERCENT
    heal: bool = True
    force: bool = False
