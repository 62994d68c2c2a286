# SPDX-License-Identifier: Apache-2.0
"""`stigmer apply`: makes the backend as the manifests declare."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Annotated

import typer

from stigmer.backends.contract import Backend
from stigmer.cli import options, wiring
from stigmer.cli.console import Console
from stigmer.cli.diagnostics import warn
from stigmer.cli.options import Output
from stigmer.cli.plan_json import applied_json
from stigmer.cli.plan_text import applied_text
from stigmer.cli.planning import Planned, Request, plan, prepare, tell_invalid, tell_plan
from stigmer.cli.progress import Progress
from stigmer.cli.settings import Settings
from stigmer.errors import ExitCode, RefusedError
from stigmer.reconcile.apply import Applied, apply_plan

EXAMPLES = (
    "stigmer apply                               # the project of this directory",
    "stigmer apply -f agents/ --set shop -m 'new tone'",
    "stigmer apply --dry-run -o json",
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
    keep_unresolved: options.KeepUnresolved = False,
    message: options.Message = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Show the plan, and whether it would be refused; change nothing."),
    ] = False,
    strict: options.Strict = False,
    show_unchanged: options.ShowUnchanged = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """Make the backend as the manifests declare.

    All of it or nothing. Where there is no local store yet it is made. Exits with 4, and the plan, where applying is refused.
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
    with Progress(quiet=quiet) as progress:
        prepared = prepare(request, progress)
        planned, applied = None, None
        if prepared.read.valid:
            with _opened(prepared.settings, dry_run) as store:
                planned = plan(prepared, store, progress, checked=False)
                planned = planned if keep_unresolved else planned.refusing_unresolved()
                if not dry_run and not planned.refused:
                    progress.phase("applying")
                    try:
                        applied = apply_plan(
                            planned.plan, store, keep_unresolved=keep_unresolved, message=message
                        )
                    except RefusedError as error:
                        planned = replace(planned, diagnostics=(*planned.diagnostics, *error.refusals))
    if planned is None:
        return tell_invalid(prepared.read, prepared.read.diagnostics, output, console)
    if planned.invalid:
        return tell_invalid(prepared.read, planned.diagnostics, output, console)
    console.note(wiring.where(prepared.settings, prepared.set))
    if applied is None:
        return tell_plan(planned, differences=ExitCode.DONE)
    _tell(planned, applied, console, output)
    return ExitCode.DONE


def _opened(settings: Settings, dry_run: bool) -> AbstractContextManager[Backend]:
    return wiring.reading(settings) if dry_run else wiring.writing(settings, create=True)


def _tell(planned: Planned, applied: Applied, console: Console, output: Output) -> None:
    warn(planned.diagnostics, console)
    if output is Output.JSON:
        console.json(applied_json(planned.plan, applied))
    else:
        for piece in applied_text(planned.plan, applied, console.style):
            console.result(piece)
