# SPDX-License-Identifier: Apache-2.0
"""`stigmer fmt`: manifests in one layout."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from stigmer.cli import options
from stigmer.cli.console import Console, count, on_one_line, visible
from stigmer.cli.diagnostics import diagnostic_json, diagnostics_text
from stigmer.cli.masking import masked
from stigmer.cli.options import Output
from stigmer.cli.progress import Progress
from stigmer.cli.reading import find_paths
from stigmer.cli.rewriting import rewrite
from stigmer.errors import Diagnostic, ExitCode, Location, Severity, UsageError
from stigmer.manifests import yaml
from stigmer.manifests.formatting.layout import LayoutError, laid_out, plain_text
from stigmer.manifests.source import STANDARD_INPUT, Found, Source, find_sources
from stigmer.manifests.yaml_values import YamlError

EXAMPLES = (
    "stigmer fmt                                 # the project of this directory, in place",
    "stigmer fmt --check                         # in a pipeline: exits with 3 where something is to be done",
    "stigmer fmt -f agents/ --diff",
    "stigmer fmt -f - < agent.yaml > formatted.yaml",
)

_STATUSES = {"layout.unsafe": ExitCode.REFUSED, "usage.path": ExitCode.USAGE}


@dataclass(frozen=True, slots=True)
class _Looked:
    """A file that was looked at: its bytes in the layout, the same where nothing is to be done, and what is wrong with it."""

    source: Source
    data: bytes
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether it is not in the layout yet."""
        return self.data != self.source.data


