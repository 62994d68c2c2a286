# SPDX-License-Identifier: Apache-2.0
"""The schemas take what a person may write and nothing else, by two validators that share no code."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
import yaml

from stigmer._gen.registry import KINDS
from tools.gen.__main__ import ROOT

DECLARABLE = {kind["name"]: kind for kind in KINDS if "manifest" in kind["made_by"]}

# A small manifest's spec of every kind, as a person would write it.
SPECS = yaml.safe_load("""
Organization: {description: A shop, retention: {max_age: P30D, max_count: 100}}
IdentityAccount: {email: ada@example.com, is_machine_account: false}
ApiKey: {owner: ci-bot, expires_at: "2030-01-31T00:00:00Z"}
IamPolicy:
  principal: {kind: IdentityAccount, name: ada}
  resource: {kind: agent, name: support-bot, org: acme}
  relation: editor
Agent:
  instructions: You answer the questions of our customers.
  model: {provider: anthropic, temperature: 0}
  mcp_servers: [{ref: github, enabled_tools: [search]}, {name: web, http: {url: "https://mcp.example.com"}}]
  skill_refs: [return-policy@stable, {name: tone, org: acme}]
  env_spec: {data: {GITHUB_TOKEN: {is_secret: true}}}
McpServer: {stdio: {command: npx, args: [-y, server]}}
AgentInstance: {agent: support-bot, environment_refs: [production]}
Session: {agent_instance: support-bot, metadata: {channel: web}}
AgentExecution: {agent: acme/support-bot, message: Where is my order, runtime_env: {A: {value: b}}}
Skill: {markdown_content: {file: ./policy.md}, tag: stable}
Workflow:
  document: {dsl: 1.0.0, namespace: shop, name: refund, version: 1.2.0}
  tasks:
  - {name: init, set: {amount: "${ .order.amount }"}}
  - {name: pause, wait: {duration: {seconds: 5}}}
  - {name: each, for: {each: item, in: "${ .items }", tasks: [{name: in, do: {tasks: [{name: x, set: {}}]}}]}}
WorkflowInstance: {workflow: refund}
WorkflowExecution: {workflow: refund, input: [1, null, {any: thing}]}
Environment: {data: {TOKEN: {value_from: {env: TOKEN}}, KEPT: {is_secret: true}, PLAIN: {value: x}}}
""")


@cache
def schema(name: str) -> Any:
    return json.loads((ROOT / "schemas" / f"{name}.json").read_text(encoding="utf-8"))


@cache
def validators(name: str) -> tuple[Any, Any]:
    return jsonschema_rs.validator_for(schema(name)), jsonschema.Draft202012Validator(schema(name))


def is_valid(name: str, manifest: object) -> bool:
    """Whether a schema takes the manifest. Fails where the two validators do not agree."""
    ours, oracle = (bool(validator.is_valid(manifest)) for validator in validators(name))
    assert ours == oracle
    return ours


def manifest(kind: str, **spec: object) -> dict[str, Any]:
    return {
        "apiVersion": DECLARABLE[kind]["api_version"],
        "kind": kind,
        "metadata": {"name": "one"},
        "spec": copy.deepcopy(SPECS[kind]) | spec,
    }


def accepts(document: dict[str, Any]) -> bool:
    """Whether the kind's own schema takes it. Fails where the schema of any kind does not agree."""
    own = is_valid(DECLARABLE[document["kind"]]["singular"], document)
    assert own == is_valid("stigmer", document)
    return own


