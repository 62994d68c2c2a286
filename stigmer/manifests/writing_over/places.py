# SPDX-License-Identifier: Apache-2.0
"""Where everything of a YAML text stands: maps, lists and scalars with the characters at which they begin and end.

libyaml says where blocks begin and not where they end, so a block ends here where the last thing in it does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml import events as ev

_BLANK_ENDS = re.compile(r"(?:[ \t]*(?:\r\n|\n|\r))+\Z|[\r\n]\Z")
_KEEPS = re.compile(r"[|>][0-9]?\+")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar or an alias, from its anchor or tag on. `style` is the character it begins with, "" for a plain scalar, `*` for an
    alias. One that is not there begins where it ends."""

    start: int
    end: int
    value: str
    style: str

    @property
    def is_block(self) -> bool:
        """Whether it is a text on lines of its own."""
        return self.style in ("|", ">")


@dataclass(slots=True)
class Branch:
    """A map or a list, in block or in flow style."""

    is_map: bool
    flow: bool
    start: int
    end: int
    entries: list[Entry] = field(default_factory=list)


Place = Leaf | Branch


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a map from its key on, or an item of a list, whose `key` is None, in block style from its dash on."""

    start: int
    key: Leaf | None
    value: Place

    @property
    def end(self) -> int:
        """Where what it holds ends."""
        return max(self.value.end, self.key.end if self.key is not None else 0)

    @property
    def name(self) -> str:
        """Its key, "" for an item."""
        return "" if self.key is None else self.key.value


def roots(text: str) -> list[Place]:
    """The root of each document of a text that YAML accepts, in order."""
    return _Reader(text).roots()


def line_start(text: str, place: int) -> int:
    """Where the line of a place begins."""
    return text.rfind("\n", 0, place) + 1


def next_line(text: str, place: int) -> int:
    """Where the line after that of a place begins; the end of the text where there is none."""
    found = text.find("\n", place)
    return len(text) if found < 0 else found + 1


class _Reader:
    """Builds the places from libyaml's events."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.events: list[Any] = list(yaml.parse(text, Loader=yaml.CSafeLoader))
        self.at = 0

    def roots(self) -> list[Place]:
        found = []
        while self.at < len(self.events):
            event = self.events[self.at]
            self.at += 1
            if isinstance(event, ev.DocumentStartEvent):
                found.append(self._place())
        return found

    def _place(self) -> Place:
        event = self.events[self.at]
        self.at += 1
        start, end = event.start_mark.index, event.end_mark.index
        match event:
            case ev.AliasEvent():
                return Leaf(start, end, event.anchor or "", "*")
            case ev.ScalarEvent():
                style = event.style or ""
                return Leaf(
                    start, self._block_end(start, end) if style in ("|", ">") else end, event.value, style
                )
        branch = Branch(isinstance(event, ev.MappingStartEvent), bool(event.flow_style), start, end)
        ends = ev.MappingEndEvent if branch.is_map else ev.SequenceEndEvent
        while not isinstance(self.events[self.at], ends):
            branch.entries.append(self._entry(branch))
        if branch.flow:
            branch.end = self.events[self.at].end_mark.index
        elif branch.entries:
            branch.end = branch.entries[-1].end
        self.at += 1
        return branch

    def _entry(self, branch: Branch) -> Entry:
        if branch.is_map:
            key = self._place()
            if not isinstance(key, Leaf):
                raise TypeError("the reader refuses such keys")
            before = self.text[line_start(self.text, key.start) : key.start].rstrip()
            explicit = before.endswith("?") and (len(before) == 1 or before[-2] in " -{,")
            start = line_start(self.text, key.start) + len(before) - 1 if explicit else key.start
            return Entry(start, key, self._place())
        value = self._place()
        return Entry(value.start if branch.flow else self._dash(branch, value), None, value)

    def _dash(self, branch: Branch, value: Place) -> int:
        """Where the dash of an item stands: in the column of the first, after the item before."""
        if not branch.entries:
            return self.text.find("-", branch.start) if self.text[branch.start] in "&!" else branch.start
        first = branch.entries[0].start
        column = first - line_start(self.text, first)
        dash = re.compile(rf"^ {{{column}}}-(?=\s|\Z)", re.MULTILINE)
        match = dash.search(
            self.text, branch.entries[-1].end, max(value.start, branch.entries[-1].end + column + 2)
        )
        return match.end() - 1 if match is not None else self.text.rfind("-", 0, value.start)

    def _block_end(self, start: int, end: int) -> int:
        """The end of the last line of a block scalar; blank lines after it belong to it only where it keeps them."""
        text = self.text[start:end]
        if _KEEPS.search(text.partition("\n")[0].partition(" #")[0]):
            return end - (2 if text.endswith("\r\n") else 1 if text.endswith("\n") else 0)
        return start + len(_BLANK_ENDS.sub("", text))
