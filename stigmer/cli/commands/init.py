# SPDX-License-Identifier: Apache-2.0
"""`stigmer init`: makes the home."""

from __future__ import annotations

import os

from stigmer.cli import home, options, wiring
from stigmer.cli.console import Console
from stigmer.cli.options import Output
from stigmer.cli.settings import settle
from stigmer.errors import ExitCode

EXAMPLES = ("stigmer init", "STIGMER_HOME=/srv/stigmer stigmer init")


def command(
    output: options.Format = Output.TEXT,
    backend: options.BackendName = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """Make the home: configuration, database, master key.

    The home is $STIGMER_HOME, else ~/.stigmer. What is there already stays as it is.
    """
    console = Console(quiet=quiet, verbose=verbose)
    settings = settle(backend, None, None, os.environ)
    made = wiring.make(settings, check=True)
    if output is Output.JSON:
        console.json(
            {
                "format_version": 1,
                "home": str(settings.home),
                "backend": settings.backend.name,
                "created": made,
            }
        )
        return ExitCode.DONE
    tick = console.style.paint("green", "✓")
    for path in made:
        console.result(f"{tick} Created {path}\n")
    if not made:
        console.result(f"{tick} {home.shown(settings.home)} is complete, nothing was changed\n")
        return ExitCode.DONE
    console.result(f"{tick} Initialized {settings.backend.name} backend\n")
    console.result(f"{tick} Stigmer is ready to use in local mode\n\nTry: stigmer new project\n")
    return ExitCode.DONE
