# SPDX-License-Identifier: Apache-2.0
"""What a set owns and no manifest declares any more: deleted, or released where it was declared an orphan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stigmer.backends.contract import Backend, Snapshot
from stigmer.errors import Diagnostic
from stigmer.manifests.manifest import Manifest
from stigmer.reconcile.options import PlanOptions
from stigmer.reconcile.plan import Change, Delete, Release
from stigmer.resources.keys import Key


@dataclass(frozen=True, slots=True)
class Pruned:
    """What goes, in the order in which it goes, and what is to be said of it."""

    changes: tuple[Delete | Release, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def prune(
    declared: Mapping[Key, Manifest],
    live_keys: Mapping[Key, Key],
    changes: Sequence[Change],
    snapshot: Snapshot,
    backend: Backend,
    options: PlanOptions,
) -> Pruned:
    """What the set owns and `declared` lacks. `live_keys` says of each declared resource under which key it is live."""
    return Pruned()
