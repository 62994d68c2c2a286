# SPDX-License-Identifier: Apache-2.0
"""A plan that deletes named resources, what refers to others before what it refers to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson

from stigmer.backends.contract import Backend, Stored
from stigmer.errors import Location, NotFoundError
from stigmer.reconcile.plan import Delete, Plan
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named, nearest
from stigmer.resources.links import links
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
    changes = tuple(
        Delete(key, stored[key].id, stored[key].revision, places[key]) for key in _referrers_first(stored)
    )
    return Plan(set=None, adopt=False, base_revision=snapshot.revision, changes=changes, unchanged=())


def _referrers_first(stored: Mapping[Key, Stored]) -> list[Key]:
    """The keys, each before those that it refers to; equals in key order."""
    references = {
        key: sorted(links(kind_named(key.kind), orjson.loads(stored[key].body)) & stored.keys())
        for key in sorted(stored)
    }
    order: dict[Key, None] = {}
    stack = [(key, False) for key in reversed(references)]
    seen: set[Key] = set()
    while stack:
        key, finished = stack.pop()
        if finished:
            order[key] = None
        elif key not in seen:
            seen.add(key)
            stack.append((key, True))
            stack.extend((each, False) for each in reversed(references[key]))
    return list(reversed(order))
