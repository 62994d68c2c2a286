# SPDX-License-Identifier: Apache-2.0
"""Prune: what a set owns and nobody declares any more goes, nothing else does, and not by accident."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from stigmer.backends.contract import Backend
from stigmer.errors import Diagnostic, RefusedError
from stigmer.manifests.manifest import Manifest
from stigmer.reconcile.apply import apply_plan
from stigmer.reconcile.build import build_plan
from stigmer.reconcile.options import PlanOptions
from stigmer.reconcile.plan import Plan, Release
from stigmer.secrets.sources import Surroundings
from tests.reconcile.declared import agent, codes, declare, key, live, settle, shown

POLICY = declare("skill/policy", "markdown_content: thirty days")
OTHER = declare("skill/other", "markdown_content: something else")


def pruning(backend: Backend, declared: list[Manifest], *, set: str = "shop", **options: Any) -> Plan:
    return build_plan(declared, backend, PlanOptions(set, prune=True, **options), Surroundings())


def prune(backend: Backend, declared: list[Manifest], **options: Any) -> list[str]:
    """Prunes, and sees that nothing is left to do."""
    made = pruning(backend, declared, **options)
    apply_plan(made, backend)
    assert pruning(backend, declared, **options).changes == ()
    return shown(made)


def against(made: Plan) -> Diagnostic:
    """The one reason against a plan."""
    (found,) = made.refusals
    return found


def agents(number: int) -> list[Manifest]:
    return [each for index in range(number) for each in agent(f"agent-{index}")]


def test_what_is_declared_no_more_is_deleted_what_refers_before_what_it_refers_to(backend: Backend) -> None:
    desk = declare("ain/desk", "agent: bot")
    settle(backend, OTHER + agent("bot", "skill_refs: [policy]") + POLICY + desk, set="shop")
    assert prune(backend, OTHER) == [
        "delete agent-instance/desk",
        "delete agent/bot",
        "delete skill/policy",
    ]
    assert set(backend.snapshot().heads) == {key("org/default"), key("skill/other")}


def test_nothing_is_pruned_unless_it_is_asked_for(backend: Backend) -> None:
    settle(backend, OTHER + POLICY, set="shop")
    assert build_plan(OTHER, backend, PlanOptions("shop"), Surroundings()).changes == ()


def test_what_another_set_or_nobody_owns_stays(backend: Backend) -> None:
    settle(backend, agent("theirs"), set="billing")
    settle(backend, agent("nobodys"))
    settle(backend, OTHER + POLICY, set="shop")
    assert prune(backend, OTHER) == ["delete skill/policy"]
    assert live(backend, "agent/theirs").owner == "billing"
    assert live(backend, "agent/nobodys").owner is None


def test_what_stops_referring_and_what_it_referred_to_go_together(backend: Backend) -> None:
    settle(backend, agent("bot", "skill_refs: [policy, other]") + POLICY + OTHER, set="shop")
    made = pruning(backend, agent("bot", "skill_refs: [other]") + OTHER)
    assert shown(made)[-1] == "delete skill/policy"
    apply_plan(made, backend)
    assert key("skill/policy") not in backend.snapshot().heads


@pytest.mark.parametrize("renamed", [False, True])
def test_what_is_still_referred_to_by_a_manifest_is_refused_at_the_reference(
    backend: Backend, renamed: bool
) -> None:
    bot = agent("bot", "skill_refs: [policy]")
    settle(backend, bot + POLICY, set="shop")
    declared = agent("clerk", "skill_refs: [policy]", "renamed_from: bot") if renamed else bot
    found = against(pruning(backend, declared))
    name = "clerk" if renamed else "bot"
    assert (found.code, found.resource) == ("delete.referenced", "skill/policy")
    assert found.message == f"skill/policy cannot be deleted: it is needed by agent/{name}"
    assert str(found.location) == f"{name}.yaml:4:53"
    assert found.hint == "put the manifest of skill/policy back, or take this reference out"


def test_what_a_new_manifest_refers_to_is_refused(backend: Backend) -> None:
    settle(backend, OTHER + POLICY, set="shop")
    found = against(pruning(backend, OTHER + agent("new", "skill_refs: [policy]")))
    assert found.message == "skill/policy cannot be deleted: it is needed by agent/new"


def test_what_others_refer_to_is_refused_and_they_are_named(backend: Backend) -> None:
    settle(backend, OTHER + POLICY, set="shop")
    settle(backend, agent("theirs", "skill_refs: [policy]"), set="billing")
    settle(backend, agent("nobodys", "skill_refs: [policy]"))
    for name in ("a", "b"):
        settle(backend, agent(name, "skill_refs: [policy]"), set="more")
    found = against(pruning(backend, OTHER))
    assert (found.code, found.location) == ("delete.referenced", None)
    assert found.message == (
        "skill/policy cannot be deleted: it is needed by agent/a of set more, agent/b of set more,"
        " agent/nobodys of no set and 1 more"
    )


def test_what_is_let_go_still_needs_what_it_refers_to(backend: Backend) -> None:
    orphan = agent("orphan", "skill_refs: [policy]", "lifecycle: {deletion: orphan}")
    settle(backend, OTHER + POLICY + orphan, set="shop")
    found = against(pruning(backend, OTHER))
    assert found.message == "skill/policy cannot be deleted: it is needed by agent/orphan of set shop"


def test_protection_outlives_the_manifest(backend: Backend) -> None:
    settle(backend, agent("kept", "", "lifecycle: {deletion: protect}") + OTHER, set="shop")
    settle(backend, agent("kept") + OTHER, set="shop")
    found = against(pruning(backend, OTHER))
    assert (found.code, found.resource) == ("delete.protected", "agent/kept")
    settle(backend, agent("kept", "", "lifecycle: {deletion: allow}") + OTHER, set="shop")
    assert prune(backend, OTHER) == ["delete agent/kept"]


def test_the_default_organization_stays(backend: Backend) -> None:
    settle(backend, declare("org/default", "description: ours") + OTHER, set="shop")
    found = against(pruning(backend, OTHER))
    assert (found.code, found.resource) == ("delete.protected", "organization/default")


def test_an_orphan_leaves_the_set_and_stays(backend: Backend) -> None:
    settle(backend, agent("left", "", "lifecycle: {deletion: orphan}") + OTHER, set="shop")
    before = live(backend, "agent/left")
    made = pruning(backend, OTHER)
    (change,) = made.changes
    assert isinstance(change, Release)
    assert (change.key, made.refusals) == (before.key, ())
    apply_plan(made, backend)
    after = live(backend, "agent/left")
    assert (after.id, after.body, after.owner) == (before.id, before.body, None)
    assert pruning(backend, OTHER).changes == ()


def test_orphans_do_not_count_as_deletions(backend: Backend) -> None:
    orphans = [each for name in "abcdef" for each in agent(name, "", "lifecycle: {deletion: orphan}")]
    settle(backend, orphans + OTHER, set="shop")
    assert pruning(backend, OTHER, max_delete_percent=0).refusals == ()


def test_what_is_renamed_is_not_gone(backend: Backend) -> None:
    settle(backend, agent("bot") + OTHER, set="shop")
    id_ = live(backend, "agent/bot").id
    prune(backend, agent("clerk", "", "renamed_from: bot") + OTHER)
    assert live(backend, "agent/clerk").id == id_


def test_what_is_pruned_does_not_hold_up_a_rename(backend: Backend) -> None:
    settle(backend, POLICY + agent("bot", "skill_refs: [policy]"), set="shop")
    id_ = live(backend, "skill/policy").id
    prune(backend, declare("skill/rules", "markdown_content: thirty days", "renamed_from: policy"))
    assert live(backend, "skill/rules").id == id_
    assert key("agent/bot") not in backend.snapshot().heads


def test_a_moved_file_changes_nothing(backend: Backend) -> None:
    settle(backend, agent("bot") + OTHER, set="shop")
    moved = agent("bot", directory="/elsewhere")
    assert pruning(backend, moved + OTHER).changes == ()


def test_a_declared_execution_is_no_resource_that_could_go(backend: Backend) -> None:
    run = declare("aex/nightly", "agent: bot, message: go")
    settle(backend, agent("bot") + POLICY, set="shop")
    assert shown(pruning(backend, agent("bot") + run)) == ["delete skill/policy"]
    assert against(pruning(backend, run)).code == "prune.empty"


def test_without_manifests_nothing_is_pruned(backend: Backend) -> None:
    settle(backend, POLICY, set="shop")
    found = against(pruning(backend, [], max_delete_percent=100))
    assert found.code == "prune.empty"
    assert "all that set shop owns (1)" in found.message
    assert pruning(backend, [], set="new").refusals == ()


def test_without_a_set_nothing_is_pruned(backend: Backend) -> None:
    settle(backend, POLICY + OTHER)
    made = build_plan(OTHER, backend, PlanOptions(prune=True), Surroundings())
    assert (made.changes, against(made).code) == ((), "prune.no_set")


@pytest.mark.parametrize(
    ("owned", "left", "percent", "refused"),
    [
        (4, 1, 30, False),  # three may always go
        (5, 1, 30, True),
        (13, 9, 30, True),  # four of thirteen are 30.8 %
        (14, 10, 30, False),  # four of fourteen are 28.6 %
        (20, 14, 30, False),  # exactly 30 %
        (20, 13, 30, True),
        (20, 17, 0, False),
        (20, 16, 0, True),
        (20, 1, 100, False),
        (10, 3, 69, True),
        (10, 3, 70, False),
    ],
)
def test_no_more_may_go_than_three_or_so_many_in_a_hundred(
    backend: Backend, owned: int, left: int, percent: int, refused: bool
) -> None:
    everything = agents(owned)
    settle(backend, everything, set="shop")
    made = pruning(backend, everything[:left], max_delete_percent=percent)
    assert len(made.changes) == owned - left
    assert [each.code for each in made.refusals] == (["prune.guard"] if refused else [])


def test_the_guard_says_the_number_that_lets_them_go(backend: Backend) -> None:
    everything = agents(13)
    settle(backend, everything, set="shop")
    found = against(pruning(backend, everything[:7]))
    assert found.message == (
        "pruning would delete 6 of the 13 resources of set shop, and no more than 3 (30 %) may go at once"
    )
    assert found.hint == "if all of them are to go, say --max-delete-percent 47"
    assert pruning(backend, everything[:7], max_delete_percent=46).refusals
    assert not pruning(backend, everything[:7], max_delete_percent=47).refusals


def test_what_changes_between_plan_and_apply_is_not_deleted(backend: Backend) -> None:
    settle(backend, POLICY + OTHER, set="shop")
    made = pruning(backend, OTHER)
    settle(backend, declare("skill/policy", "markdown_content: sixty days"), set="shop")
    with pytest.raises(RefusedError) as caught:
        apply_plan(made, backend)
    assert codes(caught.value.refusals) == [("error", "plan.stale")]


def test_many_deletions_ask_no_more_of_the_backend_than_one(backend: Backend) -> None:
    everything = agents(30)
    settle(backend, everything, set="shop")

    def asked(left: int) -> Counter[str]:
        counting = Counting(backend)
        build_plan(everything[:left], counting, PlanOptions("shop", prune=True), Surroundings())
        return counting.calls

    assert asked(1) == asked(29)
    assert max(asked(1).values()) == 1


class Counting:
    """A backend that counts how often it is asked."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        self.calls[name] += 1
        method: Callable[..., Any] = getattr(self._backend, name)
        return method
