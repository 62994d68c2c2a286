# SPDX-License-Identifier: Apache-2.0
"""The operating system's keychain, told apart from what only looks like one.

Where there surely is none the library is not even imported, since that takes longer than a small apply.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Protocol, TypeVar

PATIENCE = 30.0
"""Seconds for which a keychain is waited for; somebody may have to unlock it first."""

_CHAINER = "keyring.backends.chainer"
# `fail` has nothing, `null` forgets, keyrings.alt writes files that are plain text or open with a weak key.
_PRETENDERS = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
_Answer = TypeVar("_Answer")


class KeychainError(Exception):
    """A keychain that is locked, broken or silent. The words go after 'the keychain' and hold nothing that the library said."""


class Backend(Protocol):
    """What of a backend of the keyring library is used."""

    @property
    def priority(self) -> float:
        """How much the library recommends it; 0 and less means not at all."""

    def get_password(self, service: str, username: str) -> str | None:
        """The entry, None where there is none."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keeps an entry, in place of one that is there."""

    def delete_password(self, service: str, username: str) -> None:
        """Removes an entry."""


@dataclass(frozen=True, slots=True)
class Keychain:
    """The keychains of this machine, as one: the most recommended first. All methods raise KeychainError."""

    members: tuple[Backend, ...]

    def read(self, service: str, username: str) -> str | None:
        """The entry, None where none of them has it."""

        def look() -> str | None:
            found = (member.get_password(service, username) for member in self.members)
            return next((each for each in found if each is not None), None)

        return _answered(look)

    def keep(self, service: str, username: str, value: str) -> None:
        """Keeps an entry, in place of one that is there, and sees that it is there afterwards."""
        _answered(lambda: self._set(service, username, value))
        if self.read(service, username) != value:
            raise KeychainError("does not keep what it is given")

    def _set(self, service: str, username: str, value: str) -> None:
        for member in self.members:
            try:
                return member.set_password(service, username, value)
            except NotImplementedError:
                continue  # one that only tells what another program keeps
        raise KeychainError("does not keep what it is given")

    def remove(self, service: str, username: str) -> None:
        """Removes the entry wherever it is."""

        def clear() -> None:
            for member in self.members:
                if member.get_password(service, username) is not None:
                    member.delete_password(service, username)

        _answered(clear)


def find_keychain(environ: Mapping[str, str]) -> Keychain | None:
    """The keychain of this machine, None where there is none that keeps secrets secret. Raises KeychainError."""
    return _answered(_find) if _may_be_there(environ) else None


def is_keychain(backend: Backend) -> bool:
    """Whether a backend of the keyring library keeps secrets secret. A chain of several does not count, but its members may."""
    kinds = [kind for kind in type(backend).__mro__ if kind is not object]
    pretends = any(
        kind.__module__.startswith((*_PRETENDERS, _CHAINER)) or "plaintext" in kind.__name__.lower()
        for kind in kinds
    )
    return not pretends and backend.priority > 0


def _may_be_there(environ: Mapping[str, str]) -> bool:
    """Whether it is worth to look. Elsewhere than on macOS and Windows keychains are reached over the bus of a session."""
    if sys.platform in ("darwin", "win32") or environ.get("PYTHON_KEYRING_BACKEND"):
        return True
    if environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return True
    runtime = environ.get("XDG_RUNTIME_DIR")
    return bool(runtime) and os.path.exists(Path(runtime or "", "bus"))


def _find() -> Keychain | None:
    try:
        import keyring  # late: it looks for every keychain there is

        members = tuple(each for each in _members(keyring.get_keyring()) if is_keychain(each))
    except (ImportError, AttributeError, ValueError, RuntimeError):
        return None  # somebody named a backend that is not there, or that cannot work here
    return Keychain(members) if members else None


def _members(backend: Backend) -> Iterator[Backend]:
    if type(backend).__module__.startswith(_CHAINER):
        yield from getattr(backend, "backends", ())
    else:
        yield backend


def _answered(ask: Callable[[], _Answer]) -> _Answer:
    """What a keychain answers, in time. Libraries may wait for ever for a question that nobody sees."""
    answers: list[_Answer] = []
    failures: list[Exception] = []

    def run() -> None:
        try:
            answers.append(ask())
        except Exception as error:  # noqa: BLE001 - backends come from anywhere and raise whatever they like
            failures.append(error)

    thread = Thread(target=run, name="keychain", daemon=True)
    thread.start()
    thread.join(PATIENCE)
    if answers:
        return answers[0]
    if not failures:
        raise KeychainError(f"did not answer within {PATIENCE:g} seconds")
    raise _told(failures[0]) from None


def _told(error: Exception) -> KeychainError:
    if isinstance(error, KeychainError):
        return error
    from keyring.errors import KeyringLocked

    # Only the type: what a library says may quote the entry.
    return KeychainError(
        "is locked" if isinstance(error, KeyringLocked) else f"did not answer: {type(error).__name__}"
    )
