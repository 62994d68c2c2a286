# SPDX-License-Identifier: Apache-2.0
"""A plan may take neither its actor's own access nor anybody's last owner."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from stigmer.backends.contract import Backend
from stigmer.errors import Diagnostic, RefusedError
from stigmer.manifests.manifest import Manifest
from stigmer.reconcile.access import lost_access
from stigmer.reconcile.apply import apply_plan
from stigmer.reconcile.build import build_plan
from stigmer.reconcile.delete import build_delete_plan
from stigmer.reconcile.options import PlanOptions
from stigmer.secrets.sources import Surroundings
from tests.reconcile.declared import agent, declare, key, plan, settle


@pytest.fixture(autouse=True)
def _actor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ada")


@pytest.fixture
def me(backend: Backend) -> str:
    """The name of who makes the changes."""
    return backend.info().actor


def account(name: str) -> list[Manifest]:
    return declare(f"identity-account/{name}", f"email: {name}@example.com")


def policy(name: str, who: str, relation: str, metadata: str = "", to: str = "bot") -> list[Manifest]:
    spec = (
        f"principal: {{kind: IdentityAccount, name: {who}}},"
        f" resource: {{kind: Agent, name: {to}, org: default}}, relation: {relation}"
    )
    return declare(f"iam-policy/{name}", spec, metadata)


def pruned(backend: Backend, declared: list[Manifest]) -> Sequence[Diagnostic]:
    """What is against pruning down to what is declared."""
    options = PlanOptions("iam", prune=True, max_delete_percent=100)
    return build_plan(declared, backend, options, Surroundings()).refusals


def said(found: Sequence[Diagnostic]) -> list[tuple[str, str | None]]:
    return [(each.code, each.resource) for each in found]


def test_the_last_policy_that_lets_oneself_rule_stays(backend: Backend, me: str) -> None:
    everything = agent("bot") + account(me) + account("bob") + policy("bobs", "bob", "owner")
    settle(backend, everything + policy("mine", me, "admin"), set="iam")
    (found,) = pruned(backend, everything)
    assert (found.code, found.resource) == ("access.own", "iam-policy/mine")
    assert found.message == (
        f"identity-account/{me}, who makes this change, would no longer be owner or admin of agent/bot"
    )


def test_one_of_two_own_policies_may_go(backend: Backend, me: str) -> None:
    everything = agent("bot") + account(me) + account("bob") + policy("bobs", "bob", "owner")
    settle(backend, everything + policy("mine", me, "admin") + policy("too", me, "owner"), set="iam")
    assert pruned(backend, everything + policy("mine", me, "admin")) == ()


@pytest.mark.parametrize(
    ("own", "relation", "code"),
    [
        (False, "owner", "access.own"),  # given to somebody else
        (True, "viewer", "access.own"),  # made less
        (True, "admin", None),
    ],
)
def test_a_policy_that_is_changed_counts_as_it_is_afterwards(
    backend: Backend, me: str, own: bool, relation: str, code: str | None
) -> None:
    rest = agent("bot") + account(me) + account("bob") + policy("bobs", "bob", "owner")
    settle(backend, rest + policy("mine", me, "owner"))
    found = plan(backend, rest + policy("mine", me if own else "bob", relation)).refusals
    assert said(found) == ([(code, "iam-policy/mine")] if code else [])
    assert [str(each.location) for each in found] == (["mine.yaml:1:1"] if code else [])


def test_the_last_owner_stays(backend: Backend) -> None:
    rest = agent("bot") + account("bob") + account("eve") + policy("admins", "eve", "admin")
    settle(backend, rest + policy("owns", "bob", "owner"), set="iam")
    (found,) = pruned(backend, rest)
    assert (found.code, found.message) == ("access.last_owner", "agent/bot would be left without an owner")
    assert pruned(backend, rest + policy("eves", "eve", "owner")) == ()
    assert said(plan(backend, rest + policy("owns", "bob", "editor"), set="iam").refusals) == [
        ("access.last_owner", "iam-policy/owns")
    ]


def test_what_goes_itself_needs_no_owner(backend: Backend, me: str) -> None:
    rest = account(me) + agent("other")
    settle(backend, rest + agent("bot") + policy("mine", me, "owner"), set="iam")
    assert pruned(backend, rest) == ()


def test_what_had_no_owner_needs_none(backend: Backend) -> None:
    rest = agent("bot") + account("bob")
    settle(backend, rest + policy("edits", "bob", "editor"), set="iam")
    assert pruned(backend, rest) == ()


def test_what_is_renamed_keeps_its_owner(backend: Backend, me: str) -> None:
    settle(backend, agent("bot") + account(me) + policy("mine", me, "owner"), set="iam")
    renamed = agent("clerk", "", "renamed_from: bot")
    taken_along = policy("my-own", me, "owner", "renamed_from: mine", to="clerk")
    assert pruned(backend, renamed + account(me) + taken_along) == ()
    assert said(pruned(backend, renamed + account(me))) == [
        ("access.last_owner", "iam-policy/mine"),
        ("access.own", "iam-policy/mine"),
    ]


def test_ones_own_account_stays(backend: Backend, me: str) -> None:
    settle(backend, account(me) + agent("bot"), set="iam")
    assert said(pruned(backend, agent("bot"))) == [("access.own", f"identity-account/{me}")]
    settle(backend, account("bob"), set="iam")
    assert pruned(backend, agent("bot") + account(me)) == ()


def test_an_own_account_may_be_renamed_with_its_policies(backend: Backend, me: str) -> None:
    settle(backend, agent("bot") + account(me) + policy("mine", me, "owner"), set="iam")
    renamed = declare("identity-account/lovelace", f"email: {me}@example.com", f"renamed_from: {me}")
    assert pruned(backend, agent("bot") + renamed + policy("mine", "lovelace", "owner")) == ()


def test_what_is_granted_through_a_relation_is_not_ones_own(backend: Backend, me: str) -> None:
    rest = agent("bot") + account(me) + account("bob") + policy("bobs", "bob", "owner")
    spec = (
        f"principal: {{kind: IdentityAccount, name: {me}, relation: member}},"
        " resource: {kind: Agent, name: bot, org: default}, relation: owner"
    )
    settle(backend, rest + declare("iam-policy/through", spec), set="iam")
    assert pruned(backend, rest) == ()


def test_a_deletion_by_name_is_refused_too(backend: Backend, me: str) -> None:
    settle(backend, agent("bot") + account(me) + policy("mine", me, "owner"))
    made = build_delete_plan([(key("iam-policy/mine"), None)], backend)
    with pytest.raises(RefusedError) as caught:
        apply_plan(made, backend)
    assert [each.code for each in caught.value.refusals] == ["access.last_owner", "access.own"]
    both = build_delete_plan([(key(name), None) for name in ("iam-policy/mine", "agent/bot")], backend)
    assert both.refusals == ()


def test_policies_are_looked_at_only_where_one_changes(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(backend, agent("bot"))
    deletion = build_delete_plan([(key("agent/bot"), None)], backend)
    monkeypatch.setattr(type(backend), "list", None)
    assert list(lost_access(deletion.changes, backend)) == []
