# SPDX-License-Identifier: Apache-2.0
"""What an agent can do: the tools of its servers, and what these reach, run and read; its skills; what its sub-agents share."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from stigmer.checks.sub_agents import server_name
from stigmer.meaning.hosts import reaching
from stigmer.meaning.meaning import Capability
from stigmer.meaning.powers import Power, short_digest
from stigmer.meaning.sides import Side
from stigmer.resources.keys import Key
from stigmer.resources.needs import asked_by, reference

EVERY_TOOL = "every tool"
HARMLESS = "harmless tools"
# Programs whose first argument is the program that they fetch and run; other arguments are not told, as they may hold anything.
_LAUNCHERS = ("uvx", "npx", "bunx", "pipx", "deno", "node", "python", "python3", "sh", "bash")
_DIGEST_LENGTH = 64
# What an approval lets pass without asking. Where none is said the runner decides, which is no power that the manifest gives.
_UNASKED = {
    "TOOL_APPROVAL_NEVER": (HARMLESS, EVERY_TOOL),
    "TOOL_APPROVAL_DESTRUCTIVE": (HARMLESS,),
}


def agent_powers(key: Key, side: Side) -> Iterator[Power]:
    """What the agent can do by itself, whatever its instances bind."""
    body = side.body(key)
    if body is None:
        return
    spec = body["spec"]
    servers = {server_name(each): each for each in spec.get("mcp_servers", ())}
    for name, server in servers.items():
        yield from _server(name, server, side)
    for skill in spec.get("skill_refs", ()):
        yield _skill(skill, side)
    for sub_agent in spec.get("sub_agents", ()):
        yield from _sub_agent(sub_agent, servers, side)
    asked = asked_by(key, side)
    for asker in asked.askers if asked is not None else ():
        for name, about in asker.names.items():
            if about.get("is_secret"):
                through = None if asker.key == key else asker.key
                yield Power(Capability.SECRET, name, through)


def _server(name: str, server: Mapping[str, Any], side: Side) -> Iterator[Power]:
    """What a server of an agent gives it."""
    through, definition = _definition(server, side)
    yield Power(Capability.SERVER, name, through, server=name)
    # A list that is empty says nothing, as in the protos, and the agent has what it has by default.
    for tool in server.get("enabled_tools") or definition.get("default_enabled_tools") or (EVERY_TOOL,):
        yield Power(Capability.TOOL, tool, through, server=name)
    for what in _UNASKED.get(server.get("approval", ""), ()):
        yield Power(Capability.APPROVAL, what, through, server=name)
    if "http" in definition:
        yield reaching(definition["http"]["url"], {}, through=through, server=name)
    if "stdio" in definition:
        yield _program(definition["stdio"], through, name)
    if "docker" in definition:
        yield from _container(definition["docker"], through, name)


def _definition(server: Mapping[str, Any], side: Side) -> tuple[Key | None, Mapping[str, Any]]:
    """The resource that a server of an agent refers to, and what is said of the server there or in place."""
    if "ref" not in server:
        return None, server
    key = reference(server["ref"], "McpServer")
    body = side.body(key)
    return key, {} if body is None else body["spec"]


def _program(stdio: Mapping[str, Any], through: Key | None, server: str) -> Power:
    command = os.path.basename(stdio["command"])
    fetched = next((each for each in stdio.get("args", ()) if not each.startswith("-")), None)
    what = f"{command} {fetched}" if command in _LAUNCHERS and fetched is not None else command
    detail = short_digest([stdio["command"], stdio.get("args"), stdio.get("working_dir")])
    changed = f"run {what} with other arguments"
    return Power(Capability.COMMAND, what, through, server, detail=detail, changed=changed)


def _container(docker: Mapping[str, Any], through: Key | None, server: str) -> Iterator[Power]:
    what = f"the image {docker['image']}"
    detail = short_digest([docker.get("args"), docker.get("ports")])
    changed = f"run {what} with other arguments or ports"
    yield Power(Capability.COMMAND, what, through, server, detail=detail, changed=changed)
    network = docker.get("network")
    if network is not None and network != "none":
        whole = network == "host"
        what = "the network of its host" if whole else f"the container network {network}"
        yield Power(Capability.HOST, what, through, server, writes=whole)
    for volume in docker.get("volumes", ()):
        writes = not volume.get("read_only", False)
        yield Power(Capability.FILES, volume["host_path"], through, server, writes=writes)


def _sub_agent(
    sub_agent: Mapping[str, Any], servers: Mapping[str, Mapping[str, Any]], side: Side
) -> Iterator[Power]:
    """What an agent shares with one of its sub-agents, which can do nothing that the agent cannot."""
    who = sub_agent["name"]
    for name in sub_agent.get("mcp_servers", ()):
        if name in servers:
            through = _definition(servers[name], side)[0]
            yield Power(Capability.SERVER, name, through, server=name, sub_agent=who)
    for skill in sub_agent.get("skill_refs", ()):
        yield _skill(skill, side, who)


def _skill(ref: Mapping[str, str], side: Side, sub_agent: str = "") -> Power:
    name = ref["name"]
    key = reference(ref, "Skill")
    return Power(
        Capability.SKILL,
        name,
        key,
        sub_agent=sub_agent,
        detail=_text_of(key, ref.get("version"), side),
        changed=f"go by another text of the skill {name}",
    )


def _text_of(key: Key, version: str | None, side: Side) -> str:
    """What tells the text apart that a reference to a skill means. A tag stays with an older text where the newest has another."""
    if version is not None and len(version) == _DIGEST_LENGTH:
        return version
    for body in (side.body(key), side.earlier(key)):
        if body is not None and (version is None or body["spec"].get("tag") == version):
            return short_digest(body["spec"]["markdown_content"])
    return f"@{version}"
