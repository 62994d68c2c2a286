# SPDX-License-Identifier: Apache-2.0
"""Rows as the contract's types."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import apsw
import orjson

from stigmer.backends.contract import Commit, Operation, SetRecord, SetSource, Stored, Version
from stigmer.backends.local.schema import stored_kinds
from stigmer.resources.keys import Key
from stigmer.resources.kinds import Kind

# What was last applied is told only where the live body is another one.
STORED = """SELECT r.org, r.name, r.id, r.revision, r.digest, r.body, r.owner, r.version, r.version_id, r.previous_version_id,
  r.created_at, r.created_by, r.updated_at, r.updated_by, r.status, r.protected, r.applied_version IS NOT NULL,
  CASE WHEN r.declared IS NULL THEN a.body WHEN r.declared <> r.body THEN r.declared END
FROM {table} AS r LEFT JOIN api_resource_versions AS a
  ON a.resource_id = r.id AND a.number = r.applied_version AND r.applied_version <> r.version AND a.digest <> r.digest"""

VERSION = """SELECT id, resource_kind, org, name, resource_id, number, operation, digest, body, revision, previous_id, actor,
  created_at, message, commit_id, commit_author, owner, declares FROM api_resource_versions"""

SET = "SELECT name, remote, path, revision, applied_at, applied_by FROM resource_sets"


def stored(kind: str, row: tuple[Any, ...]) -> Stored:
    """A row of `STORED`."""
    status, applied = row[14], row[17]
    return Stored(
        key=Key(kind, row[0], row[1]),
        id=row[2],
        revision=row[3],
        digest=row[4],
        body=row[5].encode(),
        owner=row[6],
        version=row[7],
        version_id=row[8],
        previous_version_id=row[9],
        created_at=datetime.fromisoformat(row[10]),
        created_by=row[11],
        updated_at=datetime.fromisoformat(row[12]),
        updated_by=row[13],
        status=None if status is None else status.encode(),
        applied=None if applied is None else applied.encode(),
        declared=bool(row[16]),
        protected=bool(row[15]),
    )


def version(row: tuple[Any, ...]) -> Version:
    """A row of `VERSION`."""
    return Version(
        id=row[0],
        key=Key(row[1], row[2], row[3]),
        resource_id=row[4],
        number=row[5],
        operation=Operation(row[6]),
        digest=row[7],
        body=row[8].encode(),
        revision=row[9],
        previous_id=row[10],
        actor=row[11],
        created_at=datetime.fromisoformat(row[12]),
        message=row[13],
        commit=None if row[14] is None else Commit(row[14], row[15]),
        owner=row[16],
        declares=bool(row[17]),
    )


def names_by_place(keys: Iterable[Key]) -> Iterator[tuple[Kind, str, str]]:
    """Kind, org and a JSON list of the names of every (kind, org) among the keys. Kinds that there are not hold nothing."""
    known = {kind.name: kind for kind in stored_kinds()}
    names: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for kind, org, name in keys:
        names[kind, org].append(name)
    for (kind, org), group in names.items():
        if kind in known:
            yield known[kind], org, orjson.dumps(group).decode()


def set_record(row: tuple[Any, ...]) -> SetRecord:
    """A row of `SET`."""
    name, remote, path, revision, applied_at, applied_by = row
    source = None if path is None else SetSource(remote, path)
    return SetRecord(name, source, revision, datetime.fromisoformat(applied_at), applied_by)


class Holder(NamedTuple):
    """The resource that has a key."""

    id: str
    revision: int


def holders(connection: apsw.Connection, keys: Iterable[Key]) -> dict[Key, Holder]:
    """The resources that exist among the keys."""
    found: dict[Key, Holder] = {}
    for kind, org, names in names_by_place(keys):
        rows = connection.execute(
            f"SELECT name, id, revision FROM {kind.table} WHERE org = ? AND name IN (SELECT value FROM json_each(?))",
            (org, names),
        )
        found.update((Key(kind.name, org, name), Holder(id_, revision)) for name, id_, revision in rows)
    return found
