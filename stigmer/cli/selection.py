# SPDX-License-Identifier: Apache-2.0
"""The resources that words on the command line mean: `agents`, `agent/bot`, `agent bot`, `all`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stigmer.errors import NotFoundError, UsageError
from stigmer.resources.keys import Key
from stigmer.resources.kinds import Kind, find_kind, kind_named, kinds, nearest, parse_kind
from stigmer.resources.resource import label

ALL = "all"


@dataclass(frozen=True, slots=True)
class Selection:
    """Whole kinds, and single resources, in the order in which they were said."""

    kinds: tuple[Kind, ...]
    keys: tuple[Key, ...]


def parse_selection(words: Sequence[str], org: str) -> Selection:
    """What the words mean. A word after a kind that is itself no kind is a name: `agent bot`. Raises UsageError."""
    whole: dict[Kind, None] = {}
    keys: dict[Key, None] = {}
    current: Kind | None = None
    for word in words:
        kind_word, slash, name = word.partition("/")
        if slash:
            keys[_key(parse_kind(kind_word), name, org, word)] = None
            current = None
        elif word == ALL:
            # What the system alone makes, such as every version of everything, is listed where it is asked for by its kind.
            whole.update(dict.fromkeys(kind for kind in kinds() if kind.made_by != ("system",)))
        elif current is not None and find_kind(word) is None:
            whole.pop(current, None)
            keys[_key(current, word, org, word)] = None
        else:
            current = parse_kind(word)
            whole[current] = None
    return Selection(tuple(whole), tuple(keys))


def parse_resource(word: str, org: str) -> Key:
    """The one resource that `kind/name` means. Raises UsageError."""
    kind_word, slash, name = word.partition("/")
    if not slash:
        raise UsageError(
            "usage.resource", f"'{word}' is not a resource", hint="write KIND/NAME, as in agent/bot"
        )
    return _key(parse_kind(kind_word), name, org, word)


def parse_environment(word: str, org: str) -> Key:
    """The environment that `prod` or `environment/prod` means. Raises UsageError."""
    if "/" not in word:
        return _key(kind_named("Environment"), word, org, word)
    key = parse_resource(word, org)
    if key.kind != "Environment":
        raise UsageError(
            "usage.resource",
            f"{label(key)} is no environment",
            hint="write environment/NAME, or its name alone",
        )
    return key


def require_found(wanted: Iterable[Key], existing: Iterable[Key]) -> None:
    """Raises NotFoundError where something is not there, with the nearest name that is, or the organization that has it."""
    known = set(existing)
    missing = [key for key in wanted if key not in known]
    if not missing:
        return
    first = missing[0]
    same_kind = sorted(key for key in known if key.kind == first.kind)
    elsewhere = next((key.org for key in same_kind if key.name == first.name), None)
    near = nearest(first.name, [key.name for key in same_kind if key.org == first.org])
    hint = None
    if elsewhere is not None:
        hint = f"there is one in org {elsewhere}: add --org {elsewhere}"
    elif near is not None:
        hint = f"did you mean {label(first._replace(name=near))}?"
    place = f" in org {first.org}" if first.org else ""
    raise NotFoundError(
        "resource.not_found", f"{', '.join(label(key) for key in missing)} not found{place}", hint=hint
    )


def parse_labels(said: Iterable[str]) -> dict[str, str]:
    """The labels that `KEY=VALUE` means. Raises UsageError."""
    found = {}
    for each in said:
        name, equals, value = each.partition("=")
        if not name or not equals:
            raise UsageError("usage.label", f"'{each}' is not a label", hint="write -l KEY=VALUE")
        found[name] = value
    return found


def _key(kind: Kind, name: str, org: str, word: str) -> Key:
    if not name or "/" in name:
        raise UsageError(
            "usage.resource", f"'{word}' names no resource", hint="write KIND/NAME, as in agent/bot"
        )
    return Key(kind.name, "" if kind.is_global else org, name)
