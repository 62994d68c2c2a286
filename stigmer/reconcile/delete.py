# SPDX-License-Identifier: Apache-2.0
"""A plan that deletes named resources, what refers to others before what it refers to."""

from __future__ import annotations

from collections.abc import Sequence

from stigmer.backends.contract import Backend
from stigmer.errors import Location, NotFoundError
from stigmer.reconcile.access import lost_access
from stigmer.reconcile.order import referrers_first
from stigmer.reconcile.plan import Delete, Plan
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named, nearest
from stigmer.resources.resource import label


def build_delete_plan(targets: Sequence[tuple[Key, Location | None]], backend: Backend) -> Plan:
    """What deleting the targets would do. Raises NotFoundError where one is not there, BackendError."""
    places = dict(targets)
    snapshot = backend.snapshot()
    missing = [key for key in places if key not in snapshot.heads]
    if missing:
        same_kind = [key.name for key in snapshot.heads if key.kind == missing[0].kind]
        near = nearest(missing[0].name, same_kind)
        names = ", ".join(label(key) for key in missing)
        raise NotFoundError(
            "resource.not_found",
            f"{names} not found",
            hint=f"did you mean {kind_named(missing[0].kind).slug}/{near}?" if near else None,
        )
    stored = backend.get(places)
    order = referrers_first({key: each.body for key, each in stored.items()})
    changes = tuple(Delete(key, stored[key].id, stored[key].revision, places[key]) for key in order)
    return Plan(
        set=None,
        adopt=False,
        base_revision=snapshot.revision,
        changes=changes,
        unchanged=(),
        diagnostics=tuple(lost_access(changes, backend)),
        declares=False,
    )
