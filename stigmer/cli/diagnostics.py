# SPDX-License-Identifier: Apache-2.0
"""Diagnostics for people and for programs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from stigmer.cli.console import Console, Style, count, visible
from stigmer.errors import Diagnostic, Location, Severity

_COLOUR = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
# A line that might hold a secret, or be a part of one, is not shown; its place is enough.
_MAY_BE_SECRET = re.compile(r"value|secret|token|password|key", re.IGNORECASE)
_LONGEST_LINE = 160


def diagnostic_text(found: Diagnostic, style: Style) -> str:
    """One diagnostic as lines: place, severity, message, code; on a terminal the line of the source; the hint."""
    place = str(found.location) if found.location is not None else found.resource
    if place == found.resource and place is not None and found.message.startswith(place):
        place = None
    head = style.paint("bold", f"{place}: ") if place else ""
    severity = style.paint(_COLOUR[found.severity], f"{found.severity}:")
    lines = [f"{head}{severity} {visible(found.message)} {style.paint('dim', f'[{found.code}]')}"]
    if style.on and found.location is not None and found.severity is not Severity.INFO:
        lines += _excerpt(found.location, style)
    if found.hint:
        lines.append(f"  hint: {visible(found.hint)}")
    return "\n".join(lines) + "\n"


def diagnostics_text(found: Sequence[Diagnostic], style: Style) -> str:
    """Several diagnostics, in their order."""
    return "".join(diagnostic_text(each, style) for each in found)


def warn(found: Sequence[Diagnostic], console: Console) -> None:
    """Writes diagnostics beside the result; one that is told to be quiet says only what is wrong."""
    told = [each for each in found if not (console.quiet and each.severity is Severity.INFO)]
    console.warn(diagnostics_text(told, console.note_style))


def tally(documents: int, found: Sequence[Diagnostic]) -> str:
    """How many documents there were and what was found in them, in one line."""
    errors = sum(each.severity is Severity.ERROR for each in found)
    warnings = sum(each.severity is Severity.WARNING for each in found)
    if not errors and not warnings:
        return f"{count(documents, 'document')}, all valid"
    said = [count(number, noun) for number, noun in ((errors, "error"), (warnings, "warning")) if number]
    return ", ".join([count(documents, "document"), *said])


def diagnostic_json(found: Diagnostic) -> dict[str, Any]:
    """One diagnostic as an object of the JSON output."""
    place = found.location
    entry = {
        "severity": found.severity.value,
        "code": found.code,
        "message": found.message,
        "hint": found.hint,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "resource": found.resource,
        "path": found.path,
    }
    return {name: value for name, value in entry.items() if value is not None}


def validation_json(documents: int, found: Sequence[Diagnostic]) -> dict[str, Any]:
    """What `validate -o json` prints, and every command that meets manifests that are not valid."""
    return {
        "format_version": 1,
        "valid": all(each.severity is not Severity.ERROR for each in found),
        "documents": documents,
        "diagnostics": [diagnostic_json(each) for each in found],
    }


def _excerpt(place: Location, style: Style) -> list[str]:
    """The line of the source with a caret under the column."""
    lines = _lines(place.file)
    if not 0 < place.line <= len(lines):
        return []
    line = lines[place.line - 1]
    if ":" not in line or len(line) > _LONGEST_LINE or _MAY_BE_SECRET.search(line):
        return []
    number = f"{place.line:>5} | "
    gap = re.sub(r"[^\t]", " ", line[: place.column - 1])
    return [style.paint("dim", number) + visible(line), " " * len(number) + gap + style.paint("green", "^")]


@lru_cache(maxsize=1)
def _lines(file: str) -> list[str]:
    try:
        return Path(file).read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        return []
