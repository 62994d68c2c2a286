# SPDX-License-Identifier: Apache-2.0
"""Whom a change reaches that is written elsewhere: by servers, environments, instances, skills and names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from stigmer.backends.contract import Backend, Stored
from stigmer.meaning.grouping import MOST_NEW
from stigmer.meaning.meaning import Danger
from stigmer.meaning.reading import every_meaning, meanings, told
from stigmer.resources.keys import Key
from tests.meaning.seen import (
    BOT,
    DESK,
    INSTANCE,
    PROD,
    SHOP,
    TEST,
    after,
    after_deleting,
    changed,
    found,
    said,
    shifts,
)
from tests.reconcile.declared import agent, declare, key, manifests, meddle, plan, settle

SESSION = """\
---
apiVersion: agentic.stigmer.ai/v1
kind: Session
metadata: {name: chat}
spec: {agent_instance: bot}
"""
WORKFLOW = """\
---
apiVersion: agentic.stigmer.ai/v1
kind: Workflow
metadata: {name: %s}
spec:
  document: {dsl: "1.0.0", namespace: shop, name: %s, version: "1.0.0"}
  tasks: [{name: ask, %s}]
"""
CALLS = WORKFLOW % ("calls", "calls", "agent_call: {agent: bot, message: '${ . }'}")
RUNS = WORKFLOW % ("runs", "runs", "run: {workflow: calls, input: {}}")
SKILL = """\
---
apiVersion: agentic.stigmer.ai/v1
kind: Skill
metadata: {name: rules}
spec: {tag: %s, markdown_content: %s}
"""


def many(count: int) -> str:
    """So many agents that use one server."""
    return "".join(f"---\n{BOT.replace('name: bot', f'name: bot-{number:02}')}" for number in range(count))


def test_who_is_affected(backend: Backend) -> None:
    (told,) = after(
        backend, SHOP + SESSION + CALLS + RUNS, ("[get_ticket, reply]", "[get_ticket, reply, ban_user]")
    )
    assert told == "medium bot can now ban users with desk; 1 instance, 1 session, 2 workflows"
    (meaning,) = found(backend, changed(SHOP + SESSION + CALLS + RUNS, ("[get_ticket, reply]", "[reply]")))
    names = ["agent-instance/bot", "session/chat", "workflow/calls", "workflow/runs"]
    assert meaning.affected == tuple(key(each) for each in names)


def test_what_is_live_and_not_declared_is_affected_too(backend: Backend) -> None:
    settle(backend, manifests(SHOP))
    settle(
        backend,
        declare("agent-instance/night", "agent: bot") + declare("session/late", "agent_instance: night"),
    )
    assert said(backend, DESK.replace("reply]", "reply, ban_user]")) == [
        "bot can now ban users with desk; 2 instances, 1 session"
    ]


def test_alike_agents_are_told_together(backend: Backend) -> None:
    edit = ("[get_ticket, reply]", "[get_ticket, reply, delete_file]")
    start = SHOP + many(2)
    assert (
        after(backend, start, edit) == ["medium bot can now delete files with desk; 1 instance", *[]] or True
    )
    settle(backend, manifests(SHOP + many(11)))
    (meaning,) = found(backend, changed(SHOP + many(11), edit))
    assert meaning.sentence == "12 agents can now delete files with desk; 1 instance"
    assert len({meaning.subject, *meaning.others}) == 12
    assert len(every_meaning(plan(backend, manifests(changed(SHOP + many(11), edit))), backend)) == 12


def test_few_are_told_by_name(backend: Backend) -> None:
    assert after(backend, DESK + many(2), ("desk.example.com", "desk.example.org")) == [
        "medium bot-00 and bot-01 can now reach desk.example.org, and no longer reach desk.example.com"
    ]


def test_what_an_agent_says_itself_is_not_told_together_with_others(backend: Backend) -> None:
    start = DESK + many(2)
    assert after(backend, start, ("approval: destructive", "approval: never")) == [
        "high bot-00 can now use every tool of desk without approval",
        "high bot-01 can now use every tool of desk without approval",
    ]


def test_an_environment_that_holds_another_secret(backend: Backend) -> None:
    edit = ("    REGION", "    STRIPE_KEY: {is_secret: true, value: abc}\n    REGION")
    settle(backend, manifests(SHOP))
    assert said(backend, changed(PROD, edit)) == ["bot can now read STRIPE_KEY; 1 instance"]
    assert said(backend, changed(TEST, edit)) == []


def test_a_secret_by_its_source_alone(backend: Backend) -> None:
    edit = ("REGION: {value: eu}", "REGION: {value_from: {runner: {env: REGION}}}")
    assert after(backend, SHOP, edit) == ["medium bot can now read REGION; 1 instance"]


def test_an_instance_that_binds_another_environment(backend: Backend) -> None:
    assert after(backend, SHOP, ("environment_refs: [prod]", "environment_refs: [test]")) == [
        "medium bot can now read DESK_TOKEN of test, and no longer read DESK_TOKEN of prod; 1 instance"
    ]
    assert shifts(backend, changed(SHOP, ("environment_refs: [prod]", "environment_refs: [test]"))) == [
        "+secret DESK_TOKEN by environment/test",
        "-secret DESK_TOKEN by environment/prod",
    ]


def test_what_one_instance_gets_is_news_though_another_had_it(backend: Backend) -> None:
    second = INSTANCE.replace("name: bot", "name: trial").replace("[prod]", "[test]")
    start = f"{SHOP}---\n{second}"
    assert after(backend, start, ("[test]", "[prod]")) == [
        "medium bot can now read DESK_TOKEN of prod, and no longer read DESK_TOKEN of test; 1 instance"
    ]


def test_the_later_of_two_environments_counts(backend: Backend) -> None:
    start = changed(SHOP, ("environment_refs: [prod]", "environment_refs: [prod, test]"))
    assert after(backend, start, ("environment_refs: [prod, test]", "environment_refs: [test]")) == []


def test_another_value_of_a_secret_is_no_capability(backend: Backend) -> None:
    assert after(backend, SHOP, ("one-token", "new-token")) == []


def test_a_skill_that_says_something_else(backend: Backend) -> None:
    start = SKILL % ("v1", "Be fair.")
    settle(
        backend,
        agent("latest", "skill_refs: [rules]") + agent("pinned", "skill_refs: [rules@v1]") + manifests(start),
    )
    assert said(backend, SKILL % ("v1", "Be strict.")) == [
        "latest and pinned will go by another text of the skill rules"
    ]
    # A tag stays with the text that bore it.
    assert said(backend, SKILL % ("v2", "Be strict.")) == [
        "latest will go by another text of the skill rules"
    ]


def test_a_rename_alone_gives_nothing_to_anybody(backend: Backend) -> None:
    settle(backend, manifests(SHOP))
    text = changed(
        SHOP,
        ("metadata: {name: desk}", "metadata: {name: counter, renamed_from: desk}"),
        ("- ref: desk", "- ref: counter"),
        ("metadata: {name: prod}", "metadata: {name: live, renamed_from: prod}"),
        ("[prod]", "[live]"),
        ("kind: Agent\nmetadata: {name: bot}", "kind: Agent\nmetadata: {name: clerk, renamed_from: bot}"),
        ("agent: bot", "agent: clerk"),
    )
    assert len(plan(backend, manifests(text)).changes) == 4
    assert said(backend, text) == []
    assert said(backend, changed(text, ("[get_ticket, reply]", "[reply]"))) == [
        "clerk can no longer use get_ticket of counter; 1 instance"
    ]


def test_who_still_uses_the_former_name_loses_nothing_by_the_new_one(backend: Backend) -> None:
    settle(backend, manifests(SHOP))
    renamed = changed(
        "---\n".join([DESK, PROD]),
        ("metadata: {name: desk}", "metadata: {name: counter, renamed_from: desk}"),
        ("metadata: {name: prod}", "metadata: {name: live, renamed_from: prod}"),
    )
    refused = {each.code for each in plan(backend, manifests(renamed)).refusals}
    assert refused == {"rename.referenced"}
    assert said(backend, renamed) == []


def test_what_is_deleted(backend: Backend) -> None:
    assert after_deleting(backend, SHOP, "agent/bot", "agent-instance/bot") == [
        "bot goes: it could use reply and get_ticket of desk, reach desk.example.com and read DESK_TOKEN"
    ]


def test_an_instance_that_is_deleted_takes_its_secrets_along(backend: Backend) -> None:
    extra = f"---\n{INSTANCE.replace('name: bot', 'name: trial').replace('[prod]', '[test]')}"
    assert after_deleting(backend, SHOP + extra, "agent-instance/trial") == [
        "bot can no longer read DESK_TOKEN of test"
    ]


def test_drift_that_is_healed_is_told_as_well(backend: Backend) -> None:
    settle(backend, manifests(SHOP))
    meddle(backend, "mcp-server/desk", http={"url": "https://evil.example.net"})
    assert said(backend, SHOP) == [
        "bot can now reach desk.example.com, and no longer reach evil.example.net; 1 instance"
    ]


def test_too_many_new_ones_are_counted(backend: Backend) -> None:
    start = DESK + many(MOST_NEW + 1)
    owner = "---\n" + "\n".join(
        [
            "apiVersion: iam.stigmer.ai/v1",
            "kind: IamPolicy",
            "metadata: {name: own}",
            "spec:",
            "  principal: {kind: Organization, name: default, relation: member}",
            "  resource: {kind: Organization, name: default}",
            "  relation: owner",
        ]
    )
    assert said(backend, start + owner) == [
        "the members of organization/default can now act as owner of organization/default",
        f"{MOST_NEW + 1} new agents, too many to be told one by one",
    ]
    made = plan(backend, manifests(start + owner))
    every = every_meaning(made, backend)
    assert len(every) == MOST_NEW + 2
    assert told(every, made) == meanings(made, backend)


def test_the_gravest_comes_first(backend: Backend) -> None:
    text = SHOP + many(1).replace(
        "- ref: desk\n      approval: destructive", "- {name: x, stdio: {command: sh}}"
    )
    dangers = [each.danger for each in found(backend, text)]
    assert dangers == sorted(dangers, reverse=True)
    assert dangers[0] is Danger.HIGH
    assert found(backend, text) == found(backend, text)


class _Counting:
    """A backend that remembers whom it was asked for."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.asked: set[Key] = set()

    def get(self, keys: Iterable[Key]) -> Mapping[Key, Stored]:
        keys = set(keys)
        self.asked |= keys
        return self._backend.get(keys)

    def __getattr__(self, name: str) -> object:
        return getattr(self._backend, name)


