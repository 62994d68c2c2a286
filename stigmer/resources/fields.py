# SPDX-License-Identifier: Apache-2.0
"""The messages and fields of the kinds, as the generated registry tells them; built when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from stigmer._gen.registry import ENUMS, MESSAGES

REFERENCE_MESSAGE = "stigmer.commons.v1.ResourceReference"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a message.

    `type` is one of string, bool, int, double, enum, message, value, struct, list, timestamp, duration, bytes; of a map it is
    the type of the values. `min_len` counts characters, `more_than` seconds of a duration. `named_by` are the fields that name an item of a list, the first that is there counts.
    """

    name: str
    type: str
    repeated: bool = False
    map: bool = False
    message: str | None = None
    enum: str | None = None
    references: tuple[str, ...] = ()
    system: bool = False
    immutable: bool = False
    secret: bool = False
    text_file: bool = False
    file_of: str | None = None
    set: bool = False
    named_by: tuple[str, ...] = ()
    indexed: bool = False
    searchable: bool = False
    instruction: bool = False
    expression: bool = False
    required: bool = False
    min_len: int | None = None
    more_than: float | None = None

    @property
    def is_reference(self) -> bool:
        """Whether its value names another resource."""
        return self.message == REFERENCE_MESSAGE


@dataclass(frozen=True, slots=True)
class Message:
    """A message: its fields by name, what it is as a whole, and groups of fields of which at most one may be there."""

    name: str
    fields: dict[str, Field]
    secret_holder: bool
    reference: bool
    choices: tuple[tuple[str, ...], ...] = ()


@cache
def message(name: str) -> Message:
    """The message with this full name; KeyError where there is none."""
    entry = MESSAGES[name]
    return Message(
        name=name,
        fields={field["name"]: Field(**field) for field in entry.get("fields", ())},
        secret_holder=entry.get("secret_holder", False),
        reference=entry.get("reference", False),
        choices=tuple(group["fields"] for group in entry.get("oneofs", ())),
    )


@cache
def written_fields(name: str) -> dict[str, Field]:
    """The fields of a message by the keys that manifests write, in the order of the protos: their names, but for `apiVersion`."""
    return {"apiVersion" if key == "api_version" else key: each for key, each in message(name).fields.items()}


@cache
def enum_by_spelling(name: str) -> dict[str, str]:
    """Of an enum: the proto's value name by each spelling that a manifest may use."""
    return {spelling: value for value, written, aliases in ENUMS[name] for spelling in (written, *aliases)}


@cache
def enum_spelling(name: str) -> dict[str, str]:
    """Of an enum: the spelling that manifests write, by the proto's value name."""
    return {value: written for value, written, _ in ENUMS[name]}


def item_name(field: Field, item: Any) -> str | None:
    """The name of an item of a named list, None where it has none. A reference names by the resource it points to."""
    if not isinstance(item, dict):
        return None
    for name in field.named_by:
        value = item.get(name)
        if isinstance(value, dict):
            value = value.get("name")
        if isinstance(value, str):
            return value.rpartition("/")[2].partition("@")[0]
    return None
