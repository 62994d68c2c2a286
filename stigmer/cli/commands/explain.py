# SPDX-License-Identifier: Apache-2.0
"""`stigmer explain`: what a field, a kind or a code means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from stigmer.cli import options
from stigmer.cli.completions import complete_explain
from stigmer.cli.console import Console
from stigmer.cli.options import Output
from stigmer.codes import codes
from stigmer.errors import ExitCode, UsageError
from stigmer.resources.kinds import Kind, find_kind, kinds, nearest

if TYPE_CHECKING:
    from stigmer.manifests.outlines.outline import Outline

EXAMPLES = (
    "stigmer explain agent",
    "stigmer explain agent.spec.mcp_servers.approval",
    "stigmer explain agent 'spec.mcp_servers[github].approval'    # a path out of a diagnostic",
    "stigmer explain workflow.spec.tasks -r",
    "stigmer explain schema.unknown                               # the code of a diagnostic",
)


def command(
    word: Annotated[
        str | None,
        typer.Argument(
            metavar="[KIND[.FIELD...]|CODE]",
            help="A kind, a field of one, or the code of a diagnostic; without it, all kinds.",
            autocompletion=complete_explain,
        ),
    ] = None,
    path: Annotated[
        str | None,
        typer.Argument(
            metavar="[PATH]", help="After a kind, the path of a field, as a diagnostic writes it."
        ),
    ] = None,
    recursive: Annotated[
        bool, typer.Option("-r", "--recursive", help="Show the fields of its fields, too.")
    ] = False,
    output: options.Format = Output.TEXT,
) -> ExitCode:
    """Explain a kind, a field of one, or the code of a diagnostic.

    Of a field: what it means, what may stand there, and how to write it. Items of lists and maps are left out of a path, or
    stand in brackets. Exits with 5 where there is no such field.
    """
    from stigmer.cli import explaining

    console = Console()
    style, as_json = console.style, output is Output.JSON
    if word is None:
        said = explaining.kinds_json() if as_json else explaining.kinds_text(style)
    elif path is None and word in codes():
        code = codes()[word]
        said = explaining.code_json(code) if as_json else explaining.code_text(code, style)
    else:
        outline = _outline(word, path)
        said = (
            explaining.outline_json(outline, recursive=recursive)
            if as_json
            else explaining.outline_text(outline, style, recursive=recursive)
        )
    if isinstance(said, str):
        console.result(said)
    else:
        console.json(said)
    return ExitCode.DONE


def _outline(word: str, path: str | None) -> Outline:
    from stigmer.manifests.outlines.outline import find_outline

    name, _, inner = word.partition(".")
    return find_outline(_kind(name, word), ".".join(filter(None, (inner, path))))


def _kind(name: str, word: str) -> Kind:
    kind = find_kind(name)
    if kind is None:
        slugs = [each.slug for each in kinds()]
        near = nearest(name, slugs) or nearest(word, codes())
        raise UsageError(
            "usage.kind",
            f"'{word}' is neither a kind, nor a field of one, nor a code",
            hint=f"did you mean {near}?" if near else "kinds: " + ", ".join(slugs),
        )
    return kind
