# SPDX-License-Identifier: Apache-2.0
"""A store as one file that can be carried away: a copy of the database, with the master key under a passphrase in it.

The file is an SQLite database like the store's own, with one table more. It is made while the store is in use, also while its master
key is rotated, and holds the store as it was at one moment with every version of the key that it needs.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

import apsw

from stigmer import __version__
from stigmer.backends.local.connection import open_reader
from stigmer.backends.local.faults import faults_named
from stigmer.backends.local.files import companion, make_private_directory, make_private_file
from stigmer.backends.local.migrations import APPLICATION_ID, MIGRATIONS, check_readable, missing
from stigmer.errors import BackendError, Diagnostic, NotFoundError, RefusedError, Severity
from stigmer.resources.confidential import Secret
from stigmer.secrets.envelope import sealed_by
from stigmer.secrets.fingerprint import unwrap
from stigmer.secrets.key_file import sync_directory
from stigmer.secrets.key_places import HomeKey
from stigmer.secrets.keys import KeyPlace, MasterKeys
from stigmer.secrets.passphrase import Wrapped, unwrap_keys, unwrap_lone_key, wrap_keys

_FORMAT = 2
_MOST_TRIES = 5  # each takes that somebody begins and ends a rotation while the store is copied
_BUSY_TIMEOUT = 10.0  # seconds
_TABLE = """CREATE TABLE store_backup (
  format INTEGER NOT NULL,
  made_at TEXT NOT NULL,
  made_by TEXT NOT NULL,
  memory INTEGER, passes INTEGER, lanes INTEGER, salt BLOB, nonce BLOB, ciphertext BLOB
) STRICT"""
_KEY = "memory, passes, lanes, salt, nonce, ciphertext"
# The layout that first remembers where its key is kept.
_REMEMBERING = 3
_IN_USE = (
    "SELECT DISTINCT substr(wrapped, 2, 4) FROM data_keys",
    "SELECT DISTINCT substr(ciphertext, 2, 4) FROM secret_values WHERE substr(ciphertext, 1, 1) = x'01'",
)


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: the store's id and revision, when it was made, and whether there is a key in it."""

    store_id: str
    revision: int
    made_at: str
    has_key: bool


@dataclass(frozen=True, slots=True)
class _Held:
    """What a backup holds of its key: the versions that one wrapped, or the one version of a backup of format 1."""

    wrapped: Wrapped
    lone_version: int | None

    def unwrap(self, passphrase: Secret, store_id: str) -> MasterKeys:
        if self.lone_version is not None:
            return unwrap_lone_key(self.wrapped, self.lone_version, passphrase, store_id)
        return unwrap_keys(self.wrapped, passphrase, "backup", store_id)


def back_up(database: Path, master_key: KeyPlace, target: Path, passphrase: Callable[[], Secret]) -> Backup:
    """Writes the store into a new file of mode 0600, whole or not at all. The passphrase is asked for where there is a key.

    Raises NotFoundError without a store, RefusedError `backup.exists`, BackendError, SecretError where the key is not to be had or
    does not open the store, so that a backup that is made can be opened.
    """
    if not database.exists():
        raise missing(database)
    if target.exists():
        raise _refused("backup.exists", f"{target} is there already", "name another file, or remove it")
    with faults_named(database):
        store_id, has_key = _store(database)
    said = (master_key.load(), passphrase()) if has_key else None  # before anything is done that takes time
    made_at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    with faults_named(target):
        draft = target.with_name(f".{target.name}.{os.urandom(8).hex()}.part")
        try:
            keys = _copy_with_keys(database, draft, master_key, store_id, said[0] if said else None)
            wrapped = None
            if keys is not None:
                wrapped = wrap_keys(keys, said[1] if said else passphrase(), "backup", store_id)
            revision = _label(draft, made_at, wrapped)
            os.link(draft, target)  # unlike a rename, it never replaces a file that is there
            sync_directory(target.parent)
        except FileExistsError:
            raise _refused("backup.exists", f"{target} is there already", "name another file") from None
        finally:
            draft.unlink(missing_ok=True)
    return Backup(store_id, revision, made_at, wrapped is not None)


