# SPDX-License-Identifier: Apache-2.0
"""A plan becomes true: one batch, committed whole or refused whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from stigmer.backends.contract import Backend, Batch, BatchOperation, Commit, Put, Settle
from stigmer.backends.contract import Delete as DeleteOperation
from stigmer.backends.contract import Release as ReleaseOperation
from stigmer.errors import RefusedError, Severity
from stigmer.reconcile.plan import Change, Create, Delete, Plan, Release, Update
from stigmer.resources.keys import Key


@dataclass(frozen=True, slots=True)
class AppliedResource:
    """What became of one change. `action` is created, updated or deleted."""

    action: str
    key: Key
    id: str
    revision: int


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply did, in the order in which it did it, and the store's revision after it."""

    revision: int
    resources: tuple[AppliedResource, ...]


def apply_plan(
    plan: Plan,
    backend: Backend,
    *,
    keep_unresolved: bool = False,
    message: str | None = None,
    commit: Commit | None = None,
) -> Applied:
    """Carries the plan out. `message` and `commit` go into the history.

    Raises RefusedError, with nothing changed, where the plan has refusals, where a secret could not be read (unless
    `keep_unresolved` and the backend holds a value), or where the backend is no longer as the plan knew it; BackendError where
    the backend fails.
    """
    refusals = list(plan.refusals)
    unreadable = plan.unheld if keep_unresolved else plan.unresolved
    refusals += [replace(each, severity=Severity.ERROR) for each in unreadable]
    if refusals:
        raise RefusedError(refusals)
    if not (plan.changes or plan.settled or plan.moves):
        return Applied(plan.base_revision, ())
    settles = [Settle(each.key, each.id, each.revision, each.declared) for each in plan.settled]
    committed = backend.apply(
        Batch(
            operations=(*(_operation(change) for change in plan.changes), *settles),
            owner=plan.set,
            adopt=plan.adopt,
            message=message,
            commit=commit,
            declares=plan.declares,
            expects=plan.expects,
            source=plan.source,
        )
    )
    resources = tuple(
        AppliedResource(_action(change), outcome.key, outcome.id, outcome.revision)
        for change, outcome in zip(plan.changes, committed.outcomes, strict=False)
    )
    return Applied(committed.revision, resources)


def _operation(change: Change) -> BatchOperation:
    match change:
        case Create():
            return _put(change, change.id, 0)
        case Update():
            return _put(change, change.id, change.revision)
        case Release():
            return ReleaseOperation(change.key, change.id, change.revision)
        case Delete():
            return DeleteOperation(change.key, change.id, change.revision)
    assert_never(change)


def _put(change: Create | Update, resource_id: str | None, revision: int) -> Put:
    return Put(
        key=change.key,
        id=resource_id,
        expected_revision=revision,
        body=change.encoded,
        digest=change.digest,
        references=change.references,
        protected=change.protected,
        secrets=change.secrets,
        declared=change.declared,
        restores=change.restores,
    )


def _action(change: Change) -> str:
    match change:
        case Create():
            return "created"
        case Update() | Release():
            return "updated"
        case Delete():
            return "deleted"
    assert_never(change)
