# SPDX-License-Identifier: Apache-2.0
"""`stigmer graph`: the tree, and the pictures that other programs draw."""

from __future__ import annotations

import re

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.cli.conftest import Cli

HEAD = "apiVersion: agentic.stigmer.ai/v1\nkind: {kind}\nmetadata: {{name: {name}{more}}}\nspec: {{{spec}}}\n---\n"
SAID = "instructions: Answer politely."


def manifest(kind: str, name: str, spec: str, more: str = "") -> str:
    return HEAD.format(kind=kind, name=name, spec=spec, more=f", {more}" if more else "")


def agent(name: str, spec: str = "", more: str = "") -> str:
    return manifest("Agent", name, f"{SAID}, {spec}" if spec else SAID, more)


SKILL = manifest("Skill", "policy", "markdown_content: Be kind.")
SHOP = (
    SKILL
    + agent(
        "bot",
        "skill_refs: [policy@stable, ghost], sub_agents: [{name: clerk, instructions: Do as the policy says., skill_refs: [policy]}]",
    )
    + agent("helper", "skill_refs: [policy]", "depends_on: [agent/bot]")
    + manifest("AgentInstance", "bot", "agent: bot, environment_refs: [production]")
    + manifest("Environment", "production", "data: {}")
    + manifest("Environment", "lonely", "data: {}")
)
CIRCLE = (
    agent("a", more="depends_on: [agent/b]") + agent("b", more="depends_on: [agent/a, agent/c]") + agent("c")
)


def test_the_tree(cli: Cli, snapshot: SnapshotAssertion) -> None:
    cli.write("shop.yaml", SHOP)
    result = cli("graph", "-f", ".")
    assert result.out == snapshot
    assert result.err == ""


def test_what_one_needs_and_what_needs_it(cli: Cli, snapshot: SnapshotAssertion) -> None:
    cli.write("shop.yaml", SHOP)
    assert cli("graph", "agent/bot", "-f", ".").out == snapshot(name="needs")
    assert cli("graph", "skill/policy", "--reverse", "-f", ".").out == snapshot(name="is needed by")
    assert cli("graph", "skill/ghost", "--reverse", "-f", ".").out == snapshot(name="is missing")


def test_a_circle_is_shown_and_ends(cli: Cli, snapshot: SnapshotAssertion) -> None:
    cli.write("circle.yaml", CIRCLE)
    assert cli("graph", "-f", ".").out == snapshot
    assert cli("graph", "-f", ".", "--reverse").out == snapshot(name="reverse")


def test_several_organizations(cli: Cli, snapshot: SnapshotAssertion) -> None:
    cli.write(
        "all.yaml",
        agent("bot", "skill_refs: [acme/policy]") + SKILL.replace("name: policy", "name: policy, org: acme"),
    )
    assert cli("graph", "-f", ".").out == snapshot(name="text")
    assert cli("graph", "-f", ".", "-o", "dot").out == snapshot(name="dot")
    assert cli("graph", "-f", ".", "-o", "mermaid").out == snapshot(name="mermaid")


def test_an_organization_is_needed_by_all_that_is_in_it(cli: Cli) -> None:
    organization = "apiVersion: tenancy.stigmer.ai/v1\nkind: Organization\nmetadata: {name: acme}\n---\n"
    cli.write("all.yaml", organization + agent("bot", more="org: acme"))
    lines = cli("graph", "organization/acme", "--reverse", "-f", ".").out.splitlines()
    assert lines == ["organization/acme", "└─ agent/bot  metadata.org"]
    assert "metadata.org" not in cli("graph", "-f", ".").out


def test_mermaid(cli: Cli, snapshot: SnapshotAssertion) -> None:
    cli.write("shop.yaml", SHOP)
    result = cli("graph", "-f", ".", "-o", "mermaid")
    assert result.out == snapshot
    declared = re.findall(r"^ {6}(n\d+)\[", result.out, re.MULTILINE)
    drawn = re.findall(r"^  (n\d+) -->\|\"[^\"]*\"\| (n\d+)$", result.out, re.MULTILINE)
    assert len(declared) == len(set(declared)) == 7
    assert {end for ends in drawn for end in ends} <= set(declared)
    assert result.out.count("subgraph") == len(re.findall(r"^ *end$", result.out, re.MULTILINE))


