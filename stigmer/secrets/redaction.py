# SPDX-License-Identifier: Apache-2.0
"""Known secrets masked wherever a text, bytes or JSON holds them, also escaped or encoded, and in a stream that comes in pieces.

Rules:
- A value of 8 characters or more is masked wherever it stands. One of 4 to 7 is masked where no word goes on before or after it, so that
  the secret `prod` leaves `production` as it is. A shorter one is not masked, nor are `true`, `false`, `null` and `none`: they would
  be found everywhere.
- Also masked are base64 (both alphabets, within longer base64 too) and hexadecimal digits of values of 6 bytes or more; escapes of
  JSON, of URLs, of HTML and of YAML's and shells' quotes, each within another; each line of 8 characters or more of a value with
  several, but for the marks around keys; base64 that is broken into lines.
- What overlaps is masked as one. A mask says nothing of the length.
- What is not known is not masked: a part of a value, its digest, a value that was changed in any other way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, NoReturn

from stigmer.resources.confidential import MASK, Secret
from stigmer.secrets.forms import SHORTEST_INSIDE, Form, forms
from stigmer.secrets.views import (
    BACKSLASHES,
    ENTITIES,
    LINES,
    PERCENTS,
    PLUSES,
    QUOTES,
    Undoing,
    View,
    views,
)

_LAST_BITS = re.compile(r"[A-Za-z0-9+/_-]?={0,2}")
_CONTEXT = 128  # characters before what is held back that say whether it stands alone, or in long base64


class _Index:
    """Forms by what they begin with. Only each `step`-th place of a text is looked at: a form has pieces for every way to meet one."""

    def __init__(self, width: int, step: int) -> None:
        self._width = width
        self._step = step
        self._pieces: dict[str, list[tuple[Form, int]]] = {}

    def add(self, form: Form) -> None:
        """Adds a form of at least width + step - 1 characters."""
        width, pieces, text = self._width, self._pieces, form.text
        for offset in range(self._step):
            pieces.setdefault(text[offset : offset + width], []).append((form, offset))

    def find(self, text: str) -> Iterator[tuple[int, Form]]:
        """Every place where a form begins, with that form."""
        width, pieces = self._width, self._pieces
        if not pieces:
            return
        places = range(0, len(text) - width + 1, self._step)
        for place in [each for each in places if text[each : each + width] in pieces]:
            for form, offset in pieces[text[place : place + width]]:
                if place >= offset and text.startswith(form.text, place - offset):
                    yield place - offset, form


class _Beginnings:
    """What forms begin with: tells where, at the end of a text, one may have begun."""

    def __init__(self) -> None:
        self._short: set[str] = set()
        self._texts: dict[str, list[str]] = {}
        self._longest = 0

    def add(self, form: Form) -> None:
        text = form.text
        self._short.update((text[:1], text[:2]))
        self._texts.setdefault(text[:3], []).append(text)
        self._longest = max(self._longest, len(text))

    def first(self, text: str, end: int) -> int | None:
        """The first place from which the text goes to the given end as the beginning of a form does."""
        for place in range(max(0, end - self._longest + 1), end):
            if end - place < 3:
                if text[place:end] in self._short:
                    return place
            elif any(
                len(each) > end - place and each.startswith(text[place:end])
                for each in self._texts.get(text[place : place + 3], ())
            ):
                return place
        return None


@dataclass(frozen=True, slots=True)
class _Match:
    """Where a form stands in a view; `open` where what comes next may say that it ends later, or is none."""

    start: int
    end: int
    open: bool


@dataclass(slots=True)
class _Looked:
    """A text that was looked through: what is to be masked, in order, nothing of it overlapping.

    `open_from` is where what may still go on begins, the text's length where nothing may.
    """

    spans: list[tuple[int, int]]
    open_from: int

    def settled(self, place: int) -> int:
        """The last place up to the given one that is inside of nothing that is masked."""
        return next((start for start, end in self.spans if start < place < end), place)


class Redactor:
    """Masks the values it knows. It holds them in clear, so it shows itself by nothing but its name and is never pickled."""

    __slots__ = (
        "_beginnings",
        "_forms",
        "_goes_over_lines",
        "_inside",
        "_known",
        "_learning",
        "_new",
        "_short",
        "_ways",
    )

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._new: list[str] = []
        self._learning = Lock()
        self._forms: dict[Form, None] = {}
        self._inside = _Index(5, SHORTEST_INSIDE - 4)
        self._short = _Index(3, 2)
        self._beginnings: tuple[_Beginnings, int] = (_Beginnings(), 0)
        self._ways: tuple[Undoing, ...] = (BACKSLASHES, PERCENTS, LINES)
        self._goes_over_lines = False

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Redactor knows secrets and is neither pickled nor copied")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a Redactor knows secrets and is neither pickled nor copied")

    def add(self, secret: Secret) -> None:
        """From now on the value is masked. Any thread may add."""
        value = secret.reveal()
        if value not in self._known:
            self._known.add(value)
            self._new.append(value)

    @property
    def knows_any(self) -> bool:
        """Whether there is anything to mask."""
        return bool(self._known)

    def redact(self, text: str) -> str:
        """The text with every known value masked."""
        if not self._known or not text:
            return text
        looked = self._look(text, final=True)
        return _masked(text, looked.spans, 0, len(text))

    def redact_bytes(self, data: bytes) -> bytes:
        """Bytes with every known value masked, which stands there as UTF-8; they need not be text."""
        return self.redact(data.decode("latin-1")).encode("latin-1")

    def redact_json(self, value: Any) -> Any:
        """JSON with every known value masked in its strings and names; a number that is a known value becomes a mask."""
        match value:
            case str():
                return self.redact(value)
            case dict():
                made: dict[str, Any] = {}
                for name, inner in value.items():
                    told = shown = self.redact(name)
                    number = 1
                    while shown in made:  # two names may be masked alike
                        number += 1
                        shown = f"{told} {number}"
                    made[shown] = self.redact_json(inner)
                return made
            case list() | tuple():
                return [self.redact_json(inner) for inner in value]
            case bool() | None:
                return value
            case int() | float():
                return MASK if self.redact(str(value)) == MASK else value
            case _:
                return value

    def stream(self) -> Stream:
        """Masks a text that comes in pieces."""
        return Stream(self)

    def _look(self, text: str, *, final: bool) -> _Looked:
        self._learn()
        # Nothing goes on over the end of a line, but for values that do and base64 in full lines.
        final = final or (
            text.endswith("\n") and not self._goes_over_lines and not LINES.escape.search(text, len(text) - 2)
        )
        spans: list[tuple[int, int]] = []
        open_from = len(text)
        for view in views(text, self._ways, final=final):
            opened = [] if final else [*self._beginning(view)]
            for match in self._matches(view):
                if not match.open or final:
                    spans.append(view.span(match.start, match.end))
                else:
                    opened.append(match.start)
            open_from = min([open_from, *(view.span(each, each + 1)[0] for each in opened)])
        looked = _Looked(_merged(spans), open_from)
        looked.open_from = looked.settled(open_from)
        return looked

    def _beginning(self, view: View) -> Iterator[int]:
        """Where in a view something begins that may go on behind its end: an escape, a value, and a value that goes on escaped."""
        beginnings = self._known_beginnings()
        for end in (len(view.text), *view.unfinished):
            began = beginnings.first(view.text, end)
            if began is not None or end < len(view.text):
                yield end if began is None else began

    def _matches(self, view: View) -> Iterator[_Match]:
        text, length = view.text, len(view.text)
        for start, form in (*self._inside.find(text), *self._short.find(text)):
            end = start + len(form.text)
            if form.alone:
                if view.joined or (start and _in_word(text, start)) or (end < length and _in_word(text, end)):
                    continue
                yield _Match(start, end, end == length and _is_word(form.text[-1]))
            elif form.runs_on:
                last = _LAST_BITS.match(text, end)
                assert last is not None, "it matches nothing too"
                yield _Match(start, last.end(), last.end() == length and len(last[0]) < 3)
            else:
                yield _Match(start, end, open=False)

    def _learn(self) -> None:
        """Takes in what was added since."""
        with self._learning:
            while self._new:
                value = self._new.pop()
                self._ways += tuple(way for way in _ways_for(value) if way not in self._ways)
                self._goes_over_lines |= "\n" in value.strip()
                for form in forms(value):
                    if form not in self._forms:
                        self._forms[form] = None
                        (self._short if len(form.text) < SHORTEST_INSIDE else self._inside).add(form)

    def _known_beginnings(self) -> _Beginnings:
        """Needed for streams alone, and so made by the first that needs them."""
        with self._learning:
            made, count = self._beginnings
            if count < len(self._forms):
                for form in [*self._forms][count:]:
                    made.add(form)
                self._beginnings = (made, len(self._forms))
        return made


class Stream:
    """A text in pieces, masked also where a value goes over the end of a piece.

    What may be the beginning of a known value is held back until it is told, nothing else.
    """

    __slots__ = ("_given", "_redactor", "_text")

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._text = ""
        self._given = 0  # so much of the text was given already, and says what stands before the rest

    def feed(self, piece: str) -> str:
        """What of the text so far can be given, and was not before."""
        if not piece or not self._redactor.knows_any:
            return piece
        self._text += piece
        looked = self._redactor._look(self._text, final=False)
        until = max(self._given, looked.open_from)
        safe = _masked(self._text, looked.spans, self._given, until)
        start = looked.settled(max(0, until - _CONTEXT))
        self._text, self._given = self._text[start:], until - start
        return safe

    def close(self) -> str:
        """The rest."""
        if not self._text:
            return ""
        looked = self._redactor._look(self._text, final=True)
        rest = _masked(self._text, looked.spans, self._given, len(self._text))
        self._text, self._given = "", 0
        return rest


def _ways_for(value: str) -> Iterator[Undoing]:
    """The ways of escaping that a value may meet; the others leave it as it is."""
    if " " in value:
        yield PLUSES
    if not value.isascii() or any(each in value for each in "&<>\"'"):
        yield ENTITIES
    if "'" in value or '"' in value:
        yield QUOTES


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _in_word(text: str, place: int) -> bool:
    """Whether a word goes on over a place."""
    return _is_word(text[place - 1]) and _is_word(text[place])


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What overlaps as one. What only touches stays apart, so that it does not matter in which pieces a text comes."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _masked(text: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> str:
    """A part of a text, what is to be masked in it masked."""
    pieces: list[str] = []
    for first, last in spans:
        if start < last and first < end:
            pieces += (text[start:first], MASK)
            start = last
    return "".join([*pieces, text[start:end]])
