# SPDX-License-Identifier: Apache-2.0
"""A batch that is allowed, written: rows are gathered in one pass and written a statement a table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import apsw
import orjson

from stigmer.backends.contract import Batch, BatchOperation, Delete, Operation, Outcome, Put, Release, Settle
from stigmer.backends.local.ids import counted_ids
from stigmer.backends.local.live import Gone, Live, Row
from stigmer.backends.local.migrations import Moment
from stigmer.resources.kinds import Kind, kind_named

Values = tuple[Any, ...]

# A body comes as bytes and becomes text here: 10,000 of them decoded first would be held twice.
_INSERT = """INSERT INTO {table} (id, org, name, digest, protected, version_id, body, revision, owner, version,
  applied_version, created_at, created_by, updated_at, updated_by, declared)
VALUES (?1, ?2, ?3, ?4, coalesce(?5, 0), ?6, CAST(?7 AS TEXT), ?9, ?10, 1, ?11, ?12, ?13, ?12, ?13,
  iif(?11, CAST(?8 AS TEXT), NULL))"""

_UPDATE = """UPDATE {table} SET org = ?2, name = ?3, digest = ?4, protected = coalesce(?5, protected), previous_version_id = version_id,
  version_id = ?6, body = CAST(?7 AS TEXT), revision = ?9, owner = coalesce(?10, owner), version = version + 1,
  applied_version = iif(?11, version + 1, applied_version), declared = iif(?11, CAST(?8 AS TEXT), declared),
  updated_at = ?12, updated_by = ?13
WHERE id = ?1"""

# Comes back with what its history knows of it; unless this declares it, with what was declared last.
_REVIVE = """INSERT INTO {table} (id, org, name, digest, protected, version_id, body, revision, owner, version,
  applied_version, created_at, created_by, updated_at, updated_by, declared, previous_version_id)
