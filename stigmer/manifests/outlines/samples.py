# SPDX-License-Identifier: Apache-2.0
"""Values that could stand at a place of a manifest: small, valid, and such as somebody might write."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from stigmer.manifests.outlines.outline import Outline, is_reference, kind_outline

# Sealed for nobody: the identity was thrown away.
SEALED = """\
-----BEGIN AGE ENCRYPTED FILE-----
YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBwVWhKMVdhSjJpbHlWbHNG
R0lSTHZpaXkvc0haQ0JNUFdsbGM1UUVPNWo4CnJLRHB6OTdLL3NxeXpyU3gzUmhI
M05wZkVOckU0Sk9xWlI1bUZMZURFYnMKLS0tIDBtT0N4cWgxYWpQUVhqTHlSQW5m
L0taVm9vT0dUUmxicXFFbEd2VjFlQVUKPoGI/lsVSlJreLzZrdVzs4C7RKp+fuX8
tRadpihYJIHU2b/zS6nhL6CMcjoCSw==
-----END AGE ENCRYPTED FILE-----"""

# What the protos give no example of, by the name of the field; and where the name says too little, by that of its holder first.
_VALUES: Mapping[str, Any] = {
    "after": "PT1H",
    "age": SEALED,
    "annotations": "ada",
    "approval": "destructive",
    "args": "--verbose",
    "arguments": "--verbose",
    "at": "position",
    "client_id": "shop",
    "container_name": "browser",
    "container_path": "/data",
    "container_port": 8080,
    "default_enabled_tools": "get_issue",
    "deletion": "protect",
    "description": "What it is for, in a sentence.",
    "enabled_tools": "get_issue",
    "env": "SHOP_TOKEN",
    "every": "PT1H",
    "except_when": "${ $error.status == 401 }",
    "file": "./file.txt",
    "first_name": "Ada",
    "form_schema": {"type": "object"},
    "host_path": "/srv/data",
    "host_port": 8080,
    "icon_url": "https://example.com/icon.svg",
    "label": "Yes, do it",
    "labels": "support",
    "last_name": "Lovelace",
    "logo_url": "https://example.com/logo.svg",
    "markdown_content": "Unused goods may come back within 30 days.",
    "max_tokens": 1000,
    "model": "claude-sonnet-4-5",
    "name": "example",
    "network": "bridge",
    "on_timeout": "approve",
    "org": "default",
    "output_schema": {"type": "object"},
    "picture_url": "https://example.com/ada.jpg",
    "relation": "viewer",
    "renamed_from": "former-name",
    "schema": {"type": "object"},
    "scopes": "read",
    "service": "stigmer",
    "source": "/shop/orders",
    "subject": "Order 1042",
    "tags": "support",
    "temperature": 0.3,
    "then": "end",
    "title": "A title for people",
    "username": "ada",
    "when": "${ .amount > 100 }",
    "while": "${ .count < 10 }",
    "working_dir": "/srv/tools",
}
_VALUES_IN: Mapping[str, Mapping[str, Any]] = {
    "catch": {"as": "error"},
    "data": {"default": "eu-central", "value": "eu-central"},
    "model": {"name": "claude-sonnet-4-5"},
    "principal": {"kind": "IdentityAccount", "name": "ada"},
    "resource": {"kind": "Agent", "name": "support-bot"},
    "runtime_env": {"value": "eu-central"},
    "spec": {
        "data": {
            "REGION": {"value": "eu-central"},
            "SHOP_TOKEN": {"is_secret": True, "value_from": {"env": "SHOP_TOKEN"}},
        },
        "env_spec": {
            "data": {"SHOP_TOKEN": {"is_secret": True, "description": "Opens the shop's services."}}
        },
        "schedule": {"cron": "0 6 * * 1-5", "timezone": "Europe/Berlin"},
        "metadata": "chat",
    },
    "stdio": {"args": ["-y", "@modelcontextprotocol/server-everything"]},
    "sub_agents": {"instructions": "You find out where an order is.", "name": "order-clerk"},
    "tasks": {"set": {"approved": True}},
}
_NAMES = {
    "Agent": "support-bot",
    "AgentInstance": "support-bot",
    "Environment": "production",
    "IdentityAccount": "ada",
    "McpServer": "github",
    "Session": "order-1042",
    "Skill": "return-policy",
    "Workflow": "refund",
    "WorkflowInstance": "refund",
}
_KEYS = {"annotations": "owner", "labels": "team", "metadata": "channel"}


def example(outline: Outline) -> Any:
    """A whole manifest with a value at the outline's place, and otherwise only what has to be there."""
    return sample(kind_outline(outline.kind), outline.path)


def excerpt(outline: Outline) -> Any:
    """Of `example` what leads to the outline's place, without what else has to be in the spec or the metadata."""
    whole = example(outline)
    match outline.path:
        case ():
            return whole
        case (top,):
            return {top: whole[top]}
        case (top, name, *_):
            return {top: {name: whole[top][name]}}


