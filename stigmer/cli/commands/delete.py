# SPDX-License-Identifier: Apache-2.0
"""`stigmer delete`: takes resources away, together or not at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated

import typer

from stigmer.cli import options, wiring
from stigmer.cli.completions import complete_kinds
from stigmer.cli.config import find_project
from stigmer.cli.console import Console
from stigmer.cli.diagnostics import warn
from stigmer.cli.options import Output
from stigmer.cli.plan_json import applied_json, plan_json
from stigmer.cli.plan_outputs.told import Told
from stigmer.cli.plan_text import applied_text, told_text
from stigmer.cli.planning import tell_invalid
from stigmer.cli.progress import Progress
from stigmer.cli.reading import Paths, read
from stigmer.cli.selection import parse_selection, require_found
from stigmer.cli.settings import Settings, settle
from stigmer.errors import Diagnostic, ExitCode, Location, RefusedError, UsageError
from stigmer.manifests.load import Loaded
from stigmer.reconcile.apply import apply_plan
from stigmer.reconcile.delete import build_delete_plan
from stigmer.resources.keys import Key

EXAMPLES = (
    "stigmer delete agent/bot",
    "stigmer delete agent/bot skill/returns -m 'no longer sold'",
    "stigmer delete -f agents/bot.yaml",
)

_Target = tuple[Key, Location | None]


def command(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KIND/NAME]...", help="What to delete.", autocompletion=complete_kinds),
    ] = None,
    files: Annotated[
        list[str] | None,
        typer.Option("-f", metavar="PATH", help="Delete what the manifests there declare; may be repeated."),
    ] = None,
    output: options.Format = Output.TEXT,
    message: options.Message = None,
    backend: options.BackendName = None,
    org: options.Org = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """Delete resources, or with -f those that manifests declare.

    All of them or none. Refused, with 4, while something that stays refers to one of them, or one is protected. The history stays.
    """
    console = Console(quiet=quiet, verbose=verbose)
    if not words and not files:
        raise UsageError("usage.nothing_to_delete", "nothing is named", hint="write KIND/NAME, or -f PATH")
    project = None if files else find_project(os.getcwd())
    settings = settle(backend, org, project, os.environ)
    targets = _named(words or (), settings.org)
    if files:
        found = _declared(files, settings, quiet=quiet)
        if not found.valid:
            return tell_invalid(found, found.diagnostics, output, console)
        targets += [
            (each.key, each.origin.start) for each in found.manifests if not each.resource.kind.executed
        ]
    return _delete(targets, settings, output, message, console)


def _delete(
    targets: Sequence[_Target], settings: Settings, output: Output, message: str | None, console: Console
) -> ExitCode:
    refusals: Sequence[Diagnostic] = ()
    applied = None
    with wiring.writing(settings, create=False) as store:
        require_found([key for key, _ in targets], store.snapshot().heads)
        plan = build_delete_plan(targets, store)
        try:
            applied = apply_plan(plan, store, message=message)
        except RefusedError as error:
            refusals = error.refusals
    console.note(wiring.where(settings))
    as_json = output is Output.JSON
    if applied is None:
        if as_json:
            console.json(plan_json(plan, refusals, show_unchanged=False))
        else:
            for piece in told_text(Told(plan, tuple(refusals), org=settings.org), console.style):
                console.result(piece)
            warn(refusals, console)
        return ExitCode.REFUSED
    if as_json:
        console.json(applied_json(plan, applied))
    else:
        for piece in applied_text(plan, applied, console.style):
            console.result(piece)
    return ExitCode.DONE


def _named(words: Sequence[str], org: str) -> list[_Target]:
    selection = parse_selection(words, org)
    if selection.kinds:
        kind = selection.kinds[0]
        raise UsageError(
            "usage.resource",
            f"'{kind.slug}' names a whole kind, and only single resources are deleted",
            hint=f"write {kind.slug}/NAME",
        )
    return [(key, None) for key in selection.keys]


def _declared(files: Sequence[str], settings: Settings, *, quiet: bool) -> Loaded:
    with Progress(quiet=quiet) as progress:
        return read(Paths(tuple(files)), settings.org, strict=False, progress=progress)
