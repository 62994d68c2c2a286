# SPDX-License-Identifier: Apache-2.0
"""As much of a list as fits into so many characters, the first of it rather than the last.

An entry is shown whole, or by its line alone, or is only counted. Of what is left out, the bodies of light entries go first, then
those of the others from the last on, then lines from the last on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

_LEAST = 200  # characters that are not worth trying to put a body into
_MISSES = 20  # bodies in a row that did not fit, after which no other is tried
_COUNTED = 40  # characters for the line that counts the rest of a group


@dataclass(frozen=True, slots=True)
class Whole:
    """An entry with its body. `cut` says that the body itself had to be shortened."""

    text: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One of a list, by its line or whole, both made when they are needed; without a body it is its line.

    `light` says that its body is among the first to go.
    """

    line: Callable[[], str]
    whole: Callable[[], Whole] | None = None
    light: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under a heading, which says how many there are and is always shown."""

    heading: str
    entries: Sequence[Entry]


@dataclass(slots=True)
class Fitted:
    """The text, and what is not in it: how many light bodies, how many others, how many lines; `cut` bodies were shortened."""

    text: str = ""
    light: int = 0
    bodies: int = 0
    lines: int = 0
    cut: int = 0


def size(text: str) -> int:
    """The length of a text in UTF-16 units, the largest count of characters that anybody has."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def fitted(groups: Sequence[Group], room: int) -> Fitted:
    """As much of the groups as fits into `room` characters, of which their headings must not need more."""
    room -= sum(size(each.heading) + _COUNTED for each in groups)
    entries = [entry for group in groups for entry in group.entries]
    kept_for_bodies = _needed(entries, room // 2)
    lines = _lines(entries, room - kept_for_bodies)
    wholes = _wholes(entries, lines, room - sum(map(size, lines)))
    found = Fitted("".join(_written(groups, lines, wholes)), lines=len(entries) - len(lines))
    hidden = [each for index, each in enumerate(entries) if each.whole is not None and index not in wholes]
    found.light = sum(each.light for each in hidden)
    found.bodies = len(hidden) - found.light
    found.cut = sum(each.cut for each in wholes.values())
    return found


def _needed(entries: Sequence[Entry], most: int) -> int:
    """The room that lines must leave to bodies that are not light, `most` at most."""
    needed = 0
    for entry in entries:
        if entry.whole is not None and not entry.light:
            needed += size(entry.whole().text)
        if needed > most:
            return most
    return needed


def _lines(entries: Sequence[Entry], room: int) -> list[str]:
    """The lines of the first entries, as many as fit."""
    lines = []
    for entry in entries:
        line = entry.line()
        room -= size(line)
        if room < 0:
            break
        lines.append(line)
    return lines


def _wholes(entries: Sequence[Entry], lines: Sequence[str], room: int) -> dict[int, Whole]:
    """The entries that fit whole, in place of their lines, by index."""
    found: dict[int, Whole] = {}
    misses = 0
    for index, (entry, line) in enumerate(zip(entries, lines, strict=False)):
        if room < _LEAST or misses == _MISSES:
            break
        if entry.whole is None:
            continue
        whole = entry.whole()
        more = size(whole.text) - size(line)
        if more <= room:
            found[index] = whole
            room -= more
        else:
            misses += 1
    return found


def _written(groups: Sequence[Group], lines: Sequence[str], wholes: dict[int, Whole]) -> Iterator[str]:
    """Each group: its heading, what is whole, what is a line, how many more there are."""
    start = 0
    for group in groups:
        end = start + len(group.entries)
        shown = range(start, min(end, len(lines)))
        yield group.heading
        yield from (wholes[index].text for index in shown if index in wholes)
        yield from (lines[index] for index in shown if index not in wholes)
        if len(shown) < len(group.entries):
            yield f"- {'and ' if shown else ''}{len(group.entries) - len(shown):,} {'more' if shown else 'in all'}\n"
        if any(index not in wholes for index in shown) or len(shown) < len(group.entries):
            yield "\n"
        start = end
