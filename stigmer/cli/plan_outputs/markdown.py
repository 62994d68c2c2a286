# SPDX-License-Identifier: Apache-2.0
"""A plan as a comment of a pull request: one line that says it all, the most dangerous first, the rest folded, never too long for GitHub.

The comment begins with a mark that nobody sees, of the set and the target, so that it can be found and written over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from urllib.parse import quote

from stigmer.cli.console import count
from stigmer.cli.plan_outputs.bodies import body_of
from stigmer.cli.plan_outputs.escaping import code, fenced, html_code, prose
from stigmer.cli.plan_outputs.fitting import Entry, Fitted, Group, Whole, fitted, size
from stigmer.cli.plan_outputs.problems import problems_table
from stigmer.cli.plan_outputs.told import Told
from stigmer.cli.plan_outputs.weight import Weight
from stigmer.cli.plan_text import counts
from stigmer.errors import Diagnostic, Location, Severity
from stigmer.meaning.meaning import Meaning
from stigmer.reconcile.plan import OWNER_PATH, Cause, Change, Create, Delete, Release, Unchanged, Update

LIMIT = 65_000
"""Characters that a comment stays under; GitHub takes 65,536."""

EVERY_SET = "*"
"""What stands in the mark for the name of the set, where the comment is of every project."""

_FOOTER = 500  # characters for what is said of what was left out
_PART = 12_000  # of the comment, for refusals, and for meanings
_NAME = 100  # of the set and of the target, of which the mark and the first line are made
_TITLES = {
    Weight.REFUSED: "Refused and conflicts",
    Weight.DELETE: "Deletes",
    Weight.DANGEROUS: "Dangerous gains",
    Weight.DRIFT: "Drift",
    Weight.MOVE: "Renamed, taken over, let go",
    Weight.UPDATE: "Updates",
    Weight.CREATE: "Creates",
}


def mark(set_name: str | None, target: str | None) -> str:
    """What a comment begins with; of the same set and target always the same."""
    return f"<!-- stigmer:{quote((set_name or '')[:_NAME], safe='')}:{quote((target or '')[:_NAME], safe='')} -->"


def markdown(told: Told, named: Callable[[str], str]) -> str:
    """The comment. `named` gives a file as the repository knows it."""
    first = f"{mark(told.plan.set, told.target)}\n"
    return first + markdown_section(told, named, LIMIT - size(first))


def markdown_section(told: Told, named: Callable[[str], str], limit: int) -> str:
    """The comment without its mark, in as many characters; more only where what has to be said does not fit."""
    opening = f"{first_line(told)}\n\n"
    if told.refusals:
        opening += "#### Why it is refused\n\n"
        opening += problems_table(told.refusals, named, _PART)
    opening += _meanings(told.by_danger)
    others = [each for each in told.diagnostics if each.severity is not Severity.ERROR]
    closing = _others(others, named) if others else ""
    shown = fitted(_groups(told, named), limit - _FOOTER - size(opening) - size(closing))
    return (opening + shown.text + closing + _left_out(shown)).rstrip("\n") + "\n"


def markdown_of_problems(
    found: Sequence[Diagnostic], named: Callable[[str], str], set_name: str | None, target: str | None
) -> str:
    """The comment where there is no plan: the manifests are not right, or the command failed."""
    errors = [each for each in found if each.severity is Severity.ERROR]
    others = [each for each in found if each.severity is not Severity.ERROR]
    told = f"{mark(set_name, target)}\n### {subject(set_name, target)}: no plan, {count(len(errors), 'error')}\n\n"
    told += problems_table(errors, named, LIMIT - _FOOTER - _PART)
    return (told + (_others(others, named) if others else "")).rstrip("\n") + "\n"


def first_line(told: Told) -> str:
    """The heading: how much changes, and the worst of it."""
    plan = told.plan
    what = counts(plan) if plan.changes else f"no changes, {len(plan.unchanged):,} unchanged"
    return f"### {subject(plan.set, told.target)}: {what}{_worst(told)}"


def subject(set_name: str | None, target: str | None) -> str:
    """What the plan is for."""
    name = "Every project" if set_name == EVERY_SET else code(set_name[:_NAME]) if set_name else "stigmer"
    return f"{name} to {code(target[:_NAME])}" if target else name


def _worst(told: Told) -> str:
    """The worst that can be said of a plan, in a few words."""
    if told.refusals:
        return f". **Refused for {count(len(told.refusals), 'reason')}**"
    weight, changes = next(iter(told.weights.items()), (Weight.CREATE, []))
    first = code(told.name(changes[0].key)) if changes else ""
    first += f" and {len(changes) - 1:,} more" if len(changes) > 1 else ""
    match weight:
        case Weight.REFUSED:
            return f". **Overwrites what somebody else changed in {first}**"
        case Weight.DELETE:
            return f". **Deletes {first}**"
        case Weight.DANGEROUS:
            return f". **{prose(told.by_danger[0].sentence)}**"
        case Weight.DRIFT:
            return f". **Puts back what was changed in {first}**"
        case _:
            return ""


def _meanings(meanings: Sequence[Meaning]) -> str:
    if not meanings:
        return ""
    text, room = "#### What this means\n\n", _PART
    for number, each in enumerate(meanings):
        line = f"- **{each.danger.word}**: {prose(each.sentence)}\n"
        room -= size(line)
        if room < 0:
            return f"{text}- and {len(meanings) - number:,} more\n\n"
        text += line
    return text + "\n"


def _groups(told: Told, named: Callable[[str], str]) -> list[Group]:
    groups = [
        Group(
            f"#### {_title(weight, told)} ({len(changes):,})\n\n",
            [_entry(change, told, named) for change in changes],
        )
        for weight, changes in told.weights.items()
    ]
    if told.show_unchanged and told.plan.unchanged:
        lines = [Entry(partial(_unchanged_line, each, told, named)) for each in told.plan.unchanged]
        groups.append(Group(f"#### Unchanged ({len(lines):,})\n\n", lines))
    return groups


def _title(weight: Weight, told: Told) -> str:
    return "Conflicts" if weight is Weight.REFUSED and not told.refusals else _TITLES[weight]


def _entry(change: Change, told: Told, named: Callable[[str], str]) -> Entry:
    whole = None if isinstance(change, Delete) else partial(_whole, change, told, named)
    return Entry(partial(_line, change, told, named), whole, light=isinstance(change, Create))


def _line(change: Change, told: Told, named: Callable[[str], str]) -> str:
    return f"- {_described(change, told, named, code)}\n"


def _unchanged_line(unchanged: Unchanged, told: Told, named: Callable[[str], str]) -> str:
    return f"- {code(told.name(unchanged.key))}{_place(unchanged.location, named, code)}\n"


def _whole(change: Change, told: Told, named: Callable[[str], str]) -> Whole:
    body = body_of(change)
    assert body is not None
    summary = _described(change, told, named, html_code)
    text = f"<details>\n<summary>{summary}</summary>\n\n{fenced(body.language, body.lines)}\n</details>\n\n"
    return Whole(text, body.cut)


def _described(change: Change, told: Told, named: Callable[[str], str], as_code: Callable[[str], str]) -> str:
    """What happens to which resource, and where it is declared."""
    return f"{as_code(_signed(change, told))}{_how(change, told, as_code)}{_place(change.location, named, as_code)}"


def _signed(change: Change, told: Told) -> str:
    sign = "+" if isinstance(change, Create) else "-" if isinstance(change, Delete) else "~"
    return f"{sign} {told.name(change.key)}"


def _how(change: Change, told: Told, as_code: Callable[[str], str]) -> str:
    match change:
        case Release():
            return f" leaves set {as_code(change.set)} and stays"
        case Update():
            said = [count(len(change.fields), "field")]
            causes = [each.cause for each in change.fields]
            said += [f"{causes.count(Cause.BOTH)} in conflict"] if Cause.BOTH in causes else []
            said += [f"{causes.count(Cause.DRIFT)} drifted"] if Cause.DRIFT in causes else []
            if change.renamed_from is not None:
                said.append(f"renamed from {as_code(told.name(change.renamed_from))}")
            for each in change.fields:
                if each.path == OWNER_PATH:
                    said.append(
                        f"taken over from set {as_code(str(each.before))}" if each.before else "taken over"
                    )
            return " " + ", ".join(said)
        case _:
            return ""


def _place(place: Location | None, named: Callable[[str], str], as_code: Callable[[str], str]) -> str:
    return "" if place is None else f", {as_code(f'{named(place.file)}:{place.line}')}"


def _others(found: Sequence[Diagnostic], named: Callable[[str], str]) -> str:
    """What is against nothing and to be known all the same, folded."""
    table = problems_table(found, named, _PART // 2)
    return f"<details>\n<summary>{count(len(found), 'remark')}</summary>\n\n{table}</details>\n\n"


def _left_out(shown: Fitted) -> str:
    said = [
        words
        for number, words in (
            (shown.light, f"what {count(shown.light, 'new resource')} hold{'s' if shown.light == 1 else ''}"),
            (shown.bodies, f"the fields of {count(shown.bodies, 'change')}"),
            (shown.lines, f"the names of {count(shown.lines, 'resource')}"),
            (shown.cut, f"the end of {count(shown.cut, 'long one')}"),
        )
        if number
    ]
    if not said:
        return ""
    return f"---\n\nLeft out, so that GitHub takes this comment: {'; '.join(said)}. `stigmer diff -v` shows all of it.\n"
