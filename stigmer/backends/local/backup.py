# SPDX-License-Identifier: Apache-2.0
"""A store as one file that can be carried away: a copy of the database, with the master key under a passphrase in it.

The file is an SQLite database like the store's own, with one table more. It is made while the store is in use, and holds the
store as it was at one moment.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

import apsw

from stigmer import __version__
from stigmer.backends.local.connection import check_sqlite, open_reader
from stigmer.backends.local.faults import faults_named
from stigmer.backends.local.files import companion, make_private_directory, make_private_file
from stigmer.backends.local.migrations import APPLICATION_ID, MIGRATIONS, check_readable, missing
from stigmer.errors import BackendError, Diagnostic, NotFoundError, RefusedError, Severity
from stigmer.resources.confidential import Secret
from stigmer.secrets.fingerprint import unwrap
from stigmer.secrets.keys import load_master_key, put_master_key
from stigmer.secrets.passphrase import Wrapped, unwrap_key, wrap_key

_FORMAT = 1
_BUSY_TIMEOUT = 10.0  # seconds
_TABLE = """CREATE TABLE store_backup (
  format INTEGER NOT NULL,
  made_at TEXT NOT NULL,
  made_by TEXT NOT NULL,
  version INTEGER, memory INTEGER, passes INTEGER, lanes INTEGER, salt BLOB, nonce BLOB, ciphertext BLOB
) STRICT"""
_KEY = "version, memory, passes, lanes, salt, nonce, ciphertext"


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: the store's id and revision, when it was made, and whether there is a key in it."""

    store_id: str
    revision: int
    made_at: str
    has_key: bool


def back_up(database: Path, master_key: Path, target: Path, passphrase: Callable[[], Secret]) -> Backup:
    """Writes the store into a new file of mode 0600, whole or not at all. The passphrase is asked for where there is a key.

    Raises NotFoundError without a store, RefusedError `backup.exists`, BackendError.
    """
    if not database.exists():
        raise missing(database)
    if target.exists():
        raise _refused("backup.exists", f"{target} is there already", "name another file, or remove it")
    with faults_named(database):
        store_id, revision, has_key = _store(database)
    wrapped = wrap_key(load_master_key(master_key), passphrase(), store_id) if has_key else None
    made_at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    with faults_named(target):
        draft = target.with_name(f".{target.name}.{os.urandom(8).hex()}.part")
        make_private_file(draft)
        try:
            _copy(database, draft)
            revision = _label(draft, made_at, wrapped)
            os.link(draft, target)  # unlike a rename, it never replaces a file that is there
            _sync_directory(target.parent)
        except FileExistsError:
            raise _refused("backup.exists", f"{target} is there already", "name another file") from None
        finally:
            draft.unlink()
    return Backup(store_id, revision, made_at, wrapped is not None)


def _store(database: Path) -> tuple[str, int, bool]:
    connection = open_reader(database, _BUSY_TIMEOUT)
    try:
        check_readable(connection, database, MIGRATIONS)
        sql = "SELECT store_id, revision, fingerprint_key IS NOT NULL FROM store"
        store_id, revision, has_key = next(connection.execute(sql))
    finally:
        connection.close()
    return str(store_id), int(revision), bool(has_key)


def _copy(database: Path, draft: Path) -> None:
    """One read transaction, so one moment; what was deleted is not carried along."""
    check_sqlite(apsw.sqlite_lib_version())
    connection = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        connection.set_busy_timeout(int(_BUSY_TIMEOUT * 1000))
        connection.execute("VACUUM INTO ?", (str(draft),))
    finally:
        connection.close()


def _label(draft: Path, made_at: str, wrapped: Wrapped | None) -> int:
    """Puts in what the file is, sees that it is whole and on the disk, and tells its revision."""
    connection = apsw.Connection(str(draft), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        connection.pragma("journal_mode", "delete")
        connection.pragma("synchronous", "EXTRA")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_TABLE)
        key = (None,) * 7 if wrapped is None else astuple(wrapped)
        connection.execute(
            f"INSERT INTO store_backup (format, made_at, made_by, {_KEY}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (_FORMAT, made_at, f"stigmer {__version__}", *key),
        )
        connection.execute("COMMIT")
        _require_sound(connection, draft)
        return int(connection.execute("SELECT revision FROM store").get)
    finally:
        connection.close()


