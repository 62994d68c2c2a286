# SPDX-License-Identifier: Apache-2.0
"""`diff --all` and `apply --all`: every project below the working directory, each as its own set, one after another."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

from stigmer.cli import wiring
from stigmer.cli.carrying_out import Carrying, carry_out, tell_applied
from stigmer.cli.diagnostics import diagnostic_json, warn
from stigmer.cli.failures import LeftBehind, error_json, problems
from stigmer.cli.options import DiffOutput, Output, refuse_flags
from stigmer.cli.plan_json import applied_json
from stigmer.cli.plan_list import Listed, plan_list, tell_each, tell_heading
from stigmer.cli.plan_outputs.markdown import EVERY_SET
from stigmer.cli.plan_outputs.objects import as_yaml
from stigmer.cli.plan_outputs.together import written_together
from stigmer.cli.planning import Prepared, Request, plan, prepare, tell_invalid, told_of
from stigmer.cli.progress import Progress
from stigmer.cli.projects import find_projects, in_order, in_order_of_parting, require_target
from stigmer.cli.reading import Paths
from stigmer.cli.targets import find_target
from stigmer.errors import Diagnostic, ExitCode, StigmerError, UsageError
from stigmer.manifests.load import Loaded
from stigmer.reconcile.foreseen import Foreseen


@dataclass(frozen=True, slots=True)
class _Run:
    """The projects in their order, read; and planned, each against the backend as those before it will leave it, where all of them
    could be read. `diagnostics` belong to no single one."""

    projects: Sequence[Prepared]
    plans: Sequence[Listed]
    diagnostics: Sequence[Diagnostic]

    @property
    def every_diagnostic(self) -> list[Diagnostic]:
        """What was found in all of them, each once."""
        own = [each.diagnostics for each in self.plans] or [each.read.diagnostics for each in self.projects]
        return list(dict.fromkeys([*self.diagnostics, *(found for every in own for found in every)]))

    @property
    def valid(self) -> bool:
        """Whether there are plans to look at."""
        return bool(self.plans) and all(each.valid for each in self.plans)


def only_all(request: Request, **given: object) -> None:
    """Raises UsageError for what speaks of one project, or of none: `given` are further flags, by name."""
    refuse_flags(
        {"-f": request.files, "--set": request.set, **given},
        "with --all, which takes every project below this directory",
        "run it in the directory of one project without --all",
    )


def diff_all(request: Request, *, differences: ExitCode) -> ExitCode:
    """Tells what applying every project would do, and gives the gravest status. Raises what a plan of one raises."""
    _require_form(request)
    with Progress(quiet=request.console.quiet) as progress:
        run = _run(request, progress, checked=True)
    return _tell_plans(run, request, differences) if run.valid else _tell_invalid(run, request)


def apply_all(request: Request, how: Carrying, left: LeftBehind) -> ExitCode:
    """Applies the projects, each in one batch, up to the first that is refused or fails; none where any is invalid.

    Raises what planning raises before anything was applied.
    """
    with Progress(quiet=request.console.quiet) as progress:
        run = _run(request, progress, checked=False)
    if not run.valid:
        return _tell_invalid(run, request)
    if how.dry_run:
        plans = [_refusing_unresolved(each, unheld=how.keep_unresolved) for each in run.plans]
        return _tell_plans(replace(run, plans=plans), request, ExitCode.DONE)
    warn(run.diagnostics, request.console)
    status = ExitCode.DONE
    results: list[tuple[str, dict[str, Any]]] = []
    for each in run.plans:
        if results and request.output is Output.TEXT:
            request.console.result("\n")
        status, told = _apply(each, how, left, [name for name, _ in results])
        results.append((each.name, told))
        if status is not ExitCode.DONE:
            break
    _tell_results(run, results, request, stopped=status is not ExitCode.DONE)
    return status


def _run(request: Request, progress: Progress, *, checked: bool) -> _Run:
    projects, found = find_projects(os.getcwd())
    if request.target is not None:
        require_target(projects, request.target)
    read = [
        prepare(request, progress, Paths(each.paths, each, find_target(each, request.target)))
        for each in projects
    ]
    ordered, wrong = in_order(read)
    if wrong or not all(each.read.valid for each in read):
        return _Run(ordered, (), (*found, *wrong))
    with ExitStack() as opened:
        stores: dict[str, Foreseen] = {}
        for each in read:
            if each.settings.backend.name not in stores:
                store = opened.enter_context(wiring.reading(each.settings))
                stores[each.settings.backend.name] = Foreseen(store)
        ordered = in_order_of_parting(read, stores)
        return _Run(ordered, [_planned(each, stores, progress, checked=checked) for each in ordered], found)


def _planned(
    prepared: Prepared, stores: Mapping[str, Foreseen], progress: Progress, *, checked: bool
) -> Listed:
    """The plan, which counts as carried out from then on."""
    store = stores[prepared.settings.backend.name]
    planned = plan(prepared, store, progress, checked=checked)
    store.add(planned.plan)
    project = prepared.project
    assert project is not None
    heading = f"Project {project.name} ({os.path.relpath(project.directory)})"
    return Listed(project.name, heading, prepared, planned)


def _refusing_unresolved(listed: Listed, *, unheld: bool) -> Listed:
    assert listed.planned is not None
    return replace(listed, planned=listed.planned.refusing_unresolved(unheld=unheld))


def _require_form(request: Request) -> None:
    if request.output is DiffOutput.JUNIT:
        raise UsageError(
            "usage.arguments",
            f"-o {request.output.value} shows one project, and --all takes every one",
            hint="leave -o out, or run it in the directory of each project without --all",
        )


def _tell_invalid(run: _Run, request: Request) -> ExitCode:
    manifests = [manifest for each in run.projects for manifest in each.read.manifests]
    read = Loaded(tuple(manifests), (), sum(each.read.documents for each in run.projects))
    return tell_invalid(
        read,
        run.every_diagnostic,
        request.output,
        request.console,
        set_name=EVERY_SET,
        target=request.target,
    )


def _tell_plans(run: _Run, request: Request, differences: ExitCode) -> ExitCode:
    console = request.console
    match DiffOutput(request.output):
        case DiffOutput.TEXT:
            warn(run.diagnostics, console)
            return tell_each(run.plans, console, differences)
        case DiffOutput.JSON:
            console.json(_as_json(run))
        case DiffOutput.YAML:
            console.result(as_yaml(_as_json(run)))
        case DiffOutput.JUNIT:
            raise ValueError("that was refused before")
        case form:
            plans = [told_of(each.planned) for each in run.plans if each.planned is not None]
            console.result(written_together(plans, run.diagnostics, form))
            if form is not DiffOutput.GITHUB:  # annotations are themselves read in the log
                warn(run.every_diagnostic, console)
    return max(each.status(differences) for each in run.plans)


def _as_json(run: _Run) -> dict[str, Any]:
    told = plan_list([{"project": each.name, **each.as_json()} for each in run.plans])
    return {**told, "diagnostics": [diagnostic_json(each) for each in run.diagnostics]}


def _apply(
    listed: Listed, how: Carrying, left: LeftBehind, before: Sequence[str]
) -> tuple[ExitCode, dict[str, Any]]:
    """Plans one project anew, now that those before it are applied, and carries it out; how that ended, and as an object."""
    prepared = listed.prepared
    request, console = prepared.request, prepared.request.console
    own = LeftBehind(f"of project {listed.name} nothing was changed")
    try:
        with (
            Progress(quiet=console.quiet) as progress,
            wiring.writing(prepared.settings, create=True) as store,
        ):
            planned = plan(prepared, store, progress, checked=False)
            planned = planned.refusing_unresolved(unheld=how.keep_unresolved)
            planned, applied = carry_out(planned, store, progress, how, own)
    except StigmerError as error:
        if request.output is Output.TEXT:
            tell_heading(listed.heading, prepared, console)
            warn(problems(error), console)
        return error.exit_code, {"error": error_json(problems(error))}
    except KeyboardInterrupt:
        left.words = f"{_applied(before)}; {own.words}" if before else own.words
        raise
    if applied is None:
        refused = replace(listed, planned=planned)
        if request.output is Output.TEXT:
            return refused.tell(console, ExitCode.DONE), {}
        return refused.status(ExitCode.DONE), refused.as_json()
    if request.output is Output.TEXT:
        tell_heading(listed.heading, prepared, console)
        tell_applied(planned, applied)
    left.words = f"{_applied([*before, listed.name])}, and nothing after that"
    return ExitCode.DONE, applied_json(planned.plan, applied)


def _tell_results(
    run: _Run, results: Sequence[tuple[str, dict[str, Any]]], request: Request, *, stopped: bool
) -> None:
    undone = [each.name for each in run.plans[len(results) :]]
    if request.output is Output.TEXT:
        if stopped:
            *before, (last, _) = results
            words = [_applied([name for name, _ in before])] if before else []
            words += [f"not begun: {', '.join(undone)}"] if undone else []
            request.console.warn(
                f"\nstopped at project {last}, of which nothing was changed; {'; '.join(words) or 'it is the only one'}\n"
            )
        return
    request.console.json(
        {
            "format_version": 1,
            "kind": "ApplyResultList",
            "results": [{"project": name, **told} for name, told in results],
            "not_done": undone,
            "diagnostics": [diagnostic_json(each) for each in run.diagnostics],
        }
    )


def _applied(names: Sequence[str]) -> str:
    return f"{'project' if len(names) == 1 else 'projects'} {', '.join(names)} {'was' if len(names) == 1 else 'were'} applied"
