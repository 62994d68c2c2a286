# SPDX-License-Identifier: Apache-2.0
"""Diagnostics for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stigmer.cli.console import Console, Style, count, on_one_line
from stigmer.cli.known_secrets import told
from stigmer.errors import Diagnostic, Severity

_COLOUR = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def diagnostic_text(found: Diagnostic, style: Style) -> str:
    """One diagnostic as lines: place, severity, message, code; on a terminal the lines of the source; the hint."""
    place = str(found.location) if found.location is not None else found.resource
    if place == found.resource and place is not None and found.message.startswith(place):
        place = None
    head = style.paint("bold", f"{on_one_line(place)}: ") if place else ""
    severity = style.paint(_COLOUR[found.severity], f"{found.severity}:")
    lines = [f"{head}{severity} {on_one_line(found.message)} {style.paint('dim', f'[{found.code}]')}"]
    if style.on and found.location is not None and _is_shown(found):
        from stigmer.cli.excerpt import excerpt  # only for a terminal

        lines += excerpt(found.location, style)
    if found.hint:
        lines.append(f"  hint: {on_one_line(found.hint)}")
    return "\n".join(lines) + "\n"


def _is_shown(found: Diagnostic) -> bool:
    """Whether the line of the source may be shown: never that of which somebody found that it holds a secret."""
    return found.severity is not Severity.INFO and found.code != "secret.in_clear"


def diagnostics_text(found: Sequence[Diagnostic], style: Style) -> str:
    """Several diagnostics, in their order."""
    return "".join(diagnostic_text(each, style) for each in found)


def warn(found: Sequence[Diagnostic], console: Console) -> None:
    """Writes diagnostics beside the result; one that is told to be quiet says only what is wrong."""
    loud = [each for each in found if not (console.quiet and each.severity is Severity.INFO)]
    console.warn(diagnostics_text(loud, console.note_style))


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
    found = told(found)
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
