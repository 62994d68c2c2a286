# SPDX-License-Identifier: Apache-2.0
"""A document as it was written, written out again in one style.

Two spaces a level, lists indented like maps, a blank line where there were some, flow style as long as it fits on the line and holds
no comment.
"""

from __future__ import annotations

from stigmer.manifests.formatting.spelling import on_one_line
from stigmer.manifests.formatting.written import (
    Alias,
    Beside,
    Collection,
    Document,
    Entry,
    Node,
    Scalar,
    nodes,
)

WIDTH = 120
"""Characters that a line with a list or a map in flow style may take."""

_STEP = "  "
_LONGEST_KEY = 1000  # YAML gives up at 1,024


def write(document: Document) -> str:
    """The document's text, "" for one with nothing in it."""
    writer = _Writer()
    writer.comments(document.head, "")
    if document.root is not None:
        writer.root(document.root)
    writer.comments(document.foot, "")
    return writer.text()


class _Writer:
    """Lines so far. `open` says that the last one belongs to a block to which every blank line after it would belong, too."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.open = False

    def text(self) -> str:
        while self.lines and not self.lines[-1] and not self.open:
            self.lines.pop()
        return "".join(f"{line}\n" for line in self.lines)

    def comments(self, lines: list[str], indent: str, *, first: bool = False) -> None:
        """Comments on lines of their own; `first` leaves out a blank line before them."""
        for line in lines:
            if line:
                self.line(indent + line)
                first = False
            elif not first and self.lines and self.lines[-1] and not self.open:
                self.lines.append("")

    def line(self, line: str, beside: Beside | None = None) -> None:
        """One line, with a comment where it stood, or two spaces away."""
        line = line.rstrip()
        if beside is not None:
            gap = beside.offset - len(line.lstrip())
            line = f"{line}{' ' * max(2, gap)}{beside.text}"
        self.lines.append(line)
        self.open = False

    def root(self, node: Node) -> None:
        """The whole of a document, in block style if it is a collection."""
        if isinstance(node, Collection) and node.entries:
            self.collection(node, "", "")
        else:
            self.inline(node, "", "", None)

    def collection(self, node: Collection, head: str, indent: str) -> None:
        """The entries, the first of which begins with `head`."""
        for number, entry in enumerate(node.entries):
            start = head if number == 0 else indent
            if entry.key is None:
                _lift(entry, len(indent))
            self.comments(entry.above, indent, first=number == 0)
            if entry.key is None:
                self.value(entry, f"{start}- ", indent)
            else:
                self.key(entry, entry.key, start, indent)
            self.comments(entry.below, indent + _STEP)
        self.comments(node.foot, indent)

    def key(self, entry: Entry, key: Scalar | Alias, start: str, indent: str) -> None:
        """An entry of a map."""
        text = f"*{key.name} " if isinstance(key, Alias) else on_one_line(key, flow=False)
        if not text or len(text) > _LONGEST_KEY:
            self.line(f"{start}? {text}")
            start, text = indent, ""
        self.value(entry, f"{start}{text}: ", indent)

    def value(self, entry: Entry, start: str, indent: str) -> None:
        """A value after what introduces it."""
        node = entry.value
        if not (isinstance(node, Collection) and node.entries) or _fits(node, len(start)):
            self.inline(node, start, indent, entry.beside)
        elif entry.key is None and not node.properties:
            self.collection(node, start, indent + _STEP)
        else:
            assert isinstance(node, Collection), "only they need more than a line"
            self.line(start + node.properties, entry.beside)
            self.collection(node, indent + _STEP, indent + _STEP)

    def inline(self, node: Node, start: str, indent: str, beside: Beside | None) -> None:
        """A value that begins on the line of what introduces it."""
        if isinstance(node, Scalar) and node.style in ("|", ">"):
            self.block(node, start, indent + _STEP, beside)
        elif isinstance(node, Scalar) and "\n" in node.text:
            first, *others = _folded(node)
            self.line(f"{start}{node.properties} {first}" if node.properties else start + first)
            for number, line in enumerate(others):
                # A blank line in a folded scalar is a line end in its value.
                self.line(indent + _STEP + line, beside if number == len(others) - 1 else None)
        else:
            self.line(start + flow_text(node), beside)

    def block(self, node: Scalar, start: str, indent: str, beside: Beside | None) -> None:
        """A literal or folded scalar, its lines as they are."""
        lines, indicator = _block_lines(node)
        ends = len(node.value) - len(node.value.rstrip("\n"))
        if not node.value.strip("\n") or not lines:
            self.line(start + on_one_line(_as_quoted(node), flow=False), beside)
            return
        chomping = "-" if ends == 0 else "" if ends == 1 else "+"
        before = f"{node.properties} " if node.properties else ""
        self.line(f"{start}{before}{node.style}{indicator}{chomping}", beside)
        self.lines += [indent + line if line else "" for line in [*lines, *[""] * (ends - 1)]]
        self.open = ends > 1


def flow_text(node: Node) -> str:
    """A node on one line."""
    match node:
        case Alias():
            return f"*{node.name}"
        case Scalar():
            return on_one_line(node, flow=False)
        case Collection():
            return _flow(node)


def _flow(node: Node) -> str:
    match node:
        case Alias():
            return f"*{node.name}"
        case Scalar():
            return on_one_line(node, flow=True)
        case Collection():
            inner = ", ".join(map(_flow_entry, node.entries))
            text = f"{{{inner}}}" if node.is_map else f"[{inner}]"
            return f"{node.properties} {text}" if node.properties else text


def _flow_entry(entry: Entry) -> str:
    match entry.key:
        case None:
            return _flow(entry.value)
        case Alias():
            return f"*{entry.key.name} : {_flow(entry.value)}"
        case Scalar():
            return f"{on_one_line(entry.key, flow=True)}: {_flow(entry.value)}"


def _fits(node: Node, width: int) -> bool:
    """Whether a collection in flow style can stay so after so many characters."""
    if not isinstance(node, Collection) or not node.flow:
        return False
    return not _has_comments(node) and width + len(_flow(node)) <= WIDTH


def _has_comments(node: Collection) -> bool:
    collections = (each for each in nodes(node) if isinstance(each, Collection))
    return any(
        each.foot or any(any(entry.above) or entry.beside or entry.below for entry in each.entries)
        for each in collections
    )


def _lift(item: Entry, width: int) -> None:
    """Puts the comments that would stand between a dash and what it introduces over the dash."""
    node = item.value
    width += len(_STEP)
    if not isinstance(node, Collection) or not node.entries or _fits(node, width):
        return
    if item.beside is not None and not node.properties:
        item.above.append(item.beside.text)
        item.beside = None
    if node.properties:
        return
    first = node.entries[0]
    if first.key is None:
        _lift(first, width)
    item.above += first.above
    first.above = []


def _folded(node: Scalar) -> list[str]:
    """The lines of a scalar that goes on over several, without the white space around them, which is no part of it."""
    first, *others = node.text.split("\n")
    lines = [first, *(line.lstrip(" \t") for line in others)]
    return [line if line.rstrip(" \t").endswith("\\") else line.rstrip(" \t") for line in lines[:-1]] + lines[
        -1:
    ]


def _block_lines(node: Scalar) -> tuple[list[str], str]:
    """The lines of a block scalar without their indentation, and the indicator that they need where they begin with white space."""
    header, _, body = node.text.partition("\n")
    lines = body.split("\n")
    said = next((letter for letter in header.split("#")[0][1:] if letter.isdigit()), None)
    if said is not None:
        width = max(node.column, 0) + int(said)
    else:
        filled = next((line for line in lines if line.strip(" ")), "")
        width = len(filled) - len(filled.lstrip(" "))
    lines = [line[width:] for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    return lines, "2" if _begins_indented(lines) else ""


def _begins_indented(lines: list[str]) -> bool:
    filled = next((line for line in lines if line), "")
    return filled.startswith(" ")


def _as_quoted(node: Scalar) -> Scalar:
    return Scalar(node.value, '"', "\n", node.start, node.column, node.properties)
