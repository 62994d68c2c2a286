# SPDX-License-Identifier: Apache-2.0
"""A document that sops encrypted, as far as it can be checked without a key: which values are encrypted, and whether they may be.

Only values of secrets may be: everything else is needed to tell what would change, and to tell it to people without the key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from stigmer.manifests.manifest import Origin
from stigmer.manifests.sops.block import ONLY_VALUES, Block, BlockError, read_block
from stigmer.resources.canonical import Problem
from stigmer.resources.fields import message
from stigmer.resources.kinds import Kind
from stigmer.resources.paths import Path, message_at
from stigmer.resources.resource import SOPS_KEY, SOPS_MARK, Resource, Sops

ENCRYPTED = re.compile(r"ENC\[AES256_GCM,data:(.+),iv:(.+),tag:(.+),type:(.+)\]")
"""A value that sops encrypted: data, nonce and tag in Base64, and the type that it had."""

_OTHER_FORM = re.compile(rb"^(?:sops_mac=ENC\[|\[sops\][ \t]*\r?$)", re.MULTILINE)
_YAML_ALONE = "stigmer reads what sops encrypted as YAML: write it as a manifest, and encrypt that"
_AS_IT_WAS = "take the file as sops wrote it, or encrypt it again"
_TYPES = {"int": "number", "float": "number", "bool": "boolean", "time": "date"}


def other_form(data: bytes) -> Problem | None:
    """What is wrong with a file that sops encrypted in a form that holds no manifests, dotenv or INI."""
    if _OTHER_FORM.search(data) is None:
        return None
    return Problem((), "sops.form", "sops encrypted this file, and it is no YAML", _YAML_ALONE)


def without_block(kind: Kind, value: dict[str, Any], *, flow: bool) -> list[Problem]:
    """Takes the block out of a document, and says what is wrong with it and with what is encrypted. `flow` says that the document is
    written as JSON is."""
    said = value.pop(SOPS_KEY)
    if flow:
        return [Problem((SOPS_KEY,), "sops.form", "sops encrypted this as JSON", _YAML_ALONE, key=True)]
    try:
        block = read_block(said)
    except BlockError as error:
        words = f"the sops block is not as sops writes it: {error.words}"
        return [Problem((SOPS_KEY, *error.path), "sops.damaged", words, _AS_IT_WAS, key=True)]
    return list(_problems(kind, value, block))


def _problems(kind: Kind, value: dict[str, Any], block: Block) -> Iterator[Problem]:
    root = message(kind.message)
    for path, leaf in _leaves(value, ()):
        if isinstance(leaf, str) and leaf.startswith(SOPS_MARK):
            holder = message_at(root, path[:-1])
            holds = path[-1] == "value" and holder is not None and holder.secret_holder
            problem = _of_value(path, leaf) if holds else _misplaced(path)
            if problem is not None:
                yield problem
        elif leaf not in (None, "") and block.rule.encrypts(path):
            words = f"{name_of(path)} is written in clear, where sops would encrypt it ({block.rule})"
            hint = "take it out, and put it in with sops edit, which encrypts it"
            yield Problem(path, "sops.clear", words, hint)


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    match value:
        case dict():
            for key, each in value.items():
                yield from _leaves(each, (*path, key))
        case list():
            for index, each in enumerate(value):
                yield from _leaves(each, (*path, index))
        case _:
            yield path, value


def _of_value(path: Path, text: str) -> Problem | None:
    """What is wrong with the encrypted value of a secret, going by what can be read of it."""
    found = ENCRYPTED.fullmatch(text)
    if found is None:
        words = "the encrypted value is not whole"
        return Problem(path, "sops.damaged", words, _AS_IT_WAS)
    if found[4] == "str":
        return None
    words = f"sops encrypted a {_TYPES.get(found[4], found[4])} here, and a value is text"
    hint = "sops edit opens the file: put the value in quotes, as it is meant"
    return Problem(path, "sops.type", words, hint)


def _misplaced(path: Path) -> Problem:
    words = f"{name_of(path)} is encrypted, and only the value of a secret may be"
    return Problem(path, "sops.place", words, ONLY_VALUES)


def name_of(path: Path) -> str:
    """How a value is called: by its key, or by that of the entry whose value it is."""
    *others, last = [step for step in path if isinstance(step, str)]
    return others[-1] if last == "value" and others else last


def placed(resource: Resource, origin: Origin) -> tuple[Resource, list[Problem]]:
    """A resource whose encrypted values know the file that they are in, and the values that are in none that sops encrypted."""
    problems = []
    slots = []
    for slot in resource.secrets:
        source = slot.source
        if isinstance(source, Sops):
            path: Path = (*slot.steps, "value")
            said, inner = origin.said(path)
            if said.written((SOPS_KEY, "mac")) is None:
                words = "sops encrypted this value, and the sops block that opens it is missing"
                problems.append(Problem(path, "sops.damaged", words, _AS_IT_WAS))
            slot = replace(slot, source=replace(source, file=said.source.data, start=said.place, steps=inner))
        slots.append(slot)
    return replace(resource, secrets=tuple(slots)), problems
