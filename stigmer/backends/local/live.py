# SPDX-License-Identifier: Apache-2.0
"""What a batch finds: the rows it names, who holds the keys it speaks of, who refers to what it takes away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import apsw
import orjson

from stigmer.backends.contract import Batch, Put
from stigmer.backends.local.rows import holders
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


@dataclass(frozen=True, slots=True)
class Live:
    """The store as a batch finds it.

    `rows` are the resources whose ids the batch names; `holders` says, of the keys it puts, requires or refers to, which are
    held and by whom; `leaving` are keys that the batch takes from their holders, `arriving` those that it puts.
    """

    rows: Mapping[str, Row]
    holders: Mapping[Key, str]
    leaving: frozenset[Key]
    arriving: frozenset[Key]

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
    going = [rows[operation.id] for operation in batch.operations if operation.id in rows]
    leaving = frozenset([row.key for row in going]) - unmoved
    spoken_of = {*batch.requires, *chain.from_iterable([put.references for put in puts]), *arriving} - unmoved
    return Live(rows, holders(connection, spoken_of), leaving, arriving)


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
    kinds = {kind.id_prefix: kind for kind in stored_kinds()}
    found: defaultdict[Key, list[Key]] = defaultdict(list)
    for key in keys:
        sources = connection.execute(
            "SELECT source_id FROM resource_references WHERE kind = ? AND org = ? AND name = ?", key
        )
        for source in [str(id_) for (id_,) in sources]:
            if source not in inside:
                kind = kinds[source.partition("_")[0]]
                place = connection.execute(f"SELECT org, name FROM {kind.table} WHERE id = ?", (source,))
                found[key].extend(Key(kind.name, org, name) for org, name in place)
    return found
