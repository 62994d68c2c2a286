# SPDX-License-Identifier: Apache-2.0
"""Policies and silences of a project, as `validate`, `diff` and `apply` tell of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.conftest import BOT, Cli

SERVER = """\
apiVersion: agentic.stigmer.ai/v1
kind: McpServer
metadata:
  name: github
spec:
  docker: {image: example/github}
"""
POLICY = """\
name: shop
policies:
  - name: no-docker
    kinds: [McpServer]
    rule: "!has(resource.spec.docker)"
    message: never in a container here
"""
TOLD = "server.yaml:6:3: error: never in a container here (policy no-docker) [policy.violated]\n"


@pytest.fixture(autouse=True)
def _manifests(cli: Cli) -> None:
    cli.write("bot.yaml", BOT)


def test_a_policy_is_judged_by_validate_diff_and_apply_alike(cli: Cli) -> None:
    cli.write("stigmer.yaml", POLICY)
    cli.write("server.yaml", SERVER)
    assert cli("validate", expect=3).out == f"{TOLD}2 documents, 1 error\n"
    assert cli("diff", expect=3).err.startswith(TOLD)
    assert cli("apply", expect=3).err.startswith(TOLD)
    assert cli("get", "agents", "-o", "name", expect=None).out == ""
    told = cli("apply", "-o", "json", expect=3).json["diagnostics"]
    assert [(each["code"], each["resource"], each["path"]) for each in told] == [
        ("policy.violated", "mcp-server/github", "spec.docker")
    ]
    cli.write(
        "server.yaml", SERVER.replace("docker: {image: example/github}", "stdio: {command: github-mcp}")
    )
    assert cli("validate").out == "2 documents, all valid\n"
    cli("apply")


def test_a_warning_stops_nothing_unless_strict(cli: Cli) -> None:
    cli.write("stigmer.yaml", f"{POLICY}    severity: warning\n")
    cli.write("server.yaml", SERVER)
    warned = TOLD.replace("error", "warning")
    assert warned in cli("validate").out
    assert warned in cli("diff", expect=1).err
    assert TOLD in cli("validate", "--strict", expect=3).out
    assert TOLD in cli("apply", "--strict", expect=3).err
    assert warned in cli("apply").err
    assert cli("get", "mcp-servers", "-o", "name").out == "mcp-server/github\n"


def test_manifests_that_are_named_are_of_no_project(cli: Cli) -> None:
    cli.write("stigmer.yaml", POLICY)
    cli.write("server.yaml", SERVER)
    assert cli("validate", "-f", "server.yaml").out == "1 document, all valid\n"


def test_rules_that_are_wrong_are_settings_that_are_wrong(cli: Cli) -> None:
    cli.write(
        "stigmer.yaml",
        """\
        name: shop
        policies:
          - {name: one, rule: "has(resource.spec.nothing)", message: m}
          - {name: one, rule: "true", message: m}
          - name: two
            rule: "true &&"
            message: m
        """,
    )
    for command in ("validate", "diff", "apply"):
        err = cli(command, expect=2).err
        assert err == (
            "stigmer.yaml:3:42: error: policy one: resource.spec of any kind that the policy is about has no field "
            f"nothing [policy.rule]\n  hint: {err.splitlines()[1].partition('hint: ')[2]}\n"
            "stigmer.yaml:4:12: error: policy one: another policy is called one already [settings.value]\n"
            "stigmer.yaml:6:19: error: policy two: the rule ends where something more is needed [policy.rule]\n"
        )
    told = cli("validate", "-o", "json", expect=2).json["error"]
    assert told["code"] == "policy.rule"
    assert "stigmer.yaml:6:19: policy two" in told["message"]
    assert cli("get", "agents", expect=None).status != 2


@pytest.mark.parametrize(
    ("written", "line", "column"),
    [
        ("rule: resource.kind == Agent", 4, 28),
        ('rule: "resource.kind == Agent"', 4, 29),
        ("rule: 'resource.kind == Agent'", 4, 29),
        ("rule: '''a'' == ''a'' && resource.kind == Agent'", 4, 47),
        ('rule: "\\"a\\" == \'a\' && resource.kind == Agent"', 4, 45),
        ('rule: "resource.kind\\t== Agent"', 4, 11),  # no telling where an escape ends: the rule's own place
        ("rule: |\n      true &&\n        resource.kind == Agent", 6, 26),
        ("rule: >-\n      true &&\n\n      resource.kind == Agent\n", 7, 24),
        ("rule: true &&\n      resource.kind\n      == Agent # so it is", 6, 10),
        ('rule: "true &&\n\n      resource.kind == Agent"', 6, 24),
        ("rule: &rule resource.kind == Agent", 4, 11),
        ("rule:\n      true && 'é' == 'é' && resource.kind == Agent", 5, 46),
    ],
)
def test_a_place_in_a_rule_is_told_however_it_is_written(
    cli: Cli, written: str, line: int, column: int
) -> None:
    cli.write("stigmer.yaml", f"name: shop\npolicies:\n  - name: mine\n    {written}\n    message: m\n")
    told = f"stigmer.yaml:{line}:{column}: error: policy mine: Agent is nothing that a rule is given"
    assert told in cli("validate", expect=2).err


@pytest.mark.parametrize(
    ("text", "told", "hint"),
    [
        (
            "silence: {agent.tools: x}",
            "2:11: error: agent.tools is the code of no check that can be silenced [settings.silence]",
            "did you mean agent.tool?",
        ),
        (
            "silence:\n  schema.type: x",
            "3:3: error: schema.type is not the code of a check, and only checks can be silenced [settings.silence]",
            "remove it",
        ),
        (
            "silence:\n  agent.tool: ''",
            "3:15: error: a silence needs a reason [settings.silence]",
            "write why",
        ),
        ("silence:\n  agent.tool:", "3:3: error: silence.agent.tool: expected a string", "give it a value"),
        (
            "policies:\n  - {rule: a, message: b}",
            "3:5: error: policies[0].name is required",
            "add name: no-docker",
        ),
        (
            "policies:\n  - {name: a, kinds: [agent], rule: a, message: b}",
            "3:23: error: agent is not a kind",
            "did you mean Agent?",
        ),
        (
            "policies:\n  - {name: a, severity: warn, rule: a, message: b}",
            "3:25: error: policies[0].severity: expected one of error, warning",
            "did you mean warning?",
        ),
        (
            "policies:\n  - {name: a, at: .spec, rule: a, message: b}",
            "3:19: error: policies[0].at is not the path",
            "",
        ),
    ],
)
def test_mistakes_in_policies_and_silences(cli: Cli, text: str, told: str, hint: str) -> None:
    cli.write("stigmer.yaml", f"name: shop\n{text}\n")
    err = cli("validate", expect=2).err
    assert f"stigmer.yaml:{told}" in err
    assert f"hint: {hint}" in err or not hint


def test_what_is_imported_is_what_is_used(cli: Cli) -> None:
    """Reading settings that are right costs no pydantic, and a project without policies no CEL."""
    cli.home.mkdir()
    (cli.home / "config.yaml").write_text("backend: local\n# not as init writes it\n")
    code = (
        "import sys; from stigmer.cli.app import run; run(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    )

    def imported(*arguments: str) -> set[str]:
        command = [sys.executable, "-c", code, *arguments]
        return set(subprocess.run(command, capture_output=True, text=True, check=True).stderr.split())

    cli.write("stigmer.yaml", "name: shop\nsilence: {agent.tool: known}\n")
    assert not imported("validate") & {"pydantic", "cel.cel", "stigmer.checks.policies.judge"}
    cli.write("stigmer.yaml", POLICY)
    used = imported("diff")
    assert "pydantic" not in used
    assert "cel.cel" in used
    cli.write("stigmer.yaml", "nam: shop\n")
    assert "pydantic" in imported("validate")


def test_what_asks_no_policy_does_not_mind_a_wrong_one(cli: Cli) -> None:
    cli.write("stigmer.yaml", "name: shop\npolicies: [{name: p, rule: 'resource.', message: m}]\n")
    cli.write("bot.yaml", BOT)
    cli("validate", expect=2)
    assert cli("graph").out == "agent/bot\n"
    assert cli("fmt", "--check").err == "1 file, all formatted\n"
