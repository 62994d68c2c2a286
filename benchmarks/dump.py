# SPDX-License-Identifier: Apache-2.0
"""What a store holds, as plain rows with the statements that insert them, for the floor of `apply`.

    python -m benchmarks.dump DATABASE OUTPUT

It is a process of its own: the memory of the one that measures would be counted for those that it starts.
"""

from __future__ import annotations

import marshal
import sys
from pathlib import Path

import apsw

from stigmer.backends.local.connection import open_writer

_PRAGMAS = ("page_size", "journal_mode", "synchronous", "cache_size", "foreign_keys", "secure_delete")


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
    rows = [_rows(connection, name) for name, type_ in tables.items() if type_ == "table"]
    pragmas = [(name, connection.pragma(name)) for name in _PRAGMAS]
    output.write_bytes(marshal.dumps({"pragmas": pragmas, "schema": schema, "rows": rows}))
    connection.close()


def _rows(connection: apsw.Connection, table: str) -> tuple[str, list[tuple[object, ...]]]:
    """The statement that inserts into a table, and its rows. Generated columns make themselves."""
    columns = [
        name for _, name, *_, hidden in connection.execute(f"PRAGMA table_xinfo({table})") if not hidden
    ]
    names, places = ", ".join(columns), ", ".join("?" * len(columns))
    found = connection.execute(f"SELECT {names} FROM {table}").fetchall()
    return f"INSERT INTO {table} ({names}) VALUES ({places})", found


if __name__ == "__main__":
    dump(Path(sys.argv[1]), Path(sys.argv[2]))
