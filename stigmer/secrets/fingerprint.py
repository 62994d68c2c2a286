# SPDX-License-Identifier: Apache-2.0
"""Keyed fingerprints: they tell whether a secret changed, and nothing to who has not the store's key.

The key is random, one a store, and kept under the master key, so that a new master key leaves fingerprints as they are.
"""

from __future__ import annotations

import hmac
import os

from stigmer.resources.confidential import Secret
from stigmer.secrets.envelope import Place, seal, sealed_by, unseal
from stigmer.secrets.keys import KEY_BYTES, MasterKey, MasterKeys, SecretError


def new_fingerprint_key() -> bytes:
    """32 random bytes."""
    return os.urandom(KEY_BYTES)


def fingerprint(value: Secret, key: bytes) -> str:
    """64 hexadecimal digits of HMAC-SHA-256 under the store's key."""
    # Any string is a value, also one that is no Unicode text.
    return hmac.digest(key, value.reveal().encode("utf-8", "surrogatepass"), "sha256").hex()


def wrap(key: bytes, master: MasterKey, store_id: str) -> bytes:
    """The store's fingerprint key, sealed under the master key."""
    return seal(key, master, _place(store_id))


def unwrap(wrapped: bytes, keys: MasterKeys, store_id: str) -> bytes:
    """The store's fingerprint key.

    Raises SecretError `secret.key_wrong` where the master key is not this store's, `secret.key_version` where that version of it is
    not kept, `secret.format`.
    """
    try:
        return unseal(wrapped, keys.version(sealed_by(wrapped).version), _place(store_id))
    except SecretError as error:
        if error.code != "secret.unopened":
            raise
        raise SecretError(
            "secret.key_wrong",
            "the master key does not open this store: it is another store's, or what the store keeps of its keys was changed",
            hint="put the key of this store in its place; where it is that key, restore the store from a backup",
        ) from error


def _place(store_id: str) -> Place:
    return Place(store_id, "Store", store_id, "fingerprint_key")
