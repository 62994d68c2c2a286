# SPDX-License-Identifier: Apache-2.0
"""Field by field: two bodies as manifests write them, and each difference between them.

Items of named lists are matched by name, sets by value, maps by key; what has no shape of its own (lists without names, free JSON) is
left to deepdiff, which is imported when the first such difference is met.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from stigmer.reconcile.plan import Cause, FieldChange, Op
from stigmer.resources.fields import Field, Message, item_name, message, written_fields
from stigmer.resources.kinds import Kind
from stigmer.resources.paths import item_step, key_step


def compare(kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """The differences between two displayed bodies of a kind, in the protos' order."""
    return tuple(_message(message(kind.message), before, after, ""))


def with_causes(
    kind: Kind, applied: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[FieldChange, ...]:
    """As `compare(before, after)`, each difference with its cause told from what was last applied."""
    drifted = {change.path for change in compare(kind, applied, before)}
    declared = {change.path for change in compare(kind, applied, after)}

    def cause(path: str) -> Cause:
        by_drift, by_manifest = _touches(path, drifted), _touches(path, declared)
        if by_drift and by_manifest:
            return Cause.BOTH
        return Cause.DRIFT if by_drift else Cause.MANIFEST

    return tuple(replace(change, cause=cause(change.path)) for change in compare(kind, before, after))


def _touches(path: str, paths: set[str]) -> bool:
    """Whether one of the paths is this one, lies above it or below it."""
    return any(path == each or _below(path, each) or _below(each, path) for each in paths)


def _below(path: str, parent: str) -> bool:
    return path.startswith((parent + ".", parent + "["))


def _message(
    about: Message, before: Mapping[str, Any], after: Mapping[str, Any], path: str
) -> Iterator[FieldChange]:
    order = [name for name in before if name not in after] + list(after)
    for name in order:
        place = (path + key_step(name)).removeprefix(".")
        field = written_fields(about.name).get(name)
        yield from _either(field, before, after, name, place)


def _either(
    field: Field | None, before: Mapping[str, Any], after: Mapping[str, Any], name: str, path: str
) -> Iterator[FieldChange]:
    """A key that may be on one side only."""
    if name not in before:
        yield FieldChange(path, Op.ADD, after=after[name])
    elif name not in after:
        yield FieldChange(path, Op.REMOVE, before=before[name])
    elif not _same(before[name], after[name]):
        yield from _field(field, before[name], after[name], path)


def _field(field: Field | None, before: Any, after: Any, path: str) -> Iterator[FieldChange]:
    """A field whose two values differ."""
    if field is None or field.is_reference:
        yield FieldChange(path, Op.REPLACE, before, after)
    elif field.map:
        yield from _map(field, before, after, path)
    elif field.named_by and _all_named(field, before) and _all_named(field, after):
        yield from _named(field, before, after, path)
    elif field.set:
        yield from _set(before, after, path)
    elif field.repeated or field.type in ("value", "struct", "list"):
        yield from _free(before, after, path)
    elif field.message is not None:
        yield from _message(message(field.message), before, after, path)
    else:
        yield FieldChange(path, Op.REPLACE, before, after)


def _map(
    field: Field, before: Mapping[str, Any], after: Mapping[str, Any], path: str
) -> Iterator[FieldChange]:
    value = replace(field, map=False)
    for name in sorted({*before, *after}):
        yield from _either(value, before, after, name, path + key_step(name))


def _all_named(field: Field, items: list[Any]) -> bool:
    return all(item_name(field, item) is not None for item in items)


def _named(field: Field, before: list[Any], after: list[Any], path: str) -> Iterator[FieldChange]:
    old = {item_name(field, item) or "": item for item in before}
    new = {item_name(field, item) or "": item for item in after}
    item_field = replace(field, repeated=False, named_by=())
    for name in [*(name for name in old if name not in new), *new]:
        yield from _either(item_field, old, new, name, path + item_step(name))
    kept_before = [name for name in old if name in new]
    kept_after = [name for name in new if name in old]
    if kept_before != kept_after:
        yield FieldChange(path, Op.REPLACE, list(old), list(new))
    elif list(new) != [*kept_after, *(name for name in new if name not in old)]:
        # Something new stands between what was there before, and order matters in a list.
        yield FieldChange(path, Op.REPLACE, list(old), list(new))


def _set(before: list[Any], after: list[Any], path: str) -> Iterator[FieldChange]:
    for item in sorted({*before, *after}):
        if item not in after:
            yield FieldChange(path + item_step(item), Op.REMOVE, before=item)
        elif item not in before:
            yield FieldChange(path + item_step(item), Op.ADD, after=item)


def _free(before: Any, after: Any, path: str) -> Iterator[FieldChange]:
    """Two values without a shape of their own."""
    if type(before) is not type(after) or not isinstance(before, (dict, list)):
        yield FieldChange(path, Op.REPLACE, before, after)
        return
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


def _same(before: Any, after: Any) -> bool:
    """Equal as JSON: `true` is not 1. What JSON does not know, a redacted secret, counts whole."""
    return before is after or (before == after and _json(before) == _json(after))


def _json(value: Any) -> bytes:
    return orjson.dumps(value, default=repr, option=orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS)
