# SPDX-License-Identifier: Apache-2.0
"""What may stand where in a manifest: every field of a kind with what the registry, the schema and the protos say of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import Any

import orjson

from stigmer._gen.descriptions import DESCRIPTIONS
from stigmer.errors import NotFoundError
from stigmer.manifests.schema import schema_text
from stigmer.resources.fields import Field, written_fields
from stigmer.resources.kinds import Kind, nearest

Schema = Mapping[str, Any]

_ITEM = re.compile(r'\["(?:[^"\\]|\\.)*"\]|\[[^\]]*\]')
_ALIKE = 0.7  # how much of two sentences may be the same before one of them is enough


@dataclass(frozen=True, slots=True)
class Outline:
    """What may stand at one place. `path` are the keys that lead there; items of lists and maps have no step of their own.

    `field` is None for a kind as a whole. `message` is what the value is made of, or each item of a list or map; None where it
    is a plain value. `schema` is what a manifest may write, with nothing left to look up; None where it may write nothing
    because the system makes it.
    """

    kind: Kind
    path: tuple[str, ...]
    field: Field | None
    message: str | None
    schema: Schema | None
    required: bool
    description: str

    @property
    def name(self) -> str:
        """The last key; of a kind as a whole, its name."""
        return self.path[-1] if self.path else self.kind.name

    @property
    def system(self) -> bool:
        """Whether the system makes it, so that no manifest may say it."""
        return self.schema is None

    @property
    def item(self) -> Schema:
        """The schema of the value itself, of an item of the list, or of a value of the map; empty where the system makes it."""
        schema = self.schema or {}
        if self.field is not None and self.field.repeated:
            return _resolved(schema.get("items", {}), self.kind)
        if self.field is not None and self.field.map:
            return _resolved(schema.get("additionalProperties", {}), self.kind)
        return schema

    @property
    def fields(self) -> tuple[Outline, ...]:
        """What may stand in it, or in each of its items, in the order of the protos."""
        return tuple(_fields(self)) if self.message is not None else ()

    @property
    def groups(self) -> tuple[tuple[tuple[str, ...], bool], ...]:
        """Fields of which exactly one (True) or at most one (False) may be there."""
        schemas = self.item.get("allOf", [self.item])
        return tuple(
            (tuple(schema.get("x-exactly-one") or schema["x-at-most-one"]), "x-exactly-one" in schema)
            for schema in schemas
            if "oneOf" in schema
        )

    @property
    def values(self) -> dict[str, str]:
        """Of an enum: each value with what it means, aliases left out; empty for anything else."""
        if self.field is None or self.field.enum is None:
            return {}
        return DESCRIPTIONS.get(self.field.enum) or dict.fromkeys(self.item.get("enum", ()), "")

    def __str__(self) -> str:
        return ".".join((self.kind.slug, *self.path))


def kind_outline(kind: Kind) -> Outline:
    """A kind as a whole."""
    schema = _schema(kind.singular) if kind.declarable else None
    return Outline(kind, (), None, kind.message, schema, required=True, description=kind.description)


def find_outline(kind: Kind, path: str) -> Outline:
    """What may stand at a path, as a person or a diagnostic writes it (`spec.mcp_servers[github].approval`).

    Raises NotFoundError, with the nearest field, where there is none.
    """
    found = kind_outline(kind)
    for step in filter(None, _ITEM.sub("", path).split(".")):
        inner = {each.name: each for each in found.fields}
        if step in inner:
            found = inner[step]
        elif not _names_an_item(found, step):
            raise _unknown(found, step, inner)
    return found


def tree(outline: Outline) -> Iterator[Outline]:
    """The outline and all that is below it, depth first; what holds itself again is not gone into twice."""
    yield outline
    yield from _below(outline, (outline.message,))


def _below(outline: Outline, above: tuple[str | None, ...]) -> Iterator[Outline]:
    for each in outline.fields:
        yield each
        if each.message not in above and not is_reference(each):
            yield from _below(each, (*above, each.message))


def is_reference(outline: Outline) -> bool:
    """Whether it names another resource."""
    return outline.field is not None and outline.field.is_reference


def _fields(holder: Outline) -> Iterator[Outline]:
    about = holder.message or ""
    words = DESCRIPTIONS.get(about, {})
    properties = holder.item.get("properties", {})
    required = holder.item.get("required", ())
    for name, field in written_fields(about).items():
        schema = _resolved(properties[name], holder.kind) if name in properties else None
        if schema is None and not (holder.system or field.system):
            continue  # the organization of a kind that has none
        yield Outline(
            kind=holder.kind,
            path=(*holder.path, name),
            field=field,
            message=field.message,
            schema=schema,
            required=name in required,
            description=words.get(field.name, ""),
        )


def _names_an_item(outline: Outline, step: str) -> bool:
    """Whether a step may be a key of a map or an index of a list; a diagnostic writes a plain key like a field."""
    field = outline.field
    if field is None or not (field.map or field.repeated):
        return False
    if field.repeated:
        return step.isdigit()
    pattern = (outline.schema or {}).get("propertyNames", {}).get("pattern")
    return outline.message is None or pattern is None or re.search(pattern, step) is not None


def _unknown(holder: Outline, step: str, inner: Iterable[str]) -> NotFoundError:
    names = list(inner)
    near = nearest(step, names)
    elsewhere = [each for each in tree(kind_outline(holder.kind)) if each.name == step]
    if near:
        hint = f"did you mean {near}?"
    elif elsewhere:
        hint = f"did you mean {min(elsewhere, key=lambda each: len(each.path))}?"
    else:
        hint = "fields: " + ", ".join(names) if names else f"stigmer explain {holder}"
    return NotFoundError("explain.field", f"{holder} has no field {step}", hint=hint)


@cache
def _schema(name: str) -> Schema:
    schema: Schema = orjson.loads(schema_text(name))
    return schema


def _resolved(schema: Schema, kind: Kind) -> Schema:
    """A schema with what it refers to put in; what stands beside the reference wins."""
    name = schema.get("$ref")
    if name is None:
        return schema
    definition = _schema(kind.singular)["$defs"][name.removeprefix("#/$defs/")]
    return {**definition, **schema}


def remarks(outline: Outline) -> list[str]:
    """What the protos say of the field and then, where that is more, of what it is made of."""
    words = outline.description
    if outline.message is None or is_reference(outline) or not outline.path:
        return [words] if words else []
    about = DESCRIPTIONS.get(outline.message, {}).get("", "")
    about = about.removeprefix(outline.message.rpartition(".")[2]).strip().removeprefix("is ")
    said = _sentences(words)
    more = [
        each[:1].upper() + each[1:]
        for each in _sentences(about)
        if not any(_alike(each.removeprefix("says "), other) for other in said)
    ]
    return [each for each in (words, " ".join(more)) if each]


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=\.)\s", text)


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one.lower(), other.lower()).ratio() > _ALIKE
