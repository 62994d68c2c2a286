# SPDX-License-Identifier: Apache-2.0
"""Field by field: two bodies as manifests write them, and each difference between them with its cause.

Items of named lists are matched by name, sets by value, maps by key; a list without names is one value as far as causes go, and what
differs within is left to deepdiff, which is imported when the first such difference is met.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from stigmer.reconcile.plan import Cause, FieldChange, Op
from stigmer.reconcile.sides import ABSENT, Sides, cause_of_order
from stigmer.resources.fields import Field, Message, item_name, message, written_fields
from stigmer.resources.kinds import Kind
from stigmer.resources.paths import item_step, key_step
from stigmer.resources.same import same


def compare(kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """The differences between two displayed bodies of a kind, in the protos' order."""
    return with_causes(kind, before, before, after)


def with_causes(
    kind: Kind, declared: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[FieldChange, ...]:
    """As `compare(before, after)`, each difference with its cause told from what was last declared."""
    return tuple(_message(message(kind.message), Sides(declared, before, after), ""))


def _message(about: Message, sides: Sides, path: str) -> Iterator[FieldChange]:
    before, after = sides.before, sides.after
    fields = written_fields(about.name)
    contested = _contested(about, sides)
    for name in [*(name for name in before if name not in after), *after]:
        if same(before.get(name, ABSENT), after.get(name, ABSENT)):
            continue
        place = (path + key_step(name)).removeprefix(".")
        if name in contested:
            yield sides.at(name).change(place, Cause.BOTH)
        else:
            yield from _field(fields.get(name), sides.at(name), place)


def _contested(about: Message, sides: Sides) -> set[str]:
    """Fields of which one may be there, where each side has chosen another: what one took away bears on what the other added."""
    contested: set[str] = set()
    if sides.declared is sides.before:
        return contested
    for group in about.choices:
        declared, before, after = (
            frozenset(group).intersection(side if isinstance(side, Mapping) else ())
            for side in (sides.declared, sides.before, sides.after)
        )
        if declared not in (before, after) and before != after:
            contested.update(group)
    return contested


def _field(field: Field | None, sides: Sides, path: str) -> Iterator[FieldChange]:
    """A field whose live and wanted values differ."""
    before, after = _content(sides.before), _content(sides.after)
    named = field is not None and bool(field.named_by) and _all_named(field, [*before, *after])
    divided = field is not None and (field.map or field.set or named) and bool(before or after)
    whole = sides.before is ABSENT or sides.after is ABSENT
    # Each entry is somebody's, so what one side did to one and the other to another is no conflict, though nothing is left.
    if field is None or field.is_reference or (whole and not (divided and sides.cause is Cause.BOTH)):
        yield sides.change(path)
    elif field.map:
        value = replace(field, map=False)
        for name in sorted({*before, *after}):
            if sides.at(name).differ:
                yield from _field(value, sides.at(name), path + key_step(name))
    elif named:
        yield from _named(field, sides, path)
    elif field.set:
        for item in sorted({*before} ^ {*after}):
            yield sides.holding(item).change(path + item_step(item))
    elif field.repeated or field.type in ("value", "struct", "list"):
        yield from _free(sides, path)
    elif field.message is not None:
        yield from _message(message(field.message), sides, path)
    else:
        yield sides.change(path)


def _content(side: Any) -> Any:
    """What has entries, and nothing in place of what has none."""
    return side if isinstance(side, list | dict) else ()


def _all_named(field: Field, items: list[Any]) -> bool:
    return all(item_name(field, item) is not None for item in items)


def _by_name(field: Field, items: Any) -> dict[str, Any]:
    found = items if isinstance(items, list) else []
    return {item_name(field, item) or "": item for item in found}


def _named(field: Field, sides: Sides, path: str) -> Iterator[FieldChange]:
    """The items, each by itself, and their order where it is more than that some are gone and others come last."""
    declared, old, new = (_by_name(field, side) for side in (sides.declared, sides.before, sides.after))
    items = Sides(declared, old, new)
    item_field = replace(field, repeated=False, named_by=())
    for name in [*(name for name in old if name not in new), *new]:
        if items.at(name).differ:
            yield from _field(item_field, items.at(name), path + item_step(name))
    if list(new) != [*(name for name in old if name in new), *(name for name in new if name not in old)]:
        order = Sides(
            ABSENT if sides.declared is ABSENT else list(declared),
            list(old),
            list(new),
        )
        yield order.change(path, cause_of_order(list(declared), list(old), list(new)))


def _free(sides: Sides, path: str) -> Iterator[FieldChange]:
    """Two values without a shape of their own: maps by key, lists by place."""
    before, after = sides.before, sides.after
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted({*before, *after}):
            if sides.at(name).differ:
                yield from _free(sides.at(name), path + key_step(name))
    elif isinstance(before, list) and isinstance(after, list) and sides.cause is Cause.MANIFEST:
        yield from _list(before, after, path)
    else:
        # Places in a list that two sides changed are not the same places.
        yield sides.change(path)


def _list(before: list[Any], after: list[Any], path: str) -> Iterator[FieldChange]:
    from deepdiff import DeepDiff
    from deepdiff.helper import NotPresent

    tree = DeepDiff(
        _told_apart(before),
        _told_apart(after),
        view="tree",
        threshold_to_diff_deeper=0,
        ignore_private_variables=False,
    )
    found = []
    for level in (level for levels in tree.values() for level in levels):
        place = path + "".join(
            item_step(step) if isinstance(step, int) else key_step(str(step))
            for step in level.path(output_format="list")
        )
        if isinstance(level.t1, NotPresent) or level.t1 is NotPresent:
            found.append(FieldChange(place, Op.ADD, after=_as_it_was(level.t2)))
        elif isinstance(level.t2, NotPresent) or level.t2 is NotPresent:
            found.append(FieldChange(place, Op.REMOVE, before=_as_it_was(level.t1)))
        else:
            found.append(FieldChange(place, Op.REPLACE, _as_it_was(level.t1), _as_it_was(level.t2)))
    yield from sorted(found, key=lambda change: change.path) or [FieldChange(path, Op.REPLACE, before, after)]


class _Truth(str):
    """Stands for true or false: deepdiff takes `true` for 1 where lists are compared."""

    __slots__ = ()


_TRUTHS = {True: _Truth("\0true"), False: _Truth("\0false")}


def _told_apart(value: Any) -> Any:
    """A JSON value with its booleans marked."""
    match value:
        case bool():
            return _TRUTHS[value]
        case list():
            return [_told_apart(item) for item in value]
        case dict():
            return {key: _told_apart(item) for key, item in value.items()}
        case _:
            return value


def _as_it_was(value: Any) -> Any:
    """The JSON value of which `_told_apart` made this."""
    match value:
        case _Truth():
            return value is _TRUTHS[True]
        case list():
            return [_as_it_was(item) for item in value]
        case dict():
            return {key: _as_it_was(item) for key, item in value.items()}
        case _:
            return value
