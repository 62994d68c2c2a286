# SPDX-License-Identifier: Apache-2.0
"""`stigmer history`: what happened to a resource."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer

from stigmer.backends.contract import Version
from stigmer.cli import options, wiring
from stigmer.cli.completions import complete_kinds
from stigmer.cli.config import find_project
from stigmer.cli.console import Console
from stigmer.cli.options import Output
from stigmer.cli.resources_out import columns, timestamp
from stigmer.cli.selection import parse_resource, require_found
from stigmer.cli.settings import settle
from stigmer.errors import ExitCode
from stigmer.resources.resource import label

EXAMPLES = ("stigmer history agent/bot", "stigmer history agent/bot -o json")


def command(
    resource: Annotated[
        str, typer.Argument(metavar="KIND/NAME", help="Whose history.", autocompletion=complete_kinds)
    ],
    output: options.Format = Output.TEXT,
    backend: options.BackendName = None,
    org: options.Org = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """List the versions of a resource, the newest first.

    Also of one that was deleted."""
    console = Console(quiet=quiet, verbose=verbose)
    settings = settle(backend, org, find_project(os.getcwd()), os.environ)
    key = parse_resource(resource, settings.org)
    with wiring.reading(settings) as store:
        versions = store.versions(key)
        if not versions:
            require_found([key], (known for known in store.snapshot().heads if known != key))
    console.note(wiring.where(settings))
    if output is Output.JSON:
        items = [_version_json(each) for each in versions]
        console.json({"format_version": 1, "kind": "History", "resource": label(key), "items": items})
        return ExitCode.DONE
    head = ["VERSION", "OPERATION", "WHEN", "WHO", "REVISION", "MESSAGE"]
    console.result(columns(head, [_row(each) for each in versions], console.style))
    return ExitCode.DONE


def _row(version: Version) -> list[str]:
    return [
        str(version.number),
        version.operation.value,
        timestamp(version.created_at)[:19] + "Z",
        version.actor,
        str(version.revision),
        version.message or "",
    ]


def _version_json(version: Version) -> dict[str, Any]:
    commit = version.commit
    entry = {
        "number": version.number,
        "id": version.id,
        "previous_id": version.previous_id,
        "operation": version.operation.value,
        "kind": version.key.kind,
        "org": version.key.org or None,
        "name": version.key.name,
        "resource_id": version.resource_id,
        "digest": version.digest,
        "revision": version.revision,
        "created_at": timestamp(version.created_at),
        "created_by": version.actor,
        "message": version.message,
        "commit": None if commit is None else {"id": commit.id, "author": commit.author},
    }
    return {name: value for name, value in entry.items() if value is not None}
