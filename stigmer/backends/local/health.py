# SPDX-License-Identifier: Apache-2.0
"""Whether a store is sound: its pages, its references, its key and what is sealed with it, its files' modes, and whether somebody
holds it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import apsw

from stigmer.backends.health import Health
from stigmer.backends.local.connection import open_reader, open_writer
from stigmer.backends.local.faults import faults_named
from stigmer.backends.local.files import companion, is_exposed
from stigmer.backends.local.migrations import MIGRATIONS, check_readable, missing
from stigmer.backends.local.opening import open_everything
from stigmer.backends.local.schema import stored_kinds
from stigmer.backends.local.vault import Vault
from stigmer.errors import BackendError
from stigmer.resources.confidential import Secret
from stigmer.secrets.keys import KeyPlace, SecretError

_PATIENCE = 2.0  # seconds to wait for whoever holds the file for a moment
_MOST_TOLD = 5


def examine(path: Path, *, master_key: KeyPlace) -> Health:
    """Looks at the store at `path` and changes nothing. Raises NotFoundError, and BackendError for a store that cannot be read."""
    if not path.exists():
        raise missing(path)
    with faults_named(path):
        # Before it is opened: SQLite's files beside it come and go with whoever reads.
        files = _files(path)
        size = sum(file.stat().st_size for file in files)
        exposed = tuple(str(file) for file in files if is_exposed(file))
        connection = open_reader(path, _PATIENCE)
        try:
            check_readable(connection, path, MIGRATIONS)
            damage = tuple(_damage(connection))
            store_id, revision = next(connection.execute("SELECT store_id, revision FROM store"))
            vault = Vault(connection, str(store_id), master_key, read_only=True)
            wrong_key = _wrong_key(vault)
            # Of a damaged database nothing is said that reading it all could tell.
            opening = None if damage or wrong_key else open_everything(connection, vault)
            return Health(
                description=f"local database {path}",
                revision=int(revision),
                resources=0 if damage else _resources(connection),
                bytes=size,
                damage=damage,
                key=wrong_key,
                opening=opening,
                busy=_is_held(path),
                exposed=exposed,
            )
        finally:
            connection.close()


def _files(path: Path) -> list[Path]:
    files = [path, *(companion(path, suffix) for suffix in ("-wal", "-shm", "-journal"))]
    return [file for file in files if file.exists()]


def _damage(connection: apsw.Connection) -> Iterator[str]:
    """What SQLite finds wrong, in its words, the first few of it."""
    for (line,) in connection.execute(f"PRAGMA quick_check({_MOST_TOLD})"):
        if line != "ok":
            yield str(line)
    for table, row, *_ in islice(connection.execute("PRAGMA foreign_key_check"), _MOST_TOLD):
        yield f"row {row} of {table} refers to nothing"


def _resources(connection: apsw.Connection) -> int:
    present = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    tables = [kind.table for kind in stored_kinds() if kind.table in present]
    return sum(int(connection.execute(f"SELECT count(*) FROM {table}").get) for table in tables)


def _wrong_key(vault: Vault) -> SecretError | None:
    """What is wrong with the master key, where anything is sealed with one."""
    try:
        vault.fingerprints([Secret("")])
    except SecretError as error:
        return error
    return None


def _is_held(path: Path) -> bool:
    """Whether somebody writes to the store now. A transaction that is begun and ended without a change tells."""
    try:
        with faults_named(path):
            connection = open_writer(path, 0)
            try:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
            finally:
                connection.close()
    except BackendError as error:
        return error.code == "backend.busy"
    return False
