# SPDX-License-Identifier: Apache-2.0
"""How a plan stands to a store now: whether it was made for it, whether it is still what the plan knew, whether it was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace

from stigmer.backends.contract import Backend, Head, Version
from stigmer.errors import Diagnostic, Severity
from stigmer.reconcile.causes import blame_of, when, who_and_when
from stigmer.reconcile.plan import Change, Create, Delete, Plan, Release, Settled, Update, former_key
from stigmer.reconcile.saved.saved import Saved
from stigmer.resources.keys import Key
from stigmer.resources.resource import label

_AGAIN = "look at what is there now, and save the plan again with stigmer diff --save"

_UNTOLD = -1

Heads = Mapping[Key, Head]


@dataclass(frozen=True, slots=True)
class Done:
    """That all of a plan is live, and the version that shows when and by whom it came to be."""

    version: Version

    @property
    def words(self) -> str:
        """When and by whom."""
        return f"at revision {self.version.revision:,} by {who_and_when(blame_of(self.version))}"


def of_another_store(saved: Saved, backend: Backend, name: str) -> tuple[Diagnostic, ...]:
    """Why the plan is none for the backend, which is called `name`; empty where it was made for it.

    A plan for a store that was not there yet is one for any store in which nothing ever happened.
    """
    info, planned = backend.info(), saved.plan.store_id
    if planned == info.store_id or (not planned and info.revision == 0):
        return ()
    if not planned:
        heads = backend.snapshot().heads
        done = done_by(fitted(saved.plan, heads), heads, backend)
        if done is not None:
            return (_applied_already(done),)
        words = f"the plan was made where there was no store yet, and backend {name} is at revision {info.revision:,}"
        return (Diagnostic(Severity.ERROR, "plan.backend", words, _AGAIN),)
    made_for = saved.about.backend
    if not info.store_id:
        words = f"the plan was made for a store of backend {made_for}, and backend {name} has no store yet"
        hint = "bring that store back, or save a plan for what is here"
    elif made_for == name:
        words = f"the plan was made for another store than backend {name} has now ({info.description})"
        hint = "bring that store back, or save the plan again with stigmer diff --save"
    else:
        words = f"the plan was made for backend {made_for}, and this is {name} ({info.description})"
        hint = f"name it with --backend {made_for}, or save a plan for this one"
    return (Diagnostic(Severity.ERROR, "plan.backend", words, hint),)


def fitted(plan: Plan, heads: Heads) -> Plan:
    """A plan for a store that was not there yet, with the ids that its first resources have got; any other as it is."""
    if plan.store_id:
        return plan
    return replace(
        plan,
        changes=tuple(
            replace(each, id=heads[each.key].id)
            if isinstance(each, Update) and not each.id and each.key in heads
            else each
            for each in plan.changes
        ),
        settled=tuple(
            replace(each, id=heads[each.key].id) if not each.id and each.key in heads else each
            for each in plan.settled
        ),
    )


def stale(plan: Plan, heads: Heads, backend: Backend) -> tuple[Diagnostic, ...]:
    """Why the store is not any more what the plan was made from, naming who changed it; the backend has the last word."""
    changed = dict(_changed(plan, heads))
    if not changed:
        return ()
    done = done_by(plan, heads, backend)
    if done is not None:
        return (_applied_already(done),)
    return tuple(
        Diagnostic(
            Severity.ERROR,
            "plan.stale",
            f"{label(key)} {words}{_by_whom(key, backend)}",
            _AGAIN,
            resource=label(key),
        )
        for key, words in changed.items()
    )


def _applied_already(done: Done) -> Diagnostic:
    words = f"this plan was applied already: all of it is live, {done.words}"
    hint = "there is nothing left to do; stigmer diff shows how the manifests stand now"
    return Diagnostic(Severity.ERROR, "plan.stale", words, hint)


def done_by(plan: Plan, heads: Heads, backend: Backend) -> Done | None:
    """Whether everything that the plan changes is live, brought about by one batch after it was made. None where it is not, or
    cannot be told."""
    arriving = {each.key for each in plan.changes if isinstance(each, (Create, Update))}
    revisions = {_done_at(each, arriving, heads) for each in plan.changes}
    told = revisions - {_UNTOLD}
    if not plan.changes or None in revisions or len(told) > 1:
        return None
    # One of them is asked for when and by whom; of what was deleted, only its history knows.
    told_by = next(each for each in plan.changes if not told or not isinstance(each, Delete))
    versions = backend.versions(told_by.key)
    last = versions[0] if versions else None
    if last is None or last.revision <= plan.base_revision or (told and last.revision not in told):
        return None
    return Done(last)


def _done_at(change: Change, arriving: Set[Key], heads: Heads) -> int | None:
    """The revision that shows that a change is live, `_UNTOLD` where it leaves none, None where it is not live."""
    head = heads.get(change.key)
    match change:
        case Delete():
            return _UNTOLD if head is None or (head.id != change.id and change.key in arriving) else None
        case Release():
            done = head is not None and head.id == change.id and head.owner != change.set
        case Create() | Update():
            done = head is not None and head.digest == change.digest
    return head.revision if head is not None and done else None


def _changed(plan: Plan, heads: Heads) -> Iterator[tuple[Key, str]]:
    """What is not as the plan knew it, and in which way."""
    going = {each.id for each in plan.changes if isinstance(each, (Update, Delete))}
    for change in plan.changes:
        if isinstance(change, Create) or (isinstance(change, Update) and change.renamed_from is not None):
            head = heads.get(change.key)
            if head is not None and head.id not in going:
                yield change.key, "exists by now"
        if not isinstance(change, Create):
            yield from _moved(former_key(change), change, heads)
    for settled in plan.settled:
        yield from _moved(settled.key, settled, heads)
    for key, revision in plan.expects.items():
        head = heads.get(key)
        if head is None:
            yield key, "is needed and does not exist any more"
        elif head.revision != revision:
            yield (
                key,
                f"is referred to, and was changed after revision {revision:,}, which the plan was made from",
            )


def _moved(
    key: Key, expected: Update | Release | Delete | Settled, heads: Heads
) -> Iterator[tuple[Key, str]]:
    head = heads.get(key)
    if head is None:
        yield key, "does not exist any more"
    elif head.id != expected.id:
        yield key, "is another resource of that name by now"
    elif head.revision != expected.revision:
        yield key, f"was changed after revision {expected.revision:,}, which the plan was made from"


def _by_whom(key: Key, backend: Backend) -> str:
    versions = backend.versions(key)
    if not versions:
        return ""
    last = versions[0]
    of_set = f" in set {last.owner}" if last.owner is not None else ""
    why = f": {last.message}" if last.message else ""
    return f" ({last.operation} at revision {last.revision:,} by {last.actor}{of_set} on {when(last.created_at)}{why})"
