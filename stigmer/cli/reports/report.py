# SPDX-License-Identifier: Apache-2.0
"""What a run found, with every file named from the root of the repository: those who show a report know no other directory."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from stigmer.cli.known_secrets import told
from stigmer.cli.repository import repository_of
from stigmer.errors import Diagnostic


@dataclass(frozen=True, slots=True)
class Report:
    """The files that hold manifests, and the diagnostics in their order. `failed` says that the command itself failed, so
    that the diagnostics are its reasons and nothing was checked. `command` is the one whose report it is."""

    files: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    failed: bool = False
    command: str = "validate"


def make_report(
    files: Iterable[str], found: Sequence[Diagnostic], *, failed: bool = False, command: str = "validate"
) -> Report:
    """A report of what was found, seen from the working directory."""
    named = names_from_root()
    diagnostics = (
        replace(each, location=replace(each.location, file=named(each.location.file)))
        if each.location
        else each
        for each in map(told, found)
    )
    return Report(tuple(dict.fromkeys(map(named, files))), tuple(diagnostics), failed, command)


def names_from_root() -> Callable[[str], str]:
    """Gives a file, absolute or relative to the working directory, the name it has in the repository."""
    here = _here()
    root = repository_root(here, os.environ)

    @cache
    def named(file: str) -> str:
        return from_root(file, here, root)

    return named


def _here() -> str:
    """The working directory; where it was removed, which is what is reported then, the root of all."""
    try:
        return os.getcwd()
    except OSError:
        return os.sep


def repository_root(here: str, environ: Mapping[str, str]) -> str:
    """The checkout that holds a directory, by its `.git`; without one GitHub's workspace, else the directory itself."""
    root = repository_of(Path(here))
    if root is not None:
        return str(root)
    workspace = environ.get("GITHUB_WORKSPACE", "")
    return workspace if workspace and from_root(here, here, workspace) != here else here


def from_root(file: str, here: str, root: str) -> str:
    """A file, absolute or relative to `here`, relative to the root; absolute where it lies outside."""
    absolute = os.path.normpath(os.path.join(here, file))
    return absolute.removeprefix(os.path.join(root, ""))
