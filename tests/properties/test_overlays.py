# SPDX-License-Identifier: Apache-2.0
"""Overlays over documents of every kind: merging loses nothing, and every value is found in the document that said it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stigmer.manifests.manifest import Origin
from stigmer.manifests.overlays.shapes import DELETE, VALUE, Shape, Way, document_shape
from stigmer.manifests.overlays.stack import Stack
from stigmer.manifests.source import Source
from stigmer.manifests.yaml import read
from stigmer.resources.kinds import Kind, kind_named
from stigmer.resources.paths import Path
from tests.properties.scalars import yaml_text
from tests.properties.strategies import DECLARABLE, documents, evolutions

KINDS = st.sampled_from(DECLARABLE)


NAMES = st.sampled_from(["one", "two", "three", "four"])
SERVERS = st.lists(
    st.fixed_dictionaries(
        {"name": NAMES, "stdio": st.fixed_dictionaries({"command": NAMES})},
        optional={"enabled_tools": st.lists(NAMES, unique=True)},
    ),
    unique_by=lambda server: str(server["name"]),
)


@st.composite
def agents(draw: Any) -> dict[str, Any]:
    """An agent that is likely to have servers and tools in common with the next one."""
    spec = {"instructions": "Answer politely.", "mcp_servers": draw(SERVERS)}
    return {
        "apiVersion": "agentic.stigmer.ai/v1",
        "kind": "Agent",
        "metadata": {"name": "bot", "tags": draw(st.lists(NAMES, unique=True))},
        "spec": spec,
    }


@st.composite
def pairs(draw: Any) -> tuple[Kind, dict[str, Any], dict[str, Any]]:
    """Two documents of one resource: one made of the other, or two that agree in nothing but their name."""
    how = draw(st.sampled_from(["alike", "evolved", "apart"]))
    if how == "alike":
        return kind_named("Agent"), draw(agents()), draw(agents())
    kind = draw(KINDS)
    if how == "evolved":
        before, after = draw(evolutions(of=(kind,), max_size=1))
        key = next(key for key in before.documents if key.kind == kind.name)
        one, two = before.documents[key], after.documents[key]
    else:
        one, two = (next(iter(draw(documents(kind)).documents.values())) for _ in range(2))
    two = {**two, "metadata": {**two["metadata"], "name": one["metadata"]["name"]}}
    return (kind, one, two) if draw(st.booleans()) else (kind, two, one)


def difference(shape: Shape, base: Any, target: Any) -> Any:
    """An overlay that makes the target of the base, as somebody would write it; only for values that merge."""
    if shape.way is Way.MAP:
        said = {key: {DELETE: True} for key in base if key not in target}
        for key, value in target.items():
            inner = shape.below(key)
            if key not in base:
                said[key] = value
            elif inner.merges(base[key], value):
                said[key] = difference(inner, base[key], value)
            elif base[key] != value or repr(base[key]) != repr(value):
                said[key] = value
        return said
    if shape.way is Way.SET:
        gone = [{VALUE: each, DELETE: True} for each in base if each not in target]
        return [*gone, *(each for each in target if each not in base)]
    names = [shape.name(each) for each in base]
    wanted = [shape.name(each) for each in target]
    field = shape.names.named_by if shape.names is not None else ()
    gone = [
        {**{k: v for k, v in each.items() if k in field}, DELETE: True}
        for each in base
        if shape.name(each) not in wanted
    ]
    assert shape.inner is not None
    one = shape.inner
    return [
        *gone,
        *(
            {
                **{k: v for k, v in each.items() if k in field},
                **difference(one, base[names.index(name)], each),
            }
            if name in names
            else each
            for name, each in zip(wanted, target, strict=True)
        ),
    ]


def same(shape: Shape, one: Any, two: Any) -> bool:
    """Whether two values mean the same: the order of sets is nobody's, and that of named items an overlay does not change."""
    if not shape.merges(one, two):
        return type(one) is type(two) and one == two
    if shape.way is Way.MAP:
        return one.keys() == two.keys() and all(same(shape.below(key), one[key], two[key]) for key in one)
    if shape.way is Way.SET:
        return sorted(one) == sorted(two)
    by_name = {shape.name(each): each for each in two}
    inner = shape.inner
    assert inner is not None
    return len(one) == len(two) and all(
        shape.name(each) in by_name and same(inner, each, by_name[shape.name(each)]) for each in one
    )


def mergeable(value: Any) -> bool:
    """Whether a value asks to take nothing away by itself, as free JSON may."""
    if isinstance(value, dict):
        return DELETE not in value and all(map(mergeable, value.values()))
    return not isinstance(value, list) or all(map(mergeable, value))


@given(pairs())
def test_an_empty_overlay_changes_nothing(drawn: tuple[Kind, dict[str, Any], dict[str, Any]]) -> None:
    kind, base, _ = drawn
    before = deepcopy(base)
    stack = Stack.of(kind, base, [{"kind": kind.name, "metadata": {"name": base["metadata"]["name"]}}])
    assert stack.value == before
    assert not stack.problems


@given(pairs())
def test_the_overlay_of_the_difference_makes_the_one_of_the_other(
    drawn: tuple[Kind, dict[str, Any], dict[str, Any]],
) -> None:
    kind, base, target = drawn
    if not (mergeable(base) and mergeable(target)):
        return
    before, shape = deepcopy((base, target)), document_shape(kind.message)
    stack = Stack.of(kind, base, [difference(shape, base, target)])
    assert not stack.problems
    assert same(shape, stack.value, target)
    assert (base, target) == before, "what comes in is not changed"


@given(pairs(), st.data())
def test_merging_is_associative_where_nothing_is_taken_away(
    drawn: tuple[Kind, dict[str, Any], dict[str, Any]], data: st.DataObject
) -> None:
    kind, one, two = drawn
    three = next(iter(data.draw(documents(kind)).documents.values()))
    if not all(map(mergeable, (one, two, three))):
        return
    at_once = Stack.of(kind, one, [two, three]).value
    assert at_once == Stack.of(kind, one, [Stack.of(kind, two, [three]).value or {}]).value


def paths(value: Any, path: Path = ()) -> list[Path]:
    """Every place of a value."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(inner for step, each in below for inner in paths(each, (*path, step)))]


@given(pairs(), st.data())
def test_every_value_is_in_the_document_that_it_is_said_to_be_in(
    drawn: tuple[Kind, dict[str, Any], dict[str, Any]], data: st.DataObject
) -> None:
    kind, base, target = drawn
    if not (mergeable(base) and mergeable(target)):
        return
    shape = document_shape(kind.message)
    over = data.draw(st.sampled_from([target, difference(shape, base, target)]))
    over = {**over, "kind": kind.name, "apiVersion": kind.api_version}
    texts = [yaml_text(base), yaml_text(over)]
    documents_ = [next(read(text.encode())) for text in texts]
    origins = [
        Origin(Source(str(number), text.encode(), "/", "/", named=True), each.line, each.start)
        for number, (text, each) in enumerate(zip(texts, documents_, strict=True))
    ]
    origin = Origin(origins[0].source, origins[0].line, origins[0].place, (origins[1],))
    stack = Stack.of(kind_named(kind.name), documents_[0].value, [documents_[1].value])
    for path in paths(stack.value):
        said, inner = origin.said(path)
        value: Any = stack.value
        for step in path:
            value = value[step]
        found: Any = documents_[int(said.source.name)].value
        for step in inner:
            found = found[step]
        if not isinstance(value, (dict, list)):
            assert type(found) is type(value)
            assert found == value
            assert origin.locate(path).file == said.source.name
        else:
            assert type(found) is type(value)
