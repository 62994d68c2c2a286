# SPDX-License-Identifier: Apache-2.0
"""`stigmer init`: makes the home."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Annotated

import typer

from stigmer.cli import home, options, wiring
from stigmer.cli.console import Console
from stigmer.cli.options import Output
from stigmer.cli.settings import settle
from stigmer.errors import ExitCode
from stigmer.secrets.key_places import Sort

EXAMPLES = (
    "stigmer init",
    "STIGMER_HOME=/srv/stigmer stigmer init",
    "stigmer init --master-key passphrase        # also moves a key that is there",
)

_LEFT = "Disks may keep what a file held: 'stigmer secrets rotate-key' makes a key that was never in it"


def command(
    master_key: Annotated[
        Sort | None,
        typer.Option(
            "--master-key",
            help="Keep the master key there, and bring it there if it is elsewhere. Without it, one that is there stays; a new one goes"
            " where config.yaml says, else into the keychain if there is one, else into a file.",
        ),
    ] = None,
    output: options.Format = Output.TEXT,
    backend: options.BackendName = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """Make the home: configuration, database, master key.

    The home is $STIGMER_HOME, else ~/.stigmer. What is there already stays as it is; only --master-key moves the key.
    """
    console = Console(quiet=quiet, verbose=verbose)
    settings = settle(backend, None, None, os.environ)
    settings = settings if master_key is None else replace(settings, master_key=master_key)
    made = wiring.make(settings, check=True)
    before = wiring.key_place(settings)
    kept = () if master_key is None else wiring.move_key(settings, master_key)
    place = wiring.key_place(settings)
    if output is Output.JSON:
        console.json(
            {
                "format_version": 1,
                "home": str(settings.home),
                "backend": settings.backend.name,
                "created": made,
                **({} if place is None else {"master_key": {"sort": place[0].value, "place": place[1]}}),
                "kept": list(kept),
            }
        )
        return ExitCode.DONE
    tick = console.style.paint("green", "✓")
    console.result("".join(f"{tick} Created {path}\n" for path in made))
    if place is not None and before is not None and place != before:
        left = f"  {_LEFT}\n" if before[0] is Sort.FILE else ""
        console.result(f"{tick} {_moved(before, place)}\n{left}")
    for copy in kept:
        console.result(f"  Another key that was there is kept as {home.shown_place(copy)}\n")
    if made:
        console.result(f"{tick} Initialized {settings.backend.name} backend\n")
        console.result(f"{tick} Stigmer is ready to use in local mode\n\nTry: stigmer new project\n")
    elif place == before:
        console.result(f"{tick} {home.shown(settings.home)} is complete, nothing was changed\n")
    return ExitCode.DONE


def _moved(before: tuple[Sort, str], place: tuple[Sort, str]) -> str:
    """What became of the key."""
    was, now = home.shown_place(before[1]), home.shown_place(place[1])
    if was != now:
        protected = ", under a passphrase" if place[0] is Sort.PASSPHRASE else ""
        return f"The master key is now in {now}{protected}, and no longer in {was}"
    how = "is now" if place[0] is Sort.PASSPHRASE else "is no longer"
    return f"The master key in {now} {how} under a passphrase"
