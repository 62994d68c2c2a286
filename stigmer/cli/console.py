# SPDX-License-Identifier: Apache-2.0
"""Where output goes and how it looks: results on standard output, everything else on standard error, colour where it is seen."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from typing import Any, TextIO

import orjson

from stigmer.resources.confidential import Redacted, Unresolved

# Characters that would drive a terminal or turn text around, and those that no UTF-8 or XML can carry; a manifest or a file's
# name can hold any of them.
_STEERING = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True)
class Style:
    """The colours of one stream, or none."""

    on: bool = False

    @classmethod
    def of(cls, stream: TextIO) -> Style:
        """Colours for a terminal, unless NO_COLOR is set or the terminal is a dumb one."""
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return cls(not plain and stream.isatty())

    def paint(self, colour: str, text: str) -> str:
        """The text in a colour of `COLOURS`."""
        return f"{COLOURS[colour]}{text}\033[0m" if self.on and text else text


COLOURS = {
    "red": "\033[31m",
    "green": "\033[32m",
    "yellow": "\033[33m",
    "cyan": "\033[36m",
    "bold": "\033[1m",
    "dim": "\033[2m",
}


class Console:
    """The two streams of a command, and how much it says."""

    def __init__(self, *, quiet: bool = False, verbose: bool = False) -> None:
        self.quiet = quiet
        self.verbose = verbose
        self.style = Style.of(sys.stdout)
        self.note_style = Style.of(sys.stderr)

    def result(self, text: str) -> None:
        """Writes a part of the result."""
        sys.stdout.write(text)

    def json(self, value: Any) -> None:
        """Writes the result as JSON."""
        sys.stdout.write(json_text(value))

    def note(self, line: str) -> None:
        """Says something beside the result, unless told to be quiet."""
        if not self.quiet:
            sys.stderr.write(self.note_style.paint("dim", line) + "\n")

    def detail(self, line: str) -> None:
        """Says what only somebody who asked for more wants to know."""
        if self.verbose:
            self.note(line)

    def warn(self, text: str) -> None:
        """Writes diagnostics to standard error."""
        sys.stderr.write(text)

    def event(self, event: str, /, **entries: Any) -> None:
        """Tells a program that follows the command what happens; here none does."""


def json_text(value: Any) -> str:
    """JSON as commands print it: indented, keys in their order, secrets as what stands for them."""
    return json_bytes(value).decode()


def json_bytes(value: Any, *, one_line: bool = False) -> bytes:
    """The same as bytes, or all of it on one line."""
    options = orjson.OPT_APPEND_NEWLINE | orjson.OPT_PASSTHROUGH_DATACLASS
    options |= 0 if one_line else orjson.OPT_INDENT_2
    try:
        return orjson.dumps(value, default=_as_json, option=options)
    except orjson.JSONEncodeError:
        return orjson.dumps(_as_utf8(value), default=_as_json, option=options)


def _as_utf8(value: Any) -> Any:
    """The value with what UTF-8 cannot say, the bytes of some files' names, written as escapes."""
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case dict():
            return {_as_utf8(name): _as_utf8(inner) for name, inner in value.items()}
        case list():
            return [_as_utf8(inner) for inner in value]
        case _:
            return value


def _as_json(value: Any) -> Any:
    if isinstance(value, (Redacted, Unresolved)):
        return value.as_json()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def visible(text: str) -> str:
    """Text with what would steer a terminal made visible, tabs and line ends left as they are."""
    return _STEERING.sub(lambda match: match.group().encode("unicode_escape").decode(), text)


def on_one_line(text: str) -> str:
    """Visible text that cannot pass for a line of its own: a file's or a field's name may hold line ends, and a pipeline that
    reads the log, as GitHub's does for commands, would take what follows for ours."""
    return visible(text).replace("\n", "\\n")


def count(number: int, noun: str) -> str:
    """A number with its noun, in plural where it is not one."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
