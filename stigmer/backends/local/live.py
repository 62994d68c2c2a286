# SPDX-License-Identifier: Apache-2.0
"""What a batch finds: the rows it names, who holds the keys it speaks of, who refers to what it takes away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import apsw
import orjson

from stigmer.backends.contract import Batch, Put, Release, SetRecord, Settle
from stigmer.backends.local.rows import SET, Holder, holders, names_by_place, set_record
from stigmer.backends.local.schema import stored_kinds
from stigmer.resources.keys import Key


class Row(NamedTuple):
    """What a batch needs to know of a resource it changes."""

    key: Key
    id: str
    revision: int
    owner: str | None
    protected: bool
    version: int


class Gone(NamedTuple):
    """What is left of a resource that was deleted: its last version, and what it needs to come back as it was."""

    id: str
    version: int
    version_id: str
    owner: str | None
    applied_version: int | None
    created_at: str
    created_by: str


@dataclass(frozen=True, slots=True)
class Live:
    """The store as a batch finds it.

    `rows` are the resources whose ids the batch names, `gone` those of them that were deleted and that it restores; `restored`
    has, by id and number, the digests of the versions that it restores. `holders` says, of the keys it puts, requires or refers
    to, which are held and by whom; `leaving` are keys that the batch takes from their holders, `arriving` those that it puts.
    `record` is what is known of its set. `last_change` tells, by id, what happened to a resource last, and by whom.
    """

    rows: Mapping[str, Row]
    gone: Mapping[str, Gone]
    restored: Mapping[tuple[str, int], str]
    holders: Mapping[Key, Holder]
    leaving: frozenset[Key]
    arriving: frozenset[Key]
    record: SetRecord | None
    last_change: Callable[[str], str]

    def exists_afterwards(self, key: Key) -> bool:
        """Whether the key is held once the batch is committed."""
        return key in self.arriving or (key in self.holders and key not in self.leaving)


def read_live(connection: apsw.Connection, batch: Batch) -> Live:
    """Looks up everything that the batch speaks of, in a few statements however large it is."""
    ids: defaultdict[str, list[str]] = defaultdict(list)
    for operation in batch.operations:
        if operation.id is not None:
            ids[operation.key.kind].append(operation.id)
    rows = _rows(connection, ids)
    puts = [operation for operation in batch.operations if isinstance(operation, Put)]
    arriving = frozenset([put.key for put in puts])
    unmoved = {put.key for put in puts if put.id in rows and rows[put.id].key == put.key}
    going = [
        rows[operation.id]
        for operation in batch.operations
        if operation.id in rows and not isinstance(operation, (Release, Settle))
    ]
    leaving = frozenset([row.key for row in going]) - unmoved
    referred = chain.from_iterable([put.references for put in puts])
    spoken_of = {*batch.requires, *batch.expects, *referred, *arriving} - unmoved
    restoring = [put for put in puts if put.id is not None and put.restores is not None]
    return Live(
        rows,
        gone=_gone(connection, [put for put in restoring if put.id not in rows]),
        restored=_restored(connection, restoring),
        holders=holders(connection, spoken_of),
        leaving=leaving,
        arriving=arriving,
        record=_record(connection, batch.owner),
        last_change=lambda id_: _last_change(connection, id_),
    )


def _gone(connection: apsw.Connection, restoring: Iterable[Put]) -> dict[str, Gone]:
    sql = """SELECT v.resource_id, v.number, v.id, v.owner,
  (SELECT max(number) FROM api_resource_versions WHERE resource_id = v.resource_id AND declares AND operation <> 'deleted'), f.created_at, f.actor
FROM api_resource_versions AS v JOIN api_resource_versions AS f ON f.resource_id = v.resource_id AND f.number = 1
WHERE v.resource_id = ? AND v.operation = 'deleted' ORDER BY v.number DESC LIMIT 1"""
    found = [connection.execute(sql, (put.id,)).fetchone() for put in restoring]
    return {row[0]: Gone(*row) for row in found if row is not None}


def _restored(connection: apsw.Connection, restoring: Iterable[Put]) -> dict[tuple[str, int], str]:
    sql = "SELECT resource_id, number, digest FROM api_resource_versions WHERE resource_id = ? AND number = ?"
    rows = [connection.execute(sql, (put.id, put.restores)).fetchone() for put in restoring]
    return {(row[0], row[1]): row[2] for row in rows if row is not None}


def _record(connection: apsw.Connection, owner: str | None) -> SetRecord | None:
    row = None if owner is None else connection.execute(f"{SET} WHERE name = ?", (owner,)).fetchone()
    return None if row is None else set_record(row)


def _last_change(connection: apsw.Connection, id_: str) -> str:
    sql = """SELECT operation, revision, actor, owner, created_at, message FROM api_resource_versions
WHERE resource_id = ? ORDER BY number DESC LIMIT 1"""
    row = connection.execute(sql, (id_,)).fetchone()
    if row is None:
        return "it is not known by whom"
    operation, revision, actor, owner, at, message = row
    of_set = f" in set {owner}" if owner is not None else ""
    why = f": {message}" if message else ""
    return f"{operation} at revision {revision} by {actor}{of_set} on {at[:10]} {at[11:16]} UTC{why}"


def _rows(connection: apsw.Connection, ids: Mapping[str, list[str]]) -> dict[str, Row]:
    tables = {kind.name: kind.table for kind in stored_kinds()}
    return {
        row[2]: Row(Key(kind, row[0], row[1]), row[2], row[3], row[4], bool(row[5]), row[6])
        for kind, wanted in ids.items()
        if kind in tables
        for row in connection.execute(
            "SELECT org, name, id, revision, owner, protected, version"
            f" FROM {tables[kind]} WHERE id IN (SELECT value FROM json_each(?))",
            (orjson.dumps(wanted).decode(),),
        )
    }


def referrers(
    connection: apsw.Connection, keys: Iterable[Key], inside: Container[str | None] = ()
) -> dict[Key, list[Key]]:
    """Who refers to the keys, by key, but for the ids `inside` a batch: what that puts brings its references along."""
    targets: defaultdict[str, defaultdict[str, list[Key]]] = defaultdict(lambda: defaultdict(list))
    sql = """SELECT name, source_id FROM resource_references
WHERE kind = ? AND org = ? AND name IN (SELECT value FROM json_each(?))"""
    for kind, org, names in names_by_place(keys):
        for name, source in connection.execute(sql, (kind.name, org, names)):
            if source not in inside:
                targets[source.partition("_")[0]][source].append(Key(kind.name, org, name))
    found: defaultdict[Key, list[Key]] = defaultdict(list)
    for kind in stored_kinds():
        sources = targets[kind.id_prefix]
        ids = orjson.dumps(list(sources)).decode()
        places = f"SELECT id, org, name FROM {kind.table} WHERE id IN (SELECT value FROM json_each(?))"
        for id_, org, name in connection.execute(places, (ids,)) if sources else ():
            for target in sources[id_]:
                found[target].append(Key(kind.name, org, name))
    return found