def objects(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "properties" in node and "if" not in node:
            yield node
        for key, value in node.items():
            yield from objects(value) if key != "if" else ()
    elif isinstance(node, list):
        for value in node:
            yield from objects(value)


def test_there_is_a_schema_of_every_kind_that_a_manifest_may_declare_of_settings_and_of_no_other() -> None:
    names = {path.stem for path in (ROOT / "schemas").glob("*.json")}
    assert names == {kind["singular"] for kind in DECLARABLE.values()} | {"stigmer", "project", "config"}
    assert set(SPECS) == set(DECLARABLE)


@pytest.mark.parametrize("kind", DECLARABLE.values(), ids=lambda kind: str(kind["singular"]))
def test_a_schema_is_valid_closed_described_and_takes_a_manifest(kind: dict[str, Any]) -> None:
    content = schema(kind["singular"])
    jsonschema.Draft202012Validator.check_schema(content)
    assert content["$id"] == f"https://stigmer.ai/schemas/v1/{kind['singular']}.json"
    for node in objects(content):
        assert node["additionalProperties"] is False
        if not node.get("x-duration"):
            assert all(value.get("description") for value in node["properties"].values()), node
    assert accepts(manifest(kind["name"]))
    assert not accepts(manifest(kind["name"], no_such_field=1))
    assert not accepts(manifest(kind["name"]) | {"status": {}})
    assert not accepts(manifest(kind["name"]) | {"apiVersion": "agentic.stigmer.ai/v2"})
    for missing in ("apiVersion", "metadata"):
        assert not accepts({key: value for key, value in manifest(kind["name"]).items() if key != missing})
    assert not accepts(manifest(kind["name"]) | {"metadata": {"name": "one", "id": "made-by-the-system"}})
    in_org = manifest(kind["name"]) | {"metadata": {"name": "one", "org": "acme"}}
    assert accepts(in_org) == (kind["scope"] == "org")


@pytest.mark.parametrize("kind", ["ExecutionContext", "ApiResourceVersion", "Gadget"])
def test_a_kind_that_nobody_may_declare_is_refused(kind: str) -> None:
    document = {"apiVersion": "agentic.stigmer.ai/v1", "kind": kind, "metadata": {"name": "one"}, "spec": {}}
    assert not is_valid("stigmer", document)


STDIO = {"command": "npx"}
HTTP = {"url": "https://mcp.example.com"}
HEX = "0123456789abcdef" * 4
Case = tuple[str, dict[str, Any], bool]


def each(kind: str, field: str, *, good: list[Any], bad: list[Any]) -> list[Case]:
    """Values of one field that are taken and refused."""
    return [(kind, {field: value}, value in good) for value in good + bad]


# kind, what the spec says otherwise than in SPECS, whether that is valid
EXACTLY_ONE: list[Case] = [
    ("McpServer", {"http": HTTP}, False),
    ("Agent", {"mcp_servers": [{"name": "a"}]}, False),
    ("Agent", {"mcp_servers": [{"name": "a", "stdio": STDIO}]}, True),
    ("Agent", {"mcp_servers": [{"name": "a", "ref": "b"}]}, False),
    ("Agent", {"mcp_servers": [{"stdio": STDIO}]}, False),
    ("ApiKey", {"never_expires": True}, False),
    ("AgentExecution", {"session": "s"}, False),
    ("Workflow", {"tasks": [{"name": "a"}]}, False),
    ("Workflow", {"tasks": [{"name": "a", "set": {}, "wait": {"duration": "PT1S"}}]}, False),
]
AT_MOST_ONE: list[Case] = [
    ("Environment", {"data": {"A": {"value": "x", "value_from": {"env": "A"}}}}, False),
    ("Environment", {"data": {"A": {}}}, True),
    ("Environment", {"data": {"A": {"value_from": {}}}}, False),
    ("Environment", {"data": {"A": {"value_from": {"runner": {"file": "/run/a"}}}}}, True),
]
REFERENCES = each(
    "AgentInstance",
    "agent",
    good=[
        "bot",
        "acme/bot",
        "bot@v1.2",
        f"acme/bot@{HEX}",
        {"name": "bot", "org": "acme", "version": "latest"},
    ],
    bad=[
        "",
        "Bot",
        "a/b/c",
        "bot@",
        "/bot",
        "bot ",
        "a@b@c",
        1,
        {"org": "acme"},
        {"name": "a", "kind": "Agent"},
    ],
)
TEXTS = each(
    "Agent",
    "instructions",
    good=["long enough", {"file": "./bot.md"}],
    bad=["too short", {"file": ""}, {"path": "./bot.md"}, {}, {"file": "a", "more": 1}],
) + each("Agent", "description", good=["a"], bad=[{"file": "./bot.md"}])
DURATIONS = each(
    "Workflow",
    "timeout",
    good=["PT5S", "P1D", "P1DT2H3M4.5S", "PT0.001S", "PT90M", "PT1H30S", {"minutes": 1, "milliseconds": 500}],
    bad=[
        "P",
        "PT",
        "P1DT",
        "P1W",
        "P1M",
        "P1Y",
        "5s",
        "PT1.5H",
        "PT1S1M",
        5,
        {},
        {"seconds": -1},
        {"weeks": 1},
    ],
)
TIMESTAMPS = each(
    "ApiKey",
    "expires_at",
    good=["2030-01-31T12:00:00Z", "2030-01-31T12:00:00.5+02:00"],
    bad=["2030-01-31", "2030-13-01T00:00:00Z", "2030-01-31T00:00:00", 1],
)
SCALARS = [
    *each("Agent", "model", good=[{"temperature": 2}], bad=[{"temperature": 2.1}, {"max_tokens": 0}, None]),
    *each("Agent", "model", good=[{"max_tokens": 8}], bad=[{"max_tokens": 2**31}, {"max_tokens": "8"}]),
    *each("Agent", "model", good=[{"provider": "ollama"}], bad=[{"provider": "MODEL_PROVIDER_OLLAMA"}]),
    *each("IamPolicy", "relation", good=["viewer"], bad=["VIEWER", "", 4]),
    *each("McpServer", "tags", good=[["a", "b"], []], bad=[["a", "a"], [""], "a"]),
    *each("Environment", "data", good=[{"A_1": {}}, {}], bad=[{"lower": {}}, {"1A": {}}]),
    *each(
        "IdentityAccount",
        "email",
        good=["a.b+c@example.co.uk", "root@localhost"],
        bad=["ada", "a@b@c", ".a@b", "a@-b", "a b@c", "a@b."],
    ),
    *each(
        "Agent",
        "icon_url",
        good=["https://a.example/b?c=%20#d", "urn:x:y", "http://[::1]:80/"],
        bad=["/a", "a b", "https://a b", "://a", "https://a/%zz", "1a:b"],
    ),
]
CASES = [*EXACTLY_ONE, *AT_MOST_ONE, *REFERENCES, *TEXTS, *DURATIONS, *TIMESTAMPS, *SCALARS]


@pytest.mark.parametrize(("kind", "spec", "valid"), CASES, ids=json.dumps)
def test_a_value_is_taken_or_refused(kind: str, spec: dict[str, Any], valid: bool) -> None:
    assert accepts(manifest(kind, **spec)) is valid


@pytest.mark.parametrize(
    ("metadata", "valid"),
    [
        ({"name": "a" * 63}, True),
        ({"name": "a" * 64}, False),
        ({"name": "a_b"}, False),
        ({}, False),
        ({"name": "a", "lifecycle": {"deletion": "protect", "ignore_changes": ["spec.model"]}}, True),
        ({"name": "a", "lifecycle": {"deletion": "never"}}, False),
        ({"name": "a", "labels": {"k8s.io/x": "y"}, "tags": ["x"], "depends_on": ["environment/prod"]}, True),
        ({"name": "a", "labels": {"x": 1}}, False),
        ({"name": "a", "depends_on": ["prod"]}, False),
    ],
)
def test_metadata_is_taken_or_refused(metadata: dict[str, Any], valid: bool) -> None:
    assert accepts(manifest("Agent") | {"metadata": metadata}) is valid


def test_a_group_says_beside_the_branches_what_it_means() -> None:
    definitions = schema("environment")["$defs"]
    assert definitions["ValueSource"]["x-exactly-one"] == ["env", "file", "keyring", "age", "runner"]
    assert definitions["EnvironmentValue"]["x-at-most-one"] == ["value", "value_from"]


def test_every_example_is_valid_by_the_field_that_has_it() -> None:
    whole = schema("stigmer")
    for node in objects(whole):
        for field in node["properties"].values():
            for part in (field, field.get("items", {})):
                alone = jsonschema.Draft202012Validator({"$defs": whole["$defs"]} | part)
                assert all(alone.is_valid(example) for example in part.get("examples", ())), part
