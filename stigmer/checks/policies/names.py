# SPDX-License-Identifier: Apache-2.0
"""The text of a rule: which names and fields it uses, and where. It is read only after CEL's own parser has taken it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from stigmer.resources.paths import Step

ROOT = "resource"
"""What a rule over resources calls the one that it is asked about."""
CHANGE, BEFORE, AFTER = "change", "before", "after"
"""What a rule over changes calls the change, and the resource on both sides of it."""
MACROS = ("all", "exists", "exists_one", "existsOne", "filter", "map")
"""Calls whose first argument is a name that stands for each item of what they are called on."""

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*)
    |(?P<text>[bB]?[rR][bB]?(?:'''.*?'''|\"{3}.*?\"{3}|'[^'\n]*'|"[^"\n]*")
      |[bB]?(?:'''(?:[^\\]|\\.)*?'''|\"{3}(?:[^\\]|\\.)*?\"{3}|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"))
    |(?P<number>0[xX][0-9a-fA-F]+[uU]?|(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?[uU]?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>&&|\|\||[=!<>]=|.)""",
    re.VERBOSE | re.DOTALL,
)
_FOLLOWING = re.compile(r"[\w.]+")
_WORDS = ("true", "false", "null", "in")


class Open(Enum):
    """A step that is known only when a rule runs: each item of a list (of a map, its key), or the one that an expression picks."""

    EACH = "each"
    PICKED = "picked"


Steps = tuple[Step | Open, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """A field that a rule names, of one of the things that it is given: the steps to it, and where they are written.

    `root` is what it is a field of. The first name stands for the steps that are `given`: none for that itself, those to an item for the name that a macro gives to
    each. It ends at the first of `ends`, and each step after it at the next. `gives_items` says that a macro only gives names to its
    items, so that what the rule sees of it are the uses of these names.
    """

    text: str
    steps: Steps
    start: int
    ends: tuple[int, ...]
    gives_items: bool = False
    root: str = ROOT

    @property
    def given(self) -> int:
        """How many steps its first name stands for."""
        return len(self.steps) - len(self.ends) + 1

    def written(self, count: int) -> str:
        """How the rule writes the first so many steps."""
        return self.text[self.start : self.end(count)]

    def end(self, count: int) -> int:
        """Where the first so many steps end in the text."""
        return self.ends[count - self.given]


@dataclass(frozen=True, slots=True)
class Word:
    """A name in a rule, where, and what follows it after dots."""

    name: str
    offset: int
    following: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """What a rule names: fields of what it is given, functions it calls, and names that stand for nothing it is given."""

    uses: tuple[Use, ...]
    calls: tuple[Word, ...]
    strangers: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class _Token:
    type: str
    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class _Scope:
    """A pair of brackets; of a macro's, the name that it gives and what the name stands for, None where nobody knows."""

    name: str | None = None
    given: _Given | None = None


@dataclass(frozen=True, slots=True)
class _Given:
    """What a name stands for: something that a rule is given, or what lies so many steps below it."""

    root: str
    steps: Steps = ()


def names(text: str, roots: Collection[str] = (ROOT,)) -> Names:
    """Reads the names of a rule that is CEL; `roots` are the names of what it is given."""
    tokens = [
        _Token(match.lastgroup or "", match[0], match.start())
        for match in _TOKEN.finditer(text)
        if match.lastgroup != "space"
    ]
    uses: list[Use] = []
    calls: list[Word] = []
    strangers: list[Word] = []
    scopes = [_Scope()]
    receivers: dict[int, _Given] = {}  # by the bracket of a macro, what it is called on
    declared = -1  # where the macro that was entered last names its item
    for index, token in enumerate(tokens):
        if token.text in ("(", "[", "{"):
            scopes.append(_scope(tokens, index, receivers))
            declared = index + 1 if scopes[-1].name is not None else declared
        elif token.text in (")", "]", "}"):
            del scopes[max(1, len(scopes) - 1) :]  # the path of a field may hold brackets that nothing opened
        elif token.type == "name" and token.text not in _WORDS and index != declared:
            if _sign(tokens, index + 1) == "(":
                calls.append(Word(token.text, token.offset))
            elif _sign(tokens, index - 1) != ".":
                found = next((scope for scope in reversed(scopes) if scope.name == token.text), None)
                if found is None and token.text not in roots:
                    following = _FOLLOWING.match(text, _end(token))
                    strangers.append(Word(token.text, token.offset, following[0] if following else ""))
                elif (given := _Given(token.text) if found is None else found.given) is not None:
                    use, after = _use(text, tokens, index, given)
                    uses.append(use)
                    receivers[after + 2] = _Given(use.root, use.steps)
    return Names(tuple(uses), tuple(calls), tuple(strangers))


def _scope(tokens: Sequence[_Token], index: int, receivers: dict[int, _Given]) -> _Scope:
    if _is_macro(tokens, index):
        on = receivers.get(index)
        given = None if on is None else _Given(on.root, (*on.steps, Open.EACH))
        return _Scope(tokens[index + 1].text, given)
    return _Scope()


def _is_macro(tokens: Sequence[_Token], index: int) -> bool:
    """Whether a bracket is that of a macro, which gives a name to each item."""
    return (
        _sign(tokens, index) == "("
        and _sign(tokens, index - 2) == "."
        and tokens[index - 1].text in MACROS
        and _sign(tokens, index + 2) == ","
    )


def _use(text: str, tokens: Sequence[_Token], index: int, given: _Given) -> tuple[Use, int]:
    """What a name and the steps after it mean, and the index of the first token behind them."""
    steps, ends, last = list(given.steps), [_end(tokens[index])], index
    for step, last in _following(tokens, index + 1):
        steps.append(step)
        ends.append(_end(tokens[last]))
    bracket = last + 3
    gives_items = _is_macro(tokens, bracket) and tokens[bracket - 1].text != "filter"
    return Use(text, tuple(steps), tokens[index].offset, tuple(ends), gives_items, given.root), last + 1


def _following(tokens: Sequence[_Token], index: int) -> Iterator[tuple[Step | Open, int]]:
    """The steps from a token on, each with the index of its last token."""
    while True:
        if _sign(tokens, index) == "." and _sign(tokens, index + 2) != "(":
            yield tokens[index + 1].text, index + 1
            index += 2
        elif _sign(tokens, index) == "[":
            closing = _closing(tokens, index)
            yield _literal(tokens[index + 1 : closing]), closing
            index = closing + 1
        else:
            return


def _closing(tokens: Sequence[_Token], index: int) -> int:
    depth = 0
    for closing in range(index, len(tokens)):
        depth += (tokens[closing].text in ("(", "[", "{")) - (tokens[closing].text in (")", "]", "}"))
        if depth == 0:
            return closing
    return len(tokens) - 1


def _literal(inside: Sequence[_Token]) -> Step | Open:
    """The key or index between brackets where it is written out, without any escape."""
    if len(inside) == 1 and (found := re.fullmatch(r"""(["'])([^\\]*)\1|([0-9]+)""", inside[0].text)):
        return found[2] if found[3] is None else int(found[3])
    return Open.PICKED


def _end(token: _Token) -> int:
    return token.offset + len(token.text)


def _sign(tokens: Sequence[_Token], index: int) -> str | None:
    return tokens[index].text if 0 <= index < len(tokens) and tokens[index].type == "sign" else None
