# SPDX-License-Identifier: Apache-2.0
"""The one layout of manifests: keys in the order of the protos, one style, every comment kept.

What comes out says the same and holds the same comments, or nothing comes out: both are compared before a text is given back. Documents
that are no manifests of ours stay as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from stigmer.manifests import yaml
from stigmer.manifests.formatting.writing import write
from stigmer.manifests.formatting.written import (
    Collection,
    Document,
    Entry,
    Node,
    Scalar,
    anchors,
    documents,
    nodes,
)
from stigmer.resources.fields import Field, written_fields
from stigmer.resources.kinds import Kind, kinds_by_name
from stigmer.resources.resource import SOPS_KEY, encode


class LayoutError(Exception):
    """A text whose layout would not be the same manifests with the same comments; the words say which of them differ."""


def laid_out(data: bytes) -> bytes:
    """A stream in its layout; as it is where none of its documents is a manifest, and where sops encrypted them.

    Raises YamlError for what cannot be read, and LayoutError.
    """
    values = list(yaml.read(data))
    if not any(isinstance(each.value, dict) and _kind(each.value) for each in values):
        return data
    if any(SOPS_KEY in each.value for each in values if isinstance(each.value, dict)):
        return data  # its MAC is over the values in their order
    text = plain_text(data)
    found = documents(text)
    if found is None:
        return data
    before = _comments(found)
    made = "---\n".join(part for part in map(_laid_out, _without_empty_ones_before(found)) if part)
    if made == text:
        return made.encode()
    after = documents(made)
    if after is None or _encoded(values) != _encoded(yaml.read(made.encode())):
        raise LayoutError("the values would not be the same")
    if _comments(after) != before:
        raise LayoutError("a comment would be lost")
    return made.encode()


def plain_text(data: bytes) -> str:
    """A stream without a byte order mark, with LF as its line ends. Raises UnicodeDecodeError."""
    return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def _laid_out(document: Document) -> str:
    root = document.root
    if root is None:
        return write(document)
    kind = kind_of(root)
    if kind is None:
        text = document.text.removeprefix("\n")
        return "".join(f"{line}\n" for line in document.before) + text + ("" if text.endswith("\n") else "\n")
    _order(document, kind)
    return write(document)


def _without_empty_ones_before(found: list[Document]) -> list[Document]:
    """The documents, the comments of empty ones before the first put over it, where YAML takes them to be anyway."""
    number = next((number for number, each in enumerate(found) if each.root is not None), 0)
    lines = [line for each in found[:number] for line in ("", *each.head, *each.foot)]
    first, *others = found[number:]
    if any(lines):
        first.head = [*lines[1:], "", *first.head]
        first.before = [*lines[1:], "---"]
    return [first, *others]


def _order(document: Document, kind: Kind) -> None:
    """Puts keys into their order, unless an alias would come to stand before its anchor."""
    root = document.root
    assert isinstance(root, Collection), "a manifest is a map"
    meant = anchors(root)
    said = {id(each): (each, each.entries) for each in nodes(root) if isinstance(each, Collection)}
    _order_message(root, kind.message)
    if meant and anchors(root) != meant:
        for each, entries in said.values():
            each.entries = entries
        return
    first = said[id(root)][1][0]
    if first is not root.entries[0]:
        _leave_head(document, first)


def _leave_head(document: Document, first: Entry) -> None:
    """Comments over the first key are about the document; where a blank line parts them, the last of them goes with the key."""
    parts = len(first.above) - first.above[::-1].index("") if "" in first.above else 0
    if parts in (0, len(first.above)):
        document.head, first.above = [*document.head, *first.above], []
    else:
        document.head, first.above = [*document.head, *first.above[:parts]], first.above[parts:]
    assert isinstance(document.root, Collection), "a manifest is a map"
    leading = document.root.entries[0]
    if document.head and any(leading.above):
        leading.above = ["", *leading.above]


def _order_message(node: Node, name: str) -> None:
    if not isinstance(node, Collection) or not node.is_map:
        return
    order = written_fields(name)
    rank = {key: number for number, key in enumerate(order)}
    node.entries = sorted(node.entries, key=lambda entry: rank.get(_key(entry), len(rank)))
    for entry in node.entries:
        about = order.get(_key(entry))
        if about is not None and about.message is not None:
            _order_values(about, about.message, entry.value)


def _order_values(about: Field, name: str, value: Node) -> None:
    if (about.map or about.repeated) and isinstance(value, Collection):
        for entry in value.entries:
            _order_message(entry.value, name)
    else:
        _order_message(value, name)


def _key(entry: Entry) -> str:
    return entry.key.value if isinstance(entry.key, Scalar) else ""


def kind_of(root: Node) -> Kind | None:
    """The kind of a document by its root, None where it is no manifest of ours."""
    if not isinstance(root, Collection) or not root.is_map or root.properties:
        return None
    return _kind(
        {_key(entry): entry.value.value for entry in root.entries if isinstance(entry.value, Scalar)}
    )


def _kind(value: dict[str, Any]) -> Kind | None:
    """The kind of a document, None where it is no manifest."""
    name = value.get("kind")
    kind = kinds_by_name().get(name) if isinstance(name, str) else None
    return kind if kind is not None and kind.api_version == value.get("apiVersion") else None


def _encoded(found: Iterable[yaml.RawDocument]) -> list[bytes]:
    return [encode(each.value) for each in found]


def _comments(found: list[Document]) -> Counter[str]:
    """Every comment with how often it stands there, those of documents that stay as they are apart."""
    counted: Counter[str] = Counter()
    for document in found:
        counted.update(line for line in (*document.head, *document.foot) if line)
        for node in nodes(document.root) if document.root is not None else ():
            if isinstance(node, Collection):
                counted.update(line for line in node.foot if line)
                for entry in node.entries:
                    counted.update(line for line in (*entry.above, *entry.below) if line)
                    counted.update([entry.beside.text] if entry.beside is not None else [])
    return counted
