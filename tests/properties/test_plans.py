# SPDX-License-Identifier: Apache-2.0
"""Diff never lies: what is planned is what happens, and afterwards there is nothing to do. For any sets, on both stores."""

from __future__ import annotations

import orjson
from hypothesis import given, target
from hypothesis import strategies as st

from stigmer.backends.contract import Backend
from stigmer.errors import Severity
from stigmer.reconcile.apply import Applied, apply_plan
from stigmer.reconcile.plan import OWNER_PATH, Change, Create, Plan, Update, Wanted
from stigmer.resources.display import display
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named
from stigmer.resources.resource import digest
from tests.properties.patching import patched
from tests.properties.reading import fresh_backends, plan_of
from tests.properties.strategies import ManifestSet, evolutions, manifest_sets

_ACTIONS = {Create: "created", Update: "updated"}


def shown(backend: Backend, keys: list[Key]) -> dict[Key, object]:
    """The live bodies as people see them."""
    found = backend.get(keys)
    return {
        key: display(kind_named(key.kind), orjson.loads(each.body), key.org) for key, each in found.items()
    }


def applied_as_planned(drawn: ManifestSet, backend: Backend, owner: str | None) -> Plan:
    """Plans and applies a set, and holds what happened against what was planned."""
    plan = plan_of(drawn, backend, owner)
    # A drawn change may well drop a protection, which the plan points out and is nothing wrong.
    wrong = [each for each in plan.diagnostics if each.severity is not Severity.INFO]
    assert [each for each in wrong if each.code != "lifecycle.kept"] == []
    keys = list(drawn.documents)
    before, heads_before = shown(backend, keys), backend.snapshot()
    assert said(plan_of(drawn, backend, owner)) == said(plan), "making a plan changes nothing"

    applied = apply_plan(plan, backend)

    after = shown(backend, keys)
    check_results(plan, applied, backend)
    untouched = heads_before.heads.keys() - {change.key for change in plan.changes}
    heads = backend.snapshot().heads
    assert {key: heads[key] for key in untouched} == {key: heads_before.heads[key] for key in untouched}
    assert heads.keys() == heads_before.heads.keys() | {change.key for change in plan.changes}
    for change in plan.changes:
        assert after[change.key] == promised(change, before.get(change.key))
    return plan


def said(plan: Plan) -> list[object]:
    """What a plan says it does."""
    return [
        (type(each), each.key, each.digest, each.fields if isinstance(each, Update) else ())
        for each in plan.changes
        if isinstance(each, Wanted)
    ]


def check_results(plan: Plan, applied: Applied, backend: Backend) -> None:
    """Each change has its result, and the store holds exactly the bytes that were planned."""
    assert [(each.action, each.key) for each in applied.resources] == [
        (_ACTIONS[type(change)], change.key) for change in plan.changes
    ]
    live = backend.get([change.key for change in plan.changes])
    for change, result in zip(plan.changes, applied.resources, strict=True):
        assert isinstance(change, Wanted)
        stored = live[change.key]
        assert (stored.body, stored.digest) == (change.encoded, change.digest)
        assert stored.digest == digest(stored.body)
        assert (stored.id, stored.revision) == (result.id, result.revision)
        assert stored.revision == applied.revision == backend.snapshot().revision
        assert stored.applied is None, "what was applied is what is live"


def promised(change: Change, before: object) -> object:
    """What the plan said would be there."""
    if isinstance(change, Create):
        return change.after
    assert isinstance(change, Update)
    fields = [field for field in change.fields if field.path != OWNER_PATH]
    assert fields or change.fields, "an update that names nothing"
    return patched(kind_named(change.key.kind), before, fields)


def nothing_to_do(drawn: ManifestSet, backend: Backend, owner: str | None) -> None:
    plan = plan_of(drawn, backend, owner)
    assert (plan.changes, plan.refusals) == ((), ())
    assert len(plan.unchanged) == len(drawn.documents)


owners = st.sampled_from([None, "shop"])


@given(manifest_sets(), owners)
def test_what_was_applied_diffs_empty(drawn: ManifestSet, owner: str | None) -> None:
    target(len(drawn.documents))
    with fresh_backends() as backends:
        for backend in backends.values():
            applied_as_planned(drawn, backend, owner)
            nothing_to_do(drawn, backend, owner)


@given(evolutions(), owners, owners)
def test_a_diff_predicts_an_apply(
    drawn: tuple[ManifestSet, ManifestSet], first_owner: str | None, second_owner: str | None
) -> None:
    first, second = drawn
    second_owner = second_owner or first_owner
    plans = []
    with fresh_backends() as backends:
        for backend in backends.values():
            applied_as_planned(first, backend, first_owner)
            plans.append(applied_as_planned(second, backend, second_owner))
            nothing_to_do(second, backend, second_owner)
    model, local = plans
    assert [(type(each), each.key) for each in model.changes] == [
        (type(each), each.key) for each in local.changes
    ]
