# SPDX-License-Identifier: Apache-2.0
"""Strategies for single values, and how a drawn document is written as YAML."""

from __future__ import annotations

from datetime import datetime
from functools import cache, partial
from typing import Any
from unicodedata import normalize

import orjson
from hypothesis import strategies as st

NAME = r"[a-z0-9]([-a-z0-9]{0,10}[a-z0-9])?"
VERSIONS = (None, None, "latest", "stable", "v1.2", "0" * 64)
IGNORED = ("spec.description", "metadata.labels", 'metadata.labels["a/b"]', "metadata.title", "spec")

_MOST = 2**53
# Every character that YAML can write, with those that YAML, JSON, SQL and terminals treat in their own way met often.
_odd = st.sampled_from("\x00\n\r\t \"'\\:#-[]{}${}é日\u2028\x85\x7f\ufeff\U0001f600~0")
_any = st.characters(codec="utf-8")

names = st.from_regex(NAME, fullmatch=True)
item_names = st.from_regex(r"[a-z][a-z0-9_-]{0,7}", fullmatch=True)
# Keys and names are composed, or they are refused.
texts = st.text(st.one_of(_odd, st.sampled_from("abcxyz 019"), _any), max_size=20).map(
    partial(normalize, "NFC")
)
_numbers = st.one_of(
    st.integers(-_MOST, _MOST), st.integers(-3, 3), st.floats(-1e6, 1e6), st.sampled_from([0.1, 1.0, -0.0])
)
plain = st.one_of(st.none(), st.booleans(), _numbers, texts)
json_values = st.recursive(
    plain,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=5,
)
json_objects = st.dictionaries(texts, json_values, max_size=3)


def of_schema(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of a schema that holds no others with definitions of their own."""
    return _of_schema(orjson.dumps(schema))


@cache
def _of_schema(encoded: bytes) -> st.SearchStrategy[Any]:
    schema = orjson.loads(encoded)
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("x-duration"):
        return _durations(more_than=schema.get("x-duration-gt"))
    match schema.get("type"):
        case None:
            return json_values
        case "object":
            return json_objects
        case "array":
            return st.lists(json_values, max_size=3)
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(schema["minimum"], schema["maximum"])
        case "number":
            return _bounded(schema)
        case _:
            return _strings(schema)


def _bounded(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    low, high = schema.get("minimum"), schema.get("maximum", 1e6)
    above = schema.get("exclusiveMinimum")
    return st.floats(
        above if low is None else low, high, exclude_min=low is None and above is not None, allow_nan=False
    )


def _strings(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    if schema.get("format") == "date-time":
        return _timestamps
    if "pattern" in schema:
        # Without its `$`, which in Python also stands before a newline at the end.
        found = st.from_regex(schema["pattern"].removesuffix("$"), fullmatch=True)
        return found.filter(lambda text: least <= len(text) <= (most or 200))
    drawn = texts.map(lambda text: text.ljust(least, "x"))
    return drawn if most is None else drawn.map(lambda text: text[:most])


@st.composite
def _durations(draw: Any, more_than: float | None) -> Any:
    """A duration in ISO 8601 or as a map of units; more than zero where it has to be."""
    units = ("days", "hours", "minutes", "seconds")
    parts = draw(st.dictionaries(st.sampled_from(units), st.integers(0, 90), min_size=1))
    if more_than is not None and not any(parts.values()):
        parts["seconds"] = int(more_than) + 1
    if draw(st.booleans()):
        return parts | draw(st.sampled_from([{}, {"milliseconds": 250}]))
    fraction = draw(st.sampled_from(["", "", ".5", ".000000001"])) if "seconds" in parts else ""
    time = "".join(
        f"{parts[unit]}{fraction if unit == 'seconds' else ''}{unit[0].upper()}"
        for unit in units[1:]
        if unit in parts
    )
    days = f"{parts['days']}D" if "days" in parts else ""
    return f"P{days}T{time}" if time else f"P{days}"


_timestamps = st.builds(
    lambda moment, fraction, zone: moment.strftime("%Y-%m-%dT%H:%M:%S") + fraction + zone,
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),  # noqa: DTZ001 - the zone is drawn beside it
    st.sampled_from(["", ".5", ".123456789"]),
    st.sampled_from(["Z", "z", "+02:00", "-23:59"]),
)


def yaml_text(value: Any) -> str:
    """A value as YAML in flow style; every character that could mean something else is escaped."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(key)}: {yaml_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(yaml_text, value)) + "]"
    return _quoted(value) if isinstance(value, str) else orjson.dumps(value).decode()


def _quoted(text: str) -> str:
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if " " <= character <= "~" else f"\\U{ord(character):08x}"
