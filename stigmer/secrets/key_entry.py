# SPDX-License-Identifier: Apache-2.0
"""The master key in the operating system's keychain: one entry for each home, under its path.

A path and not the store's id: copies of a store have one id, and what a rotation drops for one of them the other may still need.
"""

from __future__ import annotations

from dataclasses import dataclass

from stigmer.secrets.key_text import keys_of, lines_of
from stigmer.secrets.keychain import Keychain, KeychainError
from stigmer.secrets.keys import MasterKeys, SecretError

SERVICE = "stigmer"
KEYCHAIN_WORDS = f"the keychain, as {SERVICE} "
_BETWEEN = ", "


@dataclass(frozen=True, slots=True)
class KeychainEntry:
    """An entry of the keychain; see `stigmer.secrets.key_places.OwnPlace`.

    No keychain knows 'only where there is none yet': two that `put` at once have to be kept apart.
    """

    keychain: Keychain
    username: str

    def __str__(self) -> str:
        return f"{KEYCHAIN_WORDS}{self.username}"

    def exists(self) -> bool:
        """Whether there is such an entry. Raises SecretError `secret.keychain`."""
        return self._read() is not None

    def load(self) -> MasterKeys:
        """The key in the entry; see `KeyPlace`. Raises SecretError `secret.keychain` besides."""
        text = self._read()
        if text is None:
            raise SecretError(
                "secret.key_missing",
                f"the master key is missing: {self} is not there",
                hint="put it back, or restore a backup: stigmer explain secret.key_missing",
            )
        return self._parsed(text)

    def put(self, keys: MasterKeys) -> MasterKeys:
        """Makes the entry where there is none; see `KeyPlace`."""
        text = self._read()
        if text is not None:
            return self._parsed(text)
        self.replace(keys)
        return keys

    def replace(self, keys: MasterKeys) -> None:
        """Makes the entry, or replaces it; see `KeyPlace`."""
        try:
            self.keychain.keep(SERVICE, self.username, _BETWEEN.join(lines_of(keys)))
        except KeychainError as error:
            raise unanswered(error) from error

    def rewrite(self, keys: MasterKeys) -> None:
        """Makes the entry, or replaces it; see `OwnPlace`."""
        self.replace(keys)

    def remove(self) -> None:
        """Takes the entry away; see `OwnPlace`."""
        try:
            self.keychain.remove(SERVICE, self.username)
        except KeychainError as error:
            raise unanswered(error) from error

    def copy_aside(self, stamp: str) -> str:
        """Keeps a copy of the entry under another name; see `OwnPlace`."""
        aside = KeychainEntry(self.keychain, f"{self.username}.before-restore-{stamp}")
        text = self._read()
        try:
            if text is not None:
                self.keychain.keep(SERVICE, aside.username, text)
        except KeychainError as error:
            raise unanswered(error) from error
        return str(aside)

    def _read(self) -> str | None:
        try:
            return self.keychain.read(SERVICE, self.username)
        except KeychainError as error:
            raise unanswered(error) from error

    def _parsed(self, text: str) -> MasterKeys:
        try:
            return keys_of(text.split(_BETWEEN))
        except ValueError:
            raise SecretError(
                "secret.key_malformed",
                f"{self} is not a master key",
                hint="put the key back, or restore a backup: stigmer explain secret.key_malformed",
            ) from None


def unanswered(error: KeychainError) -> SecretError:
    """A keychain that does not say whether it has the key."""
    return SecretError(
        "secret.keychain",
        f"the keychain that may hold the master key {error}",
        hint="unlock it and try again; nothing was changed",
    )
