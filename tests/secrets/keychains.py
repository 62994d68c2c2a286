# SPDX-License-Identifier: Apache-2.0
"""Backends of the keyring library for tests: PYTHON_KEYRING_BACKEND names one of them, also in another process.

What they keep is in the file that TEST_KEYCHAIN names, which stands for the encrypted store of an operating system.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from keyring.backend import KeyringBackend
from keyring.compat import properties
from keyring.errors import KeyringLocked, PasswordDeleteError

VARIABLE = "TEST_KEYCHAIN"


class Kept(KeyringBackend):
    """A keychain that works."""

    priority = 5.0

    def get_password(self, service: str, username: str) -> str | None:
        found: str | None = _entries().get(f"{service}|{username}")
        return found

    def set_password(self, service: str, username: str, password: str) -> None:
        _write({**_entries(), f"{service}|{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        entries = _entries()
        if entries.pop(f"{service}|{username}", None) is None:
            raise PasswordDeleteError("no such entry")
        _write(entries)


class Locked(Kept):
    """One that nobody unlocks."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("Failed to unlock the collection!")


class Silent(Kept):
    """One that waits for an answer that never comes."""

    def get_password(self, service: str, username: str) -> str | None:
        Event().wait()
        return None


class Forgetful(Kept):
    """One that takes everything and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        return


class OnlyTells(Kept):
    """One that shows what another program keeps, as those of package indexes do."""

    priority = 9.0

    def get_password(self, service: str, username: str) -> str | None:
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


class PlaintextKeyring(Kept):
    """One that says by its name what it is."""


class Unable(Kept):
    """One that does not work on this machine."""

    @properties.classproperty
    def priority(self) -> float:
        raise RuntimeError("not here")


def entries() -> dict[str, str]:
    """What is kept, by user, of stigmer's own."""
    own = "stigmer|"
    return {name.removeprefix(own): text for name, text in _entries().items() if name.startswith(own)}


def keep(username: str, text: str) -> None:
    """Keeps an entry of stigmer's."""
    _write({**_entries(), f"stigmer|{username}": text})


def drop(username: str) -> None:
    """Loses an entry of stigmer's."""
    _write({name: text for name, text in _entries().items() if name != f"stigmer|{username}"})


def made(kind: type[KeyringBackend]) -> KeyringBackend:
    """A backend of a class, which the library leaves untyped."""
    return kind()


Use = Callable[[type[KeyringBackend] | str], None]


def use_in(monkeypatch: pytest.MonkeyPatch, directory: Path) -> Use:
    """Makes a backend the keychain of the machine, for this process and those that it starts."""
    import keyring.core

    def use(backend: type[KeyringBackend] | str) -> None:
        name = backend if isinstance(backend, str) else f"{backend.__module__}.{backend.__qualname__}"
        monkeypatch.setenv(VARIABLE, str(directory / "keychain.json"))
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
        monkeypatch.setattr(keyring.core, "_keyring_backend", None)

    return use


def _entries() -> dict[str, str]:
    file = Path(os.environ[VARIABLE])
    found: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    return found


def _write(said: dict[str, str]) -> None:
    Path(os.environ[VARIABLE]).write_text(json.dumps(said))
