# SPDX-License-Identifier: Apache-2.0
"""The plans of several projects in one output: in one comment of a pull request, in the annotations of one step, in one file of alerts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, assert_never

from stigmer.cli.console import count
from stigmer.cli.options import DiffOutput
from stigmer.cli.plan_outputs.fitting import size
from stigmer.cli.plan_outputs.markdown import (
    EVERY_SET,
    LIMIT,
    first_line,
    mark,
    markdown_section,
    subject,
)
from stigmer.cli.plan_outputs.problems import problems_table
from stigmer.cli.plan_outputs.told import Told
from stigmer.cli.plan_outputs.weight import Weight
from stigmer.errors import Diagnostic

_ROOM = 2_000  # characters for what is said of all of them, and of those that do not fit
_MOST = 150  # projects that are told of at all
_REMARKS = 4_000  # characters for what was found and belongs to none of them

TogetherForm = Literal[DiffOutput.MARKDOWN, DiffOutput.GITHUB, DiffOutput.SARIF]


def written_together(plans: Sequence[Told], found: Sequence[Diagnostic], form: TogetherForm) -> str:
    """The plans in a form; `found` belongs to none of them alone."""
    from stigmer.cli.reports.report import make_report, names_from_root

    match form:
        case DiffOutput.MARKDOWN:
            return _markdown(plans, found, names_from_root())
        case DiffOutput.GITHUB:
            from stigmer.cli.plan_outputs.notes import everything
            from stigmer.cli.reports.github import github_first

            notes = [*found, *(note for each in plans for note in everything(each))]
            return github_first(make_report((), notes, command="diff"))
        case DiffOutput.SARIF:
            from stigmer.cli.plan_outputs.notes import what_wants_care
            from stigmer.cli.reports.sarif import sarif

            notes = [*found, *(note for each in plans for note in what_wants_care(each))]
            return sarif(make_report((), notes, command="diff"))
        case _:
            assert_never(form)


def _markdown(plans: Sequence[Told], found: Sequence[Diagnostic], named: Callable[[str], str]) -> str:
    """One comment: the projects with the heaviest changes first and as whole as they fit, those without any in one line."""
    loud = sorted((each for each in plans if _speaks(each)), key=_heaviest)
    target = plans[0].target
    changing = f"{len(loud):,} of {count(len(plans), 'project')} {'changes' if len(loud) == 1 else 'change'}"
    text = f"{mark(EVERY_SET, target)}\n## {subject(EVERY_SET, target)}: {changing}\n\n"
    text += problems_table(found, named, _REMARKS) if found else ""
    heads = [f"{first_line(each)}\n\n" for each in loud[:_MOST]]
    room = LIMIT - _ROOM - size(text) - sum(map(size, heads))
    short = len(loud) - len(heads)
    for each, head in zip(loud, heads, strict=False):
        section = markdown_section(each, named, room + size(head)) + "\n"
        if size(section) > room + size(head):
            section = head
            short += 1
        text += section
        room -= size(section) - size(head)
    if short:
        text += (
            f"What changes in {count(short, 'project')} had no room here; `stigmer diff --all` shows it.\n\n"
        )
    quiet = [subject(each.plan.set, None) for each in plans if not _speaks(each)]
    names = f"As declared: {', '.join(quiet)}.\n"
    if quiet:
        text += names if size(names) < _ROOM // 2 else f"{count(len(quiet), 'project')} as declared.\n"
    return text.rstrip("\n") + "\n"


def _speaks(told: Told) -> bool:
    """Whether there is more to tell of it than that it is as declared."""
    return bool(told.plan.changes or told.refusals)


def _heaviest(told: Told) -> int:
    if told.refusals:
        return -Weight.REFUSED
    return -max(told.weights, default=Weight.CREATE)
