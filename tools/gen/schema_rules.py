# SPDX-License-Identifier: Apache-2.0
"""From the rules of a field to the keywords of JSON Schema, and the spellings that protobuf has no type for.

Every pattern is anchored and keeps to what ECMA 262, Rust's `regex` and RE2 read alike. A value with two
spellings is one flat schema: a keyword only applies to the types it is about, so an error names what is
wrong, not a branch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.gen.model import Field, Group, Message, Options, ProtoError

Schema = dict[str, Any]

_SECONDS = r"[0-9]+(?:\.[0-9]{1,9})?S"
_TIME = f"(?:[0-9]+H(?:[0-9]+M)?(?:{_SECONDS})?|[0-9]+M(?:{_SECONDS})?|{_SECONDS})"
DURATION_PATTERN = f"^P(?:[0-9]+D(?:T{_TIME})?|T{_TIME})$"
DURATION_UNITS = ("days", "hours", "minutes", "seconds", "milliseconds")
TIMESTAMP_PATTERN = (
    "^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)"
    r"(?:\.[0-9]{1,9})?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$"
)
_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_HOST_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL_PATTERN = rf"^{_ATOM}(?:\.{_ATOM})*@{_HOST_LABEL}(?:\.{_HOST_LABEL})*$"
URI_PATTERN = r"^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$"

# Integers beyond 2^53 lose digits in JSON readers, so none is taken.
_SAFE = 2**53
_INTEGERS: Mapping[str, tuple[int, int]] = {
    "int32": (-(2**31), 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "int64": (-_SAFE, _SAFE),
    "uint64": (0, _SAFE),
}
_PROTO_INTEGERS = {
    "sint32": "int32",
    "sfixed32": "int32",
    "fixed32": "uint32",
    "sint64": "int64",
    "sfixed64": "int64",
    "fixed64": "uint64",
}


def string_schema(rules: Options) -> Schema:
    """A string under its rules."""
    rule = rules.get("string", {})
    schema: Schema = {"type": "string"}
    if "min_len" in rule:
        schema["minLength"] = rule["min_len"]
    if "max_len" in rule:
        schema["maxLength"] = rule["max_len"]
    patterns = [anchored(rule["pattern"])] if "pattern" in rule else []
    for name, pattern in (("email", EMAIL_PATTERN), ("uri", URI_PATTERN)):
        if rule.get(name):
            schema["format"] = name
            patterns.append(pattern)
    if len(patterns) > 1:
        raise ProtoError(f"a string has one of pattern, email and uri, not {len(patterns)}")
    if patterns:
        schema["pattern"] = patterns[0]
    if "in" in rule:
        schema["enum"] = list(rule["in"])
    return schema


def number_schema(proto_type: str, rules: Options) -> Schema:
    """A number under its rules and the bounds of its protobuf type."""
    rule = rules.get("number", {})
    bounds: Schema = {
        "minimum": rule.get("gte"),
        "maximum": rule.get("lte"),
        "exclusiveMinimum": rule.get("gt"),
        "exclusiveMaximum": rule.get("lt"),
    }
    if proto_type in ("double", "float"):
        return {"type": "number"} | {
            key: _number(value) for key, value in bounds.items() if value is not None
        }
    low, high = _INTEGERS[_PROTO_INTEGERS.get(proto_type, proto_type)]
    if bounds["exclusiveMinimum"] is None:
        bounds["minimum"] = max(low, low if bounds["minimum"] is None else bounds["minimum"])
    if bounds["exclusiveMaximum"] is None:
        bounds["maximum"] = min(high, high if bounds["maximum"] is None else bounds["maximum"])
    return {"type": "integer"} | {key: _number(value) for key, value in bounds.items() if value is not None}


def duration_schema(rules: Options) -> Schema:
    """An ISO 8601 duration without calendar units, or a map of units; bounds, in seconds, are annotations."""
    amounts = {unit: {"type": "integer", "minimum": 0, "maximum": _SAFE} for unit in DURATION_UNITS}
    bounds = {f"x-duration-{key}": _number(value) for key, value in rules.get("duration", {}).items()}
    return {
        "type": ["string", "object"],
        "pattern": DURATION_PATTERN,
        "properties": amounts,
        "minProperties": 1,
        "additionalProperties": False,
        "x-duration": True,
    } | bounds


def text_file_schema(rules: Options) -> Schema:
    """A string, or the file that holds it."""
    return string_schema(rules) | {
        "type": ["string", "object"],
        "properties": {
            "file": {"description": "A file below the source root.", "type": "string", "minLength": 1}
        },
        "required": ["file"],
        "additionalProperties": False,
    }


def reference_schema(reference: Message, kinds: list[str]) -> Schema:
    """A reference, short (`name`, `org/name`, `name@version`, `org/name@version`) or long."""
    fields: dict[str, Field] = {field.name: field for field in reference.fields}
    name, org, version = (_inner(fields[key]) for key in ("name", "org", "version"))
    properties = {
        field.name: {"description": field.comment} | string_schema(field.rules) for field in reference.fields
    }
    return {
        "type": ["string", "object"],
        "pattern": f"^(?:{org}/)?{name}(?:@{version})?$",
        "properties": properties,
        "required": [field.name for field in reference.fields if field.required],
        "additionalProperties": False,
        "x-references": kinds,
    }


def plain_schema(type_: str, proto_type: str, rules: Options) -> Schema:
    """A value of a type that has one spelling, or of a duration."""
    match type_:
        case "int" | "double":
            return number_schema(proto_type, rules)
        case "duration":
            return duration_schema(rules)
        case "timestamp":
            return {"type": "string", "format": "date-time", "pattern": TIMESTAMP_PATTERN}
        case "value":
            return {}
        case "bool":
            return {"type": "boolean", **rules.get("bool", {})}
        case _:
            return {"type": {"struct": "object", "list": "array"}[type_]}


def list_schema(items: Schema, rules: Options, is_set: bool) -> Schema:
    """A list of `items` under the list's rules."""
    rule = rules.get("repeated", {})
    schema: Schema = {"type": "array", "items": items}
    if "min_items" in rule:
        schema["minItems"] = rule["min_items"]
    if "max_items" in rule:
        schema["maxItems"] = rule["max_items"]
    if rule.get("unique") or is_set:
        schema["uniqueItems"] = True
    return schema


