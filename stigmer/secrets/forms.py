# SPDX-License-Identifier: Apache-2.0
"""What a secret looks like where a tool echoes it: as it is, line by line, as base64, as hexadecimal digits.

Forms that differ character by character (escapes of URLs, JSON, HTML, quotes) are not here: there what is looked through is undone
instead, see `stigmer.secrets.views`.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import NamedTuple

SHORTEST = 4
"""Characters that a value needs to be looked for at all. Three would be found in any text."""

SHORTEST_ENCODED = 6
"""Bytes that a value needs to be looked for as base64 and as hexadecimal digits."""

SHORTEST_INSIDE = 8
"""Characters that a value needs to be found inside a word. A shorter one (`admin`, `4711`) is found where it stands alone."""

# Nobody can tell such a secret from any other of these words, and hints are made of them.
_KEYWORDS = frozenset({"true", "false", "null", "none"})
_PEM_MARK = re.compile(r"-----(?:BEGIN|END) [^\n]*-----")


class Form(NamedTuple):  # a tuple, since a thousand secrets have thousands of them
    """A text to look for.

    `alone` says that it is meant only where no word goes on before or after it, `runs_on` that it is base64 and the character after
    it holds the last bits of the value.
    """

    text: str
    alone: bool = False
    runs_on: bool = False


def forms(value: str) -> Iterator[Form]:
    """The forms of a value, none of which begins with white space. Some may be the same."""
    for part in _parts(value):
        if len(part) < SHORTEST or part.lower() in _KEYWORDS:
            continue
        for text in _as_text(part):
            yield Form(text, alone=len(part) < SHORTEST_INSIDE)
        data = part.encode("utf-8", "surrogatepass")
        if len(data) >= SHORTEST_ENCODED:
            yield from _as_hex(data)
            yield from _as_base64(data)
            escaped = json.dumps(part)[1:-1].encode()
            if escaped != data:
                yield from _as_base64(escaped)


def _parts(value: str) -> Iterator[str]:
    """The value, and what of it is echoed alone: its lines, and the base64 of a key without its marks and line ends."""
    whole = value.strip()
    yield whole
    lines = [line.strip() for line in whole.splitlines()]
    if len(lines) == 1:
        return
    # A key's marks are no secret, and in any text about keys.
    told = [line for line in lines if not _PEM_MARK.fullmatch(line)]
    yield from (line for line in told if len(line) >= SHORTEST_INSIDE)
    yield "".join(told)
    yield " ".join(lines)  # as a shell echoes what is not quoted


def _as_text(value: str) -> Iterator[str]:
    yield value
    if "\n" in value:
        yield value.replace("\n", "\r\n")
    if not value.isascii():
        yield value.encode("utf-8", "surrogatepass").decode("latin-1")  # as bytes are looked through


def _as_hex(data: bytes) -> Iterator[Form]:
    for digits in (data.hex(), data.hex(":")):
        yield Form(digits)
        yield Form(digits.upper())


def _as_base64(data: bytes) -> Iterator[Form]:
    """What of longer base64 is there whatever stands before and after the value: at each of the three places of its first byte."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + data).decode().rstrip("=")
        bits = 8 * (before + len(data))
        core = encoded[-(-8 * before // 6) : bits // 6]
        yield Form(core, runs_on=bits % 6 > 0)
        if "+" in core or "/" in core:
            yield Form(core.replace("+", "-").replace("/", "_"), runs_on=bits % 6 > 0)
