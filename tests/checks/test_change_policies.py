# SPDX-License-Identifier: Apache-2.0
"""Policies over changes, as `diff` and `apply` ask them."""

from __future__ import annotations

import json

import pytest

from stigmer.checks.policies.judge import compile_policies
from stigmer.checks.policies.policy import Policy
from stigmer.checks.policies.rule import Problem, Rule, compiled
from tests.cli.conftest import Cli, cli
from tests.meaning.seen import BOT, DESK, INSTANCE, PROD, SHOP, TEST, changed

__all__ = ["cli"]

SILENCE = "{secret.in_clear: made up, environment.unused: made up}"
WAY_OUT = "    - {name: web, enabled_tools: [look], http: {url: 'https://web.example.com'}}\n"
NO_LEAK = """\
name: shop
prune: true
policies:
  - name: no-leak
    on: change
    kinds: [Agent, Workflow]
    rule: |
      !(change.gains.exists(g, g.capability == "secret")
        && change.gains.exists(g, g.external))
      || change.action == "create"
    message: no agent gets a secret and a way out in one change
"""


def project(rule: str, *, kinds: str = "", severity: str = "error", at: str = "") -> str:
    """A project with one policy over changes, whose rule stands on line 6."""
    more = (f"    kinds: [{kinds}]\n" if kinds else "") + (f"    at: {at}\n" if at else "")
    return (
        f"name: shop\nsilence: {SILENCE}\npolicies:\n  - name: mine\n    on: change\n    rule: {json.dumps(rule)}\n"
        f"    message: not like this\n    severity: {severity}\n{more}"
    )


@pytest.fixture(autouse=True)
def _applied(cli: Cli) -> None:
    """The shop is there, and nothing asks for anything yet."""
    cli.write("stigmer.yaml", "name: shop\n")
    for name, text in (("bot", BOT), ("desk", DESK), ("prod", PROD), ("test", TEST), ("one", INSTANCE)):
        cli.write(f"{name}.yaml", text)
    cli("apply")


def refusals(cli: Cli, *command: str, expect: int = 4) -> list[str]:
    """What policies say of a plan: where, and the message."""
    told = cli(*(command or ("diff",)), "-o", "json", expect=expect).json["diagnostics"]
    return [
        f"{each['file']}:{each['line']}: {each['severity']} {each['message']}"
        for each in told
        if each["code"].startswith("policy.")
    ]


def test_a_secret_and_a_way_out_in_one_change(cli: Cli) -> None:
    cli.write("stigmer.yaml", NO_LEAK)
    cli.write("bot.yaml", BOT + WAY_OUT)
    cli("diff", expect=1)
    cli.write("one.yaml", INSTANCE.replace("[prod]", "[test]"))
    words = (
        "bot.yaml:1: error no agent gets a secret and a way out in one change: bot can now use look of web, reach"
        " web.example.com and read DESK_TOKEN of test, and no longer read DESK_TOKEN of prod (policy no-leak)"
    )
    for command in (("diff",), ("diff", "--exit-zero"), ("apply", "--dry-run"), ("apply",)):
        assert refusals(cli, *command) == [words]
    assert cli("get", "agent-instance/bot", "-o", "json").json["spec"]["environment_refs"] == ["prod"]
    told = cli("diff", "-o", "json", expect=4).json["diagnostics"][-1]
    assert (told["code"], told["resource"]) == ("policy.refused", "agent/bot")
    cli.write("bot.yaml", BOT)
    cli("apply")


def test_what_reaches_an_agent_through_others_is_judged_at_their_manifest(cli: Cli) -> None:
    cli.write("stigmer.yaml", NO_LEAK)
    moved = changed(
        DESK,
        ("desk.example.com", "desk.example.org"),
        ("{is_secret: true}}}", "{is_secret: true}, KEY: {is_secret: true}}}"),
    )
    cli.write("desk.yaml", moved)
    (told,) = refusals(cli)
    assert told.startswith(
        "desk.yaml:1: error no agent gets a secret and a way out in one change: bot can now reach"
    )
    cli.write("stigmer.yaml", project('change.action == "affected"', kinds="Agent"))
    assert refusals(cli, expect=1) == []


def test_a_deletion_is_judged_too_at_the_policy(cli: Cli) -> None:
    cli.write("stigmer.yaml", project("change.action != 'delete'", kinds="Environment"))
    (cli.directory / "test.yaml").unlink()
    assert refusals(cli, "diff", "--prune") == [
        "stigmer.yaml:6: error not like this: environment/test (policy mine)"
    ]
    assert refusals(cli, "apply", "--prune") == refusals(cli, "diff", "--prune")
    assert "environment/test" in cli("get", "environments", "-o", "name").out
    cli("apply", "--no-prune")


