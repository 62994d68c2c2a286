# SPDX-License-Identifier: Apache-2.0
"""What a store holds, or what was last taken out of it, as plain rows with the statements that write them, for the floors of `apply`.

    python -m benchmarks.dump all DATABASE OUTPUT
    python -m benchmarks.dump deletes DATABASE OUTPUT

It is a process of its own: the memory of the one that measures would be counted for those that it starts.
"""

from __future__ import annotations

import marshal
import sys
from collections import defaultdict
from pathlib import Path

import apsw

from stigmer.backends.local.connection import open_writer
from stigmer.resources.kinds import kind_named

_PRAGMAS = ("page_size", "journal_mode", "synchronous", "cache_size", "foreign_keys", "secure_delete")

Statement = tuple[str, list[tuple[object, ...]]]


def dump(database: Path, output: Path) -> None:
    """Writes pragmas, schema and rows of a store to a file."""
    connection = open_writer(database, busy_timeout=10)
    # The tables behind a full-text index are made by it, and filled by the triggers of the table that it is about.
    tables = {
        name: type_ for _, name, type_, *_ in connection.execute("PRAGMA table_list") if name[:7] != "sqlite_"
    }
    schema = [
        sql
        for name, sql in connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
        if tables.get(name) != "shadow"
    ]
    rows = [_inserts(connection, name) for name, type_ in tables.items() if type_ == "table"]
    _write(connection, schema, rows, output)


def dump_deletes(database: Path, output: Path) -> None:
    """Writes what the last revision of a store took out of it to a file: the versions that say so, which rows went, and what is known of the sets."""
    connection = open_writer(database, busy_timeout=10)
    revision = int(connection.execute("SELECT revision FROM store").get)
    last = f"WHERE revision = {revision} AND operation = 'deleted'"
    gone: defaultdict[str, list[tuple[object, ...]]] = defaultdict(list)
    for kind, id_ in connection.execute(
        f"SELECT resource_kind, resource_id FROM api_resource_versions {last}"
    ):
        gone[kind_named(kind).table].append((id_,))
    rows = [_inserts(connection, "api_resource_versions", last)]
    rows += [(f"DELETE FROM {table} WHERE id = ?", ids) for table, ids in gone.items()]
    every = [id_ for ids in gone.values() for id_ in ids]
    rows += [("DELETE FROM resource_references WHERE source_id = ?", every)]
    sets, known = _inserts(connection, "resource_sets")
    rows += [(sets.replace("INSERT", "REPLACE", 1), known), ("UPDATE store SET revision = ?", [(revision,)])]
    _write(connection, [], rows, output)


def _write(connection: apsw.Connection, schema: list[str], rows: list[Statement], output: Path) -> None:
    pragmas = [(name, connection.pragma(name)) for name in _PRAGMAS]
    output.write_bytes(marshal.dumps({"pragmas": pragmas, "schema": schema, "rows": rows}))
    connection.close()


def _inserts(connection: apsw.Connection, table: str, where: str = "") -> Statement:
    """The statement that inserts into a table, and its rows. Generated columns make themselves."""
    columns = [
        name for _, name, *_, hidden in connection.execute(f"PRAGMA table_xinfo({table})") if not hidden
    ]
    names, places = ", ".join(columns), ", ".join("?" * len(columns))
    found = connection.execute(f"SELECT {names} FROM {table} {where}").fetchall()
    return f"INSERT INTO {table} ({names}) VALUES ({places})", found


if __name__ == "__main__":
    {"all": dump, "deletes": dump_deletes}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
