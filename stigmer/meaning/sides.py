# SPDX-License-Identifier: Apache-2.0
"""The resources before a plan and after it. Only what is asked for is read, many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import orjson

from stigmer.backends.contract import Backend
from stigmer.checks.world import World
from stigmer.reconcile.plan import Change, Create, Delete, Plan, Release, Update
from stigmer.resources.keys import Key
from stigmer.resources.needs import Body

if TYPE_CHECKING:
    from stigmer.resources.needs import Asked


class Side:
    """The resources at one of the two moments; see `stigmer.resources.needs.Bodies`."""

    def __init__(self, live: World, put: Mapping[Key, bytes | None], former: Mapping[Key, Key]) -> None:
        self.asked: dict[Key, Asked | None] = {}
        self._live = live
        self._put = put
        self._former = former
        self._bodies: dict[Key, Body] = {}

    def body(self, key: Key) -> Body | None:
        """What a key names; None where it is not there."""
        if key not in self._put:
            return self._live.body(key)
        encoded = self._put[key]
        if encoded is not None and key not in self._bodies:
            self._bodies[key] = orjson.loads(encoded)
        return self._bodies.get(key)

    def earlier(self, key: Key) -> Body | None:
        """What a key names before the plan, by whatever name it had then."""
        return self._live.body(self._former.get(key, key))


class Sides:
    """A plan's two moments, and who refers to whom.

    `changes` are the plan's changes by the key they have after it, of what is deleted by the one it had. `names` leads from each
    former name to the new one, `left` from those that nothing has afterwards.
    """

    def __init__(self, plan: Plan, backend: Backend) -> None:
        self.changes: dict[Key, Change] = {each.key: each for each in plan.changes}
        self.names = {
            each.renamed_from: each.key
            for each in plan.changes
            if isinstance(each, Update) and each.renamed_from is not None
        }
        self._former = {new: old for old, new in self.names.items()}
        self.left = {old: new for old, new in self.names.items() if old not in self.changes}
        self.live = World((), backend)
        # What the plan makes is not there before, and need not be asked for.
        made = dict.fromkeys(each.key for each in plan.changes if isinstance(each, Create))
        self.before = Side(self.live, made, {})
        self.after = Side(self.live, dict(self._puts(plan)), self._former)
        self._referrers: dict[Key, Sequence[Key]] = {}
        self._users: dict[Key, list[Key]] | None = None

    def former(self, key: Key) -> Key:
        """The name before the plan of what has this one after it."""
        return self._former.get(key, key)

    def is_new(self, key: Key) -> bool:
        """Whether the plan creates it."""
        return isinstance(self.changes.get(key), Create)

    def is_deleted(self, key: Key) -> bool:
        """Whether the plan deletes it."""
        return isinstance(self.changes.get(key), Delete)

    def ask_referrers(self, keys: Iterable[Key]) -> None:
        """Learns in one call who refers to these keys, names after the plan; what the plan makes has no referrers yet."""
        former = (self.former(key) for key in keys if not self.is_new(key))
        asked = {key for key in former if key not in self._referrers}
        if asked:
            self._referrers |= dict.fromkeys(asked, ())
            self._referrers |= self.live.referrers(asked)

    def referrers(self, key: Key, *kinds: str) -> list[Key]:
        """Who refers to a key before the plan, of some kinds, by their names after it."""
        self.ask_referrers((key,))
        found = self._referrers.get(self.former(key), ())
        return [self.names.get(each, each) for each in found if each.kind in kinds]

    def users(self, key: Key, *kinds: str) -> list[Key]:
        """Who refers to a key before the plan, and which changed resources do so after it."""
        if self._users is None:
            self._users = {}
            for user, change in self.changes.items():
                for used in change.references if isinstance(change, (Create, Update)) else ():
                    self._users.setdefault(used, []).append(user)
        new = [each for each in self._users.get(key, ()) if each.kind in kinds]
        return list(dict.fromkeys([*self.referrers(key, *kinds), *new]))

    def _puts(self, plan: Plan) -> Iterable[tuple[Key, bytes | None]]:
        for change in plan.changes:
            match change:
                case Delete():
                    yield change.key, None
                case Update(renamed_from=Key() as former):
                    # Whoever still calls it so means it all the same: that is refused, and takes nothing from them.
                    yield former, change.encoded
                case Create() | Update() | Release():
                    pass
        for change in plan.changes:
            if isinstance(change, (Create, Update)):
                yield change.key, change.encoded
