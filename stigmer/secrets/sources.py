# SPDX-License-Identifier: Apache-2.0
"""Where the values of secrets come from: read on the client, at plan time, and handed on as `Secret` only."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from stigmer.resources.confidential import Secret, Unresolved
from stigmer.resources.resource import Age, Env, File, Held, Keyring, Literal, SecretSource


@dataclass(frozen=True, slots=True)
class Missing:
    """A source that could not be read here, how outputs show it, and why in words."""

    shown: Unresolved
    reason: str


def fetch(source: SecretSource, directory: str, environ: Mapping[str, str]) -> Secret | Missing | Held:
    """The value of a source; `Held` where only the backend has one. Relative files start from `directory`."""
    match source:
        case Literal(value):
            return value
        case Held():
            return source
        case Env(name):
            if name in environ:
                return Secret(environ[name])
            return Missing(Unresolved("env", name), f"the variable {name} is not set")
        case File(path):
            return _from_file(path, directory)
        case Keyring(service, username):
            return _from_keyring(service, username)
        case Age():
            return Missing(Unresolved("age", "ciphertext"), "age ciphertexts are not opened by this version")
    assert_never(source)


def _from_file(path: str, directory: str) -> Secret | Missing:
    shown = Unresolved("file", path)
    try:
        text = Path(os.path.join(directory, os.path.expanduser(path))).read_bytes().decode()
    except UnicodeDecodeError:
        return Missing(shown, f"the file {path} is not UTF-8")
    except (OSError, ValueError) as error:  # a NUL in the name is a ValueError
        reason = error.strerror if isinstance(error, OSError) else error
        return Missing(shown, f"the file {path!r} cannot be read: {reason}")
    return Secret(text.removesuffix("\n").removesuffix("\r"))


def _from_keyring(service: str, username: str) -> Secret | Missing:
    import keyring  # late: it looks for every keychain there is
    from keyring.errors import KeyringError

    shown = Unresolved("keyring", f"{service}/{username}")
    try:
        backend = keyring.get_keyring()
        if not _is_keychain(type(backend).__module__, backend.priority):
            return Missing(shown, "this machine has no keychain")
        value = backend.get_password(service, username)
    except (KeyringError, RuntimeError) as error:
        return Missing(shown, f"the keychain did not answer: {type(error).__name__}")
    if value is None:
        return Missing(shown, f"the keychain has no entry for {username} under {service}")
    return Secret(value)


def _is_keychain(module: str, priority: float) -> bool:
    """Whether a keyring backend keeps secrets secret: `fail` has none, `null` forgets, keyrings.alt may write plain text."""
    return priority > 0 and not module.startswith(
        ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
    )
