# SPDX-License-Identifier: Apache-2.0
"""All checks over all manifests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from stigmer.checks.finding import Finding
from stigmer.checks.world import World
from stigmer.resources.kinds import kinds

# The kinds that each module looks at. A module has `check(manifests, world)`, and is imported only where there is such a manifest.
_CHECKS: Mapping[str, tuple[str, ...]] = {
    ".supply": ("AgentInstance", "WorkflowInstance", "AgentExecution", "WorkflowExecution"),
    ".unused_values": ("Environment",),
    ".agent_tools": ("Agent",),
    ".sub_agents": ("Agent",),
    ".placeholders": ("McpServer", "Agent"),
    ".clear_secrets": tuple(kind.name for kind in kinds() if kind.declarable),
    ".expired_keys": ("ApiKey",),
    ".skill_versions": ("Agent",),
    ".workflows.flow": ("Workflow",),
    ".workflows.expressions": ("Workflow",),
}


def run_checks(world: World) -> Iterator[Finding]:
    """What the checks find in the declared manifests, check by check."""
    by_kind = world.by_kind
    for module, names in _CHECKS.items():
        manifests = [manifest for name in names for manifest in by_kind.get(name, ())]
        if manifests:
            yield from import_module(module, __package__).check(manifests, world)
