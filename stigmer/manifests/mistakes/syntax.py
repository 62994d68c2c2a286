# SPDX-License-Identifier: Apache-2.0
"""What libyaml says of a text that is no YAML, as somebody who does not know YAML's grammar can use it.

libyaml tells where it gave up, often a line after the mistake, and in terms of its own. The lines around that place show what was
meant. Of the text itself nothing is repeated, since any of it may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_QUOTE_IT = "put the value in quotes"
_QUOTE_TEXT = "put it in quotes if it is text"
_KEY = re.compile(r"""\s*(?:- +)*(?:"[^"]*"|'[^']*'|[^\s:#"'\[{][^:#]*?)\s*(?P<colon>:)(?=\s|$)""")
_CRAMPED = re.compile(r"\s*(?:- +)*(?P<key>[A-Za-z_][\w.-]*):(?![\s/]|$)")
_ENDS = {"[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Explained:
    """A problem in words, its place from 1, the mend."""

    message: str
    hint: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Where libyaml gave up, where the thing it was in began, and the lines of the text. Lines and columns count from 0."""

    problem: str
    line: int
    column: int
    began_line: int
    began_column: int
    lines: Sequence[str]

    @property
    def text(self) -> str:
        """The line where it gave up."""
        return self.line_at(self.line)

    @property
    def character(self) -> str:
        """The character at which it gave up, empty at the end of a line."""
        return self.text[self.column : self.column + 1]

    def line_at(self, number: int) -> str:
        """A line by its number, empty beyond the last."""
        return self.lines[number] if 0 <= number < len(self.lines) else ""

    def here(self, message: str, hint: str) -> Explained:
        """Words about the place where it gave up."""
        return Explained(message, hint, self.line + 1, self.column + 1)

    def began(self, message: str, hint: str) -> Explained:
        """Words about the thing it was in."""
        return Explained(message, hint, self.began_line + 1, self.began_column + 1)

    def at(self, line: int, column: int, message: str, hint: str) -> Explained:
        """Words about some other place, counted from 0."""
        return Explained(message, hint, line + 1, column + 1)

    def written_above(self, number: int) -> int | None:
        """The nearest line above that holds more than a comment."""
        above = (each for each in range(min(number, len(self.lines)) - 1, -1, -1))
        return next((each for each in above if not _is_blank(self.lines[each])), None)


def explained(error: Any, lines: Sequence[str]) -> Explained:
    """What an error of libyaml (a MarkedYAMLError) means for a text of these lines."""
    place = error.problem_mark
    began = error.context_mark or place
    trouble = _Trouble(error.problem or "", place.line, place.column, began.line, began.column, lines)
    conflict = next((number for number, text in enumerate(lines) if text.startswith("<<<<<<< ")), None)
    if conflict is not None:
        words = "git left a conflict here, of two versions of these lines"
        return trouble.at(
            conflict, 0, words, "keep what is right of the two, and remove the lines of <, = and >"
        )
    if trouble.character == "\t":
        return _tab(trouble)
    template = re.search(r"\{\{|\{%", trouble.text)
    if template is not None and not _is_quoted(trouble.text, template.start()):
        words = "{{ }} is nothing that manifests know: they are no templates"
        return trouble.at(trouble.line, template.start(), words, "put the value in quotes if it is text")
    return _in_context(error.context or "", trouble) or _by_problem(trouble)


def _in_context(context: str, trouble: _Trouble) -> Explained | None:
    """Words for what goes wrong inside of one thing."""
    first = trouble.line_at(trouble.began_line)[trouble.began_column : trouble.began_column + 1]
    match context.removeprefix("while scanning ").removeprefix("while parsing "):
        case "a simple key":
            return _no_colon(trouble)
        case "an alias" | "an anchor":
            return trouble.began(
                f"a value cannot begin with {first}, which means something else in YAML", _QUOTE_IT
            )
        case "a tag" | "a node":
            words = "a value cannot begin with !, which begins a tag in YAML"
            return trouble.began(words, "put text that begins with ! in quotes")
        case "a directive":
            return trouble.began("a line cannot begin with %, which begins a directive in YAML", _QUOTE_TEXT)
        case "a quoted scalar":
            return _in_quotes(trouble, first)
        case "a block scalar":
            words = f"{first} begins a text on the lines below it; nothing else stands on its own line"
            return trouble.began(words, "put the value in quotes, or move the text to the next line")
        case "a flow sequence" | "a flow mapping":
            return _in_brackets(trouble, first)
        case _:
            return None


def _by_problem(trouble: _Trouble) -> Explained:
    match trouble.problem:
        case "mapping values are not allowed in this context":
            return _unexpected_colon(trouble)
        case "did not find expected key":
            return _no_key(trouble)
        case "did not find expected '-' indicator":
            words = "this line stands among the items of a list and does not begin with -"
            return trouble.here(
                words, "begin it with -, or indent it more to make it a part of the item above"
            )
        case "block sequence entries are not allowed in this context":
            return trouble.here("a list cannot begin on the line of its key", "begin it on the next line")
        case "mapping keys are not allowed in this context":
            return trouble.here("a value cannot begin with a question mark and a space", _QUOTE_IT)
        case "found character that cannot start any token":
            return trouble.here(
                f"a value cannot begin with {trouble.character}, which YAML keeps for itself", _QUOTE_IT
            )
        case "did not find expected node content":
            return _no_value(trouble)
        case "found undefined alias":
            words = "a value that begins with * is an alias in YAML, and nothing above has its name"
            return trouble.here(words, _QUOTE_TEXT)
        case "second occurrence":
            words = f"the anchor stands on line {trouble.began_line + 1} already"
            return trouble.here(words, "give it another name")
        case "did not find expected <document start>":
            return _no_document(trouble)
        case "found incompatible YAML document":
            return trouble.here("manifests are YAML 1.2", "remove the line that begins with %YAML")
        case problem:
            return trouble.here(f"this is not YAML: {problem}", "look at this line and the one above")


def _tab(trouble: _Trouble) -> Explained:
    if trouble.text[: trouble.column].strip(" \t"):
        return trouble.here("a tab stands where YAML wants a space", "replace it by spaces")
    return trouble.here("a tab indents this line", "indent with spaces, not tabs")


def _no_colon(trouble: _Trouble) -> Explained:
    if _CRAMPED.match(trouble.line_at(trouble.began_line), trouble.began_column):
        return trouble.began("a space is missing after the colon", "write a space after the colon")
    words = "this line is no `key: value`: it has no colon"
    return trouble.began(
        words, "write a colon and a space after the key, or indent the line more if it is text"
    )


def _unexpected_colon(trouble: _Trouble) -> Explained:
    key = _KEY.match(trouble.text)
    if key is not None and key.start("colon") < trouble.column:
        start = key.end() + len(trouble.text[key.end() :]) - len(trouble.text[key.end() :].lstrip())
        if not trouble.text[trouble.column + 1 :].strip():
            words = "two keys stand on one line"
            hint = "begin the second one on the next line, indented more, or put the value in quotes"
            return trouble.at(trouble.line, start, words, hint)
        words = "a value without quotes holds a colon and a space"
        return trouble.at(trouble.line, start, words, _QUOTE_IT)
    if trouble.text.startswith("---"):
        return trouble.here("a map cannot begin on the line of ---", "begin it on the next line")
    above = trouble.written_above(trouble.line)
    if above is None:
        return trouble.here("a colon stands here without a key", _QUOTE_TEXT)
    text = trouble.line_at(above)
    if _CRAMPED.match(text):
        words = "a space is missing after the colon"
        return trouble.at(above, _indent(text), words, "write a space after the colon")
    if re.match(r"\s*-[^\s-]", text):
        words = "a space is missing after the dash"
        return trouble.at(above, _indent(text), words, "write a space after the dash")
    if _indent(trouble.text) > _indent(text):
        words = "this line is indented more than the one above, which has a value already"
        return trouble.at(trouble.line, _indent(trouble.text), words, _spaces(text))
    words = "this line is no `key: value`: it has no colon"
    return trouble.at(above, _indent(text), words, "write a colon and a space after the key")


def _no_key(trouble: _Trouble) -> Explained:
    """Between the keys of a map stands something else: a line out of line, or something behind a value."""
    before = trouble.text[: trouble.column].rstrip()
    if not before.strip(" -"):
        return _out_of_line(trouble)
    quote = before[-1]
    if quote in "\"'":
        opened = _opened_above(trouble, quote) if before.count(quote) % 2 else None
        if opened is not None:
            words = f"the quote that opens here is closed on line {trouble.line + 1} only"
            return trouble.at(*opened, words, f"close it with {quote} where its text ends")
        other = "double" if quote == "'" else "single"
        hint = f"put the whole value in {other} quotes, or write {_inside(quote)} for a quote inside"
        return trouble.here("something follows the quote that ends the value", hint)
    if quote in "]}":
        words = "something follows the bracket that ends the value"
        return trouble.here(words, "remove it, or put the whole value in quotes if it is text")
    return trouble.here("something follows the value that does not belong to it", _QUOTE_IT)


def _opened_above(trouble: _Trouble, quote: str) -> tuple[int, int] | None:
    """The nearest line above with a quote that it does not close, and where that stands."""
    for number in range(trouble.line - 1, trouble.began_line - 1, -1):
        text = trouble.line_at(number)
        if text.count(quote) % 2:
            return number, text.rindex(quote)
    return None


def _out_of_line(trouble: _Trouble) -> Explained:
    if re.match(r"-(?:\s|$)", trouble.text[trouble.column :]):
        words = "an item of a list stands among keys"
        return trouble.here(words, "put it below the key of its list, indented as the other items or more")
    open_lines: list[int] = []
    number = trouble.written_above(trouble.line)
    while number is not None:
        if not open_lines or _indent(trouble.lines[number]) < _indent(trouble.lines[open_lines[-1]]):
            open_lines.append(number)
        number = trouble.written_above(number) if _indent(trouble.lines[number]) else None
    deeper = [each for each in open_lines if _indent(trouble.lines[each]) > trouble.column]
    words = "this line is indented like no line above that it could belong to"
    near = deeper[-1] if deeper else (open_lines or [trouble.line])[0]
    return trouble.here(words, _spaces(trouble.line_at(near), near + 1))


def _no_value(trouble: _Trouble) -> Explained:
    if trouble.character and not trouble.text.startswith("---"):
        return trouble.here(f"a value cannot begin with {trouble.character}", _QUOTE_TEXT)
    above = trouble.written_above(trouble.line)
    opened = re.search(r"[\[{](?=[^\[\]{}]*$)", trouble.line_at(above)) if above is not None else None
    if above is None or opened is None:
        return trouble.here("a value is missing above this line", "write it, or remove what leads to it")
    words = f"the bracket {opened.group()} that opens here is never closed"
    return trouble.at(above, opened.start(), words, f"close it with {_ENDS[opened.group()]}")


def _no_document(trouble: _Trouble) -> Explained:
    first = next((each for each in trouble.lines if not _is_blank(each) and each[:3] != "---"), "")
    if _indent(first) > _indent(trouble.text):
        words = "this line is indented less than the first one of its document"
        return trouble.here(words, "begin all keys at the top of a document in the first column")
    return trouble.here(
        "the document ends above this line", "begin another one with a line that holds --- alone"
    )


def _in_quotes(trouble: _Trouble, quote: str) -> Explained:
    if "escape character" in trouble.problem:
        words = "a backslash in double quotes begins an escape, and there is none like this"
        return trouble.here(words, "write two backslashes, or put the text in single quotes")
    if "Unicode character" in trouble.problem:
        words = "this escape is half of a surrogate pair or beyond Unicode, so it is no character"
        return trouble.here(words, "write the character itself")
    if "hexdecimal" in trouble.problem:
        words = "\\x takes 2 hexadecimal digits, \\u takes 4 and \\U takes 8"
        return trouble.here(words, "write two backslashes, or put the text in single quotes")
    return trouble.began("the quote that opens here is never closed", f"close it with {quote}")


def _in_brackets(trouble: _Trouble, opening: str) -> Explained:
    closing = _ENDS.get(opening, "]")
    rest = [trouble.text[trouble.column :], *trouble.lines[trouble.line + 1 :]]
    ours = rest[: next((n for n, each in enumerate(rest) if n and each.startswith("---")), len(rest))]
    begins_key = trouble.line > trouble.began_line and _KEY.match(trouble.text) is not None
    outside = _indent(trouble.text) <= _indent(trouble.line_at(trouble.began_line))
    if any(closing in each for each in ours) and not (begins_key and outside):
        return trouble.here("a comma is missing between two items", "write a comma before this one")
    return trouble.began(f"the bracket {opening} that opens here is never closed", f"close it with {closing}")


def _inside(quote: str) -> str:
    return "''" if quote == "'" else '\\"'


def _spaces(text: str, line: int | None = None) -> str:
    """The advice to indent as a line does."""
    width = _indent(text)
    like = "the line above" if line is None else f"line {line}"
    spaces = "no spaces" if not width else f"{width} space" if width == 1 else f"{width} spaces"
    return f"indent it with {spaces}, as {like}"


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _is_blank(text: str) -> bool:
    return not text.strip() or text.lstrip().startswith("#")


def _is_quoted(text: str, column: int) -> bool:
    """Whether a place in a line seems to be inside of quotes."""
    before = text[:column]
    return before.count('"') % 2 == 1 or before.count("'") % 2 == 1
