# SPDX-License-Identifier: Apache-2.0
"""Keyed fingerprints: they tell whether a secret changed, and nothing to who has not the store's key.

The key is random, one a store, and kept under the master key, so that a new master key leaves fingerprints as they are.
"""

from __future__ import annotations

import hmac
import os

from stigmer.resources.confidential import Secret
from stigmer.secrets.envelope import Place, seal, unseal
from stigmer.secrets.keys import KEY_BYTES, MasterKey, SecretError


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


def unwrap(wrapped: bytes, master: MasterKey, store_id: str) -> bytes:
    """The store's fingerprint key. Raises SecretError `secret.key_wrong` where the master key is not this store's."""
    try:
        return unseal(wrapped, master, _place(store_id))
    except SecretError as error:
        if error.code == "secret.format":
            raise
        raise SecretError(
            "secret.key_wrong",
            "the master key is not the one of this store",
            hint="restore the key that belongs to the store",
        ) from error


def _place(store_id: str) -> Place:
    return Place(store_id, "Store", store_id, "fingerprint_key")
