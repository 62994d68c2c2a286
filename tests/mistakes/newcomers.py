# SPDX-License-Identifier: Apache-2.0
"""The mistakes that somebody makes who has just been given a project: each kind at every line of it where it can be made."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

# Fields that a project to start from is likely to have, at levels where no data of the user's own stands.
_FIELDS = (
    "agent", "agent_call", "args", "cases", "command", "data", "default_enabled_tools", "description", "document", "enabled_tools",
    "env_spec", "environment_refs", "input", "instructions", "markdown_content", "mcp_servers", "message", "metadata", "skill_refs",
    "spec", "stdio", "switch", "tasks", "title",
)  # fmt: skip
_REQUIRED = ("agent", "command", "instructions", "markdown_content", "message", "ref")

_Lines = list[str]
_Wrong = Iterator[tuple[str, _Lines]]
"""Each way to make lines wrong: where, and the lines as they are then."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: what kind, where, and the file as it is with it."""

    kind: str
    place: str
    file: str
    text: str


def mistakes(project: Mapping[str, str]) -> dict[str, list[Mistake]]:
    """Every mistake that can be made in the manifests of a project, by its kind."""
    found: dict[str, list[Mistake]] = {kind: [] for kind in _WAYS}
    for file, text in project.items():
        lines = text.splitlines()
        for kind, make in _WAYS.items():
            found[kind] += [
                Mistake(kind, f"{file}: {place}", file, "\n".join(wrong) + "\n")
                for place, wrong in make(lines)
            ]
    return found


def drawn(project: Mapping[str, str], seed: int, number: int) -> list[Mistake]:
    """So many mistakes, each of another kind, by a seed."""
    chance = random.Random(seed)
    possible = {kind: found for kind, found in mistakes(project).items() if found}
    return [chance.choice(possible[kind]) for kind in chance.sample(sorted(possible), number)]


def _replaced(pattern: str, make: Callable[[re.Match[str]], str]) -> Callable[[_Lines], _Wrong]:
    """A way that writes something else for what the pattern finds in a line."""

    def ways(lines: _Lines) -> _Wrong:
        for index, line in enumerate(lines):
            found = re.search(pattern, line)
            if found is not None:
                wrong = line[: found.start()] + make(found) + line[found.end() :]
                yield wrong.strip(), [*lines[:index], wrong, *lines[index + 1 :]]

    return ways


def _added(pattern: str, make: Callable[[re.Match[str]], str]) -> Callable[[_Lines], _Wrong]:
    """A way that writes another line after one that the pattern finds."""

    def ways(lines: _Lines) -> _Wrong:
        for index, line in enumerate(lines):
            found = re.fullmatch(pattern, line)
            if found is not None:
                wrong = make(found)
                yield wrong.strip(), [*lines[: index + 1], wrong, *lines[index + 1 :]]

    return ways


def _removed(pattern: str) -> Callable[[_Lines], _Wrong]:
    """A way that leaves out a line, where it stands between others of its map."""

    def ways(lines: _Lines) -> _Wrong:
        for index, line in enumerate(lines):
            if re.fullmatch(pattern, line):
                yield f"without {line.strip()}", [*lines[:index], *lines[index + 1 :]]

    return ways


def _camel(found: re.Match[str]) -> str:
    first, *rest = found.group(1).split("_")
    return first + "".join(each.capitalize() for each in rest)


def _without_a_letter(word: str) -> str:
    middle = len(word) // 2
    return word[:middle] + word[middle + 1 :]


_ANY = "|".join(_FIELDS)
_LONG = "|".join(each for each in _FIELDS if len(each) > 5)
_WITH_UNDERSCORE = "|".join(each for each in _FIELDS if "_" in each)
_WAYS: dict[str, Callable[[_Lines], _Wrong]] = {
    "a field misspelt": _replaced(rf"(?<=^)( *(?:- )?)({_LONG}):", lambda m: f"{m[1]}{_without_a_letter(m[2])}:"),
    "a field in camelCase": _replaced(rf"(?<=[ ])({_WITH_UNDERSCORE})(?=:)", _camel),
    "a field twice": _added(rf"( +)(name|{_ANY}): ([^|>#\s][^|>]*)", lambda m: m[0]),
    "a field that the system makes": _added(r"( +)name: .+", lambda m: f"{m[1]}id: agt_01jd3v0c7w8x9y2z4a5b6c7d8e"),
    "a required field left out": _removed(rf" +({'|'.join(_REQUIRED)}): [^|>]+"),
    "a kind misspelt": _replaced(r"^kind: (\w+)", lambda m: f"kind: {_without_a_letter(m[1])}"),
    "a kind in lower case": _replaced(r"^kind: (\w+)", lambda m: f"kind: {m[1].lower()}"),
    "another apiVersion": _replaced(r"^(apiVersion: .*)/v1$", lambda m: f"{m[1]}/v2"),
    "a name with capitals": _replaced(r"(?<=^  name: )([a-z-]+)$", lambda m: m[1].title()),
    "a name with an underscore": _replaced(r"(?<=^  name: )([a-z]+)-([a-z]+)$", lambda m: f"{m[1]}_{m[2]}"),
    "a number in place of text": _replaced(r"(?<=^  description: ).+", lambda m: "2026"),
    "yes in place of true": _replaced(r"(?<=: )true$", lambda m: "yes"),
    "a choice misspelt": _replaced(r"(?<= approval: )(\w+)", lambda m: _without_a_letter(m[1])),
    "a word in place of a list": _replaced(r"(?<=_tools: )\[(\w+), .*\]", lambda m: m[1]),
    "a name of a value in lower case": _replaced(r"(?<=^      )([A-Z]+)(?=:)", lambda m: m[1].lower()),
    "a reference misspelt": _replaced(
        r"(?<= )(agent|ref): ([a-z-]{6,})", lambda m: f"{m[1]}: {_without_a_letter(m[2])}"
    ),
    "a reference misspelt in a list": _replaced(
        r"(_refs): \[([a-z-]{6,})", lambda m: f"{m[1]}: [{_without_a_letter(m[2])}"
    ),
    "a task misspelt": _replaced(
        r"(?<= )then: (?!end|exit|continue)(\w+)", lambda m: f"then: {_without_a_letter(m[1])}"
    ),
    "a tag that is not YAML's own": _replaced(r"(?<=^  description: )", lambda m: "!text "),
}  # fmt: skip
