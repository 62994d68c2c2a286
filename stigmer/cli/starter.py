# SPDX-License-Identifier: Apache-2.0
"""A project to start from: its file and a small example that can be applied as it is, in `stigmer/starter/`."""

from __future__ import annotations

import os
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from stigmer.errors import Diagnostic, RefusedError, Severity, UsageError
from stigmer.manifests.render import inline
from stigmer.manifests.source import PROJECT_FILE
from stigmer.resources.names import name_like

_PROJECT = """\
# The project: every command that is given no -f reads the paths named here.
{name}  # the set that owns what is applied from here
paths: [manifests]
"""
_COLUMN = 24
_UNNAMED = "project"

ABOUT = {
    PROJECT_FILE: "the project: its name, its paths",
    "manifests/answer-question.yaml": "a workflow that asks the agent",
    "manifests/clock.yaml": "an MCP server: tools for the agent",
    "manifests/development.yaml": "an environment: values by name",
    "manifests/return-policy.yaml": "a skill: knowledge for the agent",
    "manifests/support-bot.md": "what the agent is told",
    "manifests/support-bot.yaml": "an agent, and its instance",
}
"""What each file of the project is, in the order in which they are written."""
NEXT = (
    ("stigmer validate", "are the manifests right?"),
    ("stigmer diff", "what would change?"),
    ("stigmer apply", "make it so"),
)
"""The commands to go on with, each with the question that it answers; they work one after the other."""
THEN = """\
Then change a line of manifests/support-bot.md, and say `stigmer diff` again.
`stigmer explain agent` tells what else an agent can have, and
`stigmer new agent NAME` prints another one to start from.
"""
BEFORE_A_COMMIT = "Before each commit a hook of git can run `stigmer validate`.\n"


def project_name(directory: Path) -> str:
    """The name that a project in this directory gets: the directory's, as near as a name can come."""
    return name_like(directory.resolve().name) or _UNNAMED


def project_files(name: str, org: str | None) -> dict[str, str]:
    """The texts of a new project by path, with `/` between the parts."""
    said = f"name: {inline(name)}"
    project = _PROJECT.format(name=f"{said:<{_COLUMN}}")
    project += f"org: {inline(org)}\n" if org is not None else ""
    root = files("stigmer") / "starter"
    return {PROJECT_FILE: project} | dict(_texts(root, ""))


def write_project(directory: Path, texts: dict[str, str]) -> None:
    """Writes the files below the directory, which is made if need be, and overwrites nothing.

    Raises RefusedError that names every file that is there already, before anything is written; UsageError where a file
    cannot be written.
    """
    paths = {directory / name: text for name, text in texts.items()}
    for folder in {path.parent: None for path in paths}:
        if os.path.exists(folder) and not os.path.isdir(folder):
            raise UsageError("usage.path", f"{folder} is not a directory; nothing was written")
    there = [path for path in paths if os.path.lexists(path)]
    if there:
        are = "is" if len(there) == 1 else "are"
        words = f"{', '.join(map(str, there))} {are} there already; nothing was written"
        hint = "name another directory: stigmer new project DIR"
        raise RefusedError([Diagnostic(Severity.ERROR, "project.exists", words, hint)])
    for path, text in paths.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as error:
            raise UsageError("usage.path", f"{path} cannot be written: {error.strerror}") from error


def _texts(folder: Traversable, above: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        path = f"{above}{entry.name}"
        found += _texts(entry, f"{path}/") if entry.is_dir() else [(path, entry.read_text("utf-8"))]
    return found
