# SPDX-License-Identifier: Apache-2.0
"""A master key as text, the same wherever it is kept: for each version its number and 32 bytes in base64, the oldest first."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from stigmer.secrets.keys import KEY_BYTES, MasterKey, MasterKeys


def lines_of(keys: MasterKeys) -> tuple[str, ...]:
    """The text of each version. It is the key: whoever reads it has it."""
    return tuple(f"{key.version} {base64.b64encode(key.material).decode()}" for key in keys.versions)


def keys_of(lines: Iterable[str]) -> MasterKeys:
    """The key that such texts say. Raises ValueError for any others, without a word of them."""
    try:
        return MasterKeys(tuple(_key(line) for line in lines))
    except ValueError:  # binascii.Error is one
        raise ValueError("not a master key") from None


def _key(line: str) -> MasterKey:
    version, encoded = line.split(" ")
    material = base64.b64decode(encoded, validate=True)
    if len(material) != KEY_BYTES:
        raise ValueError
    return MasterKey(int(version), material)
