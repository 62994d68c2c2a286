# SPDX-License-Identifier: Apache-2.0
"""`stigmer restore`: the local store from a backup."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from stigmer.cli import home, options, wiring
from stigmer.cli.console import Console
from stigmer.cli.options import Output
from stigmer.cli.passphrase import passphrase_from
from stigmer.cli.progress import Progress
from stigmer.cli.settings import settle
from stigmer.errors import ExitCode

EXAMPLES = (
    "stigmer restore before-the-move.stigmer",
    "stigmer restore nightly.stigmer --force --passphrase-file /run/secrets/backup",
)


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that stigmer backup made.")],
    force: Annotated[
        bool,
        typer.Option("--force", help="Where there is a store, keep it under another name and restore."),
    ] = False,
    passphrase_file: options.PassphraseFile = None,
    output: options.Format = Output.TEXT,
    backend: options.BackendName = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """Make the local store as it was in a backup.

    Nothing is lost: a store that is there is refused, or with --force kept beside the new one under another name. The passphrase
    of the backup is asked for, or read from --passphrase-file or STIGMER_BACKUP_PASSPHRASE.
    """
    console = Console(quiet=quiet, verbose=verbose)
    settings = settle(backend, None, None, os.environ)
    with Progress(quiet=quiet) as progress:
        progress.phase("restoring the store")
        made, kept = wiring.restore(
            settings, file, passphrase_from(passphrase_file, new=False), replace=force
        )
    if output is Output.JSON:
        said = {"format_version": 1, "kind": "Restore", "file": str(file), "store_id": made.store_id}
        console.json({**said, "revision": made.revision, "made_at": made.made_at, "kept": list(kept)})
        return ExitCode.DONE
    tick = console.style.paint("green", "✓")
    place = home.shown(settings.backend.database)
    console.result(f"{tick} {place} is as it was at revision {made.revision:,}, on {made.made_at}\n")
    for path in kept:
        console.result(f"  What was there is kept as {home.shown_place(path)}\n")
    return ExitCode.DONE
