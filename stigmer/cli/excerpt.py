# SPDX-License-Identifier: Apache-2.0
"""The line of a source that a diagnostic is about, what is meant underlined, and never a line that may hold a secret.

A secret may stand as the value of a telling key (`token: ...`), as any value of an environment, on a line of a text that goes on over
several, or in a flow map. What cannot be told to be harmless is not shown: the place is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from unicodedata import combining, east_asian_width

from stigmer.cli.console import Style, visible
from stigmer.errors import Location
from stigmer.manifests.yaml import LINE_END

_LONGEST_LINE = 160
_ENTRY = re.compile(
    r"""\s*(?:-\s+)*(?P<key>"[^"]*"|'[^']*'|[^\s:"'\[{#&*!|>%@`][^\s:]*)\s*:\s*(?P<value>\S.*)?"""
)
_TELLING = re.compile(r"value|secret|token|passw|key|credential|auth|cookie", re.IGNORECASE)
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_FLOW_VALUES = re.compile(r"\b(?:data|headers?|env|environment|query|[A-Z][A-Z0-9_]*)\s*:")
_SIMPLE = re.compile(r"true|false|null|~|yes|no|on|off|[-+]?\d{1,9}(?:\.\d{1,4})?|\{\}|\[\]", re.IGNORECASE)
# Keys that sound like a secret and hold none, keys whose values are names, and keys of maps of values.
_HARMLESS = frozenset(
    {"is_secret", "isSecret", "secret", "value_from", "valueFrom", "secretKeyRef", "max_tokens"}
)
_NAMES = frozenset({"apiVersion", "kind", "name", "ref", "agent", "workflow", "owner", "org", "namespace"})
MAPS_OF_VALUES = frozenset(
    {"data", "stringData", "headers", "env", "environment", "runtime_env", "query", "query_params"}
)
_OF_ENTRIES = _HARMLESS | {"description", "optional"}
_BEYOND = 10_000  # what is indented by tabs may belong to anything above it


def excerpt(place: Location, style: Style) -> list[str]:
    """The line of the place with its key or value underlined, and the line above it; nothing where they may not be shown."""
    lines = _lines(place.file)
    if not 0 < place.line <= len(lines):
        return []
    number, line = place.line - 1, lines[place.line - 1]
    if not line.strip() or len(line) > _LONGEST_LINE or not _may_be_shown(lines, number):
        return []
    start = min(max(place.column - 1, 0), len(line))
    gap = "".join("\t" if each == "\t" else " " * _width(each) for each in line[:start])
    marks = "^" * max(1, sum(_width(each) for each in line[start : _end(line, start)]))
    above = [_numbered(number - 1, lines[number - 1], style)] if _helps(lines, number - 1) else []
    margin = " " * len(_margin(number))
    return [*above, _numbered(number, line, style), margin + gap + style.paint("green", marks)]


def _margin(number: int) -> str:
    return f"{number + 1:>5} | "


def _numbered(number: int, line: str, style: Style) -> str:
    return style.paint("dim", _margin(number)) + visible(line)


@lru_cache(maxsize=1)
def _lines(file: str) -> list[str]:
    try:
        return LINE_END.split(Path(file).read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError):
        return []


def _helps(lines: Sequence[str], number: int) -> bool:
    """Whether a line above says something of where one is, and may be shown."""
    if number < 0 or len(lines[number]) > _LONGEST_LINE or lines[number].lstrip().startswith("#"):
        return False
    return bool(lines[number].strip(" -.\t")) and _may_be_shown(lines, number)


def _may_be_shown(lines: Sequence[str], number: int) -> bool:
    """Whether a line holds no secret, nor a part of one, for all that can be told from it and from those that it stands below."""
    above = list(_parents(lines, number))
    line, entry = lines[number], _ENTRY.fullmatch(lines[number])
    in_values = any(_key(lines[each]) in MAPS_OF_VALUES for each in above)
    if in_values and entry is not None and entry["value"] and _key(line) not in _OF_ENTRIES:
        return False
    return all(
        _is_harmless(lines[inner], None if outer is None else lines[outer])
        for inner, outer in zip((number, *above), (*above, None), strict=True)
    )


