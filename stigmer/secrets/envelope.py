# SPDX-License-Identifier: Apache-2.0
"""Encryption at rest: AES-256-GCM, bound to the place that what is sealed belongs to.

Sealed is a byte for the format, the key's version in 4 bytes (big-endian), a nonce of 12 random bytes, and the ciphertext with its
tag. The format says which sort of key sealed it: 1 a master key, 2 a data key. Moved to another store, kind, resource or field, or
told to be of another key, it does not open.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

import orjson

from stigmer.secrets.keys import DataKey, MasterKey, SealingKey, SecretError

_FORMATS: dict[type[SealingKey], int] = {MasterKey: 1, DataKey: 2}
_NONCE_BYTES = 12
_TAG_BYTES = 16
_HEADER_BYTES = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Where something sealed belongs; `path` is a field path that no list index is part of."""

    store_id: str
    kind: str
    resource_id: str
    path: str

    def associated_data(self, key: SealingKey) -> bytes:
        """What the value is bound to, unambiguous."""
        form = _FORMATS[type(key)]
        return orjson.dumps([form, self.store_id, self.kind, self.resource_id, self.path, key.version])


@dataclass(frozen=True, slots=True)
class SealedBy:
    """What sealed something: a sort of key and its version."""

    sort: type[SealingKey]
    version: int


def seal(value: bytes, key: SealingKey, place: Place) -> bytes:
    """The value, sealed for its place."""
    # cryptography takes long to import and is needed only where there are secrets.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE_BYTES)
    opening = header(type(key), key.version) + nonce
    return opening + AESGCM(key.material).encrypt(nonce, value, place.associated_data(key))


def header(sort: type[SealingKey], version: int) -> bytes:
    """The 5 bytes that everything begins with which that version of that sort of key sealed."""
    return bytes([_FORMATS[sort]]) + version.to_bytes(4, "big")


def sealed_by(sealed: bytes) -> SealedBy:
    """What sealed it, as it says itself; nothing vouches for that until it opens.

    Raises SecretError `secret.format` for a format that is not known and for what is shorter than anything sealed.
    """
    for sort, form in _FORMATS.items():
        if len(sealed) >= _HEADER_BYTES + _NONCE_BYTES + _TAG_BYTES and sealed[0] == form:
            return SealedBy(sort, int.from_bytes(sealed[1:_HEADER_BYTES], "big"))
    raise SecretError(
        "secret.format",
        "a sealed secret has a format that this stigmer does not know",
        hint="upgrade stigmer",
    )


def unseal(sealed: bytes, key: SealingKey, place: Place) -> bytes:
    """The value that was sealed for the place.

    Raises SecretError: `secret.format` for a format that is not known, `secret.key_version` where another sort or version of key
    sealed it, `secret.unopened` where the key or the place is not the one it was sealed with, or it was changed.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    by = sealed_by(sealed)
    if by != SealedBy(type(key), key.version):
        raise SecretError(
            "secret.key_version",
            f"version {by.version} of the {_NAMES[by.sort]} sealed this, and not version {key.version} of the"
            f" {_NAMES[type(key)]}",
        )
    nonce = sealed[_HEADER_BYTES : _HEADER_BYTES + _NONCE_BYTES]
    ciphertext = sealed[_HEADER_BYTES + _NONCE_BYTES :]
    try:
        return AESGCM(key.material).decrypt(nonce, ciphertext, place.associated_data(key))
    except InvalidTag:
        raise SecretError(
            "secret.unopened",
            f"the secret at {place.path} does not open: the key is another one, or what is stored was changed",
            hint="restore the master key or the store from a backup",
        ) from None


_NAMES: dict[type[SealingKey], str] = {MasterKey: "master key", DataKey: "data key"}


def wrap_data_key(key: DataKey, master: MasterKey, store_id: str, resource_id: str) -> bytes:
    """The data key of a resource, sealed under the master key."""
    return seal(key.material, master, _of_data_key(key.version, store_id, resource_id))


def unwrap_data_key(
    wrapped: bytes, version: int, master: MasterKey, store_id: str, resource_id: str
) -> DataKey:
    """The data key of a resource. Raises what `unseal` raises."""
    return DataKey(version, unseal(wrapped, master, _of_data_key(version, store_id, resource_id)))


def _of_data_key(version: int, store_id: str, resource_id: str) -> Place:
    return Place(store_id, "DataKey", resource_id, f"data key {version}")
