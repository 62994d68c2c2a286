# SPDX-License-Identifier: Apache-2.0
"""Manifests and a backend become a plan: resolved, ordered, sealed, compared by digest, and field by field where digests differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from stigmer.backends.contract import Backend, Head, Snapshot, Stored
from stigmer.errors import Diagnostic, Severity
from stigmer.manifests.manifest import Manifest
from stigmer.reconcile import guard
from stigmer.reconcile.causes import changes_since
from stigmer.reconcile.foreign import keep_foreign, without_foreign
from stigmer.reconcile.graph import Graph, dependency_graph
from stigmer.reconcile.ignore import keep_ignored
from stigmer.reconcile.options import PlanOptions
from stigmer.reconcile.plan import (
    OWNER_PATH,
    Change,
    Create,
    Delete,
    FieldChange,
    Op,
    Plan,
    Settled,
    Unchanged,
    Update,
    expected_revisions,
    shown,
)
from stigmer.reconcile.resolve import resolve
from stigmer.reconcile.seal import Sealed, Sealing, seal
from stigmer.reconcile.whole import Whole, whole
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named
from stigmer.resources.resource import Resource, digest, encode
from stigmer.secrets.sources import Surroundings


@dataclass(slots=True)
class _Work:
    """What building one plan knows and finds."""

    options: PlanOptions
    backend: Backend
    snapshot: Snapshot
    changes: list[Change] = field(default_factory=list)
    unchanged: list[Unchanged] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    owned: dict[str, list[Manifest]] = field(
        default_factory=dict
    )  # by the set that owns it: what is not to be taken
    diagnostics: list[Diagnostic] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Desired:
    """A manifest's resource as it is wanted, and the key under which it is live, if it is."""

    manifest: Manifest
    sealed: Sealed
    encoded: bytes
    digest: str
    live_key: Key


def build_plan(
    manifests: Sequence[Manifest],
    backend: Backend,
    options: PlanOptions,
    surroundings: Surroundings,
    *,
    phase: Callable[[str], None] = lambda words: None,
) -> Plan:
    """What applying the manifests would do. Raises BackendError; everything else that is wrong is in the plan's diagnostics.

    `surroundings` are where sources of secrets are read; `phase` is told what is being done, in a few words.
    """
    phase("reading the backend")
    work = _Work(options, backend, backend.snapshot())
    heads = work.snapshot.heads
    by_key = {manifest.key: manifest for manifest in manifests}
    live_keys = {key: _live_key(manifest, heads) for key, manifest in by_key.items()}
    renamed = {live_key: by_key[key] for key, live_key in live_keys.items() if live_key != key}
    work.diagnostics += resolve(manifests, heads.keys() - renamed.keys() if renamed else heads)
    graph = dependency_graph(manifests)
    work.diagnostics += graph.diagnostics()
    if renamed:
        work.diagnostics += guard.renames(live_keys, by_key)
    phase("comparing")
    # Looked at as they were read, which is how they lie in memory: in the plan's order comparing takes a fifth longer.
    declared = [manifest for manifest in manifests if not _is_execution(manifest, work)]
    live = _bodies_needed_early(declared, live_keys, heads, backend)
    if live:
        declared = [_with_ignored(manifest, live.get(live_keys[manifest.key])) for manifest in declared]
    sealing = _seal(declared, live_keys, live, backend, surroundings)
    work.diagnostics += (*sealing.unresolved, *sealing.missing)
    looked_at = (_differing(manifest, live_keys[manifest.key], sealing, work) for manifest in declared)
    differing = _in_order(graph, [each for each in looked_at if each is not None])
    work.diagnostics += guard.ownership(work.owned, options.set)
    stored = _stored(differing, live, heads, backend)
    for each in differing:
        _add_change(each, stored.get(each.live_key), work)
    known = _whole(work)
    work.diagnostics += known.diagnostics
    if options.prune:
        phase("looking for what is declared no more")
        _prune(by_key, live_keys, known, work)
    if renamed:
        here = {*live_keys.values(), *(each.key for each in work.changes if isinstance(each, Delete))}
        work.diagnostics += guard.still_named(renamed, here, backend)
    if work.changes:
        from stigmer.reconcile.access import lost_access  # what changes nothing takes nothing away

        work.diagnostics += lost_access(work.changes, backend)
    return _plan(work, sealing, known)


