# SPDX-License-Identifier: Apache-2.0
"""A field's values as text: what stands before them, whether they need lines of their own, and those lines."""

from __future__ import annotations

from typing import Any

from stigmer.cli.console import visible
from stigmer.manifests.render import inline, to_yaml
from stigmer.reconcile.plan import Op

SIGN = {Op.ADD: "+", Op.REMOVE: "-", Op.REPLACE: "~"}
"""What stands before a field, by what happens to it."""


def is_long(value: Any) -> bool:
    """Whether a value is not well told on one line."""
    return bool(value) and (isinstance(value, (dict, list)) or (isinstance(value, str) and "\n" in value))


def value_lines(value: Any) -> list[str]:
    """The lines of a value, visible: of a text its own, of what holds something as YAML, else one."""
    if isinstance(value, str):
        return visible(value).removesuffix("\n").split("\n")
    if isinstance(value, (dict, list)) and value:
        return to_yaml(value).rstrip("\n").split("\n")
    return [inline(value)]
