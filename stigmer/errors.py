# SPDX-License-Identifier: Apache-2.0
"""What can go wrong, as every room says it: a stable code, one sentence, a place, a mend, an exit status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class ExitCode(IntEnum):
    """Exit status of a command; the numbers are a promise to scripts."""

    DONE = 0
    DIFFERENCES = 1
    USAGE = 2
    INVALID = 3
    REFUSED = 4
    NOT_FOUND = 5
    DENIED = 6
    BACKEND = 7
    EXECUTION_FAILED = 8
    TIMED_OUT = 9
    BUG = 70
    INTERRUPTED = 130


class Severity(StrEnum):
    """How much a diagnostic weighs: an error stops the command, a warning and an info do not."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a source. Lines and columns count from 1; columns count characters."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing found in manifests or in a plan.

    `code` is stable (`schema.required`), `resource` is `kind/name`, `path` is a field path (`spec.model.name`).
    """

    severity: Severity
    code: str
    message: str
    hint: str | None = None
    location: Location | None = None
    resource: str | None = None
    path: str | None = None

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Orders by file, line, column, then code and message; what has no place comes first."""
        place = self.location or Location("", 0, 0)
        return (place.file, place.line, place.column, self.code, self.message)


class StigmerError(Exception):
    """A failure that a user can understand. Everything else that escapes a command is a bug in stigmer."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        exit_code: ExitCode,
        hint: str | None = None,
        location: Location | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.exit_code = exit_code
        self.hint = hint
        self.location = location


class UsageError(StigmerError):
    """Wrong usage or configuration."""

    def __init__(
        self, code: str, message: str, *, hint: str | None = None, location: Location | None = None
    ) -> None:
        super().__init__(code, message, exit_code=ExitCode.USAGE, hint=hint, location=location)


class NotFoundError(StigmerError):
    """A named thing is not there."""

    def __init__(self, code: str, message: str, *, hint: str | None = None) -> None:
        super().__init__(code, message, exit_code=ExitCode.NOT_FOUND, hint=hint)


class BackendError(StigmerError):
    """The backend cannot be reached, cannot write, or is damaged."""

    def __init__(self, code: str, message: str, *, hint: str | None = None) -> None:
        super().__init__(code, message, exit_code=ExitCode.BACKEND, hint=hint)


class RefusedError(StigmerError):
    """A batch or a plan was refused; `refusals` names each reason. Nothing was changed."""

    def __init__(self, refusals: Sequence[Diagnostic]) -> None:
        first = refusals[0]
        super().__init__(first.code, first.message, exit_code=ExitCode.REFUSED, hint=first.hint)
        self.refusals = tuple(refusals)
