# SPDX-License-Identifier: Apache-2.0
"""Expressions and placeholders in a text: where each begins and ends.

`${ ... }` is an expression in jq, `${.secrets.NAME}` and `${.env_vars.NAME}` are placeholders. Where an expression ends only jq's own
signs can say, so they are read as jq reads them: brackets, strings with `\\( )` in them, comments. What is too large or nested
too deeply, or has brackets that do not match, is refused here, before the compiler sees it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_CODE = 4_000
"""The longest expression, in characters without blanks and the text of its strings: it takes the compiler a fifth of a second at most."""

MAX_DEPTH = 100
"""How many brackets may stand around each other."""


ONE_EXPRESSION = r'put all of it into one ${ }; a text in it is "..." and takes values as \( )'
"""The mend where text and `${ }` are mixed and one expression is expected."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A value that the runner puts in; `source` is `secrets` or `env_vars`, `start` where its `${` stands."""

    source: str
    name: str
    start: int


@dataclass(frozen=True, slots=True)
class Expression:
    """The text of an expression that may be given to the compiler, and where it starts."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that is no expression: why, where, how much of it, and the mend where there is one.

    `column` is whether it helps to say where in the expression, too.
    """

    message: str
    start: int
    length: int = 0
    hint: str | None = None
    column: bool = True


Part = Placeholder | Expression | Broken

_PLACEHOLDER = re.compile(r"\$\{\.(secrets|env_vars)\.([A-Za-z_][A-Za-z0-9_]*)\}")
_COMMENT = r"#(?:[^\\\n]|\\\\|\\\r?\n|\\)*"
_OPEN_COMMENT = re.compile(r"(?<!\\)(?:\\\\)*\\\r?\Z")
_CODE = re.compile(rf'([^"#()\[\]{{}}]*)(["()\[\]{{}}]|{_COMMENT})?')
_STRING = re.compile(r'([^"\\]*(?:\\[^(][^"\\]*)*)("|\\\()?')
_OPENERS = {")": ("(", r"\("), "]": ("[",), "}": ("{",), '"': ('"',)}


def parts(text: str) -> list[Part]:
    """What stands in a text that may have expressions in it."""
    found: list[Part] = []
    place = text.find("${")
    while place >= 0:
        part, place = _part(text, place)
        found.append(part)
        place = text.find("${", place)
    return found


def whole(text: str, *, bare: bool) -> Part:
    """The one expression that a text is: as a whole in `${ }`, or with nothing around it where it may be `bare`."""
    start = len(text) - len(text.lstrip())
    if text.startswith("${", start):
        part, end = _part(text, start)
        if isinstance(part, Broken) or not text[end:].strip():
            return part
        words = "one expression is expected here, and the text goes on after it"
        return Broken(words, end, hint=ONE_EXPRESSION)
    if bare:
        return _expression(text, 0, _scan(text, 0, inside=False))
    return Broken("this is a text: an expression is expected here", 0, hint=_wrapped(text.strip()))


def code_only(expression: str) -> str:
    """The same with blanks for the text of its strings."""
    return _scan(expression, 0, inside=False).code


def _wrapped(text: str) -> str:
    """The mend of a text in place of an expression; only what looks like jq is repeated, for a text may be a secret."""
    if text[:1] in (".", "$", "(", "[", "{") and not any(each in text for each in ("\n", "'", "\\", "${")):
        quote = "'" if '"' in text else '"'
        return f"write {quote}${{ {text} }}{quote}"
    return "put an expression into ${ }"


def _part(text: str, start: int) -> tuple[Part, int]:
    """What begins at a `${`, and where it ends."""
    placeholder = _PLACEHOLDER.match(text, start)
    if placeholder is not None:
        return Placeholder(placeholder[1], placeholder[2], start), placeholder.end()
    scan = _scan(text, start + 2, inside=True)
    if scan.end < len(text):
        return _expression(text[: scan.end], start + 2, scan), scan.end + 1
    words = "'${' has no '}' that closes it"
    return scan.broken or Broken(words, start, 2, column=False), scan.end


def _expression(text: str, start: int, scan: _Scan) -> Part:
    code = scan.code.replace(" ", "").strip()
    if scan.broken is not None:
        return scan.broken
    if "\0" in text:
        return Broken("a NUL character cannot be in an expression", text.index("\0"), 1, "leave it out")
    if not code:
        return Broken("the expression is empty", start, hint="all of the input is ${ . }")
    if len(code) > MAX_CODE:
        words = f"the expression has {len(code):,} characters of code, {MAX_CODE:,} are the most"
        return Broken(words, start, hint="divide it among several tasks")
    return Expression(text[start:], start)


@dataclass(frozen=True, slots=True)
class _Scan:
    """Where an expression ends (at its `}`, or at the end of the text), its code, and the first thing that is wrong."""

    end: int
    code: str
    broken: Broken | None


def _scan(text: str, start: int, *, inside: bool) -> _Scan:
    """Reads an expression from its first character; `inside` is whether a `}` closes it."""
    opened: list[tuple[str, int]] = []  # what is open, a string as well, and where
    code: list[str] = []
    place = start
    while place < len(text):
        in_string = bool(opened) and opened[-1][0] == '"'
        found = (_STRING if in_string else _CODE).match(text, place)
        assert found is not None, "both match the empty text"
        plain, sign = found.groups()
        code.append(" " * len(plain) if in_string else plain)
        place = found.end()
        if sign is None:
            break
        at = found.start(2)
        if sign == "}" and inside and all(opener != "{" for opener, _ in opened):
            return _Scan(at, "".join(code), _unclosed(opened))
        code.append(" " * len(sign) if sign[0] == "#" else sign)
        broken = _turn(opened, sign, at, in_string)
        if broken is not None:
            return _Scan(len(text), "".join(code), broken)
    return _Scan(len(text), "".join(code), _unclosed(opened))


def _turn(opened: list[tuple[str, int]], sign: str, at: int, in_string: bool) -> Broken | None:
    """Opens or closes what a sign opens or closes."""
    if sign[0] == "#":
        words = "a backslash at the end of a comment takes in the next line"
        return Broken(words, at, 1) if _OPEN_COMMENT.search(sign) else None
    if sign in _OPENERS and (in_string or sign != '"'):
        if opened and opened[-1][0] in _OPENERS[sign]:
            opened.pop()
            return None
        open_one = f", '{opened[-1][0]}' is open" if opened else ", nothing is open that it could close"
        return Broken(f"unexpected '{sign}'{open_one}", at, 1)
    opened.append((sign, at))
    if len(opened) > MAX_DEPTH:
        words = f"the expression has more than {MAX_DEPTH} brackets around each other"
        return Broken(words, at, 1, "divide it among several tasks")
    return None


def _unclosed(opened: list[tuple[str, int]]) -> Broken | None:
    if not opened:
        return None
    opener, at = opened[-1]
    words = "a text has no '\"' at its end" if opener == '"' else f"'{opener}' is never closed"
    return Broken(words, at, len(opener))
