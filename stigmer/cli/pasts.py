# SPDX-License-Identifier: Apache-2.0
"""Whose history a word on the command line means: `agent/bot`, live or deleted, or `agent/agt_...`."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from stigmer.backends.contract import Backend, Version
from stigmer.backends.history import HISTORY_KIND
from stigmer.cli.selection import parse_resource, require_found
from stigmer.reconcile.past import find_version, history_of
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a key: the `versions` of every resource that ever had it, and of the one that is meant its `own`.

    Both come newest first and are never empty.
    """

    key: Key
    versions: tuple[Version, ...]
    own: tuple[Version, ...]

    def find(self, word: str) -> Version:
        """The version that a word means. Raises NotFoundError, UsageError."""
        return find_version(self.key, word, self.versions, self.own)


def find_past(store: Backend, word: str, org: str) -> Past:
    """The past of what a word names. Raises NotFoundError, with the nearest name, and UsageError."""
    key = parse_resource(word, org)
    heads = store.snapshot().heads
    if key.name.startswith(f"{kind_named(key.kind).id_prefix}_"):  # no name holds an underscore
        return _of_id(store, key)
    versions = tuple(store.versions(key))
    if not versions:
        require_found([key], (known for known in heads if known != key))
    return Past(key, versions, history_of(key, versions, heads))


def _of_id(store: Backend, named: Key) -> Past:
    """The past of the resource with an id, which is not looked for in one organization alone."""
    id_ = named.name
    for key, head in store.snapshot().heads.items():
        if head.id == id_:
            return _own(key, store, id_)
    for stored in store.list(HISTORY_KIND):
        spec = orjson.loads(stored.body)["spec"]
        if spec["resource_id"] == id_:
            return _own(Key(named.kind, spec.get("org", ""), spec["name"]), store, id_)
    require_found([named], ())
    raise AssertionError(named)


def _own(key: Key, store: Backend, id_: str) -> Past:
    own = tuple(each for each in store.versions(key) if each.resource_id == id_)
    return Past(own[0].key, own, own)
