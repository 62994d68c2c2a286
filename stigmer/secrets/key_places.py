# SPDX-License-Identifier: Apache-2.0
"""Where the master key of a home may be: in the file that a variable names, in `master.key`, in the keychain; and which of them it is.

A key that is there is always used where it is, in this order; only for a new one somebody's wish counts. So no wish, and no keychain
that is out of reach, ever makes a second key for a store that has one.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from stigmer.errors import StigmerError
from stigmer.secrets.key_entry import KEYCHAIN_WORDS, KeychainEntry, unanswered
from stigmer.secrets.key_file import KeyFile, nobody, unwritable
from stigmer.secrets.keychain import Keychain, KeychainError, find_keychain
from stigmer.secrets.keys import KeyPlace, MasterKeys, SecretError
from stigmer.secrets.passphrase import AskPassphrase

VARIABLE = "STIGMER_MASTER_KEY_FILE"


class Sort(StrEnum):
    """The sorts of places for a master key: the keychain, a plain file, a file under a passphrase."""

    KEYCHAIN = "keychain"
    FILE = "file"
    PASSPHRASE = "passphrase"


class OwnPlace(KeyPlace, Protocol):
    """A place that a key can also be taken from. All of this raises SecretError `secret.key_unwritable`, `secret.keychain`."""

    def rewrite(self, keys: MasterKeys) -> None:
        """Keeps a key here in the form of this place, whatever is here. Raises what asking for a new passphrase raises."""

    def remove(self) -> None:
        """Takes the key away, if there is one."""

    def copy_aside(self, stamp: str) -> str:
        """Keeps a copy of what is here under another name, which is returned as `str` says places."""


def _nothing() -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class HomeKey:
    """The master key of a home, wherever it is; see `stigmer.secrets.keys.KeyPlace`.

    `file` is the home's own, `named` the one that a variable names, `username` the name of its entry in the keychain; `sort` is what
    the user wants for a new key, None for whatever is best here; `remembered` tells what place the store remembers, as `str` says it.
    """

    file: Path
    username: str
    named: Path | None = None
    sort: Sort | None = None
    passphrase: AskPassphrase = field(default=nobody, repr=False, compare=False)
    environ: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    remembered: Callable[[], str | None] = field(default=_nothing, repr=False, compare=False)

    def __str__(self) -> str:
        try:
            return str(self.found() or self.place_for())
        except SecretError:
            return self.remembered() or str(self.named or self.file)

    def exists(self) -> bool:
        """Whether a key is kept at any of the places; see `KeyPlace`."""
        return self.found() is not None

    def load(self) -> MasterKeys:
        """The key, from where it is; see `KeyPlace`. Raises SecretError `secret.keychain` and `secret.passphrase` besides."""
        found = self.found()
        if found is None:
            raise self._missing()
        return found.load()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keeps others that change the key of the same home waiting, whatever store they do it for. The home's directory must exist."""
        home = self.file.parent
        try:
            descriptor = os.open(home, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise unwritable(home, error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def put(self, keys: MasterKeys) -> MasterKeys:
        """Keeps a new key where new ones go; see `KeyPlace`."""
        with self.alone():
            return (self.found() or self.place_for()).put(keys)

    def replace(self, keys: MasterKeys) -> None:
        """Replaces the key where it is; see `KeyPlace`. What another home has in the keychain stays as it is.

        Nothing but older versions go: a newer one, or another of the same number, was made for another store since these were read.
        """
        with self.alone():
            found = self.found()
            if found is None:
                raise self._missing()
            newer = (each for each in found.load().versions if each.version >= keys.versions[0].version)
            if not {*newer} <= {*keys.versions}:
                words = f"the master key in {found} was changed by somebody else meanwhile"
                raise SecretError("secret.key_unwritable", words, hint="do it again")
            if isinstance(found, KeychainEntry):
                found = KeychainEntry(found.keychain, self.username)
            found.replace(keys)

    def found(self) -> OwnPlace | None:
        """The place where there is a key, the first by their order. Raises SecretError where that cannot be told."""
        file = self._file()
        if file.exists():
            return file
        keychain = None if self.named is not None else self._keychain()
        if keychain is None:
            return None
        entries = (KeychainEntry(keychain, name) for name in (self.username, *self._elsewhere()))
        return next((entry for entry in entries if entry.exists()), None)

    def place_for(self) -> OwnPlace:
        """The place for a new key. Raises SecretError `secret.keychain` where it is to be a keychain and there is none."""
        if self.named is None and self.sort in (None, Sort.KEYCHAIN):
            keychain = self._keychain()
            if keychain is not None:
                return KeychainEntry(keychain, self.username)
            if self.sort is Sort.KEYCHAIN:
                raise SecretError(
                    "secret.keychain",
                    "the master key is to be kept in the keychain, and none can be reached from here",
                    hint="keep it in a file: stigmer init --master-key file",
                )
        return self._file(protected=self.sort is Sort.PASSPHRASE)

    def sort_found(self) -> Sort | None:
        """The sort of place where the key is, None where there is none. A file that cannot be read is a file. Raises what `found` raises."""
        found = self.found()
        if found is None:
            return None
        if not isinstance(found, KeyFile):
            return Sort.KEYCHAIN
        with suppress(SecretError):
            return Sort.PASSPHRASE if found.is_protected() else Sort.FILE
        return Sort.FILE

    def install(self, keys: MasterKeys, stamp: str, *, keep: bool) -> tuple[str, ...]:
        """Keeps these keys where `place_for` says, and nowhere else any more: the old place is cleared when the new one is on the disk.

        Of another key that was at one of the places a copy is kept, with `keep` also of the same; returns the names of the copies.
        Belongs into `alone`. Raises what `found`, `place_for` and `OwnPlace.rewrite` raise.
        """
        target, present = self.place_for(), self._present()
        kept = tuple(place.copy_aside(stamp) for place in present if keep or not _holds(place, keys))
        target.rewrite(keys)
        if target.load() != keys:  # before the only other copy of it goes
            raise SecretError(
                "secret.key_unwritable", f"{target} does not keep the master key as it was written"
            )
        for place in present:
            if str(place) != str(target):
                place.remove()
        return kept

    def holds(self, keys: MasterKeys) -> bool:
        """Whether these keys are here, and nothing else that would have to make room for them."""
        return all(_holds(place, keys) for place in self._present())

    def is_as_wanted(self) -> bool:
        """Whether the key is where `place_for` says and in that form. Raises what `found` and `place_for` raise."""
        found, wanted = self.found(), self.place_for()
        if isinstance(found, KeyFile) and isinstance(wanted, KeyFile):
            return found.is_protected() == wanted.protected
        return str(found) == str(wanted)

    def _present(self) -> tuple[OwnPlace, ...]:
        """The places of this home that hold something."""
        keychain = None if self.named is not None else self._keychain()
        entries = () if keychain is None else (KeychainEntry(keychain, self.username),)
        return tuple(place for place in (self._file(), *entries) if place.exists())

    def _file(self, *, protected: bool = False) -> KeyFile:
        return KeyFile(self.named or self.file, self.passphrase, protected)

    def _keychain(self) -> Keychain | None:
        try:
            return find_keychain(self.environ)
        except KeychainError as error:
            raise unanswered(error) from error

    def _elsewhere(self) -> tuple[str, ...]:
        """The entry that a store remembers which was moved or copied here."""
        remembered = self.remembered() or ""
        name = remembered.removeprefix(KEYCHAIN_WORDS)
        return (name,) if name not in (remembered, self.username) else ()

    def _missing(self) -> SecretError:
        """What a store that needs its key is told where there is none. It names where the key was, not only where it was looked for."""
        was = self.remembered()
        hint = "put it back, or restore a backup: stigmer explain secret.key_missing"
        if self.named is not None:
            words = f"the master key is missing: {VARIABLE} names {self.named}, which is not there"
            if was not in (None, str(self.named)):
                words, hint = f"{words}, and the store's was kept in {was}", f"unset {VARIABLE}, or {hint}"
            return SecretError("secret.key_missing", words, hint=hint)
        if was is not None and was.startswith(KEYCHAIN_WORDS) and self._keychain() is None:
            return SecretError(
                "secret.keychain",
                f"the master key is kept in {was}, and no keychain can be reached from here",
                hint=f"run stigmer in a session that has it, or let {VARIABLE} name a file with the key",
            )
        words = f"the master key is missing: it was kept in {was or self.file}, and is not there"
        return SecretError("secret.key_missing", words, hint=hint)


def _holds(place: OwnPlace, keys: MasterKeys) -> bool:
    try:
        return place.load() == keys
    except StigmerError:
        return False  # what cannot be read may be anything, and is not to be lost
