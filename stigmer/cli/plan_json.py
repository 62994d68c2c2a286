# SPDX-License-Identifier: Apache-2.0
"""Plans and what became of them, as the JSON output has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

from stigmer.cli.diagnostics import diagnostic_json
from stigmer.errors import Diagnostic, Location
from stigmer.reconcile.apply import Applied
from stigmer.reconcile.plan import Change, Create, Delete, FieldChange, Plan, Release, Update
from stigmer.resources.keys import Key


def plan_json(plan: Plan, diagnostics: Sequence[Diagnostic], *, show_unchanged: bool) -> dict[str, Any]:
    """A plan; `diagnostics` are all that belong to it."""
    changes = [_change(each) for each in plan.changes]
    if show_unchanged:
        changes += [_head("unchanged", each.key, each.location) for each in plan.unchanged]
    return {
        "format_version": 1,
        "kind": "Plan",
        **_said(set=plan.set),
        "base_revision": plan.base_revision,
        "summary": {
            "create": plan.count(Create),
            "update": plan.count(Update, Release),
            "delete": plan.count(Delete),
            "execute": 0,
            "unchanged": len(plan.unchanged),
        },
        "changes": changes,
        "diagnostics": [diagnostic_json(each) for each in diagnostics],
    }


def applied_json(plan: Plan, applied: Applied) -> dict[str, Any]:
    """What applying a plan did."""
    actions = [each.action for each in applied.resources]
    return {
        "format_version": 1,
        "kind": "ApplyResult",
        **_said(set=plan.set),
        "revision": applied.revision,
        "summary": {
            "created": actions.count("created"),
            "updated": actions.count("updated"),
            "deleted": actions.count("deleted"),
            "executed": 0,
            "unchanged": len(plan.unchanged),
        },
        "resources": [
            {"action": each.action, **_identity(each.key), "id": each.id, "revision": each.revision}
            for each in applied.resources
        ],
    }


def _change(change: Change) -> dict[str, Any]:
    match change:
        case Create():
            return {**_head("create", change.key, change.location), "after": change.after}
        case Update():
            renamed = change.renamed_from.name if change.renamed_from is not None else None
            return {
                **_head("update", change.key, change.location),
                **_said(renamed_from=renamed),
                "fields": [_field(each) for each in change.fields],
            }
        case Release():
            return {**_head("update", change.key, None), "fields": [_field(each) for each in change.fields]}
        case Delete():
            return _head("delete", change.key, change.location)
    assert_never(change)


def _field(change: FieldChange) -> dict[str, Any]:
    return {
        "path": change.path,
        "op": change.op.value,
        **_said(before=change.before, after=change.after),
        "cause": change.cause.value,
    }


def _head(action: str, key: Key, place: Location | None) -> dict[str, Any]:
    where = {} if place is None else {"file": place.file, "line": place.line}
    return {"action": action, **_identity(key), **where}


def _identity(key: Key) -> dict[str, Any]:
    return {"kind": key.kind, **_said(org=key.org or None), "name": key.name}


def _said(**entries: Any) -> dict[str, Any]:
    return {name: value for name, value in entries.items() if value is not None}
