# SPDX-License-Identifier: Apache-2.0
"""`stigmer secrets unseal`: one sealed value to look at, or all of a file to be edited."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

import typer

from stigmer.cli import options
from stigmer.cli.console import Console, count, on_one_line
from stigmer.cli.diagnostics import diagnostic_json, warn
from stigmer.cli.options import Output, refuse_flags
from stigmer.cli.sealing.chosen import Read, named, read_entries, rewritten, status_of, write
from stigmer.cli.sealing.opening import opened
from stigmer.cli.sealing.people import find_identities
from stigmer.errors import Diagnostic, ExitCode, NotFoundError, Severity, UsageError
from stigmer.manifests.source import STANDARD_INPUT
from stigmer.manifests.writing_over.entries import Clear, ValueEntry
from stigmer.resources.confidential import Secret

EXAMPLES = (
    "stigmer secrets unseal environments/prod.yaml                       # can it be opened here?",
    "stigmer secrets unseal environments/prod.yaml --name STRIPE_KEY     # prints the value",
    "stigmer secrets unseal environments/prod.yaml --in-place            # to edit it; seal it afterwards",
)


def command(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Files, directories or globs with sealed values.")
    ],
    names: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="NAME", help="This value alone (NAME or ENVIRONMENT/NAME)."),
    ] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Write the values into the files, in clear.")
    ] = False,
    identity: options.Identity = None,
    output: options.Format = Output.TEXT,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """Open values that are sealed with age.

    Without a flag it says which of them can be opened here, and shows none. With --name one value goes to standard output,
    exactly as it was sealed. With --in-place the files hold the values in clear, to be edited: seal them again before they
    are committed.
    """
    console = Console(quiet=quiet, verbose=verbose)
    if STANDARD_INPUT in files:
        raise UsageError("usage.arguments", "sealed values are read from files", hint="name the file")
    if names and not in_place:
        refuse_flags({"-o json": output is Output.JSON}, "where a value is printed", "add --in-place for {}")
        return _print(files, names, identity, console)
    read = read_entries(files)
    sealed = [each for each in named(read, names) if each.armored is not None]
    values, wrong = opened(sealed, find_identities(identity, console)) if sealed else ({}, [])
    found = [*read.diagnostics, *wrong]
    if in_place and status_of(found) is ExitCode.DONE:
        found += _write(read, values)
    _tell(values, found, output, console, in_place=in_place)
    return status_of(found)


def _print(files: Sequence[str], names: Sequence[str], identity: str | None, console: Console) -> ExitCode:
    """Writes one value to standard output, with a line end only where somebody looks."""
    read = read_entries(files)
    sealed = [each for each in named(read, names) if each.armored is not None]
    if not sealed:
        raise NotFoundError(
            "secret.unknown", f"{names[0]} is not sealed", hint="only sealed values are opened"
        )
    if len(sealed) > 1:
        several = ", ".join(each.path for each in sealed)
        words = f"this means {len(sealed)} sealed values: {several}"
        raise UsageError("usage.arguments", words, hint="name one, as ENVIRONMENT/NAME or by its file alone")
    values, wrong = opened(sealed, find_identities(identity, console))
    found = [*read.diagnostics, *wrong]
    warn(found, console)
    for value in values.values():
        console.result(value.reveal() + ("\n" if sys.stdout.isatty() else ""))
    return status_of(wrong)


def _write(read: Read, values: Mapping[ValueEntry, Secret]) -> list[Diagnostic]:
    made, wrong = rewritten(read, {entry: Clear(value) for entry, value in values.items()})
    return wrong or write(made)


def _tell(
    values: Mapping[ValueEntry, Secret],
    found: Sequence[Diagnostic],
    output: Output,
    console: Console,
    *,
    in_place: bool,
) -> None:
    done = in_place and status_of(found) is ExitCode.DONE
    warnings = list(_warnings(values)) if done else []
    if output is Output.JSON:
        console.json(
            {
                "format_version": 1,
                "opened": [
                    {
                        "resource": each.resource,
                        "name": each.name,
                        "file": each.location.file,
                        "line": each.location.line,
                    }
                    for each in values
                ],
                "written": done and bool(values),
                "diagnostics": [diagnostic_json(each) for each in (*found, *warnings)],
            }
        )
        return
    for each in values:
        said = "in clear now" if done else "opens"
        place = on_one_line(f"{each.resource} {each.name}")
        console.result(f"{said}: {place} ({on_one_line(each.location.file)}:{each.location.line})\n")
    warn(sorted([*found, *warnings], key=lambda each: each.sort_key), console)
    if not values and not found:
        console.note("nothing is sealed here")
    elif not in_place:
        failed = sum(each.code.startswith("secret.") for each in found)
        console.note(_tally(len(values), failed))
    elif not done:
        console.note("nothing was changed")


def _tally(opened: int, failed: int) -> str:
    if not failed:
        return f"{count(opened, 'value')} can be opened here"
    if not opened:
        return f"{count(failed, 'value')} cannot be opened here"
    return f"{count(opened, 'value')} can be opened here, {failed:,} cannot"


def _warnings(values: Mapping[ValueEntry, Secret]) -> Iterator[Diagnostic]:
    """That files hold secrets in clear now, one warning a file."""
    for file in dict.fromkeys(each.location.file for each in values):
        first = next(each for each in values if each.location.file == file)
        hint = f"before you commit it: stigmer secrets seal {file}"
        yield first.diagnostic(
            Severity.WARNING, "secret.in_clear", "this file holds secrets in clear now", hint
        )
