# SPDX-License-Identifier: Apache-2.0
"""The canonical form: the one place that turns what a manifest may write into what protobuf's JSON mapping reads.

Short references, durations, timestamps, enum names, texts from files, sets and secrets each have one canonical shape, chosen by
the options of the field. For every message the work is compiled once into a list of the fields that need any, so that a document
costs only what it uses; the document, fresh from the reader and owned by nobody else, is turned over in place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any
from unicodedata import is_normalized, normalize

from stigmer.resources.confidential import Secret
from stigmer.resources.fields import Field, enum_by_spelling, item_name, message
from stigmer.resources.ignorable import ignore_problem
from stigmer.resources.keys import DEFAULT_ORG, Key
from stigmer.resources.kinds import Kind, find_kind, kind_named, kinds, nearest
from stigmer.resources.paths import Path, field_path
from stigmer.resources.references import Reference, parse_reference, reference_key, short_reference
from stigmer.resources.resource import (
    SOPS_MARK,
    Age,
    Env,
    File,
    Held,
    Keyring,
    Literal,
    Resource,
    SecretSlot,
    SecretSource,
    Sops,
)
from stigmer.resources.times import canonical_duration, canonical_timestamp

ReadText = Callable[[str], str]
"""Reads a text that a manifest names by its path; raises ValueError, in words, where it may not or cannot."""

RESERVED = "stigmer.ai/"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a checked document that has no canonical form, with its place in the document, and whether the key is meant."""

    path: Path
    code: str
    message: str
    hint: str | None = None
    key: bool = False


