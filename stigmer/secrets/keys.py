# SPDX-License-Identifier: Apache-2.0
"""The master key: a file of two lines that only its owner reads.

The first line says what the file is; the second holds the key's version and 32 random bytes in base64.
"""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass, field
from pathlib import Path

from stigmer.errors import BackendError

KEY_BYTES = 32
_HEADER = "stigmer master key: whoever has it can read every secret of the store; without it nobody can"
_LOOSE = 0o077


class SecretError(BackendError):
    """A secret cannot be sealed or opened: the key is missing, exposed or another, or what is stored is damaged."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A master key: its version, which counts from 1, and 32 bytes that never show."""

    version: int
    material: bytes = field(repr=False)


def create_master_key(path: Path) -> MasterKey:
    """Makes a new key in a new file of mode 0600, whole or not at all, in a directory that exists.

    A key that another process makes at the same moment is loaded instead. Raises SecretError `secret.key_unwritable`.
    """
    return put_master_key(path, MasterKey(1, os.urandom(KEY_BYTES)))


def put_master_key(path: Path, key: MasterKey) -> MasterKey:
    """Writes a key into a new file of mode 0600, whole or not at all. Where there is a file it is loaded and stays.

    Raises SecretError `secret.key_unwritable`, and what `load_master_key` raises.
    """
    draft = path.with_name(f".{path.name}.{os.urandom(8).hex()}.new")
    try:
        _write_new(draft, f"{_HEADER}\n{key.version} {base64.b64encode(key.material).decode()}\n")
        try:
            os.link(draft, path)  # unlike a rename, it never replaces a key that is there
        finally:
            draft.unlink()
    except FileExistsError:
        return load_master_key(path)
    except OSError as error:
        raise SecretError(
            "secret.key_unwritable",
            f"the master key {path} cannot be made ({error.strerror})",
            hint="check its directory",
        ) from error
    return key


def _write_new(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def load_master_key(path: Path) -> MasterKey:
    """The key in the file. Raises SecretError: `secret.key_missing`, `secret.key_unreadable`, `secret.key_exposed` where
    others than the owner may read it, `secret.key_malformed`."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(4096)
    except FileNotFoundError:
        raise SecretError(
            "secret.key_missing",
            f"the master key {path} is missing",
            hint="restore it: the secrets in the store need it",
        ) from None
    except OSError as error:
        raise SecretError(
            "secret.key_unreadable", f"the master key {path} cannot be read ({error.strerror})"
        ) from error
    if mode & _LOOSE:
        raise SecretError(
            "secret.key_exposed",
            f"others may read the master key {path} (mode {mode & 0o777:04o})",
            hint=f"chmod 600 {path}",
        )
    return _parsed(content, path)


def _parsed(content: bytes, path: Path) -> MasterKey:
    try:
        header, line = content.decode("ascii").splitlines()
        version, encoded = line.split(" ")
        material = base64.b64decode(encoded, validate=True)
        if header == _HEADER and len(material) == KEY_BYTES and int(version) > 0:
            return MasterKey(int(version), material)
    except (ValueError, binascii.Error):
        pass  # what is wrong with it is not told, since that could tell of the key
    raise SecretError(
        "secret.key_malformed", f"{path} is not a master key", hint="restore the file from a backup"
    )
