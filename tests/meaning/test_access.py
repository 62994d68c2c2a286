# SPDX-License-Identifier: Apache-2.0
"""Who may do what, by IAM."""

from __future__ import annotations

import pytest

from stigmer.backends.contract import Backend
from stigmer.meaning.meaning import Capability
from tests.meaning.seen import after, after_deleting, changed, found, graded, said
from tests.reconcile.declared import key, manifests, settle

ADA = """\
apiVersion: iam.stigmer.ai/v1
kind: IdentityAccount
metadata: {name: ada}
spec: {email: ada@example.com}
---
apiVersion: agentic.stigmer.ai/v1
kind: Agent
metadata: {name: bot}
spec: {instructions: Answer politely.}
"""
POLICY = """\
---
apiVersion: iam.stigmer.ai/v1
kind: IamPolicy
metadata: {name: %s}
spec:
  principal: {kind: IdentityAccount, name: ada}
  resource: {kind: Agent, name: bot, org: default}
  relation: %s
"""


@pytest.mark.parametrize(
    ("relation", "danger"),
    [("owner", "high"), ("admin", "high"), ("editor", "medium"), ("executor", "medium"), ("viewer", "low")],
)
def test_a_policy_gives_access(backend: Backend, relation: str, danger: str) -> None:
    settle(backend, manifests(ADA))
    assert graded(backend, ADA + POLICY % ("one", relation)) == [
        f"{danger} ada can now act as {relation} of agent/bot"
    ]


def test_a_relation_that_changes(backend: Backend) -> None:
    assert after(backend, ADA + POLICY % ("one", "viewer"), ("relation: viewer", "relation: admin")) == [
        "high ada can now act as admin of agent/bot, and no longer act as viewer of agent/bot"
    ]


def test_what_two_policies_give_is_lost_with_the_second(backend: Backend) -> None:
    start = ADA + POLICY % ("one", "viewer") + POLICY % ("two", "viewer")
    assert after_deleting(backend, start, "iam-policy/one") == []
    settle(backend, manifests(ADA + POLICY % ("one", "viewer")))
    assert after_deleting(backend, start, "iam-policy/one", "iam-policy/two") == [
        "ada can no longer act as viewer of agent/bot"
    ]


def test_a_policy_that_another_takes_the_place_of(backend: Backend) -> None:
    settle(backend, manifests(ADA + POLICY % ("one", "viewer")))
    assert said(backend, ADA + POLICY % ("one", "viewer") + POLICY % ("two", "viewer")) == []


def test_members_are_told_as_such(backend: Backend) -> None:
    members = changed(
        POLICY % ("staff", "executor"),
        ("{kind: IdentityAccount, name: ada}", "{kind: Organization, name: default, relation: member}"),
    )
    settle(backend, manifests(ADA))
    (meaning,) = found(backend, ADA + members)
    assert meaning.sentence == "the members of organization/default can now act as executor of agent/bot"
    assert (meaning.subject, meaning.relation) == (key("organization/default"), "member")
    (shift,) = meaning.shifts
    assert (shift.capability, shift.what) == (Capability.ACCESS, "executor of agent/bot")
    assert shift.through == key("iam-policy/staff")


def test_a_policy_that_goes_to_somebody_else(backend: Backend) -> None:
    bob = ADA.replace("name: ada", "name: bob").partition("---\n")[0] + "---\n"
    start = bob + ADA + POLICY % ("one", "editor")
    assert after(
        backend, start, ("{kind: IdentityAccount, name: ada}", "{kind: IdentityAccount, name: bob}")
    ) == [
        "medium bob can now act as editor of agent/bot",
        "low ada can no longer act as editor of agent/bot",
    ]


def test_a_key_lets_its_owner_sign_in(backend: Backend) -> None:
    key_of_ada = (
        "---\napiVersion: iam.stigmer.ai/v1\nkind: ApiKey\nmetadata: {name: laptop}\n"
        "spec: {owner: ada, never_expires: true}\n"
    )
    settle(backend, manifests(ADA))
    assert graded(backend, ADA + key_of_ada) == ["medium ada can now sign in with api-key/laptop"]
