# SPDX-License-Identifier: Apache-2.0
"""Where the values of secrets come from: read on the client, at plan time, and handed on as `Secret` only."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, assert_never

from stigmer.errors import Diagnostic
from stigmer.resources.confidential import Secret, Unresolved
from stigmer.resources.paths import Path as Steps
from stigmer.resources.resource import Age, Env, File, Held, Keyring, Literal, SecretSource, Sops
from stigmer.secrets.allowed import Allowed

_LARGEST_FILE = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Missing:
    """A source that could not be read here, how outputs show it, and why in words. `at` is where it shows in the document that says
    it, where that is not the source itself."""

    shown: Unresolved
    reason: str
    at: Steps | None = None


@dataclass(frozen=True, slots=True)
class Damaged:
    """A source that was read and is not as it was made: a code of its own, why in words, what to do, and how outputs show it. No other
    machine would do better. `at` is where it shows in the document that says it, where that is not the source itself."""

    code: str
    reason: str
    hint: str
    shown: Unresolved
    at: Steps | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the reading of secrets may look at: `environ` are the variables, `home` is the directory of stigmer, `identity` the file
    with age identities that the user's configuration names, `allowed` what manifests may read.

    `kept` is what was read once for many of them, `warnings` are what was found wrong with it.
    """

    environ: Mapping[str, str] = field(default_factory=dict)
    home: Path | None = None
    identity: Path | None = None
    allowed: Allowed = field(default_factory=Allowed)
    kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    warnings: list[Diagnostic] = field(default_factory=list, compare=False)


def fetch(
    source: SecretSource, directory: str, surroundings: Surroundings
) -> Secret | Missing | Damaged | Held:
    """The value of a source; `Held` where only the backend has one. Relative files start from `directory`."""
    match source:
        case Literal(value):
            return value
        case Held():
            return source
        case Env(name):
            return _from_variable(name, surroundings)
        case File(path):
            return _from_file(path, directory, surroundings)
        case Keyring(service, username):
            return _from_keyring(service, username, surroundings)
        case Age(armored):
            from stigmer.secrets.age import unsealed  # late: only few manifests hold such values

            return unsealed(armored, surroundings)
        case Sops():
            from stigmer.secrets.sops.source import unsealed as opened

            return opened(source, surroundings)
    assert_never(source)


def _from_variable(name: str, surroundings: Surroundings) -> Secret | Missing:
    shown = Unresolved("env", name)
    against = surroundings.allowed.against_variable(name)
    if against is not None:
        return Missing(shown, against)
    if name in surroundings.environ:
        return Secret(surroundings.environ[name])
    return Missing(shown, f"the variable {name} is not set")


def _from_file(path: str, directory: str, surroundings: Surroundings) -> Secret | Missing:
    from stigmer.secrets.age import is_identity_file

    shown = Unresolved("file", path)
    try:
        # Read is the very file that was judged, wherever links lead.
        real = os.path.realpath(os.path.join(directory, os.path.expanduser(path)))
        against = surroundings.allowed.against_file(real, surroundings.home)
        if against is None and is_identity_file(real, surroundings):
            against = "it holds age identities, which no manifest reads"
        if against is None and real in _files_of_the_key(surroundings.environ):
            against = "it belongs to the master key, which no manifest reads"
        if against is not None:
            return Missing(shown, f"the file {path!r}: {against}")
        with open(real, "rb") as file:  # perhaps a device, which has no end
            data = file.read(_LARGEST_FILE + 1)
        if len(data) > _LARGEST_FILE:
            return Missing(shown, f"the file {path!r} is larger than 16 MiB")
        text = data.decode()
    except UnicodeDecodeError:
        return Missing(shown, f"the file {path} is not UTF-8")
    except (OSError, ValueError) as error:  # a NUL in the name is a ValueError
        reason = error.strerror if isinstance(error, OSError) else error
        return Missing(shown, f"the file {path!r} cannot be read: {reason}")
    return Secret(text.removesuffix("\n").removesuffix("\r"))


def _files_of_the_key(environ: Mapping[str, str]) -> set[str]:
    said = map(environ.get, ("STIGMER_MASTER_KEY_FILE", "STIGMER_MASTER_KEY_PASSPHRASE_FILE"))
    return {os.path.realpath(os.path.expanduser(each)) for each in said if each}


def _from_keyring(service: str, username: str, surroundings: Surroundings) -> Secret | Missing:
    from stigmer.secrets.key_entry import SERVICE
    from stigmer.secrets.keychain import KeychainError, find_keychain

    shown = Unresolved("keyring", f"{service}/{username}")
    against = surroundings.allowed.against_entry(service, username)
    if against is not None:
        return Missing(shown, against)
    if service.casefold() == SERVICE:  # the master key is there, which no manifest may carry away
        return Missing(shown, f"the entries of {SERVICE} are its own, and no manifest reads them")
    try:
        keychain = find_keychain(surroundings.environ)
        if keychain is None:
            return Missing(shown, "this machine has no keychain")
        value = keychain.read(service, username)
    except KeychainError as error:
        return Missing(shown, f"the keychain {error}")
    if value is None:
        return Missing(shown, f"the keychain has no entry for {username} under {service}")
    return Secret(value)
