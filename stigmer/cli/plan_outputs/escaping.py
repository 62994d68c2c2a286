# SPDX-License-Identifier: Apache-2.0
"""Words of strangers inside GitHub's Markdown: they are shown, and never make a tag, a link, a mention or the end of what holds them.

Whatever is not a plain word is set as code, since that alone keeps Markdown and what GitHub looks for afterwards (`@name`, `#1`,
addresses, digests of commits) from being seen in it. Backslashes and entities do not: a mention is looked for in the text as it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape

from stigmer.cli.console import on_one_line, visible

# A word, with the punctuation around it; inside it hyphens, apostrophes, dots and slashes, as in kind/name.
_TOKEN = re.compile(r"(?P<before>[(\"']*)(?P<core>\S*?)(?P<after>[)\"',.;:?!]*)(?=\s|$)")
_WORD = re.compile(r"[^\W_]+(?:[-'’./][^\W_]+)*")
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})*|\d\d:\d\d")
# What GitHub makes links of, though it is made of plain words.
_LINKED = re.compile(r"www\.|GH-\d|\b[0-9a-f]{7,64}\b", re.IGNORECASE)
_DASHES = ("-", "–", "—", "…")
_RUNS = re.compile(r"`+")
_LONGEST = 600  # characters of a sentence


def code(text: str) -> str:
    """Text as a code span, on one line; for paragraphs, headings and lists, and not for tables."""
    text = on_one_line(text)
    if not text.strip():
        return f"`{text or ' '}`"
    ticks = "`" * _fence(text, 1)
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def html_code(text: str) -> str:
    """Text as a `<code>` element on one line; for inside HTML."""
    return f"<code>{escape(on_one_line(text), quote=False)}</code>"


def prose(text: str) -> str:
    """A sentence on one line, with what is not a plain word set as code; for paragraphs and lists."""
    return _with_code(text, code)


def html_prose(text: str) -> str:
    """As `prose`, for inside HTML."""
    return _with_code(text, html_code)


def fenced(language: str, lines: Sequence[str]) -> str:
    """A block of code that none of its lines can end. Each line is one, without a line end."""
    body = visible("\n".join(lines))
    fence = "`" * _fence(body, 3)
    return f"{fence}{language}\n{body}\n{fence}\n"


def _fence(text: str, least: int) -> int:
    return max([least, *(len(run) + 1 for run in _RUNS.findall(text))])


def _with_code(text: str, as_code: Callable[[str], str]) -> str:
    text = on_one_line(text)
    text = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return " ".join(_safe(token, as_code) for token in text.split())


def _safe(token: str, as_code: Callable[[str], str]) -> str:
    match = _TOKEN.fullmatch(token)
    if match is None:
        return as_code(token)
    before, core, after = match.groups()
    if not core:
        return as_code(token)
    is_word = _WORD.fullmatch(core) and not _LINKED.search(core)
    plain = is_word or _NUMBER.fullmatch(core) or core in _DASHES
    shown = core if plain else as_code(core)
    return f"{before}{shown}{after}"
