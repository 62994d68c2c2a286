# SPDX-License-Identifier: Apache-2.0
"""`stigmer get`: what is live."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from stigmer.backends.contract import Backend, Stored
from stigmer.cli import options, resources_out, wiring
from stigmer.cli.completions import complete_kinds
from stigmer.cli.config import find_project
from stigmer.cli.console import Console
from stigmer.cli.options import GetOutput
from stigmer.cli.selection import Selection, parse_labels, parse_selection, require_found
from stigmer.cli.settings import settle
from stigmer.cli.targets import find_target
from stigmer.errors import ExitCode
from stigmer.manifests.render import to_yaml
from stigmer.resources.resource import label

EXAMPLES = (
    "stigmer get agents",
    "stigmer get agent/bot workflow/ship-parcel -o yaml",
    "stigmer get all -l team=support -o name",
)


def command(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="KIND[/NAME]...",
            help="Kinds to list, resources to show, or all.",
            autocompletion=complete_kinds,
        ),
    ],
    output: Annotated[
        GetOutput, typer.Option("-o", "--output", help="How to write the result.")
    ] = GetOutput.TABLE,
    labels: options.Labels = None,
    target: options.TargetName = None,
    backend: options.BackendName = None,
    org: options.Org = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """List resources of a kind, or show single ones.

    A kind is its name, singular or plural, in any case, or its id prefix. Kinds are listed in every organization unless --org
    says one. Exits with 5 where a named resource is not there.
    """
    console = Console(quiet=quiet, verbose=verbose)
    project = find_project(os.getcwd())
    settings = settle(backend, org, project, os.environ, find_target(project, target))
    selection = parse_selection(words, settings.org)
    with wiring.reading(settings) as store:
        found = _find(store, selection, settings.said_org, parse_labels(labels or ()))
    console.note(wiring.where(settings))
    _tell(found, selection, output, console)
    return ExitCode.DONE


def _find(store: Backend, selection: Selection, org: str | None, labels: Mapping[str, str]) -> list[Stored]:
    named = store.get(selection.keys) if selection.keys else {}
    if len(named) < len(selection.keys):
        require_found(selection.keys, store.snapshot().heads)
    listed = [
        stored
        for kind in selection.kinds
        for stored in store.list(kind.name, org="" if kind.is_global and org else org, labels=labels)
    ]
    shown = {stored.key: stored for stored in (*listed, *(named[key] for key in selection.keys))}
    return list(shown.values())


def _tell(found: Sequence[Stored], selection: Selection, output: GetOutput, console: Console) -> None:
    single = len(selection.keys) == 1 and not selection.kinds
    match output:
        case GetOutput.JSON:
            items = [resources_out.shown(each) for each in found]
            console.json(items[0] if single else {"format_version": 1, "kind": "List", "items": items})
        case GetOutput.YAML:
            console.result("---\n".join(to_yaml(resources_out.shown(each)) for each in found))
        case GetOutput.NAME:
            console.result("".join(f"{label(each.key)}\n" for each in found))
        case GetOutput.TABLE | GetOutput.WIDE if found:
            with_kind = len(selection.kinds) != 1 or bool(selection.keys)
            wide = output is GetOutput.WIDE
            console.result(resources_out.table(found, console.style, wide=wide, with_kind=with_kind))
        case _:
            console.note("nothing found")
