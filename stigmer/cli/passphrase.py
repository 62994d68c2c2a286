# SPDX-License-Identifier: Apache-2.0
"""A passphrase from a file, from a variable or from the keyboard; never from the command line, where others could see it."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import typer

from stigmer.cli.progress import asking
from stigmer.errors import UsageError
from stigmer.resources.confidential import Secret
from stigmer.secrets.key_file import nobody
from stigmer.secrets.keys import SecretError

VARIABLE = "STIGMER_BACKUP_PASSPHRASE"
KEY_FILE_VARIABLE = "STIGMER_MASTER_KEY_PASSPHRASE_FILE"
_SHORTEST = 8
_LOOSE = 0o077


def passphrase_from(file: str | None, *, new: bool) -> Callable[[], Secret]:
    """Asks for the passphrase of a backup when it is called; a new one is asked for twice and may not be short.

    What it returns raises UsageError `usage.passphrase` where there is none to be had, too short a new one, or one that others may
    read.
    """

    def ask() -> Secret:
        found = _found(file, new=new)
        return _long_enough(found) if new else Secret(found)

    return ask


def key_passphrase(*, new: bool) -> Secret:
    """The passphrase of the master key: from the file that a variable names, else from whoever sits at the terminal.

    Raises SecretError `secret.passphrase_needed` where there is none to be had, UsageError `usage.passphrase`.
    """
    if file := os.environ.get(KEY_FILE_VARIABLE):
        found = _first_line(file)
    elif sys.stdin.isatty():
        found = _typed("New passphrase of the master key" if new else "Passphrase of the master key", new=new)
    else:
        return nobody(new=new)
    return _long_enough(found) if new else Secret(found)


def key_passphrase_unasked(*, new: bool) -> Secret:
    """The same for a command that asks nobody. Raises SecretError alone: what is wrong is a part of what the command tells."""
    file = os.environ.get(KEY_FILE_VARIABLE)
    try:
        return Secret(_first_line(file)) if file else nobody(new=new)
    except UsageError as error:
        raise SecretError(error.code, error.message, hint=error.hint) from error


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
    return _typed("New passphrase of the backup" if new else "Passphrase of the backup", new=new)


def _typed(question: str, *, new: bool) -> str:
    with asking():
        said: str = typer.prompt(question, hide_input=True, confirmation_prompt=new, err=True)
    return said


def _long_enough(found: str) -> Secret:
    if len(found) < _SHORTEST:
        raise UsageError(
            "usage.passphrase",
            f"the passphrase has fewer than {_SHORTEST} characters",
            hint="take a longer one",
        )
    return Secret(found)


def _first_line(file: str) -> str:
    try:
        text = sys.stdin.read() if file == "-" else _private_text(file)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(
            "usage.passphrase", f"{file} cannot be read ({reason})", hint="check the path"
        ) from error
    found = text.removesuffix("\n").removesuffix("\r")
    if not found:  # as where a secret of a pipeline is not set
        words = "nothing comes through standard input" if file == "-" else f"{file} is empty"
        raise UsageError("usage.passphrase", words, hint="a passphrase is expected there, on one line")
    return found


def _private_text(file: str) -> str:
    """The text of a file that only its owner may read, as it has to be with the key that the passphrase opens."""
    with Path(file).open("rb") as opened:
        mode = os.fstat(opened.fileno()).st_mode
        if stat.S_ISREG(mode) and mode & _LOOSE:
            raise UsageError(
                "usage.passphrase",
                f"others may read the passphrase in {file} (mode {stat.S_IMODE(mode):04o})",
                hint=f"chmod 600 {file}",
            )
        return opened.read().decode("utf-8")
