# SPDX-License-Identifier: Apache-2.0
"""What is as declared without having been declared becomes declared by the next apply, and drift is measured against that from then on."""

from __future__ import annotations

import pytest

from stigmer.backends.contract import Backend
from stigmer.manifests.manifest import Manifest
from stigmer.reconcile.apply import apply_plan
from tests.reconcile.declared import agent, key, live, meddle, plan, refusals, settle, shown


def bot(description: str) -> list[Manifest]:
    return agent("bot", f"description: {description}")


@pytest.fixture
def tuned(backend: Backend) -> Backend:
    """A store in which somebody has changed a field since it was applied."""
    settle(backend, bot("first"))
    meddle(backend, "agent/bot", description="tuned")
    return backend


def test_a_live_value_that_is_written_into_the_manifest_is_declared_by_the_apply(tuned: Backend) -> None:
    made = plan(tuned, bot("tuned"))
    assert (made.changes, [each.key for each in made.settled]) == ((), [key("agent/bot")])
    settle(tuned, bot("tuned"))
    assert shown(plan(tuned, bot("next"))) == [
        "update agent/bot: spec.description replace tuned -> next",
    ]
    settle(tuned, bot("next"))


def test_until_it_is_applied_it_is_not_declared(tuned: Backend) -> None:
    plan(tuned, bot("tuned"))
    assert refusals(plan(tuned, bot("next"))) == [("plan.conflict", "spec.description")]


def test_settling_is_no_version_and_no_revision(tuned: Backend) -> None:
    before, versions = tuned.info().revision, len(tuned.versions(key("agent/bot")))
    settle(tuned, bot("tuned"))
    assert (tuned.info().revision, len(tuned.versions(key("agent/bot")))) == (before, versions)
    assert plan(tuned, bot("tuned")).settled == ()


def test_the_same_change_beside_another_is_declared_with_it(backend: Backend) -> None:
    settle(backend, agent("bot", "description: a, model: {name: a}"))
    meddle(backend, "agent/bot", description="same")
    both = agent("bot", "description: same, model: {name: b}")
    assert shown(plan(backend, both)) == ["update agent/bot: spec.model.name replace a -> b"]
    settle(backend, both)
    assert shown(plan(backend, agent("bot", "description: next, model: {name: b}"))) == [
        "update agent/bot: spec.description replace same -> next",
    ]


def test_what_drifted_and_was_healed_is_as_declared(tuned: Backend) -> None:
    settle(tuned, bot("first"))
    assert live(tuned, "agent/bot").applied is None
    assert shown(plan(tuned, bot("next"))) == ["update agent/bot: spec.description replace first -> next"]


def test_drift_that_somebody_undid_leaves_nothing_to_do(tuned: Backend) -> None:
    meddle(tuned, "agent/bot", description="first")
    assert plan(tuned, bot("first")).changes == ()
    assert shown(plan(tuned, bot("next"))) == ["update agent/bot: spec.description replace first -> next"]


def test_a_refused_plan_settles_nothing(tuned: Backend) -> None:
    settle(tuned, agent("other", "description: a"))
    meddle(tuned, "agent/other", description="b")
    made = plan(tuned, [*bot("tuned"), *agent("other", "description: c")])
    with pytest.raises(Exception, match="both sides"):
        apply_plan(made, tuned)
    assert refusals(plan(tuned, bot("next"))) == [("plan.conflict", "spec.description")]
