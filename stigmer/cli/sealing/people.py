# SPDX-License-Identifier: Apache-2.0
"""Whom values are sealed to, and who opens them: recipients of the command line or of the project, identities of the user."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from stigmer.cli.config import Project, find_project, read_config
from stigmer.cli.diagnostics import warn
from stigmer.cli.failures import ConfigurationError
from stigmer.cli.home import home_directory
from stigmer.errors import Diagnostic, Severity, UsageError
from stigmer.secrets.sources import Surroundings

if TYPE_CHECKING:
    from stigmer.cli.console import Console
    from stigmer.secrets.age import Identities, Recipient

_CODE = "seal.recipients"
_LARGEST_FILE = 1024 * 1024
_LONGEST_SHOWN = 24


def find_recipients(said: Sequence[str] | None) -> list[Recipient]:
    """The recipients that are said, else those of the project here or above; each once.

    Raises UsageError where there are none, and for what is none; ConfigurationError for those of the project.
    """
    from stigmer.secrets.age import RecipientError

    if not said:
        found = _of_project(find_project(os.getcwd()))
    else:
        found = []
        for each in said:
            try:
                found += _named(each, "")
            except RecipientError as error:
                raise UsageError(
                    _CODE, str(error), hint="a recipient is age1..., or ssh-ed25519 ..."
                ) from None
    if not found:
        hint = "name a recipient with -r, or list them in stigmer.yaml: age: {recipients: [age1...]}"
        raise UsageError(_CODE, "nobody is named to seal to", hint=hint)
    return list({each.text: each for each in found}.values())


def find_identities(file: str | None, console: Console) -> Identities:
    """The identities in a file that is said, else the user's own; says where others can read them. Raises ConfigurationError."""
    from stigmer.secrets.age import VARIABLE, identities

    home = home_directory(os.environ)
    if file is None:
        surroundings = Surroundings(os.environ, home, read_config(home).identity)
    else:
        others = {name: value for name, value in os.environ.items() if name != VARIABLE}
        surroundings = Surroundings(others, home, Path(file))
    found = identities(surroundings)
    warn(surroundings.warnings, console)
    return found


def _of_project(project: Project | None) -> list[Recipient]:
    from stigmer.secrets.age import RecipientError

    found: list[Recipient] = []
    wrong = []
    for index, each in enumerate(project.recipients if project is not None else ()):
        assert project is not None, "it has recipients"
        try:
            found += _named(each, project.directory)
        except RecipientError as error:
            place = project.document.locate(("age", "recipients", index))
            wrong.append(Diagnostic(Severity.ERROR, _CODE, str(error), location=place))
    if wrong:
        raise ConfigurationError(wrong)
    return found


def _named(said: str, directory: str) -> list[Recipient]:
    """A recipient, or those in a file, one a line beside comments. Raises RecipientError."""
    from stigmer.secrets.age import RecipientError, recipient

    path = Path(directory, os.path.expanduser(said))
    if said.startswith(("age1", "ssh-")) or not path.is_file():
        start = said if len(said) <= _LONGEST_SHOWN else f"{said[:_LONGEST_SHOWN]}..."
        return [recipient(said.strip(), f"'{start}'")]
    try:
        with path.open("rb") as opened:
            text = opened.read(_LARGEST_FILE).decode()
    except OSError as error:
        raise RecipientError(f"{said} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RecipientError(f"{said} is no file of recipients") from None
    found = []
    for number, line in enumerate(map(str.strip, text.splitlines()), 1):
        if line and not line.startswith("#"):
            found.append(recipient(line, f"line {number} of {said}"))
    if not found:
        raise RecipientError(f"{said} names no recipient")
    return found
