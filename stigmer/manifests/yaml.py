# SPDX-License-Identifier: Apache-2.0
"""YAML 1.2 (core schema, https://yaml.org/spec/1.2.2/#103-core-schema) into plain values, bounded and located.

libyaml composes nodes, and one walk makes values of them. What a manifest may not hold is refused with its place: duplicate and
non-string keys, merge keys, custom tags, nesting over MAX_DEPTH, aliases that unfold to more than MAX_UNFOLDED nodes, numbers that
JSON cannot carry. Positions are asked for rarely, so they are found by composing the one document again (see ADR 0012).
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Iterator
from dataclasses import dataclass
from sys import intern
from typing import Any

import yaml
from yaml._yaml import CParser
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from stigmer.resources.paths import Path

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 100
MAX_UNFOLDED = 100_000
MAX_INTEGER = 2**53
_HARMLESS_DEPTH = 4096  # levels that the C stack of a thread carries easily

_TEXT, _PLAIN = "text", "plain"  # what our resolver says of scalars without a tag; real tags hold a colon
_CORE = "tag:yaml.org,2002:"
_NOT_TEXT = frozenset("-+.0123456789~nNtTfF")
_WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **{sign + word: math.inf for sign in ("", "+") for word in (".inf", ".Inf", ".INF")},
    **{"-" + word: -math.inf for word in (".inf", ".Inf", ".INF")},
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_NUMBER = re.compile(_INTEGER.pattern + r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


class YamlError(Exception):
    """What is wrong with a text as YAML, and where. Lines and columns count from 1."""

    def __init__(self, code: str, message: str, line: int, column: int, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.line = line
        self.column = column
        self.hint = hint


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One document of a stream: its value, its number in the stream from 0, the line on which it starts."""

    value: Any
    index: int
    line: int


class _Composer(CParser):
    """libyaml's composer, with scalars told apart into text and what the core schema must look at."""

    # Called for every node; C functions that take these arguments and do nothing cost least.
    descend_resolver = staticmethod(operator.is_)
    ascend_resolver = staticmethod(bool)

    def resolve(self, kind: type[Node], value: str, implicit: tuple[bool, bool]) -> str | None:
        if kind is not ScalarNode:
            return None
        if value and value[0] not in _NOT_TEXT:
            return _TEXT
        return _PLAIN if implicit[0] and (value in _WORDS or _NUMBER.fullmatch(value)) else _TEXT


