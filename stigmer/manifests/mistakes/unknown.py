# SPDX-License-Identifier: Apache-2.0
"""A field that does not belong where it stands: the system's, another spelling, another system's, or one of another place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stigmer.manifests.mistakes.habits import TASK_CONTENT, habit, snake_case, task_by_key
from stigmer.manifests.mistakes.violation import Checked, Violation
from stigmer.resources.fields import Message, message, written_fields
from stigmer.resources.kinds import nearest
from stigmer.resources.paths import Path, field_path

_ALIKE, _ALMOST_THE_SAME = 0.6, 0.8
_MOST_LISTED = 8
# Names that stand everywhere say nothing of where they belong; only the two parts of a manifest are told of.
_COMMON = frozenset(
    {"name", "description", "kind", "version", "type", "tags", "data", "input", "output", "metadata"}
)
_OF_VALUES = frozenset({"stigmer.commons.v1.EnvironmentValue", "stigmer.commons.v1.ValueSource"})
_MADE_WHY = {
    "status": "it tells what became of the resource",
    "id": "a manifest is known by its name",
    "revision": "it counts the changes to the resource",
    "version": "it counts the versions of the resource",
    "fingerprint": "it stands for the value where people look",
}


def unknown(name: str, path: Path, checked: Checked, written: list[str]) -> Violation:
    """The words for a field that the map at the path cannot have. `written` are those that its schema has."""
    place = (*path, name)
    holder = checked.holder(path)
    words = f"{name} is not a field here"
    if holder is None:
        return _in_a_form(place, words, written)
    field = holder.fields.get(name)
    if field is not None and field.system:
        why = _MADE_WHY.get(name)
        words = f"{name} is made by the system, never written in a manifest" + (f": {why}" if why else "")
        return Violation(place, "schema.system", words, "remove it", key=True)
    if field is not None:  # only the organization of a global kind is in the message and not in the schema
        words = "a resource of a global kind belongs to no organization"
        return Violation(place, "metadata.org", words, "remove it", key=True)
    item = checked.value(path)
    if task_by_key(item, holder) is not None:
        words = f"{name} is not a field of a task"
        hint = "a task's name is a field: write - name: and its name, with the task's own field below"
        meant = tuple((*path, each) for each in ("name", *_task_types(holder)))
        return Violation(place, "schema.unknown", words, hint, key=True, meant=meant)
    found = habit(name, item.get(name), holder)
    if found is not None and found.field == "org" and checked.kind.is_global:
        words = "a resource of a global kind belongs to no organization"
        return Violation(place, "metadata.org", words, "remove it", key=True)
    if found is not None:
        meant = ((*path, found.field),) if found.field is not None else ()
        # What a task's own field should hold is told with that field, where that is told.
        own = name in TASK_CONTENT and holder.name.endswith(".WorkflowTask")
        lacking = tuple((*path, each) for each in _task_types(holder)) if own else ()
        hint = _unless_there(found.hint, found.field, item)
        return Violation(place, "schema.unknown", words, hint, key=True, meant=meant, lacking=lacking)
    return _mistaken(name, path, holder, checked)


def _in_a_form(place: Path, words: str, fields: list[str]) -> Violation:
    """A key of something that is no message but a way to write a value: a duration by its units, a text by its file."""
    if len(fields) == 1:
        return Violation(
            place, "schema.unknown", words, f"write {fields[0]}", key=True, meant=((*place[:-1], fields[0]),)
        )
    near = nearest(str(place[-1]), fields)
    if near is not None:
        return Violation(place, "schema.unknown", words, f"did you mean {near}?", key=True)
    return Violation(
        place, "schema.unknown", words, "fields: " + ", ".join(fields) if fields else "remove it", key=True
    )


def _unless_there(hint: str, field: str | None, item: dict[str, Any]) -> str:
    """The hint to write a field, which would be there twice where it is there already."""
    return f"remove it: {field} is there already" if field in item else hint


def _task_types(holder: Message) -> list[str]:
    """The fields of a task that say what it does."""
    return [each.name for each in holder.fields.values() if not each.required]


def _mistaken(name: str, path: Path, holder: Message, checked: Checked) -> Violation:
    """A field that is mistyped, or belongs elsewhere, or is nothing that is known."""
    place = (*path, name)
    words = f"{name} is not a field here"
    fields = _fields(holder, checked, path)
    found = _elsewhere(snake_case(name), path, checked)
    if found is not None:
        belongs, meant = found
        words, hint = (
            f"{words}: it belongs {belongs}",
            f"move it {belongs.replace('at the top', 'to the top')}",
        )
        return Violation(place, "schema.unknown", words, hint, key=True, meant=(meant,))
    near = nearest(name, fields, cutoff=_ALMOST_THE_SAME if not path else _ALIKE)
    if near is not None:
        hint = _unless_there(f"did you mean {near}?", near, checked.value(path))
        return Violation(place, "schema.unknown", words, hint, key=True, meant=((*path, near),))
    if holder.name in _OF_VALUES and not name.replace("_", "").isalpha():
        # A value in braces, without what it is the value of, reads as a key.
        words = "this is not a field here"
    return Violation(place, "schema.unknown", words, _list(fields, path, checked), key=True)


def _fields(holder: Message, checked: Checked, path: Path) -> list[str]:
    """What a manifest can write here, what it must write first."""
    if holder.name == checked.root.name:
        return [name for name, each in written_fields(holder.name).items() if not each.system]
    able = [each for each in holder.fields.values() if not each.system]
    if path == ("metadata",) and checked.kind.is_global:
        able = [each for each in able if each.name != "org"]
    return [each.name for each in sorted(able, key=lambda each: not each.required)]


def _list(fields: list[str], path: Path, checked: Checked) -> str:
    if len(fields) <= _MOST_LISTED + 1:
        return "fields: " + ", ".join(fields)
    where = ".".join([checked.kind.slug, *(str(step) for step in path if isinstance(step, str))])
    more = f"and {len(fields) - _MOST_LISTED} more: stigmer explain {where}"
    return f"fields: {', '.join(fields[:_MOST_LISTED])}, {more}"


def _elsewhere(name: str, path: Path, checked: Checked) -> tuple[str, Path] | None:
    """Where a field that does not belong at the path does belong: further in, or around it; in words, and the place of one."""
    for depth in range(len(path), -1, -1):
        base = path[:depth]
        holder = checked.holder(base)
        if holder is None:
            continue
        found = [steps for steps, inner in _within(holder) if _belongs(name, (*base, *steps), inner)]
        if found:
            shortest = [steps for steps in found if len(steps) == len(found[0])]
            return _at(shortest, depth == len(path), base, checked), (*base, *found[0], name)
    return None


def _within(holder: Message) -> Iterator[tuple[tuple[str, ...], Message]]:
    """A message and those directly in it, to a depth of two, each with the way there; the outer ones first."""
    yield (), holder
    level: list[tuple[tuple[str, ...], Message]] = [((), holder)]
    for _ in range(2):
        level = [
            ((*steps, each.name), message(each.message))
            for steps, outer in level
            for each in outer.fields.values()
            if each.message is not None
            and not (each.repeated or each.map or each.system or each.is_reference or each.name == "status")
        ]
        yield from level


def _belongs(name: str, path: Path, holder: Message) -> bool:
    field = holder.fields.get(name)
    if field is None or field.system:
        return False
    return name not in _COMMON or path in ((), ("metadata",), ("spec",))


def _at(found: list[tuple[str, ...]], inside: bool, base: Path, checked: Checked) -> str:
    if inside:
        return "under " + " or ".join(".".join(steps) for steps in found)
    path = (*base, *found[0])
    return f"under {field_path(checked.root, checked.document, path)}" if path else "at the top, beside spec"
