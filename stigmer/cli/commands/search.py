# SPDX-License-Identifier: Apache-2.0
"""`stigmer search`: skills by what they say."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from stigmer.cli import options, wiring
from stigmer.cli.config import find_project
from stigmer.cli.console import Console, visible
from stigmer.cli.options import Output
from stigmer.cli.settings import settle
from stigmer.errors import ExitCode
from stigmer.resources.resource import label

EXAMPLES = ("stigmer search 'return policy'", "stigmer search boots -o json --limit 5")


def command(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Words that must all occur.")],
    output: options.Format = Output.TEXT,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, max=1000, help="At most so many.")
    ] = 20,
    backend: options.BackendName = None,
    org: options.Org = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """Search the skills for words.

    Names, titles, descriptions and texts count. The best comes first."""
    console = Console(quiet=quiet, verbose=verbose)
    settings = settle(backend, org, find_project(os.getcwd()), os.environ)
    with wiring.reading(settings) as store:
        hits = store.search(text, org=settings.said_org, limit=limit)
    console.note(wiring.where(settings))
    if output is Output.JSON:
        items = [
            {
                "kind": hit.key.kind,
                "org": hit.key.org,
                "name": hit.key.name,
                "title": hit.title,
                "excerpt": hit.excerpt,
            }
            for hit in hits
        ]
        console.json({"format_version": 1, "kind": "SearchResult", "items": items})
        return ExitCode.DONE
    for hit in hits:
        name = console.style.paint("bold", label(hit.key))
        excerpt = " ".join(visible(hit.excerpt).split())
        console.result(f"{name}  {visible(hit.title)}\n    {excerpt}\n")
    if not hits:
        console.note("nothing found")
    return ExitCode.DONE
