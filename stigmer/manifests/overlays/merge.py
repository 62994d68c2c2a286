# SPDX-License-Identifier: Apache-2.0
"""One value over another. Nothing that comes in is changed, and what is not touched is not copied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from stigmer.manifests.overlays.shapes import DELETE, FREE, VALUE, Shape, Way, is_delete
from stigmer.resources.canonical import Problem
from stigmer.resources.kinds import nearest
from stigmer.resources.paths import Path


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of it, and what is wrong with the overlay, by its own paths."""

    value: Any
    problems: list[Problem] = field(default_factory=list)


def merge(shape: Shape, base: Any, over: Any) -> Merged:
    """The overlay's value over the base's. What it asks wrongly is left undone and told."""
    problems: list[Problem] = []
    return Merged(_merged(shape, base, over, (), problems), problems)


def _merged(shape: Shape, base: Any, over: Any, path: Path, problems: list[Problem]) -> Any:
    if shape.way is Way.MAP and isinstance(over, dict):
        return _map(shape, base if isinstance(base, dict) else {}, over, path, problems)
    if shape.way is Way.NAMED and isinstance(over, list):
        return _named(shape, base if isinstance(base, list) else [], over, path, problems)
    if shape.way is Way.SET and isinstance(over, list):
        return _set(shape, base if isinstance(base, list) else [], over, path, problems)
    if isinstance(over, (dict, list)):
        _take_nothing_away(over, path, problems)
    return over


def _map(
    shape: Shape, base: dict[str, Any], over: dict[str, Any], path: Path, problems: list[Problem]
) -> dict[str, Any]:
    merged = base | over
    for key, value in over.items():
        if not isinstance(value, (dict, list)):
            continue  # most values are done
        place = (*path, key)
        if not is_delete(value):
            merged[key] = _merged(shape.below(key), base.get(key), value, place, problems)
        elif key not in base:
            del merged[key]
            problems.append(_absent(place, key, base, key=True))
        elif value == {DELETE: True} and value[DELETE] is True:
            del merged[key]
        else:
            merged[key] = base[key]
            problems.append(_malformed(place, value, f"{key}: {{{DELETE}: true}}"))
    return merged


def _named(shape: Shape, base: list[Any], over: list[Any], path: Path, problems: list[Problem]) -> list[Any]:
    assert shape.names is not None, "the items of such a list have names"
    there, said = {shape.name(each) for each in base}, set()
    for index, item in enumerate(over):
        name, place = shape.name(item), (*path, index)
        if name is not None and name in said:
            words = f"'{name}' is already in this list"
            problems.append(Problem(place, "schema.unique", words, "say all of it in one item"))
        said.add(name)
        if is_delete(item):
            if item[DELETE] is not True or name is None or not item.keys() <= {DELETE, *shape.names.named_by}:
                problems.append(_malformed(place, item, f"- {{name: {name or 'NAME'}, {DELETE}: true}}"))
            elif name not in there:
                field = next(each for each in shape.names.named_by if each in item)
                problems.append(_absent((*place, field), name, there))
    inner = shape.inner or FREE
    return [_item(inner, base, over, at, (*path, at[1] or 0), problems) for at in shape.pairs(base, over)]


def _item(
    shape: Shape,
    base: list[Any],
    over: list[Any],
    at: tuple[int | None, int | None],
    path: Path,
    problems: list[Problem],
) -> Any:
    below, above = at
    if above is None:
        return base[below or 0]
    return _merged(shape, None if below is None else base[below], over[above], path, problems)


def _set(shape: Shape, base: list[Any], over: list[Any], path: Path, problems: list[Problem]) -> list[Any]:
    for index, item in enumerate(over):
        if not is_delete(item):
            continue
        if item[DELETE] is not True or item.keys() != {DELETE, VALUE}:
            problems.append(_malformed((*path, index), item, f"- {{{VALUE}: ITEM, {DELETE}: true}}"))
        elif item[VALUE] not in base:
            problems.append(_absent((*path, index, VALUE), item[VALUE], base))
    return [
        base[below] if below is not None else over[above or 0] for below, above in shape.pairs(base, over)
    ]


def _take_nothing_away(over: Any, path: Path, problems: list[Problem]) -> None:
    """Tells what would be taken away from a value that is replaced as a whole."""
    if is_delete(over):
        words = f"{DELETE} takes away keys of maps and items of named lists and sets, and this is neither"
        problems.append(Problem(path, "overlay.delete", words, "write the list as it is to be, without it"))
    elif isinstance(over, (dict, list)):
        for step, each in over.items() if isinstance(over, dict) else enumerate(over):
            _take_nothing_away(each, (*path, step), problems)


def _malformed(path: Path, value: Any, form: str) -> Problem:
    if value[DELETE] is not True:
        return Problem((*path, DELETE), "overlay.delete", f"{DELETE} is true, or is not there", "write true")
    words = f"what is taken away is named and has {DELETE}, and says nothing else"
    return Problem(path, "overlay.delete", words, f"say it as {form}", key=True)


def _absent(path: Path, name: Any, there: Iterable[Any], *, key: bool = False) -> Problem:
    near = nearest(str(name), [each for each in there if isinstance(each, str)])
    hint = f"did you mean {near}?" if near else "leave this out"
    return Problem(path, "overlay.absent", f"there is no '{name}' to take away", hint, key=key)
