# SPDX-License-Identifier: Apache-2.0
"""`stigmer history`: what happened to a resource."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from stigmer.cli import options, wiring
from stigmer.cli.completions import complete_kinds
from stigmer.cli.config import find_project
from stigmer.cli.console import Console
from stigmer.cli.history_out import history_json, history_table
from stigmer.cli.options import HistoryOutput
from stigmer.cli.pasts import find_past
from stigmer.cli.settings import settle
from stigmer.errors import ExitCode
from stigmer.manifests.render import to_yaml

EXAMPLES = (
    "stigmer history agent/bot",
    "stigmer history agent/bot --limit 5 -o json",
    "stigmer diff --from 3 agent/bot              # what changed since version 3",
)


def command(
    resource: Annotated[
        str, typer.Argument(metavar="KIND/NAME", help="Whose history.", autocompletion=complete_kinds)
    ],
    output: Annotated[
        HistoryOutput, typer.Option("-o", "--output", help="How to write the result.")
    ] = HistoryOutput.TEXT,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help="Only the newest N versions.")
    ] = None,
    backend: options.BackendName = None,
    org: options.Org = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """List the versions of a resource, the newest first.

    Also of one that was deleted or had another name, and by KIND/ID. Exits with 5 where there never was one.
    """
    console = Console(quiet=quiet, verbose=verbose)
    settings = settle(backend, org, find_project(os.getcwd()), os.environ)
    with wiring.reading(settings) as store:
        past = find_past(store, resource, settings.org)
    console.note(wiring.where(settings))
    versions = past.versions[:limit]
    match output:
        case HistoryOutput.JSON:
            console.json(history_json(past.key, versions))
        case HistoryOutput.YAML:
            console.result(to_yaml(history_json(past.key, versions)))
        case HistoryOutput.TEXT:
            console.result(history_table(versions, console.style))
    return ExitCode.DONE
