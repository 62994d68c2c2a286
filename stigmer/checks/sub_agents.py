# SPDX-License-Identifier: Apache-2.0
"""Sub-agents that ask for servers which their agent does not have.

Skills are another matter: a sub-agent may know what its agent does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stigmer.checks.finding import Finding
from stigmer.checks.world import World
from stigmer.manifests.manifest import Manifest
from stigmer.resources.kinds import nearest


def check(manifests: Sequence[Manifest], world: World) -> Iterator[Finding]:
    """Finds the names of servers that are none of the agent's own."""
    for manifest in manifests:
        spec = manifest.resource.body["spec"]
        for number, sub_agent in enumerate(spec.get("sub_agents", ())):
            asked = sub_agent.get("mcp_servers", ())
            own = [server_name(server) for server in spec.get("mcp_servers", ())] if asked else []
            for index, name in enumerate(asked):
                if name not in own:
                    words = f"{sub_agent['name']} asks for the server {name}, which its agent does not have"
                    near = nearest(name, [each for each in own if each not in asked])
                    hint = f"did you mean {near}?" if near else "remove it, or give it to the agent first"
                    path = ("spec", "sub_agents", number, "mcp_servers", index)
                    yield Finding(manifest, "agent.sub_agent", words, path, hint)


def server_name(server: Mapping[str, Any]) -> str:
    """What an agent calls one of its servers."""
    match server:
        case {"ref": {"name": str(name)}} | {"name": str(name)}:
            return name
    raise AssertionError("a server of an agent has a reference or a name")
