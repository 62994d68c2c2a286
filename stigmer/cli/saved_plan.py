# SPDX-License-Identifier: Apache-2.0
"""`diff --save` and `apply --plan`: a plan goes into a file, and exactly that plan comes true later."""

from __future__ import annotations

import errno
import os
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from stigmer import __version__
from stigmer.backends.contract import Backend
from stigmer.cli import wiring
from stigmer.cli.carrying_out import Carrying, carry_out, tell_applied
from stigmer.cli.checking import rules_of
from stigmer.cli.config import find_project
from stigmer.cli.console import json_bytes
from stigmer.cli.diagnostics import diagnostic_json, warn
from stigmer.cli.failures import LeftBehind
from stigmer.cli.kept import keep
from stigmer.cli.options import Output, refuse_flags
from stigmer.cli.planning import Planned, Prepared, Request, plan_as_json, status_of, tell_plan
from stigmer.cli.progress import Progress
from stigmer.cli.reading import Paths
from stigmer.cli.rewriting import write_private
from stigmer.cli.set_source import commit_of_manifests
from stigmer.cli.settings import Settings, require_named_in_ci, settle, surroundings_of
from stigmer.cli.targets import find_target
from stigmer.cli.understanding import understand
from stigmer.errors import BackendError, Diagnostic, ExitCode, RefusedError, Severity, UsageError
from stigmer.manifests.load import Loaded
from stigmer.reconcile.access import lost_access
from stigmer.reconcile.plan import Plan
from stigmer.reconcile.saved.read import restored
from stigmer.reconcile.saved.saved import About, Saved, Sources
from stigmer.reconcile.saved.secrets import sources, with_values
from stigmer.reconcile.saved.standing import fitted, of_another_store, stale
from stigmer.reconcile.saved.text import SECTION, opened, unreadable, with_digest
from stigmer.reconcile.saved.write import section

_OF_CHANGES = {"policy.refused", "policy.unanswered"}
_OF_THE_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


def to_save(planned: Planned, *, keep_unresolved: bool) -> tuple[Planned, Sources]:
    """The plan as it would be saved, with all that is against that, and where its secrets are read again."""
    found, wrong = sources(planned.plan, planned.prepared.read.manifests)
    planned = planned.refusing_unresolved(unheld=keep_unresolved)
    return replace(planned, diagnostics=(*planned.diagnostics, *wrong)), found


def save(planned: Planned, where: Sources, file: str) -> str:
    """Writes the plan, unless it is refused. Gives what to say of that. Raises UsageError where the file cannot be written."""
    if planned.invalid or planned.refused:
        return f"{file} is not written: this plan would be refused"
    prepared = planned.prepared
    settings = prepared.settings
    commit = commit_of_manifests(prepared.paths)
    about = About(settings.backend.name, settings.org, __version__, settings.target, commit)
    saved = Saved(planned.plan, about, where)
    text = with_digest(json_bytes({**plan_as_json(planned), SECTION: section(saved)}))
    try:
        write_private(file, text)
    except OSError as error:
        if error.errno in _OF_THE_DISK:
            words = f"the plan cannot be saved to {file}: {error.strerror}"
            raise BackendError(
                "output.unwritten", words, hint="free some room, or save it elsewhere"
            ) from None
        raise UsageError(
            "usage.path",
            f"the plan cannot be saved to {file}: {error.strerror}",
            hint="name a file in a directory that exists and may be written",
        ) from None
    return f"saved to {file}; stigmer apply --plan {file} applies exactly this"


def apply_saved(file: str, request: Request, how: Carrying, left: LeftBehind) -> ExitCode:
    """Applies the plan of a file, and nothing but that. Raises UsageError, PlanFileError, RefusedError, BackendError."""
    console = request.console
    with Progress(quiet=console.quiet) as progress:
        console.event("reading")
        progress.phase(f"reading {file}")
        shown = opened(_bytes(file), file)
        saved = keep(restored(shown, file))
        prepared = _prepared(saved, request)
        settings = prepared.settings
        with _opened(settings, saved, how.dry_run) as store:
            planned = _planned(prepared, saved, store, progress)
            how = replace(how, commit=saved.about.commit)
            planned, applied = carry_out(planned, store, progress, how, left)
    console.note(wiring.where(settings, saved.plan.set))
    if applied is not None:
        tell_applied(planned, applied)
        return ExitCode.DONE
    if request.output is Output.TEXT and not how.dry_run:
        # Who saved it has seen it; shown again, it would hide why it is refused.
        warn(planned.diagnostics, console)
        console.note("nothing was changed")
        return ExitCode.REFUSED
    if request.output is Output.JSON:
        # As it was saved: what it means is not looked into again.
        kept = {name: part for name, part in shown.items() if name not in (SECTION, "digest")}
        console.json({**kept, "diagnostics": [diagnostic_json(each) for each in planned.diagnostics]})
        return status_of(planned, ExitCode.DONE)
    return tell_plan(planned, differences=ExitCode.DONE)


