# SPDX-License-Identifier: Apache-2.0
"""Who binds which environments, and what they ask of them at run time.

An agent asks by its own `env_spec` and by those of the servers that it refers to; servers that it describes in place, and its
sub-agents, have none of their own. A workflow asks by its own alone: the agents and workflows that it calls run with their own
instances.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stigmer.checks.world import Bodies, Body, World
from stigmer.resources.keys import Key

TEMPLATES = {"AgentInstance": ("agent", "Agent"), "WorkflowInstance": ("workflow", "Workflow")}
"""The field of each kind of instance that names its template, and the template's kind."""

Names = Mapping[str, Mapping[str, Any]]
"""The `data` of an `env_spec` or of an environment."""


@dataclass(frozen=True, slots=True)
class Asker:
    """A resource that asks for names; `body` is all of it."""

    key: Key
    body: Body

    @property
    def names(self) -> Names:
        """What its `env_spec` names."""
        spec: Body = self.body["spec"].get("env_spec", {})
        names: Names = spec.get("data", {})
        return names


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks at run time of a template. Not `complete` where somebody is not known, who might ask for more."""

    askers: Sequence[Asker]
    complete: bool


def asked_by(template: Key, world: Bodies) -> Asked | None:
    """Who asks when a template is run; None where it is not known."""
    if template not in world.asked:
        world.asked[template] = _asked_by(template, world)
    return world.asked[template]


def _asked_by(template: Key, world: Bodies) -> Asked | None:
    body = world.body(template)
    if body is None:
        return None
    askers, complete = [Asker(template, body)], True
    for server in body["spec"].get("mcp_servers", ()):
        if "ref" in server:
            key = reference(server["ref"], "McpServer")
            definition = world.body(key)
            if definition is None:
                complete = False
            else:
                askers.append(Asker(key, definition))
    return Asked(askers, complete)


def template_of(kind: str, body: Body) -> Key:
    """The template of an instance."""
    field, target = TEMPLATES[kind]
    return reference(body["spec"][field], target)


def environments_of(body: Body) -> list[Key]:
    """The environments that an instance binds, in order."""
    return [reference(each, "Environment") for each in body["spec"].get("environment_refs", ())]


def required(about: Mapping[str, Any]) -> bool:
    """Whether a name of an `env_spec` must be supplied."""
    return not about.get("optional", False) and "default" not in about


def reference(value: Mapping[str, str], kind: str) -> Key:
    """Whom a canonical reference to a kind within an organization names."""
    return Key(kind, value["org"], value["name"])


def instances(world: World) -> Iterator[tuple[str, Body]]:
    """Every declared instance, with its kind."""
    for kind in TEMPLATES:
        for manifest in world.by_kind.get(kind, ()):
            yield kind, manifest.resource.body
