# SPDX-License-Identifier: Apache-2.0
"""`stigmer rollback`: back to a version of a resource, or to a whole set as it was."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import typer

from stigmer.backends.contract import Backend
from stigmer.cli import options, wiring
from stigmer.cli.completions import complete_kinds
from stigmer.cli.config import Project, find_project
from stigmer.cli.console import Console, on_one_line
from stigmer.cli.diagnostics import warn
from stigmer.cli.into_manifests import NOTHING, Manifested, into_manifests
from stigmer.cli.options import Output
from stigmer.cli.pasts import find_past
from stigmer.cli.plan_json import applied_json, plan_json
from stigmer.cli.plan_text import applied_text, plan_text
from stigmer.cli.planning import tell_invalid
from stigmer.cli.progress import Progress
from stigmer.cli.reading import Paths, find_paths, read
from stigmer.cli.settings import Settings, settle
from stigmer.errors import Diagnostic, ExitCode, RefusedError, UsageError
from stigmer.manifests.load import Loaded
from stigmer.reconcile.apply import Applied, apply_plan
from stigmer.reconcile.plan import Plan
from stigmer.reconcile.rollback import build_rollback_plan, build_set_rollback_plan, undone_by_apply
from stigmer.resources.resource import label

EXAMPLES = (
    "stigmer rollback agent/bot --to 3",
    "stigmer rollback agent/bot --to previous -m 'too rude'",
    "stigmer rollback --set shop --revision 41 --dry-run",
)


@dataclass(frozen=True, slots=True)
class _One:
    """A resource, and the version that is to come back, as they were written."""

    resource: str
    version: str


@dataclass(frozen=True, slots=True)
class _Whole:
    """A set, and the revision of the store that is to come back."""

    set: str
    revision: int


@dataclass(frozen=True, slots=True)
class _Planned:
    """A plan, what it is in the history where nobody says something else, what is said where it has nothing to do, and the command
    that does the same."""

    plan: Plan
    message: str
    nothing: str
    command: str


def command(
    resource: Annotated[
        str | None,
        typer.Argument(metavar="[KIND/NAME]", help="What to roll back.", autocompletion=complete_kinds),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="VERSION", help="The version: its number, its id, or previous; see history."
        ),
    ] = None,
    set_name: Annotated[
        str | None,
        typer.Option("--set", metavar="NAME", help="Roll back a whole set; else the project's."),
    ] = None,
    revision: Annotated[
        int | None,
        typer.Option("--revision", metavar="R", min=0, help="Of a set: the store's revision to go back to."),
    ] = None,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask.")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Put it into the manifests too, so that the next apply keeps it.")
    ] = False,
    files: Annotated[
        list[str] | None,
        typer.Option(
            "-f",
            metavar="PATH",
            help="With --write: where the manifests are, instead of the project's paths.",
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Show the plan, and whether it would be refused; change nothing."),
    ] = False,
    output: options.Format = Output.TEXT,
    message: options.Message = None,
    backend: options.BackendName = None,
    org: options.Org = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """Bring back a version of a resource, or of a whole set.

    That is a new version; what was deleted comes back with its id and its history. Without --write the manifests stay as they are,
    so that the next apply undoes it. A set is rolled back whole or not at all, after its plan was shown and agreed to.
    """
    console = Console(quiet=quiet, verbose=verbose)
    project = find_project(os.getcwd())
    settings = settle(backend, org, project, os.environ)
    target = _target(resource, to, set_name, revision, project)
    asks = isinstance(target, _Whole) and not (yes or dry_run)
    if asks:
        _require_somebody_to_ask(output)
    # The organization that whoever reads the manifests will have: no flag is there then.
    home_org = settle(backend, None, project, os.environ).org
    manifests = _Manifests.read(files, home_org, quiet=quiet) if write else None
    if manifests is not None and not manifests.loaded.valid:
        return tell_invalid(manifests.loaded, manifests.loaded.diagnostics, output, console)
    flags = "".join(f" {flag} {said}" for flag, said in (("--org", org), ("--backend", backend)) if said)
    asked = _Asked(target, manifests, settings, flags, output, console, message, asks=asks, dry_run=dry_run)
    with wiring.reading(settings) if dry_run else wiring.writing(settings, create=False) as store:
        return _roll_back(asked, store)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the arguments ask for. `manifests` are those to write into, if that is asked; `flags` are those that the same command needs
    again, `asks` says that somebody is to agree."""

    target: _One | _Whole
    manifests: _Manifests | None
    settings: Settings
    flags: str
    output: Output
    console: Console
    message: str | None
    asks: bool
    dry_run: bool