def map_schema(values: Schema, rules: Options) -> Schema:
    """A map from strings to `values` under the map's rules."""
    rule = rules.get("map", {})
    schema: Schema = {"type": "object", "additionalProperties": values}
    if keys := rule.get("keys"):
        schema["propertyNames"] = {key: value for key, value in string_schema(keys).items() if key != "type"}
    if "min_pairs" in rule:
        schema["minProperties"] = rule["min_pairs"]
    if "max_pairs" in rule:
        schema["maxProperties"] = rule["max_pairs"]
    return schema


def group_schema(group: Group) -> Schema:
    """Exactly one, or at most one, of some fields; the annotation says so to whoever words the error."""
    each: list[Schema] = [{"required": [name]} for name in group.fields]
    if group.required:
        return {"oneOf": each, "x-exactly-one": list(group.fields)}
    return {"oneOf": [*each, {"not": {"anyOf": each}}], "x-at-most-one": list(group.fields)}


def anchored(pattern: str) -> str:
    """A pattern that the whole of a value has to match."""
    return pattern if pattern.startswith("^") and pattern.endswith("$") else f"^(?:{pattern})$"


def _inner(field: Field) -> str:
    pattern: str = field.rules["string"]["pattern"]
    return f"(?:{pattern.removeprefix('^').removesuffix('$')})"


def _number(value: float) -> float:
    return int(value) if float(value).is_integer() else value