def test_what_leaves_the_set_is_an_update(cli: Cli) -> None:
    cli.write("free.yaml", PROD.replace("{name: prod}", "{name: free, lifecycle: {deletion: orphan}}"))
    cli("apply")
    (cli.directory / "free.yaml").unlink()
    left = "change.action == 'update' && change.fields[0].path == 'metadata.set' && change.fields[0].before == 'shop'"
    cli.write("stigmer.yaml", project(f"{left} && before == after"))
    cli("diff", "--prune", expect=1)
    cli.write("stigmer.yaml", project("change.action != 'update'"))
    assert refusals(cli, "diff", "--prune") == [
        "stigmer.yaml:6: error not like this: environment/free (policy mine)"
    ]


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        ("change.kind == 'Agent' && change.name == 'bot' && change.org == 'default'", True),
        ("change.action == 'update'", True),
        ("size(change.fields) == 1 && change.fields[0].path == 'spec.instructions'", True),
        ("change.fields.all(f, f.op == 'replace' && f.cause == 'manifest')", True),
        (
            "change.fields[0].before == 'Answer politely.' && change.fields[0].after.startsWith('Answer b')",
            True,
        ),
        ("change.danger == 'none' && size(change.gains) == 0 && size(change.affected) == 0", True),
        ("before.spec.instructions != after.spec.instructions", True),
        ("before.spec.mcp_servers[0].ref == 'desk' && after.metadata.org == 'default'", True),
        ("!('team' in after.metadata.labels)", True),
        ("before.spec.instructions == after.spec.instructions", False),
        ("change.danger == 'high'", False),
    ],
)
def test_what_a_rule_is_told(cli: Cli, rule: str, allowed: bool) -> None:
    cli.write("stigmer.yaml", project(rule))
    cli.write("bot.yaml", BOT.replace("Answer politely.", "Answer briefly."))
    assert (refusals(cli, expect=1 if allowed else 4) == []) is allowed


def test_gains_and_losses_are_told_with_what_they_come_through(cli: Cli) -> None:
    rule = (
        "change.gains.exists(g, g.capability == 'tool' && g.what == 'ban_user' && g.server == 'desk'"
        " && g.through == 'mcp-server/desk' && g.danger == 'medium' && g.sub_agent == '' && !g.external)"
        " && change.losses.exists(l, l.what == 'reply') && change.danger == 'medium'"
        " && 'agent-instance/bot' in change.affected"
    )
    cli.write("stigmer.yaml", project(rule))
    cli.write("desk.yaml", DESK.replace("reply]", "ban_user]"))
    cli("diff", expect=1)  # of the server that changes and of the agent that it reaches alike


def test_nothing_is_before_what_is_made_nor_after_what_is_deleted(cli: Cli) -> None:
    cli.write("stigmer.yaml", project("before == null && after.spec.data.REGION.value == 'eu'"))
    cli.write("new.yaml", PROD.replace("name: prod", "name: new"))
    cli("apply")
    (cli.directory / "new.yaml").unlink()
    cli.write("stigmer.yaml", project("after == null && before.metadata.name == 'new'"))
    cli("diff", "--prune", expect=1)


def test_a_rule_without_an_answer_refuses(cli: Cli) -> None:
    cli.write("stigmer.yaml", project("before.spec.data.REGION.value == after.spec.data.REGION.value"))
    cli.write("new.yaml", PROD.replace("name: prod", "name: new"))
    result = cli("diff", expect=4)
    assert (
        "new.yaml:7:21: error: policy mine has no answer here: before is null [policy.unanswered]"
        in result.err
    )
    assert "hint: ask for it first in the rule, with before != null" in result.err


def test_a_secret_is_never_seen(cli: Cli) -> None:
    rule = "after.spec.data.DESK_TOKEN.value == change.fields[0].after || after.spec.data.DESK_TOKEN.value.matches('(')"
    cli.write("stigmer.yaml", project(rule, kinds="Environment"))
    cli.write("prod.yaml", PROD.replace("one-token", "hunter2-hunter2"))
    result = cli("diff", expect=None)
    assert "hunter2" not in result.out + result.err
    cli.write("stigmer.yaml", project("after.spec.data.DESK_TOKEN.value == '********'", kinds="Environment"))
    cli("diff", expect=1)


def test_a_warning_stops_nothing_unless_strict(cli: Cli) -> None:
    cli.write("stigmer.yaml", project("false", severity="warning"))
    cli.write("bot.yaml", BOT.replace("Answer politely.", "Answer briefly."))
    assert refusals(cli, expect=1) == ["bot.yaml:1: warning not like this (policy mine)"]
    assert refusals(cli, "diff", "--strict") == ["bot.yaml:1: error not like this (policy mine)"]
    cli("apply")


