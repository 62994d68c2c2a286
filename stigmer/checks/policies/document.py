# SPDX-License-Identifier: Apache-2.0
"""A resource as a rule sees it: as manifests write it, without its secrets, and with those parts alone that rules name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stigmer.checks.policies.names import Use
from stigmer.resources.confidential import Redacted, Secret, Unresolved
from stigmer.resources.display import display
from stigmer.resources.keys import Key
from stigmer.resources.kinds import Kind, kind_named
from stigmer.resources.paths import Path
from stigmer.resources.resource import Age, Env, File, Held, Keyring, Literal, Resource, SecretSource, Sops

Parts = dict[str, Any]
"""What is wanted of a value, as a tree: by each key what is wanted below it, None for all that is there."""

_ITEM = "[]"  # the key of what is wanted of each item of a list


def parts(uses: Iterable[Use]) -> Parts | None:
    """What rules see of a resource: the fields that they name, so that the rest of it need not be turned over."""
    wanted: Parts | None = {}
    for use in sorted(uses, key=lambda each: each.gives_items):
        steps = [step if isinstance(step, str) else _ITEM for step in use.steps]
        # Where no name of an item is used, their number may still matter.
        if not (use.gives_items and _has(wanted, [*steps, _ITEM])):
            wanted = _with(wanted, steps)
    return wanted


def _has(wanted: Parts | None, steps: list[str]) -> bool:
    for step in steps:
        if wanted is None:
            return True
        if step not in wanted:
            return False
        wanted = wanted[step]
    return True


def _with(wanted: Parts | None, steps: list[str]) -> Parts | None:
    if wanted is None or not steps:
        return None
    return {**wanted, steps[0]: _with(wanted.get(steps[0], {}), steps[1:])}


def document(resource: Resource, wanted: Parts | None) -> dict[str, Any]:
    """The resource with what is wanted of it.

    Organization, labels and annotations are always there, if need be empty, so that a rule need not ask for them first. A
    secret has the source that the manifest names, or a mask where the manifest has its value.
    """
    shown = _shown(resource.kind, resource.body, resource.key.org, wanted)
    for slot in resource.secrets:
        entry = _at(shown, slot.steps)
        if entry is not None:
            entry.pop("value", None)
            entry |= _source(slot.source)
    return shown


def stored_document(key: Key, body: Mapping[str, Any], wanted: Parts | None) -> dict[str, Any]:
    """The same of a resource as a store holds it: where its secrets come from is not known there, so each has a mask."""
    shown: dict[str, Any] = masked(_shown(kind_named(key.kind), body, key.org, wanted))
    return shown


def masked(value: Any) -> Any:
    """A value with a mask in place of each secret in it."""
    if isinstance(value, (Redacted, Unresolved)):
        return str(Secret(""))
    if isinstance(value, Mapping):
        return {key: masked(item) for key, item in value.items()}
    return [masked(item) for item in value] if isinstance(value, list) else value


def _shown(kind: Kind, body: Mapping[str, Any], org: str, wanted: Parts | None) -> dict[str, Any]:
    metadata = {"org": "", "labels": {}, "annotations": {}, **body["metadata"]}
    return display(kind, _pruned({**body, "metadata": metadata}, wanted), org)


def _pruned(value: Any, wanted: Parts | None) -> Any:
    if isinstance(value, list) and wanted is not None and _ITEM in wanted:
        below = wanted[_ITEM]
        return value if below is None else [_pruned(item, below) for item in value]
    if not isinstance(value, dict) or wanted is None or _ITEM in wanted:
        return value
    kept = {key: _pruned(value[key], below) for key, below in wanted.items() if key in value}
    if "is_secret" in value:  # tells that the value beside it is to be masked
        kept["is_secret"] = value["is_secret"]
    return kept


def _at(shown: Any, steps: Path) -> Any:
    for step in steps:
        if isinstance(step, str) and step not in shown:
            return None
        shown = shown[step]
    return shown


def _source(source: SecretSource) -> dict[str, Any]:
    """How a manifest says where the secret comes from."""
    match source:
        case Literal(value):
            return {"value": str(value)}  # a Secret as text is a mask
        case Env(name):
            return {"value_from": {"env": name}}
        case File(path):
            return {"value_from": {"file": path}}
        case Keyring(service, username):
            return {"value_from": {"keyring": {"service": service, "username": username}}}
        case Age(armored):
            return {"value_from": {"age": armored}}
        case Sops(encrypted):
            return {"value": encrypted}
        case Held():
            return {}
