# SPDX-License-Identifier: Apache-2.0
"""What a rule names, read out of its text."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stigmer.checks.policies.names import Open, names
from stigmer.checks.policies.rule import engine

EACH, PICKED = Open.EACH, Open.PICKED


def steps(rule: str) -> set[tuple[object, ...]]:
    return {use.steps for use in names(rule).uses}


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("!has(resource.spec.docker)", {("spec", "docker")}),
        ('resource["spec"]["docker"] == 1', {("spec", "docker")}),
        ("resource.spec.args[0] == 'a'", {("spec", "args", 0)}),
        ("resource.spec.text.size() > 1", {("spec", "text")}),
        ("size(resource.spec.text) > 1 // resource.spec.comment", {("spec", "text")}),
        ("'resource.spec.text' == \"resource.spec\"", set()),
        (r"r'\' == resource.kind && '\'' != resource.metadata.name", {("kind",), ("metadata", "name")}),
        ('resource.metadata.labels["a/b"] == "x"', {("metadata", "labels", "a/b")}),
        (
            "resource.spec.servers.all(s, has(s.http) && s.args.exists(a, a == s.name))",
            {
                ("spec", "servers"),
                ("spec", "servers", EACH, "http"),
                ("spec", "servers", EACH, "args"),
                ("spec", "servers", EACH, "args", EACH),
                ("spec", "servers", EACH, "name"),
            },
        ),
        (
            "resource.spec.data.all(k, has(resource.spec.data[k].value))",
            {("spec", "data"), ("spec", "data", PICKED, "value"), ("spec", "data", EACH)},
        ),
        # What a filter gives is not told apart, so nothing is said of its items.
        ("resource.spec.a.filter(x, x.b).all(y, y.c)", {("spec", "a"), ("spec", "a", EACH, "b")}),
    ],
)
def test_the_fields_of_a_rule_are_found(rule: str, fields: set[tuple[object, ...]]) -> None:
    assert steps(rule) == fields


def test_a_name_of_a_macro_is_known_inside_of_it_alone() -> None:
    found = names("resource.spec.a.all(x, x == 1) && x == 2")
    assert [(word.name, word.offset) for word in found.strangers] == [("x", 34)]


def test_a_use_knows_how_it_is_written() -> None:
    use = names('true || has(resource.metadata.labels["a"].b)').uses[0]
    assert [use.written(count) for count in range(use.given, len(use.steps) + 1)] == [
        "resource",
        "resource.metadata",
        "resource.metadata.labels",
        'resource.metadata.labels["a"]',
        'resource.metadata.labels["a"].b',
    ]


_NAMES = st.sampled_from(("resource", "x", "y", "spec", "kind"))
_LEAVES = st.one_of(
    st.tuples(_NAMES, st.lists(st.sampled_from((".a", ".b", '["c"]', "[0]")), max_size=3)).map(
        lambda pair: pair[0] + "".join(pair[1])
    ),
    st.sampled_from(("'x.y'", '"resource.a"', "1.5", "r'\\'", "true", "[x, 1]", "{'a': y}")),
)
_RULES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} == {pair[1]})"),
        st.tuples(_NAMES, inner).map(lambda pair: f"resource.a.all({pair[0]}, {pair[1]})"),
        st.tuples(inner, _NAMES, inner).map(lambda each: f"[{each[0]}].exists({each[1]}, {each[2]})"),
        inner.map(lambda each: f"type({each})"),
    ),
    max_leaves=6,
)


@given(_RULES)
def test_names_without_a_meaning_are_those_that_cel_misses(rule: str) -> None:
    """CEL's own list of variables holds those that macros give as well, so ours is what remains of it."""
    said = engine().compile(rule).variables()
    found = names(rule)
    assert {word.name for word in found.strangers} <= set(said) - {"resource"}
    # With everything that is missing given, nothing is undefined any more.
    given_values: dict[str, object] = {word.name: {} for word in found.strangers} | {"resource": {"a": []}}
    said_of_it = ""
    with suppress(KeyError, IndexError, TypeError):
        try:
            engine().compile(rule).execute(given_values)
        except RuntimeError as error:
            said_of_it = str(error)
    assert "Undefined" not in said_of_it
