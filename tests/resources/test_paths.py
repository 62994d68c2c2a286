# SPDX-License-Identifier: Apache-2.0
"""Field paths: what people read and write for a place in a document."""

from __future__ import annotations

from typing import Any

import pytest

from stigmer.resources.fields import message
from stigmer.resources.kinds import kind_named
from stigmer.resources.paths import Path, field_path, message_at, path_steps, place_of

AGENT: dict[str, Any] = {
    "apiVersion": "agentic.stigmer.ai/v1",
    "metadata": {"labels": {"k8s.io/x": "1", 'a"b\\': "2", "team": "x"}},
    "spec": {
        "mcp_servers": [
            {"ref": "acme/github@v1", "enabled_tools": ["a", "b"]},
            {"ref": {"name": "gitlab"}},
            {"name": "own", "stdio": {"command": "x", "args": ["-v"]}},
            {"stdio": {"command": "nameless"}},
        ],
        "skill_refs": ["a", "b"],
        "sub_agents": [{"name": "helper", "skill_refs": ["x"]}],
    },
}


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        ((), ""),
        (("apiVersion",), "apiVersion"),
        (("spec", "model", "name"), "spec.model.name"),
        (("spec", "mcp_servers", 0), "spec.mcp_servers[github]"),
        (("spec", "mcp_servers", 0, "enabled_tools", 1), "spec.mcp_servers[github].enabled_tools[1]"),
        (("spec", "mcp_servers", 1), "spec.mcp_servers[gitlab]"),
        (("spec", "mcp_servers", 2, "stdio", "args", 0), "spec.mcp_servers[own].stdio.args[0]"),
        (("spec", "mcp_servers", 3), "spec.mcp_servers[3]"),
        (("spec", "mcp_servers", 9, "name"), "spec.mcp_servers[9].name"),
        (("spec", "skill_refs", 1), "spec.skill_refs[1]"),
        (("spec", "sub_agents", 0, "skill_refs", 0), "spec.sub_agents[helper].skill_refs[0]"),
        (("metadata", "labels", "team"), "metadata.labels.team"),
        (("metadata", "labels", "k8s.io/x"), 'metadata.labels["k8s.io/x"]'),
        (("metadata", "labels", 'a"b\\'), 'metadata.labels["a\\"b\\\\"]'),
        (("spec", "nope", "deeper"), "spec.nope.deeper"),
    ],
)
def test_a_path_names_items_of_named_lists(steps: Path, path: str) -> None:
    assert field_path(message(kind_named("Agent").message), AGENT, steps) == path


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("spec.mcp_servers[gitlab].ref", ("spec", "mcp_servers", 1, "ref")),
        ("spec.mcp_servers[own].stdio.args[0]", ("spec", "mcp_servers", 2, "stdio", "args", 0)),
        ("spec.mcp_servers[3].stdio.command", ("spec", "mcp_servers", 3, "stdio", "command")),
        ('metadata.labels["k8s.io/x"]', ("metadata", "labels", "k8s.io/x")),
        # as far as it is there
        ("spec.mcp_servers[gone].ref", ("spec", "mcp_servers")),
        ("spec.mcp_servers[own].http.url", ("spec", "mcp_servers", 2)),
        ("spec.skill_refs[7]", ("spec", "skill_refs")),
        # a set is written in any order
        ("spec.mcp_servers[github].enabled_tools[b]", ("spec", "mcp_servers", 0, "enabled_tools")),
        ("not a path", ()),
    ],
)
def test_the_place_that_a_path_names(path: str, steps: Path) -> None:
    assert place_of(message(kind_named("Agent").message), AGENT, path) == steps


@pytest.mark.parametrize(
    ("written", "steps"),
    [
        ('spec.tasks["a]b"].set', ["spec", "tasks", "a]b", "set"]),
        ("spec", ["spec"]),
        ("spec.model.name", ["spec", "model", "name"]),
        (
            "spec.mcp_servers[github].enabled_tools[1]",
            ["spec", "mcp_servers", "github", "enabled_tools", "1"],
        ),
        ('metadata.labels["k8s.io/x"]', ["metadata", "labels", "k8s.io/x"]),
        ('metadata.labels["a\\"b\\\\"]', ["metadata", "labels", 'a"b\\']),
        ("", None),
        ("[x]", None),
        ("spec..name", None),
        ("spec.", None),
        (".spec", None),
        ("spec[", None),
        ("spec[]", None),
        ("spec model", None),
    ],
)
def test_a_written_path_has_steps_or_is_none(written: str, steps: list[str] | None) -> None:
    assert path_steps(written) == steps


@pytest.mark.parametrize(
    ("steps", "name"),
    [
        ((), "stigmer.agentic.agent.v1.Agent"),
        (("spec", "model"), "stigmer.agentic.agent.v1.AgentModel"),
        (("spec", "mcp_servers"), None),
        (("spec", "mcp_servers", 0, "stdio"), "stigmer.agentic.mcpserver.v1.StdioServer"),
        (("metadata", "labels", "x"), None),
        (("spec", "env_spec", "data", "X"), "stigmer.commons.v1.EnvironmentDeclaration"),
        (("spec", "nope", "deeper"), None),
    ],
)
def test_the_message_at_a_path(steps: Path, name: str | None) -> None:
    found = message_at(message(kind_named("Agent").message), steps)
    assert (found.name if found else None) == name
