# SPDX-License-Identifier: Apache-2.0
"""Opening a SQLite file the one way that keeps the promises, and the two kinds of transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw

from stigmer.backends.local.files import companion
from stigmer.errors import BackendError

OLDEST_SQLITE = (3, 51, 3)
"""Older releases can corrupt a database in WAL mode when a checkpoint and a writer meet."""

_PAGE_SIZE = 8192
_CACHE_KIB = 65_536


def check_sqlite(version: str) -> None:
    """Raises BackendError where this SQLite release is too old to be trusted with a store."""
    if tuple(int(part) for part in version.split(".")) < OLDEST_SQLITE:
        wanted = ".".join(str(part) for part in OLDEST_SQLITE)
        raise BackendError(
            "backend.sqlite",
            f"SQLite {version} is too old: {wanted} or newer is needed",
            hint="upgrade the package apsw",
        )


def open_writer(path: Path, busy_timeout: float) -> apsw.Connection:
    """A connection to an existing file that may write. `busy_timeout` is in seconds."""
    check_sqlite(apsw.sqlite_lib_version())
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        connection.set_busy_timeout(int(busy_timeout * 1000))
        for pragma in (
            f"page_size={_PAGE_SIZE}",
            f"cache_size=-{_CACHE_KIB}",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            connection.pragma(*pragma.split("="))
    except BaseException:
        connection.close()
        raise
    return connection


def use_wal(connection: apsw.Connection) -> None:
    """Lets readers and a writer work side by side from now on; SQLite remembers it in the file."""
    if connection.pragma("journal_mode") != "wal":
        connection.pragma("journal_mode", "wal")


def open_reader(path: Path, busy_timeout: float) -> apsw.Connection:
    """A connection that never changes the store. `busy_timeout` is in seconds.

    It is opened for writing and then told not to: only so does SQLite take the companion files away again that a reader of a
    WAL database needs. Where nothing can be written the file is read as it lies.
    """
    check_sqlite(apsw.sqlite_lib_version())
    connection = _first_readable(path, busy_timeout)
    try:
        connection.pragma("query_only", True)
    except BaseException:
        connection.close()
        raise
    return connection


def _first_readable(path: Path, busy_timeout: float) -> apsw.Connection:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        # Whoever is the last to close the file holds it for a moment, so even the first read may have to wait.
        connection.set_busy_timeout(int(busy_timeout * 1000))
        connection.pragma("schema_version")
        return connection
    except (apsw.CantOpenError, apsw.ReadOnlyError):
        connection.close()
        wal = companion(path, "-wal")
        if wal.exists() and wal.stat().st_size:
            raise
        # No process can have changes under way that are not in the file, and none here can make any.
        uri = f"{path.absolute().as_uri()}?immutable=1"
        return apsw.Connection(uri, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
    except BaseException:
        connection.close()
        raise


@contextmanager
def writing(connection: apsw.Connection) -> Iterator[None]:
    """One transaction that has the right to write from its beginning: it commits as a whole or leaves nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        _roll_back(connection)
        raise


@contextmanager
def reading(connection: apsw.Connection) -> Iterator[None]:
    """One transaction in which all statements see the same moment."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        _roll_back(connection)


def _roll_back(connection: apsw.Connection) -> None:
    # After a full disk or an I/O error SQLite has often rolled back by itself; what went wrong first is what is told.
    if connection.in_transaction:
        with suppress(apsw.Error):
            connection.execute("ROLLBACK")
