# SPDX-License-Identifier: Apache-2.0
"""`stigmer schema`: the JSON Schemas of manifests and settings, for editors and other checkers."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from stigmer.cli.completions import complete_kinds
from stigmer.cli.config import find_project
from stigmer.cli.console import Console, count, on_one_line
from stigmer.cli.editors import Editor, SetUp, Use, set_up, uses
from stigmer.errors import ExitCode, UsageError
from stigmer.manifests.schema import schema_text
from stigmer.resources.kinds import kinds, parse_kind, require_declarable

EXAMPLES = (
    "stigmer schema agent",
    "stigmer schema project                      # of stigmer.yaml; and config, of config.yaml",
    "stigmer schema --install .schemas",
    "stigmer schema --install .schemas --editor vscode",
)

ANY = "stigmer"
SETTINGS = ("project", "config")


def command(
    kind: Annotated[
        str | None,
        typer.Argument(
            metavar="[KIND]",
            help="The kind, `project` or `config`; without it, any kind.",
            autocompletion=complete_kinds,
        ),
    ] = None,
    install: Annotated[
        Path | None,
        typer.Option("--install", metavar="DIR", help="Write all schemas into this directory."),
    ] = None,
    editor: Annotated[
        list[Editor] | None,
        typer.Option("--editor", help="With --install: set this editor up to use them; may be repeated."),
    ] = None,
) -> ExitCode:
    """Print a JSON Schema, or write all of them and set editors up.

    VS Code, Neovim and others use them by the YAML language server, JetBrains' editors by themselves.
    """
    console = Console()
    if install is None:
        if editor:
            raise UsageError("usage.arguments", "--editor goes with --install", hint="add --install .schemas")
        console.result(schema_text(_name(kind)).decode())
        return ExitCode.DONE
    if kind is not None:
        raise UsageError("usage.arguments", "--install writes all schemas", hint="leave the kind out")
    project = find_project(os.getcwd())
    root = Path(project.directory if project is not None else os.getcwd())
    paths = project.paths if project is not None else (".",)
    _write(install, console)
    try:
        needed = uses(_from(root, install), [_from(root, Path(path)) for path in paths])
        for each in editor or ():
            _tell(set_up(each, root, needed), console)
    except OSError as error:
        raise UsageError("usage.path", f"{error.filename} cannot be written: {error.strerror}") from error
    if not editor:
        _explain(install, needed, console)
    return ExitCode.DONE


def _name(kind: str | None) -> str:
    if kind is None:
        return ANY
    if kind in SETTINGS:
        return kind
    found = parse_kind(kind)
    require_declarable(found)
    return found.singular


def _write(directory: Path, console: Console) -> None:
    names = [ANY, *SETTINGS, *(kind.singular for kind in kinds() if kind.declarable)]
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name in names:
            (directory / f"{name}.json").write_bytes(schema_text(name))
    except OSError as error:
        raise UsageError("usage.path", f"{directory} cannot be written: {error.strerror}") from error
    console.result(f"Wrote {count(len(names), 'schema')} to {on_one_line(str(directory))}/\n")


def _from(root: Path, path: Path) -> str:
    """A path as files of the project's directory name it."""
    return Path(os.path.relpath(path, root)).as_posix()


def _tell(done: list[SetUp], console: Console) -> None:
    for each in done:
        console.result(f"{on_one_line(os.path.relpath(each.file))} {each.done}\n")
        if each.add is not None:
            console.result("".join(f"  {line}\n" for line in each.add.splitlines()))


def _explain(directory: Path, needed: tuple[Use, ...], console: Console) -> None:
    listed = ",\n".join(
        f"    {json.dumps(f'./{use.schema}', ensure_ascii=False)}: {json.dumps(use.globs, ensure_ascii=False)}"
        for use in needed
    )
    console.result(
        "\nAn editor with the YAML language server uses them with these settings:\n\n"
        f'  "yaml.schemas": {{\n{listed}\n  }}\n\n'
        f"For VS Code, Neovim or an editor of JetBrains add --editor vscode, neovim or jetbrains.\n"
        "A single file names its schema itself, in its first line:\n\n"
        f"  # yaml-language-server: $schema={(directory / 'stigmer.json').resolve()}\n"
    )
