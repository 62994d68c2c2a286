# SPDX-License-Identifier: Apache-2.0
"""The master key under a passphrase, so that it can travel in a backup: argon2id, then AES-256-GCM bound to the store.

Memory, passes and lanes are those that RFC 9106 (section 4) recommends where 64 MiB are at hand; they are kept beside the key, so
that later versions may choose others.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

import orjson

from stigmer.resources.confidential import Secret
from stigmer.secrets.keys import KEY_BYTES, MasterKey, SecretError

_SALT_BYTES = 16
_NONCE_BYTES = 12
_MOST_MEMORY = 1_048_576  # KiB; a backup is a file of somebody else's, perhaps


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A master key that a passphrase opens. `memory` is in KiB."""

    version: int
    memory: int
    passes: int
    lanes: int
    salt: bytes
    nonce: bytes
    ciphertext: bytes


def wrap_key(key: MasterKey, passphrase: Secret, store_id: str) -> Wrapped:
    """The key, for whoever knows the passphrase."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    bare = Wrapped(key.version, 65_536, 3, 4, salt, nonce, b"")
    sealed = AESGCM(_derived(bare, passphrase)).encrypt(nonce, key.material, _bound_to(bare, store_id))
    return Wrapped(key.version, bare.memory, bare.passes, bare.lanes, salt, nonce, sealed)


def unwrap_key(wrapped: Wrapped, passphrase: Secret, store_id: str) -> MasterKey:
    """The key. Raises SecretError `secret.passphrase` where the passphrase is another one or what is stored was changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        if wrapped.memory > _MOST_MEMORY:
            raise ValueError
        cipher = AESGCM(_derived(wrapped, passphrase))
        material = cipher.decrypt(wrapped.nonce, wrapped.ciphertext, _bound_to(wrapped, store_id))
        if len(material) != KEY_BYTES:
            raise ValueError
    except (InvalidTag, ValueError):
        raise SecretError(
            "secret.passphrase",
            "the passphrase does not open the key in this backup",
            hint="give the one that the backup was made with",
        ) from None
    return MasterKey(wrapped.version, material)


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


def _bound_to(wrapped: Wrapped, store_id: str) -> bytes:
    return orjson.dumps(["backup", store_id, wrapped.version, wrapped.memory, wrapped.passes, wrapped.lanes])
