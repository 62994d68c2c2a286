# SPDX-License-Identifier: Apache-2.0
"""A text of manifests with whatever may be a secret replaced, so that lines of it can be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stigmer.checks.secret_shapes import shape_of
from stigmer.cli.excerpt import MAPS_OF_VALUES
from stigmer.manifests.formatting.layout import kind_of
from stigmer.manifests.formatting.written import Collection, Node, Scalar, documents

MASK = "****"

# What stands under such a name is not shown, whatever it is; hiding too much does no harm.
_WORDS = "auth|credential|key|pass|pwd|secret|token"
_NAME = re.compile(rf"{_WORDS}|cookie|default|session_id|value", re.IGNORECASE)
_HARMLESS = frozenset({"is_secret", "value_from"})
_GIVEN = r"[\w-]*[\"']?\s*[:=]\s*\S"
_SAID = re.compile(rf"(?:{_WORDS}){_GIVEN}", re.IGNORECASE)
_SAID_IN_COMMENT = re.compile(rf"(?:{_NAME.pattern}){_GIVEN}", re.IGNORECASE)
_FLAG = re.compile(rf"(?<!\S)(?:--[\w-]*(?:{_WORDS})[\w-]*|-u)\s+\S", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"://[^\s/]*@")
_ARMOR = "BEGIN AGE ENCRYPTED FILE"
_COMMENT = re.compile(r"#.*")


def masked(text: str) -> str:
    """The text, line by line as long as it was, without what may be a secret. It must be YAML, with LF as its line ends."""
    found = documents(text)
    if found is None:  # there is no telling what is where
        return _hidden(text)
    spans: list[Scalar] = []
    for document in found:
        if document.root is not None:
            ours = kind_of(document.root) is not None
            spans += _secrets(document.root, "") if ours else _scalars(document.root)
    parts, end = [], 0
    for scalar in sorted(spans, key=lambda each: each.start):
        parts += [_without_secret_comments(text[end : scalar.start]), _hidden(scalar.text)]
        end = scalar.start + len(scalar.text)
    return "".join([*parts, _without_secret_comments(text[end:])])


def _secrets(node: Node, name: str, above: str = "") -> Iterator[Scalar]:
    """The values that may be secret of what stands under a name, in what stands under the one above."""
    match node:
        case Scalar() if _may_be_secret(node.value, name):
            yield node
        case Collection():
            telling, before = _is_telling(name) and above not in MAPS_OF_VALUES, ""
            for entry in node.entries:
                key = entry.key.value if isinstance(entry.key, Scalar) else ""
                stray = above in MAPS_OF_VALUES and not _is_of_entry(key, entry.value)
                if telling or stray or (name in MAPS_OF_VALUES and not _is_map(entry.value)):
                    yield from _scalars(entry.value)
                else:
                    yield from _secrets(entry.value, f"{name} {before}" if entry.key is None else key, name)
                before = entry.value.value if isinstance(entry.value, Scalar) else ""
        case _:
            pass


def _is_of_entry(key: str, value: Node) -> bool:
    """Whether something in an entry of a map of values is what it has besides a value; a mistake there may be one."""
    match value:
        case Scalar():
            return key in ("description", "optional") or value.value in ("true", "false")
        case _:
            return key == "value_from" and _is_map(value)


def _is_map(node: Node) -> bool:
    return isinstance(node, Collection) and node.is_map


def _is_telling(name: str) -> bool:
    return _NAME.search(name) is not None and name not in _HARMLESS


def _may_be_secret(value: str, name: str) -> bool:
    said = any(each.search(value) for each in (_SAID, _FLAG, _URL_PASSWORD))
    clear = name == "age" and _ARMOR not in value
    return said or clear or _is_telling(name) or bool(shape_of(value))


def _scalars(node: Node) -> Iterator[Scalar]:
    """All values."""
    match node:
        case Scalar():
            yield node
        case Collection():
            for entry in node.entries:
                yield from _scalars(entry.value)
        case _:
            pass


def _hidden(text: str) -> str:
    """Each line that holds anything as a mask, indented as it was."""
    return re.sub(r"[^\s].*", MASK, text)


def _without_secret_comments(text: str) -> str:
    def shown(comment: re.Match[str]) -> str:
        said = comment.group()
        return f"# {MASK}" if _SAID_IN_COMMENT.search(said) or _may_be_secret(said, "") else said

    return _COMMENT.sub(shown, text)
