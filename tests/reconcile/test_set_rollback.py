# SPDX-License-Identifier: Apache-2.0
"""A whole set goes back to how it was at a revision, in one batch, and nothing of anybody else is touched."""

from __future__ import annotations

from typing import Any

import pytest

from stigmer.backends.contract import Backend, Batch, Operation
from stigmer.backends.contract import Release as ReleaseOperation
from stigmer.errors import NotFoundError, RefusedError
from stigmer.manifests.manifest import Manifest
from stigmer.reconcile.apply import apply_plan
from stigmer.reconcile.delete import build_delete_plan
from stigmer.reconcile.plan import Plan, Release
from stigmer.reconcile.rollback import build_set_rollback_plan, undone_by_apply
from stigmer.resources.resource import label
from tests.reconcile.declared import agent, codes, declare, key, live, plan, settle, shown, spec

POLICY = declare("skill/policy", "markdown_content: x")
EXTRA = declare("skill/extra", "markdown_content: x")


def shop(backend: Backend, *declared: list[Manifest], **how: Any) -> int:
    """Applies these into the set. Returns the revision."""
    return settle(backend, [each for group in declared for each in group], set="shop", **how).revision


def to(backend: Backend, revision: int, owner: str = "shop") -> Plan:
    return build_set_rollback_plan(owner, revision, backend)


def delete(backend: Backend, *names: str) -> None:
    apply_plan(build_delete_plan([(key(name), None) for name in names], backend), backend)


def release(backend: Backend, name: str) -> None:
    stored = live(backend, name)
    backend.apply(Batch((ReleaseOperation(stored.key, stored.id, stored.revision),), owner=stored.owner))


def owned(backend: Backend, owner: str = "shop") -> dict[str, tuple[str, str]]:
    """Id and digest of whatever the set owns."""
    heads = backend.snapshot().heads
    return {label(key): (head.id, head.digest) for key, head in heads.items() if head.owner == owner}


def test_a_set_is_as_it_was_and_that_is_one_revision(backend: Backend) -> None:
    first = shop(backend, POLICY, agent("bot", "skill_refs: [policy]"), agent("gone", "skill_refs: [policy]"))
    before = owned(backend)
    settle(backend, agent("stranger"), set="other")
    delete(backend, "agent/gone")
    then = shop(
        backend,
        POLICY,
        EXTRA,
        agent("bot", "description: two, skill_refs: [extra]"),
        agent("new", "skill_refs: [extra]"),
    )
    made = to(backend, first)
    assert shown(made) == [
        "update agent/bot: spec.description remove two",
        "update agent/bot: spec.skill_refs replace ['extra'] -> ['policy']",
        "create agent/gone",
        "delete agent/new",
        "delete skill/extra",
    ]
    assert [each.key for each in made.unchanged] == [key("skill/policy")]
    assert apply_plan(made, backend).revision == then + 1
    assert owned(backend) == before
    assert list(owned(backend, "other")) == ["agent/stranger"]
    again = to(backend, first)
    assert (again.changes, len(again.unchanged)) == ((), 3)


def test_and_back_again(backend: Backend) -> None:
    first = shop(backend, POLICY, agent("bot", "skill_refs: [policy]"))
    delete(backend, "agent/bot")
    second = shop(backend, POLICY, EXTRA, agent("new", "skill_refs: [extra]"))
    after = owned(backend)
    apply_plan(to(backend, first), backend)
    apply_plan(to(backend, second), backend)
    assert owned(backend) == after
    assert [each.operation for each in backend.versions(key("agent/new"))] == [
        Operation.RESTORED,
        Operation.DELETED,
        Operation.CREATED,
    ]


def test_what_is_referred_to_comes_first_and_goes_last(backend: Backend) -> None:
    first = shop(backend, POLICY, agent("bot", "skill_refs: [policy]"), declare("ain/desk", "agent: bot"))
    delete(backend, "ain/desk", "agent/bot", "skill/policy")
    second = shop(backend, EXTRA, agent("new", "skill_refs: [extra]"), declare("ain/table", "agent: new"))
    assert shown(to(backend, first)) == [
        "create skill/policy",
        "create agent/bot",
        "create agent-instance/desk",
        "delete agent-instance/table",
        "delete agent/new",
        "delete skill/extra",
    ]
    apply_plan(to(backend, first), backend)
    assert len(to(backend, second).changes) == 6


