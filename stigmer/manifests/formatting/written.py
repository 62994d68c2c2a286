# SPDX-License-Identifier: Apache-2.0
"""A YAML text as it is written: the nodes of each document with their spelling, and every comment with what it is about.

libyaml tells where scalars and brackets are; whatever stands between them is white space, punctuation and comments. A comment at the
end of a line is about what the line holds. One on a line of its own is about what follows, or, where it is indented deeper than that, the
last thing said of the block that it is indented like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml import events as ev

_COMMENT = re.compile(r"#[^\n\x85\u2028\u2029]*")
_PROPERTY = re.compile(r"!<[^>]*>|[&!][^\s,\[\]{}]*")
_BETWEEN = re.compile(r"(?:\s+|(?<=\s)#[^\n]*)*")
_BLOCK_HEADER = re.compile(r"[|>][^\s#]*[ \t]+(#[^\n]*)")


@dataclass(frozen=True, slots=True)
class Beside:
    """A comment at the end of a line, and how far it stood from where the line's text begins; in flow style that is nowhere."""

    text: str
    offset: int


@dataclass(slots=True)
class Scalar:
    """A scalar. `text` is how it is spelled, from `start`; `column` is that of the collection it is in, from which a block's
    indentation counts. In flow style or as the value of nothing it is on one line."""

    value: str
    style: str  # "" plain, else the character it begins with
    text: str
    start: int
    column: int
    properties: str = ""


@dataclass(slots=True)
class Alias:
    """An alias: the name of its anchor."""

    name: str


@dataclass(slots=True)
class Collection:
    """A map or a list, in block or in flow style, and the comments after its last entry."""

    is_map: bool
    flow: bool
    column: int
    properties: str = ""
    entries: list[Entry] = field(default_factory=list)
    foot: list[str] = field(default_factory=list)


Node = Scalar | Alias | Collection


@dataclass(slots=True)
class Entry:
    """An entry of a map, or an item of a list, whose `key` is None.

    `above` are the comments over it, "" for a blank line; `beside` the one at its line's end; `below` those within a value that is not there.
    """

    key: Scalar | Alias | None
    value: Node
    above: list[str] = field(default_factory=list)
    beside: Beside | None = None
    below: list[str] = field(default_factory=list)

    def put_beside(self, comment: Beside) -> None:
        """Takes a comment at the end of the line; where there is one already, over it."""
        if self.beside is None:
            self.beside = comment
        else:
            self.above.append(comment.text)


@dataclass(slots=True)
class Document:
    """One document of a text: its root, None where it is empty, the comments before and after, and its text between the markers.

    `before` are those of its comments that stand before its marker, and so are not in its text.
    """

    text: str
    before: list[str] = field(default_factory=list)
    root: Node | None = None
    head: list[str] = field(default_factory=list)
    foot: list[str] = field(default_factory=list)


def documents(text: str) -> list[Document] | None:
    """The documents of a text that YAML accepts, with LF as its line ends; None where it has directives, which are rare and stay."""
    return _Parser(text).documents()


def anchors(root: Node) -> dict[int, int]:
    """Which node each alias means, both by their `id`."""
    named: dict[str, int] = {}
    found: dict[int, int] = {}
    for node in nodes(root):
        if isinstance(node, Alias):
            found[id(node)] = named.get(node.name, 0)
        else:
            for word in node.properties.split():
                if word.startswith("&"):
                    named[word[1:]] = id(node)
    return found


def nodes(root: Node) -> Iterator[Node]:
    """A node and everything in it, keys too, in the order of the text."""
    yield root
    if isinstance(root, Collection):
        for entry in root.entries:
            if entry.key is not None:
                yield entry.key
            yield from nodes(entry.value)


@dataclass(frozen=True, slots=True)
class _Line:
    """A comment on a line of its own that waits for what it is about."""

    text: str
    column: int
    blank: bool


