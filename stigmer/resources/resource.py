# SPDX-License-Identifier: Apache-2.0
"""A resource in canonical form, its bytes and its digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from stigmer.resources.confidential import Secret
from stigmer.resources.keys import Key
from stigmer.resources.kinds import Kind, kind_named
from stigmer.resources.paths import Path
from stigmer.resources.references import Reference

DIGEST_FORMAT = "v1"
"""Version of the canonical form that a digest speaks of; it changes when the same manifest would give other bytes."""

_FEW = 3  # so many are named before the rest is counted


@dataclass(frozen=True, slots=True)
class Literal:
    """A secret written in the manifest itself."""

    value: Secret


@dataclass(frozen=True, slots=True)
class Env:
    """A secret in a variable of the applying command's environment."""

    name: str


@dataclass(frozen=True, slots=True)
class File:
    """A secret in a file, relative to the manifest that names it."""

    path: str


@dataclass(frozen=True, slots=True)
class Keyring:
    """A secret in the operating system's keychain."""

    service: str
    username: str


@dataclass(frozen=True, slots=True)
class Age:
    """A secret as an armored age ciphertext."""

    armored: str


SOPS_KEY = "sops"
"""The key of a document under which sops keeps what opens it."""

SOPS_MARK = "ENC[AES256_GCM,"
"""What begins every value that sops encrypted."""


@dataclass(frozen=True, slots=True)
class Sops:
    """A secret that sops encrypted where it stands. `file` holds it, in the document that starts at the character `start`, at `steps`."""

    encrypted: str
    file: bytes = field(default=b"", repr=False)
    start: int = 0
    steps: Path = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A secret whose value only the backend has."""


SecretSource = Literal | Env | File | Keyring | Age | Sops | Held


@dataclass(frozen=True, slots=True)
class SecretSlot:
    """A place in a body that holds a secret: the steps to the entry, the field path by which it is known, its source."""

    steps: Path
    path: str
    source: SecretSource


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource in canonical form: what was said, every spelling made one, JSON that fits the kind's message.

    `body` is whole (apiVersion, kind, metadata, spec) and is never changed. Secrets are not in it: each has a slot, and only its
    fingerprint is put into the body (see `with_fingerprints`).
    """

    kind: Kind
    key: Key
    body: Mapping[str, Any]
    references: tuple[Reference, ...] = ()
    secrets: tuple[SecretSlot, ...] = ()
    renamed_from: Key | None = None

    @property
    def protected(self) -> bool | None:
        """Whether deleting it is to be refused; None where nothing is said, which leaves it as it was."""
        return protection(self.body)

    @property
    def ignored(self) -> tuple[str, ...]:
        """Field paths that stay as they are live."""
        lifecycle = self.body["metadata"].get("lifecycle") or {}
        return tuple(lifecycle.get("ignore_changes", ()))

    @property
    def label(self) -> str:
        """`kind/name`, as messages call it."""
        return label(self.key)


def protection(body: Mapping[str, Any]) -> bool | None:
    """Whether a canonical body says that its deletion is to be refused; None where it says nothing."""
    deletion = (body["metadata"].get("lifecycle") or {}).get("deletion")
    return None if deletion is None else bool(deletion == "DELETION_PROTECT")


def label(key: Key) -> str:
    """`kind/name`, as messages and listings call a resource."""
    return f"{kind_named(key.kind).slug}/{key.name}"


def first_few(names: Sequence[str]) -> str:
    """Names in a row, of many the first three and how many more there are: `a, b, c and 4 more`."""
    more = len(names) - _FEW
    return f"{', '.join(names[:_FEW])} and {more:,} more" if more > 0 else ", ".join(names)


def encode(body: Mapping[str, Any]) -> bytes:
    """The canonical bytes of a body: UTF-8 JSON, keys sorted, no white space."""
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)


def digest(encoded: bytes) -> str:
    """The digest of canonical bytes: the format's version and a BLAKE2b-256 in hexadecimal."""
    from hashlib import blake2b  # loads OpenSSL, and `validate` compares nothing

    return f"{DIGEST_FORMAT}:{blake2b(encoded, digest_size=32).hexdigest()}"


def fingerprint_at(body: Mapping[str, Any], steps: Path) -> str | None:
    """The fingerprint of the secret at a place of a body, None where there is none."""
    node: Any = body
    for step in steps:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return None
    fingerprint = node.get("fingerprint") if isinstance(node, Mapping) else None
    return fingerprint if isinstance(fingerprint, str) else None


def with_fingerprints(resource: Resource, fingerprints: Mapping[str, str]) -> Resource:
    """The resource with the fingerprint of each secret, by field path, put into its place."""
    body = resource.body
    for slot in resource.secrets:
        if slot.path in fingerprints:
            body = _placed(body, slot.steps, fingerprints[slot.path])
    return replace(resource, body=body)


def _placed(node: Any, steps: Path, fingerprint: str) -> Any:
    if not steps:
        return {**node, "fingerprint": fingerprint}
    head, rest = steps[0], steps[1:]
    if isinstance(node, list):
        return [
            _placed(item, rest, fingerprint) if index == head else item for index, item in enumerate(node)
        ]
    return {**node, head: _placed(node[head], rest, fingerprint)}