def _copy_with_keys(
    database: Path, draft: Path, master_key: KeyPlace, store_id: str, before: MasterKeys | None
) -> MasterKeys | None:
    """Copies the store, and says which key opens the copy, None where nothing in it is sealed.

    A rotation that ends meanwhile drops a version that the copy still needs; then another copy is made.
    """
    tries = 0
    while True:
        tries += 1
        draft.unlink(missing_ok=True)
        make_private_file(draft)
        _copy(database, draft)
        fingerprint_key, in_use = _sealed_with(draft)
        if fingerprint_key is None:
            return None
        keys = master_key.load()
        # A version that is named and was not there before either is damage, which keeps nobody from a backup.
        complete = before in (None, keys) or in_use <= {key.version for key in keys.versions}
        if complete or tries == _MOST_TRIES:
            unwrap(fingerprint_key, keys, store_id)
            return keys
        before = keys


def _sealed_with(draft: Path) -> tuple[bytes | None, set[int]]:
    """The key of the fingerprints, wrapped, and the versions of the master key that a copy names."""
    with closing(apsw.Connection(str(draft), flags=apsw.SQLITE_OPEN_READWRITE)) as connection:
        wrapped: bytes | None = connection.execute("SELECT fingerprint_key FROM store").get
        if wrapped is None:
            return None, set()
        named = [version for sql in _IN_USE for (version,) in connection.execute(sql)]
        return wrapped, {sealed_by(wrapped).version, *(int.from_bytes(each, "big") for each in named)}


def _store(database: Path) -> tuple[str, bool]:
    connection = open_reader(database, _BUSY_TIMEOUT)
    try:
        check_readable(connection, database, MIGRATIONS)
        store_id, has_key = next(
            connection.execute("SELECT store_id, fingerprint_key IS NOT NULL FROM store")
        )
    finally:
        connection.close()
    return str(store_id), bool(has_key)


def _copy(database: Path, draft: Path) -> None:
    """One read transaction, so one moment; what was deleted is not carried along."""
    connection = open_reader(database, _BUSY_TIMEOUT)
    try:
        connection.pragma("query_only", False)  # for SQLite, to write a copy is to write
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
        key = (None,) * 6 if wrapped is None else astuple(wrapped)
        connection.execute(
            f"INSERT INTO store_backup (format, made_at, made_by, {_KEY}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (_FORMAT, made_at, f"stigmer {__version__}", *key),
        )
        connection.execute("COMMIT")
        _require_sound(connection, draft)
        return int(connection.execute("SELECT revision FROM store").get)
    finally:
        connection.close()


def restore(
    source: Path, database: Path, master_key: HomeKey, passphrase: Callable[[], Secret], *, replace: bool
) -> tuple[Backup, tuple[str, ...]]:
    """Makes the store of a backup, its key where new keys go. What was there is kept under other names where `replace` allows it;
    returns those names too. A key that is there already and is the backup's stays.

    Raises NotFoundError without a backup, RefusedError `restore.exists` where there is a store or another key, BackendError
    `backup.foreign`, `backup.newer`, `backend.damaged`, `backend.busy` where somebody has the store open, SecretError
    `secret.passphrase`, and what keeping the key raises.
    """
    if not source.exists():
        raise NotFoundError("backup.missing", f"there is no file {source}", hint="check the path")
    with faults_named(source):
        backup, held = _examine(source)
    replaces = database.exists() and not _is_bare(database)
    if replaces and not replace:
        raise _in_the_way(str(database))
    keys = None if held is None else held.unwrap(passphrase(), backup.store_id)
    if keys is not None and not replace and not master_key.holds(keys):
        raise _in_the_way(f"the key in {master_key}")
    with faults_named(database):
        make_private_directory(database.parent)
        draft = database.with_name(f".{database.name}.{os.urandom(8).hex()}.part")
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        kept: tuple[str, ...] = ()
        try:
            make_private_file(draft)
            draft.write_bytes(source.read_bytes())
            wrapped = _unlabel(draft, None if keys is None else str(master_key.place_for()))
            if replaces:
                _require_unused(database)
            if keys is not None:
                if wrapped is not None:
                    unwrap(wrapped, keys, backup.store_id)
                kept = _keep_key(master_key, keys, stamp, replaces=replaces)
            kept = (*_set_aside(database, stamp), *kept)
            draft.replace(database)
            sync_directory(database.parent)
        finally:
            with suppress(FileNotFoundError):
                draft.unlink()
    return backup, kept


