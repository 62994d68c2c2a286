# SPDX-License-Identifier: Apache-2.0
"""`stigmer diff`: what `apply` would do."""

from __future__ import annotations

from typing import Annotated

import typer

from stigmer.cli import comparing, options, wiring
from stigmer.cli.console import Console
from stigmer.cli.options import DiffOutput
from stigmer.cli.planning import Request, plan, prepare, tell_invalid, tell_plan
from stigmer.cli.progress import Progress
from stigmer.errors import ExitCode, UsageError

EXAMPLES = (
    "stigmer diff                                # the project of this directory",
    "stigmer diff -f agents/ --set shop",
    "stigmer diff --target dev --target prod      # side by side",
    "stigmer diff --all                          # every project below this directory",
    "stigmer diff -o json --exit-zero",
    "stigmer diff -o markdown > comment.md       # for a comment on a pull request",
    "stigmer diff --from 3 agent/bot             # what changed since version 3",
    "stigmer diff --save plan.json --exit-zero   # then: stigmer apply --plan plan.json",
)


def command(
    resource: comparing.Resource = None,
    files: options.Files = None,
    output: options.DiffFormat = DiffOutput.TEXT,
    every: options.All = False,
    targets: options.TargetNames = None,
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
    save: options.Save = None,
    strict: options.Strict = False,
    show_unchanged: options.ShowUnchanged = False,
    since: comparing.From = None,
    until: comparing.To = None,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit with 0 also where there are differences.")
    ] = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """Show what apply would do, field by field, and change nothing.

    Exits with 0 where there is no difference and with 1 where there is one. With --from or --to, in what two versions of a resource
    differ, whatever the manifests say.
    """
    console = Console(quiet=quiet, verbose=verbose)
    if resource is not None or since is not None or until is not None:
        of_plans = {
            "--save": save is not None,
            "--all": every,
            "--set": set_name is not None,
            "--adopt": adopt,
            "--prune": prune is not None,
            "--max-delete-percent": max_delete_percent is not None,
            "--force-conflicts": force_conflicts,
            "--drift": drift is not options.Drift.HEAL,
            "--keep-unresolved": keep_unresolved,
            "--show-unchanged": show_unchanged,
        }
        flag = next((flag for flag, said in of_plans.items() if said), None)
        if flag is not None:
            why = f"{flag} is about a plan, and what differs in two versions is none"
            raise UsageError("usage.arguments", why, hint=f"leave {flag} out")
        if targets:
            why = "--target goes with manifests, and versions of a resource are compared without them"
            mend = "name its backend with --backend, its org with --org"
            raise UsageError("usage.arguments", why, hint=mend)
        return comparing.compare_versions(
            comparing.asked_for(resource, since, until, files),
            output=output,
            backend=backend,
            org=org,
            exit_zero=exit_zero,
            console=console,
        )
    request = Request(
        files=files,
        output=output,
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
    differences = ExitCode.DONE if exit_zero else ExitCode.DIFFERENCES
    if every:
        from stigmer.cli.all_projects import diff_all, only_all  # most projects are alone

        only_all(request, **{"--save": save, "--target more than once": targets and len(targets) > 1})
        return diff_all(request, differences=differences)
    if targets and len(targets) > 1:
        from stigmer.cli.side_by_side import diff_targets  # most plans are for one

        return diff_targets(request, targets, differences=differences, saved=save is not None)
    return _diff(request, differences, save, keep_unresolved=keep_unresolved)


def _diff(request: Request, differences: ExitCode, save: str | None, *, keep_unresolved: bool) -> ExitCode:
    """Plans and tells the plan, which goes into the file `save` if that is asked."""
    console = request.console
    planned, words = None, None
    with Progress(quiet=console.quiet) as progress:
        prepared = prepare(request, progress)
        if prepared.read.valid:
            with wiring.reading(prepared.settings) as store:
                planned = plan(prepared, store, progress, checked=True)
                if save is not None:
                    from stigmer.cli import saved_plan  # most plans are only looked at

                    progress.phase(f"saving {save}")
                    planned, where = saved_plan.to_save(planned, keep_unresolved=keep_unresolved)
                    words = saved_plan.save(planned, where, save)
    if planned is None or planned.invalid:
        found = prepared.read.diagnostics if planned is None else planned.diagnostics
        return tell_invalid(
            prepared.read, found, request.output, console, set_name=prepared.set, target=request.target
        )
    console.note(wiring.where(prepared.settings, prepared.set))
    status = tell_plan(planned, differences=differences)
    if words is not None:
        console.note(words)
    return status
