# SPDX-License-Identifier: Apache-2.0
"""`stigmer backup`: the local store as one file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from stigmer.cli import options, wiring
from stigmer.cli.console import Console
from stigmer.cli.options import Output
from stigmer.cli.passphrase import passphrase_from
from stigmer.cli.progress import Progress
from stigmer.cli.settings import settle
from stigmer.errors import ExitCode, UsageError

EXAMPLES = (
    "stigmer backup before-the-move.stigmer",
    "stigmer backup nightly.stigmer --passphrase-file /run/secrets/backup",
)


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to make; none may be there.")],
    passphrase_file: options.PassphraseFile = None,
    output: options.Format = Output.TEXT,
    backend: options.BackendName = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """Write the local store into one file.

    Its history and its secrets are in it. The store may be in use: the file holds it as it was at one moment. The key of the secrets goes along under a passphrase, which is
    asked for, or read from --passphrase-file or STIGMER_BACKUP_PASSPHRASE. Without it the secrets of the backup cannot be read.
    """
    console = Console(quiet=quiet, verbose=verbose)
    if str(file) == "-" or not file.parent.is_dir():
        what = (
            "a backup is a file, not a stream" if str(file) == "-" else f"there is no directory {file.parent}"
        )
        raise UsageError("usage.path", what, hint="name a file in a directory that exists")
    settings = settle(backend, None, None, os.environ)
    with Progress(quiet=quiet) as progress:
        progress.phase("copying the store")
        made = wiring.back_up(settings, file, passphrase_from(passphrase_file, new=True))
    if output is Output.JSON:
        said = {"format_version": 1, "kind": "Backup", "file": str(file), "store_id": made.store_id}
        console.json({**said, "revision": made.revision, "made_at": made.made_at, "has_key": made.has_key})
        return ExitCode.DONE
    console.result(
        f"{console.style.paint('green', '✓')} {file} holds the store as of revision {made.revision:,}\n"
    )
    if made.has_key:
        console.result("  Its secrets can be read by whoever has the file and knows the passphrase.\n")
    return ExitCode.DONE
