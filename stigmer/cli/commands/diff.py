# SPDX-License-Identifier: Apache-2.0
"""`stigmer diff`: what `apply` would do."""

from __future__ import annotations

from typing import Annotated

import typer

from stigmer.cli import options, wiring
from stigmer.cli.console import Console
from stigmer.cli.options import Output
from stigmer.cli.planning import Request, plan, prepare, tell_invalid, tell_plan
from stigmer.cli.progress import Progress
from stigmer.errors import ExitCode

EXAMPLES = (
    "stigmer diff                                # the project of this directory",
    "stigmer diff -f agents/ --set shop",
    "stigmer diff -o json --exit-zero",
)


def command(
    files: options.Files = None,
    output: options.Format = Output.TEXT,
    backend: options.BackendName = None,
    org: options.Org = None,
    set_name: options.SetName = None,
    adopt: options.Adopt = False,
    prune: options.Prune = None,
    max_delete_percent: options.MaxDeletePercent = None,
    force_conflicts: options.ForceConflicts = False,
    drift: options.DriftMode = options.Drift.HEAL,
    no_execute: options.NoExecute = False,
    strict: options.Strict = False,
    show_unchanged: options.ShowUnchanged = False,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit with 0 also where there are differences.")
    ] = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """Show what apply would do, field by field, and change nothing.

    Exits with 0 where there is no difference and with 1 where there is one.
    """
    console = Console(quiet=quiet, verbose=verbose)
    request = Request(
        files,
        output,
        backend,
        org,
        set_name,
        adopt,
        strict,
        show_unchanged,
        console,
        prune,
        max_delete_percent,
        force_conflicts,
        drift,
    )
    planned = None
    with Progress(quiet=quiet) as progress:
        prepared = prepare(request, progress)
        if prepared.read.valid:
            with wiring.reading(prepared.settings) as store:
                planned = plan(prepared, store, progress, checked=True)
    if planned is None:
        return tell_invalid(prepared.read, prepared.read.diagnostics, output, console)
    if planned.invalid:
        return tell_invalid(prepared.read, planned.diagnostics, output, console)
    console.note(wiring.where(prepared.settings, prepared.set))
    return tell_plan(planned, differences=ExitCode.DONE if exit_zero else ExitCode.DIFFERENCES)