def _plan(work: _Work, sealing: Sealing, known: Whole) -> Plan:
    """What was found, as the plan."""
    options = work.options
    return Plan(
        set=options.set,
        adopt=options.adopt or known.takes,
        base_revision=work.snapshot.revision,
        changes=tuple(work.changes),
        unchanged=tuple(work.unchanged),
        diagnostics=tuple(work.diagnostics),
        unresolved=sealing.unresolved,
        unheld=sealing.unheld,
        settled=tuple(work.settled),
        source=known.source,
        moves=known.moves,
        expects=expected_revisions(work.changes, work.snapshot.heads),
        store_id=work.backend.info().store_id,
    )


def _prune(declared: Mapping[Key, Manifest], live_keys: Mapping[Key, Key], known: Whole, work: _Work) -> None:
    """Adds what goes. Where nobody can say what is missing of the set, what is against its going is no news."""
    from stigmer.reconcile.prune import prune  # most plans take nothing away

    pruned = prune(declared, live_keys, work.changes, work.snapshot, work.backend, work.options)
    work.changes += pruned.changes
    work.diagnostics += () if known.refused else pruned.diagnostics


def _whole(work: _Work) -> Whole:
    """Where the set is to be known from; that costs a question only where there is a set and somebody asks."""
    name = work.options.set
    if name is None or not (work.options.prune or work.options.source):
        return Whole()
    owns = any(head.owner == name for head in work.snapshot.heads.values())
    return whole(work.options, work.backend.sets().get(name), owns=owns)


def _is_execution(manifest: Manifest, work: _Work) -> bool:
    """Whether it asks for an execution. Nothing here runs one yet, so it counts as unchanged and nothing is recorded."""
    if not manifest.resource.kind.executed:
        return False
    words = f"{manifest.resource.label} is declared and not run: nothing here runs executions yet"
    work.diagnostics.append(manifest.diagnostic(Severity.INFO, "execution.not_run", words))
    work.unchanged.append(Unchanged(manifest.key, manifest.origin.start))
    return True


def _live_key(manifest: Manifest, heads: Mapping[Key, Head]) -> Key:
    """The key under which the resource is live: its own, or the one it is renamed from as long as only that exists."""
    former = manifest.resource.renamed_from
    return former if former is not None and manifest.key not in heads and former in heads else manifest.key


def _bodies_needed_early(
    manifests: Sequence[Manifest], live_keys: Mapping[Key, Key], heads: Mapping[Key, Head], backend: Backend
) -> Mapping[Key, Stored]:
    """What is live of resources whose desired form depends on it: kept secrets, and ignored fields where anything differs."""

    def needed(resource: Resource, head: Head | None) -> bool:
        return head is not None and bool(resource.secrets or digest(encode(resource.body)) != head.digest)

    # Most have neither, and are not looked up.
    depending = [
        (each.resource, live_keys[each.key])
        for each in manifests
        if each.resource.secrets or each.resource.ignored
    ]
    keys = [live_key for resource, live_key in depending if needed(resource, heads.get(live_key))]
    return backend.get(keys) if keys else {}


def _with_ignored(manifest: Manifest, stored: Stored | None) -> Manifest:
    if stored is None or not manifest.resource.ignored:
        return manifest
    live = orjson.loads(stored.body)
    kept = keep_ignored(manifest.resource, live)
    body = without_foreign(kept.body, manifest.resource.body, _applied(stored, live))
    return replace(manifest, resource=replace(kept, body=body))


def _seal(
    manifests: Sequence[Manifest],
    live_keys: Mapping[Key, Key],
    live: Mapping[Key, Stored],
    backend: Backend,
    surroundings: Surroundings,
) -> Sealing:
    with_secrets = [manifest for manifest in manifests if manifest.resource.secrets]
    bodies = {
        manifest.key: orjson.loads(live[live_keys[manifest.key]].body)
        for manifest in with_secrets
        if live_keys[manifest.key] in live
    }
    return seal(with_secrets, bodies, backend, surroundings)


