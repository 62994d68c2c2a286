# SPDX-License-Identifier: Apache-2.0
"""Values, types and limits in words; a value that may be a secret by its type alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from stigmer.manifests.mistakes.forms import form
from stigmer.manifests.mistakes.violation import Checked
from stigmer.resources.paths import Path

_LONGEST_SHOWN = 60
_MOST_LISTED = 8
_SENSITIVE = re.compile(
    r"(?:^|[_.-])(?:token|secret|pass(?:word|wd|phrase)?|authentication|authorization|api[_-]?key|credentials?|private[_-]?key|cookie)$",
    re.IGNORECASE,
)
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_TYPE_NAMES = {
    "string": "a string",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a map",
    "null": "nothing",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A value that is refused, whether messages must not show it, and the validator's account of why."""

    value: Any
    hidden: bool
    why: dict[str, Any]


def may_be_secret(path: Path, checked: Checked) -> bool:
    """Whether a value stands where somebody may have written a secret: in a secret's entry, in place of one, by its key."""
    if path[-1:] in (("is_secret",), ("description",)):
        return False
    holders = (checked.holder(path[:depth]) for depth in range(len(path) + 1))
    if any(holder is not None and holder.secret_holder for holder in holders):
        return True
    if path[-2:-1] == ("data",):  # in place of what is said of a value, under whatever name
        return True
    keys = (step for step in path if isinstance(step, str))
    return any(_SENSITIVE.search(key) or _VARIABLE.fullmatch(key) for key in keys)


def shown(value: Any) -> str:
    """A value as JSON, cut where it is long."""
    text = orjson.dumps(value).decode()
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "..."


def described(value: Any, *, hidden: bool = False) -> str:
    """What a value is, and the value itself where it may be shown."""
    match value:
        case None:
            return "nothing"
        case bool() | int() | float():
            return ("true or false" if isinstance(value, bool) else "a number") if hidden else shown(value)
        case str():
            return "a string" if hidden else f"the string {shown(value)}"
        case list():
            return "a list"
        case _:
            return "a map"


def listed(names: list[str]) -> str:
    """Names with commas, the first few of many."""
    if len(names) <= _MOST_LISTED + 1:
        return ", ".join(names)
    return f"{', '.join(names[:_MOST_LISTED])} and {len(names) - _MOST_LISTED} more"


def joined(names: list[str]) -> str:
    """Names with commas and an `and`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _type(refused: Refused) -> str:
    wanted = " or ".join(_TYPE_NAMES[each] for each in refused.why["types"])
    return f"expected {wanted}, found {described(refused.value, hidden=refused.hidden)}"


def _enum(refused: Refused) -> str:
    value = described(refused.value, hidden=refused.hidden)
    options = {re.sub("[_-]", "", str(each)).lower(): str(each) for each in reversed(refused.why["options"])}
    return f"{value} is not one of {', '.join(reversed(options.values()))}"


def _const(refused: Refused) -> str:
    return f"{described(refused.value, hidden=refused.hidden)} is not {shown(refused.why['expected_value'])}"


def _pattern(refused: Refused) -> str:
    found = form(refused.why["pattern"])
    # An address may carry a password or a key.
    private = refused.hidden or bool(re.search(r"://|[@?=]", refused.value))
    value = "this" if private else shown(refused.value)
    return f"{value} is not {found.words}" if found else f"{value} does not have the form that is needed here"


def _least(noun: str) -> Callable[[Refused], str]:
    return lambda refused: f"at least {_count(refused, noun)} needed{_found(refused)}"


def _most(noun: str) -> Callable[[Refused], str]:
    return lambda refused: f"at most {_count(refused, noun)} allowed{_found(refused)}"


def _count(refused: Refused, noun: str) -> str:
    limit = refused.why["limit"]
    return f"{limit} {noun} is" if limit == 1 else f"{limit} {noun}s are"


def _found(refused: Refused) -> str:
    return "" if refused.hidden else f"; found {len(refused.value) or 'none'}"


def _range(than: str) -> Callable[[Refused], str]:
    return lambda refused: (
        f"{described(refused.value, hidden=refused.hidden)} is {than} {refused.why['limit']}"
    )


WORDS: dict[str, tuple[str, Callable[[Refused], str]]] = {
    "type": ("schema.type", _type),
    "enum": ("schema.enum", _enum),
    "const": ("schema.const", _const),
    "pattern": ("schema.pattern", _pattern),
    "minLength": ("schema.length", _least("character")),
    "maxLength": ("schema.length", _most("character")),
    "minItems": ("schema.length", _least("item")),
    "maxItems": ("schema.length", _most("item")),
    "minProperties": ("schema.length", _least("key")),
    "maxProperties": ("schema.length", _most("key")),
    "minimum": ("schema.range", _range("less than")),
    "maximum": ("schema.range", _range("more than")),
    "exclusiveMinimum": ("schema.range", _range("not more than")),
    "exclusiveMaximum": ("schema.range", _range("not less than")),
}
"""The code and the words of each rule of the schemas that is about one value."""
