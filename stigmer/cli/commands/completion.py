# SPDX-License-Identifier: Apache-2.0
"""`stigmer completion`: what makes a shell complete command lines."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from stigmer.cli.console import Console
from stigmer.errors import ExitCode

EXAMPLES = (
    "source <(stigmer completion bash)",
    "stigmer completion zsh > ~/.zfunc/_stigmer",
    "stigmer completion fish > ~/.config/fish/completions/stigmer.fish",
)


class Shell(StrEnum):
    """A shell that can be taught."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def command(shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")]) -> ExitCode:
    """Print a shell's completion script."""
    from typer._completion_shared import get_completion_script

    from stigmer.cli.app import COMPLETE_VARIABLE, PROGRAM

    script = get_completion_script(prog_name=PROGRAM, complete_var=COMPLETE_VARIABLE, shell=shell.value)
    Console().result(script + "\n")
    return ExitCode.DONE
