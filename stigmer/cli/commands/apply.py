# SPDX-License-Identifier: Apache-2.0
"""`stigmer apply`: makes the backend as the manifests declare."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Annotated

import typer

from stigmer.backends.contract import Backend
from stigmer.cli import options, wiring
from stigmer.cli.carrying_out import Carrying, carry_out, console_for, result_form, tell_applied
from stigmer.cli.failures import LeftBehind, telling_what_is_left
from stigmer.cli.options import ApplyOutput
from stigmer.cli.planning import Request, plan, prepare, tell_invalid, tell_plan
from stigmer.cli.progress import Progress
from stigmer.cli.settings import Settings
from stigmer.errors import ExitCode

EXAMPLES = (
    "stigmer apply                               # the project of this directory",
    "stigmer apply -f agents/ --set shop -m 'new tone'",
    "stigmer apply --dry-run -o json",
    "stigmer apply --target prod                 # with its overlays, to its backend",
    "stigmer apply --all                         # every project below this directory",
    "stigmer apply --plan plan.json              # what stigmer diff --save plan.json showed",
)


def command(
    files: options.Files = None,
    output: options.ApplyFormat = ApplyOutput.TEXT,
    every: options.All = False,
    targets: options.OneTarget = None,
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
    plan_file: options.SavedPlan = None,
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
    With --plan exactly the plan that was saved, asking nothing, unless what it speaks of has changed since.
    With --all each project is a set and a batch of its own; it ends at the first that is refused, and none is applied if any is invalid.
    """
    console, form = console_for(output, quiet=quiet, verbose=verbose), result_form(output)
    request = Request(
        files=files,
        output=form,
        backend=backend,
        org=org,
        set=set_name,
        adopt=adopt,
        strict=strict,
        show_unchanged=show_unchanged,
        console=console,
        prune=prune,
        max_delete_percent=max_delete_percent,
        force_conflicts=force_conflicts,
        drift=drift,
        target=targets[0] if targets else None,
    )
    how = Carrying(dry_run=dry_run, keep_unresolved=keep_unresolved, message=message)
    with telling_what_is_left() as left:
        if every:
            from stigmer.cli.all_projects import apply_all, only_all  # most projects are alone

            only_all(request, **{"--plan": plan_file, "-o jsonl": output is ApplyOutput.JSONL})
            return apply_all(request, how, left)
        if plan_file is None:
            return _apply(request, how, left)
        from stigmer.cli.saved_plan import apply_saved, only_the_plan  # most plans are made here

        only_the_plan(request, no_execute=no_execute, keep_unresolved=keep_unresolved)
        return apply_saved(plan_file, request, how, left)


def _apply(request: Request, how: Carrying, left: LeftBehind) -> ExitCode:
    """Plans, and carries the plan out."""
    console = request.console
    with Progress(quiet=console.quiet) as progress:
        console.event("reading")
        prepared = prepare(request, progress)
        planned, applied = None, None
        if prepared.read.valid:
            with _opened(prepared.settings, how.dry_run) as store:
                console.event("planning", documents=prepared.read.documents)
                planned = plan(prepared, store, progress, checked=False)
                planned = planned.refusing_unresolved(unheld=how.keep_unresolved)
                planned, applied = carry_out(planned, store, progress, how, left)
    if planned is None:
        return tell_invalid(prepared.read, prepared.read.diagnostics, request.output, console)
    if planned.invalid:
        return tell_invalid(prepared.read, planned.diagnostics, request.output, console)
    console.note(wiring.where(prepared.settings, prepared.set))
    if applied is None:
        return tell_plan(planned, differences=ExitCode.DONE)
    tell_applied(planned, applied)
    return ExitCode.DONE


def _opened(settings: Settings, dry_run: bool) -> AbstractContextManager[Backend]:
    return wiring.reading(settings) if dry_run else wiring.writing(settings, create=True)
