# SPDX-License-Identifier: Apache-2.0
"""`stigmer secrets list`: which secrets there are, and never what they are."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated

import typer

from stigmer.backends.contract import Backend
from stigmer.cli import options, wiring
from stigmer.cli.config import find_project
from stigmer.cli.console import Console
from stigmer.cli.options import Output
from stigmer.cli.secrets_out import Entry, entries, entry_json, entry_table
from stigmer.cli.selection import parse_environment, require_found
from stigmer.cli.settings import settle
from stigmer.cli.targets import find_target
from stigmer.errors import ExitCode
from stigmer.resources.keys import Key

EXAMPLES = (
    "stigmer secrets list",
    "stigmer secrets list prod",
    "stigmer secrets list -o json",
)


def command(
    environment: Annotated[
        str | None,
        typer.Argument(metavar="[ENVIRONMENT]", help="Only of this one: prod, or environment/prod."),
    ] = None,
    output: options.Format = Output.TEXT,
    target: options.TargetName = None,
    backend: options.BackendName = None,
    org: options.Org = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """List the secrets of environments: fingerprints, since when and by whom, and who uses them. Never a value.

    Of every organization unless --org says one. Exits with 5 where the environment is not there.
    """
    console = Console(quiet=quiet, verbose=verbose)
    project = find_project(os.getcwd())
    settings = settle(backend, org, project, os.environ, find_target(project, target))
    with wiring.reading(settings) as store:
        if environment is not None:
            found = _of_one(parse_environment(environment, settings.org), store)
        else:
            found = entries(list(store.list("Environment", org=settings.said_org)), store)
    console.note(wiring.where(settings))
    _tell(found, output, console)
    return ExitCode.DONE


def _of_one(key: Key, store: Backend) -> list[Entry]:
    found = store.get([key])
    if key not in found:
        require_found([key], store.snapshot().heads)
    return entries([found[key]], store)


def _tell(found: Sequence[Entry], output: Output, console: Console) -> None:
    if output is Output.JSON:
        items = [entry_json(each) for each in found]
        console.json({"format_version": 1, "kind": "SecretList", "items": items})
    elif found:
        console.result(entry_table(found, console.style))
    else:
        console.note("no secrets")
