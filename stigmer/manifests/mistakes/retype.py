# SPDX-License-Identifier: Apache-2.0
"""What to write in place of a value of the wrong type: quotes around a number, none around `true`, a list around one item."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from stigmer.manifests.mistakes.forms import form, has_form, suggestion
from stigmer.manifests.mistakes.wanted import flow

_OTHER_BOOLEANS = {
    **dict.fromkeys(("yes", "on", "y", "true", "1"), "true"),
    **dict.fromkeys(("no", "off", "n", "false", "0"), "false"),
}
# What a single word most likely means in the place of a map.
_MAIN_FIELD = {"AgentModel": "name", "AgentMcpServer": "ref", "WorkflowSchedule": "cron", "GrpcProto": "file"}
_SECONDS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600}
_SOURCES = {
    "value_from": "{env: NAME}, with the name of a variable",
    "runner": "{env: NAME}, with the name of a variable of the runner",
    "keyring": "{service: NAME, username: NAME}, with those of the entry",
}
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_LONGEST_WRITTEN = 80


@dataclass(frozen=True, slots=True)
class Wrong:
    """A value of the wrong type: the field it stands in, the message that should stand there, the part of the schema, the value as
    it was written."""

    value: Any
    field: str
    message: str
    node: dict[str, Any]
    written: str | None


def instead(wrong: Wrong, types: list[str]) -> str | None:
    """The mend for a value that is of none of the types, None where none suggests itself."""
    if wrong.value is None and types == ["object"]:
        return "write its fields below it, indented more, or remove it"
    if wrong.value is None:
        return "give it a value, or remove it"
    for wanted in types:
        hint = _BY_TYPE[wanted](wrong) if wanted in _BY_TYPE else None
        if hint is not None:
            return hint
    return None


def secret_instead(value: Any, types: list[str], variable: str) -> str | None:
    """The same where the value may be a secret, of which nothing is repeated. `variable` is the nearest key above."""
    if value is None:
        return (
            "write {} after the colon, or its fields below"
            if types == ["object"]
            else "give it a value, or remove it"
        )
    if "string" in types and isinstance(value, (int, float)):
        return "put it in quotes: a value is a string"
    if types == ["object"] and isinstance(value, (str, int, float)) and variable in _SOURCES:
        return f"write {_SOURCES[variable]}"
    if types == ["object"] and isinstance(value, (str, int, float)):
        named = variable if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", variable) else "NAME"
        return f"write {{value_from: {{env: {named}}}}}"
    if "boolean" in types and isinstance(value, str) and value.lower() in _OTHER_BOOLEANS:
        return f"write {_OTHER_BOOLEANS[value.lower()]}: booleans are true and false"
    if types == ["object"] and isinstance(value, list):
        return "write a key for each item, without dashes or brackets"
    return None


def _string(wrong: Wrong) -> str | None:
    value = wrong.value
    if isinstance(value, (bool, int, float)):
        text = wrong.written if wrong.written is not None else json.dumps(value)
        meant = suggestion(wrong.node["pattern"], text) if "pattern" in wrong.node else None
        if meant is not None:
            return f"write {meant}"
        pattern = wrong.node.get("pattern")
        if pattern is not None and not has_form(pattern, text):
            found = form(pattern)
            return f"write {found.words}" if found is not None else None
        why = "in quotes it is a string" if isinstance(value, bool) else "a number in quotes is a string"
        return f"write {json.dumps(text)}: {why}"
    if isinstance(value, list):
        if wrong.field in ("command", "image"):
            return f"write the {wrong.field} alone here, and the rest under args"
        return "write one string, without dashes or brackets"
    return None


def _boolean(wrong: Wrong) -> str | None:
    value = wrong.value
    if isinstance(value, str) and value.lower() in _OTHER_BOOLEANS:
        meant = _OTHER_BOOLEANS[value.lower()]
        return f"write {meant}: booleans are true and false" + (", without quotes" if value == meant else "")
    return f"write {'true' if value else 'false'}" if value in (0, 1) else None


def _number(wrong: Wrong) -> str | None:
    value = wrong.value
    if not isinstance(value, str):
        return None
    if _NUMBER.fullmatch(value):
        return f"write {value.lstrip('+')}: without quotes it is a number"
    if re.fullmatch(r"\d{1,3}(?:[,_ ]\d{3})+", value):
        return f"write {re.sub('[,_ ]', '', value)}"
    if re.fullmatch(r"\d+,\d+", value):
        return f"write {value.replace(',', '.')}"
    time = re.fullmatch(r"(\d+) ?([a-z]+)", value)
    if wrong.field.endswith("_seconds") and time is not None and time[2] in _SECONDS:
        return f"write {int(time[1]) * _SECONDS[time[2]]}: it counts seconds"
    return None


def _integer(wrong: Wrong) -> str | None:
    if isinstance(wrong.value, float):
        whole = round(wrong.value)
        return f"write {whole}: a whole number" if whole >= wrong.node.get("minimum", 1) else None
    hint = _number(wrong)
    return None if hint is not None and "." in hint else hint


def _list(wrong: Wrong) -> str | None:
    value = wrong.value
    if isinstance(value, str) and len(value) <= _LONGEST_WRITTEN:
        return f"write {flow(_items(value, wrong.field))}"
    if isinstance(value, dict) and wrong.field == "tasks":
        return "write a list: each task begins with - name: and its name"
    return "write a list: each item begins with -" if isinstance(value, dict) else None


def _items(text: str, field: str) -> list[str]:
    """The items of a list that was written as one text: with commas, or as a command line."""
    if field in ("args", "arguments"):
        return text.split()
    return [each.strip() for each in text.split(",") if each.strip()] or [text]


def _map(wrong: Wrong) -> str | None:
    value, required = wrong.value, wrong.node.get("required", [])
    if isinstance(value, list):
        fields = wrong.node.get("properties", {})
        lists = [each for each in required if fields.get(each, {}).get("type") == "array"]
        if lists:
            return f"put the list under {lists[0]}"
        return "write a key for each item, without dashes or brackets"
    if not isinstance(value, str) or len(value) > _LONGEST_WRITTEN or wrong.field == "spec":
        return None
    main = _MAIN_FIELD.get(wrong.message) or (required[0] if len(required) == 1 else None)
    return f"write {flow({main: value})}" if main is not None else None


_BY_TYPE = {
    "string": _string,
    "boolean": _boolean,
    "number": _number,
    "integer": _integer,
    "array": _list,
    "object": _map,
}
