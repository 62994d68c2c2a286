# SPDX-License-Identifier: Apache-2.0
"""What a set owns and no manifest declares any more: deleted, or released where it was declared an orphan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson

from stigmer.backends.contract import Backend, Snapshot, Stored
from stigmer.errors import Diagnostic, Severity
from stigmer.manifests.manifest import Manifest
from stigmer.reconcile.options import PlanOptions
from stigmer.reconcile.order import referrers_first
from stigmer.reconcile.plan import Change, Create, Delete, Release, Update, former_key
from stigmer.reconcile.renaming import likely_renames
from stigmer.resources.keys import DEFAULT_ORGANIZATION, Key
from stigmer.resources.kinds import kind_named
from stigmer.resources.resource import first_few, label

ALWAYS_ALLOWED = 3
"""So many may be deleted however small the set is."""

_ORPHAN = "DELETION_ORPHAN"


@dataclass(frozen=True, slots=True)
class Pruned:
    """What goes, in the order in which it goes, and what is to be said of it."""

    changes: tuple[Delete | Release, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def prune(
    declared: Mapping[Key, Manifest],
    live_keys: Mapping[Key, Key],
    changes: Sequence[Change],
    snapshot: Snapshot,
    backend: Backend,
    options: PlanOptions,
) -> Pruned:
    """What the set owns and `declared` lacks. `live_keys` says of each declared resource under which key it is live.

    `changes` are those of what is declared, which happen in the same batch. However much goes, the backend is asked twice.
    """
    if options.set is None:
        return Pruned(diagnostics=(_no_set(),))
    live = set(live_keys.values())
    owned = [key for key, head in snapshot.heads.items() if head.owner == options.set and _is_kept(key)]
    gone = [key for key in owned if key not in live]
    if not gone:
        return Pruned()
    stored = backend.get(gone)
    released = {key for key, each in stored.items() if _is_orphan(each)}
    bodies = {key: each.body for key, each in stored.items() if key not in released}
    order = referrers_first(bodies)
    deletes = tuple(Delete(key, stored[key].id, stored[key].revision) for key in order)
    releases = tuple(
        Release(key, stored[key].id, stored[key].revision, options.set) for key in sorted(released)
    )
    created = [change for change in changes if isinstance(change, Create)]
    return Pruned(
        (*releases, *deletes),
        (
            *_too_many(len(order), len(owned), declared, options),
            *_protected([stored[key] for key in order]),
            *_referenced(order, changes, declared, snapshot, backend),
            *likely_renames(created, bodies, declared),
        ),
    )


def _is_kept(key: Key) -> bool:
    """Whether taking the manifest away takes the resource away; what an execution did stays."""
    return not kind_named(key.kind).executed


def _is_orphan(stored: Stored) -> bool:
    if _ORPHAN.encode() not in stored.body:  # most often, and nothing has to be parsed to see it
        return False
    lifecycle = orjson.loads(stored.body)["metadata"].get("lifecycle") or {}
    return bool(lifecycle.get("deletion") == _ORPHAN)


def _no_set() -> Diagnostic:
    words = "only what a set owns is pruned, and no set is named"
    return Diagnostic(
        Severity.ERROR, "prune.no_set", words, "name it with --set, or run this in a project, which is a set"
    )


def _too_many(
    number: int, owned: int, declared: Mapping[Key, Manifest], options: PlanOptions
) -> Iterator[Diagnostic]:
    """Deletions that look like an accident rather than like a wish."""
    if not any(_is_kept(key) for key in declared):
        words = f"there are no manifests, and pruning would take all that set {options.set} owns ({owned:,})"
        hint = "name the paths that hold the manifests, or delete by name with stigmer delete"
        yield Diagnostic(Severity.ERROR, "prune.empty", words, hint)
        return
    percent = options.max_delete_percent
    allowed = max(ALWAYS_ALLOWED, owned * percent // 100)
    if number > allowed:
        words = (
            f"pruning would delete {number:,} of the {owned:,} resources of set {options.set},"
            f" and no more than {allowed:,} ({percent} %) may go at once"
        )
        hint = f"if all of them are to go, say --max-delete-percent {-(-100 * number // owned)}"
        yield Diagnostic(Severity.ERROR, "prune.guard", words, hint)


def _protected(deleted: Sequence[Stored]) -> Iterator[Diagnostic]:
    for each in deleted:
        name = label(each.key)
        if each.key == DEFAULT_ORGANIZATION:
            words, hint = f"{name} is always there and cannot be deleted", "put its manifest back"
        elif each.protected:
            words = f"{name} is protected from deletion, whether it is declared or not"
            hint = "put its manifest back, with lifecycle: {deletion: allow} if it is to go later"
        else:
            continue
        yield Diagnostic(Severity.ERROR, "delete.protected", words, hint, resource=name)


def _referenced(
    deleted: Sequence[Key],
    changes: Sequence[Change],
    declared: Mapping[Key, Manifest],
    snapshot: Snapshot,
    backend: Backend,
) -> Iterator[Diagnostic]:
    """What is deleted while something that stays refers to it, as that will be when the changes have happened."""
    going = set(deleted)
    users: defaultdict[Key, set[Key]] = defaultdict(set)
    changed: set[Key] = set()
    for change in changes:
        if isinstance(change, (Create, Update)):
            changed.add(former_key(change))
            for key in going.intersection(change.references):
                users[key].add(change.key)
    for key, referrers in (backend.referrers(deleted) if deleted else {}).items():
        users[key] |= set(referrers) - going - changed
    for key in deleted:
        if users[key]:
            yield _needed(key, sorted(users[key]), declared, snapshot)


def _needed(
    key: Key, users: Sequence[Key], declared: Mapping[Key, Manifest], snapshot: Snapshot
) -> Diagnostic:
    """Told at the reference, where one of the manifests has it."""
    here = next((declared[user] for user in users if user in declared), None)
    if here is None:
        place, hint = None, "delete or change first what needs it"
    else:
        path = next((each.path for each in here.resource.references if each.key == key), ())
        place = here.origin.locate(path)
        hint = f"put the manifest of {label(key)} back, or take this reference out"
    named = first_few([_user(user, declared, snapshot) for user in users])
    words = f"{label(key)} cannot be deleted: it is needed by {named}"
    return Diagnostic(Severity.ERROR, "delete.referenced", words, hint, place, label(key))


def _user(user: Key, declared: Mapping[Key, Manifest], snapshot: Snapshot) -> str:
    """How the resource is called, and whose it is where it is not among the manifests."""
    head = snapshot.heads.get(user)
    if user in declared or head is None:
        return label(user)
    return f"{label(user)} {f'of set {head.owner}' if head.owner is not None else 'of no set'}"
