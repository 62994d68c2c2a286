# SPDX-License-Identifier: Apache-2.0
"""`stigmer graph`: what refers to what."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import Annotated, assert_never

import typer

from stigmer.cli import options
from stigmer.cli.console import Console
from stigmer.cli.diagnostics import diagnostic_json, warn
from stigmer.cli.progress import Progress
from stigmer.cli.reading import account, find_paths, read
from stigmer.cli.selection import parse_resource, require_found
from stigmer.cli.settings import organization
from stigmer.cli.web import Web, web
from stigmer.cli.web_pictures import as_dot, as_json, as_mermaid
from stigmer.cli.web_tree import tree
from stigmer.errors import ExitCode
from stigmer.manifests.load import Loaded
from stigmer.resources.keys import DEFAULT_ORG, Key

EXAMPLES = (
    "stigmer graph                               # the project of this directory, as a tree",
    "stigmer graph workflow/order-fulfilment     # what it needs",
    "stigmer graph skill/return-policy --reverse # what needs it",
    "stigmer graph -o mermaid > graph.mmd",
    "stigmer graph -f manifests/ -o dot | dot -Tsvg > graph.svg",
)


class GraphOutput(StrEnum):
    """How a graph is written."""

    TEXT = "text"
    JSON = "json"
    MERMAID = "mermaid"
    DOT = "dot"


def command(
    resource: Annotated[
        str | None, typer.Argument(metavar="[KIND/NAME]", help="Only this resource and what it needs.")
    ] = None,
    files: options.Files = None,
    output: Annotated[
        GraphOutput, typer.Option("-o", "--output", help="How to write the graph.")
    ] = GraphOutput.TEXT,
    reverse: Annotated[
        bool, typer.Option("--reverse", help="The other way round: from what is needed to what needs it.")
    ] = False,
    target: options.TargetName = None,
    org: options.Org = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """Show what refers to what in manifests; needs no backend.

    The tree begins with what nothing refers to; beside each resource stands the field that refers to it. That a resource
    belongs to an organization is not drawn, unless one asks for an organization.
    """
    console = Console(quiet=quiet, verbose=verbose)
    paths = find_paths(files, target)
    org = organization(org, paths.project, os.environ, paths.target) or DEFAULT_ORG
    start = parse_resource(resource, org) if resource is not None else None
    with Progress(quiet=quiet) as progress:
        found = read(paths, org, strict=False, progress=progress)
        drawn = web(found.manifests, organizations=start is not None and start.kind == "Organization")
    if start is not None:
        if start not in drawn.keys:
            warn(found.diagnostics, console)  # what is wrong with it may be why it is not there
        require_found([start], drawn.keys)
        drawn = drawn.around(start, backwards=reverse)
    console.detail(account(paths, found))
    _tell(drawn, found, output, console, reverse=reverse, start=start)
    return ExitCode.DONE if found.valid else ExitCode.INVALID


def _tell(
    drawn: Web, found: Loaded, output: GraphOutput, console: Console, *, reverse: bool, start: Key | None
) -> None:
    if output is GraphOutput.JSON:
        problems = [diagnostic_json(each) for each in found.diagnostics]
        console.json({"format_version": 1, **as_json(drawn), "diagnostics": problems})
        return
    warn(found.diagnostics, console)
    match output:
        case GraphOutput.MERMAID:
            console.result(as_mermaid(drawn))
        case GraphOutput.DOT:
            console.result(as_dot(drawn))
        case GraphOutput.TEXT:
            console.result(tree(drawn, console.style, backwards=reverse, start=start))
        case _:
            assert_never(output)
