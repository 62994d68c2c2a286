# SPDX-License-Identifier: Apache-2.0
"""A backend as it will be once plans have been carried out: what the next plan is made against while nothing has happened yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import assert_never

import orjson

from stigmer.backends.contract import (
    Backend,
    Batch,
    Committed,
    Head,
    Hit,
    SetRecord,
    Snapshot,
    Stored,
    StoreInfo,
    Version,
)
from stigmer.reconcile.plan import Change, Create, Delete, Plan, Release, Update, former_key
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import Key


class Foreseen:
    """A backend with plans put over it; see `stigmer.backends.contract.Backend`. What is made has no id yet."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._over: dict[Key, Stored | None] = {}  # None of what is gone
        self._references: dict[Key, tuple[Key, ...]] = {}  # of what is put

    def add(self, plan: Plan) -> None:
        """From now on it is as if the plan had been carried out. Raises BackendError."""
        touched = {former_key(each) for each in plan.changes}
        before = self.get(touched)
        now = datetime.now(UTC)
        for change in plan.changes:
            self._add(change, before, plan.set, now)

    def _add(self, change: Change, before: Mapping[Key, Stored], owner: str | None, now: datetime) -> None:
        match change:
            case Create():
                self._over[change.key] = Stored(
                    key=change.key,
                    id=change.id or "",
                    revision=0,
                    digest=change.digest,
                    body=change.encoded,
                    owner=owner,
                    version=1,
                    version_id="",
                    previous_version_id=None,
                    created_at=now,
                    created_by="",
                    updated_at=now,
                    updated_by="",
                    applied=change.declared,
                    protected=bool(change.protected),
                )
                self._references[change.key] = change.references
            case Update():
                former = former_key(change)
                self._over[former] = None
                self._references.pop(former, None)
                self._over[change.key] = replace(
                    before[former],
                    key=change.key,
                    digest=change.digest,
                    body=change.encoded,
                    owner=before[former].owner if owner is None else owner,
                    applied=change.declared,
                    declared=True,
                    protected=before[former].protected if change.protected is None else change.protected,
                )
                self._references[change.key] = change.references
            case Release():
                self._over[change.key] = replace(before[change.key], owner=None)
            case Delete():
                self._over[change.key] = None
                self._references.pop(change.key, None)
            case _:
                assert_never(change)

    def info(self) -> StoreInfo:
        """Who the store is."""
        return self._backend.info()

    def snapshot(self) -> Snapshot:
        """The heads as they will be."""
        known = self._backend.snapshot()
        if not self._over:
            return known
        heads = dict(known.heads)
        for key, each in self._over.items():
            if each is None:
                heads.pop(key, None)
            else:
                declared = each.declared and each.applied is None
                heads[key] = Head(each.id, each.revision, each.digest, each.owner, declared)
        return Snapshot(known.revision, heads)

    def get(self, keys: Iterable[Key]) -> Mapping[Key, Stored]:
        """What will exist among the keys."""
        wanted = list(keys)
        found = self._backend.get([key for key in wanted if key not in self._over])
        over = {key: each for key in wanted if (each := self._over.get(key)) is not None}
        return {**found, **over}

    def list(
        self, kind: str, *, org: str | None = None, labels: Mapping[str, str] | None = None
    ) -> Iterator[Stored]:
        """What there will be of a kind."""
        live = (
            each for each in self._backend.list(kind, org=org, labels=labels) if each.key not in self._over
        )
        over = (each for key, each in self._over.items() if each is not None and key.kind == kind)
        fitting = (each for each in over if org in (None, each.key.org) and _has(each, labels or {}))
        return iter(sorted((*live, *fitting), key=lambda each: each.key))

    def referrers(self, keys: Iterable[Key]) -> Mapping[Key, Sequence[Key]]:
        """Who will refer to each of the keys."""
        wanted = set(keys)
        known = self._backend.referrers(wanted)
        users = {key: {each for each in known.get(key, ()) if not self._is_other(each)} for key in wanted}
        for user, references in self._references.items():
            for key in wanted.intersection(references):
                users[key].add(user)
        return {key: sorted(found) for key, found in users.items() if found}

    def _is_other(self, key: Key) -> bool:
        """Whether the backend does not know any more to what the resource refers."""
        return key in self._references or (key in self._over and self._over[key] is None)

    def fingerprints(self, values: Sequence[Secret]) -> Sequence[str]:
        """The store's own."""
        return self._backend.fingerprints(values)

    def apply(self, batch: Batch) -> Committed:
        """Does nothing: what is only foreseen cannot be changed."""
        raise NotImplementedError("a plan is carried out in the backend itself")

    def sets(self) -> Mapping[str, SetRecord]:
        """The sets as they are remembered now."""
        return self._backend.sets()

    def versions(self, key: Key) -> Sequence[Version]:
        """The history until now."""
        return self._backend.versions(key)

    def set_versions(self, owner: str) -> Sequence[Version]:
        """The histories until now."""
        return self._backend.set_versions(owner)

    def search(self, text: str, *, org: str | None = None, limit: int = 20) -> Sequence[Hit]:
        """What is found now."""
        return self._backend.search(text, org=org, limit=limit)

    def close(self) -> None:
        """Ends nothing: the backend belongs to whoever opened it."""


def _has(stored: Stored, labels: Mapping[str, str]) -> bool:
    if not labels:
        return True
    own = orjson.loads(stored.body)["metadata"].get("labels") or {}
    return labels.items() <= own.items()
