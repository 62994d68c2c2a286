# SPDX-License-Identifier: Apache-2.0
"""Versions as people and programs read them: a line each, an object each, and in what two of them differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from stigmer.backends.contract import Commit, Operation, Version
from stigmer.cli.console import Style, visible
from stigmer.cli.plan_json import plan_json
from stigmer.cli.plan_text import plan_text
from stigmer.cli.resources_out import columns, timestamp
from stigmer.reconcile.past import difference
from stigmer.reconcile.plan import Plan
from stigmer.resources.keys import Key
from stigmer.resources.resource import label

_COMMIT_DIGITS = 8


def history_table(versions: Sequence[Version], style: Style) -> str:
    """A line a version. Names and ids are told where they are not all the same."""
    head = ["VERSION", "OPERATION", "WHEN", "WHO", "SET", "REVISION", "COMMIT", "MESSAGE"]
    rows = [_row(each) for each in versions]
    for title, cells in (
        ("ID", [each.resource_id for each in versions]),
        ("NAME", [each.key.name for each in versions]),
    ):
        if len(set(cells)) > 1:
            head.insert(1, title)
            for row, cell in zip(rows, cells, strict=True):
                row.insert(1, cell)
    return columns(head, rows, style)


def _row(version: Version) -> list[str]:
    outside = not version.declares and version.operation is not Operation.RESTORED
    return [
        str(version.number),
        f"{version.operation.value}, undeclared" if outside else version.operation.value,
        _when(version),
        version.actor,
        version.owner or "-",
        str(version.revision),
        _commit(version.commit) or "-",
        version.message or "",
    ]


def _when(version: Version) -> str:
    return timestamp(version.created_at)[:19] + "Z"


def _commit(commit: Commit | None) -> str:
    """A commit in short: the beginning of its id, whether more than it was there (`-dirty`), and its author without the address."""
    if commit is None:
        return ""
    id_, dash, dirty = commit.id.partition("-")
    return f"{id_[:_COMMIT_DIGITS]}{dash}{dirty} {commit.author.partition(' <')[0]}".rstrip()


def history_json(key: Key, versions: Sequence[Version]) -> dict[str, Any]:
    """The whole answer of `history`."""
    items = [version_json(each) for each in versions]
    return {"format_version": 1, "kind": "History", "resource": label(key), "items": items}


def version_json(version: Version) -> dict[str, Any]:
    """A version without its body. `declared` says whether the change was asked for by manifests."""
    commit = version.commit
    entry = {
        "number": version.number,
        "id": version.id,
        "previous_id": version.previous_id,
        "operation": version.operation.value,
        "kind": version.key.kind,
        "org": version.key.org or None,
        "name": version.key.name,
        "resource_id": version.resource_id,
        "set": version.owner,
        "declared": version.declares,
        "digest": version.digest,
        "revision": version.revision,
        "created_at": timestamp(version.created_at),
        "created_by": version.actor,
        "message": version.message,
        "commit": None if commit is None else {"id": commit.id, "author": commit.author},
    }
    return {name: value for name, value in entry.items() if value is not None}


def difference_json(before: Version, after: Version) -> dict[str, Any]:
    """In what two versions differ; `changes` is as a plan has it, with one entry or none."""
    return {
        "format_version": 1,
        "kind": "VersionDiff",
        "resource": label(after.key),
        "from": version_json(before),
        "to": version_json(after),
        "changes": plan_json(_plan(before, after), (), show_unchanged=False)["changes"],
    }


def difference_text(before: Version, after: Version, style: Style, *, org: str) -> Iterator[str]:
    """In what two versions differ, in pieces."""
    yield f"from  {_said(before)}\nto    {_said(after)}\n\n"
    *pieces, _ = plan_text(_plan(before, after), style, org=org, show_unchanged=False)
    if pieces:
        yield from pieces[:-1]  # the last is the empty line before the summary
    else:
        yield "No differences.\n"


def _said(version: Version) -> str:
    """A version in one line."""
    what = f"{label(version.key)}, version {version.number}: {version.operation.value}"
    more = f" ({version.message})" if version.message else ""
    return visible(f"{what} {_when(version)} by {version.actor}{more}").replace("\n", " ")


def _plan(before: Version, after: Version) -> Plan:
    change = difference(before, after)
    changes = () if change is None else (change,)
    return Plan(None, False, before.revision, changes, (), declares=False)
