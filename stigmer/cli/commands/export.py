# SPDX-License-Identifier: Apache-2.0
"""`stigmer export`: what is live, as manifests."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

import typer

from stigmer.cli import options, wiring
from stigmer.cli.completions import complete_export
from stigmer.cli.config import Project, Target, find_project
from stigmer.cli.console import Console, count, on_one_line
from stigmer.cli.diagnostics import diagnostic_json, warn
from stigmer.cli.exporting.files import ONE_FILE, File, Files, lay_out
from stigmer.cli.exporting.files import Target as Destination
from stigmer.cli.exporting.selected import Exported, Wanted, find
from stigmer.cli.options import Output
from stigmer.cli.planning import tell_invalid
from stigmer.cli.progress import Progress
from stigmer.cli.reading import Paths, read
from stigmer.cli.selection import ALL, parse_labels, parse_selection
from stigmer.cli.settings import settle
from stigmer.cli.targets import find_target
from stigmer.cli.writing import write
from stigmer.errors import Diagnostic, ExitCode, Severity, UsageError
from stigmer.manifests.load import Loaded
from stigmer.manifests.manifest import Manifest
from stigmer.manifests.render import Remark, to_yaml
from stigmer.manifests.source import PROJECT_FILE, STANDARD_INPUT, shown
from stigmer.manifests.writing_over.overwriting import is_within
from stigmer.resources.resource import first_few

EXAMPLES = (
    "stigmer export > everything.yaml",
    "stigmer export -d manifests/                # a file a resource, and over the manifests that are there",
    "stigmer export agent/bot -d manifests/      # take what was changed by hand into its manifest",
    "stigmer export --set shop -d shop.yaml      # all of a set in one file",
)
_SUFFIXES = (".yaml", ".yml")


def command(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[KIND[/NAME]]...",
            help="Kinds and resources, or all, which is what no word means.",
            autocompletion=complete_export,
        ),
    ] = None,
    directory: Annotated[
        str | None,
        typer.Option(
            "-d",
            "--directory",
            metavar="DIR",
            help="Write files in this directory, or all into one file where it ends in .yaml.",
        ),
    ] = None,
    one_file: Annotated[
        bool,
        typer.Option(
            "--one-file", help=f"With -d DIR, new manifests go into {ONE_FILE}, not into a file each."
        ),
    ] = False,
    split_texts: Annotated[
        bool,
        typer.Option(
            "--split-texts", help="With -d DIR, long texts of new manifests get files of their own."
        ),
    ] = False,
    set_name: Annotated[
        str | None, typer.Option("--set", metavar="NAME", help="Only what this set owns.")
    ] = None,
    labels: options.Labels = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is in the way.")] = False,
    output: options.Format = Output.TEXT,
    target: options.TargetName = None,
    backend: options.BackendName = None,
    org: options.Org = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """Write live resources as manifests that apply to no change.

    Without -d they go to standard output, what is referred to first. With -d, a resource that a manifest in the directory declares
    is written over it, and only what differs changes there: comments and layout stay, texts in files of their own too, and sources
    of secrets. Other resources get a file each. Secrets stay in the backend, and so do executions that a command asked for.
    Exits with 4, and writes nothing, where a file is in the way.
    """
    console = Console(quiet=quiet, verbose=verbose)
    to = _destination(directory, one_file=one_file, split=split_texts, force=force)
    project = find_project(os.getcwd() if to is None else _existing(to.directory))
    chosen = find_target(project, target)
    settings = settle(backend, org, project, os.environ, chosen)
    # The organization that whoever reads the manifests will have: no flag is there then.
    home_org = settle(backend, None, project, os.environ, chosen).org
    wanted = Wanted(
        parse_selection(words or [ALL], settings.org), settings.said_org, parse_labels(labels or ()), set_name
    )
    with Progress(quiet=quiet) as progress:
        progress.phase("reading the backend")
        with wiring.reading(settings) as store:
            found = find(store, wanted)
        console.note(wiring.where(settings))
        if to is None:
            return _stream(found, home_org, output, console, progress)
        loaded = _read(to, project, chosen, home_org, progress)
        if not loaded.valid:
            return tell_invalid(loaded, loaded.diagnostics, output, console)
        files, written, problems = _into_files(found, to, loaded, home_org, progress)
    _tell(files, written, problems, output, console)
    if files.diagnostics:
        return ExitCode.REFUSED
    return ExitCode.BACKEND if len(written) < len(files.files) else ExitCode.DONE


def _destination(directory: str | None, *, one_file: bool, split: bool, force: bool) -> Destination | None:
    if directory is None:
        flags = {"--one-file": one_file, "--split-texts": split, "--force": force}
        for flag in (flag for flag, said in flags.items() if said):
            raise UsageError(
                "usage.arguments", f"{flag} is about files, and none are written", hint="add -d DIR"
            )
        return None
    if directory == STANDARD_INPUT:
        raise UsageError(
            "usage.arguments", "-d names a directory or a file", hint="leave -d out for standard output"
        )
    path = os.path.abspath(directory)
    if os.path.basename(path) == PROJECT_FILE:
        words = f"{PROJECT_FILE} is the project's file, which holds no manifests"
        raise UsageError("usage.path", words, hint="name another file, or a directory")
    alone = directory.endswith(_SUFFIXES) and not os.path.isdir(path)
    if split and (one_file or alone):
        words = "--split-texts is for manifests with a file each, and here all go into one"
        raise UsageError("usage.arguments", words, hint="leave one of the two out")
    if alone:
        return Destination(os.path.dirname(path), path, alone=True, force=force)
    if os.path.lexists(path) and not os.path.isdir(path):
        raise UsageError(
            "usage.path",
            f"{shown(path)} is not a directory",
            hint="name a directory, or a file that ends in .yaml",
        )
    return Destination(path, os.path.join(path, ONE_FILE) if one_file else None, force=force, split=split)


def _existing(directory: str) -> str:
    """The directory, or the nearest above that is there."""
    while not os.path.isdir(directory):
        directory = os.path.dirname(directory)
    return directory


def _stream(
    found: Sequence[Exported], org: str, output: Output, console: Console, progress: Progress
) -> ExitCode:
    if output is Output.JSON:
        items = [_without_remarks(each.document(org)) for each in found]
        console.json({"format_version": 1, "kind": "List", "items": items})
        return ExitCode.DONE
    for number, each in enumerate(progress.counted(found, "exporting {:,} resources")):
        console.result(("---\n" if number else "") + to_yaml(each.document(org)))
    if not found:
        console.note("nothing to export")
    return ExitCode.DONE


def _without_remarks(value: Any) -> Any:
    match value:
        case dict():
            return {
                name: _without_remarks(each) for name, each in value.items() if not isinstance(each, Remark)
            }
        case list():
            return [_without_remarks(each) for each in value]
        case _:
            return value


def _into_files(
    found: Sequence[Exported], to: Destination, loaded: Loaded, org: str, progress: Progress
) -> tuple[Files, tuple[File, ...], list[Diagnostic]]:
    """What was to be written, what was, and what is to be said of it."""
    elsewhere = {each.key: each for each in loaded.manifests if not to.holds(each)}
    here = [each for each in loaded.manifests if to.holds(each)]
    wanted = [each for each in found if each.key not in elsewhere]
    files = lay_out(progress.counted(wanted, "exporting {:,} resources"), here, to, org)
    left = [elsewhere[each.key] for each in found if each.key in elsewhere]
    told = [_left(left, to)] if left else []
    problems = [*loaded.diagnostics, *told, *files.diagnostics]
    return files, () if files.diagnostics else _written(files, problems, progress), problems


def _left(manifests: Sequence[Manifest], to: Destination) -> Diagnostic:
    """What is said of resources whose manifests are in another part of the project."""
    named = first_few([f"{each.resource.label} ({each.origin.source.name})" for each in manifests])
    words = f"declared outside of {shown(to.path)} and left as it is: {named}"
    return Diagnostic(Severity.WARNING, "export.elsewhere", words, "name a directory with -d that holds both")


def _read(
    to: Destination, project: Project | None, target: Target | None, org: str, progress: Progress
) -> Loaded:
    """The manifests that are there. Where that is a part of the project, those of the others too, so that nothing is declared twice;
    a target's overlays may be for any of them."""
    there = (to.path,) if os.path.exists(to.path) else ()
    is_part = project is not None and any(is_within(to.directory, path) for path in project.paths)
    paths = (*project.paths, *there) if project is not None and is_part else there
    loaded = read(Paths(paths, project, target if is_part else None), org, strict=False, progress=progress)
    # That there are none yet is why they are exported.
    return replace(
        loaded, diagnostics=tuple(each for each in loaded.diagnostics if each.code != "manifest.none")
    )


