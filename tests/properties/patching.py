# SPDX-License-Identifier: Apache-2.0
"""The fields that a plan names, carried out on a displayed body: what a reader of the diff would expect to get."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from stigmer.reconcile.plan import FieldChange, Op
from stigmer.resources.fields import Field, item_name, message
from stigmer.resources.kinds import Kind
from stigmer.resources.paths import item_step

_STEP = re.compile(r"\.?([A-Za-z_][A-Za-z0-9_-]*)|\[\"((?:[^\"\\]|\\.)*)\"\]|\[([^\]]*)\]", re.DOTALL)


@dataclass(frozen=True)
class _Edit:
    """A change, and what is left of the way to it."""

    rest: str
    change: FieldChange

    def step(self) -> tuple[str, str]:
        """The next step, and what is left after it."""
        match = _STEP.match(self.rest)
        assert match is not None, f"{self.change.path!r} cannot be read from {self.rest!r} on"
        name, quoted, item = match.groups()
        if quoted is not None:
            name = re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)
        return (name if name is not None else item), self.rest[match.end() :]


def patched(kind: Kind, before: Any, fields: Sequence[FieldChange]) -> Any:
    """The displayed body with every change carried out."""
    root = Field("", "message", message=kind.message)
    return _value(root, deepcopy(before), [_Edit(each.path, each) for each in fields])


def _value(about: Field | None, value: Any, edits: list[_Edit]) -> Any:
    """A value with the edits at it and below it."""
    below = [edit for edit in edits if edit.rest]
    here = next((edit.change for edit in edits if not edit.rest), None)
    if isinstance(value, list) and about is not None and about.named_by:
        return _named(about, value, below, here)
    if isinstance(value, dict):
        value = _map(about, value, below)
    elif isinstance(value, list) and about is not None and about.set:
        value = _set(value, below)
    elif isinstance(value, list):
        value = _list(value, below)
    else:
        assert not below, f"{below[0].change.path} leads into {value!r}"
    if here is None:
        return value
    assert (here.op, here.before) == (Op.REPLACE, value)
    return here.after


def _map(about: Field | None, value: dict[str, Any], edits: list[_Edit]) -> dict[str, Any]:
    for name, inner in _by_step(edits).items():
        found = about
        if about is not None and about.map:
            found = _replaced(about)
        elif about is not None:
            fields = message(about.message).fields if about.message and not about.is_reference else {}
            found = fields.get("api_version" if name == "apiVersion" else name)
        _at_key(found, value, name, inner)
    return value


def _at_key(about: Field | None, holder: dict[str, Any], name: str, edits: list[_Edit]) -> None:
    """Adds, removes or changes one entry of a map."""
    change = edits[0].change
    if not edits[0].rest and change.op is Op.ADD:
        assert name not in holder
        holder[name] = change.after
    elif not edits[0].rest and change.op is Op.REMOVE:
        assert holder.pop(name) == change.before
    else:
        holder[name] = _value(about, holder[name], edits)


def _named(about: Field, value: list[Any], edits: list[_Edit], reordered: FieldChange | None) -> list[Any]:
    """A list of named things; a change at the list itself says the order in which they now stand."""
    items = {item_name(about, item) or "": item for item in value}
    if reordered is not None:
        assert reordered.before == list(items)
    for name, inner in _by_step(edits).items():
        _at_key(_replaced(about), items, name, inner)
    return list(items.values()) if reordered is None else [items[name] for name in reordered.after]


def _set(value: list[Any], edits: list[_Edit]) -> list[Any]:
    """A set: what is added or removed is the item itself, whatever it holds."""
    items = set(value)
    for edit in edits:
        item = edit.change.before if edit.change.op is Op.REMOVE else edit.change.after
        assert edit.rest == item_step(item)
        assert (item in items) == (edit.change.op is Op.REMOVE)
        items ^= {item}
    return sorted(items)


def _list(value: list[Any], edits: list[_Edit]) -> list[Any]:
    """A list by position: removals count in the old list, additions in the new one."""
    by_place = {int(name): inner for name, inner in _by_step(edits).items()}
    removed, added = [], []
    for place, inner in by_place.items():
        for edit in inner:
            if not edit.rest and edit.change.op is Op.REMOVE:
                removed.append(place)
                assert value[place] == edit.change.before
            elif not edit.rest and edit.change.op is Op.ADD:
                added.append((place, edit.change.after))
        kept = [edit for edit in inner if edit.rest or edit.change.op is Op.REPLACE]
        if kept:
            value[place] = _value(None, value[place], kept)
    for place in sorted(removed, reverse=True):
        del value[place]
    for place, item in sorted(added, key=lambda each: each[0]):
        value.insert(place, item)
    return value


def _replaced(about: Field) -> Field:
    """The field that one item of a list or one value of a map is."""
    return replace(about, map=False, repeated=False, named_by=())


def _by_step(edits: list[_Edit]) -> dict[str, list[_Edit]]:
    found: dict[str, list[_Edit]] = {}
    for edit in edits:
        name, rest = edit.step()
        found.setdefault(name, []).append(_Edit(rest, edit.change))
    return found
