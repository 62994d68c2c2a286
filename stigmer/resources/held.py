# SPDX-License-Identifier: Apache-2.0
"""The secrets that a canonical body holds as fingerprints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stigmer.resources.fields import Field, message
from stigmer.resources.kinds import Kind
from stigmer.resources.paths import Path, field_path


def held_secrets(kind: Kind, body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Field path and fingerprint of each secret of a stored body."""
    root = message(kind.message)
    for steps, fingerprint in _held(root.name, body, ()):
        yield field_path(root, body, steps), fingerprint


def _held(name: str, value: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, str]]:
    about = message(name)
    if about.secret_holder:
        if isinstance(value.get("fingerprint"), str):
            yield path, value["fingerprint"]
        return
    for key, item in value.items():
        field = about.fields.get(key)
        if field is not None and field.message is not None:
            for steps, inner in _items(field, item):
                yield from _held(field.message, inner, (*path, key, *steps))


def _items(field: Field, value: Any) -> list[tuple[Path, Any]]:
    if field.map:
        return [((name,), item) for name, item in value.items()]
    return [((index,), item) for index, item in enumerate(value)] if field.repeated else [((), value)]
