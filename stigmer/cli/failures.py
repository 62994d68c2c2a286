# SPDX-License-Identifier: Apache-2.0
"""What went wrong, as the user is told: words on standard error, or on standard output what `-o` asked for."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import get_args

from typer import Abort, TyperException

from stigmer import __version__
from stigmer.cli.console import Style, json_text
from stigmer.cli.diagnostics import diagnostic_text
from stigmer.cli.known_secrets import masked_where_told, told, without_secrets
from stigmer.cli.options import ApplyOutput, DiffOutput, DiffReport, Output, ReportForm, ValidateOutput
from stigmer.errors import Diagnostic, ExitCode, RefusedError, Severity, StigmerError
from stigmer.resources.confidential import MASK

_OF_STREAMS = {errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


class ConfigurationError(StigmerError):
    """A file of settings that cannot be used as it is; `problems` names everything that is wrong with it."""

    def __init__(self, problems: Sequence[Diagnostic]) -> None:
        first = problems[0]
        super().__init__(
            first.code, first.message, exit_code=ExitCode.USAGE, hint=first.hint, location=first.location
        )
        self.problems = tuple(problems)


class Interrupted(KeyboardInterrupt):
    """An interrupt of which it is known what it left behind; `words` tell that."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(slots=True)
class LeftBehind:
    """What an interrupt leaves behind, in words; changed by whoever changes that."""

    words: str = "nothing was changed, the store is as it was"


@contextmanager
def telling_what_is_left() -> Iterator[LeftBehind]:
    """Lets an interrupt say what it leaves behind. Raises Interrupted."""
    left = LeftBehind()
    try:
        yield left
    except KeyboardInterrupt:
        raise Interrupted(f"interrupted: {left.words}") from None


@dataclass(slots=True)
class Outcome:
    """The exit status of a command, set by whoever knows it."""

    status: int = 0


@contextmanager
def reported(arguments: Sequence[str]) -> Iterator[Outcome]:
    """Turns whatever escapes a command into its report and exit status. No secret that the command met is in it.

    Output that cannot be written is left to whoever wrote last: there may be nowhere to report it.
    """
    outcome = Outcome()
    with masked_where_told():
        try:
            yield outcome
        except StigmerError as error:
            outcome.status = _report(problems(error), error.exit_code, arguments)
        except TyperException as error:
            words = error.format_message().rstrip(".")
            outcome.status = _report([_usage(words[:1].lower() + words[1:])], ExitCode.USAGE, arguments)
        except (KeyboardInterrupt, Abort) as error:
            outcome.status = _interrupted(error, arguments)
        except Exception as error:  # the last net: a bug is reported, its traceback is not shown
            if _is_of_a_stream(error):
                raise
            outcome.status = _report([_bug(error, arguments)], ExitCode.BUG, arguments)


def problems(error: StigmerError) -> tuple[Diagnostic, ...]:
    """Everything that an error says is wrong."""
    match error:
        case RefusedError():
            return error.refusals
        case ConfigurationError():
            return error.problems
        case _:
            return (Diagnostic(Severity.ERROR, error.code, error.message, error.hint, error.location),)


def asked_form(arguments: Sequence[str]) -> str:
    """What the arguments give `-o`, else nothing."""
    return asked(arguments, "--output", "-o")


def asked(arguments: Sequence[str], option: str, short: str | None = None) -> str:
    """What the arguments give an option, else nothing; told without parsing them, since parsing may be what failed."""
    starts = (f"{option}=", *(() if short is None else (f"{short}=", short)))
    for before, argument in pairwise(("", *arguments)):
        if before in (option, short):
            return argument
        for start in starts:
            if argument.startswith(start) and argument != start:
                return argument.removeprefix(start)
    return ""


