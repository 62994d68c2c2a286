# SPDX-License-Identifier: Apache-2.0
"""What `diff` and `apply` share: manifests read, a plan built, and told how it stands."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from stigmer.backends.contract import Backend
from stigmer.cli.checking import check, judge, rules_of
from stigmer.cli.config import Project
from stigmer.cli.console import Console
from stigmer.cli.diagnostics import tally, validation_json, warn
from stigmer.cli.kept import keep
from stigmer.cli.options import DiffOutput, Drift, Output
from stigmer.cli.plan_outputs.told import Told
from stigmer.cli.plan_text import summary, told_text
from stigmer.cli.progress import Progress
from stigmer.cli.reading import Paths, account, find_paths, read
from stigmer.cli.set_source import set_source
from stigmer.cli.settings import Settings, require_named_in_ci, settle, surroundings_of
from stigmer.cli.targets import require_set_of_its_own
from stigmer.cli.understanding import understand
from stigmer.errors import Diagnostic, ExitCode, Severity
from stigmer.manifests.load import Loaded
from stigmer.reconcile.build import build_plan
from stigmer.reconcile.options import DEFAULT_MAX_DELETE_PERCENT, PlanOptions
from stigmer.reconcile.plan import Plan

if TYPE_CHECKING:
    from stigmer.checks.policies.judge import Rules
    from stigmer.meaning.meaning import Meaning

# Errors of a plan that say the manifests are not right, rather than that they may not be applied.
_INVALID = ("reference.", "graph.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the flags of `diff` and `apply` ask for."""

    files: Sequence[str] | None
    output: Output | DiffOutput
    backend: str | None
    org: str | None
    set: str | None
    adopt: bool
    strict: bool
    show_unchanged: bool
    console: Console
    prune: bool | None = None
    max_delete_percent: int | None = None
    force_conflicts: bool = False
    drift: Drift = Drift.HEAL
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """Settings and manifests that a plan can be built of."""

    request: Request
    settings: Settings
    set: str | None
    paths: Paths
    rules: Rules | None
    read: Loaded

    @property
    def project(self) -> Project | None:
        """The project whose manifests they are."""
        return self.paths.project


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, with all that was found on the way to it. `invalid` says that the manifests themselves are not right."""

    prepared: Prepared
    plan: Plan
    diagnostics: tuple[Diagnostic, ...]
    invalid: bool
    meanings: tuple[Meaning, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether something is against carrying it out."""
        return any(each.severity is Severity.ERROR for each in self.diagnostics)

    def refusing_unresolved(self, *, unheld: bool = False) -> Planned:
        """The same, but a secret whose source cannot be read is against it; if `unheld`, only where nothing is stored of it."""
        against = set(self.plan.unheld if unheld else self.plan.unresolved)
        found = (
            replace(each, severity=Severity.ERROR) if each in against else each for each in self.diagnostics
        )
        return replace(self, diagnostics=tuple(found))


def prepare(request: Request, progress: Progress, paths: Paths | None = None) -> Prepared:
    """Settles what holds and reads the manifests, those that the request means or those of the paths. Raises UsageError,
    ConfigurationError."""
    paths = paths or find_paths(request.files, request.target)
    rules = rules_of(paths.project)
    settings = settle(request.backend, request.org, paths.project, os.environ, paths.target)
    require_named_in_ci(settings, os.environ)
    if paths.project is not None and _prunes(request, paths.project) and request.set is None:
        require_set_of_its_own(paths.project, paths.target)
    # What is passed over would be taken for gone.
    strict = request.strict or _prunes(request, paths.project)
    found = read(paths, settings.org, strict=strict, progress=progress)
    request.console.detail(account(paths, found))
    found = replace(found, diagnostics=(*settings.diagnostics, *found.diagnostics))
    return Prepared(request, settings, _set(request, paths), paths, rules, found)