def _roll_back(asked: _Asked, store: Backend) -> ExitCode:
    console, output = asked.console, asked.output
    planned = _plan(asked.target, store, asked.settings.org)
    plan = planned.plan
    console.note(wiring.where(asked.settings, plan.set))
    if output is Output.TEXT:
        _show(planned, asked.settings.org, console)
    manifested = NOTHING if asked.manifests is None else asked.manifests.with_plan(plan, store)
    refusals = (*plan.refusals, *manifested.refusals)
    if refusals or asked.dry_run:
        _tell_plan(plan, (*plan.diagnostics, *manifested.refusals), output, console)
        return ExitCode.REFUSED if refusals else ExitCode.DONE
    warn(plan.diagnostics, console)
    if asked.asks and plan.changes and not _agreed():
        console.note("Nothing was changed.")
        return ExitCode.REFUSED
    try:
        applied = apply_plan(plan, store, message=asked.message or planned.message)
    except RefusedError as error:
        _tell_plan(plan, error.refusals, output, console)
        return ExitCode.REFUSED
    written, problems = manifested.write()
    undone = undone_by_apply(plan, store) if asked.manifests is None else manifested.told
    _tell(plan, applied, None if asked.manifests is None else written, output, console)
    keep = f"{planned.command}{asked.flags} --write puts it into the manifests"
    warn([*problems, *(replace(each, hint=each.hint or keep) for each in undone)], console)
    return ExitCode.BACKEND if problems else ExitCode.DONE


@dataclass(frozen=True, slots=True)
class _Manifests:
    """The manifests that are to say what comes back."""

    paths: Paths
    loaded: Loaded
    org: str

    @classmethod
    def read(cls, files: Sequence[str] | None, org: str, *, quiet: bool) -> _Manifests:
        """Raises UsageError where there are none."""
        paths = find_paths(files)
        with Progress(quiet=quiet) as progress:
            return cls(paths, read(paths, org, strict=False, progress=progress), org)

    def with_plan(self, plan: Plan, store: Backend) -> Manifested:
        """What makes them say what is live once the plan is carried out."""
        return into_manifests(plan, self.loaded.manifests, self.paths, self.org, store)


def _target(
    resource: str | None, to: str | None, set_name: str | None, revision: int | None, project: Project | None
) -> _One | _Whole:
    """What the arguments mean. Raises UsageError where they do not go together."""
    if resource is not None and to is not None and set_name is None and revision is None:
        return _One(resource, to)
    if resource is None and to is None and revision is not None:
        name = set_name or (project.name if project is not None else None)
        if name is not None:
            return _Whole(name, revision)
    if resource is not None and to is None and set_name is None and revision is None:
        raise UsageError(
            "usage.arguments",
            "the version to go back to is not said",
            hint=f"add --to N or --to previous; stigmer history {resource} lists the versions",
        )
    raise UsageError(
        "usage.arguments",
        "rollback takes one resource and its version, or a set and a revision",
        hint="write rollback KIND/NAME --to N, or rollback --set NAME --revision R",
    )


def _plan(target: _One | _Whole, store: Backend, org: str) -> _Planned:
    match target:
        case _One():
            past = find_past(store, target.resource, org)
            version = past.find(target.version)
            own = [each for each in past.versions if each.resource_id == version.resource_id]
            return _Planned(
                build_rollback_plan(version, own, store),
                f"rollback to version {version.number}",
                f"No changes. {label(own[0].key)} is as in version {version.number}.",
                f"stigmer rollback {target.resource} --to {version.number}",
            )
        case _Whole():
            return _Planned(
                build_set_rollback_plan(target.set, target.revision, store),
                f"rollback of set {target.set} to revision {target.revision}",
                f"No changes. Set {target.set} is as it was at revision {target.revision}.",
                f"stigmer rollback --set {target.set} --revision {target.revision}",
            )


def _show(planned: _Planned, org: str, console: Console) -> None:
    """Prints the plan; the number of changes is no news where there can be but one."""
    plan = planned.plan
    if not plan.changes:
        if not plan.refusals:
            console.result(planned.nothing + "\n")
        return
    pieces = list(plan_text(plan, console.style, org=org, show_unchanged=False))
    for piece in pieces if plan.set is not None else pieces[:-2]:  # without empty line and summary
        console.result(piece)


def _tell_plan(plan: Plan, found: Sequence[Diagnostic], output: Output, console: Console) -> None:
    """Says what there is to say of a plan that was not carried out; as text it was shown before."""
    if output is Output.JSON:
        console.json(plan_json(plan, found, show_unchanged=False))
    else:
        warn(found, console)


def _tell(plan: Plan, applied: Applied, written: list[str] | None, output: Output, console: Console) -> None:
    if output is Output.JSON:
        files = {} if written is None else {"written": written}
        console.json({**applied_json(plan, applied), **files})
        return
    if applied.resources:
        *_, done = applied_text(plan, applied, console.style)  # the plan told the rest
        console.result("\n" + done)
    for file in written or ():
        console.result(f"{on_one_line(file)} written\n")


def _require_somebody_to_ask(output: Output) -> None:
    streams = (sys.stdin, sys.stdout, sys.stderr)
    if output is Output.JSON or not all(stream.isatty() for stream in streams):
        raise UsageError(
            "usage.confirmation",
            "a set is rolled back after somebody has agreed, and nobody can be asked here",
            hint="look at it with --dry-run, then add --yes",
        )


def _agreed() -> bool:
    sys.stdout.flush()
    sys.stderr.write("Make it so? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
