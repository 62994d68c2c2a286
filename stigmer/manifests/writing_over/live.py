# SPDX-License-Identifier: Apache-2.0
"""A resource that a backend holds, as the manifest that says so."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from stigmer.manifests.render import Remark
from stigmer.resources.canonical import RESERVED
from stigmer.resources.confidential import Redacted, short_fingerprint
from stigmer.resources.display import display
from stigmer.resources.fields import message
from stigmer.resources.kinds import Kind

_SHARED = ("labels", "annotations")


def without_system(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A canonical body without the labels and annotations that are the system's."""
    metadata = body["metadata"]
    kept = {
        name: {key: each for key, each in metadata[name].items() if not key.startswith(RESERVED)}
        for name in _SHARED
        if any(key.startswith(RESERVED) for key in metadata.get(name, ()))
    }
    if not kept:
        return body
    merged = {name: kept.get(name, each) for name, each in metadata.items()}
    return {**body, "metadata": {name: each for name, each in merged.items() if each or name not in kept}}


def without_fingerprints(kind: Kind, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A canonical body as it is before its secrets are known: what a manifest is compared with."""
    spec = body.get("spec", {})
    stripped = {
        name: {key: _without_fingerprint(entry) for key, entry in spec[name].items()}
        for name in _holders(kind)
        if name in spec
    }
    return {**body, "spec": {**spec, **stripped}} if stripped else body


def as_written(
    kind: Kind, body: Mapping[str, Any], org: str, *, default_org: str | None = None
) -> dict[str, Any]:
    """A canonical body as a manifest in `org` writes it, in place of a secret's value a remark that the backend has it.

    The organization is left out where it is the one that holds there anyway.
    """
    shown: dict[str, Any] = _remarked(display(kind, without_system(body), org))
    if default_org is not None and shown["metadata"].get("org") == default_org:
        del shown["metadata"]["org"]
    return shown


@cache
def _holders(kind: Kind) -> tuple[str, ...]:
    """The maps of a kind's spec whose values may be secrets."""
    fields = message(kind.spec).fields.values()
    return tuple(
        each.name for each in fields if each.map and each.message and message(each.message).secret_holder
    )


def _without_fingerprint(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in entry.items() if name != "fingerprint"}


def _remarked(value: Any) -> Any:
    match value:
        case Redacted(fingerprint=str(found)):
            return Remark(f"kept in the backend, fingerprint {short_fingerprint(found)}")
        case Redacted():
            return Remark("kept in the backend")
        case dict():
            return {name: _remarked(each) for name, each in value.items()}
        case list():
            return [_remarked(each) for each in value]
        case _:
            return value
