# SPDX-License-Identifier: Apache-2.0
"""The master key under a passphrase, in a backup or in its file: argon2id, then AES-256-GCM bound to what it lies in.

Memory, passes and lanes are those that RFC 9106 (section 4) recommends where 64 MiB are at hand; they are kept beside the key, so
that later versions may choose others.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Protocol

import orjson

from stigmer.resources.confidential import Secret
from stigmer.secrets.key_text import keys_of, lines_of
from stigmer.secrets.keys import KEY_BYTES, MasterKey, MasterKeys, SecretError

_SALT_BYTES = 16
_NONCE_BYTES = 12
# A backup may be a file of somebody else's, and must not make this machine compute for days.
_MOST_MEMORY = 1_048_576  # KiB
_MOST_PASSES = 64
_MOST_LANES = 64


class AskPassphrase(Protocol):
    """Says the passphrase of a master key, from wherever it comes."""

    def __call__(self, *, new: bool) -> Secret:
        """The passphrase; `new` where it is chosen now. Raises StigmerError where there is none to be had."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A master key, in all its versions, that a passphrase opens. `memory` is in KiB."""

    memory: int
    passes: int
    lanes: int
    salt: bytes
    nonce: bytes
    ciphertext: bytes


def wrap_keys(keys: MasterKeys, passphrase: Secret, *bound_to: str) -> Wrapped:
    """The key, for whoever knows the passphrase; `bound_to` says what it lies in."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    bare = Wrapped(65_536, 3, 4, os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES), b"")
    clear = "\n".join(lines_of(keys)).encode()
    sealed = AESGCM(_derived(bare, passphrase)).encrypt(bare.nonce, clear, _binding(bare, "keys", *bound_to))
    return Wrapped(bare.memory, bare.passes, bare.lanes, bare.salt, bare.nonce, sealed)


def unwrap_keys(wrapped: Wrapped, passphrase: Secret, *bound_to: str) -> MasterKeys:
    """The key. Raises SecretError `secret.passphrase` where the passphrase is another one or what is stored was changed."""
    clear = _opened(wrapped, passphrase, _binding(wrapped, "keys", *bound_to))
    try:
        return keys_of(clear.decode("ascii").split("\n"))
    except ValueError:
        raise not_opened() from None


def unwrap_lone_key(wrapped: Wrapped, version: int, passphrase: Secret, store_id: str) -> MasterKeys:
    """The key of a backup of before, which held one version. Raises as `unwrap_keys` does."""
    binding = orjson.dumps(["backup", store_id, version, wrapped.memory, wrapped.passes, wrapped.lanes])
    material = _opened(wrapped, passphrase, binding)
    if len(material) != KEY_BYTES:
        raise not_opened()
    return MasterKeys((MasterKey(version, material),))


def not_opened(what: str = "the key in the backup") -> SecretError:
    """A passphrase that does not open what it was given for, as `what` names it."""
    return SecretError(
        "secret.passphrase",
        f"the passphrase does not open {what}",
        hint="give the one that it was put under; without it the key cannot be had from here",
    )


def _opened(wrapped: Wrapped, passphrase: Secret, binding: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if wrapped.memory > _MOST_MEMORY or wrapped.passes > _MOST_PASSES or wrapped.lanes > _MOST_LANES:
        raise not_opened()
    try:
        return AESGCM(_derived(wrapped, passphrase)).decrypt(wrapped.nonce, wrapped.ciphertext, binding)
    except (InvalidTag, ValueError):
        raise not_opened() from None


def _derived(wrapped: Wrapped, passphrase: Secret) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    kdf = Argon2id(
        salt=wrapped.salt,
        length=KEY_BYTES,
        iterations=wrapped.passes,
        lanes=wrapped.lanes,
        memory_cost=wrapped.memory,
    )
    return kdf.derive(passphrase.reveal().encode("utf-8", "surrogatepass"))


def _binding(wrapped: Wrapped, *bound_to: str) -> bytes:
    return orjson.dumps([*bound_to, wrapped.memory, wrapped.passes, wrapped.lanes])
