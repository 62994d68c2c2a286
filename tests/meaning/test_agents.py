# SPDX-License-Identifier: Apache-2.0
"""What a change of an agent or of its servers means: one test for each capability."""

from __future__ import annotations

import pytest

from stigmer.backends.contract import Backend
from stigmer.meaning.meaning import Capability, Danger, Shift
from tests.meaning.seen import BOT, DESK, INSTANCE, PROD, SHOP, after, changed, found, said
from tests.reconcile.declared import key, manifests, settle

TOOLS = "default_enabled_tools: [get_ticket, reply]"

VOLUMES = (
    "[{host_path: /srv, container_path: /srv}, {host_path: /etc, container_path: /etc, read_only: true}]"
)
BOXED = (
    "high bot can now run the image example/box:1, change /srv on its host, read /etc on its host, use look of box"
    " and reach the container network lan; 1 instance"
)


def with_server(server: str) -> tuple[str, str]:
    """An edit that gives the agent a server described in place."""
    return "      approval: destructive\n", f"      approval: destructive\n    - {server}\n"


@pytest.mark.parametrize(
    ("tools", "told"),
    [
        ("[get_ticket, reply, delete_file]", "medium bot can now delete files with desk; 1 instance"),
        ("[get_ticket, reply, deleteEntry]", "medium bot can now delete entries with desk; 1 instance"),
        ("[get_ticket, reply, find]", "low bot can now use find of desk; 1 instance"),
        ("[get_ticket, reply, find, purge_box]", "medium bot can now use purge_box and find of desk; 1 instance"),
        ("[get_ticket, reply, a, b, c, d, e, wipe]", "medium bot can now use 6 tools of desk (wipe, a, b and 3 more); 1 instance"),
        ("[reply]", "none bot can no longer use get_ticket of desk; 1 instance"),
        ("[get_ticket, edit_note]", "medium bot can now edit notes with desk, and no longer use reply of desk; 1 instance"),
    ],
)  # fmt: skip
def test_tools_come_and_go(backend: Backend, tools: str, told: str) -> None:
    assert after(backend, SHOP, (TOOLS, f"default_enabled_tools: {tools}")) == [told]


def test_an_agent_that_lists_its_tools_does_not_mind_the_servers_list(backend: Backend) -> None:
    start = changed(SHOP, ("- ref: desk\n", "- ref: desk\n      enabled_tools: [reply]\n"))
    assert after(backend, start, (TOOLS, "default_enabled_tools: [get_ticket, reply, delete_file]")) == []
    assert said(
        backend, changed(start, ("enabled_tools: [reply]\n", "enabled_tools: [reply, ban_user]\n"))
    ) == ["bot can now ban users with desk; 1 instance"]


def test_without_any_list_it_has_every_tool(backend: Backend) -> None:
    (told,) = after(backend, SHOP, (f"  {TOOLS}\n", ""))
    assert told.startswith(
        "medium bot can now use every tool of desk, and no longer use reply and get_ticket"
    )


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("never", "high bot can now use every tool of desk without approval; 1 instance"),
        ("always", "none bot will need approval for some tools of desk; 1 instance"),
    ],
)
def test_an_approval_level_that_changes(backend: Backend, level: str, told: str) -> None:
    assert after(backend, SHOP, ("approval: destructive", f"approval: {level}")) == [told]


def test_an_approval_that_is_first_asked_for_everything(backend: Backend) -> None:
    start = changed(SHOP, ("approval: destructive", "approval: never"))
    assert after(backend, start, ("approval: never", "approval: always")) == [
        "none bot will need approval for every tool of desk; 1 instance"
    ]
    settle(backend, manifests(changed(SHOP, ("approval: destructive", "approval: always"))))
    assert said(backend, SHOP) == ["bot can now use harmless tools of desk without approval; 1 instance"]


def test_a_server_that_is_new_says_its_approval_with_its_tools(backend: Backend) -> None:
    server = "{name: shell, stdio: {command: sh-mcp}, approval: never, enabled_tools: [exec]}"
    assert after(backend, SHOP, with_server(server)) == [
        "high bot can now run sh-mcp and use exec of shell without approval; 1 instance"
    ]


@pytest.mark.parametrize(
    ("server", "told"),
    [
        (
            "{name: web, enabled_tools: [look], http: {url: 'https://user:pw@web.example.com:8443/mcp?key=1'}}",  # secret-scan: allow
            "medium bot can now use look of web and reach web.example.com:8443; 1 instance",
        ),
        (
            "{name: run, enabled_tools: [look], stdio: {command: /usr/bin/uvx, args: [-q, acme==1, --password, hunter2]}}",
            "high bot can now run uvx acme==1 and use look of run; 1 instance",
        ),
        (
            "{name: own, enabled_tools: [look], stdio: {command: acme, args: [hunter2]}}",
            "high bot can now run acme and use look of own; 1 instance",
        ),
        (
            f"{{name: box, enabled_tools: [look], docker: {{image: 'example/box:1', network: lan, volumes: {VOLUMES}}}}}",
            BOXED,
        ),
        (
            "{name: box, enabled_tools: [look], docker: {image: example/box, network: host}}",
            "high bot can now run the image example/box, use look of box and reach the network of its host; 1 instance",
        ),
    ],
)
def test_what_a_server_reaches_and_runs(backend: Backend, server: str, told: str) -> None:
    assert after(backend, SHOP, with_server(server)) == [told]


