# SPDX-License-Identifier: Apache-2.0
"""Files of settings are checked by their schemas and explained by the models that the schemas are made of: both must agree."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from stigmer.cli.settings_models import Config, Project, problems
from stigmer.codes import codes
from stigmer.manifests.schema import schema_text
from stigmer.resources.kinds import kinds

MODELS: dict[str, type[BaseModel]] = {"project": Project, "config": Config}


@cache
def schema(name: str) -> Any:
    return json.loads(schema_text(name))


# What reading YAML gives: integral numbers are integers.
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 130),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda each: not each.is_integer()),
    st.sampled_from(
        (
            "",
            " ",
            "a",
            "shop",
            "Shop",
            "-a",
            "a" * 64,
            "local",
            "cloud",
            "embedded",
            "temporal",
            "error",
            "Agent",
        )
    ),
    st.text(max_size=5),
)


def _near(draw: st.DrawFn, name: str, node: Any) -> Any:
    """Settings that mostly fit a part of a schema, and sometimes do not."""
    if draw(st.integers(0, 11)) == 11:
        return draw(SCALARS)
    if "$ref" in node:
        return _near(draw, name, schema(name)["$defs"][node["$ref"].rpartition("/")[2]])
    choices = node.get("anyOf", node.get("oneOf"))
    if choices:
        return _near(draw, name, draw(st.sampled_from(choices)))
    if "enum" in node:
        return draw(st.sampled_from(node["enum"]))
    match node["type"]:
        case "object":
            return _map(draw, name, node)
        case "array":
            return [_near(draw, name, node["items"]) for _ in range(draw(st.integers(0, 2)))]
        case "boolean":
            return draw(st.booleans())
        case "integer":
            return draw(st.integers(-1, 101))
        case "string" if "pattern" in node and draw(st.booleans()):
            return draw(st.from_regex(node["pattern"]))
        case "string":
            return draw(st.sampled_from(node["examples"]) if "examples" in node else st.text(max_size=9))
        case _:
            return None


def _map(draw: st.DrawFn, name: str, node: Any) -> dict[str, Any]:
    named, more = node.get("properties", {}), node.get("additionalProperties")
    value = {
        key: _near(draw, name, about)
        for key, about in named.items()
        if draw(st.integers(0, 11)) < (11 if key in node.get("required", ()) else 5)
    }
    if more or draw(st.integers(0, 9)) == 9:
        keys = draw(st.lists(st.sampled_from(("a", "b c", "agent.tool", "yaml.tag", "local")), max_size=2))
        value = {key: _near(draw, name, more) if more else draw(SCALARS) for key in keys} | value
    return value


@st.composite
def settings_of(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """A file of settings, right or wrong; what is no map at all is told before either is asked."""
    return _map(draw, name, schema(name))


def agree(name: str, value: Any) -> bool:
    """Whether settings are right. Fails where the schema and the model do not agree, or a problem has no words."""
    fits = jsonschema_rs.is_valid(schema(name), value)
    told = list(problems(MODELS[name], value))
    assert fits == (not told), told
    for each in told:
        assert each.message
        assert each.code.startswith("settings.")
    return fits


@pytest.mark.parametrize("name", MODELS)
def test_schema_and_model_take_the_same_settings(name: str) -> None:
    taken = refused = 0

    @settings(max_examples=400)
    @given(settings_of(name))
    @example({"name": "shop", "silence": {"agent.tool": " "}})
    @example({"name": "shop", "silence": {"agent.tool": "\x85"}})
    @example({"name": "shop\n"})
    @example({"name": "shop", "policies": [{"name": "a", "rule": "x" * 4001, "message": "m"}]})
    @example(
        {"name": "shop", "policies": [{"name": "a", "rule": "\N{GRINNING FACE}" * 4000, "message": "m"}]}
    )
    @example({"name": "shop", "policies": [{"name": "a", "rule": "x", "message": "m", "at": 'a["\n"]'}]})
    @example({"name": "shop", "max_delete_percent": True})
    @example({"backend": {"type": "local"}, "engine": "temporal"})
    @example({"models": {"default": None, "x": {"base_url": "y"}}})
    def compare(value: dict[str, Any]) -> None:
        nonlocal taken, refused
        if agree(name, value):
            taken += 1
        else:
            refused += 1

    compare()
    assert taken > 20
    assert refused > 20


@pytest.mark.parametrize("name", MODELS)
def test_every_setting_is_explained(name: str) -> None:
    parts = [schema(name), *schema(name).get("$defs", {}).values()]
    for part in parts:
        for setting, about in part["properties"].items():
            assert about.get("description") or "$ref" in about, setting


def test_an_editor_can_offer_kinds_and_codes() -> None:
    policy = schema("project")["$defs"]["Policy"]["properties"]
    offered = policy["kinds"]["anyOf"][0]["items"]["enum"]
    assert offered == [kind.name for kind in kinds() if kind.declarable]
    silenced = schema("project")["properties"]["silence"]["properties"]
    assert silenced.keys() == {code.name for code in codes().values() if code.check}


@pytest.mark.parametrize("file", ["examples/manifests/stigmer.yaml"])
def test_the_example_fits(file: str) -> None:
    import yaml

    root = Path(__file__).parents[2]
    assert agree("project", yaml.safe_load((root / file).read_text("utf-8")))
