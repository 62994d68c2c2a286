# SPDX-License-Identifier: Apache-2.0
"""`stigmer secrets rotate-key`: a new version of the master key, and everything sealed anew under it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from stigmer.backends.sealing import Rotation
from stigmer.cli import options, wiring
from stigmer.cli.console import Console, Style, count, on_one_line
from stigmer.cli.diagnostics import diagnostics_text
from stigmer.cli.failures import error_json, problems, telling_what_is_left
from stigmer.cli.home import shown, shown_place
from stigmer.cli.options import Output
from stigmer.cli.progress import Progress
from stigmer.cli.settings import settle
from stigmer.errors import BackendError, ExitCode
from stigmer.resources.resource import first_few

EXAMPLES = (
    "stigmer secrets rotate-key                  # again, if it was stopped: it goes on",
    "stigmer secrets rotate-key --batch 100      # shorter turns, where others write much",
)

_UNDER_WAY = "every secret can be read as before; 'stigmer secrets rotate-key' goes on from here"


def command(
    batch: Annotated[
        int,
        typer.Option("--batch", metavar="N", min=1, help="How many keys are sealed anew in one transaction."),
    ] = 1000,
    drop_damaged: Annotated[
        bool,
        typer.Option(
            "--drop-damaged", help="Let the old version go although something that does not open needs it."
        ),
    ] = False,
    output: options.Format = Output.TEXT,
    backend: options.BackendName = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """Give the store a new master key.

    What the old version of it seals is sealed anew, in batches; others may use the store meanwhile. The old version is kept until nothing
    needs it any more. If it is stopped, every secret can still be read, and the same command goes on. Exits with 7 where something sealed
    does not open, for which the old version is kept.
    """
    console = Console(quiet=quiet, verbose=verbose)
    settings = settle(backend, None, None, os.environ)
    with telling_what_is_left() as left, Progress(quiet=quiet) as progress:

        def told(done: int, total: int) -> None:
            left.words = _UNDER_WAY
            counted = f"sealing keys anew: {done:,} of {total:,}"
            progress.phase(counted if total else "making a new version of the master key")

        try:
            made = wiring.rotate_key(settings, told, batch=batch, drop_damaged=drop_damaged)
        except BackendError as error:
            # What stops a rotation half-way stops it between two transactions: some were made.
            if left.words == _UNDER_WAY and error.hint is not None and error.code.startswith("backend."):
                error.hint = f"{error.hint.removesuffix('; nothing was changed')}; {_UNDER_WAY}"
            raise
    console.note(wiring.where(settings))
    if output is Output.JSON:
        console.json(_json(made))
    elif made is None:
        console.result("Nothing is sealed here yet, so there is nothing to rotate.\n")
    else:
        console.result("".join(f"{line}\n" for line in _text(made, console.style)))
        unreadable = [each for error in made.unreadable for each in problems(error)]
        console.warn(diagnostics_text(unreadable, console.note_style))
    return ExitCode.BACKEND if made is not None and made.unreadable else ExitCode.DONE


def _text(made: Rotation, style: Style) -> Iterator[str]:
    damaged = bool(made.unreadable)
    sign = style.paint("yellow", "!") if damaged else style.paint("green", "✓")
    begun = "The rotation that was under way is at its end: version" if made.resumed else "Version"
    seals = "seals whatever opens" if damaged else "seals everything"
    yield f"{sign} {begun} {made.version} of the master key {seals} now{_ends(made)}"
    yield f"  {_moved(made)}"
    if made.dropped:
        yield f"  Copies of the key from before open this store no longer: make a new one of {on_one_line(shown_place(made.place))}."
    if made.copies:
        files = first_few([on_one_line(shown(Path(each))) for each in made.copies])
        yield f"  Copies of the store from before lie beside it, and their secrets open with the old key alone: {files}."
    for name in made.needed_by:
        yield f"  'stigmer secrets rotate-key --backend {on_one_line(name)}' goes on there."
    if made.kept and damaged:
        yield (
            f"  Restore a backup in which it is whole, or let version {_versions(made.kept)} go with it:"
            " 'stigmer secrets rotate-key --drop-damaged'."
        )
    if not made.tidy:
        yield "  Somebody was reading the store: when he has ended, the last traces of the old seals leave its files."


def _moved(made: Rotation) -> str:
    parts = [count(made.data_keys, "data key")] if made.data_keys else []
    if made.values:
        parts.append(f"{count(made.values, 'value')} that the master key had sealed itself")
    return f"Sealed anew: {' and '.join(parts)}." if parts else "No secret was left to be sealed anew."


def _ends(made: Rotation) -> str:
    """What became of the older versions."""
    if made.needed_by:
        backends = "backend" if len(made.needed_by) == 1 else "backends"
        needed = f"{backends} {first_few([on_one_line(each) for each in made.needed_by])}"
        return f", and version {_versions(made.kept)} is kept for {needed}"
    if made.kept:
        return f", and version {_versions(made.kept)} is kept for what does not"
    return f", and version {_versions(made.dropped)} is gone" if made.dropped else ""


def _versions(numbers: tuple[int, ...]) -> str:
    return " and ".join(map(str, numbers))


def _json(made: Rotation | None) -> dict[str, Any]:
    said: dict[str, Any] = {"format_version": 1, "kind": "KeyRotation", "rotated": made is not None}
    if made is None:
        return said
    return {
        **said,
        "place": made.place,
        "version": made.version,
        "resumed": made.resumed,
        "finished": made.finished,
        "data_keys": made.data_keys,
        "values": made.values,
        "dropped": made.dropped,
        "kept": made.kept,
        "needed_by": made.needed_by,
        "unreadable": [error_json(problems(error)) for error in made.unreadable],
        "copies": made.copies,
    }
