# SPDX-License-Identifier: Apache-2.0
"""Nodes of YAML into plain values, by the core schema of YAML 1.2 and within bounds."""

from __future__ import annotations

import json
import math
import re
from sys import intern
from typing import Any
from unicodedata import is_normalized, normalize

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from stigmer.errors import Diagnostic, Location, Severity

MAX_DEPTH = 100
MAX_UNFOLDED = 100_000
MAX_INTEGER = 2**53

TEXT, PLAIN = "text", "plain"  # what our resolver says of scalars without a tag; real tags hold a colon
_CORE = "tag:yaml.org,2002:"
_NOT_TEXT = frozenset("-+.0123456789~nNtTfF")
# The tags of YAML 1.1, those of collections and of what other programs make of a scalar.
_TAGS = frozenset(
    [
        "binary",
        "bool",
        "float",
        "int",
        "map",
        "merge",
        "null",
        "omap",
        "pairs",
        "seq",
        "set",
        "str",
        "timestamp",
        "value",
        "yaml",
    ]
)
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

    def diagnostic(self, file: str) -> Diagnostic:
        """The same as something found in a file."""
        place = Location(file, self.line, self.column)
        return Diagnostic(Severity.ERROR, self.code, self.message, self.hint, place)


def resolved(kind: type[Node], value: str, implicit: tuple[bool, bool]) -> str | None:
    """What a node without a tag is, to be asked by the composer: text, or plain for what the core schema must look at."""
    if kind is not ScalarNode:
        return None
    if value and value[0] not in _NOT_TEXT:
        return TEXT
    return PLAIN if implicit[0] and (value in _WORDS or _NUMBER.fullmatch(value)) else TEXT


def build(node: Any, written: int) -> Any:
    """The value of a document's root node in a text of so many bytes. Raises YamlError for what a manifest may not hold."""
    # What is written takes two bytes a node at least, so anything beyond half the bytes came out of aliases.
    return _Builder(MAX_UNFOLDED + written // 2).build(node, 1)


def check_names(root: Any) -> None:
    """Raises YamlError for a key that looks like another and is not it: one that is not in Unicode's composed form."""
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop()
        if type(node) is ScalarNode or id(node) in seen:
            continue
        seen.add(id(node))
        if type(node) is SequenceNode:
            waiting += node.value
            continue
        for key, value in node.value:
            if not is_normalized("NFC", key.value):
                composed = json.dumps(normalize("NFC", key.value), ensure_ascii=False)
                raise _at(
                    key,
                    "yaml.unicode",
                    "the key is not in Unicode's composed form (NFC)",
                    f"write {composed}",
                )
            waiting.append(value)


def _at(node: Node, code: str, message: str, hint: str | None = None) -> YamlError:
    mark = node.start_mark
    return YamlError(code, message, mark.line + 1, mark.column + 1, hint)


class _Builder:
    """Makes one document's values of its nodes. An alias is built anew each time, so no two places share a value."""

    __slots__ = ("budget",)

    def __init__(self, budget: int) -> None:
        self.budget = budget

    def build(self, node: Any, depth: int) -> Any:
        kind = type(node)
        if kind is ScalarNode:
            tag = node.tag
            if tag is TEXT:
                return node.value
            return _plain(node) if tag is PLAIN else _tagged(node)
        if depth > MAX_DEPTH:
            raise _at(node, "yaml.depth", f"nested deeper than {MAX_DEPTH} levels", "make it flatter")
        children = node.value
        self.budget -= len(children)
        if self.budget < 0:
            words = f"aliases unfold to more than {MAX_UNFOLDED:,} nodes"
            raise _at(node, "yaml.aliases", words, "write the values out, without aliases")
        if node.tag is not None:
            _check_collection_tag(node)
        build, depth = self.build, depth + 1
        if kind is SequenceNode:
            return [child.value if child.tag is TEXT else build(child, depth) for child in children]
        # Most values are text: taken here, they spare a call each. Keys are the same few in every document, so each is kept once.
        built = {
            intern(key.value): value.value if value.tag is TEXT else build(value, depth)
            for key, value in children
            if key.tag is TEXT
        }
        if len(built) != len(children) or "<<" in built:
            _check_keys(node)
        return built


def _check_keys(node: Any) -> None:
    """Finds what is wrong with the keys of a mapping, or that a key is only tagged or quoted in an unusual way."""
    seen: dict[str, Any] = {}
    for key, _ in node.value:
        if type(key) is MappingNode and key.flow_style and key.start_mark.index == node.start_mark.index + 1:
            raise YamlError(
                "yaml.key",
                "{{ }} is nothing that manifests know: they are no templates",
                node.start_mark.line + 1,
                node.start_mark.column + 1,
                "put the value in quotes if it is text",
            )
        if type(key) is not ScalarNode:
            raise _at(
                key, "yaml.key", "a key is a string, not a list or a map", "put it in quotes if it is text"
            )
        if key.tag is not TEXT:
            words = f"a key is a string, and {key.value or 'nothing'} is none"
            raise _at(key, "yaml.key", words, f'write "{key.value}"')
        if key.value == "<<" and not key.style:
            words = "merge keys (<<) are not part of YAML 1.2"
            raise _at(key, "yaml.merge", words, "write the fields out")
        if key.value in seen:
            first = seen[key.value].start_mark.line + 1
            # Two of these are two manifests.
            twice = key.value in ("apiVersion", "kind") and key.start_mark.column == 0
            hint = "separate the documents by a line of ---" if twice else "remove it, or the other"
            raise _at(
                key,
                "yaml.duplicate",
                f"'{key.value}' is already said on line {first}",
                hint,
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
            words = f"{'NaN' if math.isnan(value) else 'infinity'} is no number that JSON can carry"
            raise _at(node, "yaml.number", words, "put it in quotes if it is text")
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
    words = "the number is beyond 2^53, where digits get lost"
    return _at(node, "yaml.number", words, "put it in quotes if it is text")


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
        raise _at(node, "yaml.tag", f"this is not a value of !!{name}", "remove the tag")
    return value


def _tag_refused(node: Any) -> YamlError:
    name = node.tag.removeprefix(_CORE)
    if node.tag.startswith(_CORE) and (name in _TAGS or name.startswith("python/")):
        return _at(node, "yaml.tag", f"the tag !!{name} is not allowed", "remove it")
    # A tag that YAML does not have is not repeated: it may be a secret that begins with an exclamation mark, or with two.
    return _at(
        node, "yaml.tag", "a tag is not allowed here", "remove it, or put text that begins with ! in quotes"
    )
