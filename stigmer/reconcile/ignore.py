# SPDX-License-Identifier: Apache-2.0
"""`lifecycle.ignore_changes`: fields that stay as they are live, whatever the manifest says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from stigmer.resources.fields import Field, Message, item_name, message
from stigmer.resources.paths import path_steps
from stigmer.resources.resource import Held, Resource, SecretSlot, fingerprint_at


def keep_ignored(resource: Resource, live: Mapping[str, Any]) -> Resource:
    """The resource with each ignored field as the live body has it, or gone where that has none."""
    body: Any = resource.body
    for path in resource.ignored:
        body = _kept(message(resource.kind.message), body, live, path_steps(path) or [])
    return replace(resource, body=body, secrets=tuple(_slots(resource, live)))


def _slots(resource: Resource, live: Mapping[str, Any]) -> Iterator[SecretSlot]:
    """The secrets of the resource: of an ignored one the value that the backend holds, if it holds one."""
    ignored = [path_steps(path) or [] for path in resource.ignored]
    for slot in resource.secrets:
        steps = path_steps(slot.path) or []
        if not any(steps[: len(each)] == each for each in ignored):
            yield slot
        elif fingerprint_at(live, slot.steps) is not None:
            yield replace(slot, source=Held())


def _kept(
    about: Message | None, body: Mapping[str, Any], live: Mapping[str, Any], steps: list[str]
) -> Mapping[str, Any]:
    """The body with the field at the steps taken from the live one."""
    if not steps:
        return body
    name, rest = steps[0], steps[1:]
    field = about.fields.get(name) if about is not None else None
    if not rest:
        without = {key: value for key, value in body.items() if key != name}
        return {**without, name: live[name]} if name in live else without
    ours, theirs = body.get(name), live.get(name)
    if isinstance(ours, list) and isinstance(theirs, list):
        return {**body, name: _kept_item(field, ours, theirs, rest)}
    if isinstance(ours, Mapping) or isinstance(theirs, Mapping):
        inner = (
            message(field.message)
            if field is not None and field.message is not None and not field.map
            else None
        )
        kept = _kept(inner, ours or {}, theirs or {}, rest)
        return {**body, name: kept} if kept or name in body else body
    return body


def _kept_item(field: Field | None, ours: list[Any], theirs: list[Any], steps: list[str]) -> list[Any]:
    """A list with one of its items, or a field of it, taken from the live list."""
    name, rest = steps[0], steps[1:]
    inner = message(field.message) if field is not None and field.message is not None else None

    def named(index: int, item: Any) -> bool:
        return (item_name(field, item) if field is not None and field.named_by else str(index)) == name

    found = next((item for index, item in enumerate(theirs) if named(index, item)), None)
    if found is None:
        return ours
    if not rest:
        return [found if named(index, item) else item for index, item in enumerate(ours)]
    return [
        _kept(inner, item, found, rest) if named(index, item) else item for index, item in enumerate(ours)
    ]
