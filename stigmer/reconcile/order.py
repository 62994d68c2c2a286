# SPDX-License-Identifier: Apache-2.0
"""Orders of resources that are known by what they refer to, rather than by manifests (see `graph`)."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named
from stigmer.resources.links import links


def referrers_first(bodies: Mapping[Key, bytes]) -> list[Key]:
    """The keys of canonical bodies, each before those that it refers to; equals in key order."""
    references = _references(bodies)
    referrers: dict[Key, list[Key]] = {key: [] for key in references}
    for key, targets in references.items():
        for target in targets:
            referrers[target].append(key)
    return each_after(referrers)


def referred_first(bodies: Mapping[Key, bytes]) -> list[Key]:
    """The keys of canonical bodies, each after those that it refers to; equals in key order."""
    return each_after(_references(bodies))


def _references(bodies: Mapping[Key, bytes]) -> dict[Key, list[Key]]:
    """Whom of the others each refers to, all in key order."""
    return {
        key: sorted(links(kind_named(key.kind), orjson.loads(bodies[key])) & bodies.keys())
        for key in sorted(bodies)
    }


def each_after(awaited: dict[Key, list[Key]]) -> list[Key]:
    """The keys in their order, but each after those that it awaits, as far as there is no circle."""
    order: dict[Key, None] = {}
    stack = [(key, False) for key in reversed(awaited)]
    seen: set[Key] = set()
    while stack:
        key, finished = stack.pop()
        if finished:
            order[key] = None
        elif key not in seen:
            seen.add(key)
            stack.append((key, True))
            stack.extend((each, False) for each in reversed(awaited[key]))
    return list(order)