@dataclass(slots=True)
class _Run:
    """What one document's way to canonical form knows and finds."""

    org: str  # where a reference that says none looks
    own_org: str  # the resource's own, empty for a global kind
    read_text: ReadText
    readers: Callable[[Path], ReadText] | None = None
    references: list[Reference] = field(default_factory=list)
    sources: list[tuple[Path, SecretSource]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


_Step = Callable[[Any, Path, _Run], Any]


def canonicalize(
    kind: Kind,
    document: dict[str, Any],
    *,
    org: str,
    read_text: ReadText,
    readers: Callable[[Path], ReadText] | None = None,
) -> tuple[Resource, list[Problem]]:
    """The resource of a document that its schema accepts, and what stands in the way; with problems it must not be used.

    `org` is where a document that says none belongs. `readers` says, where not all of the document came from one file, what reads
    the text that is named at a path, in place of `read_text`. The document is consumed.
    """
    metadata = document["metadata"]
    name = metadata["name"]
    if not kind.is_global:
        org = metadata.setdefault("org", org)
    key = Key(kind.name, "" if kind.is_global else org, name)
    run = _Run(
        org, key.org, read_text, readers, problems=_reserved(metadata) + _not_ignorable(kind, metadata)
    )
    if not kind.is_global and org != DEFAULT_ORG:
        run.references.append(Reference(("metadata", "org"), Key("Organization", "", org)))
    renamed_from = metadata.pop("renamed_from", None)
    root = message(kind.message)
    _message(root.name, document, (), run)
    resource = Resource(
        kind=kind,
        key=key,
        body=document,
        references=tuple(run.references),
        secrets=tuple(
            SecretSlot(path, field_path(root, document, path), source) for path, source in run.sources
        ),
        renamed_from=None if renamed_from is None else key._replace(name=renamed_from),
    )
    return resource, run.problems


def _reserved(metadata: dict[str, Any]) -> list[Problem]:
    problem = f"keys under {RESERVED} are the system's"
    hint = "use a prefix of your own, such as example.com/"
    return [
        Problem(("metadata", words, key), "metadata.reserved", problem, hint, key=True)
        for words in ("labels", "annotations")
        for key in metadata.get(words, ())
        if key.startswith(RESERVED)
    ]


def _not_ignorable(kind: Kind, metadata: dict[str, Any]) -> list[Problem]:
    if "lifecycle" not in metadata:
        return []
    return [
        Problem(("metadata", "lifecycle", "ignore_changes", index), wrong.code, wrong.words, wrong.hint)
        for index, written in enumerate(metadata["lifecycle"].get("ignore_changes", ()))
        if (wrong := ignore_problem(kind, written)) is not None
    ]


def _message(name: str, value: Any, path: Path, run: _Run) -> Any:
    """Turns a value of the message over. Looked up when used, because tasks contain tasks."""
    return _message_step(name)(value, path, run)


@cache
def _message_step(name: str) -> _Step:
    found = message(name)
    if found.secret_holder:
        return _secret
    steps = [(each.name, step) for each in found.fields.values() if (step := _field_step(each)) is not None]
    if found.reference:
        return partial(_dynamic_reference, steps)
    files = [(each.name, each.file_of) for each in found.fields.values() if each.file_of is not None]
    return partial(_fields_and_files, steps, files) if files else partial(_fields, steps)


@cache
def _needs_work(name: str) -> bool:
    """Whether anything in or below the message ever needs turning over."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        found = message(waiting.pop())
        if found.name in seen:
            continue
        seen.add(found.name)
        if found.secret_holder or found.reference:
            return True
        for each in found.fields.values():
            if _is_turned(each):
                return True
            if each.message is not None:
                waiting.append(each.message)
    return False


def _is_turned(each: Field) -> bool:
    marked = each.is_reference or each.text_file or each.file_of or each.set or each.named_by
    return bool(marked) or each.type in ("enum", "duration", "timestamp")


def _field_step(each: Field) -> _Step | None:
    if each.name == "depends_on":
        return _depends_on
    step = _value_step(each)
    if each.set:
        return partial(_set, step)
    if each.named_by:
        return partial(_named_items, each, step)
    if step is None:
        return None
    if each.map:
        return partial(_entries, step)
    return partial(_items, step) if each.repeated else step


def _value_step(each: Field) -> _Step | None:
    if each.is_reference:
        return partial(_reference, kind_named(each.references[0]))
    if each.text_file:
        return partial(_text, each.min_len)
    match each.type:
        case "message":
            name = each.message or ""
            return partial(_message, name) if _needs_work(name) else None
        case "enum":
            return partial(_enum, enum_by_spelling(each.enum or ""))
        case "duration":
            return partial(_converted, partial(canonical_duration, more_than=each.more_than))
        case "timestamp":
            return partial(_converted, canonical_timestamp)
        case _:
            return None


def _fields(steps: list[tuple[str, _Step]], value: Any, path: Path, run: _Run) -> Any:
    for name, step in steps:
        if name in value:
            value[name] = step(value[name], (*path, name), run)
    return value


def _fields_and_files(
    steps: list[tuple[str, _Step]], files: list[tuple[str, str]], value: Any, path: Path, run: _Run
) -> Any:
    for name, content in files:
        if name in value:
            value[content] = _file(None, value[name], (*path, name), run)
            del value[name]
    return _fields(steps, value, path, run)


def _items(step: _Step, value: Any, path: Path, run: _Run) -> Any:
    for index, item in enumerate(value):
        value[index] = step(item, (*path, index), run)
    return value


def _named_items(each: Field, step: _Step | None, value: Any, path: Path, run: _Run) -> Any:
    seen: set[str] = set()
    for index, item in enumerate(value):
        name = item_name(each, item)
        if name in seen:
            problem = f"'{name}' is already in this list"
            run.problems.append(
                Problem((*path, index), "schema.unique", problem, "give each a name of its own")
            )
        elif name is not None:
            seen.add(name)
            if not is_normalized("NFC", name):
                words = "the name is not in Unicode's composed form (NFC)"
                hint = f'write "{normalize("NFC", name)}"'
                run.problems.append(Problem((*path, index, "name"), "yaml.unicode", words, hint))
    return value if step is None else _items(step, value, path, run)


def _entries(step: _Step, value: Any, path: Path, run: _Run) -> Any:
    for name, item in value.items():
        value[name] = step(item, (*path, name), run)
    return value


def _set(step: _Step | None, value: Any, path: Path, run: _Run) -> Any:
    items = value if step is None else _items(step, value, path, run)
    return sorted(set(items))


def _enum(values: dict[str, str], value: Any, path: Path, run: _Run) -> Any:
    return values[value]


def _converted(convert: Callable[[Any], str], value: Any, path: Path, run: _Run) -> Any:
    try:
        return convert(value)
    except ValueError as error:
        run.problems.append(Problem(path, "schema.format", str(error)))
        return value


def _text(min_len: int | None, value: Any, path: Path, run: _Run) -> Any:
    return value if isinstance(value, str) else _file(min_len, value["file"], (*path, "file"), run)


def _file(min_len: int | None, name: str, path: Path, run: _Run) -> str:
    """The text of a file, whose name stands at the path."""
    try:
        read = run.read_text if run.readers is None else run.readers(path)
        text = read(name)
    except ValueError as error:
        hint = "a path starts from the directory of its manifest, and stays in the project"
        run.problems.append(Problem(path, "manifest.file", str(error), hint))
        return ""
    if min_len is not None and len(text) < min_len:
        words = f"'{name}' holds {len(text)} characters, at least {min_len} are needed"
        run.problems.append(Problem(path, "schema.length", words))
    return text


def _reference(target: Kind, value: Any, path: Path, run: _Run) -> Any:
    try:
        canonical = parse_reference(value, target, run.org)
    except ValueError as error:
        run.problems.append(_unscoped(value, path, str(error)))
        return value
    run.references.append(Reference(path, reference_key(canonical, target), canonical.get("version")))
    return canonical


def _unscoped(value: Any, path: Path, words: str) -> Problem:
    """A reference that names an organization where there is none."""
    if isinstance(value, str):
        return Problem(path, "reference.scope", words, f"write {value.rpartition('/')[2]}")
    return Problem((*path, "org"), "reference.scope", words, "remove it", key=True)


def _dynamic_reference(steps: list[tuple[str, _Step]], value: Any, path: Path, run: _Run) -> Any:
    """A message whose `kind` says what its `name`, and for some kinds its `org`, name."""
    target = find_kind(value["kind"])
    assert target is not None, "the schema allows kinds only"
    canonical = _reference(
        target, {part: value[part] for part in ("name", "org") if part in value}, path, run
    )
    return {**_fields(steps, value, path, run), **canonical}


def _depends_on(value: Any, path: Path, run: _Run) -> Any:
    canonical = set()
    for index, item in enumerate(value):
        place = (*path, index)
        word, _, rest = item.partition("/")
        target = find_kind(word)
        if target is None:
            near = nearest(word, [each.slug for each in kinds()])
            hint = f"did you mean {near}/{rest}?" if near else None
            run.problems.append(Problem(place, "reference.kind", f"'{word}' is not a kind", hint))
            continue
        try:
            reference = parse_reference(rest, target, run.org)
        except ValueError as error:
            hint = f"write {target.slug}/{rest.rpartition('/')[2]}"
            run.problems.append(Problem(place, "reference.scope", str(error), hint))
            continue
        run.references.append(Reference(place, reference_key(reference, target)))
        canonical.add(f"{target.slug}/{short_reference(reference, run.own_org)}")
    return sorted(canonical)


def _secret(value: Any, path: Path, run: _Run) -> Any:
    """An entry that may be secret: of a secret only the fact stays in the body, its source becomes a slot."""
    source = _secret_source(value)
    if isinstance(source, Age):
        _check_armor(source, (*path, "value_from", "age"), run)
    if source is None:
        if "value_from" in value:
            value["is_secret"] = True
        return value
    run.sources.append((path, source))
    kept = {"description": value["description"]} if "description" in value else {}
    return {"is_secret": True, **kept}


def _check_armor(source: Age, path: Path, run: _Run) -> None:
    from stigmer.resources.armor import ArmorError, stanzas  # only few manifests hold sealed values

    try:
        stanzas(source.armored)
    except ArmorError as error:
        words = f"this is no age ciphertext: {error}"
        run.problems.append(Problem(path, "secret.armor", words, error.hint))


def _secret_source(value: dict[str, Any]) -> SecretSource | None:
    """Where the entry's secret comes from; None where it holds none, or none that is stored."""
    match value.get("value_from"):
        case {"env": name}:
            return Env(name)
        case {"file": path}:
            return File(path)
        case {"keyring": {"service": service, "username": username}}:
            return Keyring(service, username)
        case {"age": armored}:
            return Age(armored)
        case {"runner": _}:
            return None
    match value.get("value"):
        case str(text) if text.startswith(SOPS_MARK):
            return Sops(text)
    if not value.get("is_secret", False):
        return None
    return Literal(Secret(value["value"])) if "value" in value else Held()
