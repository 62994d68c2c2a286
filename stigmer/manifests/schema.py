# SPDX-License-Identifier: Apache-2.0
"""A document against the JSON Schema of its kind, and every violation in words a person can act on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, reduce
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import jsonschema_rs
import orjson

from stigmer.resources.fields import Message, message
from stigmer.resources.kinds import Kind, nearest
from stigmer.resources.paths import Path, message_at


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that a schema refuses: where in the document, whether the key itself is meant, what is wrong, the mend."""

    path: Path
    code: str
    message: str
    hint: str | None = None
    key: bool = False


def schema_text(name: str) -> bytes:
    """The schema of a kind by its singular name, or of any kind by `stigmer`, as JSON."""
    return (_directory() / f"{name}.json").read_bytes()


@cache
def _directory() -> Traversable:
    """A wheel carries the schemas inside the package; a checkout has them beside it."""
    inside = files("stigmer") / "schemas"
    return inside if inside.is_dir() else files("stigmer") / ".." / "schemas"


def check(kind: Kind, document: dict[str, Any]) -> list[Violation]:
    """What the kind's schema refuses in a document, none where it is valid."""
    checker = _checker(kind.singular)
    if checker.validator.is_valid(document):
        return []
    found = [
        violation
        for error in checker.validator.iter_errors(document)
        for violation in _violations(error, checker.schema, message(kind.message))
    ]
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Checker:
    schema: Any
    validator: Any


@cache
def _checker(name: str) -> _Checker:
    schema = orjson.loads(schema_text(name))
    return _Checker(schema, jsonschema_rs.validator_for(schema))


def _violations(error: Any, schema: Any, root: Message) -> Iterator[Violation]:
    """The words for one error of the validator."""
    path: Path = tuple(error.instance_path)
    keyword = error.schema_path[-1]
    words = _WORDS.get(keyword)
    if keyword == "additionalProperties" and "unexpected" in error.kind.as_dict():
        yield from (_unknown(name, path, root) for name in error.kind.as_dict()["unexpected"])
    elif keyword == "required":
        name = error.kind.as_dict()["property"]
        yield Violation(
            (*path, name), "schema.required", f"{name} is required", f"add {name}: here", key=True
        )
    elif keyword == "oneOf":
        if isinstance(error.instance, dict):  # what is no map at all has been said by `type`
            yield _groups(error, path, _at(schema, error.schema_path[:-1]))
    elif "propertyNames" in error.schema_path:
        about = error.kind.error
        yield Violation((*path, about.instance), "schema.name", _name_words(about), key=True)
    elif words is not None:
        code, say = words
        finding = _Finding(_HIDDEN if _may_be_secret(path, root) else error.instance, error.kind)
        yield Violation(path, code, say(finding), _hint(finding, keyword))
    else:
        yield Violation(path, f"schema.{keyword}", error.message)


class _Hidden:
    """Stands for a value that messages must not show."""


_HIDDEN = _Hidden()


@dataclass(frozen=True, slots=True)
class _Finding:
    """A value that is refused, as messages may show it, and the validator's account of why."""

    instance: Any
    kind: Any


def _may_be_secret(path: Path, root: Message) -> bool:
    """Whether a value stands where somebody may have written a secret: in a secret's entry, or in place of one."""
    holders = (message_at(root, path[:depth]) for depth in range(len(path) + 1))
    return path[-1:] not in (("is_secret",), ("description",)) and any(
        holder is not None and holder.secret_holder for holder in holders
    )


def _unknown(name: str, path: Path, root: Message) -> Violation:
    holder = message_at(root, path)
    if holder is None:
        return Violation((*path, name), "schema.unknown", f"{name} is not a field here", key=True)
    field = holder.fields.get(name)
    if field is not None and field.system:
        return Violation(
            (*path, name),
            "schema.system",
            f"{name} is made by the system, never written in a manifest",
            "remove it",
            key=True,
        )
    if field is not None:  # only the organization of a global kind is in the message and not in the schema
        words = "a resource of a global kind belongs to no organization"
        return Violation((*path, name), "metadata.org", words, "remove it", key=True)
    fields = [
        "apiVersion" if each == "api_version" else each
        for each, about in holder.fields.items()
        if not about.system
    ]
    near = nearest(name, fields)
    hint = f"did you mean {near}?" if near else "fields: " + ", ".join(fields)
    return Violation((*path, name), "schema.unknown", f"{name} is not a field here", hint, key=True)


