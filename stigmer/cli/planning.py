# SPDX-License-Identifier: Apache-2.0
"""What `diff` and `apply` share: manifests read, a plan built, and told how it stands."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stigmer.backends.contract import Backend
from stigmer.cli.checking import check, judge, rules_of
from stigmer.cli.config import Project
from stigmer.cli.console import Console
from stigmer.cli.diagnostics import tally, validation_json, warn
from stigmer.cli.kept import keep
from stigmer.cli.options import Drift, Output
from stigmer.cli.plan_json import plan_json
from stigmer.cli.plan_text import plan_text
from stigmer.cli.progress import Progress
from stigmer.cli.reading import Paths, account, find_paths, read
from stigmer.cli.set_source import set_source
from stigmer.cli.settings import Settings, require_named_in_ci, settle
from stigmer.errors import Diagnostic, ExitCode, Severity
from stigmer.manifests.load import Loaded
from stigmer.meaning.meaning import Meaning
from stigmer.reconcile.build import build_plan
from stigmer.reconcile.options import DEFAULT_MAX_DELETE_PERCENT, PlanOptions
from stigmer.reconcile.plan import Plan

if TYPE_CHECKING:
    from stigmer.checks.policies.judge import Rules

# Errors of a plan that say the manifests are not right, rather than that they may not be applied.
_INVALID = ("reference.", "graph.")


@dataclass(frozen=True, slots=True)
class Request:
    """What the flags of `diff` and `apply` ask for."""

    files: Sequence[str] | None
    output: Output
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

    def refusing_unresolved(self) -> Planned:
        """The same, but a secret whose source cannot be read is against it."""
        found = (
            replace(each, severity=Severity.ERROR) if each in self.plan.unresolved else each
            for each in self.diagnostics
        )
        return replace(self, diagnostics=tuple(found))


def prepare(request: Request, progress: Progress) -> Prepared:
    """Settles what holds and reads the manifests. Raises UsageError, ConfigurationError."""
    paths = find_paths(request.files)
    rules = rules_of(paths.project)
    settings = settle(request.backend, request.org, paths.project, os.environ)
    require_named_in_ci(settings, os.environ)
    found = read(paths, settings.org, strict=request.strict, progress=progress)
    request.console.detail(account(paths, found))
    found = replace(found, diagnostics=(*settings.diagnostics, *found.diagnostics))
    return Prepared(request, settings, _set(request, paths), paths, rules, found)


def plan(prepared: Prepared, backend: Backend, progress: Progress, *, checked: bool) -> Planned:
    """Builds the plan of manifests that are right, and asks the policies; with `checked`, or if strict, runs the checks too. Raises BackendError."""
    request, manifests = prepared.request, prepared.read.manifests
    options = plan_options(prepared)
    built = build_plan(manifests, backend, options, os.environ, phase=progress.phase)
    progress.phase("checking")
    found = judge(manifests, prepared.rules, strict=request.strict)
    if checked or request.strict:
        found += check(manifests, prepared.project, backend, strict=request.strict)
    return Planned(
        prepared,
        keep(built),
        (*prepared.read.diagnostics, *built.diagnostics, *found),
        invalid=any(each.severity is Severity.ERROR for each in found)
        or any(each.code.startswith(_INVALID) for each in built.refusals),
    )


def plan_options(prepared: Prepared) -> PlanOptions:
    """What the flags ask for, over what the project says."""
    request, project = prepared.request, prepared.project
    prune = request.prune if request.prune is not None else project is not None and project.prune
    percent = request.max_delete_percent
    if percent is None and project is not None:
        percent = project.max_delete_percent
    whole = prepared.set is not None and (project is not None or prune)
    return PlanOptions(
        set=prepared.set,
        adopt=request.adopt,
        source=set_source(prepared.paths) if whole else None,
        prune=prune,
        max_delete_percent=DEFAULT_MAX_DELETE_PERCENT if percent is None else percent,
        heal=request.drift is Drift.HEAL,
        force=request.force_conflicts,
    )


def tell_invalid(
    found: Loaded, diagnostics: Sequence[Diagnostic], output: Output, console: Console
) -> ExitCode:
    """Says what is wrong with the manifests, as `validate` does."""
    if output is Output.JSON:
        console.json(validation_json(found.documents, diagnostics))
    else:
        warn(diagnostics, console)
        console.note(tally(found.documents, diagnostics))
    return ExitCode.INVALID


def tell_plan(planned: Planned, *, differences: ExitCode) -> ExitCode:
    """Prints the plan whole. The status is `differences` where it has changes, REFUSED where something is against it."""
    request = planned.prepared.request
    console, unchanged = request.console, request.show_unchanged
    if request.output is Output.JSON:
        console.json(plan_json(planned.plan, planned.diagnostics, show_unchanged=unchanged))
    else:
        org = planned.prepared.settings.org
        if (
            planned.plan.changes or not planned.refused
        ):  # "No changes" is no answer where something is refused
            for piece in plan_text(planned.plan, console.style, org=org, show_unchanged=unchanged):
                console.result(piece)
        warn(planned.diagnostics, console)
    if planned.refused:
        return ExitCode.REFUSED
    return differences if planned.plan.changes else ExitCode.DONE


def _set(request: Request, paths: Paths) -> str | None:
    return request.set or (paths.project.name if paths.project is not None else None)
