# SPDX-License-Identifier: Apache-2.0
"""Kinds by every name that people use, and keys and ids."""

from __future__ import annotations

import re

import pytest

from stigmer.errors import UsageError
from stigmer.resources.keys import Key, new_id
from stigmer.resources.kinds import Kind, find_kind, kind_named, kinds, nearest, parse_kind
from stigmer.resources.resource import label

by_singular = pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.singular)


@by_singular
def test_a_kind_goes_by_name_singular_plural_and_prefix_in_any_case(kind: Kind) -> None:
    for word in (kind.name, kind.singular, kind.plural, kind.id_prefix):
        spellings = (word, word.lower(), word.upper(), word.replace("_", "-"), word.replace("_", ""))
        assert {parse_kind(each) for each in spellings} == {kind}


def test_no_spelling_means_two_kinds() -> None:
    spellings = [
        word.lower().replace("_", "")
        for kind in kinds()
        for word in {kind.name.lower(), kind.singular.replace("_", ""), kind.plural, kind.id_prefix}
    ]
    assert len(spellings) == len(set(spellings))


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("agnet", "did you mean agent?"),
        ("Workflw", "did you mean workflow?"),
        ("enviroments", "did you mean environments?"),
        ("zzzz", "kinds: "),
        ("", "kinds: "),
    ],
)
def test_a_word_for_no_kind_is_wrong_usage(word: str, hint: str) -> None:
    assert find_kind(word) is None
    with pytest.raises(UsageError) as caught:
        parse_kind(word)
    assert (caught.value.code, caught.value.exit_code) == ("usage.kind", 2)
    assert (caught.value.hint or "").startswith(hint)


def test_what_only_the_system_makes_is_not_declarable() -> None:
    assert {kind.name for kind in kinds() if not kind.declarable} == {
        "ApiResourceVersion",
        "ExecutionContext",
    }
    assert {kind.name for kind in kinds() if kind.executed} == {"AgentExecution", "WorkflowExecution"}
    assert {kind.name for kind in kinds() if kind.is_global} == {
        "Organization",
        "IdentityAccount",
        "ApiKey",
        "IamPolicy",
    }


def test_a_label_is_the_slug_and_the_name() -> None:
    assert label(Key("AgentInstance", "acme", "desk")) == "agent-instance/desk"
    assert label(Key("Organization", "", "acme")) == "organization/acme"


def test_ids_have_a_prefix_differ_and_sort_by_time() -> None:
    ids = [new_id("agt") for _ in range(200)]
    assert len(set(ids)) == 200
    assert all(re.fullmatch(r"agt_[0-7][0-9a-hjkmnp-tv-z]{25}", each) for each in ids)
    times = [each[4:14] for each in ids]
    assert times == sorted(times)


def test_the_nearest_word_ignores_case_and_may_be_none() -> None:
    assert nearest("mcpServers", ["mcp_servers", "model"]) == "mcp_servers"
    assert nearest("SUPPORT", ["support", "sales"]) == "support"
    assert nearest("x", ["support"]) is None
    assert kind_named("Agent").slug == "agent"
