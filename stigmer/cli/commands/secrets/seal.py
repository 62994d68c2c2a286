# SPDX-License-Identifier: Apache-2.0
"""`stigmer secrets seal`: the values that manifests hold in clear, sealed to age recipients where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stigmer.cli import options
from stigmer.cli.console import Console, count, on_one_line
from stigmer.cli.diagnostics import diagnostic_json, warn
from stigmer.cli.entered import entered
from stigmer.cli.options import Output, refuse_flags
from stigmer.cli.sealing.chosen import Read, named, read_entries, rewritten, status_of, write
from stigmer.cli.sealing.people import find_identities, find_recipients
from stigmer.errors import Diagnostic, ExitCode, Location, Severity, UsageError
from stigmer.manifests.source import STANDARD_INPUT
from stigmer.manifests.writing_over.entries import Sealed, ValueEntry
from stigmer.resources.confidential import Secret

if TYPE_CHECKING:
    from stigmer.secrets.age import Recipient

EXAMPLES = (
    "stigmer secrets seal                                    # the project of this directory, in place",
    "stigmer secrets seal environments/prod.yaml -r age1...",
    "stigmer secrets seal --again                            # after the recipients changed",
    "stigmer secrets seal - --name STRIPE_KEY                # one value, to paste",
)

_SHORTEST_LOOKED_FOR = 8  # what is shorter stands in many places by chance


@dataclass(frozen=True, slots=True)
class _Work:
    """What is to be sealed: the clear values by their entries, how many are sealed already, and what is to be said."""

    values: Mapping[ValueEntry, Secret] = field(repr=False)
    sealed_before: int
    diagnostics: tuple[Diagnostic, ...]

    @property
    def refused(self) -> bool:
        """Whether something is against it."""
        return any(each.severity is Severity.ERROR for each in self.diagnostics)


def command(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE]...",
            help="Files, directories or globs; - for one value from standard input. Without it, the paths of stigmer.yaml.",
        ),
    ] = None,
    recipients: Annotated[
        list[str] | None,
        typer.Option(
            "-r",
            "--recipient",
            metavar="RECIPIENT",
            help="Who can open it: age1..., ssh-ed25519 ..., or a file of them; may be repeated. Without it, those of stigmer.yaml.",
        ),
    ] = None,
    names: Annotated[
        list[str] | None,
        typer.Option(
            "--name",
            metavar="NAME",
            help="Only this value (NAME or ENVIRONMENT/NAME), even if it is not marked as a secret; may be repeated.",
        ),
    ] = None,
    again: Annotated[
        bool,
        typer.Option("--again", help="Seal anew what is sealed already, for the recipients there are now."),
    ] = False,
    identity: options.Identity = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be sealed; change nothing.")
    ] = False,
    output: options.Format = Output.TEXT,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """Seal secrets with age, so that they can be kept in git.

    Every `value` of an entry that is marked with `is_secret: true` becomes `value_from: {age: ...}` where it stands. Everything
    else in the file stays as it is. Only who has an identity of one of the recipients can open it, which diff and apply do.
    """
    console = Console(quiet=quiet, verbose=verbose)
    if files and STANDARD_INPUT in files:
        if len(files) > 1:
            words = "- stands for one value from standard input, which is sealed alone"
            raise UsageError("usage.arguments", words, hint="leave the files out, or -")
        flags = {"--again": again, "--identity": identity, "--dry-run": dry_run}
        refuse_flags(flags, "for one value from standard input", "name files for {}")
        return _one(find_recipients(recipients), names, output, console)
    if identity is not None and not again:
        refuse_flags(
            {"--identity": identity}, "without --again: sealing needs no identity", "add --again for {}"
        )
    people = find_recipients(recipients)
    read = read_entries(files)
    work = _work(read, names, again=again, identity=identity, console=console)
    made, wrong = _made(read, work, people)
    if not wrong and made and not dry_run:
        wrong = write(made)
    found = [*read.diagnostics, *work.diagnostics, *wrong]
    done = bool(made) and not wrong
    if done:
        found += _remains(read, work, made)
    sealed = list(work.values) if done else []
    _tell(sealed, work, people, found, output, console, dry_run=dry_run)
    return status_of(found)


def _work(
    read: Read, names: Sequence[str] | None, *, again: bool, identity: str | None, console: Console
) -> _Work:
    """What of the entries is to be sealed. Raises NotFoundError for a name that is not there."""
    chosen = named(read, names)
    before = [each for each in chosen if each.armored is not None]
    values: dict[ValueEntry, Secret] = {}
    told: list[Diagnostic] = []
    if again and before:
        opened, told = _opened(before, identity, console)
        values.update(opened)
    for entry in chosen:
        problem = _problem(entry, asked=bool(names))
        if problem is not None:
            told.append(problem)
        elif entry.armored is None and entry.text is not None and (entry.is_secret or names):
            values[entry] = Secret(entry.text)
    if names and not (values or before or told):
        told = [_valueless(each) for each in chosen]
    in_order = {each: values[each] for each in chosen if each in values}
    return _Work(in_order, 0 if again else len(before), tuple(told))


def _problem(entry: ValueEntry, *, asked: bool) -> Diagnostic | None:
    """What keeps an entry from being sealed, or should be known of one that is not."""
    from stigmer.checks.secret_shapes import is_clear, says_secret, shape_of
    from stigmer.resources.armor import is_ciphertext

    name, said = entry.name, entry.said
    if not isinstance(said.get("is_secret", False), bool):
        words = f"is_secret of {name} is neither true nor false"
        return entry.diagnostic(Severity.ERROR, "schema.type", words, "write true or false, without quotes")
    if "value" in said and "value_from" in said:
        words = f"{name} has a value and says by value_from where it comes from"
        return entry.diagnostic(Severity.ERROR, "schema.one_of", words, "remove one of them")
    if "value" in said and entry.text is None and (asked or entry.is_secret):
        words = f"the value of {name} is no text"
        return entry.diagnostic(Severity.ERROR, "schema.type", words, "put it in quotes: a value is a string")
    text = entry.text
    if text is None:
        return None
    if is_ciphertext(text):
        hint = "write it as value_from: {age: ...}"
        return entry.diagnostic(
            Severity.ERROR, "secret.ciphertext", f"the value of {name} is itself an age ciphertext", hint
        )
    if not (asked or entry.is_secret) and ((says_secret(name) and is_clear(text)) or shape_of(text)):
        words = f"{name} looks like a secret, is not marked as one, and stays in clear"
        hint = f"mark it with is_secret: true, or seal it by --name {name}"
        return entry.diagnostic(Severity.WARNING, "secret.in_clear", words, hint)
    return None


def _valueless(entry: ValueEntry) -> Diagnostic:
    words = f"{entry.name} has no value here that could be sealed"
    return entry.diagnostic(Severity.ERROR, "seal.value", words)


def _opened(
    sealed: Sequence[ValueEntry], identity: str | None, console: Console
) -> tuple[dict[ValueEntry, Secret], list[Diagnostic]]:
    from stigmer.cli.sealing.opening import opened

    return opened(sealed, find_identities(identity, console))


def _made(
    read: Read, work: _Work, people: Sequence[Recipient]
) -> tuple[Mapping[str, bytes], list[Diagnostic]]:
    """What is to be in the files; nothing of it where something is against any."""
    if work.refused or any(each.severity is Severity.ERROR for each in read.diagnostics):
        return {}, []
    from stigmer.secrets.age import encrypt

    wanted = {entry: Sealed(encrypt(value, people)) for entry, value in work.values.items()}
    return rewritten(read, wanted)


def _remains(read: Read, work: _Work, made: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    """Sealed values that stand in clear in the same file all the same, as in a comment."""
    from stigmer.manifests.writing_over.overwriting import file_of

    for entry, value in work.values.items():
        name = entry.location.file
        text = made[file_of(read.sources[name])].decode()
        looked_for = next((line for line in value.reveal().splitlines() if line.strip()), "")
        at = text.find(looked_for) if len(looked_for) >= _SHORTEST_LOOKED_FOR else -1
        if at >= 0:
            before = text[:at].split("\n")
            place = Location(name, len(before), len(before[-1]) + 1)
            words = f"the value of {entry.name} stands here too, in clear"
            yield Diagnostic(Severity.WARNING, "secret.in_clear", words, "take it out", place, entry.resource)


def _tell(
    sealed: Sequence[ValueEntry],
    work: _Work,
    people: Sequence[Recipient],
    found: Sequence[Diagnostic],
    output: Output,
    console: Console,
    *,
    dry_run: bool,
) -> None:
    if output is Output.JSON:
        console.json(
            {
                "format_version": 1,
                "sealed": [_entry_json(each) for each in sealed],
                "sealed_before": work.sealed_before,
                "recipients": [each.text for each in people],
                "written": bool(sealed) and not dry_run,
                "diagnostics": [diagnostic_json(each) for each in found],
            }
        )
        return
    for each in sealed:
        words = "to be sealed" if dry_run else "sealed"
        place = on_one_line(f"{each.resource} {each.name}")
        console.result(f"{words}: {place} ({on_one_line(each.location.file)}:{each.location.line})\n")
    warn(sorted(found, key=lambda each: each.sort_key), console)
    for line in _summary(sealed, work, people, found, dry_run=dry_run):
        console.note(line)


def _summary(
    sealed: Sequence[ValueEntry],
    work: _Work,
    people: Sequence[Recipient],
    found: Sequence[Diagnostic],
    *,
    dry_run: bool,
) -> Iterator[str]:
    before = f"{count(work.sealed_before, 'value')} sealed already" if work.sealed_before else ""
    if sealed:
        doing = "to seal" if dry_run else "sealed"
        files = len({each.location.file for each in sealed})
        line = f"{count(len(sealed), 'value')} in {count(files, 'file')} {doing} for {count(len(people), 'recipient')}"
        yield f"{line}, {before}" if before else line
        if not dry_run:
            yield "what was committed in clear before stays in git's history: change such a value"
    elif status_of(found) is not ExitCode.DONE:
        yield "nothing was changed"
    else:
        yield (
            f"nothing to seal, {before}"
            if before
            else "nothing to seal: no secret has its value in clear here"
        )


def _entry_json(entry: ValueEntry) -> dict[str, Any]:
    place = entry.location
    return {"resource": entry.resource, "name": entry.name, "file": place.file, "line": place.line}


def _one(
    people: Sequence[Recipient], names: Sequence[str] | None, output: Output, console: Console
) -> ExitCode:
    """One value that is entered, sealed and printed as it goes into a manifest."""
    from stigmer.manifests.render import to_yaml
    from stigmer.secrets.age import encrypt

    if names and len(names) > 1:
        words = "one value comes through standard input, and several names are given"
        raise UsageError("usage.arguments", words, hint="give one --name")
    value = entered("Value")
    if not value.reveal():  # a pipe from a command that failed brings nothing, or a line end
        words, hint = "the value is empty, which is hardly meant", "look at what comes through the pipe"
        raise UsageError("usage.secret", words, hint=hint)
    armored = encrypt(value, people)
    if output is Output.JSON:
        console.json({"format_version": 1, "age": armored, "recipients": [each.text for each in people]})
        return ExitCode.DONE
    source: dict[str, Any] = {"value_from": {"age": armored}}
    if names:
        source = {names[0].rpartition("/")[2]: {"is_secret": True, **source}}
    console.result(to_yaml(source))
    console.note(f"sealed for {count(len(people), 'recipient')}: put it into an entry of an Environment")
    return ExitCode.DONE
