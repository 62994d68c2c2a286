# SPDX-License-Identifier: Apache-2.0
"""The plan: what would change, as a closed union that `diff` shows and `apply` carries out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson

from stigmer.backends.contract import Commit, Head, SecretEntry, SetSource
from stigmer.errors import Diagnostic, Location, Severity
from stigmer.resources.confidential import Unresolved
from stigmer.resources.display import display
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named
from stigmer.resources.paths import Path


class Op(StrEnum):
    """What happens to a field."""

    ADD = "add"
    REMOVE = "remove"
    REPLACE = "replace"


class Cause(StrEnum):
    """Why a field differs: since it was last applied, the manifest changed, the live resource did, or both."""

    MANIFEST = "manifest"
    DRIFT = "drift"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Blame:
    """Who made a change that is live, when, at which revision, and what was said of it."""

    actor: str
    at: datetime
    revision: int
    message: str | None = None
    commit: Commit | None = None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One difference, values as a manifest writes them; a secret is a `Redacted` or an `Unresolved`. Unused sides are None.

    `applied` is the value that was last declared and `blame` who changed it since; both only where the live value drifted.
    """

    path: str
    op: Op
    before: Any = None
    after: Any = None
    cause: Cause = Cause.MANIFEST
    applied: Any = None
    blame: Blame | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A resource as it is to be: its canonical bytes, secrets as fingerprints, and where its manifest starts.

    `references` are the keys that must exist for it, `protected` what it says of deletion, `secrets` its secrets by field path,
    `unresolved` the sources that could not be read, by their place. `declared` is what was declared where that is not `encoded`;
    `restores` the number of the version it is taken from.
    """

    key: Key
    encoded: bytes
    digest: str
    location: Location | None = None
    references: tuple[Key, ...] = ()
    protected: bool | None = None
    secrets: Mapping[str, SecretEntry] = field(default_factory=dict)
    unresolved: Mapping[Path, Unresolved] = field(default_factory=dict)
    declared: bytes | None = None
    restores: int | None = None

    @property
    def after(self) -> Mapping[str, Any]:
        """The resource as a manifest writes it; made when asked for, since most of a large plan is never shown."""
        return shown(self.key, self.encoded, self.unresolved)


def shown(key: Key, encoded: bytes, unresolved: Mapping[Path, Unresolved]) -> dict[str, Any]:
    """A resource as a manifest writes it; where a secret has no value at all, its source stands for it."""
    body = display(kind_named(key.kind), orjson.loads(encoded), key.org)
    for steps, source in unresolved.items():
        entry: Any = body
        for step in steps:
            entry = entry[step]
        if entry["value"].fingerprint is None:
            entry["value"] = source
    return body


@dataclass(frozen=True, slots=True, kw_only=True)
class Create(Wanted):
    """A resource that is not there. `id` is the one it had, where it was deleted and comes back."""

    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Update(Wanted):
    """A resource that is there and will differ. `renamed_from` is the key it has until then, where that is another."""

    id: str
    revision: int
    fields: tuple[FieldChange, ...]
    renamed_from: Key | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """A resource that is there and will not be. `location` is the manifest that named it, where one did."""

    key: Key
    id: str
    revision: int
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """A resource that leaves the set and stays; `reason` says why, for show.

    Most often it was declared with `deletion: orphan`, and is declared no more.
    """

    key: Key
    id: str
    revision: int
    set: str
    reason: str = "as deletion: orphan asks"

    @property
    def location(self) -> None:
        """No manifest asks for it."""
        return None

    @property
    def fields(self) -> tuple[FieldChange, ...]:
        """The one difference."""
        return (FieldChange(OWNER_PATH, Op.REMOVE, before=self.set),)


@dataclass(frozen=True, slots=True)
class Settled:
    """A resource that is as declared, though not by declaration: from now on drift is measured against what is declared now."""

    key: Key
    id: str
    revision: int
    declared: bytes | None = None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A resource that is as declared, or an execution that is declared and not run here. Of a rollback none has a place."""

    key: Key
    location: Location | None


Change = Create | Update | Release | Delete


def former_key(change: Change) -> Key:
    """The key that a resource has before the plan; of one that is made, the one that it gets."""
    return change.renamed_from or change.key if isinstance(change, Update) else change.key


def expected_revisions(changes: Iterable[Change], heads: Mapping[Key, Head]) -> Mapping[Key, int]:
    """What changes refer to and leave alone, with its revision."""
    all_of_them = tuple(changes)
    puts = (each for each in all_of_them if isinstance(each, (Create, Update)))
    live = {key: heads[key].revision for each in puts for key in each.references if key in heads}
    if not live:
        return live
    touched = {each.key for each in all_of_them} | {former_key(each) for each in all_of_them}
    return {key: revision for key, revision in live.items() if key not in touched}


OWNER_PATH = "metadata.set"
"""The path under which a plan shows that a resource comes into another set."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying would do. `set` is the set that owns what is put, `adopt` lets it take resources from other sets.

    `changes` are in the order in which they happen. `unresolved` are the secrets whose source could not be read: a warning in a
    diff, a refusal of an apply that is not told to keep what is stored. `unheld` are those of them of which nothing is stored.

    `settled` are resources that change nothing and are declared from now on. `source` is where the set's whole is applied from,
    `moves` whether that is news to the store. `expects` are the revisions of what the changes refer to outside the plan.
    `declares` is false of a plan that nobody's manifests ask for, such as a rollback.
    """

    set: str | None
    adopt: bool
    base_revision: int
    changes: tuple[Change, ...]
    unchanged: tuple[Unchanged, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    unresolved: tuple[Diagnostic, ...] = ()
    unheld: tuple[Diagnostic, ...] = ()
    settled: tuple[Settled, ...] = ()
    source: SetSource | None = None
    moves: bool = False
    expects: Mapping[Key, int] = field(default_factory=dict)
    declares: bool = True
    store_id: str = ""

    @property
    def refusals(self) -> tuple[Diagnostic, ...]:
        """Why the plan may not be applied; empty where it may."""
        return tuple(each for each in self.diagnostics if each.severity is Severity.ERROR)

    def count(self, *kinds: type[Change]) -> int:
        """How many changes are of one of the kinds."""
        return sum(isinstance(change, kinds) for change in self.changes)
