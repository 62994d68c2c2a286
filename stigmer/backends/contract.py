# SPDX-License-Identifier: Apache-2.0
"""The backend contract: what a store of resources promises, and the types it speaks.

One conformance suite holds every backend to this page. What a runner asks of a backend is the other half of the contract:
the contexts of executions are in `stigmer.backends.context`; executions and artifacts are declared in `proto/stigmer/backend/v1` and
join it with the runners.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from stigmer.errors import Diagnostic, Severity
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import Key

CONTEXT_LIFETIME = timedelta(minutes=15)
"""How long a context (`stigmer.backends.context`) lasts unless it is renewed: longer than a runner may be silent, shorter than anybody
would mind."""


class Operation(StrEnum):
    """What made a version."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """Who a store is, and `actor`, who its caller is as authenticated.

    `store_id` never changes; `revision` counts committed batches; `description` is for people.
    """

    store_id: str
    revision: int
    organization: str
    description: str
    actor: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The little of a resource that planning needs to see that nothing changed.

    `owner` is the set that owns it. `declared` says that what is live is what was last declared, so that nothing drifted.
    """

    id: str
    revision: int
    digest: str
    owner: str | None
    declared: bool = True


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The heads of a store, all of one moment."""

    revision: int
    heads: Mapping[Key, Head]


@dataclass(frozen=True, slots=True)
class SetSource:
    """Where a set is applied from: the git remote without credentials (None outside git), and the path in the repository,
    or the directory outside git."""

    remote: str | None
    path: str

    def __str__(self) -> str:
        return self.path if self.remote is None else f"{self.remote} ({self.path})"


@dataclass(frozen=True, slots=True)
class SetRecord:
    """What a store remembers of a set: where it was last applied from as a whole, when, by whom, at which revision."""

    name: str
    source: SetSource | None
    revision: int
    applied_at: datetime
    applied_by: str

    def against(self, source: SetSource) -> Iterator[Diagnostic]:
        """Why the set may not be applied from a source without being taken over."""
        if self.source not in (None, source):
            yield Diagnostic(
                Severity.ERROR,
                "set.source",
                f"set {self.name} is applied from {self.source}, last on {self.applied_at:%Y-%m-%d} by {self.applied_by},"
                f" and this is {source}",
                hint="apply it from there, give this one another name, or take it over with --adopt",
            )


@dataclass(frozen=True, slots=True)
class Commit:
    """The commit a change came from, as git told it; the author is what the commit says, not who was authenticated."""

    id: str
    author: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A resource as the store holds it.

    `body` is its canonical JSON; secrets in it are fingerprints. `status` is the system's part, JSON or None. `applied` is the
    canonical JSON that was last declared where that is not `body`, else None: something else than an apply changed it since, or
    it carries labels and annotations that nobody declared. `declared` says whether it ever was. `protected` says that deleting
    it is refused.
    """

    key: Key
    id: str
    revision: int
    digest: str
    body: bytes
    owner: str | None
    version: int
    version_id: str
    previous_version_id: str | None
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
    status: bytes | None = None
    applied: bytes | None = None
    declared: bool = True
    protected: bool = False


@dataclass(frozen=True, slots=True)
class SecretEntry:
    """A secret that a body carries: its fingerprint, and its clear value where the store may not have it yet."""

    fingerprint: str
    value: Secret | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """Writes a resource.

    With `id` None it must not exist; else it must have that id and `expected_revision`. A key that differs from the stored one
    renames it. `secrets` holds every secret of `body` by its field path; the store keeps the ciphertext it has where an entry
    brings no value. `references` are the keys that must exist for this resource to make sense: none of them may be deleted
    while this resource stands. `protected` refuses deletion until a put says False; None leaves it as it is. `declared` is what
    was declared where that is not `body`, which then carries labels or annotations of others too.

    `restores` is the number of the version that the body is taken from, which makes it a restoration. Only then may `id` be that
    of a resource that was deleted (`expected_revision` is 0): it comes back with its id, its set and its history.
    """

    key: Key
    id: str | None
    expected_revision: int
    body: bytes
    digest: str
    references: tuple[Key, ...] = ()
    protected: bool | None = None
    secrets: Mapping[str, SecretEntry] = field(default_factory=dict)
    declared: bytes | None = None
    restores: int | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """Deletes a resource; its versions stay. Refused while another resource refers to it or while it is protected."""

    key: Key
    id: str
    expected_revision: int


