# SPDX-License-Identifier: Apache-2.0
"""`stigmer/_gen/descriptions.py`: what the protos say of messages, fields and enum values, in words."""

from __future__ import annotations

from tools.gen.literals import render
from tools.gen.model import KIND_ENUM, Enum, Message, Model

PATH = "stigmer/_gen/descriptions.py"
_HEADER = '''# SPDX-License-Identifier: Apache-2.0
# Generated from proto/ by `make gen`. Do not edit.
"""What messages, fields and enum values are, in the words of the protos; apart from the registry, since few commands tell them.

By full protobuf name: of a message, by the names of its fields, and itself under the empty name; of an enum, by the spellings
of its values.
"""
'''


def descriptions_source(model: Model) -> str:
    """The module's source."""
    messages = sorted(model.reachable(*(kind.message for kind in model.kinds)), key=lambda m: m.full_name)
    names = {field.enum for message in messages for field in message.fields if field.enum} | {KIND_ENUM}
    told = {message.full_name: _message(message) for message in messages}
    told |= {name: _enum(model.enums[name]) for name in sorted(names)}
    return f"{_HEADER}\nDESCRIPTIONS: dict[str, dict[str, str]] = {render(told)}\n"


def _message(message: Message) -> dict[str, str]:
    return {"": message.comment} | {field.name: field.comment for field in message.fields}


def _enum(enum: Enum) -> dict[str, str]:
    return {value.spelling: value.comment for value in enum.values}
