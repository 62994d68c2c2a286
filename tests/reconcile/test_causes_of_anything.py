# SPDX-License-Identifier: Apache-2.0
"""For any three versions of a resource: the causes are those that comparing leaf by leaf tells, and applying leaves nothing to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from hypothesis import assume, given, settings

from stigmer.reconcile.apply import apply_plan
from stigmer.reconcile.diff import with_causes
from stigmer.reconcile.plan import FieldChange, Plan
from stigmer.resources.display import display
from stigmer.resources.fields import Field, item_name, message, written_fields
from stigmer.resources.keys import Key
from stigmer.resources.kinds import Kind, kind_named
from stigmer.resources.paths import path_steps
from tests.properties.reading import fresh_backends, plan_of, read
from tests.properties.strategies import ManifestSet, branches

Leaves = dict[tuple[str, ...], Any]


def bodies(drawn: ManifestSet) -> dict[Key, dict[str, Any]]:
    """What each document says, as people see it."""
    return {each.key: display(each.resource.kind, each.resource.body, each.key.org) for each in read(drawn)}


def leaves(kind: Kind, body: Any) -> Leaves:
    """All values of a body by the names on the way to them; a list without names is one of them."""
    return dict(_leaves(Field("", "message", message=kind.message), body, ()))


def _leaves(field: Field | None, value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    free = field is None or field.type in ("value", "struct", "list")
    if isinstance(value, dict) and value and (free or field is None or not field.is_reference):
        for name, item in value.items():
            yield from _leaves(_inside(field, name), item, (*path, name))
    elif isinstance(value, list) and field is not None and field.set and value:
        yield from (((*path, item), (str, repr(item))) for item in value)
    elif isinstance(value, list) and value and field is not None and _names(field, value):
        for name, item in zip(_names(field, value), value, strict=True):
            yield from _leaves(replace(field, repeated=False, named_by=()), item, (*path, name))
    else:
        yield path, (type(value), repr(value))


def _names(field: Field, items: list[Any]) -> list[str]:
    found = [item_name(field, item) for item in items] if field.named_by else [None]
    return [] if None in found else [name or "" for name in found]


def _inside(field: Field | None, name: str) -> Field | None:
    if field is None or field.message is None:
        return None
    return replace(field, map=False) if field.map else written_fields(field.message).get(name)


def below(path: tuple[str, ...], found: Leaves) -> Leaves:
    return {each: value for each, value in found.items() if each[: len(path)] == path}


def oracle(path: tuple[str, ...], applied: Leaves, live: Leaves, wanted: Leaves) -> str:
    """Why the values at a path differ, of all the leaves there."""
    was, is_, will = (below(path, side) for side in (applied, live, wanted))
    return "manifest" if was == is_ else "drift" if was == will else "both"


def contested(kind: Kind, change: FieldChange, sides: list[Mapping[str, Any]]) -> bool:
    """Whether the change is of one of several fields of which every side has chosen another."""
    *holder, name = path_steps(change.path) or [""]
    about = message(kind.message)
    values: list[Any] = list(sides)
    field: Field | None = Field("", "message", message=kind.message)
    for step in holder:
        if field is not None and field.named_by and all(isinstance(each, list) for each in values):
            values = [next((i for i in each if item_name(field, i) == step), {}) for each in values]
            field = replace(field, repeated=False, named_by=())
        else:
            field = _inside(field, step)
            values = [each.get(step, {}) if isinstance(each, dict) else {} for each in values]
    if field is None or field.message is None or field.map or field.repeated:
        return False
    about = message(field.message)
    return any(
        name in group
        and len({frozenset(each).intersection(group) for each in values if isinstance(each, dict)}) == 3
        for group in about.choices
    )


def check(kind: Kind, applied: dict[str, Any], live: dict[str, Any], wanted: dict[str, Any]) -> None:
    sides = [leaves(kind, each) for each in (applied, live, wanted)]
    _, there, to_be = sides
    places = {path for side in sides for path, (sort, said) in side.items() if sort is list and said != "[]"}
    told = []
    for change in with_causes(kind, applied, live, wanted):
        steps = tuple(path_steps(change.path) or ())
        # A place in a list without names is as good as the whole of it.
        path = next((steps[:end] for end in range(len(steps)) if steps[:end] in places), steps)
        if change.op == "replace" and path not in there and path not in to_be:
            continue  # the same items of a named list in another order
        told.append(path)
        expected = oracle(path, *sides)
        by_choice = change.cause == "both" and contested(kind, change, [applied, live, wanted])
        assert change.cause == expected or by_choice, (change, expected)
    for leaf in {*there, *to_be}:
        if there.get(leaf) != to_be.get(leaf):
            assert any(leaf[: len(path)] == path or path[: len(leaf)] == leaf for path in told), leaf


@settings(max_examples=60)
@given(branches())
def test_causes_are_those_of_the_leaves(drawn: tuple[ManifestSet, ManifestSet, ManifestSet]) -> None:
    applied, live, wanted = (bodies(each) for each in drawn)
    for key, body in applied.items():
        check(kind_named(key.kind), body, live[key], wanted[key])


def allowed(plan: Plan) -> Plan:
    """The plan, unless it takes the last owner of something away."""
    assume(not any(each.code.startswith("access.") for each in plan.refusals))
    return plan


@settings(max_examples=40)
@given(branches())
def test_after_an_apply_over_anything_there_is_nothing_to_do(
    drawn: tuple[ManifestSet, ManifestSet, ManifestSet],
) -> None:
    applied, live, wanted = drawn
    with fresh_backends() as backends:
        for backend in backends.values():
            apply_plan(plan_of(applied, backend), backend)
            # Somebody writes what no manifest says.
            apply_plan(allowed(replace(plan_of(live, backend), declares=False)), backend)
            apply_plan(allowed(plan_of(wanted, backend, force=True)), backend)
            again = plan_of(wanted, backend)
            assert (again.changes, again.settled, again.refusals) == ((), (), ())