class _BoundedComposer(_Composer):
    """The same for a text that might nest deep: composing recurses in C, and must be stopped before the stack ends."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.depth = 0

    def descend_resolver(self, parent: Node | None, index: Any) -> None:  # type: ignore[override]
        self.depth += 1
        if self.depth > MAX_DEPTH + 1:  # the builder says where it is; this is for what it must never see
            raise _at(parent, "yaml.depth", f"nested deeper than {MAX_DEPTH} levels")

    def ascend_resolver(self) -> None:  # type: ignore[override]
        self.depth -= 1


def _composer(data: bytes) -> _Composer:
    """Counting levels costs about a fifth of reading, so only what could nest dangerously deep is counted.

    A flow level takes a bracket, and a block level a column of its line or the one before, so a text has at most so many levels.
    """
    if len(data) > _HARMLESS_DEPTH:
        levels = data.count(b"[") + data.count(b"{") + 2 * max(map(len, data.splitlines()))
        if levels > _HARMLESS_DEPTH:
            return _BoundedComposer(data)
    return _Composer(data)


def read(data: bytes) -> Iterator[RawDocument]:
    """The documents of a stream, in order; empty ones are left out. Raises YamlError at the first thing that cannot be read."""
    for document in read_each(data):
        if isinstance(document, YamlError):
            raise document
        yield document


def read_each(data: bytes) -> Iterator[RawDocument | YamlError]:
    """As `read`, with what is wrong in a document in its place; raises YamlError only where the stream ends being YAML."""
    for index, node in enumerate(_compose(data)):
        try:
            # What is written takes two bytes a node at least, so anything beyond half the bytes came out of aliases.
            value = _Builder(MAX_UNFOLDED + len(data) // 2).build(node, 1)
        except YamlError as error:
            yield error
            continue
        if value is not None:
            yield RawDocument(value, index, node.start_mark.line + 1)


def compose(data: bytes, index: int) -> Any:
    """The node tree of one document of a stream that `read` could read."""
    for number, node in enumerate(_compose(data)):
        if number == index:
            return node
    raise IndexError(index)


def locate(node: Node, path: Path, *, key: bool = False) -> tuple[int, int]:
    """Line and column, from 1, of the value at a path, or of the key that holds it; of the nearest parent that is there."""
    mark = node.start_mark
    for depth, step in enumerate(path):
        found = _child(node, step)
        if found is None:
            break
        holder, node = found
        last = depth == len(path) - 1
        empty = isinstance(node, ScalarNode) and not node.value and not node.style
        mark = (
            holder.start_mark
            if not last or key or empty or not isinstance(node, ScalarNode)
            else node.start_mark
        )
    return mark.line + 1, mark.column + 1


def scalar_text(node: Node, path: Path) -> str | None:
    """The text of the scalar at a path as it was written, None where there is none."""
    for step in path:
        found = _child(node, step)
        if found is None:
            return None
        node = found[1]
    return node.value if isinstance(node, ScalarNode) else None


def _child(node: Node, step: str | int) -> tuple[Node, Node] | None:
    """The node that holds the position of a step, and its value: a key and its value, or an item twice."""
    if isinstance(node, MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


def _compose(data: bytes) -> Iterator[Any]:
    if len(data) > MAX_BYTES:
        raise YamlError(
            "yaml.size", f"larger than {MAX_BYTES // 2**20} MiB", 1, 1, "split it into several files"
        )
    try:
        data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode()) + 1
        raise YamlError("yaml.encoding", "not UTF-8", line, column, "save the file as UTF-8") from None
    try:
        composer = _composer(data)
        while composer.check_node():
            yield composer.get_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = ", ".join(part for part in (error.context, error.problem) if part)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise YamlError("yaml.syntax", words, line, column, _syntax_hint(data, line)) from None
    except yaml.reader.ReaderError as error:
        read_so_far = data[: error.position].decode(errors="ignore")  # libyaml counts bytes
        line, column = read_so_far.count("\n") + 1, len(read_so_far.rpartition("\n")[2]) + 1
        raise YamlError(
            "yaml.character", "a control character is not allowed", line, column, "remove it"
        ) from None


def _syntax_hint(data: bytes, line: int) -> str | None:
    lines = data.decode().splitlines()
    text = lines[line - 1] if line <= len(lines) else ""
    if "\t" in text[: len(text) - len(text.lstrip())]:
        return "indent with spaces, not tabs"
    return None


def _at(node: Node | None, code: str, message: str, hint: str | None = None) -> YamlError:
    mark = node.start_mark if node is not None else None
    return YamlError(code, message, mark.line + 1 if mark else 1, mark.column + 1 if mark else 1, hint)


class _Builder:
    """Makes one document's values of its nodes. An alias is built anew each time, so no two places share a value."""

    __slots__ = ("budget",)

    def __init__(self, budget: int) -> None:
        self.budget = budget

    def build(self, node: Any, depth: int) -> Any:
        kind = type(node)
        if kind is ScalarNode:
            tag = node.tag
            if tag is _TEXT:
                return node.value
            return _plain(node) if tag is _PLAIN else _tagged(node)
        if depth > MAX_DEPTH:
            raise _at(node, "yaml.depth", f"nested deeper than {MAX_DEPTH} levels")
        children = node.value
        self.budget -= len(children)
        if self.budget < 0:
            raise _at(node, "yaml.aliases", f"aliases unfold to more than {MAX_UNFOLDED:,} nodes")
        if node.tag is not None:
            _check_collection_tag(node)
        build, depth = self.build, depth + 1
        if kind is SequenceNode:
            return [child.value if child.tag is _TEXT else build(child, depth) for child in children]
        # Most values are text: taken here, they spare a call each. Keys are the same few in every document, so each is kept once.
        built = {
            intern(key.value): value.value if value.tag is _TEXT else build(value, depth)
            for key, value in children
            if key.tag is _TEXT
        }
        if len(built) != len(children) or "<<" in built:
            _check_keys(children)
        return built


