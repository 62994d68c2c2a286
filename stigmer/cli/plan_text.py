# SPDX-License-Identifier: Apache-2.0
"""Plans as people read them: what is new with `+`, what goes with `-`, what changes with `~`, long texts line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any, assert_never

from stigmer.cli.console import Style, count, visible
from stigmer.errors import Location
from stigmer.manifests.render import inline, to_yaml
from stigmer.reconcile.apply import Applied
from stigmer.reconcile.plan import Cause, Change, Create, Delete, FieldChange, Op, Plan, Release, Update
from stigmer.resources.confidential import Redacted, Unresolved
from stigmer.resources.keys import Key
from stigmer.resources.resource import label

_FIELD = "    "  # where the fields of a resource begin
_TEXT = "        "  # where the lines of a long field begin
_SIGN = {Op.ADD: "+", Op.REMOVE: "-", Op.REPLACE: "~"}
_COLOUR = {"+": "green", "-": "red", "~": "yellow"}
_CAUSE = {
    Cause.MANIFEST: "",
    Cause.DRIFT: "  # drift: changed since the last apply",
    Cause.BOTH: "  # conflict: changed in the manifest, and live since the last apply",
}


def plan_text(plan: Plan, style: Style, *, org: str, show_unchanged: bool) -> Iterator[str]:
    """The plan in pieces, the summary last; `org` is the organization that needs no mention."""
    for change in plan.changes:
        yield from _change(change, style, org)
        yield "\n"
    if show_unchanged and plan.unchanged:
        yield from (f"  {_name(each.key, org)}{_place(each.location, style)}\n" for each in plan.unchanged)
        yield "\n"
    yield summary(plan) + "\n"


def summary(plan: Plan) -> str:
    """How many changes of each kind the plan has, in one line."""
    unchanged = len(plan.unchanged)
    if not plan.changes:
        return _no_changes(unchanged)
    parts = [
        f"{number:,} to {verb}"
        for number, verb in (
            (plan.count(Create), "create"),
            (plan.count(Update, Release), "update"),
            (plan.count(Delete), "delete"),
        )
        if number
    ]
    return f"Plan: {', '.join([*parts, f'{unchanged:,} unchanged'])}."


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


def _change(change: Change, style: Style, org: str) -> Iterator[str]:
    match change:
        case Create():
            yield _head("+", change.key, change.location, style, org)
            yield _marked(to_yaml(change.after), "+", _FIELD, style)
        case Update():
            former = f"  (renamed from {change.renamed_from.name})" if change.renamed_from is not None else ""
            yield _head("~", change.key, change.location, style, org, former)
            for each in change.fields:
                yield from _field(each, style)
        case Release():
            yield _head(
                "~", change.key, None, style, org, "  (leaves the set and stays, as deletion: orphan asks)"
            )
            for each in change.fields:
                yield from _field(each, style)
        case Delete():
            yield _head("-", change.key, change.location, style, org)
        case _:
            assert_never(change)


def _head(sign: str, key: Key, place: Location | None, style: Style, org: str, more: str = "") -> str:
    name = style.paint("bold", _name(key, org))
    return f"{style.paint(_COLOUR[sign], sign)} {name}{more}{_place(place, style)}\n"


def _name(key: Key, org: str) -> str:
    return label(key) if key.org in ("", org) else f"{label(key)} in org {key.org}"


def _place(place: Location | None, style: Style) -> str:
    return "" if place is None else style.paint("dim", f"  ({place.file}:{place.line})")


def _field(change: FieldChange, style: Style) -> Iterator[str]:
    sign = _SIGN[change.op]
    head = f"{_FIELD}{style.paint(_COLOUR[sign], sign)} {visible(change.path)}:"
    cause = style.paint("yellow", _CAUSE[change.cause])
    if _is_long(change.before) or _is_long(change.after):
        body = _line_diff(change, style)
        if body:
            yield f"{head}{cause}\n{body}"
            return
    yield f"{head} {_values(change, style)}{cause}\n"


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


def _is_long(value: Any) -> bool:
    return bool(value) and (isinstance(value, (dict, list)) or (isinstance(value, str) and "\n" in value))


def _line_diff(change: FieldChange, style: Style) -> str:
    """Two long values as the lines that differ, with three lines around each; empty where only line ends at the end do."""
    if change.op is not Op.REPLACE:
        value, sign = (change.after, "+") if change.op is Op.ADD else (change.before, "-")
        return _marked("\n".join(_text_lines(value)) + "\n", sign, _TEXT, style)
    lines = difflib.unified_diff(_text_lines(change.before), _text_lines(change.after), lineterm="", n=3)
    return "".join(_hunk_line(line, style) for line in list(lines)[2:])


def _hunk_line(line: str, style: Style) -> str:
    sign, text = line[0], line[1:]
    match sign:
        case "@":
            return f"{_TEXT}{style.paint('cyan', line)}\n"
        case "+" | "-":
            return _TEXT + style.paint(_COLOUR[sign], f"{sign} {text}") + "\n"
        case _:
            return f"{_TEXT}  {text}".rstrip() + "\n"


def _text_lines(value: Any) -> list[str]:
    if isinstance(value, str):
        return visible(value).split("\n") if not value.endswith("\n") else visible(value)[:-1].split("\n")
    if isinstance(value, (Redacted, Unresolved)) or not isinstance(value, (dict, list)):
        return [inline(value)]
    return to_yaml(value).rstrip("\n").split("\n")


def _marked(text: str, sign: str, indent: str, style: Style) -> str:
    """Every line of a text behind a sign. Made with as few steps as there are, since a first plan is all of this."""
    if not style.on:
        return f"{indent}{sign} " + text[:-1].replace("\n", f"\n{indent}{sign} ") + "\n"
    colour = _COLOUR[sign]
    return "".join(indent + style.paint(colour, f"{sign} {line}") + "\n" for line in text[:-1].split("\n"))
