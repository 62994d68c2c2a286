# SPDX-License-Identifier: Apache-2.0
"""What `export` means: the resources that a manifest can declare, of those that are asked for, each after what it refers to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from stigmer.backends.contract import Backend, Stored
from stigmer.cli.selection import Selection, require_found
from stigmer.errors import NotFoundError, UsageError
from stigmer.manifests.writing_over.live import as_written
from stigmer.reconcile.order import each_after
from stigmer.resources.keys import DEFAULT_ORGANIZATION, Key
from stigmer.resources.kinds import Kind, kind_named, nearest, require_declarable
from stigmer.resources.links import links
from stigmer.resources.resource import label


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of what is live: by words, organization, labels, set. None is no bound."""

    selection: Selection
    org: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    set: str | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """A live resource that is exported; `body` is canonical, and whole but for what only the system says."""

    key: Key
    body: Mapping[str, Any] = field(repr=False)

    @property
    def kind(self) -> Kind:
        """Its kind."""
        return kind_named(self.key.kind)

    def document(self, default_org: str) -> dict[str, Any]:
        """It as a manifest, which says its organization where that is another than the one that holds there anyway."""
        return as_written(self.kind, self.body, self.key.org, default_org=default_org)


def find(store: Backend, wanted: Wanted) -> list[Exported]:
    """The resources, each after what it refers to. Raises NotFoundError, UsageError."""
    for key in wanted.selection.keys:
        require_declarable(kind_named(key.kind))
    _require_set(store, wanted.set)
    named = store.get(wanted.selection.keys) if wanted.selection.keys else {}
    if len(named) < len(wanted.selection.keys):
        require_found(wanted.selection.keys, store.snapshot().heads)
    for each in named.values():
        _require_declared(each)
    listed = (
        stored
        for kind in wanted.selection.kinds
        if kind.declarable
        for stored in store.list(
            kind.name, org="" if kind.is_global and wanted.org else wanted.org, labels=wanted.labels
        )
        if _is_declared(stored)
    )
    found = {each.key: each for each in (*listed, *named.values()) if wanted.set in (None, each.owner)}
    return _in_order(found)


def _require_set(store: Backend, name: str | None) -> None:
    """A mistyped set must not look like an empty one."""
    if name is None:
        return
    known = {head.owner for head in store.snapshot().heads.values() if head.owner} | set(store.sets())
    if name not in known:
        near = nearest(name, known)
        hint = f"did you mean {near}?" if near else "sets: " + ", ".join(sorted(known)) if known else None
        raise NotFoundError("set.not_found", f"there is no set {name}", hint=hint)


def _is_declared(stored: Stored) -> bool:
    """Whether a manifest would be what made it: not an execution that a command asked for, not the organization that every store
    begins with."""
    if stored.key == DEFAULT_ORGANIZATION:
        body = orjson.loads(stored.body)
        return "spec" in body or len(body["metadata"]) > 1
    return stored.declared or not kind_named(stored.key.kind).executed


def _require_declared(stored: Stored) -> None:
    if kind_named(stored.key.kind).executed and not stored.declared:
        words = f"{label(stored.key)} was asked for by a command, so there is no manifest of it"
        raise UsageError("usage.resource", words, hint="stigmer get shows it")


def _in_order(found: Mapping[Key, Stored]) -> list[Exported]:
    """The resources by kind, organization and name, but each after those that it refers to, as far as there is no circle."""
    bodies = {key: orjson.loads(found[key].body) for key in sorted(found, key=_rank)}
    referred = {
        key: sorted(links(kind_named(key.kind), body) & bodies.keys(), key=_rank)
        for key, body in bodies.items()
    }
    return [Exported(key, bodies[key]) for key in each_after(referred)]


def _rank(key: Key) -> tuple[int, str, str]:
    kind = kind_named(key.kind)
    return (kind.number if kind.group != "tenancy" else -1, key.org, key.name)


def clashing(found: Iterable[Exported]) -> set[tuple[str, str]]:
    """Kinds and names that are in more than one organization."""
    seen: dict[tuple[str, str], Key] = {}
    return {
        (each.key.kind, each.key.name)
        for each in found
        if seen.setdefault((each.key.kind, each.key.name), each.key) != each.key
    }


def labels(found: Sequence[Exported]) -> list[str]:
    """`kind/name` of each."""
    return [label(each.key) for each in found]