def _prepared(saved: Saved, request: Request) -> Prepared:
    """The settings that hold for a plan, which says its set, its organization and its target itself."""
    project = find_project(os.getcwd())
    target = find_target(project, _target(saved, request))
    settings = settle(request.backend, None, project, os.environ, target)
    require_named_in_ci(settings, os.environ)
    _of_this_set(saved, request, project.name if project is not None else None)
    rules = rules_of(project)
    nothing = Loaded((), settings.diagnostics, 0)
    settings = replace(settings, org=saved.about.org)
    return Prepared(request, settings, saved.plan.set, Paths((), project, target), rules, nothing)


def _planned(prepared: Prepared, saved: Saved, store: Backend, progress: Progress) -> Planned:
    """The plan, ready to be carried out, with all that is against it by now."""
    against = of_another_store(saved, store, prepared.settings.backend.name)
    if against:
        return _with(prepared, saved.plan, against)
    progress.phase("comparing with the backend")
    snapshot = store.snapshot()
    plan = fitted(saved.plan, snapshot.heads)
    against = (*stale(plan, snapshot.heads, store), *lost_access(plan.changes, store))
    if not plan.changes:
        plan = replace(plan, base_revision=snapshot.revision)  # what is told where nothing is left to do
    surroundings = surroundings_of(prepared.settings, os.environ)
    plan, unread = with_values(replace(saved, plan=plan), store, surroundings)
    progress.phase("checking")
    meanings, refused = understand(plan, store, rules=prepared.rules, project=prepared.project)
    plan = _judged_again(plan, prepared)
    return replace(
        _with(prepared, keep(plan), (*surroundings.warnings, *against, *unread, *refused)), meanings=meanings
    )


def _judged_again(plan: Plan, prepared: Prepared) -> Plan:
    """The plan without what policies over changes said when it was saved, where those that hold here are asked now."""
    if prepared.rules is None or not prepared.rules.over_changes:
        return plan
    return replace(plan, diagnostics=tuple(each for each in plan.diagnostics if each.code not in _OF_CHANGES))


def _with(prepared: Prepared, plan: Plan, against: tuple[Diagnostic, ...]) -> Planned:
    own = prepared.read.diagnostics
    told = tuple(each for each in plan.diagnostics if each not in own)
    return Planned(prepared, plan, (*own, *told, *against), invalid=False)


def _bytes(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise unreadable(file, f"cannot be read: {error.strerror}") from None


def _opened(settings: Settings, saved: Saved, dry_run: bool) -> AbstractContextManager[Backend]:
    """The store of the plan. Only a plan that was made without one may make one."""
    if dry_run:
        return wiring.reading(settings)
    return wiring.writing(settings, create=not saved.plan.store_id)


def _target(saved: Saved, request: Request) -> str | None:
    """The target whose backend is meant: that of the plan. Raises RefusedError where `--target` says another one."""
    planned = saved.about.target
    if request.target in (None, planned):
        return planned
    made_for = "no target" if planned is None else f"target {planned}"
    words = f"the plan was made for {made_for}, and --target says {request.target}"
    raise RefusedError(
        [Diagnostic(Severity.ERROR, "plan.backend", words, "apply the plan that was saved for it")]
    )


def _of_this_set(saved: Saved, request: Request, project: str | None) -> None:
    """Raises RefusedError where the plan is for another set than `--set`, else than the project here; a plan for no set is for
    every project."""
    planned = saved.plan.set
    asked = request.set or (project if planned is not None else None)
    if asked is None or asked == planned:
        return
    made_for = "no set" if planned is None else f"set {planned}"
    said = f"--set says {asked}" if request.set else f"the project here is {asked}"
    hint = "apply the plan that was saved for it"
    if planned is not None:
        hint += f", or say --set {planned}"
    words = f"the plan was made for {made_for}, and {said}"
    raise RefusedError([Diagnostic(Severity.ERROR, "plan.set", words, hint)])


def only_the_plan(request: Request, *, no_execute: bool, keep_unresolved: bool) -> None:
    """Raises UsageError for flags that say what to plan: that was settled when the plan was saved."""
    given = {
        "-f": request.files,
        "--org": request.org,
        "--adopt": request.adopt,
        "--prune": request.prune is not None,
        "--max-delete-percent": request.max_delete_percent is not None,
        "--force-conflicts": request.force_conflicts,
        "--drift": request.drift.value != "heal",
        "--strict": request.strict,
        "--no-execute": no_execute,
        "--keep-unresolved": keep_unresolved,
    }
    why = "with --plan: the plan says what is applied, and nothing changes that"
    refuse_flags(given, why, "give {} to diff --save")