def _check_keys(children: list[tuple[Any, Any]]) -> None:
    """Finds what is wrong with the keys of a mapping, or that a key is only tagged or quoted in an unusual way."""
    seen: dict[str, Any] = {}
    for key, _ in children:
        if type(key) is not ScalarNode:
            raise _at(key, "yaml.key", "a key is a string, not a list or a map")
        if key.tag is not _TEXT:
            raise _at(
                key,
                "yaml.key",
                f"a key is a string, and {key.value or 'nothing'} is none",
                f'write "{key.value}"',
            )
        if key.value == "<<" and not key.style:
            raise _at(key, "yaml.merge", "merge keys are not part of YAML 1.2", "write the fields out")
        if key.value in seen:
            first = seen[key.value].start_mark.line + 1
            raise _at(
                key,
                "yaml.duplicate",
                f"'{key.value}' is already said on line {first}",
                "remove one of the two",
            )
        seen[key.value] = key


def _check_collection_tag(node: Any) -> None:
    expected = _CORE + ("seq" if type(node) is SequenceNode else "map")
    if node.tag != expected:
        raise _tag_refused(node)


def _plain(node: Any) -> Any:
    """The value of a plain scalar by the core schema."""
    text = node.value
    if text in _WORDS:
        value: Any = _WORDS[text]
    elif _INTEGER.fullmatch(text):
        value = _integer(node, text)
    elif _NUMBER.fullmatch(text):
        value = float(text)
    else:
        return text
    if type(value) is float:
        if not math.isfinite(value):
            raise _at(node, "yaml.number", "infinities and NaN are no numbers that JSON can carry")
        if value.is_integer():
            value = int(value)
    if type(value) is int and abs(value) > MAX_INTEGER:
        raise _too_large(node)
    return value


def _integer(node: Any, text: str) -> int:
    if text.startswith(("0o", "0x")):
        return int(text[2:], 8 if text[1] == "o" else 16)
    if len(text) > 400:  # Python refuses to convert thousands of digits, and 400 are beyond any bound already
        raise _too_large(node)
    return int(text)


def _too_large(node: Any) -> YamlError:
    # The number itself is not repeated: it may be a secret that lacks its quotes.
    return _at(
        node,
        "yaml.number",
        "the number is beyond 2^53, where digits get lost",
        "put it in quotes if it is text",
    )


def _tagged(node: Any) -> Any:
    """The value of a scalar with a tag; the core schema's own tags are allowed where the text fits them."""
    name = node.tag.removeprefix(_CORE)
    if name == "str":
        return node.value
    value = _plain(node)
    types: dict[str, type | tuple[type, ...]] = {
        "int": int,
        "float": (int, float),
        "bool": bool,
        "null": type(None),
    }
    if not node.tag.startswith(_CORE) or name not in types:
        raise _tag_refused(node)
    if not isinstance(value, types[name]) or (name == "int" and isinstance(value, bool)):
        raise _at(node, "yaml.tag", f"this is not a value of !!{name}")
    return value


def _tag_refused(node: Any) -> YamlError:
    if node.tag.startswith(_CORE):
        return _at(node, "yaml.tag", f"the tag !!{node.tag.removeprefix(_CORE)} is not allowed", "remove it")
    # A tag of one's own is not repeated: it may be a secret that begins with an exclamation mark.
    return _at(
        node, "yaml.tag", "a tag is not allowed here", "remove it, or put text that begins with ! in quotes"
    )