def _written(files: Files, problems: list[Diagnostic], progress: Progress) -> tuple[File, ...]:
    """Writes the files up to the first that cannot be: on a full disk the others cannot either."""
    done = []
    for each in progress.counted(files.files, "writing {:,} files"):
        problem = write(each.path, each.data, new=each.new)
        if problem is not None:
            problems.append(problem)
            break
        done.append(each)
    return tuple(done)


def _tell(
    files: Files, written: Sequence[File], problems: Sequence[Diagnostic], output: Output, console: Console
) -> None:
    if output is Output.JSON:
        console.json(
            {
                "format_version": 1,
                "kind": "ExportResult",
                "summary": {
                    "created": sum(each.new for each in written),
                    "updated": sum(not each.new for each in written),
                    "unchanged": files.unchanged,
                },
                "files": [
                    {"action": _action(each), "file": shown(each.path), "resources": list(each.resources)}
                    for each in written
                ],
                "diagnostics": [diagnostic_json(each) for each in problems],
            }
        )
        return
    for each in written:
        console.result(f"{on_one_line(shown(each.path))} {_action(each)}\n")
    warn(problems, console)
    console.note(_summary(files, written))


def _action(each: File) -> str:
    return "created" if each.new else "updated"


def _summary(files: Files, written: Sequence[File]) -> str:
    if len(written) < len(files.files):
        return (
            f"{len(written):,} of {count(len(files.files), 'file')} written"
            if written
            else "nothing was written"
        )
    created = sum(each.new for each in written)
    said = [
        f"{count(number, 'file')} {what}"
        for number, what in ((created, "created"), (len(written) - created, "updated"))
        if number
    ]
    if files.unchanged:
        said.append(f"{count(files.unchanged, 'resource')} unchanged")
    return ", ".join(said) or "nothing to export"
