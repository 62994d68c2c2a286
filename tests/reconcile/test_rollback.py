# SPDX-License-Identifier: Apache-2.0
"""A resource goes back to how it was at one of its versions, or the plan says why it cannot."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from stigmer.backends.contract import Backend, Batch, Operation
from stigmer.backends.contract import Delete as DeleteOperation
from stigmer.backends.local import LocalBackend
from stigmer.errors import NotFoundError, RefusedError, StigmerError, UsageError
from stigmer.reconcile.apply import Applied, apply_plan
from stigmer.reconcile.delete import build_delete_plan
from stigmer.reconcile.past import find_version, history_of
from stigmer.reconcile.plan import Create, Plan, Update
from stigmer.reconcile.rollback import build_rollback_plan, undone_by_apply
from tests.backends.memory import MemoryBackend
from tests.reconcile.declared import (
    agent,
    codes,
    declare,
    key,
    live,
    meddle,
    plan,
    settle,
    shown,
    spec,
)

POLICY = declare("skill/policy", "markdown_content: x")


def planned(backend: Backend, name: str, to: object) -> Plan:
    """What going back to a version would do."""
    versions = backend.versions(key(name))
    own = history_of(key(name), versions, backend.snapshot().heads)
    version = find_version(key(name), str(to), versions, own)
    return build_rollback_plan(
        version, [each for each in versions if each.resource_id == version.resource_id], backend
    )


def back(backend: Backend, name: str, to: object) -> Applied:
    """Goes back to a version."""
    return apply_plan(planned(backend, name, to), backend, message="back")


def delete(backend: Backend, *names: str) -> None:
    apply_plan(build_delete_plan([(key(name), None) for name in names], backend), backend)


def described(backend: Backend, *texts: str, name: str = "bot", **how: Any) -> None:
    """Applies an agent once with each description."""
    for text in texts:
        settle(backend, agent(name, f"description: {text}"), **how)


def test_a_resource_is_again_what_it_was_and_that_is_a_new_version(backend: Backend) -> None:
    described(backend, "one", "two", set="shop")
    before = live(backend, "agent/bot")
    assert shown(planned(backend, "agent/bot", 1)) == [
        "update agent/bot: spec.description replace two -> one"
    ]
    (result,) = back(backend, "agent/bot", 1).resources
    after = live(backend, "agent/bot")
    assert (result.action, result.id, result.revision) == ("updated", before.id, after.revision)
    assert spec(backend, "agent/bot")["description"] == "one"
    assert (after.id, after.owner, after.version) == (before.id, "shop", 3)
    newest = backend.versions(key("agent/bot"))[0]
    assert (newest.operation, newest.message, newest.declares) == (Operation.RESTORED, "back", False)


def test_the_next_diff_shows_it_as_drift(backend: Backend) -> None:
    described(backend, "one", "two", set="shop")
    back(backend, "agent/bot", 1)
    assert shown(plan(backend, agent("bot", "description: two"), set="shop")) == [
        "update agent/bot: spec.description replace one -> two (drift)"
    ]
    assert shown(plan(backend, agent("bot", "description: one"), set="shop")) == []


def test_what_is_so_already_is_left_alone(backend: Backend) -> None:
    described(backend, "one", "two", "one")
    before = backend.snapshot()
    for to in (1, 3):
        made = planned(backend, "agent/bot", to)
        assert (made.changes, [each.key for each in made.unchanged]) == ((), [key("agent/bot")])
        assert apply_plan(made, backend).resources == ()
    assert backend.snapshot() == before


def test_going_back_to_the_previous_one_twice_is_going_nowhere(backend: Backend) -> None:
    described(backend, "one", "two")
    bodies = [live(backend, "agent/bot").body]
    for _ in range(3):
        back(backend, "agent/bot", "previous")
        bodies.append(live(backend, "agent/bot").body)
    assert bodies[0] == bodies[2] != bodies[1] == bodies[3]
    assert live(backend, "agent/bot").version == 5


def test_what_was_deleted_comes_back_with_its_id_its_set_and_its_history(backend: Backend) -> None:
    described(backend, "one", "two", set="shop")
    before = live(backend, "agent/bot")
    delete(backend, "agent/bot")
    (change,) = planned(backend, "agent/bot", 1).changes
    assert isinstance(change, Create)
    assert (change.id, change.restores) == (before.id, 1)
    (result,) = back(backend, "agent/bot", "previous").resources
    after = live(backend, "agent/bot")
    assert (result.action, after.id, after.owner, after.version) == ("created", before.id, "shop", 4)
    assert after.body == before.body
    assert (after.created_at, after.created_by) == (before.created_at, before.created_by)
    assert [each.number for each in backend.versions(key("agent/bot"))] == [4, 3, 2, 1]


def test_a_live_resource_keeps_its_name(backend: Backend) -> None:
    described(backend, "one", set="shop")
    settle(backend, agent("help", "description: two", "renamed_from: bot"), set="shop")
    before = live(backend, "agent/help")
    for name in ("agent/help", "agent/bot"):
        made = planned(backend, name, 1)
        assert shown(made) == ["update agent/help: spec.description replace two -> one"]
        assert codes(made.diagnostics) == [("info", "rollback.name")]
        assert "in version 1 it was agent/bot" in made.diagnostics[0].message
    back(backend, "agent/help", 1)
    after = live(backend, "agent/help")
    assert (after.id, after.owner) == (before.id, "shop")
    assert b'"name":"help"' in after.body
    assert key("agent/bot") not in backend.snapshot().heads
    back(backend, "agent/help", 2)
    assert live(backend, "agent/help").body == before.body


def test_what_was_renamed_and_deleted_comes_back_by_the_name_of_the_version(backend: Backend) -> None:
    described(backend, "one")
    settle(backend, agent("help", "description: two", "renamed_from: bot"))
    delete(backend, "agent/help")
    made = planned(backend, "agent/help", 1)
    assert shown(made) == ["create agent/bot"]
    assert "last it was agent/help" in made.diagnostics[0].message
    apply_plan(made, backend)
    assert spec(backend, "agent/bot")["description"] == "one"


def test_a_name_that_somebody_else_has_is_not_taken(backend: Backend) -> None:
    described(backend, "one")
    former = backend.versions(key("agent/bot"))[0].id
    delete(backend, "agent/bot")
    described(backend, "another")
    made = planned(backend, "agent/bot", former)
    assert codes(made.diagnostics) == [("error", "rollback.taken")]
    assert live(backend, "agent/bot").id in made.diagnostics[0].message
    # A number is one of the resource that is there now.
    assert planned(backend, "agent/bot", 1).changes == ()


def test_what_it_referred_to_must_be_there(backend: Backend) -> None:
    settle(
        backend,
        agent("bot", "skill_refs: [policy, rules]") + POLICY + declare("skill/rules", "markdown_content: x"),
    )
    settle(backend, agent("bot"))
    delete(backend, "skill/policy")
    settle(backend, declare("skill/laws", "markdown_content: x", "renamed_from: rules"))
    made = planned(backend, "agent/bot", 1)
    assert codes(made.refusals) == [("error", "reference.missing")] * 2
    assert [(each.message, each.hint) for each in made.refusals] == [
        (
            "agent/bot referred to skill/policy then, which does not exist any more",
            "bring that back first: stigmer rollback skill/policy --to previous",
        ),
        (
            "agent/bot referred to skill/rules then, which does not exist any more",
            "it is skill/laws now: apply a manifest that refers to it so",
        ),
    ]
    with pytest.raises(RefusedError):
        apply_plan(made, backend)
    back(backend, "skill/policy", "previous")
    assert len(planned(backend, "agent/bot", 1).refusals) == 1


def test_references_are_held_to_again(backend: Backend) -> None:
    settle(backend, agent("bot", "skill_refs: [policy]") + POLICY)
    settle(backend, agent("bot"))
    back(backend, "agent/bot", 1)
    with pytest.raises(RefusedError) as caught:
        delete(backend, "skill/policy")
    assert caught.value.code == "delete.referenced"
    # The organization that is always there is nothing that holds it back.
    assert backend.referrers([key("org/default")]) == {}


def test_a_skill_goes_back_under_whoever_names_one_of_its_versions(backend: Backend) -> None:
    for tag in ("v1", "v2"):
        settle(backend, declare("skill/policy", f"markdown_content: {tag}, tag: {tag}"))
    settle(backend, agent("bot", "skill_refs: [policy@v2]"))
    back(backend, "skill/policy", 1)
    assert spec(backend, "skill/policy")["tag"] == "v1"
    assert spec(backend, "agent/bot")["skill_refs"] == ["policy@v2"]


def secret(backend: Backend, value: str) -> None:
    declared = declare("env/keys", "data: {TOKEN: {value_from: {env: TOKEN}}}")
    settle(backend, declared, environ={"TOKEN": value})


def test_secrets_come_back_without_their_source(backend: Backend) -> None:
    secret(backend, "one")
    secret(backend, "two")
    former = backend.versions(key("env/keys"))[1]
    (change,) = planned(backend, "env/keys", 1).changes
    assert isinstance(change, Update)
    (entry,) = change.secrets.items()
    assert (entry[0], entry[1].value) == ("spec.data.TOKEN", None)
    back(backend, "env/keys", 1)
    assert live(backend, "env/keys").body == former.body
    delete(backend, "env/keys")
    back(backend, "env/keys", 2)
    declared = declare("env/keys", "data: {TOKEN: {value_from: {env: TOKEN}}}")
    assert shown(plan(backend, declared, environ={"TOKEN": "two"})) == []


def test_a_secret_that_is_gone_is_refused_by_its_name(backend: Backend) -> None:
    secret(backend, "one")
    secret(backend, "two")
    if isinstance(backend, MemoryBackend):
        backend._store.secrets.clear()
    if isinstance(backend, LocalBackend):
        backend._connection.execute("DELETE FROM secret_values")
    before = backend.snapshot()
    with pytest.raises(RefusedError) as caught:
        back(backend, "env/keys", 1)
    assert [(each.code, each.path) for each in caught.value.refusals] == [
        ("secret.missing", "spec.data.TOKEN")
    ]
    assert backend.snapshot() == before


def test_protection_is_as_it_was_said_then(backend: Backend) -> None:
    for lifecycle in ("", "lifecycle: {deletion: protect}", "lifecycle: {deletion: allow}"):
        settle(backend, agent("bot", "", lifecycle))
    for to, protected in ((2, True), (3, False), (2, True)):
        back(backend, "agent/bot", to)
        assert live(backend, "agent/bot").protected is protected
    # Nothing was said then, which leaves it as it is.
    made = planned(backend, "agent/bot", 1)
    assert codes(made.diagnostics) == [("warning", "lifecycle.kept")]
    apply_plan(made, backend)
    assert live(backend, "agent/bot").protected


def test_the_default_organization_can_go_back_and_stays(backend: Backend) -> None:
    settle(backend, declare("org/default", "description: ours", ""))
    back(backend, "org/default", 1)
    assert live(backend, "org/default").protected
    assert b"ours" not in live(backend, "org/default").body


def test_a_change_in_between_is_not_overwritten(backend: Backend) -> None:
    settle(backend, agent("bot", "skill_refs: [policy]") + POLICY)
    described(backend, "two")
    meanwhile = (
        partial(meddle, backend, "agent/bot", description="meanwhile"),
        partial(meddle, backend, "skill/policy", markdown_content="meanwhile"),
    )
    for disturb in meanwhile:
        made = planned(backend, "agent/bot", 1)
        disturb()
        with pytest.raises(RefusedError) as caught:
            apply_plan(made, backend)
        assert caught.value.code == "plan.stale"
    delete(backend, "agent/bot")
    made = planned(backend, "agent/bot", 2)
    back(backend, "agent/bot", 2)
    with pytest.raises(RefusedError) as caught:
        apply_plan(made, backend)
    assert caught.value.code == "plan.stale"


@pytest.mark.parametrize(
    ("to", "error", "code", "words"),
    [
        (9, NotFoundError, "version.not_found", "there are 1 to 3"),
        (0, NotFoundError, "version.not_found", "has no version 0"),
        ("ver_nobody", NotFoundError, "version.not_found", "ver_nobody"),
        (3, UsageError, "version.deletion", "version 3 of agent/bot is its deletion"),
        ("latest", UsageError, "usage.version", "'latest' is not a version"),
        ("-1", UsageError, "usage.version", "'-1' is not a version"),
        ("³", UsageError, "usage.version", "'³' is not a version"),
    ],
)
def test_what_is_no_version_is_said_to_be_none(
    backend: Backend, to: object, error: type[StigmerError], code: str, words: str
) -> None:
    described(backend, "one", "two")
    delete(backend, "agent/bot")
    with pytest.raises(error) as caught:
        planned(backend, "agent/bot", to)
    assert caught.value.code == code
    assert words in caught.value.message


def test_nothing_is_previous_to_the_first(backend: Backend) -> None:
    described(backend, "one")
    with pytest.raises(NotFoundError) as caught:
        planned(backend, "agent/bot", "previous")
    assert caught.value.message == "agent/bot was never anything else than it is"


def undone(backend: Backend, name: str, to: object) -> list[str]:
    made = planned(backend, name, to)
    apply_plan(made, backend)
    return [each.message for each in undone_by_apply(made, backend)]


def test_it_is_told_when_the_next_apply_would_undo_it(backend: Backend) -> None:
    described(backend, "one", "two", set="shop")
    meddle(backend, "agent/bot", description="drifted")
    said = ["agent/bot was last applied as something else, and the next apply undoes this"]
    assert undone(backend, "agent/bot", 1) == said
    assert undone(backend, "agent/bot", 3) == said
    assert undone(backend, "agent/bot", 2) == []
    delete(backend, "agent/bot")
    assert undone(backend, "agent/bot", 1) == said
    there = live(backend, "agent/bot")
    backend.apply(Batch((DeleteOperation(there.key, there.id, there.revision),)))
    (told,) = undone(backend, "agent/bot", 1)
    assert told.startswith("agent/bot is in set shop again: an apply with --prune deletes it")


def test_what_nobody_declares_is_undone_by_nobody(backend: Backend) -> None:
    described(backend, "one")
    delete(backend, "agent/bot")
    assert undone(backend, "agent/bot", "previous") == []
