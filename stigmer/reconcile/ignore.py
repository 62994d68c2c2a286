# SPDX-License-Identifier: Apache-2.0
"""`lifecycle.ignore_changes`: fields that stay as they are live, whatever the manifest says.

What is ignored never makes a resource that its kind does not allow: a field that must be there stays as the manifest has it, and where
one of several fields may be there, ignoring one of them is not ignoring which.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from typing import Any

from stigmer.reconcile.sides import ABSENT
from stigmer.resources.fields import Field, Message, item_name, message, written_fields
from stigmer.resources.held import held_secrets
from stigmer.resources.keys import DEFAULT_ORGANIZATION
from stigmer.resources.links import links
from stigmer.resources.paths import path_steps, place_of
from stigmer.resources.references import Reference
from stigmer.resources.resource import Held, Resource, SecretSlot

_VALUE = frozenset({"value", "value_from", "is_secret", "fingerprint"})
"""What together is the value of an entry that may be secret."""

_Shape = Message | Field | None
"""What is known of a map: the message it is, the field whose keys are free, nothing of free JSON."""


def keep_ignored(resource: Resource, live: Mapping[str, Any]) -> Resource:
    """The resource with each ignored field as the live body has it, or gone where that has none."""
    body: Any = resource.body
    for path in resource.ignored:
        body = _kept(message(resource.kind.message), body, live, path_steps(path) or [])
    if body == resource.body and not resource.secrets:
        return resource
    return replace(
        resource,
        body=body,
        secrets=tuple(_slots(resource, body)),
        references=tuple(_references(resource, body)),
    )


def _slots(resource: Resource, body: Mapping[str, Any]) -> Iterator[SecretSlot]:
    """The secrets of the kept body: the manifest's own, and those that only the backend has the value of."""
    ignored = [path_steps(path) or [] for path in resource.ignored]
    own = [
        slot
        for slot in resource.secrets
        if not any(_covers(each, path_steps(slot.path) or []) for each in ignored)
    ]
    yield from own
    root, known = message(resource.kind.message), {slot.path for slot in own}
    for path, _ in held_secrets(resource.kind, body):
        if path not in known:
            yield SecretSlot(place_of(root, body, path), path, Held())


def _covers(ignored: list[str], slot: list[str]) -> bool:
    """Whether a path leads to the value of a secret, or to what holds it."""
    below = ignored[len(slot) : len(slot) + 1]
    return slot[: len(ignored)] == ignored[: len(slot)] and all(step in _VALUE for step in below)


def _references(resource: Resource, body: Mapping[str, Any]) -> Iterator[Reference]:
    """Whom the kept body names."""
    named = links(resource.kind, body) - {DEFAULT_ORGANIZATION}
    yield from (each for each in resource.references if each.key in named)
    yield from (Reference((), key) for key in sorted(named - {each.key for each in resource.references}))


def _kept(shape: _Shape, ours: Mapping[str, Any], theirs: Mapping[str, Any], steps: list[str]) -> Any:
    """A map with what is at the steps taken from the live one; itself where that would not do."""
    name, rest = steps[0], steps[1:]
    about = shape if isinstance(shape, Message) else None
    field = _field(shape, name)
    names: Set[str] = {name}
    if about is not None and about.secret_holder and name in _VALUE:
        names, rest = _VALUE, []
    kept = {key: value for key, value in ours.items() if key not in names}
    if not rest:
        kept |= {key: theirs[key] for key in names if key in theirs}
    elif not (name in ours and name in theirs) and isinstance(shape, Field):
        return ours  # an entry that only one side has, of which a field is named
    elif name not in theirs and _is_choice(about, name):
        return ours
    else:
        value = _kept_below(field, ours.get(name, ABSENT), theirs.get(name, ABSENT), rest)
        kept |= {} if value is ABSENT else {name: value}
    missing = field is not None and field.required and name in ours and name not in kept
    return ours if missing or not _chosen_well(about, kept, theirs) else kept


def _field(shape: _Shape, name: str) -> Field | None:
    match shape:
        case Message():
            return written_fields(shape.name).get(name)
        case Field():
            return replace(shape, map=False, required=False)
        case None:
            return None


def _is_choice(about: Message | None, name: str) -> bool:
    return about is not None and any(name in group for group in about.choices)


def _chosen_well(about: Message | None, kept: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    """Whether of the fields that exclude each other still one is there, or none where none has to be."""
    for group in about.choices if about is not None else ():
        count = sum(name in kept for name in group)
        if count > 1 or (count == 0 and any(name in theirs for name in group)):
            return False
    return True


def _kept_below(field: Field | None, mine: Any, other: Any, steps: list[str]) -> Any:
    """A value with what is at the steps below it taken from the live one; ABSENT where nothing is left of it."""
    sides = [side for side in (mine, other) if side is not ABSENT]
    if sides and all(isinstance(side, list) for side in sides):
        kept = _kept_item(field, [] if mine is ABSENT else mine, [] if other is ABSENT else other, steps)
        left: Any = mine if field is not None and field.required and not kept else kept
    elif sides and all(isinstance(side, Mapping) for side in sides):
        shape: _Shape = None
        if field is not None and field.message is not None:
            shape = field if field.map else message(field.message)
        left = _kept(shape, {} if mine is ABSENT else mine, {} if other is ABSENT else other, steps)
        if mine is ABSENT and not _is_whole(shape, left):
            return mine
    else:
        return mine
    if left == mine or left:
        return left
    return ABSENT if mine is ABSENT or other is ABSENT else left


def _is_whole(shape: _Shape, value: Mapping[str, Any]) -> bool:
    """Whether what has to be in a message is in it."""
    return not isinstance(shape, Message) or all(
        name in value for name, field in written_fields(shape.name).items() if field.required
    )


def _kept_item(field: Field | None, ours: list[Any], theirs: list[Any], steps: list[str]) -> list[Any]:
    """A list with one of its items, or a field of it, taken from the live list."""
    name, rest = steps[0], steps[1:]
    if field is not None and field.set:
        return sorted({*ours} - {name} | ({name} & {*theirs}))
    if field is None or not field.named_by:
        return _kept_at(field, int(name), ours, theirs, rest) if name.isdecimal() else ours
    live = {item_name(field, item) or "": item for item in theirs}
    found = live.get(name, ABSENT)
    names = [item_name(field, item) for item in ours]
    if name in names:
        return _kept_at(field, names.index(name), ours, [found] * len(ours), rest)
    if rest or found is ABSENT:
        return ours
    before = list(live)[: list(live).index(name)]
    place = max((names.index(each) + 1 for each in before if each in names), default=0)
    return [*ours[:place], found, *ours[place:]]


def _kept_at(
    field: Field | None, index: int, ours: list[Any], theirs: list[Any], steps: list[str]
) -> list[Any]:
    """A list with an item at a place, or a field of it, taken from that place of another."""
    if index >= len(ours) or index >= len(theirs):
        return ours
    item = replace(field, repeated=False, named_by=(), required=False) if field is not None else None
    found = theirs[index]
    if steps:
        found = ours[index] if found is ABSENT else _kept_below(item, ours[index], found, steps)
    return [*ours[:index], *([] if found is ABSENT else [found]), *ours[index + 1 :]]
