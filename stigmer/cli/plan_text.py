# SPDX-License-Identifier: Apache-2.0
"""Plans as people read them: what is new with `+`, what goes with `-`, what changes with `~`, long texts line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any, assert_never

from stigmer.cli.console import Style, count, visible
from stigmer.cli.plan_outputs.causes import cause_words
from stigmer.cli.plan_outputs.hunks import hunks
from stigmer.cli.plan_outputs.told import Told, name_in
from stigmer.cli.plan_outputs.values import SIGN, is_long, value_lines
from stigmer.cli.plan_outputs.weight import Weight
from stigmer.errors import Location
from stigmer.manifests.render import inline, to_yaml
from stigmer.reconcile.apply import Applied
from stigmer.reconcile.plan import (
    Blame,
    Cause,
    Change,
    Create,
    Delete,
    FieldChange,
    Op,
    Plan,
    Release,
    Update,
)
from stigmer.resources.keys import Key
from stigmer.resources.resource import label

_FIELD = "    "  # where the fields of a resource begin
_TEXT = "        "  # where the lines of a long field begin
_MOST_CREATES = 50  # shown whole; first applies of more are read in the manifests
_MOST_LINES = 6  # of the value that neither side has any more
_WORD = {Cause.DRIFT: "drift", Cause.BOTH: "conflict"}
_COLOUR = {"+": "green", "-": "red", "~": "yellow"}


def plan_text(plan: Plan, style: Style, *, org: str, show_unchanged: bool) -> Iterator[str]:
    """As `told_text`, of a plan of which there is nothing else to tell."""
    return told_text(Told(plan, org=org, show_unchanged=show_unchanged), style)


def told_text(told: Told, style: Style, *, whole: bool = False) -> Iterator[str]:
    """The plan in pieces: what matters most next to the end, where a terminal stands, then what it means, the summary last.

    Where very much is created, each is a line, unless the `whole` is asked for.
    """
    plan = told.plan
    for weight, changes in reversed(told.weights.items()):
        if weight is Weight.CREATE and len(changes) > _MOST_CREATES and not whole:
            yield from (_head("+", each.key, each.location, style, told.org) for each in changes)
            yield style.paint("dim", "  What they hold is in their manifests; -v shows it here.") + "\n\n"
            continue
        for change, following in zip_longest(changes, changes[1:]):
            yield from change_text(change, style, told.org)
            if not (isinstance(change, Delete) and isinstance(following, Delete)):
                yield "\n"
    if told.show_unchanged and plan.unchanged:
        yield from (f"  {told.name(each.key)}{_place(each.location, style)}\n" for each in plan.unchanged)
        yield "\n"
    if told.meanings:
        from stigmer.cli.plan_outputs.meanings import meanings_text  # what changes nothing means nothing

        yield from meanings_text(told.by_danger, style)
        yield "\n"
    yield summary(plan) + (f" {style.paint('red', 'Refused.')}\n" if told.refusals else "\n")


def summary(plan: Plan) -> str:
    """How many changes of each kind the plan has, in one line."""
    return f"Plan: {counts(plan)}." if plan.changes else _no_changes(len(plan.unchanged))


def counts(plan: Plan) -> str:
    """How many changes of each kind a plan that has some has."""
    updates = [change for change in plan.changes if isinstance(change, Update)]
    causes = [{each.cause for each in update.fields} for update in updates]
    said = (
        (sum(Cause.BOTH in each for each in causes), "in conflict"),
        (sum(Cause.DRIFT in each for each in causes), "drifted"),
        (sum(update.renamed_from is not None for update in updates), "renamed"),
        (plan.count(Release), "let go"),
    )
    more = ", ".join(f"{number:,} {words}" for number, words in said if number)
    parts = [
        f"{number:,} to {verb}"
        for number, verb in (
            (plan.count(Create), "create"),
            (plan.count(Update, Release), f"update ({more})" if more else "update"),
            (plan.count(Delete), "delete"),
        )
        if number
    ]
    return ", ".join([*parts, f"{len(plan.unchanged):,} unchanged"])


def applied_text(plan: Plan, applied: Applied, style: Style) -> Iterator[str]:
    """A line for each resource that was touched, then the summary."""
    colours = {"created": "green", "updated": "yellow", "deleted": "red"}
    for each in applied.resources:
        yield f"{label(each.key)} {style.paint(colours[each.action], each.action)}\n"
    if not applied.resources:
        yield _no_changes(len(plan.unchanged)) + "\n"
        return
    actions = [each.action for each in applied.resources]
    parts = [f"{actions.count(action):,} {action}" for action in colours if action in actions]
    parts.append(f"{len(plan.unchanged):,} unchanged")
    yield f"Done: {', '.join(parts)}. Revision {applied.revision:,}.\n"


def _no_changes(unchanged: int) -> str:
    if not unchanged:
        return "No changes."
    return f"No changes. {count(unchanged, 'resource')} {'is' if unchanged == 1 else 'are'} as declared."


def change_text(change: Change, style: Style, org: str) -> Iterator[str]:
    """One change in pieces: what happens to which resource, then what that holds; `org` goes without saying."""
    match change:
        case Create():
            yield _head("+", change.key, change.location, style, org, _restored(change))
            yield _marked(to_yaml(change.after), "+", _FIELD, style)
        case Update():
            former = f"  (renamed from {change.renamed_from.name})" if change.renamed_from is not None else ""
            yield _head("~", change.key, change.location, style, org, former + _restored(change))
            yield from _fields(change.fields, style)
        case Release():
            yield _head("~", change.key, None, style, org, f"  (leaves the set and stays, {change.reason})")
            yield from _fields(change.fields, style)
        case Delete():
            yield _head("-", change.key, change.location, style, org)
        case _:
            assert_never(change)


def _restored(change: Create | Update) -> str:
    if change.restores is None:
        return ""
    comes = "comes back " if isinstance(change, Create) else ""
    return f"  ({comes}as in version {change.restores})"


def _head(sign: str, key: Key, place: Location | None, style: Style, org: str, more: str = "") -> str:
    name = style.paint("bold", name_in(org, key))
    return f"{style.paint(_COLOUR[sign], sign)} {name}{more}{_place(place, style)}\n"


def _place(place: Location | None, style: Style) -> str:
    return "" if place is None else style.paint("dim", f"  ({place.file}:{place.line})")


def _fields(changes: Sequence[FieldChange], style: Style) -> Iterator[str]:
    told: Blame | None = None
    for change in changes:
        yield from _field(change, style, told)
        told = change.blame or told


def _field(change: FieldChange, style: Style, told: Blame | None) -> Iterator[str]:
    """A field; `told` is who was named before, which is not said again."""
    sign = SIGN[change.op]
    head = f"{_FIELD}{style.paint(_COLOUR[sign], sign)} {visible(change.path)}:"
    body = _line_diff(change, style) if is_long(change.before) or is_long(change.after) else ""
    yield f"{head}\n" if body else f"{head} {_values(change, style)}\n"
    again = told is not None and change.blame == told
    notes = [f"{_WORD[change.cause]}, by the same change" if again else cause_words(change)]
    if change.cause is Cause.BOTH:
        notes += _last_applied(change.applied)
    yield from (f"{_FIELD}  {style.paint('yellow', f'# {note}'.rstrip())}\n" for note in notes if note)
    yield body


def _last_applied(value: Any) -> Iterator[str]:
    """The third value of a conflict: the beginning of it, where it is long."""
    if value is None:
        yield "last applied without it"
    elif is_long(value):
        lines = value_lines(value)
        yield "last applied:"
        yield from (f"  {line}" for line in lines[:_MOST_LINES])
        if len(lines) > _MOST_LINES:
            yield f"  ... and {count(len(lines) - _MOST_LINES, 'more line')}"
    else:
        yield f"last applied: {inline(value)}"


def _values(change: FieldChange, style: Style) -> str:
    match change.op:
        case Op.ADD:
            return style.paint("green", inline(change.after))
        case Op.REMOVE:
            return style.paint("red", inline(change.before))
        case Op.REPLACE:
            before, after = (
                style.paint("red", inline(change.before)),
                style.paint("green", inline(change.after)),
            )
            return f"{before} -> {after}"
    assert_never(change.op)


def _line_diff(change: FieldChange, style: Style) -> str:
    """Two long values as the lines that differ, with three lines around each; empty where only line ends at the end do."""
    if change.op is not Op.REPLACE:
        value, sign = (change.after, "+") if change.op is Op.ADD else (change.before, "-")
        return _marked("\n".join(value_lines(value)) + "\n", sign, _TEXT, style)
    found = hunks(value_lines(change.before), value_lines(change.after))
    return "".join(_hunk_line(line, style) for line in found)


def _hunk_line(line: str, style: Style) -> str:
    sign, text = line[0], line[1:]
    match sign:
        case "@":
            return f"{_TEXT}{style.paint('cyan', line)}\n"
        case "+" | "-":
            return _TEXT + style.paint(_COLOUR[sign], f"{sign} {text}") + "\n"
        case _:
            return f"{_TEXT}  {text}".rstrip() + "\n"


def _marked(text: str, sign: str, indent: str, style: Style) -> str:
    """Every line of a text behind a sign. Made with as few steps as there are, since a first plan is all of this."""
    if not style.on:
        return f"{indent}{sign} " + text[:-1].replace("\n", f"\n{indent}{sign} ") + "\n"
    colour = _COLOUR[sign]
    return "".join(indent + style.paint(colour, f"{sign} {line}") + "\n" for line in text[:-1].split("\n"))
