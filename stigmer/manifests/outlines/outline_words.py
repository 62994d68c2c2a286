# SPDX-License-Identifier: Apache-2.0
"""The words for what may stand in a field: its type, and the rules that a value has to keep."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from stigmer.manifests.outlines.outline import Outline, Schema, is_reference
from stigmer.resources.fields import Field
from stigmer.resources.kinds import Kind, kind_named
from stigmer.resources.names import NAME, NAME_WORDS

# One value, several of them, as the type of a field and of the items of a list.
_TYPES = {
    "string": ("text", "texts"),
    "bool": ("true or false", "true or false"),
    "int": ("whole number", "whole numbers"),
    "double": ("number", "numbers"),
    "message": ("map", "maps"),
    "value": ("anything", "anything"),
    "struct": ("map of anything", "maps"),
    "list": ("list of anything", "lists"),
    "timestamp": ("time", "times"),
    "duration": ("duration", "durations"),
    "bytes": ("bytes", "bytes"),
}
_FORMATS = {"uri": ("URI", "URIs"), "email": ("email address", "email addresses")}
_SPELLED = {
    "duration": "such as PT5S, or a map such as {seconds: 5}",
    "timestamp": "such as 2030-01-31T00:00:00Z",
    "value": "text, number, true or false, list or map",
}
# Only the words of patterns that the protos use; any other is shown as it is.
_PATTERNS = {
    NAME: NAME_WORDS,
    "^[a-z0-9]([-_a-z0-9]*[a-z0-9])?$": "lower-case letters, digits, - and _",
    "^[A-Z_][A-Z0-9_]*$": "capital letters, digits and _, no digit first",
    "^[A-Za-z_][A-Za-z0-9_]*$": "letters, digits and _, no digit first",
    "^[A-Za-z0-9._-]+$": "letters, digits, ., _ and -",
}
_MOST_VALUES = 8
_LARGEST = 2**31 - 1  # from here on, a limit is that of the wire and nothing to tell


def short_type(outline: Outline) -> str:
    """The type in a word or three, for a table."""
    field = outline.field
    if field is None:
        return "manifest"
    if field.repeated:
        return f"list of {_name(outline)[1]}"
    if field.map:
        return f"map of {_name(outline)[1]}"
    return _name(outline)[0]


def type_words(outline: Outline) -> str:
    """The type, with how its values are written."""
    field = outline.field
    one, many = _name(outline)
    spelled = _spelled(outline)
    if field is None:
        return _kind_words(outline.kind)
    if outline.values or "enum" in outline.item:
        values = ", ".join(outline.values or map(str, outline.item["enum"]))
        one, many, spelled = f"one of {values}", f"values, each one of {values}", ""
    if "const" in outline.item:
        one = _value(outline.item["const"])
    if is_reference(outline):
        one, many = f"reference to {_kinds(field)}", f"references to {_kinds(field)}"
    if field.repeated:
        return f"list of {many}" + (f", each {spelled}" if spelled else "")
    if field.map:
        return f"map from names to {many}" + (f", each {spelled}" if spelled else "")
    return f"{one}: {spelled}" if spelled else one


def rules(outline: Outline) -> list[str]:
    """What a value has to keep, and what becomes of it, a sentence each."""
    return [*_limits(outline), *_traits(outline)]


def in_short(outline: Outline) -> str:
    """The first sentence of the description, and the values of an enum where it does not name them."""
    first = re.split(r"(?<=[a-z0-9`)\]]\.)\s", outline.description, maxsplit=1)[0]
    values = list(outline.values)
    if values and len(values) <= _MOST_VALUES and not all(each in first for each in values):
        return f"{first} One of {', '.join(values)}."
    return first


def group_words(names: Sequence[str], *, exactly: bool) -> str:
    """That of some fields exactly one, or at most one, may be there."""
    return f"{'Exactly' if exactly else 'At most'} one of {', '.join(names)}."


def default_words(outline: Outline) -> str | None:
    """The default that the schema names, None where it names none; what depends on other things stands in the description."""
    default = (outline.schema or {}).get("default")
    return None if default is None else _value(default)


def _name(outline: Outline) -> tuple[str, str]:
    """One value of the type, and several, in as few words as can be."""
    field, schema = outline.field, outline.item
    if field is None:
        return "manifest", "manifests"
    if is_reference(outline):
        return "reference", "references"
    if outline.values or "enum" in schema:
        return "choice", "choices"
    if "const" in schema:
        return ("fixed", "fixed") if isinstance(schema["const"], str) else (_value(schema["const"]),) * 2
    return _FORMATS.get(schema.get("format", ""), _TYPES[field.type])


def _spelled(outline: Outline) -> str:
    field = outline.field
    if field is None or outline.system:
        return ""
    if is_reference(outline):
        has_org = not all(kind_named(name).is_global for name in field.references)
        ways = [
            "name",
            *(["org/name"] if has_org else []),
            *(["name@version"] if "Skill" in field.references else []),
        ]
        return f"{', '.join(ways)} or a map"
    if field.text_file:
        return "in place, or {file: path}"
    return _SPELLED.get(field.type, "")


def _kind_words(kind: Kind) -> str:
    said = "global kind" if kind.is_global else "kind, in an organization"
    if kind.executed:
        said += "; declaring one runs it, once"
    if not kind.declarable:
        said += "; made by the system alone"
    return f"{said}; also: {kind.plural_slug}, {kind.id_prefix}"


def _kinds(field: Field) -> str:
    named = " or ".join(field.references) or "resource"
    return f"{'an' if named[0] in 'AEIOU' or named.startswith('Mcp') else 'a'} {named}"


def _limits(outline: Outline) -> Iterator[str]:
    schema, field = outline.schema or {}, outline.field
    if field is None:
        return
    if field.repeated or field.map:
        noun = "item" if field.repeated else "entry"
        low, high = ("minItems", "maxItems") if field.repeated else ("minProperties", "maxProperties")
        yield from _between(schema.get(low), schema.get(high), noun)
        keys = schema.get("propertyNames", {})
        if "pattern" in keys:
            yield f"Names: {_pattern(keys['pattern'])}."
        if outline.message is None:
            yield from (f"Each: {_lower(each)}" for each in _value_limits(outline, outline.item))
    else:
        yield from _value_limits(outline, schema)


def _value_limits(outline: Outline, schema: Schema) -> Iterator[str]:
    field = outline.field
    if is_reference(outline) or field is None:
        return
    if field.type == "duration":
        more = schema.get("x-duration-gt")
        yield from [f"More than {more} seconds."] if more is not None else []
        return
    if schema.get("pattern") != NAME:
        yield from _between(schema.get("minLength"), schema.get("maxLength"), "character")
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and low <= -_LARGEST:
        low = None
    if high is not None and high >= _LARGEST:
        high = None
    if low is not None and high is not None:
        yield f"{low} to {high}."
    elif low is not None:
        yield f"At least {low}."
    elif high is not None:
        yield f"At most {high}."
    if "exclusiveMinimum" in schema:
        yield f"More than {schema['exclusiveMinimum']}."
    if "exclusiveMaximum" in schema:
        yield f"Less than {schema['exclusiveMaximum']}."
    if "pattern" in schema and "format" not in schema:
        yield f"{_upper(_pattern(schema['pattern']))}."


def _traits(outline: Outline) -> Iterator[str]:
    field = outline.field
    if outline.system:
        yield "Made by the system: shown, and refused in a manifest."
    if field is None:
        return
    if field.immutable and not outline.system:
        yield "Cannot change once the resource is there."
    if field.secret:
        yield "Where is_secret is true: stored sealed, never shown."
    if field.text_file:
        yield "{file: path} reads it from a file beside the manifest or below."
    if field.file_of is not None:
        yield "The file lies beside the manifest or below."
    if field.set:
        yield "A set: order does not matter, and nothing stands in it twice."
    elif (outline.schema or {}).get("uniqueItems"):
        yield "Nothing stands in it twice."
    if field.repeated and field.named_by:
        yield f"Its items are known by their {' or '.join(field.named_by)}."
    if field.expression:
        yield "May hold jq expressions: ${ .amount }."
    if field.instruction:
        yield "Told to one apply; not stored."
    for name, exactly in outline.groups if outline.message is not None and not is_reference(outline) else ():
        yield group_words(name, exactly=exactly)


def _between(low: int | None, high: int | None, noun: str) -> Iterator[str]:
    if low is not None and high is not None:
        yield f"{low} to {_count(high, noun)}."
    elif low == 1:
        yield "Not empty."
    elif low is not None:
        yield f"At least {_count(low, noun)}."
    elif high is not None:
        yield f"At most {_count(high, noun)}."


def _count(number: int, noun: str) -> str:
    plural = "entries" if noun == "entry" else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def _pattern(pattern: str) -> str:
    return _PATTERNS.get(pattern) or f"must match {pattern}"


def _value(value: Any) -> str:
    from stigmer.manifests.render import inline

    return inline(value)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
