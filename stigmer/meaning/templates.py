# SPDX-License-Identifier: Apache-2.0
"""What a template can do: by itself, and by each of its instances with what that binds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stigmer.meaning.agents import agent_powers
from stigmer.meaning.meaning import Capability
from stigmer.meaning.powers import Power, Powers
from stigmer.meaning.sides import Side
from stigmer.meaning.workflows import workflow_hosts, workflow_powers
from stigmer.resources.keys import Key
from stigmer.resources.needs import Body, environments_of, template_of

INSTANCES = {"Agent": "AgentInstance", "Workflow": "WorkflowInstance"}


def template_powers(template: Key, candidates: Iterable[Key], side: Side) -> Powers:
    """What an agent or a workflow can do; `candidates` are instances that may be its own."""
    if template.kind == "Agent":
        own = frozenset(agent_powers(template, side))
    else:
        own = frozenset(workflow_powers(template, side))
    instances = {}
    for key in candidates:
        body = side.body(key)
        if body is not None and template_of(key.kind, body) == template:
            instances[key] = frozenset(_bound(template, body, side))
    if template.kind == "Workflow" and not instances:
        own |= frozenset(workflow_hosts(template, side, {}))
    return Powers(own, instances)


def _bound(template: Key, instance: Body, side: Side) -> Iterator[Power]:
    """What an instance adds: the secrets of its environments, and where the addresses lead that a workflow takes from them."""
    values = {}
    for name, (environment, entry) in _supplied(instance, side).items():
        if entry.get("is_secret") or "value_from" in entry:
            yield Power(Capability.SECRET, name, environment)
        elif "value" in entry:
            values[name] = entry["value"]
    if template.kind == "Workflow":
        yield from workflow_hosts(template, side, values)


def _supplied(instance: Body, side: Side) -> Mapping[str, tuple[Key, Mapping[str, Any]]]:
    """What an instance's environments hold together, later ones over earlier ones, each name with where it comes from."""
    found: dict[str, tuple[Key, Mapping[str, Any]]] = {}
    for key in environments_of(instance):
        body = side.body(key)
        if body is not None:
            found |= {name: (key, entry) for name, entry in body["spec"].get("data", {}).items()}
    return found
