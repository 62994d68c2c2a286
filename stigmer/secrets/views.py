# SPDX-License-Identifier: Apache-2.0
"""A text with its escapes undone, which knows where in the text each of its characters stands.

So an escaped secret is found whichever of its characters are escaped, and in whichever of the spellings.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

_DEPTH = 3  # JSON in JSON in JSON
_CHARACTERS = 0x110000
_LONGEST_PART = 16

_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "a": "\a", "e": "\x1b"} | {
    "_": "\xa0", "N": "\x85", "L": "\u2028", "P": "\u2029",  # YAML's
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Undoing:
    """A way of escaping and how it is undone.

    `escape` finds what is escaped, beginning with one of the characters of `starts`; `undone` says what stands for it; `part` finds, at
    the end of a text, what may be the beginning of one; `joins` lines.
    """

    starts: str
    escape: re.Pattern[str]
    undone: Callable[[re.Match[str]], str]
    part: re.Pattern[str] | None = None
    joins: bool = False


def _backslash(found: re.Match[str]) -> str:
    pair, low, digits, letter = found[1], found[2], found[3] or found[4] or found[5], found[6]
    if pair:
        return chr(0x10000 + ((int(pair, 16) & 0x3FF) << 10) + (int(low, 16) & 0x3FF))
    if digits:
        number = int(digits, 16)
        return chr(number) if number < _CHARACTERS else found[0]
    return _SIMPLE.get(letter, letter)


def _entity(found: re.Match[str]) -> str:
    if not found[1] and not found[2]:
        return unescape(found[0])
    number = int(found[1]) if found[1] else int(found[2], 16)
    return chr(number) if number < _CHARACTERS else found[0]


_HEX = "[0-9A-Fa-f]"
# The first half of a pair at the end of a text: the second may come yet.
_HALF = rf"u[Dd][89ABab]{_HEX}{{2}}(?:\\(?:u(?:[Dd](?:[C-Fc-f]{_HEX}?)?)?)?)?\Z"
BACKSLASHES = Undoing(
    "\\",
    re.compile(
        rf"\\(?:u([Dd][89ABab]{_HEX}{{2}})\\u([Dd][C-Fc-f]{_HEX}{{2}})"
        rf"|(?!{_HALF})u({_HEX}{{4}})|U({_HEX}{{8}})|x({_HEX}{{2}})|(\W|[nrtbfvae0_NLP]))"
    ),
    _backslash,
    re.compile(rf"\\(?:{_HALF}|(?:u{_HEX}{{0,3}}|U{_HEX}{{0,7}}|x{_HEX}?)?\Z)"),
)
PERCENTS = Undoing(
    "%",
    re.compile(r"%([0-9A-Fa-f]{2})"),
    lambda found: chr(int(found[1], 16)),
    re.compile(r"%[0-9A-Fa-f]?\Z"),
)
PLUSES = Undoing(
    "+",
    re.compile(r"%([0-9A-Fa-f]{2})|\+"),
    lambda found: chr(int(found[1], 16)) if found[1] else " ",
    re.compile(r"%[0-9A-Fa-f]?\Z"),
)
ENTITIES = Undoing(
    "&",
    re.compile(r"&(?:[a-z]{2,4}|#([0-9]{1,7})|#x([0-9a-f]{1,6}));", re.IGNORECASE),
    _entity,
    re.compile(r"&(?:[a-z]{0,4}|#[0-9]{0,7}|#x[0-9a-f]{0,6})\Z", re.IGNORECASE),
)
QUOTES = Undoing(
    "'\"",
    re.compile(r"""'\\''|'"'"'|''|"\""""),
    lambda found: '"' if found[0] == '""' else "'",
    re.compile(r"""'(?:\\'?|"(?:'"?)?)?\Z|"\Z"""),
)
LINES = Undoing(
    "\n\r",
    # Only base64 is broken where a line is full, and a line of it is long. Told from behind: looked for is a line end, which is quick.
    re.compile(r"[\r\n](?<=[A-Za-z0-9+/_-]{16}[\r\n])(?:(?<=\n)|\n|\Z)[ \t]*"),
    lambda found: "",
    joins=True,
)


class View:
    """A text as it is, or another view with one way of escaping undone."""

    __slots__ = ("_at", "_ends", "_lengths", "_parent", "_starts", "joined", "text", "unfinished")

    def __init__(self, text: str, parent: View | None = None, *, joined: bool = False) -> None:
        self.text = text
        self.joined = joined
        self.unfinished: list[int] = []
        """Where what may be the beginning of an escape stands at the end of a text that goes on."""
        self._parent = parent
        self._at: list[
            int
        ] = []  # where what was escaped stands here, how long it is, and where it stood in the parent
        self._lengths: list[int] = []
        self._starts: list[int] = []
        self._ends: list[int] = []

    def undoing(self, way: Undoing, *, final: bool) -> View | None:
        """This view with a way of escaping undone, without what is unfinished where it goes on; None where nothing is escaped so."""
        if not any(start in self.text for start in way.starts):
            return None
        view = View("", self, joined=self.joined or way.joins)
        pieces: list[str] = []
        end = length = 0
        for found in way.escape.finditer(self.text):
            start, stop = found.span()
            said = way.undone(found)
            pieces += (self.text[end:start], said)
            length += start - end
            view._at.append(length)
            view._lengths.append(len(said))
            view._starts.append(start)
            view._ends.append(stop)
            length, end = length + len(said), stop
        until = len(self.text)
        if not final and way.part is not None:
            part = way.part.search(self.text, max(end, until - _LONGEST_PART))
            if part is not None:
                until = part.start()
                self.unfinished.append(until)
        if not pieces:
            return None
        view.text = "".join([*pieces, self.text[end:until]])
        return view

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the text itself what stands here from `start` up to `end` begins and ends. It is not empty."""
        if self._parent is None:
            return start, end
        return self._parent.span(self._outside(start)[0], self._outside(end - 1)[1])

    def _outside(self, index: int) -> tuple[int, int]:
        """The place of one character in the parent."""
        token = bisect_right(self._at, index) - 1
        if token < 0:
            return index, index + 1
        behind = index - self._at[token] - self._lengths[token]
        if behind < 0:
            return self._starts[token], self._ends[token]
        place = self._ends[token] + behind
        return place, place + 1


def views(text: str, ways: tuple[Undoing, ...], *, final: bool) -> list[View]:
    """The text as it is first, then with what is escaped undone, in all orders of two ways and backslashes thrice."""
    found, seen = [View(text)], {text}
    level = [(found[0], 0)]
    for view, depth in level:
        for way in ways:
            deep_enough = depth == _DEPTH or (depth == _DEPTH - 1 and way is not BACKSLASHES)
            made = None if deep_enough else view.undoing(way, final=final)
            if made is not None and made.text not in seen:
                seen.add(made.text)
                found.append(made)
                level.append((made, depth + 1))
    return found
