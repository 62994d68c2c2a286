# SPDX-License-Identifier: Apache-2.0
"""A version becomes a change that makes the live resource like it, and such changes become a plan that nobody declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import orjson

from stigmer.backends.contract import Backend, Operation, SecretEntry, Snapshot, Stored, Version
from stigmer.errors import Diagnostic, Severity
from stigmer.reconcile.access import lost_access
from stigmer.reconcile.diff import compare
from stigmer.reconcile.order import referred_first
from stigmer.reconcile.plan import (
    OWNER_PATH,
    Change,
    Create,
    Delete,
    FieldChange,
    Op,
    Plan,
    Release,
    Unchanged,
    Update,
    expected_revisions,
)
from stigmer.resources.display import display
from stigmer.resources.held import held_secrets
from stigmer.resources.keys import DEFAULT_ORG, DEFAULT_ORGANIZATION, Key
from stigmer.resources.kinds import Kind, kind_named
from stigmer.resources.links import links
from stigmer.resources.resource import digest, encode, first_few, label, protection

_LIFECYCLE = ["metadata", "lifecycle"]


def restored(
    version: Version, live: Stored | None, *, name: str, owner: str | None = None
) -> Create | Update | None:
    """What makes the resource as it was at the version, None where it is. `live` is None of one that was deleted.

    `name` is the one it has afterwards. Under another than the version's it is no restoration to the store, since its body is
    another. `owner` is the set that it comes into, where it is in none.
    """
    kind, key = kind_named(version.key.kind), version.key._replace(name=name)
    encoded = _named(version, name)
    wanted = version.digest if encoded is version.body else digest(encoded)
    joins = owner is not None and live is not None and live.owner != owner
    if live is not None and live.digest == wanted and live.key == key and not joins:
        return None
    body = orjson.loads(encoded)
    said: dict[str, Any] = {
        "key": key,
        "encoded": encoded,
        "digest": wanted,
        "references": _references(kind, body),
        "protected": protection(body),
        "secrets": {path: SecretEntry(fingerprint) for path, fingerprint in held_secrets(kind, body)},
        "restores": version.number if encoded is version.body else None,
    }
    if live is None:
        return Create(**said, id=version.resource_id)
    before = display(kind, orjson.loads(live.body), live.key.org)
    fields = compare(kind, before, display(kind, body, key.org))
    if joins:
        fields = (FieldChange(OWNER_PATH, Op.ADD, after=owner), *fields)
    renamed_from = live.key if live.key != key else None
    return Update(**said, id=live.id, revision=live.revision, fields=fields, renamed_from=renamed_from)


def _named(version: Version, name: str) -> bytes:
    """The version's body under a name; the very body where it has that name.

    It comes back whole, labels and annotations included, so that a rollback of a rollback is what was there before.
    """
    if name == version.key.name:
        return version.body
    then = orjson.loads(version.body)
    return encode({**then, "metadata": {**then["metadata"], "name": name}})


def _references(kind: Kind, body: Mapping[str, Any]) -> tuple[Key, ...]:
    """What must exist for the body: neither executions, whose records go, nor what is always there."""
    found = links(kind, body) - {DEFAULT_ORGANIZATION}
    return tuple(sorted(key for key in found if not kind_named(key.kind).executed))


def restoring_plan(
    changes: Sequence[Change],
    snapshot: Snapshot,
    backend: Backend,
    *,
    owner: str | None = None,
    unchanged: Sequence[Key] = (),
    told: Sequence[Diagnostic] = (),
) -> Plan:
    """The changes as a plan, in an order in which they make sense, with all that is against them. Raises BackendError."""
    ordered = _in_order(changes)
    against = chain(
        _taken(ordered, snapshot),
        _missing(ordered, snapshot, backend),
        _still_needed(ordered, backend),
        _kept_protection(ordered),
        lost_access(ordered, backend),
    )
    return Plan(
        set=owner,
        adopt=False,
        base_revision=snapshot.revision,
        changes=ordered,
        unchanged=tuple(Unchanged(key, None) for key in sorted(unchanged)),
        diagnostics=(*told, *against),
        expects=expected_revisions(ordered, snapshot.heads),
        declares=False,
        store_id=backend.info().store_id,
    )


def _in_order(changes: Sequence[Change]) -> tuple[Change, ...]:
    """What is referred to before what refers to it; what goes comes last, in its order."""
    comes = {each.key: each for each in changes if isinstance(each, (Create, Update))}
    order = referred_first({key: each.encoded for key, each in comes.items()})
    releases = sorted((each for each in changes if isinstance(each, Release)), key=lambda each: each.key)
    deletes = [each for each in changes if isinstance(each, Delete)]
    return (*(comes[key] for key in order), *releases, *deletes)


def _puts(changes: Sequence[Change]) -> Iterator[Create | Update]:
    return (each for each in changes if isinstance(each, (Create, Update)))


def _left(changes: Sequence[Change]) -> set[Key]:
    """The keys that nobody holds any more, or somebody else."""
    gone = {each.key for each in changes if isinstance(each, Delete)}
    return gone | {
        each.renamed_from for each in changes if isinstance(each, Update) and each.renamed_from is not None
    }


def _taken(changes: Sequence[Change], snapshot: Snapshot) -> Iterator[Diagnostic]:
    left = _left(changes)
    for change in _puts(changes):
        head = snapshot.heads.get(change.key)
        if head is not None and head.id != change.id and change.key not in left:
            yield refused(
                "rollback.taken",
                change.key,
                f"cannot come back: another resource has that name now ({head.id})",
                "rename or delete that one first",
            )


def _missing(changes: Sequence[Change], snapshot: Snapshot, backend: Backend) -> Iterator[Diagnostic]:
    """References of what is restored to what is not there afterwards."""
    arriving = {change.key for change in _puts(changes)}
    left = _left(changes)
    for change in _puts(changes):
        for key in change.references:
            if key in arriving or (key in snapshot.heads and key not in left):
                continue
            gone = "this would take away" if key in left else "does not exist any more"
            said = f"referred to {label(key)} then, which {gone}"
            hint = None if key in left else _whereabouts(key, backend)
            yield refused("reference.missing", change.key, said, hint)


def _whereabouts(key: Key, backend: Backend) -> str | None:
    """What became of a resource that is not there."""
    last = next(iter(backend.versions(key)), None)
    if last is None:
        return None
    if last.operation is Operation.DELETED:
        where = "" if last.key.org in ("", DEFAULT_ORG) else f" --org {last.key.org}"
        return f"bring that back first: stigmer rollback {label(last.key)} --to previous{where}"
    return f"it is {label(last.key)} now: apply a manifest that refers to it so"


def _still_needed(changes: Sequence[Change], backend: Backend) -> Iterator[Diagnostic]:
    """What goes, or gets another name, while something that stays as it is refers to it."""
    going = _left(changes) - {change.key for change in _puts(changes)}
    touched = {each.key for each in changes if not isinstance(each, Release)} | _left(changes)
    for key, referrers in (backend.referrers(going) if going else {}).items():
        outside = [each for each in referrers if each not in touched]
        if outside:
            named = first_few([label(each) for each in outside])
            deleted = any(isinstance(each, Delete) and each.key == key for each in changes)
            yield refused(
                "delete.referenced" if deleted else "rename.referenced",
                key,
                f"is needed by {named}",
                "delete or change what needs it first",
            )


def _kept_protection(changes: Sequence[Change]) -> Iterator[Diagnostic]:
    """Protection that the version says nothing of, and that stays all the same."""
    for change in changes:
        if isinstance(change, Update) and change.protected is None and any(map(_lifts, change.fields)):
            name = label(change.key)
            yield Diagnostic(
                Severity.WARNING,
                "lifecycle.kept",
                f"{name} stays protected from deletion, though nothing said so then",
                hint="apply it with metadata.lifecycle.deletion: allow to lift it",
                resource=name,
            )


def _lifts(field: FieldChange) -> bool:
    """Whether a field is the protection, or holds it, and goes."""
    if field.op is not Op.REMOVE or field.path.split(".") not in (_LIFECYCLE, [*_LIFECYCLE, "deletion"]):
        return False
    said = field.before.get("deletion") if isinstance(field.before, Mapping) else field.before
    return bool(said == "protect")


def refused(code: str, key: Key, said: str, hint: str | None) -> Diagnostic:
    """A reason against a change, about one resource."""
    return Diagnostic(Severity.ERROR, code, f"{label(key)} {said}", hint, resource=label(key))
