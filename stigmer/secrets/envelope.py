# SPDX-License-Identifier: Apache-2.0
"""Encryption at rest: AES-256-GCM, bound to the place that the value belongs to.

A sealed value is a byte for the format, the key's version in 4 bytes (big-endian), a nonce of 12 random bytes, and the
ciphertext with its tag. Moved to another store, kind, resource or field, or told to be of another key, it does not open.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

import orjson

from stigmer.secrets.keys import MasterKey, SecretError

_FORMAT = 1
_NONCE_BYTES = 12
_HEADER_BYTES = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value belongs; `path` is a field path that no list index is part of."""

    store_id: str
    kind: str
    resource_id: str
    path: str

    def associated_data(self, key_version: int) -> bytes:
        """What the value is bound to, unambiguous."""
        return orjson.dumps([_FORMAT, self.store_id, self.kind, self.resource_id, self.path, key_version])


def seal(value: bytes, key: MasterKey, place: Place) -> bytes:
    """The value, sealed for its place."""
    # cryptography takes long to import and is needed only where there are secrets.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE_BYTES)
    header = bytes([_FORMAT]) + key.version.to_bytes(4, "big")
    return header + nonce + AESGCM(key.material).encrypt(nonce, value, place.associated_data(key.version))


def unseal(sealed: bytes, key: MasterKey, place: Place) -> bytes:
    """The value that was sealed for the place.

    Raises SecretError: `secret.format` for a format that is not known, `secret.key_version` where another version of the key
    sealed it, `secret.unopened` where the key or the place is not the one it was sealed with, or it was changed.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(sealed) < _HEADER_BYTES + _NONCE_BYTES or sealed[0] != _FORMAT:
        raise SecretError(
            "secret.format",
            "a sealed secret has a format that this stigmer does not know",
            hint="upgrade stigmer",
        )
    version = int.from_bytes(sealed[1:_HEADER_BYTES], "big")
    if version != key.version:
        raise SecretError(
            "secret.key_version",
            f"a secret was sealed with version {version} of the master key, this is version {key.version}",
        )
    nonce, ciphertext = (
        sealed[_HEADER_BYTES : _HEADER_BYTES + _NONCE_BYTES],
        sealed[_HEADER_BYTES + _NONCE_BYTES :],
    )
    try:
        return AESGCM(key.material).decrypt(nonce, ciphertext, place.associated_data(version))
    except InvalidTag:
        raise SecretError(
            "secret.unopened",
            f"the secret at {place.path} does not open: the master key is another one, or what is stored was changed",
            hint="restore the master key or the store from a backup",
        ) from None
