# SPDX-License-Identifier: Apache-2.0
"""Annotations of GitHub: a line for each diagnostic that a step's log turns into a note at that line of the pull request."""

from __future__ import annotations

from stigmer.cli.console import count, visible
from stigmer.cli.reports.report import Report
from stigmer.errors import Diagnostic, Severity

MOST = 10
"""So many errors, warnings and notices of a step GitHub shows, each."""

_COMMAND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def github(report: Report) -> str:
    """One workflow command a diagnostic, each on a line of its own."""
    return "".join(_annotation(each) + "\n" for each in report.diagnostics)


def github_first(report: Report) -> str:
    """As `github` of diagnostics that come in the order in which they matter: of more than GitHub shows, the last that it
    shows says how many there are."""
    lines = []
    for severity, command in _COMMAND.items():
        those = [each for each in report.diagnostics if each.severity is severity]
        told = [_annotation(each) for each in those]
        if len(told) > MOST:
            rest = count(len(told) - MOST + 1, f"more {command}")
            told.insert(
                MOST - 1, f"::{command} title=stigmer {report.command}::and {rest}, in the log of this step"
            )
        lines += told
    return "".join(line + "\n" for line in lines)


def _annotation(found: Diagnostic) -> str:
    """The place is told twice: GitHub's log shows the message alone, and so does a pull request of which the file is no part."""
    place = found.location
    at = {} if place is None else {"file": place.file, "line": str(place.line), "col": str(place.column)}
    properties = {**at, "title": found.code}
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    head = f"{place}: " if place else ""
    hint = f"\nhint: {found.hint}" if found.hint else ""
    return f"::{_COMMAND[found.severity]} {said}::{_data(visible(head + found.message + hint))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
