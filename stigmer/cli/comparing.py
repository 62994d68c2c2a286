# SPDX-License-Identifier: Apache-2.0
"""`stigmer diff --from N --to M KIND/NAME`: in what two versions of a resource differ."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from stigmer.cli import wiring
from stigmer.cli.completions import complete_kinds
from stigmer.cli.config import find_project
from stigmer.cli.console import Console
from stigmer.cli.options import DiffOutput, Output
from stigmer.cli.settings import settle
from stigmer.errors import ExitCode, UsageError
from stigmer.manifests.render import to_yaml

Resource = Annotated[
    str | None,
    typer.Argument(
        metavar="[KIND/NAME]",
        help="With --from or --to: the resource whose versions are compared.",
        autocompletion=complete_kinds,
    ),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="VERSION", help="A version to compare, instead of the latest; see history."
    ),
]
To = Annotated[
    str | None,
    typer.Option("--to", metavar="VERSION", help="The version it is compared with; else the latest."),
]


@dataclass(frozen=True, slots=True)
class Compared:
    """A resource, and the versions of it as they were written; None is the latest."""

    resource: str
    since: str | None
    until: str | None


def asked_for(
    resource: str | None, since: str | None, until: str | None, files: Sequence[str] | None
) -> Compared:
    """What the arguments mean. Raises UsageError where they do not go together."""
    if resource is None:
        raise UsageError(
            "usage.arguments",
            "--from and --to compare versions of a resource, and none is named",
            hint="write diff --from 3 KIND/NAME",
        )
    if files or (since is None and until is None):
        raise UsageError(
            "usage.arguments",
            "a resource is named to compare its versions, with --from, --to or both, and without -f",
            hint=f"write diff --from 3 {resource}; files and directories are named with -f",
        )
    return Compared(resource, since, until)


def compare_versions(
    asked: Compared,
    *,
    output: Output | DiffOutput,
    backend: str | None,
    org: str | None,
    exit_zero: bool,
    console: Console,
) -> ExitCode:
    """Prints the difference. The latest version is what is live, or its deletion.

    Raises NotFoundError, UsageError, BackendError.
    """
    from stigmer.cli.history_out import difference_json, difference_text
    from stigmer.cli.pasts import find_past

    settings = settle(backend, org, find_project(os.getcwd()), os.environ)
    if output.value not in ("text", "json", "yaml"):
        raise UsageError(
            "usage.arguments",
            f"versions are not compared as {output.value}",
            hint="write -o text, -o json or -o yaml",
        )
    with wiring.reading(settings) as store:
        past = find_past(store, asked.resource, settings.org)
    latest = past.own[0]
    before = latest if asked.since is None else past.find(asked.since)
    after = latest if asked.until is None else past.find(asked.until)
    console.note(wiring.where(settings))
    document = difference_json(before, after)
    match output.value:
        case "json":
            console.json(document)
        case "yaml":
            console.result(to_yaml(document))
        case _:
            for piece in difference_text(before, after, console.style, org=settings.org):
                console.result(piece)
    return ExitCode.DIFFERENCES if document["changes"] and not exit_zero else ExitCode.DONE
