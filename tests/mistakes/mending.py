# SPDX-License-Identifier: Apache-2.0
"""Mends a text by a hint alone, as somebody would who knows nothing but the text, the place and what the hint says.

Some hints can be followed to the letter: `did you mean X?` and `write X` put X where the word at the place stands, `remove it` takes the
key with its value or the item away, and `add X` writes that line into the map at the place. Words may follow the mend after a colon or
a comma. Every other hint is advice, which a person has to think about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_WORD = r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|\$\{.*?\}|\[.*?\]|\{.*?\}|[^\s"']+?)"""
_WORD_INSIDE = re.compile(r"\$\{.*?\}|\$\w+|[&|=!<>?]+|[\w.-]+")
_END = r"(?:$|[:,;] .*)"
_REPLACE = re.compile(rf"(?:did you mean {_WORD}\?.*|write {_WORD}{_END})", re.DOTALL)
_ADD = re.compile(rf"add ([\w./-]+: {_WORD}|[\w./-]+: [^,:]+){_END}", re.DOTALL)
_REMOVE = re.compile(rf"remove it{_END}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Replace:
    """Put a word in the place of another."""

    word: str


@dataclass(frozen=True, slots=True)
class Add:
    """Write a line into a map."""

    line: str


@dataclass(frozen=True, slots=True)
class Remove:
    """Take away what stands there."""


def parse(hint: str | None) -> Replace | Add | Remove | None:
    """What a hint asks for, None where it is only advice."""
    if hint is None:
        return None
    if found := _REPLACE.fullmatch(hint):
        return Replace(found.group(1) or found.group(2))
    if found := _ADD.fullmatch(hint):
        return Add(found.group(1))
    return Remove() if _REMOVE.fullmatch(hint) else None


def mended(text: str, line: int, column: int, hint: str) -> str:
    """The text after what the hint asks for was done at the place. Raises ValueError where it cannot be done there."""
    offset = _offset(text, line, column)
    match parse(hint):
        case Replace(word):
            start, end = _word_at(text, offset)
            return text[:start] + word + text[end:]
        case Add(added):
            return _added(text, offset, column, added)
        case Remove():
            return _removed(text, offset)
        case None:
            raise ValueError(f"'{hint}' cannot be followed to the letter")


def _offset(text: str, line: int, column: int) -> int:
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: line - 1])) + column - 1


def _word_at(text: str, offset: int) -> tuple[int, int]:
    """The scalar that begins at the place, or the word or placeholder there inside of one."""
    for token in yaml.scan(text, yaml.SafeLoader):
        if isinstance(token, yaml.ScalarToken) and token.start_mark.index <= offset < token.end_mark.index:
            inside = _WORD_INSIDE.match(text, offset) if token.start_mark.index < offset else None
            return offset, token.end_mark.index if inside is None else inside.end()
    raise ValueError("no word stands there")


def _added(text: str, offset: int, column: int, line: str) -> str:
    """The item of a list that begins at the place, else the map that the key there holds, else the map that begins there."""
    items: list[Node] = []
    held: list[Node] = []
    maps: list[Node] = []
    for node in _nodes(text):
        if isinstance(node, MappingNode) and node.start_mark.index == offset:
            maps.append(node)
        for first, value in _parts(node):
            if first.start_mark.index == offset and _takes_a_line(value):
                (items if first is value else held).append(value)
    for target in (*items, *held, *maps):
        start = target.start_mark.index
        if isinstance(target, ScalarNode):
            return text[:start] + "\n" + " " * (column + 1) + line + text[start:]
        if _in_brackets(target):
            return text[: start + 1] + line + (", " if target.value else "") + text[start + 1 :]
        return text[:start] + line + "\n" + " " * target.start_mark.column + text[start:]
    raise ValueError("no map stands there")


def _takes_a_line(node: Node) -> bool:
    """Whether it is a map, or nothing yet."""
    return isinstance(node, MappingNode) or (
        isinstance(node, ScalarNode) and not node.value and not node.style
    )


def _in_brackets(node: Node) -> bool:
    return bool(getattr(node, "flow_style", False))


def _removed(text: str, offset: int) -> str:
    character = text[offset : offset + 1]
    if character == "!":
        return text[:offset] + re.sub(r"^!\S* ?", "", text[offset:])
    if not character.isprintable():
        return text[:offset] + text[offset + 1 :]
    for parent in reversed(list(_nodes(text))):  # the innermost first
        parts = _parts(parent)
        for index, (start, value) in enumerate(parts):
            if offset in (start.start_mark.index, value.start_mark.index):
                return _without(text, parent, parts, index)
    raise ValueError("nothing stands there that could be removed")


def _parts(node: Node) -> list[tuple[Node, Node]]:
    """What a collection holds, each with where it begins and what it is: a key and its value, or an item twice."""
    if isinstance(node, MappingNode):
        return [(key, value) for key, value in node.value]
    return [(item, item) for item in node.value] if isinstance(node, SequenceNode) else []


def _without(text: str, parent: Node, parts: list[tuple[Node, Node]], index: int) -> str:
    start, end = parts[index][0].start_mark.index, parts[index][1].end_mark.index
    if len(parts) == 1:
        empty = "{}" if isinstance(parent, MappingNode) else "[]"
        first = parent.start_mark.index
        return text[:first] + empty + ("" if _in_brackets(parent) else "\n") + text[_end(text, parent) :]
    if index + 1 < len(parts):
        # The next one takes its place, so neither the indentation nor the dash or comma before it has to change.
        return text[:start] + text[parts[index + 1][0].start_mark.index :]
    if _in_brackets(parent):
        return text[: parts[index - 1][1].end_mark.index] + text[end:]
    return text[: text.rfind("\n", 0, start) + 1] + text[_end(text, parts[index][1]) :]


def _end(text: str, node: Node) -> int:
    """Where a node ends: the end of a flow style node, or the beginning of the line after a block."""
    end = node.end_mark.index
    if _in_brackets(node):
        return end
    before = text[text.rfind("\n", 0, end) + 1 : end]
    if not isinstance(node, ScalarNode) and not before.strip(" -"):
        return end - len(before)
    following = text.find("\n", end)
    if isinstance(node, ScalarNode) and text[end - 1 : end] == "\n":
        return end
    return following + 1 if following >= 0 else len(text)


def _nodes(text: str) -> Iterator[Node]:
    """Every node of every document, those that hold others before them."""
    waiting = [node for node in yaml.compose_all(text, yaml.SafeLoader) if node is not None]
    seen = set()
    while waiting:
        node = waiting.pop(0)
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        waiting += [part for pair in _parts(node) for part in dict.fromkeys(pair)]
