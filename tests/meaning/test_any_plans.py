# SPDX-License-Identifier: Apache-2.0
"""What holds of any plan: the way back gives what the way there took, and the other way round."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from hypothesis import given

from stigmer.backends.contract import Backend
from stigmer.meaning.meaning import Meaning
from stigmer.meaning.reading import every_meaning, meanings
from stigmer.reconcile.apply import apply_plan
from stigmer.reconcile.diff import compare
from stigmer.reconcile.plan import Change, Create, Delete, Plan, Update
from stigmer.resources.display import display
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named
from stigmer.resources.links import links
from stigmer.resources.resource import digest
from tests.backends.memory import MemoryBackend, MemoryStore
from tests.meaning.shops import changes, shops
from tests.reconcile.declared import manifests, plan

Bodies = Mapping[Key, bytes]


def holding(text: str) -> tuple[Backend, Bodies]:
    """A store that holds what is declared, and the bodies in it."""
    backend = MemoryBackend(MemoryStore())
    apply_plan(plan(backend, manifests(text)), backend)
    return backend, {
        key: each.body
        for key, each in backend.get(backend.snapshot().heads).items()
        if key.kind != "Organization"
    }


def between(before: Bodies, after: Bodies) -> Plan:
    """The plan that leads from one store to the other."""
    changes: list[Change] = []
    for key in sorted({**before, **after}):
        if key not in after:
            changes.append(Delete(key, "id", 1))
            continue
        kind, body = kind_named(key.kind), orjson.loads(after[key])
        wanted: dict[str, Any] = {
            "key": key,
            "encoded": after[key],
            "digest": digest(after[key]),
            "references": tuple(links(kind, body)),
        }
        if key not in before:
            changes.append(Create(**wanted))
        elif before[key] != after[key]:
            sides = (display(kind, each, key.org) for each in (orjson.loads(before[key]), body))
            changes.append(Update(**wanted, id="id", revision=1, fields=compare(kind, *sides)))
    return Plan(None, False, 1, tuple(changes), ())


def turned(found: tuple[Meaning, ...], *, gained: bool) -> set[tuple[object, ...]]:
    """Whom a plan gives something, or takes it from, and what."""
    return {
        (
            each.subject,
            each.relation,
            shift.capability,
            shift.what,
            shift.through,
            shift.server,
            shift.sub_agent,
        )
        for each in found
        for shift in each.shifts
        if shift.gained is gained
    }


def what(found: tuple[Meaning, ...]) -> set[tuple[object, ...]]:
    """Who gains what, by whatever way."""
    return {
        (each.subject, shift.capability, shift.what)
        for each in found
        for shift in each.shifts
        if shift.gained
    }


@given(changes())
def test_the_way_back_takes_what_the_way_there_gave(drawn: tuple[str, str]) -> None:
    (old, before), (new, after) = map(holding, drawn)
    there, back = every_meaning(between(before, after), old), every_meaning(between(after, before), new)
    assert turned(there, gained=True) == turned(back, gained=False)
    assert turned(there, gained=False) == turned(back, gained=True)


@given(shops(), shops(), shops())
def test_what_is_gained_straight_is_gained_on_any_detour(one: str, other: str, last: str) -> None:
    """Whoever has something at the end and not at the start is told of it on some stretch of any way."""
    (start, a), (middle, b), (_, c) = holding(one), holding(other), holding(last)
    straight = what(every_meaning(between(a, c), start))
    stretches = (every_meaning(between(a, b), start), every_meaning(between(b, c), middle))
    assert straight <= what(stretches[0]) | what(stretches[1])


@given(changes())
def test_what_is_told_is_the_same_every_time_and_nothing_without_changes(drawn: tuple[str, str]) -> None:
    one, other = drawn
    backend, _ = holding(one)
    made = plan(backend, manifests(other))
    told = meanings(made, backend)
    assert told == meanings(made, backend)
    assert [each.danger for each in told] == sorted((each.danger for each in told), reverse=True)
    assert all(each.shifts and each.cause and each.sentence for each in told)
    assert meanings(plan(backend, manifests(one)), backend) == ()
