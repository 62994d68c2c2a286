# SPDX-License-Identifier: Apache-2.0
"""The identity of a resource, and ids of resources and versions."""

from __future__ import annotations

import os
import time
from typing import NamedTuple

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


class Key(NamedTuple):
    """(kind, org, name); `org` is the empty string for a global kind. `kind` is the kind's name, such as `Agent`."""

    kind: str
    org: str
    name: str


DEFAULT_ORG = "default"
"""The organization of what names none, where nothing else is said."""

DEFAULT_ORGANIZATION = Key("Organization", "", DEFAULT_ORG)
"""That organization, which is in every store from the beginning and is never deleted."""


def new_id(prefix: str) -> str:
    """A new id: the prefix, an underscore and a ULID in lower case (48 bits of milliseconds, 80 of chance)."""
    number = time.time_ns() // 1_000_000 << 80 | int.from_bytes(os.urandom(10), "big")
    return f"{prefix}_" + "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
