# SPDX-License-Identifier: Apache-2.0
"""A file that sops encrypted, opened: its data key by an age identity, its MAC over all values, then the values.

Nothing of a file is given out before its MAC is right, since the MAC alone tells that nobody changed what stands there in clear, took
a value away or added one.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha512
from typing import Any

from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from stigmer.manifests import yaml
from stigmer.manifests.sops.block import Block, BlockError, read_block
from stigmer.manifests.sops.document import name_of
from stigmer.resources.confidential import Secret
from stigmer.resources.paths import Path
from stigmer.resources.resource import SOPS_KEY, SOPS_MARK, first_few
from stigmer.secrets.sops.scalars import mac_bytes
from stigmer.secrets.sops.values import COMMENT, Clear, ValueDamaged, open_value, place

# What a MAC over encrypted values alone begins with, so that it is never one over all: the SHA-256 of the word "sops".
_ONLY_ENCRYPTED = bytes.fromhex("8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69")
_KEY_SIZE = 32

Unwrap = Callable[[str], bytes | None]
"""Opens an armored age ciphertext; None where no identity fits. Raises ValueDamaged for one that was changed."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The values of a file whose MAC is right, each by the character at which its document starts and its steps."""

    values: Mapping[tuple[int, Path], Secret]


@dataclass(frozen=True, slots=True)
class Locked:
    """A file that nobody here can open, and why in words."""

    reason: str


@dataclass(frozen=True, slots=True)
class Tampered:
    """A file that is not as sops wrote it, in words. `place` is the document and the steps of the value that shows it, None where it
    is the file as a whole."""

    reason: str
    place: tuple[int, Path] | None = None


@dataclass(frozen=True, slots=True)
class _Leaf:
    """One value of a file: where it is, and as it is written."""

    start: int
    steps: Path
    node: ScalarNode = field(repr=False)


def open_file(data: bytes, unwrap: Unwrap, failing: str) -> Opened | Locked | Tampered:
    """Opens a file that sops encrypted. `failing` says why nothing opens its data key, where nothing does."""
    try:
        documents = list(yaml.read(data))
        first = documents[0].value if documents else None
        block = read_block(first.get(SOPS_KEY) if isinstance(first, dict) else None)
    except yaml.YamlError as error:
        return Tampered(f"it cannot be read: {error.message}")
    except BlockError as error:
        return Tampered(f"its first document has no sops block that could be read: {error.words}")
    if block.rule.encrypts(()) is None and block.mac_only_encrypted:
        return Locked(
            f"sops encrypted the values here by comments ({block.rule.name}) with a MAC over nothing else, which is not supported"
        )
    try:
        key = _data_key(block, unwrap, failing)
    except ValueDamaged as error:
        return Tampered(error.words)
    if isinstance(key, Locked):
        return key
    leaves = [_Leaf(each.start, steps, node) for each in documents for steps, node in _leaves(each.node, ())]
    return _values(leaves, block, key)


def _data_key(block: Block, unwrap: Unwrap, failing: str) -> bytes | Locked:
    if block.groups:
        return Locked(
            "sops encrypted the values here for groups of keys that must come together, which is not supported"
        )
    if not block.age:
        others = " and ".join(block.others)
        return Locked(
            f"sops encrypted the values here for {others} alone, and stigmer opens files by age identities"
        )
    damaged = None
    for each in block.age:
        try:
            key = unwrap(each.armored)
        except ValueDamaged as error:
            damaged = error
            continue
        if key is not None and len(key) == _KEY_SIZE:
            return key
    if damaged is not None:
        raise damaged
    names = [_short(each.recipient) for each in block.age]
    return Locked(f"sops encrypted the values here for {first_few(names)}, and {failing}")


def _short(recipient: str) -> str:
    """As much of a recipient as tells it from others."""
    return recipient if len(recipient) <= 20 else f"{recipient[:16]}..."


def _values(leaves: list[_Leaf], block: Block, key: bytes) -> Opened | Tampered:
    mac = sha512(_ONLY_ENCRYPTED if block.mac_only_encrypted else b"")
    found: dict[tuple[int, Path], Secret] = {}
    for leaf in leaves:
        at = (leaf.start, leaf.steps)
        try:
            clear = _clear(leaf, block, key)
        except ValueDamaged as error:
            return Tampered(f"{name_of(leaf.steps)} {error.words}", at)
        if isinstance(clear, Clear):
            if clear.type == COMMENT:
                continue
            mac.update(clear.data)
            if clear.type == "str":
                found[at] = Secret(clear.data.decode())
        elif clear is not None and not block.mac_only_encrypted:
            mac.update(clear)
    try:
        expected = open_value(block.mac, key, block.last_modified).data
    except ValueDamaged:
        return Tampered("its MAC does not open")
    if not hmac.compare_digest(expected, mac.hexdigest().upper().encode()):
        return Tampered("its MAC does not fit what stands in it")
    return Opened(found)


def _clear(leaf: _Leaf, block: Block, key: bytes) -> Clear | bytes | None:
    """What was encrypted, or what is in clear as it goes into the MAC; None for nothing. Raises ValueDamaged."""
    node = leaf.node
    encrypted = block.rule.encrypts(leaf.steps)
    if encrypted is None:  # by comments; a text that only looks so does not open
        encrypted = node.value.startswith(SOPS_MARK)
    try:
        said = mac_bytes(node.value, node.tag, plain=not node.style)
    except ValueError as error:
        raise ValueDamaged(f"is {error}") from None
    if not encrypted or not said:
        return said
    if not node.value.startswith(SOPS_MARK):
        raise ValueDamaged("is in clear where sops encrypts")
    return open_value(node.value, key, place(leaf.steps))


def _leaves(node: Any, steps: Path) -> Iterator[tuple[Path, ScalarNode]]:
    """The values of a document in their order, without the block."""
    match node:
        case MappingNode():
            for key, value in node.value:
                if steps or key.value != SOPS_KEY:
                    yield from _leaves(value, (*steps, key.value))
        case SequenceNode():
            for index, value in enumerate(node.value):
                yield from _leaves(value, (*steps, index))
        case _:
            yield steps, node
