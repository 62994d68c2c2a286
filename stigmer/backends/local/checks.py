# SPDX-License-Identifier: Apache-2.0
"""Whether a batch may be committed to what it finds; every reason against it is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from stigmer.backends.contract import Batch, BatchOperation, Delete, Put, Release, Settle
from stigmer.backends.local.live import Live, Row
from stigmer.errors import Diagnostic, Severity
from stigmer.resources.keys import DEFAULT_ORGANIZATION, Key
from stigmer.resources.resource import first_few, label

_PLAN_AGAIN = "what the plan was made from has changed; make it again"


def refusals(batch: Batch, live: Live) -> Iterator[Diagnostic]:
    """Why the batch is refused, its secrets and who else refers to what it takes away apart."""
    seen: set[str | Key] = set()
    for operation in batch.operations:
        name = operation.key if operation.id is None else operation.id
        if name in seen or (isinstance(operation, Put) and operation.key in seen):
            yield refusal("plan.stale", operation.key, "is changed twice by one batch", _PLAN_AGAIN)
            continue
        seen.add(name)
        if isinstance(operation, Put):
            seen.add(operation.key)
        yield from _of_operation(operation, batch, live)
    for key in batch.requires:
        if not live.exists_afterwards(key):
            yield refusal("reference.missing", key, "is needed and does not exist", None)
    yield from _unexpected(batch, live)
    yield from _elsewhere(batch, live)


def _unexpected(batch: Batch, live: Live) -> Iterator[Diagnostic]:
    for key, revision in batch.expects.items():
        holder = live.holders.get(key)
        if holder is None:
            yield refusal("plan.stale", key, "does not exist any more", _PLAN_AGAIN)
        elif holder.revision != revision:
            said = f"was {live.last_change(holder.id)}; the plan was made from revision {revision}"
            yield refusal("plan.stale", key, said, _PLAN_AGAIN)


def _elsewhere(batch: Batch, live: Live) -> Iterator[Diagnostic]:
    if batch.source is not None and live.record is not None and not batch.adopt:
        yield from live.record.against(batch.source)


def _of_operation(operation: BatchOperation, batch: Batch, live: Live) -> Iterator[Diagnostic]:
    row = None if operation.id is None else live.rows.get(operation.id)
    if isinstance(operation, Put) and operation.restores is not None:
        yield from _restoration(operation, live)
    if operation.id is not None and not (row is None and _comes_back(operation, live)):
        yield from _stale(operation, row, live)
    if row is not None:
        yield from _owned(row, batch)
    match operation:
        case Delete():
            if row is not None and (row.protected or row.key == DEFAULT_ORGANIZATION):
                yield _protected(row.key)
        case Put():
            yield from _of_put(operation, row, live)
        case Release() | Settle():
            pass


def _comes_back(operation: BatchOperation, live: Live) -> bool:
    """Whether this restores what was deleted, and knows that it was."""
    return operation.id in live.gone and operation.expected_revision == 0


def _restoration(put: Put, live: Live) -> Iterator[Diagnostic]:
    if live.restored.get((put.id or "", put.restores or 0)) != put.digest:
        yield refusal("plan.stale", put.key, f"has no version {put.restores} like this", _PLAN_AGAIN)


def _stale(operation: BatchOperation, row: Row | None, live: Live) -> Iterator[Diagnostic]:
    if row is None:
        said = f"does not exist any more: {live.last_change(operation.id or '')}"
        yield refusal("plan.stale", operation.key, said, _PLAN_AGAIN)
    elif not isinstance(operation, Put) and row.key != operation.key:
        said = f"has become {label(row.key)}: {live.last_change(row.id)}"
        yield refusal("plan.stale", operation.key, said, _PLAN_AGAIN)
    elif row.revision != operation.expected_revision:
        said = (
            f"was {live.last_change(row.id)}; the plan was made from revision {operation.expected_revision}"
        )
        yield refusal("plan.stale", operation.key, said, _PLAN_AGAIN)


def _owned(row: Row, batch: Batch) -> Iterator[Diagnostic]:
    if batch.owner is not None and row.owner not in (None, batch.owner) and not batch.adopt:
        yield refusal("set.owned", row.key, f"belongs to the set '{row.owner}'", "--adopt takes it over")


def _protected(key: Key) -> Diagnostic:
    if key == DEFAULT_ORGANIZATION:
        return refusal("delete.protected", key, "is always there and cannot be deleted or renamed", None)
    return refusal(
        "delete.protected",
        key,
        "is protected from deletion",
        "apply it with metadata.lifecycle.deletion: allow first",
    )


def _of_put(put: Put, row: Row | None, live: Live) -> Iterator[Diagnostic]:
    moves = row is None or row.key != put.key
    if moves and put.key in live.holders and put.key not in live.leaving:
        said = f"exists already: {live.last_change(live.holders[put.key].id)}"
        yield refusal("plan.stale", put.key, said, _PLAN_AGAIN)
    if moves and row is not None and row.key == DEFAULT_ORGANIZATION:
        yield _protected(row.key)
    for target in put.references:
        if not live.exists_afterwards(target):
            yield refusal(
                "reference.missing", put.key, f"refers to {label(target)}, which does not exist", None
            )


def still_referred(removed: Sequence[Key], referrers: Mapping[Key, Sequence[Key]]) -> Iterator[Diagnostic]:
    """Of the keys that a batch takes away, those that something outside it refers to."""
    for key in removed:
        sources = sorted(referrers.get(key, ()))
        if sources:
            named = first_few([label(source) for source in sources])
            yield refusal(
                "delete.referenced", key, f"is needed by {named}", "delete or change what needs it first"
            )


def refusal(code: str, key: Key, said: str, hint: str | None, path: str | None = None) -> Diagnostic:
    """A reason against a batch, about one resource."""
    name = label(key)
    return Diagnostic(Severity.ERROR, code, f"{name} {said}", hint=hint, resource=name, path=path)
