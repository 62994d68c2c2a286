# SPDX-License-Identifier: Apache-2.0
"""A passphrase from a file, from a variable or from the keyboard; never from the command line, where others could see it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import typer

from stigmer.errors import UsageError
from stigmer.resources.confidential import Secret

VARIABLE = "STIGMER_BACKUP_PASSPHRASE"
_SHORTEST = 8


def passphrase_from(file: str | None, *, new: bool) -> Callable[[], Secret]:
    """Asks for the passphrase when it is called; a new one is asked for twice and may not be short.

    What it returns raises UsageError `usage.passphrase` where there is none to be had, or too short a new one.
    """

    def ask() -> Secret:
        found = _found(file, new=new)
        if new and len(found) < _SHORTEST:
            raise UsageError(
                "usage.passphrase",
                f"the passphrase has fewer than {_SHORTEST} characters",
                hint="take a longer one",
            )
        return Secret(found)

    return ask


def _found(file: str | None, *, new: bool) -> str:
    if file is not None:
        return _first_line(file)
    if VARIABLE in os.environ:
        return os.environ[VARIABLE]
    if not sys.stdin.isatty():
        raise UsageError(
            "usage.passphrase",
            "the key of the secrets needs a passphrase, and nobody can be asked for one",
            hint=f"give --passphrase-file FILE, or set {VARIABLE}",
        )
    said: str = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=new, err=True)
    return said


def _first_line(file: str) -> str:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(
            "usage.passphrase", f"{file} cannot be read ({reason})", hint="check the path"
        ) from error
    return text.removesuffix("\n").removesuffix("\r")
