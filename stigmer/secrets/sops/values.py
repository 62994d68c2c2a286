# SPDX-License-Identifier: Apache-2.0
"""A single value that sops encrypted: AES-256-GCM under the file's data key, bound to its place."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass, field

from stigmer.manifests.sops.document import ENCRYPTED
from stigmer.resources.paths import Path

COMMENT = "comment"
"""The type of a comment that stands where a value would; it counts for nothing."""


class ValueDamaged(Exception):
    """An encrypted value that does not open, in words."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True, slots=True)
class Clear:
    """What was encrypted: its bytes, and the type that it had (`str`, `int`, `float`, `bool`, `time`, `bytes`, `comment`)."""

    data: bytes = field(repr=False)
    type: str


def place(path: Path) -> str:
    """What binds a value to its place: the keys that lead to it, and no index of a list."""
    return "".join(f"{step}:" for step in path if isinstance(step, str))


def open_value(text: str, key: bytes, bound_to: str) -> Clear:
    """What was encrypted under a data key and bound to something. Raises ValueDamaged."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    found = ENCRYPTED.fullmatch(text)
    if found is None:
        raise ValueDamaged("is not as sops writes an encrypted value")
    try:
        data, nonce, tag = (b64decode(each, validate=True) for each in found.groups()[:3])
        return Clear(AESGCM(key).decrypt(nonce, data + tag, bound_to.encode()), found[4])
    except (Base64Error, ValueError):
        raise ValueDamaged("is not as sops writes an encrypted value") from None
    except InvalidTag:
        raise ValueDamaged("does not open: it was changed, or comes from another place or file") from None
