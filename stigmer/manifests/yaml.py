# SPDX-License-Identifier: Apache-2.0
"""YAML 1.2 (core schema, https://yaml.org/spec/1.2.2/#103-core-schema) into plain values, bounded and located.

libyaml composes nodes, and one walk makes values of them. What a manifest may not hold is refused with its place: duplicate and
non-string keys, merge keys, custom tags, nesting over MAX_DEPTH, aliases that unfold to more than MAX_UNFOLDED nodes, numbers that
JSON cannot carry. A document that is wrong ends there, and the next one begins at the next line with `---`. Positions are asked for
rarely, so they are found by composing the one document again (see ADR 0012).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from unicodedata import is_normalized

import yaml
from yaml._yaml import CParser
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from stigmer.manifests.yaml_values import MAX_DEPTH, YamlError, build, check_names, resolved
from stigmer.resources.paths import Path

__all__ = ["MAX_BYTES", "RawDocument", "YamlError", "compose", "locate", "read", "read_each", "scalar_text"]

MAX_BYTES = 4 * 1024 * 1024
_HARMLESS_DEPTH = 4096  # levels that the C stack of a thread carries easily
_MOST_BROKEN = 10  # going on after a broken document costs a look at the rest of the file

LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # as libyaml counts lines
_DOCUMENT = re.compile("(?:^|(?<=[\n\r\x85\u2028\u2029]))(?:%[^\n]*\n)*---(?=\\s|\\Z)")
_ESCAPED = re.compile(rb"\\[uUx]")


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One document of a stream: its value, its number in the stream from 0, the line on which it starts from 1, the character at
    which that line starts, and the node that it was made of."""

    value: Any
    index: int
    line: int
    start: int
    node: Any = field(repr=False)


class _Composer(CParser):
    """libyaml's composer, with scalars told apart into text and what the core schema must look at."""

    # Called for every node; C functions that take these arguments and do nothing cost least.
    descend_resolver = staticmethod(operator.is_)
    ascend_resolver = staticmethod(bool)
    resolve = staticmethod(resolved)


class _TooDeep(yaml.MarkedYAMLError):
    """Nesting that composing must be stopped at."""


class _BoundedComposer(_Composer):
    """The same for a text that might nest deep: composing recurses in C, and must be stopped before the stack ends."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.depth = 0

    def descend_resolver(self, parent: Node | None, index: Any) -> None:  # type: ignore[override]
        self.depth += 1
        if self.depth > MAX_DEPTH + 1 and parent is not None:  # the builder says this of what is less deep
            raise _TooDeep(problem_mark=parent.start_mark)

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
    """As `read`, with what is wrong in a document in its place."""
    try:
        text = _text(data)
    except YamlError as error:
        yield error
        return
    odd_names = _ESCAPED.search(data) is not None or not is_normalized("NFC", text)
    for index, (node, start) in enumerate(_Stream(data, text).nodes()):
        if isinstance(node, YamlError):
            yield node
            continue
        try:
            value = build(node, len(data))
            if odd_names:
                check_names(node)
        except YamlError as error:
            yield error
            continue
        if value is not None:
            yield RawDocument(value, index, node.start_mark.line + 1, start, node)


def compose(data: bytes, line: int, start: int) -> Any:
    """The node tree of the one document of a stream that `read_each` found to start there."""
    text = _text(data)
    if b"%TAG" in data:  # what stands before the document says how it is to be read
        nodes = (node for node, place in _Stream(data, text).nodes() if place == start)
        return next(nodes)
    part = ("\n" * (line - 1) + text[start:]).encode()
    try:
        return _first(part)
    except yaml.reader.ReaderError as error:  # in a later document, since libyaml reads ahead
        return _first(part[: error.position])


def _first(part: bytes) -> Any:
    composer = _composer(part)
    composer.check_node()
    return composer.get_node()


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


def _text(data: bytes) -> str:
    """The characters of a file, without the mark that some editors begin it with. Raises YamlError for what holds none."""
    if len(data) > MAX_BYTES:
        words = f"the file is larger than {MAX_BYTES // 2**20} MiB"
        raise YamlError("yaml.size", words, 1, 1, "split it into several files")
    try:
        return data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line, column = _place(data[: error.start].decode().removeprefix("\ufeff"))
        words = "the file is not UTF-8"
        raise YamlError("yaml.encoding", words, line, column, "save the file as UTF-8") from None


def _place(before: str) -> tuple[int, int]:
    """Line and column, from 1, of what comes after a text."""
    lines = LINE_END.split(before)
    return len(lines), len(lines[-1]) + 1


@dataclass(slots=True)
class _Stream:
    """A text and how many of its documents were no YAML."""

    data: bytes
    text: str
    broken: int = 0

    def nodes(
        self, start: int = 0, line: int = 0, end: int | None = None, skip: int = 0
    ) -> Iterator[tuple[Any, int]]:
        """The root nodes of the documents from a line on, but for so many, each with the character at which its line starts; in the
        place of a document that is no YAML an error."""
        whole = start == 0 and end is None
        part = self.data if whole else ("\n" * line + self.text[start:end]).encode()
        shift = start - line
        read = 0
        try:
            composer = _composer(part)
            while composer.check_node():
                node: Any = composer.get_node()
                read += 1
                if read > skip:
                    yield node, node.start_mark.index - node.start_mark.column + shift
            return
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            assert mark is not None, "libyaml always says where"
            problem = self._problem(error)
            after = mark.index + shift + (mark.column > 0)
        except yaml.reader.ReaderError as error:
            at = len(part[: error.position].decode("utf-8-sig", "ignore")) + shift  # libyaml counts bytes
            first = max((each.start() for each in _DOCUMENT.finditer(self.text, start, at)), default=start)
            if first > start:
                yield from self.nodes(start, line, first, max(skip, read))
            words = "a control character is not allowed"
            problem = YamlError("yaml.character", words, *_place(self.text[:at]), "remove it")
            after = at
        self.broken += 1
        following = _DOCUMENT.search(self.text, max(after, start + 1), len(self.text) if end is None else end)
        if following is not None and self.broken == _MOST_BROKEN:
            problem.message += "; what comes after it was not read"
            following = None
        yield problem, 0
        if following is not None:
            begin = following.start()
            line += len(LINE_END.findall(self.text, start, begin))
            yield from self.nodes(begin, line, end)

    def _problem(self, error: yaml.MarkedYAMLError) -> YamlError:
        if isinstance(error, _TooDeep):
            mark = error.problem_mark
            assert mark is not None, "where it was stopped"
            words = f"nested deeper than {MAX_DEPTH} levels"
            return YamlError("yaml.depth", words, mark.line + 1, mark.column + 1, "make it flatter")
        from stigmer.manifests.mistakes.syntax import explained  # only where something is wrong

        found = explained(error, LINE_END.split(self.text))
        return YamlError("yaml.syntax", found.message, found.line, found.column, found.hint)