def _is_harmless(line: str, parent: str | None) -> bool:
    """The same of a line alone, as far as it depends on the one that it stands below."""
    above = None if parent is None else _ENTRY.fullmatch(parent)
    holder = _key(parent) if parent is not None else ""
    goes_on = above is not None and above["value"] is not None and not _opens(above["value"])
    entry = _ENTRY.fullmatch(line)
    if entry is None:
        # Without a key it may be a part of a longer text, but for an item of a list.
        return line.lstrip().startswith("- ") and not goes_on and not _sounds_secret(holder, line)
    key, value = _key(line), entry["value"]
    if key in _HARMLESS:
        return value is None or _SIMPLE.fullmatch(value) is not None
    if holder and (_TELLING.search(holder) or goes_on) and holder not in _HARMLESS:
        return False
    if value is None or key in _NAMES:
        return True
    return not _VARIABLE.fullmatch(holder) and not _VARIABLE.fullmatch(key) and not _sounds_secret(key, value)


def _key(line: str) -> str:
    """The key that a line begins with, empty where it has none."""
    entry = _ENTRY.fullmatch(line)
    return "" if entry is None else entry["key"].strip("\"'")


def _opens(value: str) -> bool:
    """Whether what stands on a key's own line is an anchor or the like, or the value goes on in brackets or begins below."""
    return value[0] in "&#[{" and not value.endswith(("]", "}"))


def _sounds_secret(key: str, value: str) -> bool:
    return key in MAPS_OF_VALUES or any(
        each.search(text) for each in (_TELLING, _FLOW_VALUES) for text in (key, value)
    )


def _parents(lines: Sequence[str], number: int) -> Iterator[int]:
    """The lines that a line stands below, the nearest first: each begins further out than the one before."""
    column = _column(lines[number])
    for above in range(number - 1, -1, -1):
        line = lines[above]
        if line.startswith("---") or column == 0:
            return
        if line.strip() and not line.lstrip().startswith("#") and _column(line) < column:
            yield above
            column = _column(line)


def _column(line: str) -> int:
    """Where the key or the text of a line begins, behind the dashes of lists."""
    start = re.match(r"\s*(?:-\s+)*", line)
    width = start.end() if start is not None else 0
    return _BEYOND if "\t" in line[:width] else width


def _end(line: str, start: int) -> int:
    """Where the key or value that starts at a column ends."""
    rest = line[start:]
    if rest[:1] in ('"', "'"):
        quoted = re.match(r'"(?:[^"\\]|\\.)*"' if rest[0] == '"' else r"'(?:[^']|'')*'", rest)
        return start + (quoted.end() if quoted else len(rest.rstrip()))
    if rest[:1] in ("[", "{"):
        return start + _bracket(rest)
    stops = r":(?=\s|$)|\s#"
    if _in_flow(line[:start]):
        stops += r"|[,\]}]"
    stop = re.search(stops, rest)
    return start + len((rest[: stop.start()] if stop else rest).rstrip())


def _bracket(text: str) -> int:
    """The length of a text up to the bracket that closes its first one, or its whole length."""
    depth = 0
    for index, character in enumerate(text):
        depth += (character in "[{") - (character in "]}")
        if depth == 0:
            return index + 1
    return len(text.rstrip())


def _in_flow(before: str) -> bool:
    return sum(before.count(each) for each in "[{") > sum(before.count(each) for each in "]}")


def _width(character: str) -> int:
    """The columns of a terminal that a character takes as it is shown."""
    if combining(character):
        return 0
    shown = visible(character)
    return len(shown) if len(shown) > 1 else 2 if east_asian_width(character) in "WF" else 1
