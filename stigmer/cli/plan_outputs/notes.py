# SPDX-License-Identifier: Apache-2.0
"""The changes of a plan as diagnostics, so that whatever shows problems at lines of files can show changes there.

Those that want care (deletes, dangerous gains, drift) are warnings, the others infos.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, assert_never

from stigmer.cli.console import count, on_one_line
from stigmer.cli.plan_outputs.causes import cause_words
from stigmer.cli.plan_outputs.told import Told
from stigmer.cli.plan_outputs.values import SIGN, is_long
from stigmer.cli.plan_outputs.weight import Weight, weighed
from stigmer.errors import Diagnostic, Location, Severity
from stigmer.manifests.render import inline
from stigmer.reconcile.plan import (
    OWNER_PATH,
    Change,
    Create,
    Delete,
    FieldChange,
    Op,
    Release,
    Update,
)
from stigmer.resources.resource import label

_FIELDS = 5  # so many of a resource are named before the rest is counted
_WIDTH = 100  # characters of a value


def everything(told: Told) -> list[Diagnostic]:
    """What is against the plan, what wants care, what else was found, and the changes that every plan is full of."""
    notes = list(_notes(told))
    return [
        *_refusals(told),
        *(each for each in notes if each.severity is Severity.WARNING),
        *(each for each in told.diagnostics if each.severity is not Severity.ERROR),
        *(each for each in notes if each.severity is not Severity.WARNING),
    ]


def what_wants_care(told: Told) -> list[Diagnostic]:
    """As `everything`, without the changes that every plan is full of."""
    return [
        *_refusals(told),
        *(each for each in _notes(told) if each.severity is Severity.WARNING),
        *(each for each in told.diagnostics if each.severity is not Severity.ERROR),
    ]


def _refusals(told: Told) -> list[Diagnostic]:
    """What is against the plan; what has no place, as of something that no manifest names, where the set is declared: code scanning
    shows nothing else."""
    if told.declared_in is None:
        return list(told.refusals)
    place = Location(told.declared_in)
    return [replace(each, location=each.location or place) for each in told.refusals]


def _notes(told: Told) -> Iterator[Diagnostic]:
    """A note for each change, the heaviest first: by what it does, whatever is said against it."""
    for weight, changes in weighed(told.plan.changes, (), told.dangerous).items():
        yield from (_note(told, change, weight) for change in changes)


def _note(told: Told, change: Change, weight: Weight) -> Diagnostic:
    """One change as a diagnostic, in words that fit its weight."""
    name = told.name(change.key)
    severity, code, words = _said(change, weight, name)
    lines = [words, *told.sentences.get(change.key, ())]
    if isinstance(change, Update):
        lines += [_field(each) for each in change.fields[:_FIELDS]]
        more = len(change.fields) - _FIELDS
        lines += [f"and {count(more, 'more field')}"] if more > 0 else []
    return Diagnostic(severity, code, "\n".join(lines), None, _place(told, change), label(change.key))


def _said(change: Change, weight: Weight, name: str) -> tuple[Severity, str, str]:
    match weight:
        case Weight.DELETE:
            return Severity.WARNING, "change.delete", f"apply would delete {name}"
        case Weight.DANGEROUS:
            return Severity.WARNING, "change.dangerous", f"apply would {_verb(change)} {name}"
        case Weight.DRIFT:
            words = f"{name} was changed since the last apply, and apply would put it back"
            return Severity.WARNING, "change.drift", words
        case Weight.MOVE:
            return Severity.INFO, "change.move", _moved(change, name)
        case Weight.UPDATE | Weight.REFUSED:  # of the conflict a diagnostic tells, at the very field
            return Severity.INFO, "change.update", f"apply would change {name}"
        case Weight.CREATE:
            return Severity.INFO, "change.create", f"apply would create {name}"
    assert_never(weight)


def _verb(change: Change) -> str:
    return "create" if isinstance(change, Create) else "change"


def _moved(change: Change, name: str) -> str:
    match change:
        case Release():
            return f"{name} would leave set {change.set} and stay"
        case Update() if change.renamed_from is not None:
            return f"apply would rename {label(change.renamed_from)} to {name}"
        case Update():
            before = next(each.before for each in change.fields if each.path == OWNER_PATH)
            return f"apply would take {name} over{f' from set {before}' if before else ''}"
        case Create() | Delete():
            raise ValueError("what comes and what goes is not moved")
    assert_never(change)


def _field(change: FieldChange) -> str:
    head = f"{SIGN[change.op]} {on_one_line(change.path)}"
    said = cause_words(change)
    cause = f" ({said})" if said else ""
    if is_long(change.before) or is_long(change.after):
        return head + cause
    match change.op:
        case Op.ADD:
            values = _short(change.after)
        case Op.REMOVE:
            values = _short(change.before)
        case Op.REPLACE:
            values = f"{_short(change.before)} -> {_short(change.after)}"
        case _:
            assert_never(change.op)
    return f"{head}: {values}{cause}"


def _short(value: Any) -> str:
    text = on_one_line(inline(value))
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"


def _place(told: Told, change: Change) -> Location | None:
    """Where the change is asked for: its manifest, or the file that declares the set, where there is no manifest any more."""
    place = change.location
    if place is None and told.declared_in is not None:
        return Location(told.declared_in)
    return place