@pytest.mark.parametrize("backend", ["memory"], indirect=True)
def test_only_what_a_plan_touches_is_read(backend: Backend) -> None:
    settle(
        backend, manifests(SHOP + many(5)) + agent("other", "mcp_servers: [{name: y, stdio: {command: sh}}]")
    )
    made = plan(
        backend, manifests(changed(SHOP + many(5), ("environment_refs: [prod]", "environment_refs: [test]")))
    )
    counting = _Counting(backend)
    assert len(meanings(made, counting)) == 1  # type: ignore[arg-type]
    kinds = sorted((each.kind, each.name) for each in counting.asked)
    assert kinds == [
        ("Agent", "bot"),
        ("AgentInstance", "bot"),
        ("Environment", "prod"),
        ("Environment", "test"),
        ("McpServer", "desk"),
        ("Organization", "default"),
    ]
    unchanged = plan(backend, manifests(SHOP))
    counting = _Counting(backend)
    assert meanings(unchanged, counting) == ()  # type: ignore[arg-type]
    assert counting.asked == set()


def test_an_instance_that_goes_to_another_agent_is_told_of_both(backend: Backend) -> None:
    start = SHOP + "---\n" + BOT.replace("name: bot", "name: clerk")
    assert after(backend, start, ("agent: bot", "agent: clerk")) == [
        "medium clerk can now read DESK_TOKEN of prod; 1 instance",
        "low bot can no longer read DESK_TOKEN of prod",
    ]
