# SPDX-License-Identifier: Apache-2.0
"""How the secrets of a store are sealed, and what became of its master key when that was rotated, whatever keeps the store."""

from __future__ import annotations

from dataclasses import dataclass

from stigmer.errors import StigmerError


@dataclass(frozen=True, slots=True)
class KeyUse:
    """One version of the master key: how many data keys it seals, and how many values of the old format it seals itself.

    `kept` is None where the key could not be read, so that nobody knows.
    """

    version: int
    data_keys: int
    values: int
    kept: bool | None


@dataclass(frozen=True, slots=True)
class Confidant:
    """A resource and how many secrets its live version has."""

    org: str
    name: str
    secrets: int


@dataclass(frozen=True, slots=True)
class Sealing:
    """The secrets of a store by number. Nothing was changed, and no value was opened to know it.

    `place` is what people call the place of the master key, None where nothing is sealed and there is none; `version` that version of
    it which seals what is new; `values` are all that are kept, those of former versions of `resources` too; `contexts` are those that
    executions may read now. `problem` is what is wrong with the key.
    """

    store_id: str
    revision: int
    place: str | None
    version: int
    versions: tuple[KeyUse, ...]
    rotating: bool
    resources: int
    values: int
    old_format: int
    environments: tuple[Confidant, ...]
    contexts: int
    problem: StigmerError | None = None


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did, or the end of one that was under way (`resumed`).

    `version` seals everything now, apart from what is `unreadable`; `data_keys` and `values` were sealed anew. Of the older versions
    `dropped` are gone, and `kept` are still needed: for what is unreadable, or by the backends that `needed_by` names. `copies` are
    files beside the store from before, whose secrets need a version that is gone. `tidy` says that no key as it was sealed before is
    left in the store's files; where it is not, somebody was reading them, and it is when he has ended.
    """

    place: str
    version: int
    resumed: bool
    data_keys: int
    values: int
    dropped: tuple[int, ...]
    kept: tuple[int, ...]
    unreadable: tuple[StigmerError, ...] = ()
    needed_by: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    tidy: bool = True

    @property
    def finished(self) -> bool:
        """Whether one version is left."""
        return not self.kept
