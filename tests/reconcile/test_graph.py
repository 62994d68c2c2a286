# SPDX-License-Identifier: Apache-2.0
"""The order of manifests, and circles that have none."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import pytest

from stigmer.manifests.manifest import Manifest
from stigmer.reconcile.graph import dependency_graph
from stigmer.resources.resource import label
from tests.reconcile.declared import agent, codes, declare


def after(name: str, *others: str) -> list[Manifest]:
    """An agent that depends on others."""
    return agent(name, "", f"depends_on: [{', '.join(f'agent/{other}' for other in others)}]")


def order(declared: list[Manifest]) -> list[str]:
    graph = dependency_graph(declared)
    assert graph.cycles == ()
    return [label(manifest.key) for manifest in graph.order]


SHOP = [
    *declare("agent-instance/desk", "agent: bot, environment_refs: [prod]"),
    *agent("bot", "skill_refs: [policy], mcp_servers: [{ref: orders}]"),
    *declare("environment/prod", "data: {}"),
    *declare("mcp-server/orders", "stdio: {command: x}"),
    *declare("skill/policy", "markdown_content: x"),
    *declare("skill/alone", "markdown_content: x", "depends_on: [environment/prod]"),
]


def test_what_is_referred_to_comes_first() -> None:
    assert order(SHOP) == [
        "mcp-server/orders",
        "skill/policy",
        "agent/bot",
        "environment/prod",
        "agent-instance/desk",
        "skill/alone",
    ]


def test_the_order_does_not_depend_on_that_of_the_files() -> None:
    chance = random.Random(7)
    expected = order(SHOP)
    for _ in range(20):
        shuffled = chance.sample(SHOP, len(SHOP))
        assert order(shuffled) == expected


def test_what_is_not_among_them_does_not_count() -> None:
    assert order(agent("bot", "skill_refs: [elsewhere]")) == ["agent/bot"]
    assert order([]) == []


@pytest.mark.parametrize(
    ("declared", "path"),
    [
        ([after("a", "a")], "agent/a -> agent/a"),
        ([after("a", "b"), after("b", "a")], "agent/a -> agent/b -> agent/a"),
        ([after("a", "b"), after("b", "c"), after("c", "b")], "agent/b -> agent/c -> agent/b"),
        ([after("c", "a"), after("b", "c"), after("a", "b")], "agent/a -> agent/b -> agent/c -> agent/a"),
    ],
)
def test_a_circle_is_told_as_a_path(declared: Any, path: str) -> None:
    manifests = [manifest for each in declared for manifest in each]
    for shuffled in (manifests, manifests[::-1]):
        graph = dependency_graph(shuffled)
        assert len(graph.order) == len(manifests)
        (found,) = graph.diagnostics()
        assert codes([found]) == [("error", "graph.cycle")]
        assert f"in a circle: {path} (" in found.message
        names = path.split(" -> ")[:-1]
        places = [f"{name} at {name.removeprefix('agent/')}.yaml:3:34" for name in names]
        assert found.message.endswith(f"({'; '.join(places)})")
        assert (found.resource, str(found.location)) == (names[0], places[0].partition(" at ")[2])


def test_every_circle_is_told() -> None:
    declared = after("a", "b") + after("b", "a") + after("c", "d") + after("d", "c") + after("e", "a")
    assert len(dependency_graph(declared).diagnostics()) == 2


def test_a_long_chain_is_no_deep_stack() -> None:
    names = [f"n{number}" for number in range(3000)]
    declared = [manifest for name, other in pairwise(names) for manifest in after(name, other)]
    assert order([*agent(names[-1]), *declared]) == [f"agent/{name}" for name in reversed(names)]
    (found,) = dependency_graph([*after(names[-1], names[0]), *declared]).diagnostics()
    assert "agent/n0 -> agent/n1 -> " in found.message