def restore(
    source: Path, database: Path, master_key: Path, passphrase: Callable[[], Secret], *, replace: bool
) -> tuple[Backup, tuple[Path, ...]]:
    """Makes the store of a backup. What was there is kept beside it where `replace` allows it; returns those files too.

    Raises NotFoundError without a backup, RefusedError `restore.exists` where there is a store or a key, BackendError
    `backup.foreign`, `backup.newer`, `backend.damaged`, `backend.busy` where somebody has the store open, SecretError
    `secret.passphrase`.
    """
    if not source.exists():
        raise NotFoundError("backup.missing", f"there is no file {source}", hint="check the path")
    with faults_named(source):
        backup, wrapped = _examine(source)
    in_the_way = [path for path in (database, master_key) if path.exists() and not _is_bare(path)]
    if in_the_way and not replace:
        named = " and ".join(str(path) for path in in_the_way)
        hint = "--force keeps what is there under another name and restores"
        raise _refused("restore.exists", f"{named} would be replaced", hint)
    key = None if wrapped is None else unwrap_key(wrapped, passphrase(), backup.store_id)
    with faults_named(database):
        make_private_directory(database.parent)
        draft = database.with_name(f".{database.name}.{os.urandom(8).hex()}.part")
        try:
            make_private_file(draft)
            draft.write_bytes(source.read_bytes())
            wrapped_fingerprint_key = _unlabel(draft)
            if key is not None and wrapped_fingerprint_key is not None:
                unwrap(wrapped_fingerprint_key, key, backup.store_id)
            kept = _set_aside(database, master_key)
            if key is not None:
                make_private_directory(master_key.parent)
                put_master_key(master_key, key)
            draft.replace(database)
            _sync_directory(database.parent)
        finally:
            with suppress(FileNotFoundError):
                draft.unlink()
    return backup, kept


def _is_bare(path: Path) -> bool:
    """Whether the file is a place for a store rather than one."""
    return path.stat().st_size == 0


def _examine(source: Path) -> tuple[Backup, Wrapped | None]:
    """What a backup says of itself, once it is sure that it is one and whole."""
    connection = apsw.Connection(
        f"{source.absolute().as_uri()}?immutable=1", flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    )
    try:
        if not _is_backup(connection):
            raise BackendError(
                "backup.foreign",
                f"{source} is not a backup of stigmer's",
                hint="'stigmer backup FILE' makes one",
            )
        form, made_at = next(connection.execute("SELECT format, made_at FROM store_backup"))
        layout = int(connection.pragma("user_version"))
        if form > _FORMAT or layout > MIGRATIONS[-1].version:
            raise BackendError(
                "backup.newer", f"{source} was made by a newer stigmer", hint="upgrade stigmer"
            )
        _require_sound(connection, source)
        store_id, revision = next(connection.execute("SELECT store_id, revision FROM store"))
        key = next(connection.execute(f"SELECT {_KEY} FROM store_backup"))
    finally:
        connection.close()
    wrapped = None if key[0] is None else Wrapped(*key)
    return Backup(str(store_id), int(revision), str(made_at), wrapped is not None), wrapped


def _is_backup(connection: apsw.Connection) -> bool:
    try:
        sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'store_backup'"
        return connection.pragma("application_id") == APPLICATION_ID and bool(connection.execute(sql).get)
    except apsw.NotADBError:
        return False


def _require_sound(connection: apsw.Connection, path: Path) -> None:
    found = connection.execute("PRAGMA integrity_check(1)").fetchall()
    if found != [("ok",)]:
        raise BackendError(
            "backend.damaged", f"{path} is damaged ({found[0][0]})", hint="take another backup"
        )


def _unlabel(draft: Path) -> bytes | None:
    """Takes out of a copy what made it a backup; returns the store's fingerprint key, wrapped."""
    connection = apsw.Connection(str(draft), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        connection.pragma("secure_delete", True)
        connection.pragma("synchronous", "EXTRA")
        connection.execute("DROP TABLE store_backup")
        found: bytes | None = connection.execute("SELECT fingerprint_key FROM store").get
        return found
    finally:
        connection.close()


def _set_aside(database: Path, master_key: Path) -> tuple[Path, ...]:
    """Gives what is there other names. Raises BusyError where somebody has the store open."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    if database.exists() and not _is_bare(database):
        _require_unused(database)
    kept = []
    # A log of the former database must not meet the new one: SQLite would write it in.
    companions = [companion(database, suffix) for suffix in ("-wal", "-shm", "-journal")]
    for path in (database, *companions, master_key):
        if path.exists():
            aside = companion(path, f".before-restore-{stamp}")
            path.rename(aside)
            kept.append(aside)
    return tuple(kept)


def _require_unused(database: Path) -> None:
    """Nobody may go on writing to a file that has been set aside: leaving WAL mode needs the file for oneself alone."""
    connection = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        if connection.pragma("journal_mode", "delete") != "delete":
            raise apsw.BusyError("it is open elsewhere")
    except (apsw.NotADBError, apsw.CorruptError):
        pass  # what is damaged is what a backup is for
    finally:
        connection.close()


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refused(code: str, words: str, hint: str) -> RefusedError:
    return RefusedError([Diagnostic(Severity.ERROR, code, words, hint=hint)])
