# SPDX-License-Identifier: Apache-2.0
"""What an examination tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from stigmer.cli.failures import problems
from stigmer.errors import Diagnostic, ExitCode, StigmerError


class Mark(StrEnum):
    """How things are: right, could be set up and is not, to be looked at, wrong."""

    OK = "ok"
    UNUSED = "unused"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was looked at. `name` is for programs, `mend` what to do; `status` is how a command ends for what is wrong."""

    mark: Mark
    name: str
    message: str
    mend: str | None = None
    code: str | None = None
    status: ExitCode = ExitCode.DONE


def ok(name: str, message: str) -> Told:
    """Something that is as it should be."""
    return Told(Mark.OK, name, message)


def unused(name: str, message: str, mend: str) -> Told:
    """Something that could be there and is not, which is no fault."""
    return Told(Mark.UNUSED, name, message, mend)


def warning(name: str, message: str, mend: str | None = None, code: str | None = None) -> Told:
    """Something that may go wrong."""
    return Told(Mark.WARNING, name, message, mend, code)


def error(
    name: str, message: str, mend: str | None = None, *, status: ExitCode, code: str | None = None
) -> Told:
    """Something that is wrong."""
    return Told(Mark.ERROR, name, message, mend, code, status)


def failed(name: str, failure: StigmerError) -> Iterator[Told]:
    """What a failure says is wrong. Where something is not found the configuration is, since nobody asked for it by name."""
    status = ExitCode.BACKEND if failure.exit_code is ExitCode.BACKEND else ExitCode.USAGE
    for each in problems(failure):
        yield error(name, placed(each), each.hint, status=status, code=each.code)


def warned(name: str, found: Iterable[Diagnostic]) -> Iterator[Told]:
    """Warnings that reading something gave."""
    return (warning(name, placed(each), each.hint, each.code) for each in found)


def placed(found: Diagnostic) -> str:
    """The words of a diagnostic after its place."""
    return f"{found.location}: {found.message}" if found.location is not None else found.message
