# SPDX-License-Identifier: Apache-2.0
"""A field that is missing, as the line to add: with a value that is right where the schema shows one, else with one to fill in."""

from __future__ import annotations

import json
import re
from typing import Any

from stigmer.manifests.mistakes.violation import resolved

_BARE = re.compile(r"[A-Za-z_/$.][A-Za-z0-9_./@+$-]*")
_READ_AS_OTHERS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "."})
_DEEPEST = 4
# Where a schema has nothing that could stand as an example.
_SENSIBLE: dict[str, Any] = {
    "instructions": "Answer politely and keep to the facts.",
    "markdown_content": "What the agent should know.",
    "message": "What is to be done?",
    "command": "npx",
    "image": "mcp/fetch",
    "url": "https://example.com/mcp",
    "uri": "https://example.com",
    "prompt": "Shall it go on?",
    "tasks": [{"name": "first", "set": {}}],
    "cases": [{"name": "default", "then": "continue"}],
    "branches": [{"name": f"{each}", "tasks": [{"name": "first", "set": {}}]} for each in ("one", "two")],
    "outcomes": [{"name": "approved"}],
    "data": {},
    "input": {},
    "set": {},
    "email": "ada@example.com",
    "owner": "ada",
    "name": "support-bot",
    "kind": "Organization",
    "env": "API_KEY",
    "then": "continue",
    "container_port": 8080,
    "host_port": 8080,
}


def line_to_add(schema: dict[str, Any], holder: dict[str, Any], name: str) -> str:
    """`name: value` for a field that is missing where a part of the schema holds."""
    about = holder.get("properties", {}).get(name, {})
    return f"{name}: {flow(_value(schema, about, name, 0))}"


def flow(value: Any) -> str:
    """A value as YAML on one line, fit to stand inside of brackets."""
    match value:
        case str():
            bare = _BARE.fullmatch(value) and value.lower() not in _READ_AS_OTHERS
            return value if bare else json.dumps(value, ensure_ascii=False)
        case dict():
            return "{" + ", ".join(f"{flow(name)}: {flow(item)}" for name, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(flow, value)) + "]"
        case _:
            return json.dumps(value)


def _value(schema: dict[str, Any], about: dict[str, Any], name: str, depth: int) -> Any:
    node = resolved(schema, about)
    if "const" in node:
        return node["const"]
    if node.get("examples"):
        return node["examples"][0]
    if "enum" in node:
        return _SENSIBLE[name] if _SENSIBLE.get(name) in node["enum"] else node["enum"][0]
    if name in _SENSIBLE:
        return _SENSIBLE[name]
    types = node.get("type", "object" if "properties" in node else "string")
    match types[0] if isinstance(types, list) else types:
        case "object":
            return _map(schema, node, depth)
        case "array":
            return [_value(schema, node.get("items", {}), name, depth + 1)] if depth < _DEEPEST else []
        case "integer" | "number":
            return max(node.get("minimum", 1), 1)
        case "boolean":
            return True
        case _:
            return name.replace("_", "-")


def _map(schema: dict[str, Any], node: dict[str, Any], depth: int) -> dict[str, Any]:
    """A map with what it needs: the fields that are required, and of each group the first."""
    if depth >= _DEEPEST:
        return {}
    groups = [node, *node.get("allOf", ())]
    needed = [
        *node.get("required", ()),
        *(each["x-exactly-one"][0] for each in groups if "x-exactly-one" in each),
    ]
    fields = node.get("properties", {})
    return {each: _value(schema, fields.get(each, {}), each, depth + 1) for each in needed}
