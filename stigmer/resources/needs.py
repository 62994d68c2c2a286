# SPDX-License-Identifier: Apache-2.0
"""Who binds which environments, and what they ask of them at run time.

An agent asks by its own `env_spec` and by those of the servers that it refers to; servers that it describes in place, and its
sub-agents, have none of their own. A workflow asks by its own alone: the agents and workflows that it calls run with their own
instances.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from stigmer.resources.keys import Key

TEMPLATES = {"AgentInstance": ("agent", "Agent"), "WorkflowInstance": ("workflow", "Workflow")}
"""The field of each kind of instance that names its template, and the template's kind."""

EXECUTIONS = {
    "AgentExecution": (("session", "Session"), ("agent_instance", "AgentInstance"), ("agent", "Agent")),
    "WorkflowExecution": (("workflow_instance", "WorkflowInstance"), ("workflow", "Workflow")),
}
"""Of each kind of execution the fields that may say what is run, each with the kind that it names."""

Body = Mapping[str, Any]
"""A resource in canonical form, whole."""

Names = Mapping[str, Mapping[str, Any]]
"""The `data` of an `env_spec` or of an environment."""


class Bodies(Protocol):
    """Resources as they are, or will be, at one moment."""

    asked: dict[Key, Asked | None]

    def body(self, key: Key) -> Body | None:
        """What a key names; None where it is not there or not known."""


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


def default_instance(template: Key) -> Key:
    """The instance in which executions of a template run that name none: it has the template's name."""
    return template._replace(kind=f"{template.kind}Instance")


def environments_of(body: Body) -> list[Key]:
    """The environments that an instance binds, in order."""
    return [reference(each, "Environment") for each in body["spec"].get("environment_refs", ())]


def required(about: Mapping[str, Any]) -> bool:
    """Whether a name of an `env_spec` must be supplied."""
    return not about.get("optional", False) and "default" not in about


def reference(value: Mapping[str, str], kind: str) -> Key:
    """Whom a canonical reference to a kind within an organization names."""
    return Key(kind, value["org"], value["name"])
