# SPDX-License-Identifier: Apache-2.0
"""Whom a resource in canonical form refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stigmer.resources.fields import Field, enum_spelling, message
from stigmer.resources.keys import Key
from stigmer.resources.kinds import Kind, kind_named, parse_kind
from stigmer.resources.references import parse_reference, reference_key


def links(kind: Kind, body: Mapping[str, Any]) -> set[Key]:
    """The keys that a canonical body names: by its fields, its organization and `depends_on`."""
    metadata = body["metadata"]
    org = metadata.get("org", "")
    found = set(_message(kind.message, body))
    if org:
        found.add(Key("Organization", "", org))
    for item in metadata.get("depends_on", ()):
        word, _, rest = item.partition("/")
        target = parse_kind(word)
        found.add(reference_key(parse_reference(rest, target, org), target))
    return found


def _message(name: str, value: Mapping[str, Any]) -> Iterator[Key]:
    about = message(name)
    if about.reference:
        target = kind_named(enum_spelling(about.fields["kind"].enum or "")[value["kind"]])
        yield Key(target.name, value.get("org", ""), value["name"])
        return
    for key, item in value.items():
        field = about.fields.get(key)
        if field is not None and field.message is not None:
            yield from _field(field, item)


def _field(field: Field, value: Any) -> Iterator[Key]:
    items = value.values() if field.map else value if field.repeated else (value,)
    for item in items:
        if field.is_reference:
            yield reference_key(item, kind_named(field.references[0]))
        else:
            yield from _message(field.message or "", item)