def sample(outline: Outline, toward: tuple[str, ...] = ()) -> Any:
    """A value for the outline; with `toward`, the keys that lead further down, one that has a value there."""
    depth, known = len(outline.path), _known(outline)
    rest = toward[depth:] if toward[:depth] == outline.path else ()
    if outline.message is not None and isinstance(known, dict) and not rest:
        return known
    one = _one(outline, toward, rest)
    if outline.field is not None and outline.field.repeated:
        return one if isinstance(one, list) else _list(one, (outline.schema or {}).get("minItems", 1))
    if outline.field is not None and outline.field.map:
        return one if _is_whole_map(outline, one) else {map_key(outline, toward): one}
    return one


def chosen_fields(outline: Outline, wanted: tuple[str, ...] = ()) -> list[str]:
    """The fields that a value needs: those that are required, and of each group the wanted or the first that fits the others."""
    needed = {each.name for each in outline.fields if each.required} | set(wanted)
    groups = outline.groups
    options: list[tuple[str | None, ...]] = [
        names if exactly else (None, *names) for names, exactly in groups
    ]
    for picks in product(*options):
        names = needed | {pick for pick in picks if pick is not None}
        if all(len(names & set(members)) <= 1 for members, _ in groups):
            return [each.name for each in outline.fields if each.name in names]
    return sorted(needed)


def is_telling(outline: Outline) -> bool:
    """Whether it is one value on one line that says more than yes or no."""
    field = outline.field
    plain = outline.message is None or is_reference(outline)
    return (
        plain
        and field is not None
        and not (field.repeated or field.map or field.system or field.type == "bool")
    )


def _one(outline: Outline, toward: tuple[str, ...], rest: tuple[str, ...]) -> Any:
    """A value, an item of the list, a value of the map; or, where the schema has an example of the whole, that."""
    if is_reference(outline):
        return _reference(outline, rest)
    if outline.message is not None:
        return _message(outline, toward, rest)
    return _plain(outline)


def _message(outline: Outline, toward: tuple[str, ...], rest: tuple[str, ...]) -> dict[str, Any]:
    fields = {each.name: each for each in outline.fields if not each.system}
    names = chosen_fields(outline, rest[:1])
    if not names and not rest:
        # Nothing has to be there, so show what can be.
        names = [name for name, each in fields.items() if is_telling(each)] or list(fields)[:1]
        names = [name for name in names if not _excluded(outline, name, names)]
    return {name: sample(fields[name], toward) for name in names if name in fields}


def _excluded(outline: Outline, name: str, names: list[str]) -> bool:
    """Whether a field stands in a group with one that comes before it."""
    return any(
        name in members and names.index(name) > min(names.index(each) for each in members if each in names)
        for members, _ in outline.groups
    )


def _reference(outline: Outline, rest: tuple[str, ...]) -> Any:
    short = next((each for each in _examples(outline) if isinstance(each, str)), None) or _target(outline)
    if not rest:
        return short
    long = {"name": short.partition("@")[0]}
    return long if rest[0] == "name" else long | {rest[0]: "default" if rest[0] == "org" else "latest"}


def _target(outline: Outline) -> str:
    kinds = outline.field.references if outline.field is not None else ()
    return next((_NAMES[kind] for kind in kinds if kind in _NAMES), "example")


def _plain(outline: Outline) -> Any:
    schema, field = outline.item, outline.field
    for value in (*_examples(outline), _known(outline), schema.get("const")):
        if value is not None:
            return value
    if field is not None and field.type == "bool":
        return not schema.get("default", False)
    if "enum" in schema:
        return next(each for each in schema["enum"] if each != schema.get("default"))
    if "default" in schema:
        return schema["default"]
    match field.type if field is not None else None:
        case "int" | "double":
            return _number(schema)
        case "duration":
            return "PT5S"
        case "timestamp":
            return "2030-01-31T00:00:00Z"
        case "struct":
            return {"key": "value"}
        case "list":
            return ["value"]
        case "value":
            return "${ . }" if field is not None and field.expression else "value"
        case _:
            return "https://example.com/" if schema.get("format") == "uri" else "example"


def _known(outline: Outline) -> Any:
    holder = outline.path[-2] if len(outline.path) > 1 else ""
    return _VALUES_IN.get(holder, _VALUES).get(outline.name, _VALUES.get(outline.name))


def _examples(outline: Outline) -> list[Any]:
    """The examples that the schema has, of the whole or of an item."""
    return [*(outline.schema or {}).get("examples", ()), *outline.item.get("examples", ())]


def _number(schema: Any) -> int | float:
    low = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
    high = schema.get("maximum", low)
    guess: int | float = next((each for each in (30, 8080, 1) if low <= each <= high), low)
    return guess


def _list(item: Any, least: int) -> list[Any]:
    """As many items as there must be, each with a name of its own."""
    others = [{**item, "name": f"{item['name']}-{number}"} for number in range(2, least + 1)]
    return [item, *others]


def map_key(outline: Outline, toward: tuple[str, ...] = ()) -> str:
    """A key that the map allows."""
    pattern = (outline.schema or {}).get("propertyNames", {}).get("pattern", "")
    if pattern.startswith("^[A-Z"):
        return "SHOP_TOKEN" if {"value_from", "is_secret"} & set(toward) else "REGION"
    return _KEYS.get(outline.name, "name")


def _is_whole_map(outline: Outline, value: Any) -> bool:
    """Whether the example is of the map rather than of a value in it."""
    return outline.message is None and isinstance(value, dict)
