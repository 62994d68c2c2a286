# SPDX-License-Identifier: Apache-2.0
"""A plan carried out and told of, whether it was just made or comes out of a file."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from stigmer.backends.contract import Backend, Commit
from stigmer.cli.apply_events import Events, diagnostics_told
from stigmer.cli.console import Console, count
from stigmer.cli.diagnostics import warn
from stigmer.cli.failures import LeftBehind
from stigmer.cli.options import ApplyOutput, Output
from stigmer.cli.plan_json import applied_json, summary_json
from stigmer.cli.plan_text import applied_text
from stigmer.cli.planning import Planned
from stigmer.cli.progress import Progress
from stigmer.cli.set_source import commit_of_manifests
from stigmer.errors import RefusedError, StigmerError
from stigmer.reconcile.apply import Applied, apply_plan
from stigmer.reconcile.plan import Plan
from stigmer.reconcile.saved.standing import done_by


def console_for(output: ApplyOutput, *, quiet: bool, verbose: bool) -> Console:
    """Where `apply` says what it does."""
    made = Events if output is ApplyOutput.JSONL else Console
    return made(quiet=quiet, verbose=verbose)


def result_form(output: ApplyOutput) -> Output:
    """How the result as a whole is written."""
    return Output.TEXT if output is ApplyOutput.TEXT else Output.JSON


@dataclass(frozen=True, slots=True)
class Carrying:
    """How a plan is carried out: in earnest or not, with stored secrets in place of what cannot be read, and what the history says.

    `commit` is where the manifests come from, if that is known; else git is asked.
    """

    dry_run: bool
    keep_unresolved: bool
    message: str | None
    commit: Commit | None = None


def carry_out(
    planned: Planned, store: Backend, progress: Progress, how: Carrying, left: LeftBehind
) -> tuple[Planned, Applied | None]:
    """Carries the plan out, unless it is refused or this is a dry run. What the backend has against it joins its diagnostics.

    `left` learns what was done. Raises BackendError.
    """
    _tell_planned(planned)
    if how.dry_run or planned.refused or planned.invalid:
        return planned, None
    changes = len(planned.plan.changes)
    planned.prepared.request.console.event("applying", changes=changes)
    progress.phase(f"applying {count(changes, 'change')}")
    commit = how.commit
    if changes and commit is None:
        commit = commit_of_manifests(planned.prepared.paths)
    try:
        applied = apply_plan(
            planned.plan, store, keep_unresolved=how.keep_unresolved, message=how.message, commit=commit
        )
    except RefusedError as error:
        return replace(planned, diagnostics=(*planned.diagnostics, *error.refusals)), None
    except KeyboardInterrupt:
        left.words = _left_behind(planned.plan, store, left.words)
        raise
    left.words = f"all of it was applied already, as revision {applied.revision:,}"
    return planned, applied


def tell_applied(planned: Planned, applied: Applied) -> None:
    """Says what was done."""
    request = planned.prepared.request
    console = request.console
    warn(planned.diagnostics, console)
    if request.output is Output.JSON:
        result = applied_json(planned.plan, applied)
        for each in result["resources"]:
            console.event("applied", **each)
        console.json(result)
    else:
        for piece in applied_text(planned.plan, applied, console.style):
            console.result(piece)


def _tell_planned(planned: Planned) -> None:
    console = planned.prepared.request.console
    plan = planned.plan
    owner = {} if plan.set is None else {"set": plan.set}
    console.event("planned", **owner, base_revision=plan.base_revision, summary=summary_json(plan))
    diagnostics_told(planned.diagnostics, console)


def _left_behind(plan: Plan, store: Backend, untouched: str) -> str:
    """What an interrupt left: it may have come when the backend was done already."""
    with suppress(StigmerError):
        done = done_by(plan, store.snapshot().heads, store)
        return untouched if done is None else f"all of it was applied already, {done.words}"
    return "the store does not tell whether it was applied, but stigmer diff shows it"
