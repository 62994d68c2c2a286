# SPDX-License-Identifier: Apache-2.0
"""`apply -o jsonl`: what happens, as it happens, a JSON object a line; the last line says how it ended, with the exit status."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from stigmer.cli.console import Console, json_bytes
from stigmer.cli.diagnostics import diagnostic_json
from stigmer.cli.failures import error_json
from stigmer.errors import Diagnostic, ExitCode, Severity

EVENTS = {
    "reading": "manifests are read; with `--plan`, the plan",
    "planning": "`documents` were read and are compared with the backend",
    "planned": "`base_revision` and `summary` of the plan, and its `set`",
    "diagnostic": "one thing found on the way, as in `validate -o json`",
    "applying": "the batch goes to the backend, with so many `changes`",
    "applied": "one resource, as in `apply -o json`; they come when all of them are committed",
    "done": "the last: the object of `apply -o json`",
    "foreseen": "the last of a `--dry-run` that nothing is against: the object of `diff -o json`",
    "refused": "the last: the object of `diff -o json`, with the refusals among its `diagnostics`",
    "invalid": "the last: the object of `validate -o json`",
    "error": "the last: the command itself failed, `error` as with `-o json`",
    "interrupted": "the last: somebody interrupted it, `error` says what that left behind",
}
"""Every event and what it tells. The last line of a run also has `exit_code`, and no other line has."""


class Events(Console):
    """A console for a program that follows: events in place of the result, and nothing twice."""

    def event(self, event: str, /, **entries: Any) -> None:
        """Writes one line, and sees that it is read now."""
        sys.stdout.write(_line(event, entries))
        sys.stdout.flush()

    def json(self, value: Mapping[str, Any]) -> None:
        """Writes the result as the last line."""
        match value:
            case {"kind": "ApplyResult"}:
                self._end("done", ExitCode.DONE, value)
            case {"kind": "Plan", "diagnostics": found} if _is_refused(found):
                self._end("refused", ExitCode.REFUSED, value)
            case {"kind": "Plan"}:
                self._end("foreseen", ExitCode.DONE, value)
            case _:
                self._end("invalid", ExitCode.INVALID, value)

    def _end(self, name: str, status: ExitCode, value: Mapping[str, Any]) -> None:
        self.event(name, exit_code=int(status), **value)

    def warn(self, text: str) -> None:
        """Says nothing: every diagnostic is an event."""


def diagnostics_told(found: Sequence[Diagnostic], console: Console) -> None:
    """Tells each diagnostic as an event."""
    for each in found:
        console.event("diagnostic", **diagnostic_json(each))


def failure_line(found: Sequence[Diagnostic], status: ExitCode) -> str:
    """The last line of a command that failed."""
    name = "interrupted" if status is ExitCode.INTERRUPTED else "error"
    return _line(name, {"exit_code": int(status), "error": error_json(found)})


def _is_refused(found: Sequence[Mapping[str, Any]]) -> bool:
    return any(each["severity"] == Severity.ERROR for each in found)


def _line(name: str, entries: Mapping[str, Any]) -> str:
    return json_bytes({"format_version": 1, "event": name, **entries}, one_line=True).decode()