def _groups(error: Any, path: Path, schema: Any) -> Violation:
    most = schema.get("x-at-most-one")
    names: list[str] = most or schema["x-exactly-one"]
    found = [name for name in names if name in error.instance]
    listed = ", ".join(names)
    if not found:
        return Violation(path, "schema.one_of", f"exactly one of {listed} is needed; found none", key=True)
    many = "at most one of" if most else "exactly one of"
    return Violation(
        (*path, found[1]),
        "schema.one_of",
        f"{many} {listed} may be there; found {' and '.join(found)}",
        key=True,
    )


def _name_words(error: Any) -> str:
    pattern = error.kind.as_dict().get("pattern")
    return f"{_shown(error.instance)} is not a name that is allowed here" + (
        f": it must match {pattern}" if pattern else ""
    )


def _type_words(error: Any) -> str:
    wanted = " or ".join(_TYPE_NAMES[each] for each in error.kind.as_dict()["types"])
    return f"expected {wanted}, found {_described(error.instance)}"


def _hint(error: Any, keyword: str) -> str | None:
    value = error.instance
    if keyword == "type":
        types = error.kind.as_dict()["types"]
        if "string" in types and isinstance(value, (int, float)):
            return f'write "{_shown(value).strip(chr(34))}" for a string'
        if "boolean" in types and isinstance(value, str) and value.lower() in _OTHER_BOOLEANS:
            return f"write {_OTHER_BOOLEANS[value.lower()]}: booleans are true and false"
        if value is None:
            return "give it a value, or remove it"
    if keyword == "enum" and isinstance(value, str):
        near = nearest(value, [each for each in error.kind.as_dict()["options"] if isinstance(each, str)])
        return f"did you mean {near}?" if near else None
    return None


def _at(schema: Any, path: list[str | int]) -> Any:
    return reduce(lambda node, step: node[step], path, schema)


def _described(value: Any) -> str:
    match value:
        case _Hidden():
            return "something else"
        case None:
            return "nothing"
        case bool() | int() | float():
            return _shown(value)
        case str():
            return f"the string {_shown(value)}"
        case list():
            return "a list"
        case _:
            return "a map"


def _shown(value: Any) -> str:
    if value is _HIDDEN:
        return "the value"
    text = orjson.dumps(value).decode()
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "..."


def _count(limit: int, noun: str) -> str:
    return f"{limit} {noun} is" if limit == 1 else f"{limit} {noun}s are"


def _limit(error: Any) -> Any:
    return error.kind.as_dict()["limit"]


_LONGEST_SHOWN = 60
_OTHER_BOOLEANS = {
    **dict.fromkeys(("yes", "on", "y", "true"), "true"),
    **dict.fromkeys(("no", "off", "n", "false"), "false"),
}
_TYPE_NAMES = {
    "string": "a string",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a map",
    "null": "nothing",
}
_WORDS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "type": ("schema.type", _type_words),
    "enum": (
        "schema.enum",
        lambda error: (
            f"{_described(error.instance)} is not one of "
            + ", ".join(str(each) for each in error.kind.as_dict()["options"])
        ),
    ),
    "const": ("schema.const", lambda error: f"must be {_shown(error.kind.as_dict()['expected_value'])}"),
    "pattern": (
        "schema.pattern",
        lambda error: f"{_shown(error.instance)} does not match {error.kind.as_dict()['pattern']}",
    ),
    "minLength": ("schema.length", lambda error: f"at least {_count(_limit(error), 'character')} needed"),
    "maxLength": ("schema.length", lambda error: f"at most {_count(_limit(error), 'character')} allowed"),
    "minItems": ("schema.length", lambda error: f"at least {_count(_limit(error), 'item')} needed"),
    "maxItems": ("schema.length", lambda error: f"at most {_count(_limit(error), 'item')} allowed"),
    "minProperties": ("schema.length", lambda error: f"at least {_count(_limit(error), 'key')} needed"),
    "maxProperties": ("schema.length", lambda error: f"at most {_count(_limit(error), 'key')} allowed"),
    "minimum": ("schema.range", lambda error: f"{error.instance} is less than {_limit(error)}"),
    "maximum": ("schema.range", lambda error: f"{error.instance} is more than {_limit(error)}"),
    "exclusiveMinimum": ("schema.range", lambda error: f"{error.instance} is not more than {_limit(error)}"),
    "exclusiveMaximum": ("schema.range", lambda error: f"{error.instance} is not less than {_limit(error)}"),
    "uniqueItems": ("schema.unique", lambda error: "an item stands here twice"),
}
