# SPDX-License-Identifier: Apache-2.0
"""Tools that an agent enables although the server's definition does not list them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from stigmer.checks.finding import Finding
from stigmer.checks.world import World
from stigmer.manifests.load import MOST_TOLD
from stigmer.manifests.manifest import Manifest
from stigmer.resources.kinds import nearest
from stigmer.resources.needs import reference
from stigmer.resources.paths import Path
from stigmer.resources.resource import label

_MOST_LISTED = 20


def check(manifests: Sequence[Manifest], world: World) -> Iterator[Finding]:
    """Finds tools that no list has. A definition that lists none says nothing of its tools, so nothing is said of them."""
    for manifest in manifests:
        for index, server in enumerate(manifest.resource.body["spec"].get("mcp_servers", ())):
            if "ref" not in server or "enabled_tools" not in server:
                continue
            key = reference(server["ref"], "McpServer")
            definition = world.body(key)
            listed = [] if definition is None else definition["spec"].get("default_enabled_tools", [])
            known, enabled = set(listed), server["enabled_tools"]
            unknown = [tool for tool in enabled if tool not in known] if listed else []
            others = known.difference(enabled) if unknown else set()
            place: Path = ("spec", "mcp_servers", index, "enabled_tools")
            written = _written(manifest, place) if unknown else {}
            for tool in unknown[: MOST_TOLD + 1]:
                words = f"{label(key)} lists no tool {tool}"
                path = (*place, written[tool]) if tool in written else place
                near = nearest(tool, [each for each in listed if each in others])
                hint = f"did you mean {near}?" if near else f"it lists {_listed(listed)}"
                yield Finding(manifest, "agent.tool", words, path, hint)


def _listed(tools: Sequence[str]) -> str:
    return ", ".join([*tools[:_MOST_LISTED], *(["..."] if len(tools) > _MOST_LISTED else [])])


def _written(manifest: Manifest, path: Path) -> dict[str, int]:
    """Where in a set each text was written: its canonical form has another order."""
    places: dict[str, int] = {}
    for index in count():
        text = manifest.origin.written((*path, index))
        if text is None:
            break
        places.setdefault(text, index)
    return places
