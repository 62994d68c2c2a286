# SPDX-License-Identifier: Apache-2.0
"""What an editor shows of a field: a title, its whole story in Markdown, defaults, examples, what the values of an enum mean.

None of it decides whether a manifest is valid. `markdownDescription`, `enumDescriptions` and `defaultSnippets` are no keywords of JSON
Schema; they are those that the language servers for YAML and JSON read, and others pass them over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from tools.gen.model import Enum, Field, Kind, Message, Model
from tools.gen.prose import constraints

Schema = dict[str, Any]

_TEXT = ("string", "enum", "duration", "timestamp")
_TYPES = {
    "int": "whole number",
    "double": "number",
    "bool": "true or false",
    "value": "any value",
    "struct": "map",
    "list": "list",
    "timestamp": "time, as `2030-01-31T00:00:00Z`",
    "duration": "duration, as `PT5S` or `{seconds: 5}`",
    "string": "text",
}
_LONGEST_CONSTRAINT = 80  # a longer one is a pattern that nobody reads


def field_annotations(field: Field, model: Model) -> Schema:
    """What an editor shows of a field of a message."""
    default = _as_data(field, field.options.get("default"))
    return {
        "title": f"{field.name}: {_short_type(field, model)}",
        "description": field.comment,
        "markdownDescription": "\n\n".join(_story(field, model)),
        **({} if default is None else {"default": default}),
    }


def examples(field: Field) -> Schema:
    """The example of a field as data."""
    example = _as_data(field, field.options.get("example"))
    return {} if example is None else {"examples": [example]}


def enum_annotations(enum: Enum) -> Schema:
    """What each value of an enum means, aliases after the spellings."""
    told = [value.comment for value in enum.values]
    told += [f"The same as {value.spelling}." for value in enum.values for _ in value.aliases]
    return {"enumDescriptions": told}


def snippet(kind: Kind) -> Schema:
    """What an editor offers in a file that is still empty."""
    body = {
        "apiVersion": kind.api_version,
        "kind": kind.name,
        "metadata": {"name": "${1:name}"},
        "spec": "$2",
    }
    return {"label": f"new {kind.name}", "description": kind.comment, "body": body}


def message_annotations(message: Message) -> Schema:
    """What an editor shows of a map with fields of its own."""
    return {"title": message.short_name, "description": message.comment}


def _story(field: Field, model: Model) -> Iterator[str]:
    """Paragraphs: what it is, its type and constraints, an example."""
    yield field.comment
    limits = [words for words in constraints(field) if len(words) <= _LONGEST_CONSTRAINT]
    default = field.options.get("default")
    if default is not None:
        limits.append(f"`{default}` where nothing is said")
    yield f"*{'; '.join([_type(field, model), *limits])}*"
    example = _as_data(field, field.options.get("example"))
    if example is not None:
        written = yaml.safe_dump(
            {field.name: [example] if field.repeated else example}, sort_keys=False, width=1000
        )
        yield f"```yaml\n{written}```"


def _short_type(field: Field, model: Model) -> str:
    """What servers say of the type that they expected, so it has to be short."""
    if field.repeated or field.map:
        return "list" if field.repeated else "map"
    return _one(field, model).partition(", as")[0].replace("`", "")


def _type(field: Field, model: Model) -> str:
    one = _one(field, model)
    if field.repeated:
        return f"list of {one}" if one.startswith("one of") else f"list, each a {one}"
    return f"map from names, to each a {one}" if field.map else one


def _one(field: Field, model: Model) -> str:
    kinds: list[str] = field.options.get("reference", [])
    if kinds:
        return "name of " + " or ".join(_with_article(kind) for kind in kinds)
    if field.enum:
        values = model.enums[field.enum].values
        return "one of " + ", ".join(f"`{value.spelling}`" for value in values)
    return "map" if field.message else _TYPES[field.type]


def _with_article(noun: str) -> str:
    return f"{'an' if noun.startswith(('A', 'E', 'I', 'O', 'Mcp')) else 'a'} {noun}"


def _as_data(field: Field, written: str | None) -> Any:
    """A value that an option writes: a text or an expression is itself, all else is written as YAML."""
    if written is None:
        return None
    is_expression = field.type == "value" and "${" in written
    is_text = (field.type in _TEXT or field.is_reference or is_expression) and not field.map
    return written if is_text else yaml.safe_load(written)