def plan(prepared: Prepared, backend: Backend, progress: Progress, *, checked: bool) -> Planned:
    """Builds the plan of manifests that are right, and asks the policies; with `checked`, or if strict, runs the checks too. Raises BackendError."""
    request, manifests = prepared.request, prepared.read.manifests
    options = plan_options(prepared)
    surroundings = surroundings_of(prepared.settings, os.environ)
    built = build_plan(manifests, backend, options, surroundings, phase=progress.phase)
    progress.phase("checking")
    found = judge(manifests, prepared.rules, strict=request.strict)
    if checked or request.strict:
        found += check(manifests, prepared.project, backend, strict=request.strict)
    invalid = any(each.severity is Severity.ERROR for each in found) or any(
        each.code.startswith(_INVALID) for each in built.refusals
    )
    meanings: tuple[Meaning, ...] = ()
    refused: list[Diagnostic] = []
    if not invalid:
        meanings, refused = understand(
            built,
            backend,
            rules=prepared.rules,
            project=prepared.project,
            manifests=manifests,
            strict=request.strict,
        )
    return Planned(
        prepared,
        keep(built),
        (*prepared.read.diagnostics, *surroundings.warnings, *built.diagnostics, *found, *refused),
        invalid=invalid,
        meanings=meanings,
    )


def plan_options(prepared: Prepared) -> PlanOptions:
    """What the flags ask for, over what the project says."""
    request, project = prepared.request, prepared.project
    percent = request.max_delete_percent
    if percent is None and project is not None:
        percent = project.max_delete_percent
    return PlanOptions(
        set=prepared.set,
        adopt=request.adopt,
        source=None if prepared.set is None else set_source(prepared.paths),
        part=project is None,
        prune=_prunes(request, project),
        max_delete_percent=DEFAULT_MAX_DELETE_PERCENT if percent is None else percent,
        heal=request.drift is Drift.HEAL,
        force=request.force_conflicts,
    )


def _prunes(request: Request, project: Project | None) -> bool:
    return request.prune if request.prune is not None else project is not None and project.prune


def tell_invalid(
    found: Loaded,
    diagnostics: Sequence[Diagnostic],
    output: Output | DiffOutput,
    console: Console,
    *,
    set_name: str | None = None,
    target: str | None = None,
) -> ExitCode:
    """Says what is wrong with the manifests, as `validate` does."""
    match DiffOutput(output):
        case DiffOutput.JSON:
            console.json(validation_json(found.documents, diagnostics))
        case DiffOutput.TEXT:
            warn(diagnostics, console)
            console.note(tally(found.documents, diagnostics))
        case form:
            from stigmer.cli.plan_outputs.without_plan import invalid

            console.result(invalid(found, diagnostics, form, set_name, target))
            _tell_beside(diagnostics, form, console, tally(found.documents, diagnostics))
    return ExitCode.INVALID


def tell_plan(planned: Planned, *, differences: ExitCode) -> ExitCode:
    """Prints the plan whole. The status is `differences` where it has changes, REFUSED where something is against it."""
    console = planned.prepared.request.console
    told = told_of(planned)
    match DiffOutput(planned.prepared.request.output):
        case DiffOutput.JSON:
            console.json(plan_as_json(planned))
        case DiffOutput.TEXT:
            if told.plan.changes or not told.refusals:  # "No changes" is no answer where something is refused
                for piece in told_text(told, console.style, whole=console.verbose):
                    console.result(piece)
            warn(told.diagnostics, console)
        case form:
            from stigmer.cli.plan_outputs import written

            console.result(written(told, form))
            _tell_beside(told.diagnostics, form, console, summary(told.plan))
    return status_of(planned, differences)


def plan_as_json(planned: Planned) -> dict[str, Any]:
    """The plan as the object of the JSON output."""
    from stigmer.cli.plan_outputs.objects import plan_object

    return plan_object(told_of(planned))


def status_of(planned: Planned, differences: ExitCode) -> ExitCode:
    """The status that goes with a plan: `differences` where it has changes, REFUSED where something is against it."""
    if planned.refused:
        return ExitCode.REFUSED
    return differences if planned.plan.changes else ExitCode.DONE


def told_of(planned: Planned) -> Told:
    """The plan with all that is told of it."""
    prepared = planned.prepared
    project = prepared.project
    return Told(
        planned.plan,
        planned.diagnostics,
        planned.meanings,
        org=prepared.settings.org,
        target=prepared.request.target,
        declared_in=None if project is None else project.document.locate(("name",)).file,
        show_unchanged=prepared.request.show_unchanged,
    )


def _tell_beside(found: Sequence[Diagnostic], form: DiffOutput, console: Console, words: str) -> None:
    """What goes into a file or a comment is told in the log too; GitHub's annotations are themselves read there."""
    if form not in (DiffOutput.GITHUB, DiffOutput.YAML):
        warn(found, console)
    console.note(words)


def _set(request: Request, paths: Paths) -> str | None:
    return request.set or (paths.project.name if paths.project is not None else None)
