# SPDX-License-Identifier: Apache-2.0
"""Every value of a document with its schema and what the registry knows of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import orjson

from stigmer.manifests.schema import schema_text
from stigmer.resources.fields import Field, Message, message
from stigmer.resources.kinds import Kind
from stigmer.resources.paths import Path

Schema = dict[str, Any]


@cache
def schema_of(kind: Kind) -> Schema:
    """The JSON Schema of a kind."""
    schema: Schema = orjson.loads(schema_text(kind.singular))
    return schema


@dataclass(frozen=True)
class Place:
    """A value in a document: the way to it, its schema, its field, the message it is, and the message that holds it.

    `said` is the schema as its holder has it, `schema` what that may only name.
    """

    path: Path
    said: Schema
    schema: Schema
    field: Field
    message: Message | None
    holder: Message | None


def places(kind: Kind, document: Any) -> Iterator[Place]:
    """The places of a valid document, the document itself first; free values count as one."""
    root = Field("", "message", message=kind.message)
    yield from _below(
        kind, document, Place((), schema_of(kind), schema_of(kind), root, message(kind.message), None)
    )


def _below(kind: Kind, value: Any, place: Place) -> Iterator[Place]:
    yield place
    field = place.field
    if place.message is not None:
        for name, item in value.items():
            about = place.message.fields["api_version" if name == "apiVersion" else name]
            inner = place.schema["properties"][name]
            yield from _below(kind, item, _place(kind, place, name, inner, about, place.message))
    elif field.repeated and place.schema.get("type") == "array" and "items" in place.schema:
        one = replace(field, repeated=False)
        for index, item in enumerate(value):
            yield from _below(kind, item, _place(kind, place, index, place.schema["items"], one, None))
    elif field.map:
        one = replace(field, map=False)
        for name, item in value.items():
            inner = place.schema["additionalProperties"]
            yield from _below(kind, item, _place(kind, place, name, inner, one, None))


def _place(
    kind: Kind, above: Place, step: str | int, schema: Schema, field: Field, holder: Message | None
) -> Place:
    about, said = None, schema
    if "$ref" in schema:
        schema = schema_of(kind)["$defs"][schema["$ref"].rpartition("/")[2]]
        about = message(field.message or "")
    return Place((*above.path, step), said, schema, field, about, holder)


def at(document: Any, path: Path) -> Any:
    """The value at a path."""
    for step in path:
        document = document[step]
    return document