def test_a_saved_plan_is_judged_again_by_what_holds_when_it_is_applied(cli: Cli) -> None:
    cli.write("stigmer.yaml", project("false", severity="warning"))
    cli.write("bot.yaml", BOT.replace("Answer politely.", "Answer briefly."))
    cli("diff", "--save", "plan.json", expect=1)
    warned = cli("apply", "--plan", "plan.json", "--dry-run").err
    assert warned.count("[policy.refused]") == 1
    cli.write("stigmer.yaml", project("change.kind != 'Agent'"))
    for more in (("--dry-run",), ()):
        assert refusals(cli, "apply", "--plan", "plan.json", *more) == [
            "bot.yaml:1: error not like this: agent/bot (policy mine)"
        ]
    cli.write("stigmer.yaml", project("true"))
    assert "policy" not in cli("apply", "--plan", "plan.json").err


def test_it_is_told_at_the_field_that_is_meant(cli: Cli) -> None:
    cli.write("bot.yaml", BOT.replace("Answer politely.", "Answer briefly."))
    cli.write("stigmer.yaml", project("after.spec.instructions == before.spec.instructions"))
    assert refusals(cli) == ["bot.yaml:5: error not like this (policy mine)"]
    cli.write("stigmer.yaml", project("false", kinds="Agent", at="spec.mcp_servers"))
    assert refusals(cli) == ["bot.yaml:6: error not like this (policy mine)"]


def test_nothing_is_asked_where_nothing_changes_nor_by_validate(cli: Cli) -> None:
    cli.write("stigmer.yaml", project("false"))
    assert refusals(cli, expect=0) == []
    cli.write("bot.yaml", BOT.replace("Answer politely.", "Answer briefly."))
    assert cli("validate").out == "5 documents, all valid\n"


def test_a_policy_over_resources_is_asked_beside(cli: Cli) -> None:
    resources = "  - {name: other, rule: 'resource.kind != \"Agent\"', message: no agents}\n"
    cli.write("stigmer.yaml", project("true") + resources)
    cli.write("bot.yaml", BOT.replace("Answer politely.", "Answer briefly."))
    assert "no agents (policy other) [policy.violated]" in cli("diff", expect=3).err


@pytest.mark.parametrize(
    ("rule", "offset", "words", "hint"),
    [
        ("change.gain.size() > 1", 7, "change has no field gain", "did you mean gains?"),
        ("change.gains.all(g, g.extern)", 22, "g has no field extern", "did you mean external?"),
        ("change.name.first == 'x'", 12, "change.name has no fields", ""),
        ("change.gains.what == 'x'", 13, "change.gains has no fields", ""),
        ("change.name[0] == 'x'", 11, "change.name has no items", ""),
        (
            "before.spec.dokcer == null",
            12,
            "before.spec of kind McpServer has no field dokcer",
            "did you mean docker?",
        ),
        (
            "resource.spec.docker == null",
            0,
            "resource is nothing that a rule over changes",
            "change, before and after",
        ),
        ("chang.name == 'x'", 0, "chang is nothing that a rule over changes", "did you mean change?"),
        ("change.kind == Agent", 15, "Agent is nothing that a rule over changes", "write 'Agent'"),
        ("change.kind = 'x'", 12, "= is no part of CEL", "write =="),
    ],
)
def test_a_rule_that_is_wrong_is_told_where(rule: str, offset: int, words: str, hint: str) -> None:
    found = compiled(Policy("mine", rule, "m", ("McpServer",), on_change=True))
    assert isinstance(found, Problem), found
    assert found.offset == offset
    assert words in found.message
    assert hint in (found.hint or "")


def test_a_rule_over_resources_is_given_no_change(cli: Cli) -> None:
    found = compiled(Policy("mine", "change.action == 'delete'", "m"))
    assert isinstance(found, Problem)
    assert found.hint == "write on: change, so that the rule is asked of changes"
    for rule in (
        "change.fields.all(f, f.before == f.after.x[0].y)",
        "change.gains.all(g, true) && after == null",
    ):
        assert isinstance(compiled(Policy("mine", rule, "m", on_change=True)), Rule), rule
    rules, problems = compile_policies([Policy("mine", "true", "m", ("Agent",), on_change=True)])
    assert (set(rules.by_kind), set(rules.over_changes), problems) == (set(), {"Agent"}, {})


def test_a_wrong_rule_is_told_at_its_line_in_the_project(cli: Cli) -> None:
    cli.write("stigmer.yaml", project("change.gain == 1"))
    for command in ("validate", "diff", "apply"):
        err = cli(command, expect=2).err
        assert "stigmer.yaml:6:19: error: policy mine: change has no field gain [policy.rule]" in err
    cli.write("stigmer.yaml", project("true").replace("on: change", "on: changes"))
    assert "policies[0].on: expected one of resource, change" in cli("validate", expect=2).err
    assert SHOP
