# SPDX-License-Identifier: Apache-2.0
"""The plan: what would change, as a closed union that `diff` shows and `apply` carries out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from stigmer.errors import Diagnostic, Location, Severity
from stigmer.reconcile.seal import Sealed
from stigmer.resources.keys import Key
from stigmer.resources.resource import Resource


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
class FieldChange:
    """One difference, values as a manifest writes them; a secret is a `Redacted` or an `Unresolved`. Unused sides are None."""

    path: str
    op: Op
    before: Any = None
    after: Any = None
    cause: Cause = Cause.MANIFEST


@dataclass(frozen=True, slots=True)
class Wanted:
    """A resource as it is to be: sealed, its canonical bytes and their digest, and where its manifest starts."""

    sealed: Sealed
    encoded: bytes
    digest: str
    location: Location

    @property
    def resource(self) -> Resource:
        """The resource."""
        return self.sealed.resource

    @property
    def key(self) -> Key:
        """What is to be."""
        return self.sealed.resource.key

    @property
    def after(self) -> Mapping[str, Any]:
        """The resource as a manifest writes it; made when asked for, since most of a large plan is never shown."""
        return self.sealed.display()


@dataclass(frozen=True, slots=True)
class Create(Wanted):
    """A resource that is not there yet."""


@dataclass(frozen=True, slots=True)
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
class Unchanged:
    """A resource that is as declared, or an execution that is declared and not run here."""

    key: Key
    location: Location


Change = Create | Update | Delete


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying would do. `set` is the set that owns what is put, `adopt` lets it take resources from other sets.

    `changes` are in the order in which they happen. `unresolved` are the secrets whose source could not be read: a warning in a
    diff, a refusal of an apply that is not told to keep what is stored. `unheld` are those of them of which nothing is stored.
    """

    set: str | None
    adopt: bool
    base_revision: int
    changes: tuple[Change, ...]
    unchanged: tuple[Unchanged, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    unresolved: tuple[Diagnostic, ...] = ()
    unheld: tuple[Diagnostic, ...] = ()

    @property
    def refusals(self) -> tuple[Diagnostic, ...]:
        """Why the plan may not be applied; empty where it may."""
        return tuple(each for each in self.diagnostics if each.severity is Severity.ERROR)

    def count(self, kind: type[Create] | type[Update] | type[Delete]) -> int:
        """How many changes are of one kind."""
        return sum(isinstance(change, kind) for change in self.changes)