VALUES (?1, ?2, ?3, ?4, coalesce(?5, 0), ?6, CAST(?7 AS TEXT), ?9, coalesce(?10, ?14), ?15 + 1,
  iif(?11, ?15 + 1, ?16), ?17, ?18, ?12, ?13, iif(?11, CAST(?8 AS TEXT), NULL), ?19)"""

_RELEASE = """UPDATE {table} SET owner = NULL, previous_version_id = version_id, version_id = ?2, version = version + 1,
  applied_version = iif(applied_version = version, version + 1, applied_version), revision = ?3, updated_at = ?4,
  updated_by = ?5 WHERE id = ?1"""

_SETTLE = "UPDATE {table} SET applied_version = version, declared = CAST(?2 AS TEXT) WHERE id = ?1"

_REMEMBER = """INSERT INTO resource_sets (name, remote, path, revision, applied_at, applied_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (name) DO UPDATE SET remote = ?2, path = ?3, revision = ?4, applied_at = ?5, applied_by = ?6"""

_DELETE = """UPDATE {table} SET previous_version_id = version_id, version_id = ?2, version = version + 1, revision = ?3,
  updated_at = ?4, updated_by = ?5 WHERE id = ?1"""

_RECORD = """INSERT INTO api_resource_versions (id, resource_kind, resource_id, org, name, number, operation, digest,
  revision, previous_id, actor, created_at, message, commit_id, commit_author, body, owner, declares)
SELECT version_id, ?1, id, org, name, version, ?2, digest, revision, previous_version_id, updated_by, updated_at,
  ?3, ?4, ?5, body, owner, iif(?2 = 'deleted', ?6, applied_version IS version) FROM {table} WHERE id IN (SELECT value FROM json_each(?7))"""


@dataclass(slots=True)
class _Changes:
    """What one kind's table is to receive; the id comes first in every row."""

    inserted: list[Values] = field(default_factory=list)
    updated: list[Values] = field(default_factory=list)
    restored: list[Values] = field(default_factory=list)
    revived: list[Values] = field(default_factory=list)
    moved: list[Values] = field(default_factory=list)
    released: list[Values] = field(default_factory=list)
    settled: list[Values] = field(default_factory=list)
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

    def _gathered(self, operation: BatchOperation) -> Outcome:
        match operation:
            case Delete():
                return self._delete(operation)
            case Release():
                return self._release(operation)
            case Settle():
                return self._settle(operation)
            case Put(id=None):
                return self._create(operation)
            case Put(id=str(id_)) if id_ in self._live.gone:
                return self._revive(operation, self._live.gone[id_])
            case Put(id=str(id_)):
                return self._update(operation, self._live.rows[id_])
        raise AssertionError(operation)

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
        (changes.updated if put.restores is None else changes.restored).append(self._row(put, row.id))
        self._unreferenced.append((row.id,))
        self._references.extend((row.id, *target) for target in put.references)
        return Outcome(put.key, row.id, self._revision, row.version + 1)

    def _revive(self, put: Put, gone: Gone) -> Outcome:
        past = (
            gone.owner,
            gone.version,
            gone.applied_version,
            gone.created_at,
            gone.created_by,
            gone.version_id,
        )
        self._tables[put.key.kind].revived.append((*self._row(put, gone.id), *past))
        self._references.extend((gone.id, *target) for target in put.references)
        return Outcome(put.key, gone.id, self._revision, gone.version + 1)

    def _row(self, put: Put, id_: str) -> Values:
        _, org, name = put.key
        version_id = next(self._version_ids)
        return (id_, org, name, put.digest, put.protected, version_id, put.body, put.declared, *self._common)

    def _delete(self, delete: Delete) -> Outcome:
        row = self._live.rows[delete.id]
        self._tables[delete.key.kind].deleted.append(self._stamp(row))
        self._unreferenced.append((row.id,))
        return Outcome(delete.key, row.id, self._revision, row.version + 1)

    def _release(self, release: Release) -> Outcome:
        row = self._live.rows[release.id]
        self._tables[release.key.kind].released.append(self._stamp(row))
        return Outcome(release.key, row.id, self._revision, row.version + 1)

    def _settle(self, settle: Settle) -> Outcome:
        row = self._live.rows[settle.id]
        self._tables[settle.key.kind].settled.append((row.id, settle.declared))
        return Outcome(settle.key, row.id, row.revision, row.version)

    def _stamp(self, row: Row) -> Values:
        """What every new version says, for a row whose body stays."""
        return (row.id, next(self._version_ids), self._revision, self._moment.time, self._moment.actor)

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
            for sql, operation, rows in (
                (_UPDATE, Operation.UPDATED, changes.updated),
                (_UPDATE, Operation.RESTORED, changes.restored),
                (_REVIVE, Operation.RESTORED, changes.revived),
                (_INSERT, Operation.CREATED, changes.inserted),
                (_RELEASE, Operation.UPDATED, changes.released),
            ):
                connection.executemany(sql.format(table=kind.table), rows)
                self._record(connection, kind, operation, rows)
            connection.executemany(_SETTLE.format(table=kind.table), changes.settled)
        connection.executemany("DELETE FROM resource_references WHERE source_id = ?", self._unreferenced)
        connection.executemany(
            "INSERT OR IGNORE INTO resource_references (source_id, kind, org, name) VALUES (?, ?, ?, ?)",
            self._references,
        )
        connection.execute("UPDATE store SET revision = ?", (self._revision,))
        source = self._batch.source
        if source is not None:
            by = (self._revision, self._moment.time, self._moment.actor)
            connection.execute(_REMEMBER, (self._batch.owner, source.remote, source.path, *by))

    def _record(
        self, connection: apsw.Connection, kind: Kind, operation: Operation, rows: list[Values]
    ) -> None:
        """Writes the versions of rows as they now stand in their table."""
        if not rows:
            return
        commit = self._batch.commit
        origin = (self._batch.message, commit and commit.id, commit and commit.author)
        ids = orjson.dumps([values[0] for values in rows]).decode()
        declares = self._batch.declares
        connection.execute(
            _RECORD.format(table=kind.table), (kind.name, operation.value, *origin, declares, ids)
        )


def _ids(rows: list[Values]) -> list[Values]:
    return [values[:1] for values in rows]
