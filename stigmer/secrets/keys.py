# SPDX-License-Identifier: Apache-2.0
"""The keys of a store: the master key in its versions, the data key of one resource, and where master keys may be kept.

A master key seals data keys and the key of the fingerprints, never a value; a data key seals the values of its resource. So a new
master key means that little is sealed anew.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Protocol

from stigmer.errors import BackendError
from stigmer.secrets.memory import keep_out_of_core_dumps

KEY_BYTES = 32


class SecretError(BackendError):
    """A secret cannot be sealed or opened: the key is missing, exposed or another, or what is stored is damaged."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """One version of a master key: its number, which counts from 1, and 32 bytes that never show."""

    version: int
    material: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class DataKey:
    """The key of one resource: its version, which counts from 1, and 32 bytes that never show."""

    version: int
    material: bytes = field(repr=False)


SealingKey = MasterKey | DataKey


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """The versions of a master key that are kept, oldest first: one, and while keys are rotated two."""

    versions: tuple[MasterKey, ...]

    def __post_init__(self) -> None:
        keep_out_of_core_dumps()
        numbers = [key.version for key in self.versions]
        if not numbers or numbers != sorted(set(numbers)) or numbers[0] < 1:
            raise ValueError("versions of a master key count upwards, and there is at least one")

    @property
    def current(self) -> MasterKey:
        """The newest version, with which everything new is sealed."""
        return self.versions[-1]

    def version(self, number: int) -> MasterKey:
        """The key of that version. Raises SecretError `secret.key_version` where it is not kept."""
        for key in self.versions:
            if key.version == number:
                return key
        kept = ", ".join(str(key.version) for key in self.versions)
        raise SecretError(
            "secret.key_version",
            f"version {number} of the master key is needed, and kept is {kept}",
            hint="restore the key or the store from a backup, so that they are of one time",
        )


class KeyPlace(Protocol):
    """Where the master key of a store is kept; `str` says it as messages do."""

    def exists(self) -> bool:
        """Whether a key is kept here. Raises SecretError where that cannot be told."""

    def load(self) -> MasterKeys:
        """The key in its versions. Raises SecretError: `secret.key_missing`, `secret.key_unreadable`, `secret.key_exposed` where
        others than the owner may read it, `secret.key_malformed`."""

    def put(self, keys: MasterKeys) -> MasterKeys:
        """Keeps a key where there is none, whole or not at all. One that is there stays, and is returned in its place.

        Raises SecretError `secret.key_unwritable`, and what `load` raises.
        """

    def replace(self, keys: MasterKeys) -> None:
        """Keeps these versions in place of those that are there, whole or not at all, and on the disk when it returns.

        Raises SecretError `secret.key_unwritable`.
        """


def new_master_keys() -> MasterKeys:
    """A new key, of which there is one version."""
    return MasterKeys((MasterKey(1, os.urandom(KEY_BYTES)),))


def next_version(keys: MasterKeys) -> MasterKey:
    """A new version of a key, one above the newest."""
    return MasterKey(keys.current.version + 1, os.urandom(KEY_BYTES))


def new_data_key(version: int) -> DataKey:
    """A new key for a resource."""
    return DataKey(version, os.urandom(KEY_BYTES))