def _keep_key(master_key: HomeKey, keys: MasterKeys, stamp: str, *, replaces: bool) -> tuple[str, ...]:
    """Puts the key where new ones go, unless it is there. Along with a store that is replaced goes a copy of its key."""
    make_private_directory(master_key.file.parent)
    with master_key.alone():
        # A file that a variable names is looked after by others; the store that is set aside finds it there, too.
        may_stay = master_key.exists() and (master_key.named is not None or not replaces)
        if may_stay and master_key.holds(keys) and master_key.is_as_wanted():
            return ()
        return master_key.install(keys, stamp, keep=replaces)


def _in_the_way(what: str) -> RefusedError:
    hint = "--force keeps what is there under another name and restores"
    return _refused("restore.exists", f"{what} would be replaced", hint)


def _is_bare(path: Path) -> bool:
    """Whether the file is a place for a store rather than one."""
    return path.stat().st_size == 0


def _examine(source: Path) -> tuple[Backup, _Held | None]:
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
        lone_version = connection.execute("SELECT version FROM store_backup").get if form == 1 else None
        key = next(connection.execute(f"SELECT {_KEY} FROM store_backup"))
    finally:
        connection.close()
    held = None if key[0] is None else _Held(Wrapped(*key), lone_version)
    return Backup(str(store_id), int(revision), str(made_at), held is not None), held


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


def _unlabel(draft: Path, place: str | None) -> bytes | None:
    """Takes out of a copy what made it a backup, and writes in where its key will be; returns the store's fingerprint key, wrapped."""
    connection = apsw.Connection(str(draft), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        connection.pragma("secure_delete", True)
        connection.pragma("synchronous", "EXTRA")
        connection.execute("DROP TABLE store_backup")
        if int(connection.pragma("user_version")) >= _REMEMBERING:
            connection.execute("UPDATE store SET key_place = ?", (place,))
        found: bytes | None = connection.execute("SELECT fingerprint_key FROM store").get
        return found
    finally:
        connection.close()


def _set_aside(database: Path, stamp: str) -> tuple[str, ...]:
    """Gives the files of the store that is there other names, which are returned."""
    kept = []
    # A log of the former database must not meet the new one: SQLite would write it in.
    companions = [companion(database, suffix) for suffix in ("-wal", "-shm", "-journal")]
    for path in (database, *companions):
        if path.exists():
            aside = companion(path, f".before-restore-{stamp}")
            path.rename(aside)
            kept.append(str(aside))
    return tuple(kept)


def _require_unused(database: Path) -> None:
    """Nobody may go on writing to a file that has been set aside: leaving WAL mode needs the file for oneself alone.

    Raises BusyError where somebody has the store open.
    """
    connection = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        if connection.pragma("journal_mode", "delete") != "delete":
            raise apsw.BusyError("it is open elsewhere")
    except (apsw.NotADBError, apsw.CorruptError):
        pass  # what is damaged is what a backup is for
    finally:
        connection.close()


def _refused(code: str, words: str, hint: str) -> RefusedError:
    return RefusedError([Diagnostic(Severity.ERROR, code, words, hint=hint)])
