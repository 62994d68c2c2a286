# SPDX-License-Identifier: Apache-2.0
"""Plans and what became of them, as the JSON output has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

from stigmer.cli.diagnostics import diagnostic_json
from stigmer.cli.plan_outputs.meanings import identity_json, meaning_json
from stigmer.cli.resources_out import timestamp
from stigmer.errors import Diagnostic, Location
from stigmer.meaning.meaning import Meaning
from stigmer.reconcile.apply import Applied
from stigmer.reconcile.plan import Blame, Change, Create, Delete, FieldChange, Plan, Release, Update
from stigmer.resources.keys import Key


def plan_json(
    plan: Plan, diagnostics: Sequence[Diagnostic], *, show_unchanged: bool, meanings: Sequence[Meaning] = ()
) -> dict[str, Any]:
    """A plan; `diagnostics` are all that belong to it, `meanings` what it means."""
    changes = [_change(each, declares=plan.declares) for each in plan.changes]
    if show_unchanged:
        changes += [_head("unchanged", each.key, each.location) for each in plan.unchanged]
    return {
        "format_version": 1,
        "kind": "Plan",
        **_said(set=plan.set),
        "base_revision": plan.base_revision,
        "summary": summary_json(plan),
        "changes": changes,
        "meaning": [meaning_json(each) for each in meanings],
        "diagnostics": [diagnostic_json(each) for each in diagnostics],
    }


def summary_json(plan: Plan) -> dict[str, int]:
    """How many changes of each kind a plan has."""
    return {
        "create": plan.count(Create),
        "update": plan.count(Update, Release),
        "delete": plan.count(Delete),
        "execute": 0,
        "unchanged": len(plan.unchanged),
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
            {"action": each.action, **identity_json(each.key), "id": each.id, "revision": each.revision}
            for each in applied.resources
        ],
    }


def _change(change: Change, *, declares: bool) -> dict[str, Any]:
    match change:
        case Create():
            head = _head("create", change.key, change.location)
            return {**head, **_said(restored_from=change.restores), "after": change.after}
        case Update():
            renamed = change.renamed_from.name if change.renamed_from is not None else None
            return {
                **_head("update", change.key, change.location),
                **_said(renamed_from=renamed, restored_from=change.restores),
                "fields": [_field(each, declares=declares) for each in change.fields],
            }
        case Release():
            fields = [_field(each, declares=declares) for each in change.fields]
            return {**_head("update", change.key, None), "fields": fields}
        case Delete():
            return _head("delete", change.key, change.location)
    assert_never(change)


def _field(change: FieldChange, *, declares: bool) -> dict[str, Any]:
    """A field; where nobody's manifests ask for the change it has no cause."""
    return {
        "path": change.path,
        "op": change.op.value,
        **_said(
            before=change.before,
            after=change.after,
            cause=change.cause.value if declares else None,
            applied=change.applied,
            changed_by=None if change.blame is None else _blame(change.blame),
        ),
    }


def _blame(blame: Blame) -> dict[str, Any]:
    commit = blame.commit
    return {
        "actor": blame.actor,
        "at": timestamp(blame.at),
        "revision": blame.revision,
        **_said(message=blame.message, commit=commit and {"id": commit.id, "author": commit.author}),
    }


def _head(action: str, key: Key, place: Location | None) -> dict[str, Any]:
    where = {} if place is None else {"file": place.file, "line": place.line}
    return {"action": action, **identity_json(key), **where}


def _said(**entries: Any) -> dict[str, Any]:
    return {name: value for name, value in entries.items() if value is not None}
