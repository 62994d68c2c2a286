# SPDX-License-Identifier: Apache-2.0
"""Large documents with mistakes: the first ones are found, wherever they stand, and none that is not there."""

from __future__ import annotations

import pytest

from stigmer.manifests.load import LoadOptions, load_sources
from stigmer.manifests.source import Source

HEAD = "apiVersion: agentic.stigmer.ai/v1\nkind: {}\nmetadata:\n  name: it\nspec:\n"


def told(text: str) -> list[tuple[str, int]]:
    """The code and the line of each mistake."""
    found = load_sources([Source("it.yaml", text.encode(), "/", "/", named=True)], LoadOptions()).diagnostics
    return [(each.code, each.location.line) for each in found if each.location is not None]


@pytest.mark.parametrize("number", [0, 700, 3_000, 9_999])
def test_one_mistake_is_found_anywhere(number: int) -> None:
    data = "".join(f"    K{each}: {{value: {1 if each == number else 'x'}}}\n" for each in range(10_000))
    assert told(HEAD.format("Environment") + "  data:\n" + data) == [("schema.type", 7 + number)]


def test_what_stands_after_many_values_is_not_missing() -> None:
    """A field that a map must have may be its last."""
    tools = ", ".join(f"tool-{each}" for each in range(5_000))
    text = f"  mcp_servers: [{{ref: web, enabled_tools: [{tools}]}}]\n  descripton: d\n  instructions: Answer politely.\n"
    assert told(HEAD.format("Agent") + text) == [("schema.unknown", 7)]


def test_lists_keep_the_items_that_they_must_have() -> None:
    values = ", ".join("1" for _ in range(5_000))
    branches = "[{name: a, tasks: [{name: b, set: {}}]}, {name: c, tasks: [{name: d, set: {}}]}]"
    text = (
        "  document: {dsl: 1.0.3, namespace: n, name: w, version: 1.0.0}\n  tasks:\n"
        f"    - {{name: many, set: {{all: [{values}]}}}}\n"
        f"    - {{name: both, fork: {{branches: {branches}}}}}\n"
        "    - {name: late, wait: {duration: soon}}\n"
    )
    assert told(HEAD.format("Workflow") + text) == [("schema.pattern", 10)]


def test_of_a_hundred_thousand_mistakes_fifty_are_told() -> None:
    text = HEAD.format("Environment") + "  data:\n" + "".join(f"    k{each}: 1\n" for each in range(100_000))
    assert len(told(text)) == 50
