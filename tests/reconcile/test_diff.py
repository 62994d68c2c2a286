# SPDX-License-Identifier: Apache-2.0
"""Field by field: each difference once, at the path where a person would look."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stigmer.reconcile.diff import compare
from stigmer.resources.confidential import Redacted, Unresolved
from stigmer.resources.kinds import kind_named


def document(spec: Any, **metadata: Any) -> dict[str, Any]:
    return {
        "apiVersion": "agentic.stigmer.ai/v1",
        "kind": "X",
        "metadata": {"name": "x", **metadata},
        "spec": spec,
    }


def changes(kind: str, before: Any, after: Any) -> list[tuple[str, str, Any, Any]]:
    found = compare(kind_named(kind), document(before), document(after))
    return [(each.path, each.op.value, each.before, each.after) for each in found]


def server(name: str, **more: Any) -> dict[str, Any]:
    return {"ref": name, **more}


def task(**configuration: Any) -> dict[str, Any]:
    return {"tasks": [{"name": "one", **configuration}]}


ONE, TWO = Redacted("1" * 64), Redacted("2" * 64)


@pytest.mark.parametrize(
    ("kind", "before", "after", "expected"),
    [
        # scalars and whole fields
        ("Agent", {}, {"description": "d"}, [("spec.description", "add", None, "d")]),
        ("Agent", {"description": "d"}, {}, [("spec.description", "remove", "d", None)]),
        ("Agent", {"description": "d"}, {"description": "e"}, [("spec.description", "replace", "d", "e")]),
        ("Agent", {}, {"model": {"temperature": 0}}, [("spec.model", "add", None, {"temperature": 0})]),
        ("Agent", {"model": {}}, {"model": {"temperature": 0}}, [("spec.model.temperature", "add", None, 0)]),
        ("Agent", {"model": {"temperature": 1}}, {"model": {"temperature": 0.5, "name": "n"}}, [("spec.model.temperature", "replace", 1, 0.5), ("spec.model.name", "add", None, "n")]),
        ("Agent", {"skill_refs": []}, {}, [("spec.skill_refs", "remove", [], None)]),
        # named lists: by name
        ("Agent", {"mcp_servers": [server("a"), server("b")]}, {"mcp_servers": [server("a"), server("b", approval="never")]}, [("spec.mcp_servers[b].approval", "add", None, "never")]),
        ("Agent", {"mcp_servers": [server("a"), server("b")]}, {"mcp_servers": [server("b")]}, [("spec.mcp_servers[a]", "remove", server("a"), None)]),
        ("Agent", {"mcp_servers": [server("a")]}, {"mcp_servers": [server("a"), server("b")]}, [("spec.mcp_servers[b]", "add", None, server("b"))]),
        ("Agent", {"mcp_servers": [server("zoo/a@v1")]}, {"mcp_servers": [server("a")]}, [("spec.mcp_servers[a].ref", "replace", "zoo/a@v1", "a")]),
        ("Agent", {"mcp_servers": [server("a"), server("b")]}, {"mcp_servers": [server("b"), server("a")]}, [("spec.mcp_servers", "replace", ["a", "b"], ["b", "a"])]),
        ("McpServer", {"tags": ["a]b", 'c"d']}, {"tags": ["e"]}, [('spec.tags["a]b"]', "remove", "a]b", None), ('spec.tags["c\\"d"]', "remove", 'c"d', None), ("spec.tags[e]", "add", None, "e")]),
        ("Agent", {"mcp_servers": [server("a")]}, {"mcp_servers": [server("b"), server("a")]}, [("spec.mcp_servers[b]", "add", None, server("b")), ("spec.mcp_servers", "replace", ["a"], ["b", "a"])]),
        ("Workflow", {"tasks": [{"name": "x", "do": {"tasks": [{"name": "y", "wait": {"duration": "PT1S"}}]}}]}, {"tasks": [{"name": "x", "do": {"tasks": [{"name": "y", "wait": {"duration": "PT2S"}}]}}]}, [("spec.tasks[x].do.tasks[y].wait.duration", "replace", "PT1S", "PT2S")]),
        # sets: by value
        ("Agent", {"mcp_servers": [server("a", enabled_tools=["x", "y"])]}, {"mcp_servers": [server("a", enabled_tools=["y", "z"])]}, [("spec.mcp_servers[a].enabled_tools[x]", "remove", "x", None), ("spec.mcp_servers[a].enabled_tools[z]", "add", None, "z")]),
        # lists without names: by place
        ("Agent", {"skill_refs": ["a", "b"]}, {"skill_refs": ["a", "c"]}, [("spec.skill_refs", "replace", ["a", "b"], ["a", "c"])]),
        ("McpServer", {"stdio": {"args": ["a", "b", "c"]}}, {"stdio": {"args": ["a", "c"]}}, [("spec.stdio.args[1]", "remove", "b", None)]),
        ("McpServer", {"stdio": {"args": []}}, {"stdio": {"args": ["a"]}}, [("spec.stdio.args[0]", "add", None, "a")]),
        # maps: by key
        ("McpServer", {"http": {"headers": {"A": "1", "B.c": "2"}}}, {"http": {"headers": {"A": "1", "B.c": "3", 'q"': "4"}}}, [('spec.http.headers["B.c"]', "replace", "2", "3"), ('spec.http.headers["q\\""]', "add", None, "4")]),
        # free JSON: deep, and true is not 1
        ("Workflow", task(set={"a": 1}), task(set={"a": True}), [("spec.tasks[one].set.a", "replace", 1, True)]),
        ("Workflow", task(set={"a": [1, "x"]}), task(set={"a": [True, "y"]}), [("spec.tasks[one].set.a[0]", "replace", 1, True), ("spec.tasks[one].set.a[1]", "replace", "x", "y")]),
        ("Workflow", task(set={"a": False}), task(set={"a": 0}), [("spec.tasks[one].set.a", "replace", False, 0)]),
        ("Workflow", task(set={"a": {"b": [{"c": 1}]}}), task(set={"a": {"b": [{"c": 2, "d e": None}]}}), [("spec.tasks[one].set.a.b[0].c", "replace", 1, 2), ('spec.tasks[one].set.a.b[0]["d e"]', "add", None, None)]),
        ("Workflow", task(set={"a": 1}), task(set={"a": "1"}), [("spec.tasks[one].set.a", "replace", 1, "1")]),
        ("Workflow", task(set={"a": None}), task(set={}), [("spec.tasks[one].set.a", "remove", None, None)]),
        ("Workflow", task(set={"__a": 1, "b": 1}), task(set={"__a": 2, "b": 2}), [("spec.tasks[one].set.__a", "replace", 1, 2), ("spec.tasks[one].set.b", "replace", 1, 2)]),
        ("Workflow", task(set={"a": [1]}), task(set={"a": {"0": 1}}), [("spec.tasks[one].set.a", "replace", [1], {"0": 1})]),
        ("Workflow", task(set="${ .a }"), task(set={"a": 1}), [("spec.tasks[one].set", "replace", "${ .a }", {"a": 1})]),
        # secrets: by fingerprint
        ("Environment", {"data": {"T": {"is_secret": True, "value": ONE}}}, {"data": {"T": {"is_secret": True, "value": TWO}}}, [("spec.data.T.value", "replace", ONE, TWO)]),
        ("Environment", {"data": {}}, {"data": {"T": {"is_secret": True, "value": Unresolved("env", "T")}}}, [("spec.data.T", "add", None, {"is_secret": True, "value": Unresolved("env", "T")})]),
        ("Environment", {"data": {"T": {"value": "open"}}}, {"data": {"T": {"is_secret": True, "value": ONE}}}, [("spec.data.T.is_secret", "add", None, True), ("spec.data.T.value", "replace", "open", ONE)]),
    ],
)  # fmt: skip
def test_differences(kind: str, before: Any, after: Any, expected: list[tuple[str, str, Any, Any]]) -> None:
    assert changes(kind, before, after) == expected
    assert changes(kind, before, before) == changes(kind, after, after) == []


def test_the_order_of_keys_is_no_difference() -> None:
    assert (
        changes(
            "Workflow",
            task(set={"a": 1, "b": [{"c": 1, "d": 2}]}),
            task(set={"b": [{"d": 2, "c": 1}], "a": 1}),
        )
        == []
    )


def test_types_stay_in_what_is_told() -> None:
    ((_, _, before, after),) = changes(
        "Workflow", task(set={"a": [[True]]}), task(set={"a": {"x": [False, 0]}})
    )
    assert (before, after) == ([[True]], {"x": [False, 0]})
    assert [type(each) for each in (before[0][0], *after["x"])] == [bool, bool, int]


def test_metadata_is_compared_too() -> None:
    before = document({}, labels={"k8s.io/x": "1"}, tags=["a"])
    after = document({}, labels={"k8s.io/x": "2"}, tags=["b"], title="T")
    assert [(each.path, each.op.value) for each in compare(kind_named("Agent"), before, after)] == [
        ('metadata.labels["k8s.io/x"]', "replace"),
        ("metadata.tags[a]", "remove"),
        ("metadata.tags[b]", "add"),
        ("metadata.title", "add"),
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 2) | st.sampled_from(["", "a", "1"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "__b", "c.d"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def strict(value: Any) -> Any:
    """A form in which true is not 1."""
    match value:
        case list():
            return [strict(item) for item in value]
        case dict():
            return {key: strict(item) for key, item in value.items()}
        case _:
            return (type(value), value)


@given(st.dictionaries(st.sampled_from(["a", "b"]), JSON), st.dictionaries(st.sampled_from(["a", "b"]), JSON))
def test_free_json_differs_just_where_it_does(before: Any, after: Any) -> None:
    found = changes("Workflow", task(set=before), task(set=after))
    assert (found == []) == (strict(before) == strict(after))
    assert len({path for path, *_ in found}) == len(found)
    assert all(strict(old) != strict(new) for _, op, old, new in found if op == "replace")
