# SPDX-License-Identifier: Apache-2.0
"""A plan that makes a resource as it was at a version, or a whole set as it was at a revision of the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from stigmer.backends.contract import Backend, Operation, Snapshot, Stored, Version
from stigmer.errors import Diagnostic, NotFoundError, Severity, UsageError
from stigmer.reconcile.order import referrers_first
from stigmer.reconcile.plan import Change, Delete, Plan, Release
from stigmer.reconcile.restore import refused, restored, restoring_plan
from stigmer.resources.keys import Key
from stigmer.resources.kinds import nearest
from stigmer.resources.resource import label


def build_rollback_plan(version: Version, own: Sequence[Version], backend: Backend) -> Plan:
    """What makes the resource as it was at one of its `own` versions, newest first. Empty where it is as it was.

    A live resource keeps its name whatever it was called then; one that was deleted comes back under the name it had then.
    Raises UsageError for the version of a deletion, BackendError.
    """
    if version.operation is Operation.DELETED:
        raise _nothing_then(version)
    snapshot = backend.snapshot()
    live = _live(own[0], snapshot, backend)
    name = version.key.name if live is None else live.key.name
    change = restored(version, live, name=name)
    told = list(_named(version, own[0].key, live)) if change is not None else []
    unchanged = [version.key._replace(name=name)] if change is None else []
    return restoring_plan(
        [] if change is None else [change], snapshot, backend, unchanged=unchanged, told=told
    )


def _live(last: Version, snapshot: Snapshot, backend: Backend) -> Stored | None:
    """The resource of which this is the last version, where it is live."""
    head = snapshot.heads.get(last.key)
    return backend.get([last.key])[last.key] if head is not None and head.id == last.resource_id else None


def _nothing_then(version: Version) -> UsageError:
    name = label(version.key)
    return UsageError(
        "version.deletion",
        f"version {version.number} of {name} is its deletion",
        hint=f"--to {version.number - 1} is what was deleted; stigmer delete {name} deletes it",
    )


def _named(version: Version, last: Key, live: Stored | None) -> Iterator[Diagnostic]:
    """What is to be said of the name, where it was another then."""
    if version.key == last:
        return
    if live is not None:
        said = f"keeps its name: in version {version.number} it was {label(version.key)}"
        yield _info(live.key, said, "rename it by its manifest, with metadata.renamed_from")
    else:
        yield _info(
            version.key, f"comes back by its name of version {version.number}; last it was {label(last)}"
        )


def _info(key: Key, said: str, hint: str | None = None) -> Diagnostic:
    return Diagnostic(Severity.INFO, "rollback.name", f"{label(key)} {said}", hint, resource=label(key))


@dataclass(frozen=True, slots=True)
class _Course:
    """One resource: how it was at a revision, None where it was not there; its last version; how it is, None where it is not."""

    then: Version | None
    last: Version
    live: Stored | None

    @property
    def owner_then(self) -> str | None:
        """The set that owned it at the revision."""
        return None if self.then is None else self.then.owner

    @property
    def owner(self) -> str | None:
        """The set that owns it, or did when it was deleted."""
        return self.last.owner if self.live is None else self.live.owner


@dataclass(slots=True)
class _Work:
    """What planning one rollback of a set finds."""

    owner: str
    changes: list[Change] = field(default_factory=list)
    unchanged: list[Key] = field(default_factory=list)
    going: dict[Key, Stored] = field(default_factory=dict)
    told: list[Diagnostic] = field(default_factory=list)


def build_set_rollback_plan(owner: str, revision: int, backend: Backend) -> Plan:
    """What makes the set as it was at the store's revision: what it had is as it was, what came since is gone.

    What joined the set since leaves it and stays as it is, what another set owns by now is left alone, and both are told. Raises
    NotFoundError for a set that there is not, for a revision that there is not yet, and for one at which the set had nothing;
    BackendError.
    """
    snapshot = backend.snapshot()
    versions = backend.set_versions(owner)
    if not versions:
        raise _no_set(owner, snapshot, backend)
    courses = _courses(versions, revision, snapshot, backend)
    if revision > snapshot.revision or all(each.owner_then != owner for each in courses):
        raise _no_revision(owner, revision, versions, snapshot)
    work = _Work(owner)
    for course in courses:
        _take_up(course, work)
    for key in referrers_first({key: each.body for key, each in work.going.items()}):
        going = work.going[key]
        work.changes.append(Delete(key, going.id, going.revision))
        work.told += _protected(going)
    return restoring_plan(
        work.changes, snapshot, backend, owner=owner, unchanged=work.unchanged, told=work.told
    )


def _courses(
    versions: Sequence[Version], revision: int, snapshot: Snapshot, backend: Backend
) -> list[_Course]:
    """Each resource of a set's histories, which come by resource, the newest version first."""
    histories = [tuple(each) for _, each in groupby(versions, key=lambda each: each.resource_id)]
    heads = snapshot.heads
    keys = [own[0].key for own in histories if own[0].key in heads]
    stored = {each.id: each for each in backend.get(keys).values()}
    return [_Course(_at(own, revision), own[0], stored.get(own[0].resource_id)) for own in histories]