def test_dot(cli: Cli, snapshot: SnapshotAssertion) -> None:
    cli.write("shop.yaml", SHOP)
    result = cli("graph", "-f", ".", "-o", "dot")
    assert result.out == snapshot
    assert result.out.count("{") == result.out.count("}")


def test_names_that_mean_something_to_a_picture_are_escaped(cli: Cli) -> None:
    """A task's name may hold anything, and stands in the field of a reference."""
    task = "[{name: 'say \"hi\" \\ <b>#1; end', agent_call: {agent: bot, message: hello}}]"
    document = 'document: {dsl: "1.0.3", namespace: x, name: x, version: "1.0.0"}'
    cli.write("flow.yaml", manifest("Workflow", "flow", f"{document}, tasks: {task}") + agent("bot"))
    (edge,) = [line for line in cli("graph", "-f", ".", "-o", "dot").out.splitlines() if "->" in line]
    assert edge.endswith(r'[label="tasks[\"say \\\"hi\\\" \\\\ <b>#1; end\"].agent_call.agent"]')
    (edge,) = [line for line in cli("graph", "-f", ".", "-o", "mermaid").out.splitlines() if "-->" in line]
    assert (
        edge
        == '  n1 -->|"tasks[#34;say \\#34;hi\\#34; \\\\ #60;b#62;#35;1#59; end#34;].agent_call.agent"| n0'
    )


def test_json(cli: Cli, snapshot: SnapshotAssertion) -> None:
    cli.write("shop.yaml", SHOP)
    assert cli("graph", "agent/bot", "-f", ".", "-o", "json").out == snapshot


def test_what_is_not_valid_is_told_beside_the_rest(cli: Cli) -> None:
    cli.write("shop.yaml", SHOP)
    cli.write("bad.yaml", agent("bad", "skil_refs: []"))
    result = cli("graph", "-f", ".", expect=3)
    assert "schema.unknown" in result.err
    assert "agent-instance/bot" in result.out
    assert cli("graph", "-f", ".", "-o", "json", expect=3).json["diagnostics"][0]["code"] == "schema.unknown"


def test_what_is_not_there_is_not_found(cli: Cli) -> None:
    cli.write("shop.yaml", SHOP)
    result = cli("graph", "agent/bott", "-f", ".", expect=5)
    assert "did you mean agent/bot?" in result.err


@pytest.mark.parametrize("output", ["text", "mermaid", "dot", "json"])
def test_the_order_of_files_does_not_matter(cli: Cli, output: str) -> None:
    documents = [part for part in SHOP.split("---\n") if part]
    cli.write("all.yaml", "---\n".join(documents))
    first = cli("graph", "-f", ".", "-o", output).out
    cli.write("all.yaml", "---\n".join(reversed(documents)))
    second = cli("graph", "-f", ".", "-o", output).out
    without_lines = re.compile(r'"line": \d+')
    assert without_lines.sub("", first) == without_lines.sub("", second)


def test_a_long_chain_is_cut_into_trees(cli: Cli) -> None:
    cli.write(
        "chain.yaml",
        "".join(agent(f"a{n:04}", more=f"depends_on: [agent/a{n + 1:04}]") for n in range(2000))
        + agent("a2000"),
    )
    out = cli("graph", "-f", ".").out
    assert max(map(len, out.splitlines())) < 200
    assert {f"agent/a{n:04}" for n in range(2001)} == set(re.findall(r"agent/a\d{4}", out))
    assert "v unfolded below" in out


def test_what_is_wrong_with_it_is_told_where_it_is_not_found(cli: Cli) -> None:
    cli.write("bot.yaml", agent("bot", "skils: []"))
    result = cli("graph", "agent/bot", "-f", ".", expect=5)
    assert "skils is not a field here [schema.unknown]" in result.err
    assert "agent/bot not found" in result.err


def test_a_tree_that_begins_with_what_is_missing_says_so(cli: Cli) -> None:
    cli.write("shop.yaml", SHOP)
    assert cli("graph", "skill/ghost", "-f", ".").out == "? skill/ghost\n\n? not among these manifests\n"
