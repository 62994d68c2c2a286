# SPDX-License-Identifier: Apache-2.0
"""`stigmer secrets status`: what the secrets of the store are sealed with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from stigmer.backends.sealing import KeyUse, Sealing
from stigmer.cli import options, wiring
from stigmer.cli.console import Console, Style, count, on_one_line
from stigmer.cli.diagnostics import diagnostics_text
from stigmer.cli.failures import error_json, problems
from stigmer.cli.home import shown, shown_place
from stigmer.cli.options import Output
from stigmer.cli.resources_out import columns
from stigmer.cli.settings import Settings, settle
from stigmer.errors import ExitCode

EXAMPLES = ("stigmer secrets status", "stigmer secrets status -o json")


def command(
    output: options.Format = Output.TEXT,
    backend: options.BackendName = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """Show what the secrets are sealed with; change nothing.

    The place of the master key and its versions, how much each of them seals, whether it is being rotated, how many secrets each
    environment has. Opens none of them. Exits with 7 where the key is missing or not the store's.
    """
    console = Console(quiet=quiet, verbose=verbose)
    settings = settle(backend, None, None, os.environ)
    found = wiring.sealing(settings)
    if output is Output.JSON:
        console.json(_json(found, settings))
    else:
        console.result("".join(_text(found, settings, console.style)))
        if found.problem is not None:
            console.warn(diagnostics_text(problems(found.problem), console.note_style))
    return ExitCode.DONE if found.problem is None else ExitCode.BACKEND


def _text(found: Sealing, settings: Settings, style: Style) -> Iterator[str]:
    stored = (
        f"{count(found.values, 'value')} of {count(found.resources, 'resource')}, former versions included"
    )
    facts = {
        "Store": f"{on_one_line(shown(settings.backend.database))}, revision {found.revision:,}",
        "Master key": _key(found),
        "Secrets": stored if found.values else "none yet",
        "Contexts": f"{found.contexts:,} open, of executions that run" if found.contexts else "none open",
    }
    width = max(map(len, facts))
    for name, words in facts.items():
        yield f"{style.paint('bold', name.ljust(width))}  {words}\n"
    if found.versions:
        yield "\n"
        rows = [[f"version {each.version}", _sealed(each), _state(each, found)] for each in found.versions]
        yield columns(["MASTER KEY", "SEALS", "STATE"], rows, style)
    rows = [[each.name, each.org, f"{each.secrets:,}"] for each in found.environments if each.secrets]
    if rows:
        yield "\n"
        yield columns(["ENVIRONMENT", "ORG", "SECRETS"], rows, style)
    hints = list(_hints(found))
    if hints:
        yield "\n"
        yield from (f"{style.paint('yellow', '!')} {hint}\n" for hint in hints)


def _key(found: Sealing) -> str:
    if found.place is None:
        return "not needed yet"
    place = on_one_line(shown_place(found.place))
    if found.problem is None:
        return f"version {found.version}, in {place}"
    if found.problem.code == "secret.key_missing":
        return f"version {found.version}, missing"
    return f"version {found.version}, which {place} cannot give"


def _sealed(use: KeyUse) -> str:
    parts = [count(use.data_keys, "data key")] if use.data_keys or not use.values else []
    parts += [f"{count(use.values, 'value')} of the old format"] if use.values else []
    return " and ".join(parts)


def _state(use: KeyUse, found: Sealing) -> str:
    if use.kept is False:
        return "not kept"
    if use.version == found.version:
        return "current"
    if use.version > found.version:
        return "next"
    return "being replaced" if found.rotating else "of before"


def _hints(found: Sealing) -> Iterator[str]:
    """What is left to be done."""
    if found.rotating:
        yield "The master key is being rotated. If nobody is at it, 'stigmer secrets rotate-key' goes on with it."
    elif found.old_format:
        values = f"{count(found.old_format, 'value')} {'is' if found.old_format == 1 else 'are'}"
        yield (
            f"{values} still of the old format, sealed by the master key itself;"
            " 'stigmer secrets rotate-key' changes that."
        )


def _json(found: Sealing, settings: Settings) -> dict[str, Any]:
    versions = [
        {"version": each.version, "kept": each.kept, "data_keys": each.data_keys, "values": each.values}
        for each in found.versions
    ]
    said = {
        "format_version": 1,
        "kind": "SecretsStatus",
        "store": {
            "id": found.store_id,
            "backend": settings.backend.name,
            "file": str(settings.backend.database),
            "revision": found.revision,
        },
        "master_key": _known(
            {
                "place": found.place,
                "version": found.version if found.versions else None,
                "rotating": found.rotating,
                "versions": [_known(each) for each in versions],
            }
        ),
        "secrets": {
            "values": found.values,
            "resources": found.resources,
            "old_format": found.old_format,
        },
        "environments": [
            {"org": each.org, "name": each.name, "secrets": each.secrets} for each in found.environments
        ],
        "contexts": found.contexts,
        "error": None if found.problem is None else error_json(problems(found.problem)),
    }
    return _known(said)


def _known(entries: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entries.items() if value is not None}