def _at(own: Sequence[Version], revision: int) -> Version | None:
    """The version that was live at the revision."""
    found = next((each for each in own if each.revision <= revision), None)
    return None if found is None or found.operation is Operation.DELETED else found


def _take_up(course: _Course, work: _Work) -> None:
    """Adds what becomes of one resource."""
    then, live, owner = course.then, course.live, work.owner
    if then is not None and then.owner == owner:
        if course.owner not in (None, owner):
            work.told.append(_left_alone(course, then))
            return
        change = restored(then, live, name=then.key.name, owner=owner)
        if change is not None:
            work.changes.append(change)
        else:
            work.unchanged.append(then.key)
    elif live is not None and live.owner == owner:
        if then is None:
            work.going[live.key] = live
        else:
            work.changes.append(Release(live.key, live.id, live.revision, owner, "as it was then"))
            work.told.append(_joined_since(live.key, then, owner))


def _left_alone(course: _Course, then: Version) -> Diagnostic:
    name = label(course.last.key)
    alone = f"stigmer rollback {name} --to {then.number}"
    if course.live is None:
        state, hint = "was deleted by", f"{alone} brings it back alone"
    else:
        state = "is in"
        hint = f"{alone} makes it as it was, in the set that has it now; an apply with --adopt takes it over"
    return Diagnostic(
        Severity.WARNING,
        "rollback.left",
        f"{name} {state} set {course.owner} by now, and is left as it is",
        hint=hint,
        resource=name,
    )


def _joined_since(key: Key, then: Version, owner: str) -> Diagnostic:
    whose = "in no set" if then.owner is None else f"in set {then.owner}"
    said = f"{label(key)} was {whose} then: it leaves set {owner} and stays as it is"
    return Diagnostic(Severity.INFO, "rollback.joined", said, resource=label(key))


def _protected(live: Stored) -> Iterator[Diagnostic]:
    if live.protected:
        yield refused(
            "delete.protected",
            live.key,
            "was created since then and is protected from deletion",
            "apply it with metadata.lifecycle.deletion: allow first",
        )


def _no_set(owner: str, snapshot: Snapshot, backend: Backend) -> NotFoundError:
    known = {head.owner for head in snapshot.heads.values() if head.owner is not None} | backend.sets().keys()
    near = nearest(owner, sorted(known))
    hint = f"did you mean {near}?" if near else f"sets: {', '.join(sorted(known))}" if known else None
    return NotFoundError("set.not_found", f"set {owner} never owned anything", hint=hint)


def _no_revision(owner: str, revision: int, versions: Sequence[Version], snapshot: Snapshot) -> NotFoundError:
    if revision > snapshot.revision:
        said = f"there is no revision {revision} yet: the store is at {snapshot.revision}"
        return NotFoundError("revision.not_found", said, hint="stigmer history KIND/NAME tells revisions")
    first = min(each.revision for each in versions if each.owner == owner)
    return NotFoundError(
        "revision.not_found",
        f"set {owner} had nothing at revision {revision}; what it had first came with revision {first}",
        hint="to delete all of it, name its resources: stigmer delete KIND/NAME...",
    )


def undone_by_apply(plan: Plan, backend: Backend) -> list[Diagnostic]:
    """What the next apply would make of a plan that was carried out, as far as the store can tell.

    Nothing where what came back is what was declared last. Raises BackendError.
    """
    live = backend.get(change.key for change in plan.changes)
    for change in plan.changes:
        stored = live.get(change.key)
        declared = _last_declared(change, backend)
        if declared is None or not _is_undone(declared, stored):
            continue
        if plan.set is not None:
            said = f"set {plan.set} was last applied as something else, and the next apply undoes this"
        elif declared.operation is Operation.DELETED and stored is not None:
            said = f"{label(change.key)} is in set {stored.owner} again: an apply with --prune deletes it if no manifest declares it"
        else:
            said = f"{label(change.key)} was last applied as something else, and the next apply undoes this"
        return [Diagnostic(Severity.WARNING, "rollback.undone", said)]
    return []


def _last_declared(change: Change, backend: Backend) -> Version | None:
    history = backend.versions(change.key)
    return next((each for each in history if each.resource_id == change.id and each.declares), None)


def _is_undone(declared: Version, live: Stored | None) -> bool:
    """Whether a resource is something else than its last declaration made it; None was deleted."""
    deleted = declared.operation is Operation.DELETED
    if live is None:
        return not deleted
    if deleted:
        return live.owner is not None
    return live.owner != declared.owner or (live.applied is not None and live.digest != declared.digest)
