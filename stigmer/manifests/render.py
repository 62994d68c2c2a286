# SPDX-License-Identifier: Apache-2.0
"""Values as YAML: block style, long texts as literal blocks, and every string quoted that some reader might take for something else.

What is written reads back the same here (YAML 1.2 core) and with a YAML 1.1 reader. A secret has no value to write: a comment stands in
its place. Written by hand because ten thousand resources are shown in a second so, and in ten with PyYAML's emitter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from stigmer.resources.confidential import Redacted, Unresolved

_STEP = "  "
# Starts with a letter, / or $, so it is no number and no date; holds nothing that ends a plain scalar or starts a comment.
_PLAIN = re.compile(r"[A-Za-z_/$](?:[^\s:#]|(?<=\S)#|:(?=\S)| (?=[^\s:#]))*")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_LONGEST_KEY = 120  # YAML gives up at 1,024, and nobody reads as far


@dataclass(frozen=True, slots=True)
class Remark:
    """In a map that has more, a comment in the place of a value; the words are nothing that two of them are compared by."""

    words: str = field(compare=False)


def to_yaml(value: Any) -> str:
    """A value of maps with string keys, lists, strings, finite numbers, booleans and None, as YAML that ends in a line end."""
    return "\n".join(_lines(value, "", "")) + "\n"


def inline(value: Any) -> str:
    """A scalar or an empty collection on one line; anything else as JSON."""
    if isinstance(value, (Redacted, Unresolved)):
        return str(value)
    if isinstance(value, str):
        return _line_string(value)
    return (
        _scalar(value)
        if not isinstance(value, (dict, list)) or not value
        else json.dumps(value, ensure_ascii=False)
    )


def _lines(value: Any, head: str, indent: str) -> Iterator[str]:
    """The lines of a value whose first line begins with `head`, and whose others are indented by `indent`."""
    match value:
        case str() if "\n" in value and _is_block(value):
            yield from _block(value, head, indent)
        case dict() if value:
            yield from _mapping(value, head, indent)
        case list() if value:
            yield from _sequence(value, head, indent)
        case _:
            yield head + _scalar(value)


def _mapping(value: Mapping[str, Any], head: str, indent: str) -> Iterator[str]:
    first = head
    for name, item in value.items():
        if isinstance(item, Remark):
            yield f"{first}# {item.words}"
        elif isinstance(item, (Redacted, Unresolved)):
            yield f"{first}# {name}: {item}"
        elif len(name) > _LONGEST_KEY:
            yield f"{first}? {quoted(name)}"
            yield from _lines(item, f"{indent}: ", indent + _STEP)
        elif item and isinstance(item, (dict, list)):
            yield f"{first}{_line_string(name)}:"
            yield from _lines(item, indent + _STEP, indent + _STEP)
        else:
            yield from _lines(item, f"{first}{_line_string(name)}: ", indent + _STEP)
        first = indent


def _sequence(value: list[Any], head: str, indent: str) -> Iterator[str]:
    first = head
    for item in value:
        yield from _lines(item, f"{first}- ", indent + _STEP)
        first = indent


def _scalar(value: Any) -> str:
    match value:
        case str():
            return _line_string(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            text = repr(value)
            # YAML 1.1 takes a number with an exponent but no point for text.
            return text if "." in text else text.replace("e", ".0e")
        case dict():
            return "{}"
        case list():
            return "[]"
        case _:
            raise TypeError(f"{type(value).__name__} has no YAML form")


@lru_cache(maxsize=4096)
def _line_string(text: str) -> str:
    """A string on one line: plain where no reader can misunderstand it, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and text.isprintable():
        return text
    return quoted(text)


def quoted(text: str) -> str:
    """A string in double quotes, on one line."""
    return _unprinted().sub(_escape, json.dumps(text, ensure_ascii=False))


def _escape(match: re.Match[str]) -> str:
    number = ord(match.group())
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


@cache
def _unprinted() -> re.Pattern[str]:
    """A character that nothing holds as it is. Made when a text is first shown: it takes 2 ms, and most commands show none."""
    return re.compile(r"[^\n\t -~\xa1-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[\u2028\u2029]")


def _is_block(text: str) -> bool:
    """Whether a literal block can hold the text: all of it printable, and more than white space."""
    return (
        not _unprinted().search(text)
        and not text.isspace()
        and "\t" not in text[: len(text) - len(text.lstrip())]
    )


def _block(text: str, head: str, indent: str) -> Iterator[str]:
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    # With white space first, a reader could not tell how far the block itself is indented.
    indentation = "2" if text[0] in " \n" else ""
    chomping = "-" if ends == 0 else "" if ends == 1 else "+"
    indent = indent or _STEP
    yield f"{head}|{indentation}{chomping}"
    lines = body.split("\n") + [""] * (ends - 1)
    yield from (indent + line if line else "" for line in lines)
