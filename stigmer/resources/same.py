# SPDX-License-Identifier: Apache-2.0
"""Whether two JSON values say the same, which is more than that Python takes them for equal."""

from __future__ import annotations

from typing import Any


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: `true` is not 1, and the order of keys is nothing. What JSON does not know, a redacted secret, counts whole."""
    if one is other:
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)
