# SPDX-License-Identifier: Apache-2.0
"""`stigmer new`: something to start from, a manifest or a whole project."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from stigmer.cli.completions import complete_new
from stigmer.cli.console import Console, on_one_line
from stigmer.cli.repository import repository_of
from stigmer.errors import ExitCode, UsageError
from stigmer.resources.kinds import Kind, find_kind, kinds, nearest, require_declarable
from stigmer.resources.names import NAME_WORDS, is_name, name_like

EXAMPLES = (
    "stigmer new project                          # a working example, here",
    "stigmer new project shop                     # the same, in the new directory shop",
    "stigmer new agent support-bot > manifests/support-bot.yaml",
)

PROJECT = "project"


def command(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND|project", help="The kind of the manifest, or project.", autocompletion=complete_new
        ),
    ],
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME|DIR]",
            help="The name of the resource; of a project, its directory, which is this one where none is named.",
        ),
    ] = None,
    project_name: Annotated[
        str | None,
        typer.Option("--name", metavar="NAME", help="Of a project: its name, instead of the directory's."),
    ] = None,
    org: Annotated[
        str | None, typer.Option("--org", metavar="ORG", help="The organization to write into it.")
    ] = None,
) -> ExitCode:
    """Print a manifest to start from, or make a project.

    A manifest is valid as printed. What is optional stands there in comments, each with a line that explains it. A project is
    written into a directory, and nothing that is there is overwritten: then nothing is written at all, and it exits with 4.
    """
    console = Console()
    if org is not None:
        _require_name(org, "an organization")
    if kind.lower() == PROJECT:
        _project(Path(name or "."), project_name, org, console)
    else:
        if project_name is not None:
            raise UsageError(
                "usage.arguments",
                "--name is for a project; a resource's name stands after its kind",
                hint=f"stigmer new {kind} {project_name}",
            )
        _manifest(_declarable(kind), name, org, console)
    return ExitCode.DONE


def _project(directory: Path, said: str | None, org: str | None, console: Console) -> None:
    from stigmer.cli import starter

    if said is not None:
        _require_name(said, "a project")
    name = said or starter.project_name(directory)
    texts = starter.project_files(name, org)
    starter.write_project(directory, texts)
    tick = console.style.paint("green", "✓")
    shown = {on_one_line(str(directory / path)): starter.ABOUT[path] for path in texts}
    width = max(map(len, shown))
    for path, about in shown.items():
        console.result(f"{tick} {path:<{width}}  {console.style.paint('dim', about)}\n")
    console.result("\nNext:\n\n")
    steps = (
        starter.NEXT if directory == Path(".") else ((f"cd {shlex.quote(str(directory))}", ""), *starter.NEXT)
    )
    for step, about in steps:
        console.result(f"  {on_one_line(step):<18}{console.style.paint('dim', about)}".rstrip() + "\n")
    console.result(f"\n{starter.THEN}")
    if repository_of(directory.resolve()) is not None:
        console.result(starter.BEFORE_A_COMMIT)


def _manifest(kind: Kind, name: str | None, org: str | None, console: Console) -> None:
    from stigmer.manifests.outlines.templates import template

    if name is not None:
        _require_name(name, "a resource")
    if org is not None and kind.is_global:
        raise UsageError(
            "usage.arguments",
            f"{kind.name} is a global kind: it is in no organization",
            hint="leave --org out",
        )
    console.result(template(kind, name or f"my-{kind.slug}", org))


def _declarable(word: str) -> Kind:
    kind = find_kind(word)
    if kind is None:
        near = nearest(word, [spelling for spelling, _ in complete_new("")])
        raise UsageError(
            "usage.kind",
            f"'{word}' is not a kind",
            hint=f"did you mean {near}?"
            if near
            else "write project, or " + ", ".join(each.slug for each in kinds() if each.declarable),
        )
    require_declarable(kind)
    return kind


def _require_name(text: str, of: str) -> None:
    if not is_name(text):
        like = name_like(text)
        raise UsageError(
            "usage.name",
            f"'{text}' is not the name of {of}: {NAME_WORDS}",
            hint=f"did you mean {like}?" if like else None,
        )