class _Parser:
    """Builds the documents from libyaml's events; `cursor` is up to where comments were looked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.events: list[Any] = list(yaml.parse(text, Loader=yaml.CSafeLoader))
        self.at = 0
        self.cursor = 0
        self.waiting: list[_Line] = []
        self.last: Entry | None = None
        self.flows = 0
        self.block_end = 0

    def documents(self) -> list[Document] | None:
        """All documents, in order."""
        starts: list[Any] = [each for each in self.events if isinstance(each, ev.DocumentStartEvent)]
        if any(each.version or each.tags for each in starts):
            return None
        ends = [each.start_mark.index for each in starts[1:]] + [len(self.text)]
        found = []
        self.at = 1
        for number, (start, end) in enumerate(zip(starts, ends, strict=False)):
            first = 0 if number == 0 else start.end_mark.index if start.explicit else start.start_mark.index
            found.append(self._document(start, first, end))
        self._scan(len(self.text))
        if self.waiting:  # after the end of the last one, which was marked
            found.append(Document("", foot=self._drained()))
        return found

    def _document(self, start: Any, first: int, last: int) -> Document:
        self._scan(start.start_mark.index)
        before = _spaced(self.waiting) if first > 0 else []
        self.cursor = max(self.cursor, start.end_mark.index)
        self.at += 1
        self.last = None
        node = self._node(None, -1)
        end = self._next()
        document = Document(self.text[first : end.end_mark.index if end.explicit else last], before)
        self._scan(end.start_mark.index)
        self.cursor = max(self.cursor, end.end_mark.index)
        self.last = None
        if not _is_empty(node):
            document.root = node
            if not isinstance(node, Collection) or not node.entries:
                document.head = self._drained()
        document.foot = self._drained()
        return document

    def _next(self) -> Any:
        self.at += 1
        return self.events[self.at - 1]

    def _node(self, owner: Entry | None, column: int) -> Node:
        """The node that comes next, the value of `owner` if that is given, in a collection at `column`."""
        event = self._next()
        self._scan(event.start_mark.index)
        is_alias, is_scalar = isinstance(event, ev.AliasEvent), isinstance(event, ev.ScalarEvent)
        if is_alias:
            self._lift(owner)
            self.cursor = event.end_mark.index
            return Alias(event.anchor)
        properties, start = self._properties(event)
        if is_scalar:
            self._lift(owner)
            return self._scalar(event, properties, start, column)
        if event.flow_style:
            self._lift(owner)
            return self._flow(event, properties, start, owner)
        start = self._after_gap(start) if properties else start
        node = Collection(isinstance(event, ev.MappingStartEvent), False, self._column(start), properties)
        self._entries(node)
        self.at += 1
        self._take_foot(node, column)
        return node

    def _scalar(self, event: Any, properties: str, start: int, column: int) -> Scalar:
        end = event.end_mark.index
        node = Scalar(event.value, event.style or "", self.text[start:end], start, column, properties)
        if node.style in ("|", ">"):
            header = _BLOCK_HEADER.match(self.text, start)
            if header is not None:
                self._comment(header.start(1), header[1], header.start(1))
            self.block_end = end
        self.cursor = max(self.cursor, end)
        return node

    def _flow(self, event: Any, properties: str, start: int, owner: Entry | None) -> Collection:
        node = Collection(isinstance(event, ev.MappingStartEvent), True, -1, properties)
        self.cursor = max(self.cursor, start + (self.text[start] in "[{"))
        self.flows += 1
        self._entries(node)
        self.flows -= 1
        end = self._next()
        if node.entries:
            node.foot = self._drained()
        self.cursor = max(self.cursor, end.end_mark.index)
        self.last = owner
        self._lift(owner)
        return node

    def _entries(self, node: Collection) -> None:
        ends = ev.MappingEndEvent if node.is_map else ev.SequenceEndEvent
        while not isinstance(event := self.events[self.at], ends):
            start = event.start_mark.index
            gap = self.cursor
            self._scan(start)
            entry = Entry(None, Alias(""))
            dash = self.text.rfind("-", gap, start)
            self._lead(entry, node, start if node.is_map or dash < 0 else dash)
            node.entries.append(entry)
            self.last = entry
            if node.is_map:
                key = self._node(None, node.column)
                assert not isinstance(key, Collection), "the reader refuses other keys"
                entry.key = key
            entry.value = self._node(entry, node.column)
        self._scan(self.events[self.at].start_mark.index)

    def _properties(self, event: Any) -> tuple[str, int]:
        """The anchor and the tag of an event as they are written, and where its content begins."""
        start = event.start_mark.index
        is_scalar = isinstance(event, ev.ScalarEvent)
        found = []
        for _ in range((event.anchor is not None) + (event.tag is not None)):
            match = _PROPERTY.match(self.text, start)
            if match is None:
                break
            found.append(match.group())
            self.cursor = match.end()
            start = self._after_gap(match.end())
            if is_scalar and start > event.end_mark.index:
                start = event.end_mark.index  # there is no content
                break
            if is_scalar or event.flow_style:
                self._scan(start)
        return " ".join(found), start

    def _lead(self, entry: Entry, node: Collection, start: int) -> None:
        """Gives an entry the comments that wait, apart from those within the empty value of the entry before."""
        before = node.entries[-1] if node.entries else None
        if not node.flow and before is not None and _is_empty(before.value):
            before.below += self._taken(node.column)
        entry.above += self._drained()
        begin = self.text.rfind("\n", 0, start) + 1
        if (
            self.text[begin:start].strip() in ("", "?")
            and self._after_blank(begin)
            and entry.above[-1:] != [""]
        ):
            entry.above.append("")

    def _take_foot(self, node: Collection, column: int) -> None:
        """Gives a block that ends the comments that are indented as it is, where what follows is not."""
        following = next(
            each for each in self.events[self.at :] if not isinstance(each, ev.CollectionEndEvent)
        )
        ended = isinstance(following, ev.DocumentEndEvent)
        next_column = -1 if ended else self.events[self.at - 1].end_mark.column
        if _is_empty(node.entries[-1].value):
            node.entries[-1].below += self._taken(max(node.column, next_column))
        # A list that is not indented cannot have comments of its own at its end: they are its map's.
        node.foot += self._taken(max(node.column - (node.column > column), next_column))

    def _lift(self, owner: Entry | None) -> None:
        """Comments between a key and a value on a line of its own go over the key."""
        if owner is not None and self.waiting:
            owner.above += self._drained()

    def _taken(self, column: int) -> list[str]:
        """The comments that wait and are indented deeper, up to the first that is not."""
        number = 0
        while number < len(self.waiting) and self.waiting[number].column > column:
            number += 1
        taken, self.waiting = self.waiting[:number], self.waiting[number:]
        return _spaced(taken)

    def _drained(self) -> list[str]:
        taken, self.waiting = self.waiting, []
        return _spaced(taken)

    def _scan(self, end: int) -> None:
        """Finds the comments between the cursor and a place."""
        gap = self.cursor
        for match in _COMMENT.finditer(self.text, gap, max(gap, end)):
            self._comment(match.start(), match.group(), gap)
        self.cursor = max(gap, end)

    def _comment(self, start: int, comment: str, gap: int) -> None:
        begin = self.text.rfind("\n", 0, start) + 1
        line = self.text[begin:start]
        own = not line.strip() or self.text[max(begin, gap) : start].rstrip().endswith(("-", "?"))
        offset = len(line) - len(line.lstrip()) if line.strip() else len(line)
        if own or self.last is None:
            self.waiting.append(_Line(comment.rstrip(), offset, self._after_blank(begin)))
        else:
            self.last.put_beside(Beside(comment.rstrip(), 0 if self.flows else len(line) - offset))

    def _after_gap(self, start: int) -> int:
        """Where the white space and the comments that begin here end."""
        gap = _BETWEEN.match(self.text, start)
        assert gap is not None, "it matches anything"
        return gap.end()

    def _column(self, start: int) -> int:
        return start - (self.text.rfind("\n", 0, start) + 1)

    def _after_blank(self, begin: int) -> bool:
        """Whether the line before the one that begins here is blank."""
        if begin == 0:
            return False
        line = self.text[self.text.rfind("\n", 0, begin - 1) + 1 : begin - 1]
        # In a block white space may be part of the text.
        return not line if begin <= self.block_end else not line.strip()


def _spaced(lines: list[_Line]) -> list[str]:
    return [part for line in lines for part in (("", line.text) if line.blank else (line.text,))]


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.text and not node.properties
