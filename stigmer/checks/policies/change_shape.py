# SPDX-License-Identifier: Apache-2.0
"""What a rule over changes is told of a change: its fields, and whether those that a rule names are among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stigmer.checks.policies.fields import Missing
from stigmer.checks.policies.names import Open, Steps

_PLAIN, _FREE = "a single value", "anything"
_SHIFT = {
    "capability": _PLAIN,
    "what": _PLAIN,
    "through": _PLAIN,
    "server": _PLAIN,
    "sub_agent": _PLAIN,
    "external": _PLAIN,
    "danger": _PLAIN,
}
_FIELD = {"path": _PLAIN, "op": _PLAIN, "before": _FREE, "after": _FREE, "cause": _PLAIN}
_CHANGE: Mapping[str, Any] = {
    "action": _PLAIN,
    "kind": _PLAIN,
    "org": _PLAIN,
    "name": _PLAIN,
    "fields": [_FIELD],
    "gains": [_SHIFT],
    "losses": [_SHIFT],
    "danger": _PLAIN,
    "affected": [_PLAIN],
}


def missing_in_change(steps: Steps) -> Missing | None:
    """The first step that leads nowhere in any change."""
    about: Any = _CHANGE
    for index, step in enumerate(steps):
        if about is _FREE or (isinstance(about, dict) and isinstance(step, Open)):
            return None
        below = _below(about, step)
        if below is None:
            return Missing(index, tuple(about) if isinstance(about, dict) else ())
        about = below
    return None


def _below(about: Any, step: str | int | Open) -> Any:
    """What is known of the value one step down, None where there cannot be one."""
    if isinstance(about, dict):
        return about.get(step)
    return about[0] if isinstance(about, list) and not isinstance(step, str) else None
