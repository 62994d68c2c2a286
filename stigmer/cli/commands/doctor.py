# SPDX-License-Identifier: Apache-2.0
"""`stigmer doctor`: what is wrong here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from stigmer.cli import options
from stigmer.cli.config import Project, find_project
from stigmer.cli.console import Console, count, on_one_line
from stigmer.cli.doctor import home, program, project
from stigmer.cli.doctor.told import Mark, Told, failed, unused
from stigmer.cli.home import home_directory
from stigmer.cli.options import Output
from stigmer.cli.settings import Settings, settle
from stigmer.errors import ExitCode, StigmerError

EXAMPLES = (
    "stigmer doctor",
    "stigmer doctor -q                           # only what is wrong or may go wrong",
    "stigmer doctor -o json",
)

_SIGNS = {
    Mark.OK: ("green", "✓"),
    Mark.UNUSED: ("dim", "-"),
    Mark.WARNING: ("yellow", "!"),
    Mark.ERROR: ("red", "✗"),
}
_STATUSES = (ExitCode.BACKEND, ExitCode.USAGE, ExitCode.INVALID)

Topics = list[tuple[str, list[Told]]]


def command(
    output: options.Format = Output.TEXT,
    backend: options.BackendName = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """Look for what is wrong here; change nothing.

    The program, the home, the backend, the project, the terminal. Exits with 7 where the home, the store or its key is damaged,
    else with 2 for a configuration that is wrong, else with 3 for manifests that are not valid. What only may go wrong (!) and what
    is not set up (-) does not count.
    """
    console = Console(quiet=quiet, verbose=verbose)
    topics = _topics(backend, quiet=quiet)
    told = [each for _, found in topics for each in found]
    status = next((each for each in _STATUSES if any(one.status is each for one in told)), ExitCode.DONE)
    if output is Output.JSON:
        console.json(
            {
                "format_version": 1,
                "healthy": status is ExitCode.DONE,
                "examinations": [_json(topic, each) for topic, found in topics for each in found],
            }
        )
        return status
    for topic, found in topics:
        shown = [each for each in found if not quiet or each.mark in (Mark.WARNING, Mark.ERROR)]
        if shown:
            console.result(console.style.paint("bold", topic) + "\n")
            console.result("".join(_text(each, console) for each in shown))
    console.result(_verdict(told))
    return status


def _topics(backend: str | None, *, quiet: bool) -> Topics:
    """Everything that was looked at, by topic."""
    at = home_directory(os.environ)
    there = os.path.exists(at)
    here, wrong = _project()
    settings, unsettled = _settings(backend, here)
    named = settings.named if settings is not None else True
    return [
        (
            "Program",
            [*program.versions(), *program.variables(os.environ), *program.pipeline(os.environ, named=named)],
        ),
        (
            "Home",
            [
                *home.directory(at),
                *(home.configuration(at) if there else ()),
                *home.passphrase_file(os.environ),
                *home.room(at),
            ],
        ),
        ("Backend", [*unsettled, *_backend(settings, here, has_home=there)]),
        ("Project", [*wrong, *_project_files(here, quiet=quiet)]),
        ("Terminal", [*program.terminal(os.environ), *program.completion(os.environ)]),
    ]


def _project() -> tuple[Project | None, list[Told]]:
    try:
        found = find_project(os.getcwd())
    except StigmerError as failure:
        return None, list(failed("project", failure))
    if found is None:
        return None, [unused("project", "there is no stigmer.yaml here or above", "stigmer new project")]
    return found, []


def _settings(backend: str | None, here: Project | None) -> tuple[Settings | None, list[Told]]:
    try:
        return settle(backend, None, here, os.environ), []
    except StigmerError as failure:
        # What is wrong with config.yaml is told of the home.
        return None, [] if failure.location is not None else list(failed("backend", failure))


def _backend(settings: Settings | None, here: Project | None, *, has_home: bool) -> Iterator[Told]:
    if settings is not None:
        yield home.backend(settings, here, os.environ)
        yield from home.store(settings) if has_home else ()


def _project_files(here: Project | None, *, quiet: bool) -> Iterator[Told]:
    if here is not None:
        yield from project.file(here)
        yield from project.ignore_file(here)
        yield from project.manifests(here, quiet=quiet)
        yield from project.hook(Path(here.directory))


def _text(each: Told, console: Console) -> str:
    colour, sign = _SIGNS[each.mark]
    name = console.style.paint("dim", f" [{each.code or each.name}]") if console.verbose else ""
    line = f"  {console.style.paint(colour, sign)} {on_one_line(each.message)}{name}\n"
    return line if each.mend is None else f"{line}    hint: {on_one_line(each.mend)}\n"


def _verdict(told: Sequence[Told]) -> str:
    errors = sum(each.mark is Mark.ERROR for each in told)
    warnings = sum(each.mark is Mark.WARNING for each in told)
    if not errors and not warnings:
        return "Nothing is wrong.\n"
    said = [count(number, noun) for number, noun in ((errors, "error"), (warnings, "warning")) if number]
    return ", ".join(said) + ".\n"


def _json(topic: str, each: Told) -> dict[str, str]:
    entry = {
        "topic": topic.lower(),
        "name": each.name,
        "status": each.mark.value,
        "message": each.message,
        "hint": each.mend,
        "code": each.code,
    }
    return {name: value for name, value in entry.items() if value is not None}
