# SPDX-License-Identifier: Apache-2.0
"""The floor of `apply`: the floor of `validate`, then the same rows into a database, or out of it.

Its arguments are the path, a dump, and the database: a new one, or one that has what is to be taken away. The dump is what `python -m benchmarks.dump` made of a store that stigmer wrote. Reading it is not
part of the work, since stigmer has its rows at hand by then: the wall and CPU seconds that it took are printed, for the harness to take off.
"""

import marshal
import sys
import time
from typing import Any

from benchmarks.floors.read_and_compose import compose_all


def write(dump: dict[str, Any], database: str) -> None:
    """Runs the statements of a dump in one transaction."""
    import apsw

    connection = apsw.Connection(database)
    for name, value in dump["pragmas"]:
        connection.pragma(name, value)
    connection.execute("BEGIN IMMEDIATE")
    for statement in dump["schema"]:
        connection.execute(statement)
    for statement, rows in dump["rows"]:
        connection.executemany(statement, rows)
    connection.execute("COMMIT")
    connection.close()


if __name__ == "__main__":
    compose_all(sys.argv[1])
    wall, cpu = time.perf_counter(), time.process_time()
    with open(sys.argv[2], "rb") as file:
        rows = marshal.load(file)  # noqa: S302 - the harness wrote it a moment ago
    print(time.perf_counter() - wall, time.process_time() - cpu)
    write(rows, sys.argv[3])