def test_names_go_back_with_what_refers_to_them(backend: Backend) -> None:
    first = shop(backend, agent("bot"), declare("ain/desk", "agent: bot"))
    before = owned(backend)
    shop(backend, agent("help", "", "renamed_from: bot"), declare("ain/desk", "agent: help"))
    assert "update agent/bot: metadata.name replace help -> bot" in shown(to(backend, first))
    apply_plan(to(backend, first), backend)
    assert owned(backend) == before


def test_two_that_swapped_their_names_swap_them_back(backend: Backend) -> None:
    first = shop(backend, agent("a", "description: one"), agent("b", "description: two"))
    before = owned(backend)
    shop(backend, agent("c", "description: one", "renamed_from: a"))
    shop(backend, agent("a", "description: two", "renamed_from: b"))
    shop(backend, agent("b", "description: one", "renamed_from: c"))
    apply_plan(to(backend, first), backend)
    assert owned(backend) == before


def test_who_was_deleted_and_made_anew_is_the_former_again(backend: Backend) -> None:
    first = shop(backend, agent("bot", "description: one"))
    before = owned(backend)
    delete(backend, "agent/bot")
    shop(backend, agent("bot", "description: one"))
    assert owned(backend) != before
    assert shown(to(backend, first)) == ["create agent/bot", "delete agent/bot"]
    apply_plan(to(backend, first), backend)
    assert owned(backend) == before


def test_who_joined_since_leaves_and_stays_as_it_is(backend: Backend) -> None:
    settle(backend, agent("free", "description: one"))
    settle(backend, agent("theirs"), set="other")
    first = shop(backend, agent("bot"))
    shop(backend, agent("bot"), agent("free", "description: two"), agent("theirs"), adopt=True)
    made = to(backend, first)
    assert [(type(each), each.key) for each in made.changes] == [
        (Release, key("agent/free")),
        (Release, key("agent/theirs")),
    ]
    assert sorted(each.message for each in made.diagnostics) == [
        "agent/free was in no set then: it leaves set shop and stays as it is",
        "agent/theirs was in set other then: it leaves set shop and stays as it is",
    ]
    apply_plan(made, backend)
    assert list(owned(backend)) == ["agent/bot"]
    assert spec(backend, "agent/free")["description"] == "two"
    # The other set takes its own back without a word about adoption.
    settle(backend, agent("theirs"), set="other")


def test_who_left_since_comes_back_unless_another_set_has_it(backend: Backend) -> None:
    first = shop(backend, agent("bot"), agent("free"), agent("theirs"), agent("lost"))
    release(backend, "agent/free")
    settle(backend, agent("theirs", "description: two") + agent("lost"), set="other", adopt=True)
    delete(backend, "agent/lost")
    made = to(backend, first)
    assert shown(made) == ["update agent/free: metadata.set add shop"]
    assert sorted((each.code, each.message, each.hint) for each in made.diagnostics) == [
        (
            "rollback.left",
            "agent/lost was deleted by set other by now, and is left as it is",
            "stigmer rollback agent/lost --to 1 brings it back alone",
        ),
        (
            "rollback.left",
            "agent/theirs is in set other by now, and is left as it is",
            (
                "stigmer rollback agent/theirs --to 1 makes it as it was, in the set that has it now; "
                "an apply with --adopt takes it over"
            ),
        ),
    ]
    apply_plan(made, backend)
    assert sorted(owned(backend)) == ["agent/bot", "agent/free"]
    assert spec(backend, "agent/theirs")["description"] == "two"


def test_the_default_organization_is_no_sets_to_delete(backend: Backend) -> None:
    first = shop(backend, agent("bot"))
    shop(backend, agent("bot"), declare("org/default", "description: ours"))
    made = to(backend, first)
    assert [type(each) for each in made.changes] == [Release]
    apply_plan(made, backend)
    assert live(backend, "org/default").owner is None