def _differing(manifest: Manifest, live_key: Key, sealing: Sealing, work: _Work) -> _Desired | None:
    """What would be written; None where nothing would, which counts as unchanged."""
    key = manifest.key
    sealed = sealing.resources.get(key)
    resource = manifest.resource if sealed is None else sealed.resource
    encoded = encode(resource.body)
    wanted = digest(encoded)
    head = work.snapshot.heads.get(live_key)
    if head is not None:
        owner = work.options.set
        if head.owner not in (None, owner) and not work.options.adopt:
            work.owned.setdefault(head.owner, []).append(manifest)
        if head.digest == wanted and live_key == key and owner in (None, head.owner):
            work.unchanged.append(Unchanged(key, manifest.origin.start))
            if not head.declared:
                work.settled.append(Settled(key, head.id, head.revision))
            return None
    return _Desired(manifest, sealed or Sealed(resource), encoded, wanted, live_key)


def _in_order(graph: Graph, differing: Sequence[_Desired]) -> list[_Desired]:
    found = {each.manifest.key: each for each in differing}
    return [found[manifest.key] for manifest in graph.order if manifest.key in found] if found else []


def _stored(
    differing: Sequence[_Desired], live: Mapping[Key, Stored], heads: Mapping[Key, Head], backend: Backend
) -> Mapping[Key, Stored]:
    """What is live of what differs, where it is; some of it has been fetched."""
    keys = [each.live_key for each in differing if each.live_key in heads and each.live_key not in live]
    return {**live, **backend.get(keys)} if keys else live


def _add_change(desired: _Desired, stored: Stored | None, work: _Work) -> None:
    manifest, wanted = desired.manifest, _wanted(desired)
    if stored is None:
        work.changes.append(Create(**wanted))
        if not work.options.heal:
            work.diagnostics += guard.deletion(manifest, work.backend)
        return
    live = orjson.loads(stored.body)
    applied = _applied(stored, live)
    body = desired.sealed.resource.body
    kept = keep_foreign(body, live, applied)
    if kept is not body:
        encoded = encode(kept)
        wanted |= {"encoded": encoded, "digest": digest(encoded), "declared": desired.encoded}
    owner = work.options.set
    if wanted["digest"] == stored.digest and stored.key == manifest.key and owner in (None, stored.owner):
        work.unchanged.append(Unchanged(manifest.key, manifest.origin.start))
        if applied is None or encode(applied) != desired.encoded:
            work.settled.append(Settled(stored.key, stored.id, stored.revision, wanted["declared"]))
        return
    after = shown(manifest.key, wanted["encoded"], wanted["unresolved"])
    fields = changes_since(manifest.resource.kind, applied, stored, after, work.backend)
    update = Update(
        **wanted,
        id=stored.id,
        revision=stored.revision,
        fields=(*_owner_change(stored, owner), *fields),
        renamed_from=stored.key if stored.key != manifest.key else None,
    )
    work.changes.append(update)
    work.diagnostics += guard.immutability(manifest, update)
    work.diagnostics += guard.conflicts(manifest, update, force=work.options.force)
    if not work.options.heal:
        work.diagnostics += guard.drift(manifest, update)
    work.diagnostics += guard.protection(manifest, update)


def _owner_change(stored: Stored, owner: str | None) -> tuple[FieldChange, ...]:
    if owner is None or stored.owner == owner:
        return ()
    op = Op.ADD if stored.owner is None else Op.REPLACE
    return (FieldChange(OWNER_PATH, op, stored.owner, owner),)


def _wanted(desired: _Desired) -> dict[str, Any]:
    """What every change that writes the resource says."""
    resource = desired.sealed.resource
    return {
        "key": resource.key,
        "encoded": desired.encoded,
        "digest": desired.digest,
        "location": desired.manifest.origin.start,
        # A declared execution may not be recorded yet, and its record may go when its time is over: it holds nobody up.
        "references": tuple(
            [each.key for each in resource.references if not kind_named(each.key.kind).executed]
        ),
        "protected": resource.protected,
        "secrets": desired.sealed.secrets,
        "unresolved": desired.sealed.unresolved,
        "declared": None,
    }


def _applied(stored: Stored, live: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What was last declared; None where nothing ever was."""
    if not stored.declared:
        return None
    found: Mapping[str, Any] = live if stored.applied is None else orjson.loads(stored.applied)
    return found