@dataclass(frozen=True, slots=True)
class Release:
    """Takes a resource out of the set that owns it. It stays as it is, and that is a version of its history."""

    key: Key
    id: str
    expected_revision: int


@dataclass(frozen=True, slots=True)
class Settle:
    """Says that what is live is what is declared. Nothing changes but what drift is measured against: no version is made.

    `declared` is what was declared where that is not the live body, as in a `Put`.
    """

    key: Key
    id: str
    expected_revision: int
    declared: bytes | None = None


BatchOperation = Put | Delete | Release | Settle


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes that happen together or not at all.

    `owner` is the set that comes to own what is put (None leaves the owner as it is). `adopt` lets it take what another set
    owns, and the set itself from another source. `requires` are keys outside the batch that must exist when it commits,
    `expects` keys outside it that must still have these revisions. `declares` says that what is put is what somebody declared,
    which is what drift is measured against; a rollback or a direct change does not declare.

    `source` is where the set's whole is applied from: it is remembered, and another one is refused unless `adopt`. None where
    the batch speaks of a part.
    """

    operations: tuple[BatchOperation, ...]
    owner: str | None = None
    adopt: bool = False
    requires: tuple[Key, ...] = ()
    message: str | None = None
    commit: Commit | None = None
    declares: bool = True
    expects: Mapping[Key, int] = field(default_factory=dict)
    source: SetSource | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one operation; in the order of the batch."""

    key: Key
    id: str
    revision: int
    version: int


@dataclass(frozen=True, slots=True)
class Committed:
    """A batch that was committed. One that changes no resource (empty, or settling alone) leaves the revision as it is."""

    revision: int
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One entry of a resource's history. `body` is the canonical JSON after the change; of a deletion, what was deleted.

    `owner` is the set that owned it then, `declares` whether the body was what was declared; of a deletion, whether that was.
    """

    id: str
    key: Key
    resource_id: str
    number: int
    operation: Operation
    digest: str
    body: bytes
    revision: int
    previous_id: str | None
    actor: str
    created_at: datetime
    message: str | None = None
    commit: Commit | None = None
    owner: str | None = None
    declares: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One skill found by a search; `excerpt` marks what matched with `[` and `]`. The best comes first."""

    key: Key
    title: str
    excerpt: str


class Backend(Protocol):
    """A store of resources. Every method may raise `BackendError` (cannot be reached, cannot write, damaged)."""

    def info(self) -> StoreInfo:
        """Who this store is."""

    def snapshot(self) -> Snapshot:
        """The heads of all resources, of one moment."""

    def get(self, keys: Iterable[Key]) -> Mapping[Key, Stored]:
        """The resources that exist among `keys`."""

    def list(
        self, kind: str, *, org: str | None = None, labels: Mapping[str, str] | None = None
    ) -> Iterator[Stored]:
        """Resources of a kind, by org and name, in every org where `org` is None; `labels` must all match."""

    def referrers(self, keys: Iterable[Key]) -> Mapping[Key, Sequence[Key]]:
        """Who refers to each of the keys that somebody refers to, in key order."""

    def fingerprints(self, values: Sequence[Secret]) -> Sequence[str]:
        """Keyed fingerprints of clear values: 64 hexadecimal digits each, equal for equal values of one store."""

    def apply(self, batch: Batch) -> Committed:
        """Commits the batch or changes nothing.

        Raises `RefusedError` with one diagnostic a reason: `plan.stale` (another revision, or it exists already; it names who
        changed it), `reference.missing` (a required or referenced key does not exist), `delete.referenced`, `delete.protected`,
        `set.owned` (another set owns it and `adopt` is false), `set.source` (the set was applied from elsewhere and `adopt` is
        false), `secret.missing` (a fingerprint whose value neither the batch nor the store has).
        """

    def sets(self) -> Mapping[str, SetRecord]:
        """What is remembered of the sets that were applied as a whole, by name."""

    def versions(self, key: Key) -> Sequence[Version]:
        """The history of whatever had this key, newest first; it survives deletion."""

    def set_versions(self, owner: str) -> Sequence[Version]:
        """The histories of all resources that a set owns or ever owned, by resource, the newest version first."""

    def search(self, text: str, *, org: str | None = None, limit: int = 20) -> Sequence[Hit]:
        """Skills whose name, title, description or text match all the words, the best first."""

    def close(self) -> None:
        """Ends the use of the store."""