def refusals(made: Plan) -> list[tuple[str, str]]:
    return sorted((each.code, each.message) for each in made.refusals)


def test_what_is_protected_or_needed_elsewhere_stops_it_all(backend: Backend) -> None:
    first = shop(backend, agent("bot"))
    shop(backend, agent("bot"), POLICY, agent("kept", "", "lifecycle: {deletion: protect}"))
    settle(backend, agent("stranger", "skill_refs: [policy]"), set="other")
    before = backend.snapshot()
    made = to(backend, first)
    assert refusals(made) == [
        ("delete.protected", "agent/kept was created since then and is protected from deletion"),
        ("delete.referenced", "skill/policy is needed by agent/stranger"),
    ]
    with pytest.raises(RefusedError):
        apply_plan(made, backend)
    assert backend.snapshot() == before


def test_a_name_that_is_used_elsewhere_does_not_go_back(backend: Backend) -> None:
    first = shop(backend, agent("bot"))
    shop(backend, agent("help", "", "renamed_from: bot"))
    settle(backend, declare("ain/desk", "agent: help"), set="other")
    assert refusals(to(backend, first)) == [
        ("rename.referenced", "agent/help is needed by agent-instance/desk")
    ]


def test_a_name_that_another_set_has_is_not_taken(backend: Backend) -> None:
    first = shop(backend, agent("bot"), agent("stays"))
    delete(backend, "agent/bot")
    settle(backend, agent("bot"), set="other")
    assert codes(to(backend, first).diagnostics) == [("error", "rollback.taken")]


def test_a_reference_to_what_would_go_is_refused(backend: Backend) -> None:
    settle(backend, POLICY)
    first = shop(backend, agent("bot", "skill_refs: [policy]"))
    shop(backend, agent("bot"))
    delete(backend, "skill/policy")
    shop(backend, agent("bot"), POLICY)
    assert refusals(to(backend, first)) == [
        ("reference.missing", "agent/bot referred to skill/policy then, which this would take away")
    ]


def test_a_change_in_between_is_not_overwritten(backend: Backend) -> None:
    first = shop(backend, agent("bot", "description: one"), agent("other"))
    shop(backend, agent("bot", "description: two"), agent("other", "description: two"))
    made = to(backend, first)
    settle(backend, agent("bot", "description: three"), set="shop")
    before = backend.snapshot()
    with pytest.raises(RefusedError) as caught:
        apply_plan(made, backend)
    assert caught.value.code == "plan.stale"
    assert backend.snapshot() == before


@pytest.mark.parametrize(
    ("owner", "revision", "code", "words"),
    [
        ("shop", 99, "revision.not_found", "there is no revision 99 yet: the store is at 3"),
        (
            "shop",
            0,
            "revision.not_found",
            "set shop had nothing at revision 0; what it had first came with revision 2",
        ),
        (
            "shop",
            1,
            "revision.not_found",
            "set shop had nothing at revision 1; what it had first came with revision 2",
        ),
        ("shp", 1, "set.not_found", "set shp never owned anything"),
    ],
)
def test_a_revision_without_the_set_is_none_to_go_back_to(
    backend: Backend, owner: str, revision: int, code: str, words: str
) -> None:
    settle(backend, agent("stranger"))
    shop(backend, agent("bot"))
    settle(backend, agent("stranger", "description: two"))
    with pytest.raises(NotFoundError) as caught:
        to(backend, revision, owner)
    assert (caught.value.code, caught.value.message) == (code, words)
    assert (caught.value.hint == "did you mean shop?") is (owner == "shp")


def undone(backend: Backend, revision: int) -> list[str]:
    made = to(backend, revision)
    apply_plan(made, backend)
    return [each.message for each in undone_by_apply(made, backend)]


def test_it_is_told_when_the_next_apply_would_undo_it(backend: Backend) -> None:
    first = shop(backend, agent("bot", "description: one"))
    second = shop(backend, agent("bot", "description: two"), agent("new"))
    said = ["set shop was last applied as something else, and the next apply undoes this"]
    assert undone(backend, first) == said
    assert undone(backend, second) == []
    assert shown(plan(backend, agent("bot", "description: two") + agent("new"), set="shop")) == []
