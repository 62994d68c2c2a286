# SPDX-License-Identifier: Apache-2.0
"""Python literals laid out to be read: on one line where they fit, else one item a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

WIDTH = 110


def render(value: Any, indent: int = 0, taken: int = 0) -> str:
    """`value` as source. `indent` is that of the line it starts on, `taken` what else stands on that line."""
    flat = _flat(value)
    if indent + taken + len(flat) + 1 <= WIDTH or not isinstance(value, dict | tuple) or not value:
        return flat
    pad = " " * (indent + 4)
    if isinstance(value, dict):
        pairs = ((f"{_flat(key)}: ", item) for key, item in value.items())
        lines = [f"{pad}{key}{render(item, indent + 4, len(key))},\n" for key, item in pairs]
        return "{\n" + "".join(lines) + " " * indent + "}"
    lines = [f"{pad}{render(item, indent + 4)},\n" for item in value]
    return "(\n" + "".join(lines) + " " * indent + ")"


def _flat(value: Any) -> str:
    match value:
        case Mapping():
            return "{" + ", ".join(f"{_flat(key)}: {_flat(item)}" for key, item in value.items()) + "}"
        case (only,):
            return f"({_flat(only)},)"
        case tuple():
            return "(" + ", ".join(_flat(item) for item in value) + ")"
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        case _:
            return repr(value)
