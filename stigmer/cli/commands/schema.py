# SPDX-License-Identifier: Apache-2.0
"""`stigmer schema`: the JSON Schema of manifests, for editors and other checkers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stigmer.cli.completions import complete_kinds
from stigmer.cli.console import Console, count
from stigmer.errors import ExitCode, UsageError
from stigmer.manifests.schema import schema_text
from stigmer.resources.kinds import kinds, parse_kind

EXAMPLES = (
    "stigmer schema agent",
    "stigmer schema > stigmer.schema.json",
    "stigmer schema --install .schemas",
)

ANY = "stigmer"


def command(
    kind: Annotated[
        str | None,
        typer.Argument(
            metavar="[KIND]", help="The kind; without it, any kind.", autocompletion=complete_kinds
        ),
    ] = None,
    install: Annotated[
        Path | None,
        typer.Option("--install", metavar="DIR", help="Write the schemas of all kinds into this directory."),
    ] = None,
) -> ExitCode:
    """Print the JSON Schema of a kind of manifest, or of any kind."""
    console = Console()
    if install is not None:
        if kind is not None:
            raise UsageError(
                "usage.arguments", "--install writes the schemas of all kinds", hint="leave the kind out"
            )
        _install(install, console)
        return ExitCode.DONE
    console.result(schema_text(_name(kind)).decode())
    return ExitCode.DONE


def _name(kind: str | None) -> str:
    if kind is None:
        return ANY
    found = parse_kind(kind)
    if not found.declarable:
        raise UsageError("usage.kind", f"{found.name} is made by the system alone, so it has no manifests")
    return found.singular


def _install(directory: Path, console: Console) -> None:
    names = [ANY, *(kind.singular for kind in kinds() if kind.declarable)]
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name in names:
            (directory / f"{name}.json").write_bytes(schema_text(name))
    except OSError as error:
        raise UsageError("usage.path", f"{directory} cannot be written: {error.strerror}") from error
    path = directory / f"{ANY}.json"
    console.result(
        f"Wrote {count(len(names), 'schema')} to {directory}/. An editor with the YAML language server uses them with\n\n"
        f'  "yaml.schemas": {{"{path}": ["manifests/**/*.yaml"]}}\n\n'
        f"in its settings, or in a single file with the first line\n\n"
        f"  # yaml-language-server: $schema={path.resolve()}\n"
    )
