# SPDX-License-Identifier: Apache-2.0
"""References that name nothing, and the nearest thing they may have meant."""

from __future__ import annotations

import pytest

from stigmer.reconcile.resolve import resolve
from tests.reconcile.declared import agent, codes, declare, key, manifests

BOT = agent("bot", "skill_refs: [return-polcy@v1]")
POLICY = declare("skill/return-policy", "markdown_content: x")


def test_what_is_declared_beside_it_is_there() -> None:
    declared = agent("bot", "skill_refs: [return-policy]") + POLICY
    assert resolve(declared, None, strict=True) == []
    assert resolve(declared, []) == []


def test_what_is_live_is_there() -> None:
    declared = agent("bot", "skill_refs: [return-policy@v7]")
    assert resolve(declared, [key("skill/return-policy")]) == []


@pytest.mark.parametrize(
    ("live", "strict", "severity", "code", "message"),
    [
        (False, False, "warning", "reference.unresolved", "is not in the manifests"),
        (False, True, "error", "reference.unresolved", "is not in the manifests"),
        (True, False, "error", "reference.missing", "is neither in the manifests nor in the backend"),
        (True, True, "error", "reference.missing", "is neither in the manifests nor in the backend"),
    ],
)
def test_what_is_nowhere(live: bool, strict: bool, severity: str, code: str, message: str) -> None:
    (found,) = resolve(BOT + POLICY, [] if live else None, strict=strict)
    assert codes([found]) == [(severity, code)]
    assert found.message == f"skill/return-polcy in org default {message}"
    assert (found.hint, found.resource, found.path) == (
        "did you mean return-policy@v1?",
        "agent/bot",
        "spec.skill_refs[0]",
    )
    assert str(found.location) == "bot.yaml:4:53"


@pytest.mark.parametrize(
    ("reference", "hint"),
    [
        ("return-polcy", "did you mean return-policy?"),
        ("tone", "did you mean zoo/tone?"),
        ("zoo/ton", "did you mean zoo/tone?"),
        ("zzz", None),
        ("{name: return-polcy}", "did you mean return-policy?"),
        ("{name: tone}", "there is one in org zoo"),
    ],
)
def test_hints(reference: str, hint: str | None) -> None:
    others = declare("skill/tone", "markdown_content: x", "org: zoo") + POLICY + agent("zzz")
    (found,) = [
        each
        for each in resolve(agent("bot", f"skill_refs: [{reference}]") + others, [key("organization/zoo")])
        if each.resource == "agent/bot"
    ]
    assert found.hint == hint


def test_an_organization_must_be_there() -> None:
    (found,) = resolve(agent("bot", "", "org: acme"), [])
    assert (found.code, found.path) == ("reference.missing", "metadata.org")
    assert found.message == "organization/acme is neither in the manifests nor in the backend"
    assert found.hint == "declare an Organization named acme"
    assert resolve(agent("bot", "", "org: acme") + declare("org/acme", ""), []) == []
    (near,) = resolve(agent("bot", "", "org: acne") + declare("org/acme", ""), [])
    assert near.hint == "did you mean acme?"


def test_in_the_long_form_the_place_is_that_of_the_name() -> None:
    (found,) = resolve(agent("bot", "skill_refs: [{version: v1, name: return-polcy}]") + POLICY, None)
    assert (found.path, str(found.location)) == ("spec.skill_refs[0].name", "bot.yaml:4:73")


def test_an_organization_that_no_manifest_says_is_mended_elsewhere() -> None:
    (found,) = resolve(agent("bot", org="acne") + declare("org/acme", ""), None)
    assert found.hint is not None
    assert found.hint.startswith("the organization comes from --org, STIGMER_ORG or stigmer.yaml")


def test_an_execution_that_is_nowhere_may_be_over() -> None:
    (found,) = resolve(agent("bot", "", "depends_on: [workflow-execution/seed]"), [])
    assert codes([found]) == [("warning", "reference.unresolved")]
    assert (
        found.message
        == "workflow-execution/seed in org default is neither in the manifests nor in the backend"
    )
    assert found.path == "metadata.depends_on[0]"


def test_every_missing_name_is_told() -> None:
    declared = manifests(
        """\
        apiVersion: agentic.stigmer.ai/v1
        kind: Agent
        metadata: {name: bot, depends_on: [environment/e]}
        spec:
          instructions: Answer politely.
          skill_refs: [a, b]
          mcp_servers: [{ref: c}]
          sub_agents: [{name: s, instructions: Answer politely., skill_refs: [d]}]
        """
    )
    found = resolve(declared, None)
    assert {(each.path, each.location and each.location.line) for each in found} == {
        ("metadata.depends_on[0]", 3),
        ("spec.skill_refs[0]", 6),
        ("spec.skill_refs[1]", 6),
        ("spec.mcp_servers[c].ref", 7),
        ("spec.sub_agents[s].skill_refs[0]", 8),
    }
