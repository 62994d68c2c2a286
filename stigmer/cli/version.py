# SPDX-License-Identifier: Apache-2.0
"""The version, in words and as JSON, with nothing imported that takes time."""

from __future__ import annotations

import sys

from stigmer import __version__

_ASKS_FOR_TEXT = (["version"], ["--version"], ["version", "-o", "text"])
_ASKS_FOR_JSON = (["version", "-o", "json"], ["version", "-ojson"])


def answer(arguments: list[str]) -> str | None:
    """What these arguments print where they ask for the version in an ordinary way, else None."""
    if arguments in _ASKS_FOR_TEXT:
        return text()
    return json() if arguments in _ASKS_FOR_JSON else None


def text() -> str:
    """The version for people."""
    return f"stigmer {__version__}\n"


def json() -> str:
    """The versions for programs."""
    python = ".".join(str(part) for part in sys.version_info[:3])
    return f'{{"format_version": 1, "version": "{__version__}", "python": "{python}"}}\n'
