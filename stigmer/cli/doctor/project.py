# SPDX-License-Identifier: Apache-2.0
"""The project here: its file, its manifests, and what helps to write them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from stigmer.cli.config import Project
from stigmer.cli.console import count
from stigmer.cli.doctor.told import Told, error, failed, ok, unused, warned, warning
from stigmer.cli.examining import examine
from stigmer.cli.progress import Progress
from stigmer.cli.reading import find_paths
from stigmer.cli.repository import repository_of
from stigmer.errors import ExitCode, Severity, StigmerError
from stigmer.manifests.source import IGNORE_FILE, PROJECT_FILE, shown

_EDITORS = {
    ".vscode/settings.json": "VS Code",
    ".nvim.lua": "Neovim",
    ".idea/jsonSchemas.xml": "JetBrains' editors",
}
_MODELINE = b"yaml-language-server: $schema="
_HOOKS = ".pre-commit-config.yaml"
_RUNS_US = re.compile(r"\bstigmer[ -](?:fmt|validate)\b")
_SCHEMAS = re.compile(r"stigmer\.json")


def file(project: Project) -> Iterator[Told]:
    """The project file, which was read."""
    place = shown(os.path.join(project.directory, PROJECT_FILE))
    yield ok("project", f"{place} is valid: project {project.name}")
    yield from warned("project", project.diagnostics)


def manifests(project: Project, *, quiet: bool) -> Iterator[Told]:
    """Whether the paths are there, how many manifests they hold, and whether these are valid; `validate` tells more."""
    missing = [path for path in project.paths if not os.path.exists(path) and not set("*?[") & set(path)]
    for path in missing:
        mend = f"mend paths: in {PROJECT_FILE}, or make it"
        yield error("paths", f"{path} does not exist", mend, status=ExitCode.USAGE, code="usage.path")
    if missing:
        return
    try:
        with Progress(quiet=quiet) as progress:
            found, diagnostics = examine(find_paths(None), None, strict=False, progress=progress)
    except StigmerError as failure:
        yield from failed("manifests", failure)
        return
    errors = sum(each.severity is Severity.ERROR for each in diagnostics)
    warnings = sum(each.severity is Severity.WARNING for each in diagnostics)
    words = count(found.documents, "document")
    if errors:
        words = f"{words}, {count(errors, 'error')}"
        yield error("manifests", words, "stigmer validate", status=ExitCode.INVALID)
    elif warnings:
        yield warning("manifests", f"{words}, valid, {count(warnings, 'warning')}", "stigmer validate")
    elif found.documents:
        yield ok("manifests", f"{words}, all valid")
    taught = {each.origin.start for each in found.manifests if _MODELINE in each.origin.source.data[:4096]}
    modelines = len(taught)
    yield from _editor(Path(project.directory), modelines)


def ignore_file(project: Project) -> Iterator[Told]:
    """`.stigmerignore`, which counts in a directory that is walked and nowhere else."""
    walked = [Path(path) for path in project.paths if os.path.isdir(path)]
    for each in walked:
        if os.path.exists(each / IGNORE_FILE):
            yield ok("ignore", f"{shown(str(each / IGNORE_FILE))} leaves files out")
    beside = Path(project.directory, IGNORE_FILE)
    if os.path.exists(beside) and not any(each.resolve() == beside.parent.resolve() for each in walked):
        words = f"{shown(str(beside))} leaves nothing out: it counts in the directories of paths: alone"
        yield warning("ignore", words, f"move it to {project.paths[0]}")


def _editor(directory: Path, modelines: int) -> Iterator[Told]:
    """Whether an editor knows the schemas."""
    taught = [editor for path, editor in _EDITORS.items() if _says(directory / path, _SCHEMAS)]
    if taught:
        yield ok("editor", f"{' and '.join(taught)} check{'s' if len(taught) == 1 else ''} with the schemas")
    elif modelines:
        yield ok("editor", f"{count(modelines, 'manifest')} name their schema to the editor")
    else:
        mend = "stigmer schema --install .schemas --editor vscode"
        yield unused("editor", "no editor here knows the schemas", mend)


def hook(directory: Path) -> Iterator[Told]:
    """Whether manifests are checked before a commit, in a git repository."""
    root = repository_of(directory)
    if root is None:
        return
    installed = root / ".git/hooks/pre-commit"
    if _says(installed, _RUNS_US):
        yield ok("hook", "manifests are validated before each commit")
    elif not _says(root / _HOOKS, _RUNS_US):
        mend = f"let {_HOOKS} or .git/hooks/pre-commit run stigmer validate"
        yield unused("hook", "nothing validates manifests before a commit", mend)
    elif os.path.isdir(root / ".git") and not os.path.exists(installed):
        yield warning(
            "hook", f"{_HOOKS} names stigmer, and its hooks are not installed", "pre-commit install"
        )
    else:
        yield ok("hook", f"manifests are validated before each commit: {_HOOKS}")


def _says(path: Path, words: re.Pattern[str]) -> bool:
    try:
        return words.search(path.read_text("utf-8", errors="replace")) is not None
    except OSError:
        return False
