# SPDX-License-Identifier: Apache-2.0
"""A batch that is allowed, written: rows are gathered in one pass and written a statement a table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import apsw
import orjson

from stigmer.backends.contract import Batch, Delete, Operation, Outcome, Put
from stigmer.backends.local.ids import counted_ids
from stigmer.backends.local.live import Live, Row
from stigmer.backends.local.migrations import Moment
from stigmer.resources.kinds import Kind, kind_named

Values = tuple[Any, ...]

# A body comes as bytes and becomes text here: 10,000 of them decoded first would be held twice.
_INSERT = """INSERT INTO {table} (id, org, name, digest, protected, version_id, body, revision, owner, version,
  applied_version, created_at, created_by, updated_at, updated_by)
VALUES (?1, ?2, ?3, ?4, coalesce(?5, 0), ?6, CAST(?7 AS TEXT), ?8, ?9, 1, ?10, ?11, ?12, ?11, ?12)"""

_UPDATE = """UPDATE {table} SET org = ?2, name = ?3, digest = ?4, protected = coalesce(?5, protected), previous_version_id = version_id,
  version_id = ?6, body = CAST(?7 AS TEXT), revision = ?8, owner = coalesce(?9, owner), version = version + 1,
  applied_version = iif(?10, version + 1, applied_version), updated_at = ?11, updated_by = ?12
WHERE id = ?1"""

_DELETE = """UPDATE {table} SET previous_version_id = version_id, version_id = ?2, version = version + 1, revision = ?3,
  updated_at = ?4, updated_by = ?5 WHERE id = ?1"""

_RECORD = """INSERT INTO api_resource_versions (id, resource_kind, resource_id, org, name, number, operation, digest,
  revision, previous_id, actor, created_at, message, commit_id, commit_author, body)
SELECT version_id, ?1, id, org, name, version, ?2, digest, revision, previous_version_id, updated_by, updated_at,
  ?3, ?4, ?5, body FROM {table} WHERE id IN (SELECT value FROM json_each(?6))"""


@dataclass(slots=True)
class _Changes:
    """What one kind's table is to receive; the id comes first in every row."""

    inserted: list[Values] = field(default_factory=list)
    updated: list[Values] = field(default_factory=list)
    moved: list[Values] = field(default_factory=list)
    deleted: list[Values] = field(default_factory=list)


class Writer:
    """Gathers what a batch writes at one revision, then writes it."""

    def __init__(self, batch: Batch, live: Live, revision: int, moment: Moment) -> None:
        self._batch = batch
        self._live = live
        self._revision = revision
        self._moment = moment
        self._tables: defaultdict[str, _Changes] = defaultdict(_Changes)
        self._references: list[Values] = []
        self._unreferenced: list[Values] = []
        self._version_ids = counted_ids("ver")
        named = {operation.key.kind for operation in batch.operations}
        self._ids = {kind: counted_ids(kind_named(kind).id_prefix) for kind in named}
        # What every row that is put has in common: revision, owner, whether (as the first version's number) it is declared.
        self._common = (revision, batch.owner, 1 if batch.declares else None, moment.time, moment.actor)

    def gather(self) -> tuple[Outcome, ...]:
        """What becomes of each operation, in their order."""
        return tuple([self._gathered(operation) for operation in self._batch.operations])

    def _gathered(self, operation: Put | Delete) -> Outcome:
        if isinstance(operation, Delete):
            return self._delete(operation)
        if operation.id is None:
            return self._create(operation)
        return self._update(operation, self._live.rows[operation.id])

    def _create(self, put: Put) -> Outcome:
        kind = put.key.kind
        id_ = next(self._ids[kind])
        self._tables[kind].inserted.append(self._row(put, id_))
        for target in put.references:
            self._references.append((id_, *target))
        return Outcome(put.key, id_, self._revision, 1)

    def _update(self, put: Put, row: Row) -> Outcome:
        changes = self._tables[put.key.kind]
        if row.key != put.key:
            changes.moved.append((row.id,))
        changes.updated.append(self._row(put, row.id))
        self._unreferenced.append((row.id,))
        self._references.extend((row.id, *target) for target in put.references)
        return Outcome(put.key, row.id, self._revision, row.version + 1)

    def _row(self, put: Put, id_: str) -> Values:
        _, org, name = put.key
        version_id = next(self._version_ids)
        return (id_, org, name, put.digest, put.protected, version_id, put.body, *self._common)

    def _delete(self, delete: Delete) -> Outcome:
        row = self._live.rows[delete.id]
        by = (self._revision, self._moment.time, self._moment.actor)
        self._tables[delete.key.kind].deleted.append((row.id, next(self._version_ids), *by))
        self._unreferenced.append((row.id,))
        return Outcome(delete.key, row.id, self._revision, row.version + 1)

    def write(self, connection: apsw.Connection) -> None:
        """Writes what was gathered, what goes before what comes, so that a key given up can be taken in the same batch."""
        tables = [(kind_named(kind), changes) for kind, changes in self._tables.items()]
        for kind, changes in tables:
            connection.executemany(_DELETE.format(table=kind.table), changes.deleted)
            self._record(connection, kind, Operation.DELETED, changes.deleted)
            connection.executemany(f"DELETE FROM {kind.table} WHERE id = ?", _ids(changes.deleted))
            # Two resources may swap names: whoever is renamed waits under its id, which is nobody's name.
            connection.executemany(f"UPDATE {kind.table} SET name = id WHERE id = ?", changes.moved)
        for kind, changes in tables:
            connection.executemany(_UPDATE.format(table=kind.table), changes.updated)
            self._record(connection, kind, Operation.UPDATED, changes.updated)
            connection.executemany(_INSERT.format(table=kind.table), changes.inserted)
            self._record(connection, kind, Operation.CREATED, changes.inserted)
        connection.executemany("DELETE FROM resource_references WHERE source_id = ?", self._unreferenced)
        connection.executemany(
            "INSERT OR IGNORE INTO resource_references (source_id, kind, org, name) VALUES (?, ?, ?, ?)",
            self._references,
        )
        connection.execute("UPDATE store SET revision = ?", (self._revision,))

    def _record(
        self, connection: apsw.Connection, kind: Kind, operation: Operation, rows: list[Values]
    ) -> None:
        """Writes the versions of rows as they now stand in their table."""
        if not rows:
            return
        commit = self._batch.commit
        origin = (self._batch.message, commit and commit.id, commit and commit.author)
        ids = orjson.dumps([values[0] for values in rows]).decode()
        connection.execute(_RECORD.format(table=kind.table), (kind.name, operation.value, *origin, ids))


def _ids(rows: list[Values]) -> list[Values]:
    return [values[:1] for values in rows]
