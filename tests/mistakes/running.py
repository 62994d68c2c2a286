# SPDX-License-Identifier: Apache-2.0
"""`stigmer validate` as a user runs it, in a directory, and what it said."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stigmer.cli.app import run
from tests.mistakes.table import PROJECT


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that `validate` said."""

    severity: str
    code: str
    message: str
    hint: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None


def validate(directory: Path, arguments: Sequence[str] = ()) -> list[Told]:
    """What `validate` says of the files in a directory: of its project where it is one, else of all that is there."""
    _, out = in_directory(directory, [*command_line(directory, arguments), "-o", "json"])
    said = json.loads(out)
    if "error" in said:
        return [_failure(said["error"])]
    return [_told(each) for each in said["diagnostics"]]


def in_directory(directory: Path, arguments: Sequence[str]) -> tuple[int, str]:
    """The exit status and the output of a command line that is run in a directory, with a home that is not there."""
    out = io.StringIO()
    with _standing_in(directory), redirect_stdout(out), redirect_stderr(out):
        status = run(arguments)
    return status, out.getvalue()


def command_line(directory: Path, arguments: Sequence[str]) -> list[str]:
    """How the files of a directory are validated; outside a project it has to be said where they are."""
    says_where = "-f" in arguments or (directory / PROJECT).exists()
    return ["validate", *arguments, *(() if says_where else ("-f", "."))]


@contextmanager
def _standing_in(directory: Path) -> Iterator[None]:
    before, environment = Path.cwd(), dict(os.environ)
    os.chdir(directory)
    for name in ("CI", "NO_COLOR", "STIGMER_BACKEND", "STIGMER_ORG"):
        os.environ.pop(name, None)
    os.environ["STIGMER_HOME"] = str(directory.parent / "home")
    try:
        yield
    finally:
        os.chdir(before)
        os.environ.clear()
        os.environ.update(environment)


def _told(entry: dict[str, Any]) -> Told:
    return Told(
        entry["severity"],
        entry["code"],
        entry["message"],
        entry.get("hint"),
        entry.get("file"),
        entry.get("line"),
        entry.get("column"),
    )


def _failure(error: dict[str, str]) -> Told:
    """A failure of the command itself, whose place stands before its words."""
    found = re.fullmatch(r"([^\n:]+):(\d+):(\d+): (.*)", error["message"], re.DOTALL)
    if found is None:
        return Told("error", error["code"], error["message"], error.get("hint"))
    file, line, column, message = found.groups()
    return Told("error", error["code"], message, error.get("hint"), file, int(line), int(column))