def _report(found: Sequence[Diagnostic], status: ExitCode, arguments: Sequence[str]) -> ExitCode:
    form = asked_form(arguments)
    if form == Output.JSON:
        sys.stdout.write(json_text({"error": error_json(found)}))
        return status
    if form == ApplyOutput.JSONL and arguments[0] == "apply":
        from stigmer.cli.apply_events import failure_line

        sys.stdout.write(failure_line(found, status))
        return status
    for known in get_args(ReportForm):
        # Another command does not know the form, and that may be what is wrong.
        if form == known and arguments[0] == "validate":
            from stigmer.cli.reports import make_report, written

            sys.stdout.write(written(make_report((), found, failed=True), known))
            if known is ValidateOutput.GITHUB:
                return status
    for report in get_args(DiffReport):
        if form == report and arguments[0] == "diff":
            from stigmer.cli.plan_outputs.without_plan import failed

            sys.stdout.write(failed(found, report, arguments))
            if report in (DiffOutput.GITHUB, DiffOutput.YAML):
                return status
    style = Style.of(sys.stderr)
    for each in found:
        sys.stderr.write(diagnostic_text(each, style))
    return status


def error_json(found: Sequence[Diagnostic]) -> dict[str, str]:
    """A failure of the command itself: all that is wrong as one message, with the code and the hint of the first."""
    found = [told(each) for each in found]
    first = found[0]
    words = "; ".join(f"{each.location}: {each.message}" if each.location else each.message for each in found)
    return {"code": first.code, "message": words, **({"hint": first.hint} if first.hint else {})}


def _interrupted(error: BaseException, arguments: Sequence[str]) -> ExitCode:
    """Who interrupts a command knows that it did; told is what that left behind, and the end to a program that follows it."""
    known = isinstance(error, Interrupted)
    if known or asked_form(arguments) == ApplyOutput.JSONL:
        words = error.words if isinstance(error, Interrupted) else "interrupted"
        _report([Diagnostic(Severity.ERROR, "interrupted", words)], ExitCode.INTERRUPTED, arguments)
    return ExitCode.INTERRUPTED


def _is_of_a_stream(error: Exception) -> bool:
    """Whether the output could not be written: its reader went away, or its disk is full. Failures of files name the file."""
    return isinstance(error, OSError) and error.errno in _OF_STREAMS and error.filename is None


def _usage(words: str) -> Diagnostic:
    return Diagnostic(
        Severity.ERROR, "usage.arguments", words, hint="add --help to see what the command takes"
    )


def _bug(error: Exception, arguments: Sequence[str]) -> Diagnostic:
    where = _write_report(error, arguments)
    written = f"a report was written to {where}" if where else "a report of it could not be written"
    return Diagnostic(
        Severity.ERROR,
        "bug",
        f"this is a bug in stigmer ({type(error).__name__}); {written}",
        hint="please send it with what you did; read it first, it names files and arguments",
    )


def _write_report(error: Exception, arguments: Sequence[str]) -> str | None:
    """Writes what a developer needs, without the values of variables: among those might be secrets. Words of errors may quote some."""
    import platform
    import tempfile
    import traceback

    from stigmer.cli.home import home_directory

    lines = [
        f"stigmer {__version__}, Python {platform.python_version()}, {platform.platform()}",
        "arguments: " + " ".join(_harmless(arguments)),
        "",
        *traceback.format_exception(error),
    ]
    text = without_secrets("\n".join(lines))
    name = f"stigmer-bug-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
    for directory in (home_directory(os.environ), Path(tempfile.gettempdir())):
        try:
            flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
            with os.fdopen(os.open(directory / name, flags, 0o600), "w", errors="backslashreplace") as file:
                file.write(text)
        except OSError:
            continue
        return str(directory / name)
    return None


def _harmless(arguments: Sequence[str]) -> Iterator[str]:
    """The arguments without what may be a secret that somebody typed where none belongs."""
    from stigmer.checks.secret_shapes import shape_of, url_password

    about_secrets = "secrets" in arguments[:1]
    for place, argument in enumerate(arguments):
        if about_secrets and place >= len(("secrets", "set")):
            name, equals, _ = argument.partition("=")
            is_option = argument.startswith("--") or (argument.startswith("-") and len(argument) == 2)
            yield f"{name}{equals}{equals and MASK}" if is_option else MASK
        else:
            yield MASK if shape_of(argument) or url_password(argument) else argument