def test_another_version_of_a_program_is_less_than_a_new_program(backend: Backend) -> None:
    start = changed(
        SHOP, ('http: {url: "https://desk.example.com/mcp"}', "stdio: {command: uvx, args: [desk==1]}")
    )
    assert after(backend, start, ("desk==1", "desk==2")) == [
        "medium bot can now run uvx desk==2, and no longer run uvx desk==1; 1 instance"
    ]
    assert said(backend, changed(start, ("desk==1", "desk==1, --all"))) == [
        "bot will run uvx desk==1 with other arguments; 1 instance"
    ]
    (told,) = found(backend, changed(start, ("desk==1", "evil==1")))
    assert told.danger is Danger.HIGH


def test_a_host_that_moves(backend: Backend) -> None:
    assert after(backend, SHOP, ("desk.example.com", "desk.example.org")) == [
        "medium bot can now reach desk.example.org, and no longer reach desk.example.com; 1 instance"
    ]


def test_a_secret_that_a_server_asks_for(backend: Backend) -> None:
    edit = (
        "DESK_TOKEN: {is_secret: true}}}",
        "DESK_TOKEN: {is_secret: true}, ADMIN_KEY: {is_secret: true}}}",
    )
    assert after(backend, SHOP, edit) == ["medium bot can now read ADMIN_KEY; 1 instance"]
    (meaning,) = found(backend, changed(SHOP, edit))
    assert meaning.shifts == (
        Shift(Capability.SECRET, True, "ADMIN_KEY", key("mcp-server/desk"), Danger.MEDIUM),
    )
    assert (meaning.subject, meaning.cause) == (key("agent/bot"), (key("mcp-server/desk"),))
    assert meaning.affected == (key("agent-instance/bot"),)


def test_who_asks_for_a_secret_makes_no_difference(backend: Backend) -> None:
    asks = "  env_spec: {data: {DESK_TOKEN: {is_secret: true}}}\n"
    assert after(backend, SHOP, (BOT, BOT + asks)) == []


def test_a_name_that_is_no_secret_is_no_capability(backend: Backend) -> None:
    assert after(backend, SHOP, (BOT, BOT + "  env_spec: {data: {REGION: {}}}\n")) == []


@pytest.mark.parametrize(
    ("host", "gains_secret", "danger"),
    [
        ("web.example.com", True, Danger.HIGH),
        ("web.example.com", False, Danger.MEDIUM),
        ("10.0.0.7", True, Danger.MEDIUM),
        ("wiki.corp.internal", True, Danger.MEDIUM),
        ("localhost:8080", True, Danger.MEDIUM),
    ],
)
def test_a_secret_and_an_external_host_together_are_dangerous(
    backend: Backend, host: str, gains_secret: bool, danger: Danger
) -> None:
    settle(backend, manifests(SHOP))
    before, server = with_server(f"{{name: web, enabled_tools: [look], http: {{url: 'http://{host}/mcp'}}}}")
    secret = "  env_spec: {data: {KEY: {is_secret: true}}}\n" if gains_secret else ""
    (meaning,) = found(backend, changed(SHOP, (before, server + secret)))
    assert f"reach {host}" in meaning.sentence
    assert meaning.danger is danger


def test_what_a_sub_agent_shares(backend: Backend) -> None:
    clerk = "  sub_agents: [{name: clerk, instructions: Decide., mcp_servers: [desk], skill_refs: [rules]}]\n"
    skill = "---\napiVersion: agentic.stigmer.ai/v1\nkind: Skill\nmetadata: {name: rules}\nspec: {markdown_content: Be fair.}\n"
    assert after(backend, SHOP + skill, (BOT, BOT + clerk)) == [
        "low bot can now let clerk use desk and let clerk use the skill rules; 1 instance"
    ]


def test_a_change_that_says_nothing_of_capability(backend: Backend) -> None:
    assert (
        after(
            backend, SHOP, ("Answer politely.", "Answer briefly."), ("{name: bot}", "{name: bot, tags: [a]}")
        )
        == []
    )


def test_a_new_agent_is_told_whole_and_one_that_goes_too(backend: Backend) -> None:
    (told,) = said(backend, SHOP)
    assert (
        told
        == "the new agent bot can use reply and get_ticket of desk, reach desk.example.com and read DESK_TOKEN"
    )
    assert said(backend, "---\n".join([DESK, PROD])) == []
    assert INSTANCE in SHOP


def test_of_many_servers_the_tools_are_not_named(backend: Backend) -> None:
    servers = [f"{{name: s{number}, stdio: {{command: sh}}, approval: always}}" for number in range(3)]
    before, after_ = with_server(
        "\n    - ".join([*servers, "{name: s3, stdio: {command: sh}, approval: never}"])
    )
    (told,) = after(backend, SHOP, (before, after_))
    assert (
        told
        == "high bot can now run sh, use tools of s0, s1 and s2 and use tools of s3 without approval; 1 instance"
    )
