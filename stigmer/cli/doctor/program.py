# SPDX-License-Identifier: Apache-2.0
"""The program and what surrounds it: versions, variables, terminal, shell."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from stigmer import __version__
from stigmer.cli.console import Style
from stigmer.cli.doctor.told import Told, ok, unused, warning
from stigmer.resources.kinds import nearest
from stigmer.secrets.allowed import VARIABLES

_VARIABLES = {
    "STIGMER_ALLOW_ENV": "says which variables manifests may read",
    "STIGMER_ALLOW_FILES": "says which files manifests may read",
    "STIGMER_ALLOW_KEYRING": "says which entries of the keychain manifests may read",
    "STIGMER_BACKEND": "names the backend",
    "STIGMER_HOME": "says where the home is",
    "STIGMER_MASTER_KEY_FILE": "names the file with the master key",
    "STIGMER_MASTER_KEY_PASSPHRASE_FILE": "names the file with the passphrase of the master key",
    "STIGMER_ORG": "names the organization",
}
# What is read, and may be a secret itself: of its value nothing is shown.
_CONFIDENTIAL = {
    "STIGMER_AGE_IDENTITY": "opens values that are sealed with age",
    "STIGMER_BACKUP_PASSPHRASE": "is the passphrase of backups",
}
# Known by name, and no value of theirs is ever shown.
_NOT_SHOWN = {"STIGMER_ENDPOINT", "STIGMER_TOKEN"}

# Where each shell is usually taught to complete: files that are there for that, and files that would say it.
_COMPLETIONS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "bash": (
        (".local/share/bash-completion/completions/stigmer",),
        (".bashrc", ".bash_profile", ".profile", ".bash_completion"),
    ),
    "zsh": ((".zfunc/_stigmer",), (".zshrc",)),
    "fish": ((".config/fish/completions/stigmer.fish",), (".config/fish/config.fish",)),
}


def versions() -> Iterator[Told]:
    """Of stigmer, Python and the system."""
    python = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    yield ok("version", f"stigmer {__version__}, {python}")


def variables(environ: Mapping[str, str]) -> Iterator[Told]:
    """Variables for stigmer: which are set, and which of them nothing reads."""
    for name in sorted(each for each in environ if each.startswith("STIGMER_")):
        if name in _NOT_SHOWN:
            yield warning("variable", f"{name} is set, and this version of stigmer does not read it yet")
        elif name in _CONFIDENTIAL:
            yield ok("variable", f"{name} {_CONFIDENTIAL[name]}")
        elif name not in _VARIABLES:
            near = nearest(name, [*_VARIABLES, *_CONFIDENTIAL, *_NOT_SHOWN])
            mend = (
                f"did you mean {near}?" if near else f"variables: {', '.join([*_VARIABLES, *_CONFIDENTIAL])}"
            )
            yield warning("variable", f"{name} is set, and is no variable of stigmer's", mend)
        elif not environ[name] and name in VARIABLES.values():
            yield ok("variable", f"{name} {_VARIABLES[name]}: none")
        elif not environ[name]:
            yield warning("variable", f"{name} is set to nothing, which counts as not set", f"unset {name}")
        else:
            yield ok("variable", f"{name} {_VARIABLES[name]}: {environ[name]}")


def pipeline(environ: Mapping[str, str], *, named: bool) -> Iterator[Told]:
    """Whether this is a build machine, where a backend has to be named."""
    if environ.get("CI", "").lower() in ("", "0", "false"):
        return
    if named:
        yield ok("ci", "CI is set, and the backend is named")
    else:
        words = "CI is set and nobody named a backend: diff and apply will refuse"
        yield warning("ci", words, "name one with --backend or STIGMER_BACKEND", "backend.unnamed")


def terminal(environ: Mapping[str, str]) -> Iterator[Told]:
    """What the terminal can show."""
    encoding = sys.stdout.encoding or "unknown"
    if encoding.lower().replace("-", "") != "utf8":
        yield warning("terminal", f"output is written in {encoding}, which lacks signs", "set LC_ALL=C.UTF-8")
    if Style.of(sys.stdout).on:
        yield ok("terminal", "output is in colour")
    elif environ.get("NO_COLOR"):
        yield ok("terminal", "output is without colour: NO_COLOR is set")
    elif not sys.stdout.isatty():
        yield ok("terminal", "output is without colour: it does not go to a terminal")
    else:
        yield ok("terminal", "output is without colour: TERM is dumb")


def completion(environ: Mapping[str, str]) -> Iterator[Told]:
    """Whether the shell completes command lines."""
    shell = os.path.basename(environ.get("SHELL", ""))
    if shell not in _COMPLETIONS:
        return
    made, saying = _COMPLETIONS[shell]
    user = Path(environ.get("HOME", "~")).expanduser()
    if any(os.path.exists(user / file) for file in made) or any(_names_it(user / file) for file in saying):
        yield ok("completion", f"{shell} completes stigmer's commands")
        return
    target = {
        "bash": "source <(stigmer completion bash), in ~/.bashrc",
        "zsh": "stigmer completion zsh > ~/.zfunc/_stigmer",
        "fish": "stigmer completion fish > ~/.config/fish/completions/stigmer.fish",
    }[shell]
    yield unused("completion", f"{shell} does not complete stigmer's commands", target)


def _names_it(file: Path) -> bool:
    try:
        return "stigmer completion" in file.read_text("utf-8", errors="replace")
    except OSError:
        return False
