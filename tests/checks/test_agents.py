# SPDX-License-Identifier: Apache-2.0
"""What agents ask of servers: tools, servers of sub-agents, placeholders."""

from __future__ import annotations

import pytest

from stigmer.backends.contract import Backend
from stigmer.manifests.manifest import Manifest
from tests.checks.seen import codes, findings, hints, messages, words
from tests.reconcile.declared import agent, declare, settle

DESK = declare("mcp-server/desk", "stdio: {command: desk}, default_enabled_tools: [read, write, close]")


def uses(tools: str) -> list[Manifest]:
    return agent("bot", f"mcp_servers: [{{ref: desk, enabled_tools: [{tools}]}}]")


def test_a_tool_that_the_definition_does_not_list() -> None:
    assert messages([*uses("read, burn"), *DESK], code="agent.tool") == ["mcp-server/desk lists no tool burn"]
    assert hints([*uses("read, burn"), *DESK], code="agent.tool") == ["it lists close, read, write"]


def test_the_nearest_tool_that_is_not_enabled_yet() -> None:
    assert hints([*uses("raed"), *DESK], code="agent.tool") == ["did you mean read?"]
    assert hints([*uses("read, reads"), *DESK], code="agent.tool") == ["it lists close, read, write"]


def test_a_tool_is_found_where_it_was_written_although_sets_are_sorted() -> None:
    assert words([*uses("zap, read, burn"), *DESK], code="agent.tool") == [
        ("burn", "spec.mcp_servers[desk].enabled_tools[2]"),
        ("zap", "spec.mcp_servers[desk].enabled_tools[0]"),
    ]


@pytest.mark.parametrize(
    "server", ["stdio: {command: desk}", "stdio: {command: desk}, default_enabled_tools: []"]
)
def test_a_definition_without_a_list_says_nothing(server: str) -> None:
    assert codes([*uses("burn"), *declare("mcp-server/desk", server)]) == []


def test_of_a_server_described_in_place_no_tools_are_known() -> None:
    assert (
        codes(agent("bot", "mcp_servers: [{name: desk, stdio: {command: desk}, enabled_tools: [burn]}]"))
        == []
    )


def test_tools_of_a_live_definition(backend: Backend) -> None:
    assert codes(uses("burn")) == []
    settle(backend, DESK)
    assert codes(uses("burn"), backend) == ["agent.tool"]
    settle(backend, declare("mcp-server/desk", "stdio: {command: desk}, default_enabled_tools: [burn]"))
    assert codes(uses("burn"), backend) == []


def helper(asks: str) -> list[Manifest]:
    servers = "[{ref: acme/desk}, {name: notes, stdio: {command: notes}}]"
    return agent(
        "bot",
        f"mcp_servers: {servers}, sub_agents: [{{name: helper, instructions: Help, mcp_servers: [{asks}]}}]",
    )


def test_a_sub_agent_may_have_what_its_agent_has() -> None:
    assert codes(helper("desk, notes")) == []
    assert codes(helper("")) == []


def test_a_sub_agent_must_not_ask_for_more() -> None:
    assert messages(helper("desk, browser"), code="agent.sub_agent") == [
        "helper asks for the server browser, which its agent does not have"
    ]
    assert hints(helper("desk, browser"), code="agent.sub_agent") == [
        "remove it, or give it to the agent first"
    ]
    assert hints(helper("note"), code="agent.sub_agent") == ["did you mean notes?"]


def test_a_sub_agent_of_an_agent_without_servers() -> None:
    alone = agent("bot", "sub_agents: [{name: helper, instructions: Help, mcp_servers: [desk]}]")
    assert codes(alone) == ["agent.sub_agent"]


def test_a_sub_agent_may_know_skills_that_its_agent_does_not() -> None:
    assert codes(agent("bot", "sub_agents: [{name: helper, instructions: Help, skill_refs: [sizes]}]")) == []


CODE = "placeholder.undeclared"


def server(transport: str, names: str = "TOKEN: {}") -> list[Manifest]:
    return declare("mcp-server/s", f"{transport}, env_spec: {{data: {{{names}}}}}")


@pytest.mark.parametrize(
    "transport",
    [
        'http: {url: "https://a.example", headers: {A: "x ${%s} y"}}',
        'http: {url: "https://a.example", query_params: {a: "${%s}"}}',
        'stdio: {command: c, args: [-a, "${%s}"]}',
        'docker: {image: i, args: ["--a=${%s}"]}',
    ],
)
def test_placeholders_are_looked_for_in_headers_query_and_arguments(transport: str) -> None:
    assert codes(server(transport % "TOKEN")) == []
    assert messages(server(transport % "WORD"), code=CODE) == ["${WORD} names nothing that env_spec declares"]
    assert hints(server(transport % "TOKENS"), code=CODE) == ["did you mean ${TOKEN}?"]


def test_elsewhere_they_are_none() -> None:
    assert (
        codes(server('docker: {image: "i:${WORD}", volumes: [{host_path: "/${WORD}", container_path: /b}]}'))
        == []
    )


def test_each_wrong_one_of_a_text_has_a_place_of_its_own() -> None:
    both = server('stdio: {command: c, args: ["${TOKEN} ${ONE} ${TWO}"]}')
    assert words(both, code=CODE) == [("${ONE}", "spec.stdio.args[0]"), ("${TWO}", "spec.stdio.args[0]")]


@pytest.mark.parametrize("written", ["${token}", "${ TOKEN }", "${.secrets.TOKEN}", "${env.TOKEN}"])
def test_what_was_meant_for_a_placeholder_gets_the_right_one(written: str) -> None:
    assert hints(server(f'stdio: {{command: c, args: ["{written}"]}}'), code=CODE) == [
        "did you mean ${TOKEN}?"
    ]


@pytest.mark.parametrize(
    "written", ["${x:-1}", "${HOME:-/}", "${lower}", "${ .a | b }", "$TOKENS", "${}", "{WORD}"]
)
def test_what_is_likely_to_be_something_else_is_left_alone(written: str) -> None:
    assert codes(server(f'stdio: {{command: c, args: ["{written}"]}}')) == []


def test_a_server_described_in_place_has_the_names_of_its_agent() -> None:
    inline = 'mcp_servers: [{name: s, stdio: {command: c, args: ["${WORD}"]}}]'
    assert codes(agent("bot", inline)) == [CODE]
    assert codes(agent("bot", f"{inline}, env_spec: {{data: {{WORD: {{}}}}}}")) == []


def test_a_server_that_is_referred_to_does_not_have_them() -> None:
    bot = agent("bot", "mcp_servers: [{ref: s}], env_spec: {data: {WORD: {}}}")
    assert codes([*bot, *server('stdio: {command: c, args: ["${WORD}"]}')]) == [CODE]


def test_many_findings_in_one_manifest_are_all_told() -> None:
    assert len(findings(server('stdio: {command: c, args: ["${A}", "${B}", "${C}"]}'))) == 3
