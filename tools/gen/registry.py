# SPDX-License-Identifier: Apache-2.0
"""`stigmer/_gen/registry.py`: kinds, messages and enums as literals, to be read without protobuf."""

from __future__ import annotations

from typing import Any

from tools.gen.literals import render
from tools.gen.model import KIND_ENUM, Enum, Field, Kind, Message, Model

PATH = "stigmer/_gen/registry.py"
_FLAGS = (
    "system",
    "immutable",
    "secret",
    "text_file",
    "file_of",
    "set",
    "named_by",
    "indexed",
    "searchable",
    "instruction",
    "expression",
)
_HEADER = '''# SPDX-License-Identifier: Apache-2.0
# Generated from proto/ by `make gen`. Do not edit.
"""The kinds of resources, the messages they are made of and the enums these use, as plain data.

`MESSAGES` and `ENUMS` are keyed by full protobuf name. What is false or empty is left out of a message or a
field. An enum is its values but for zero: protobuf name, spelling in a manifest, other spellings that are
read.
"""

from typing import Any
'''


def registry_source(model: Model) -> str:
    """The module's source."""
    messages = sorted(model.reachable(*(kind.message for kind in model.kinds)), key=lambda m: m.full_name)
    names = {field.enum for message in messages for field in message.fields if field.enum} | {KIND_ENUM}
    tables: tuple[tuple[str, str, Any], ...] = (
        ("KINDS", "tuple[dict[str, Any], ...]", tuple(_kind(kind, model) for kind in model.kinds)),
        ("MESSAGES", "dict[str, dict[str, Any]]", {m.full_name: _message(m) for m in messages}),
        (
            "ENUMS",
            "dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]]",
            {name: _enum(model.enums[name]) for name in sorted(names)},
        ),
    )
    return "\n".join([_HEADER, *(f"{name}: {type_} = {render(value)}\n" for name, type_, value in tables)])


def _kind(kind: Kind, model: Model) -> dict[str, Any]:
    message = model.message(kind.message)
    spec, status = message.field("spec"), message.field("status")
    return {
        "name": kind.name,
        "number": kind.number,
        "enum": kind.enum_value,
        "singular": kind.singular,
        "plural": kind.plural,
        "group": kind.group,
        "api_version": kind.api_version,
        "table": kind.plural,
        "id_prefix": kind.id_prefix,
        "scope": kind.scope,
        "made_by": kind.made_by,
        "executed": kind.executed,
        "message": kind.message,
        "spec": spec.message if spec else None,
        "status": status.message if status else None,
        "description": kind.comment,
    }


def _message(message: Message) -> dict[str, Any]:
    groups = tuple(
        {"fields": group.fields} | ({"required": True} if group.required else {}) for group in message.groups
    )
    entry: dict[str, Any] = {
        "fields": tuple(_field(field) for field in message.fields),
        "oneofs": groups,
        "secret_holder": message.options.get("secret_holder"),
        "reference": message.options.get("reference"),
    }
    return {key: value for key, value in entry.items() if value}


def _field(field: Field) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": field.name,
        "type": field.type,
        "repeated": field.repeated,
        "map": field.map,
        "message": field.message,
        "enum": field.enum,
        "references": field.options.get("reference"),
        "required": field.required,
        "min_len": field.rules.get("string", {}).get("min_len"),
        "more_than": field.rules.get("duration", {}).get("gt"),
    }
    entry |= {flag: field.options.get(flag) for flag in _FLAGS}
    said = {
        key: value for key, value in entry.items() if value is not None and value is not False and value != []
    }
    return {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}


def _enum(enum: Enum) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    return tuple((value.name, value.spelling, value.aliases) for value in enum.values)