def command(
    files: options.Files = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit with 3 where a file is not formatted.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Change nothing; show what would change.")] = False,
    output: options.Format = Output.TEXT,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """Bring manifests into one layout.

    Order of keys, indentation, quotes, blank lines. Comments stay, and what the manifests say stays the same: a file for which
    that cannot be kept is left as it is, and the command exits with 4. A file that is not YAML is told, with 3. Documents that
    are not stigmer's stay as they are.
    """
    console = Console(quiet=quiet, verbose=verbose)
    if files and STANDARD_INPUT in files:
        if output is Output.JSON:
            words = "-f - writes the manifests themselves, so there is no other output"
            raise UsageError("usage.arguments", words, hint="leave -o out")
        return _standard_input(files, console, check=check, diff=diff)
    with Progress(quiet=quiet) as progress:
        sources, problems = _sources(files)
        looked = [_look(each) for each in progress.counted(sources, "formatting {:,} files")]
    for each in looked:
        if not each.differs and not each.diagnostics:
            console.detail(f"as it should be: {on_one_line(each.source.name)}")
    if not (check or diff):
        looked = [_write(each) for each in looked]
    problems += [problem for each in looked for problem in each.diagnostics]
    _tell(looked, problems, output, console, check=check, diff=diff)
    return _status(looked, problems, check=check)


def _sources(files: Sequence[str] | None) -> tuple[list[Source], list[Diagnostic]]:
    paths = find_paths(files)
    found = Found()
    root = paths.project.directory if paths.project is not None else None
    sources = list(find_sources(paths.paths, found, root=root))
    if not sources and not found.diagnostics:
        words = f"there are no manifests in {', '.join(paths.paths)}"
        hint = "manifests are files that end in .yaml or .yml"
        found.diagnostics.append(Diagnostic(Severity.WARNING, "manifest.none", words, hint))
    return sources, found.diagnostics


def _look(source: Source) -> _Looked:
    try:
        return _Looked(source, laid_out(source.data))
    except YamlError:
        return _Looked(source, source.data, tuple(_not_yaml(source)))
    except LayoutError as error:
        words = f"left as it is, because in its layout {error}"
        hint = "this is a limit of stigmer fmt: please report it, with the file if you may"
        place = Location(source.name)
        return _Looked(
            source, source.data, (Diagnostic(Severity.ERROR, "layout.unsafe", words, hint, place),)
        )


def _not_yaml(source: Source) -> Iterator[Diagnostic]:
    """Everything that keeps a file from being read, as `validate` says it."""
    for found in yaml.read_each(source.data):
        if isinstance(found, YamlError):
            yield found.diagnostic(source.name)


def _write(each: _Looked) -> _Looked:
    """Puts a file into the layout; one that cannot be written is as it was, and says why."""
    if not each.differs:
        return each
    source = each.source
    try:
        rewrite(os.path.join(source.directory, os.path.basename(source.name)), each.data)
    except OSError as error:
        words = f"cannot be written: {error.strerror}"
        problem = Diagnostic(Severity.ERROR, "usage.path", words, location=Location(source.name))
        return _Looked(source, source.data, (problem,))
    return each


def _tell(
    looked: Sequence[_Looked],
    problems: Sequence[Diagnostic],
    output: Output,
    console: Console,
    *,
    check: bool,
    diff: bool,
) -> None:
    changed = [each for each in looked if each.differs]
    if output is Output.JSON:
        console.json(
            {
                "format_version": 1,
                "files": len(looked),
                "changed": [each.source.name for each in changed],
                "written": not (check or diff),
                "diagnostics": [diagnostic_json(each) for each in problems],
            }
        )
        return
    console.result(diagnostics_text(sorted(problems, key=lambda each: each.sort_key), console.style))
    for each in changed:
        if diff:
            console.result(_diff(each, console))
        else:
            console.result(f"{'not formatted' if check else 'formatted'}: {on_one_line(each.source.name)}\n")
    console.note(_summary(looked, changed, problems, written=not (check or diff)))


def _summary(
    looked: Sequence[_Looked], changed: Sequence[_Looked], problems: Sequence[Diagnostic], *, written: bool
) -> str:
    failed = sum(bool(each.diagnostics) for each in looked)
    said = [count(len(looked), "file")]
    if changed:
        said.append(f"{len(changed):,} {'formatted' if written else 'to format'}")
    elif looked and not problems:
        said.append("all formatted")
    if failed:
        said.append(f"{failed:,} left as {'it is' if failed == 1 else 'they are'}")
    line = ", ".join(said)
    return line if written or not changed else f"{line}: stigmer fmt does it"


def _diff(each: _Looked, console: Console) -> str:
    """What would change, as a unified diff in which nothing shows that may be a secret."""
    before = plain_text(each.source.data)
    name = each.source.name
    lines = [
        *difflib.unified_diff(
            masked(before).splitlines(),
            masked(each.data.decode()).splitlines(),
            name,
            name,
            lineterm="",
        )
    ]
    if not lines:
        hidden = "line ends, a byte order mark, or quotes around what may be secret"
        return f"{on_one_line(name)} differs only in what is not shown: {hidden}\n"
    return "".join(f"{_painted(visible(line), console)}\n" for line in lines)


def _painted(line: str, console: Console) -> str:
    colours = {"+": "green", "-": "red", "@": "cyan"}
    if line.startswith(("+++", "---")):
        return console.style.paint("bold", line)
    return console.style.paint(colours[line[0]], line) if line[:1] in colours else line


def _status(looked: Sequence[_Looked], problems: Sequence[Diagnostic], *, check: bool) -> ExitCode:
    wrong = {each.code for each in problems if each.severity is Severity.ERROR}
    if wrong:
        return next((status for code, status in _STATUSES.items() if wrong == {code}), ExitCode.INVALID)
    return ExitCode.INVALID if check and any(each.differs for each in looked) else ExitCode.DONE


def _standard_input(files: Sequence[str], console: Console, *, check: bool, diff: bool) -> ExitCode:
    """A filter: what comes in goes out in the layout, or as it came where that cannot be."""
    if len(files) > 1:
        raise UsageError(
            "usage.arguments", "-f - is a filter, so it stands alone", hint="leave the others out"
        )
    (source,) = find_sources(files, Found())
    looked = _look(source)
    console.warn(diagnostics_text(looked.diagnostics, console.note_style))
    if diff and looked.differs:
        console.result(_diff(looked, console))
    if not (check or diff):
        sys.stdout.flush()
        sys.stdout.buffer.write(looked.data)
        sys.stdout.buffer.flush()
    return _status([looked], looked.diagnostics, check=check)
