# SPDX-License-Identifier: Apache-2.0
"""The commands as one program. A command's module is imported when that command is asked for, or when help lists them all."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup
from typer.main import get_command

from stigmer.cli import failures
from stigmer.errors import ExitCode, UsageError

COMMANDS = (
    "init",
    "new",
    "validate",
    "fmt",
    "diff",
    "apply",
    "get",
    "export",
    "delete",
    "explain",
    "schema",
    "graph",
    "history",
    "rollback",
    "secrets",
    "search",
    "backup",
    "restore",
    "doctor",
    "version",
    "completion",
)
# Those that are several: they are named in two words.
GROUPS = {"secrets": ("set", "list", "seal", "unseal", "rotate-key", "status")}
PACKAGE = "stigmer.cli.commands"
PROGRAM = "stigmer"
COMPLETE_VARIABLE = "_STIGMER_COMPLETE"


class _Commands(TyperGroup):
    """A group that knows its commands by name and loads each when it is needed."""

    names: ClassVar[Sequence[str]]
    package: ClassVar[str]

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of the commands, as help lists them."""
        return list(self.names)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command with this name. Raises UsageError with the nearest name, except while completing."""
        if cmd_name in self.names:
            return _load(cmd_name, self.package)
        if ctx.resilient_parsing or cmd_name.startswith("-"):
            return None
        from stigmer.resources.kinds import nearest

        near = nearest(cmd_name, self.names)
        raise UsageError(
            "usage.command",
            f"'{cmd_name}' is not a command",
            hint=f"did you mean {near}?" if near else "commands: " + ", ".join(self.names),
        )


class Commands(_Commands):
    """The commands of the program."""

    names = COMMANDS
    package = PACKAGE


class SecretsCommands(_Commands):
    """The commands of `stigmer secrets`."""

    names = GROUPS["secrets"]
    package = f"{PACKAGE}.secrets"


def command_lines() -> list[tuple[str, ...]]:
    """The words that begin each command, in the order of the help: `("apply",)`, `("secrets", "set")`."""
    return [
        words
        for name in COMMANDS
        for words in ([(name, each) for each in GROUPS[name]] if name in GROUPS else [(name,)])
    ]


def module_of(words: Sequence[str]) -> Any:
    """The module of a command, imported."""
    return import_module(".".join([PACKAGE, *words]).replace("-", "_"))


def _load(name: str, package: str) -> Any:
    module = import_module(f"{package}.{name.replace('-', '_')}")
    epilog = "\b\nExamples:\n" + "\n".join(f"  {line}" for line in module.EXAMPLES)
    if package == PACKAGE and name in GROUPS:
        return _group(SecretsCommands, module.describe, name, epilog)
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, epilog=epilog)(module.command)
    return get_command(app)


def _group(cls: type[_Commands], describe: Callable[[], None], name: str, epilog: str) -> Any:
    app = typer.Typer(
        cls=cls, name=name, add_completion=False, rich_markup_mode=None, invoke_without_command=True
    )

    @app.callback(help=describe.__doc__, epilog=epilog)
    def _describe(context: typer.Context) -> None:
        if context.invoked_subcommand is None:
            typer.echo(context.get_help(), err=True)
            raise typer.Exit(ExitCode.USAGE)

    return get_command(app)


def program() -> Any:
    """The whole program, ready to be called or described."""
    app = typer.Typer(cls=Commands, add_completion=False, rich_markup_mode=None, invoke_without_command=True)

    @app.callback()
    def _describe(
        context: typer.Context,
        version: bool = typer.Option(False, "--version", help="Print the version and exit.", is_eager=True),
    ) -> None:
        """GitOps for AI agents and workflows: manifests in git, validated, compared and applied."""
        if version:
            from stigmer.cli import version as versions

            typer.echo(versions.text(), nl=False)
            raise typer.Exit
        if context.invoked_subcommand is None:
            typer.echo(context.get_help(), err=True)
            raise typer.Exit(ExitCode.USAGE)

    return get_command(app)


def _require_directory() -> None:
    """Almost every command starts from the working directory, and any other process may remove it."""
    try:
        os.getcwd()
    except OSError as error:
        raise UsageError(
            "usage.path", "the working directory is not there any more", hint="change to another one"
        ) from error


def run(arguments: Sequence[str]) -> int:
    """Runs one command line. Returns the exit status; whatever goes wrong is reported where the arguments ask for it."""
    with failures.reported(arguments) as outcome:
        command = program()
        if COMPLETE_VARIABLE in os.environ:
            from typer._completion_classes import completion_init

            completion_init()
            command.main(list(arguments), prog_name=PROGRAM, complete_var=COMPLETE_VARIABLE)
        try:
            # Not by `main`, which would have statuses of its own for what `reported` knows better.
            with command.make_context(PROGRAM, list(arguments)) as context:
                _require_directory()
                outcome.status = command.invoke(context) or 0
        except typer.Exit as ended:
            outcome.status = ended.exit_code
    return outcome.status
