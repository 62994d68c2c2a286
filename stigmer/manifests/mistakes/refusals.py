# SPDX-License-Identifier: Apache-2.0
"""What the validator says of a document, in words a person can act on; each mistake once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import orjson

from stigmer.manifests.mistakes.forms import form, suggestion
from stigmer.manifests.mistakes.retype import Wrong, instead, secret_instead
from stigmer.manifests.mistakes.unknown import unknown
from stigmer.manifests.mistakes.violation import Checked, Violation
from stigmer.manifests.mistakes.wanted import line_to_add
from stigmer.manifests.mistakes.words import WORDS, Refused, joined, listed, may_be_secret, shown
from stigmer.resources.kinds import nearest
from stigmer.resources.paths import Path


def violations(errors: Iterable[Any], checked: Checked, most: int) -> list[Violation]:
    """The words for the errors of the validator (`jsonschema_rs.ValidationError`) about a document, for the first so many."""
    found = islice((each for error in errors for each in _violations(error, checked)), most)
    return _told_once(list(dict.fromkeys(found)))


def _told_once(found: list[Violation]) -> list[Violation]:
    """Without what follows from another mistake: a field is missing because its name is mistyped, a name has no form because it is
    too long, a map is empty and two rules say so."""
    # A field that was meant is there, and so is all that it stands in.
    meant = {path[:depth] for each in found for path in each.meant for depth in range(1, len(path) + 1)}
    lengths = {each.path for each in found if each.code == "schema.length"}
    told: list[Violation] = []
    empty: set[Path] = set()
    for each in found:
        if meant.intersection(each.lacking) or (each.code == "schema.pattern" and each.path in lengths):
            continue
        if each.code == "schema.one_of" and each.lacking:
            if each.path in empty:
                continue
            empty.add(each.path)
        told.append(each)
    return told


def _violations(error: Any, checked: Checked) -> Iterator[Violation]:
    """The words for one error of the validator."""
    path: Path = tuple(error.instance_path)
    rule = error.schema_path[-1]
    why = error.kind.as_dict()
    if rule in ("additionalProperties", "unevaluatedProperties"):
        fields = list(checked.node(error.schema_path[:-1]).get("properties", {}))
        yield from (unknown(name, path, checked, fields) for name in why["unexpected"])
    elif rule == "required":
        yield _missing(why["property"], path, checked.node(error.schema_path[:-1]), checked)
    elif rule == "oneOf":
        if isinstance(error.instance, dict):  # what is no map at all has been said by `type`
            yield _group(error.instance, path, error.schema_path[:-1], checked)
    elif "propertyNames" in error.schema_path:
        yield _key(error.kind.error, path)
    elif rule == "uniqueItems":
        yield _twice(error.instance, path)
    else:
        hidden = may_be_secret(path, checked) or _is_no_flag(path, error.instance)
        refused = Refused(error.instance, hidden, why)
        code, say = WORDS[rule]
        node = checked.node(error.schema_path[:-1])
        yield Violation(path, code, say(refused), _hint(refused, rule, path, node, checked))


def _is_no_flag(path: Path, value: Any) -> bool:
    """Whether what stands in the place of `is_secret` is longer than any yes or no: then it may be the secret."""
    return path[-1:] == ("is_secret",) and isinstance(value, str) and len(value) > len("false")


def _missing(name: str, path: Path, node: dict[str, Any], checked: Checked) -> Violation:
    where = "" if not path else " in this item" if isinstance(path[-1], int) else f" under {path[-1]}"
    hint = f"add {line_to_add(checked.schema, node, name)}"
    place = (*path, name)
    return Violation(place, "schema.required", f"{name} is required{where}", hint, key=True, lacking=(place,))


def _group(value: dict[str, Any], path: Path, schema_path: list[str | int], checked: Checked) -> Violation:
    """Too many or none of some fields of which one, or at most one, may be there."""
    node = checked.node(schema_path)
    most = node.get("x-at-most-one")
    names: list[str] = most or node["x-exactly-one"]
    found = [name for name in names if name in value]
    rule = f"{'at most' if most else 'exactly'} one of {listed(names)}"
    if found:
        hint = f"remove it, or remove {found[0]}" if len(found) == 2 else "keep one of them"
        words = f"{rule}; found {joined(found)}"
        return Violation((*path, found[1]), "schema.one_of", words, hint, key=True, rivals=tuple(found))
    holder = checked.node(schema_path[:-2] if "allOf" in schema_path[-2:] else schema_path)
    able = [name for name in names if not _excluded(name, value, holder)]
    hint = f"add {line_to_add(checked.schema, holder, (able or names)[0])}"
    lacking = tuple((*path, name) for name in names)
    return Violation(path, "schema.one_of", f"{rule}; found none", hint, key=True, lacking=lacking)


def _excluded(name: str, value: dict[str, Any], holder: dict[str, Any]) -> bool:
    """Whether some other rule wants a field not to stand beside what is there already."""
    groups = [
        each.get("x-exactly-one") or each.get("x-at-most-one") or [] for each in holder.get("allOf", ())
    ]
    return any(name in group and any(each in value for each in group) for group in groups)


def _key(error: Any, path: Path) -> Violation:
    """A key that is no name that the map allows."""
    name, why = error.instance, error.kind.as_dict()
    place = (*path, name)
    if "pattern" not in why:
        few = error.kind.name == "minLength"
        words = "a key cannot be empty" if few else f"a key has at most {why['limit']} characters"
        return Violation(place, "schema.name", words, key=True)
    found, near = form(why["pattern"]), suggestion(why["pattern"], name)
    words = f"{shown(name)} is not {found.words if found else 'a name that is allowed here'}"
    return Violation(place, "schema.name", words, f"write {near}" if near else None, key=True)


def _twice(items: list[Any], path: Path) -> Violation:
    """The second of two items that are the same."""
    seen: set[bytes] = set()
    for second, item in enumerate(items):  # noqa: B007 - the one at which it stops
        text = orjson.dumps(item, option=orjson.OPT_SORT_KEYS)
        if text in seen:
            break
        seen.add(text)
    words = f"{shown(item)} stands here twice" if isinstance(item, str) else "an item stands here twice"
    return Violation((*path, second), "schema.unique", words, "remove it")


def _hint(refused: Refused, rule: str, path: Path, node: dict[str, Any], checked: Checked) -> str | None:
    """The mend for a value, where one suggests itself."""
    value = refused.value
    match rule:
        case "type" if refused.hidden:
            keys = [step for step in path if isinstance(step, str)]
            return secret_instead(value, refused.why["types"], keys[-1] if keys else "")
        case "type":
            holder = checked.holder(path)
            message = "" if holder is None else holder.name.rpartition(".")[2]
            keys = [step for step in path if isinstance(step, str)]
            wrong = Wrong(value, keys[-1] if keys else "", message, node, checked.written(path))
            return instead(wrong, refused.why["types"])
        case "enum" if isinstance(value, str) and not refused.hidden:
            return _near_option(value, [each for each in refused.why["options"] if isinstance(each, str)])
        case "const" if not refused.hidden:
            return f"write {shown(refused.why['expected_value'])}"
        case "pattern" if not refused.hidden:
            near = suggestion(refused.why["pattern"], value)
            return f"write {near}" if near is not None else None
        case "minimum" | "maximum":
            return f"write {refused.why['limit']}, or {'more' if rule == 'minimum' else 'less'}"
        case _:
            return None


def _near_option(value: str, options: list[str]) -> str | None:
    """The value that was meant, also where it has its enum's name before it: `HTTP_METHOD_GET`."""
    ends = [each for each in options if value.lower().endswith(f"_{each.lower()}")]
    near = max(ends, key=len) if ends else nearest(value, options)
    return f"did you mean {near}?" if near else None
