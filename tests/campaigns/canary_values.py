# SPDX-License-Identifier: Apache-2.0
"""Secrets that nobody else has, in the shapes that secrets come in, and the search for them in whatever a command left behind.

A canary has marks: the parts of it that chance made, long enough to stand nowhere by accident. They are sought one by one, so that a
secret is found also where a part of it, or one of its lines, got out; and in every spelling of which somebody might have thought.
"""

from __future__ import annotations

import base64
import html
import json
import random
import shlex
import string
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

_LETTERS = string.ascii_letters + string.digits
_CHUNK = 1 << 16
_PART, _LEAST = 24, 8  # a long mark is sought in parts, so that its beginning alone is found
_Sort = Callable[[random.Random], str]


@dataclass(frozen=True)
class Canary:
    """A made-up secret; `marks` are what is sought of it, in bytes."""

    name: str
    value: str = field(repr=False)
    marks: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True)
class Found:
    """A mark in a place where it must not be, and how it was spelled there."""

    where: str
    canary: str
    spelling: str

    def __str__(self) -> str:
        return f"{self.where}: {self.canary} as {self.spelling}"


def canaries(name: str, chance: random.Random) -> dict[str, Canary]:
    """One canary of each shape, by the shape; `name` says what they are planted for."""
    made = {}
    for shape, (form, sorts) in _SHAPES.items():
        marks = [sort(chance) for sort in sorts]
        value = form.format(*marks)
        parts = (mark[at : at + _PART] for mark in marks for at in range(0, len(mark) - _LEAST + 1, _PART))
        made[shape] = Canary(f"{name} {shape}", value, tuple(part.encode() for part in parts))
    # Nobody could tell it from any other `true`, so it is planted and not sought: it must be no trouble.
    made["keyword"] = Canary(f"{name} keyword", "true", ())
    return made


def _word(length: int, letters: str = _LETTERS) -> _Sort:
    return lambda chance: "".join(chance.choices(letters, k=length))


def _odd(chance: random.Random) -> str:
    """Eight characters that most writers have to do something about, between such as nobody has to."""
    odd = "\"'%\\&<é🔑"
    return "".join(f"{chance.choice(_LETTERS)}{each}" for each in chance.sample(odd, len(odd)))


_PEM = "-----BEGIN PRIVATE KEY-----\n{}\n{}\n{}\n-----END PRIVATE KEY-----\n"  # secret-scan: allow
_JSON = '{{"type": "service_account", "id": "{}",\n "private_key": "{}"}}'
_SHAPES: dict[str, tuple[str, tuple[_Sort, ...]]] = {
    "short": ("{}", (_word(8),)),
    "long": ("{}", (_word(96),)),
    "number": ("{}", (_word(14, "123456789"),)),
    "pem": (_PEM, (_word(64), _word(64), _word(24))),
    "json": (_JSON, (_word(12), _word(40))),
    "odd": ("{}", (_odd,)),
    "padded": ("  {}==\t", (_word(30),)),
    "percent": ("%{}%s{{0}}%(name)s", (_word(12),)),
    "huge": ("{}" + "x" * 9_000 + "{}" + "y" * 3_000 + "{}", (_word(20), _word(20), _word(20))),
}


def spellings(mark: bytes) -> Iterator[tuple[str, bytes]]:
    """The ways in which a mark may be written, each with its name."""
    yield "itself", mark
    yield "itself backwards", mark[::-1]
    yield "hexadecimal digits", mark.hex().encode()
    yield "hexadecimal digits", mark.hex().upper().encode()
    yield "hexadecimal digits", mark.hex(":").encode()
    for start in range(3):
        yield "base64", (part := _base64_within(mark, start))
        yield "base64", part.translate(bytes.maketrans(b"+/", b"-_"))
    yield "Python's bytes", repr(mark)[2:-1].encode()
    yield "a URL", quote(mark, safe="").encode()
    yield "a URL", quote_plus(mark).encode()
    yield "a URL", "".join(f"%{byte:02X}" for byte in mark).encode()
    try:
        text = mark.decode()
    except UnicodeDecodeError:
        return
    yield "UTF-16", text.encode("utf-16-le")
    yield "UTF-16", text.encode("utf-16-be")
    yield "JSON", json.dumps(text)[1:-1].encode()
    yield "JSON", json.dumps(text, ensure_ascii=False)[1:-1].encode()
    yield "JSON in JSON", json.dumps(json.dumps(text))[3:-3].encode()
    yield "Python's text", repr(text)[1:-1].encode()
    yield "Python's text", text.encode("unicode_escape")
    yield "HTML", html.escape(text).encode()
    yield "a shell's word", shlex.quote(text)[1:-1].encode() if shlex.quote(text) != text else mark
    yield "YAML", text.replace("'", "''").encode()


def _base64_within(mark: bytes, start: int) -> bytes:
    """What of a longer base64 text is the mark's alone, where so many bytes of a group come before it."""
    whole = base64.b64encode(b"\0" * start + mark)
    return whole[(start * 8 + 5) // 6 : (start + len(mark)) * 8 // 6]


class Search:
    """Looks for canaries: for the beginnings of all spellings at once, however many they are, and then for those whose beginning is there."""

    def __init__(self) -> None:
        self._needles: dict[bytes, dict[bytes, tuple[str, str]]] = {}

    def add(self, canaries: Iterable[Canary]) -> None:
        """Seeks these, too."""
        for each in canaries:
            for mark in each.marks:
                for spelling, needle in spellings(mark):
                    if len(needle) < _LEAST:
                        raise ValueError(f"{each.name} has too short a mark")
                    self._needles.setdefault(needle[:_LEAST], {}).setdefault(needle, (each.name, spelling))

    def in_bytes(self, data: bytes, where: str) -> Iterator[Found]:
        """What is found in the data, which came from there: each canary once."""
        seen = set()
        for start in range(0, len(data), _CHUNK):
            end = min(start + _CHUNK, len(data) - _LEAST + 1)
            beginnings = {data[at : at + _LEAST] for at in range(start, end)}
            for beginning in self._needles.keys() & beginnings:
                for needle, (canary, spelling) in self._needles[beginning].items():
                    if canary not in seen and needle in data:
                        seen.add(canary)
                        yield Found(where, canary, spelling)
