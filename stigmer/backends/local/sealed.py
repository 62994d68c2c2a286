# SPDX-License-Identifier: Apache-2.0
"""What the secrets of a store are sealed with, by number; no value is opened to tell it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw

from stigmer.backends.local.connection import open_reader, reading
from stigmer.backends.local.faults import faults_named
from stigmer.backends.local.migrations import MIGRATIONS, check_readable, missing, now
from stigmer.backends.sealing import Confidant, KeyUse, Sealing
from stigmer.errors import BackendError, NotFoundError
from stigmer.resources.kinds import kind_named
from stigmer.secrets.envelope import header, sealed_by
from stigmer.secrets.fingerprint import unwrap
from stigmer.secrets.keys import KeyPlace, MasterKey, MasterKeys, SecretError

_PATIENCE = 2.0  # seconds to wait for whoever holds the file for a moment

_OF_ENVIRONMENTS = """SELECT org, name, (SELECT count(*) FROM json_each(e.body, '$.spec.data') AS entry
  WHERE entry.value ->> '$.fingerprint' IS NOT NULL) FROM {table} AS e ORDER BY org, name"""


def sealed_otherwise(connection: apsw.Connection, version: int) -> int:
    """How many data keys that version of the master key does not seal, and values that no data key seals, as far as they say."""
    data_keys = "SELECT count(*) FROM data_keys WHERE substr(wrapped, 1, 5) <> ?"
    values = "SELECT count(*) FROM secret_values WHERE substr(ciphertext, 1, 1) <> x'02'"
    wrapped = connection.execute(data_keys, (header(MasterKey, version),)).get
    return int(wrapped) + int(connection.execute(values).get)


def needs_another(path: Path, version: int) -> bool:
    """Whether the store at `path`, if there is one, needs another version of the master key than that. A store that cannot be read may."""
    if not path.exists():
        return False
    try:
        with faults_named(path), closing(open_reader(path, _PATIENCE)) as connection:
            check_readable(connection, path, MIGRATIONS)
            wrapped = connection.execute("SELECT fingerprint_key FROM store").get
            named = wrapped is not None and sealed_by(wrapped).version != version
            return named or bool(sealed_otherwise(connection, version))
    except NotFoundError:
        return False
    except BackendError as error:
        return error.code != "backend.foreign"


def examine_sealing(path: Path, master_key: KeyPlace) -> Sealing:
    """Looks at the secrets of the store at `path` and changes nothing; what is wrong with the key is part of what is found.

    Raises NotFoundError, and BackendError for a store that cannot be read.
    """
    if not path.exists():
        raise missing(path)
    with faults_named(path), closing(open_reader(path, _PATIENCE)) as connection:
        check_readable(connection, path, MIGRATIONS)
        keys, problem = _load(connection, master_key)
        with reading(connection):
            return _sealing(connection, keys, problem, master_key)


def _load(connection: apsw.Connection, master_key: KeyPlace) -> tuple[MasterKeys | None, SecretError | None]:
    """The key, and what is wrong with it, where anything is sealed with one."""
    wrapped, store_id = next(connection.execute("SELECT fingerprint_key, store_id FROM store"))
    if wrapped is None:
        return None, None
    try:
        keys = master_key.load()
    except SecretError as error:
        return None, error
    try:
        unwrap(wrapped, keys, store_id)
    except SecretError as error:
        return keys, error
    return keys, None


def _sealing(
    connection: apsw.Connection, keys: MasterKeys | None, problem: SecretError | None, master_key: KeyPlace
) -> Sealing:
    store_id, revision, version, fingerprint_key = next(
        connection.execute("SELECT store_id, revision, key_version, fingerprint_key FROM store")
    )
    data_keys = _by_version(connection, "data_keys", "wrapped")
    old_values = _by_version(connection, "secret_values", "ciphertext")
    used = {*data_keys, *old_values} | ({version} if fingerprint_key is not None else set())
    kept = None if keys is None else {key.version for key in keys.versions}
    versions = tuple(
        KeyUse(number, data_keys[number], old_values[number], None if kept is None else number in kept)
        for number in sorted(used | (kept or set()))
    )
    values, resources = next(
        connection.execute("SELECT count(*), count(DISTINCT resource_id) FROM secret_values")
    )
    return Sealing(
        store_id=str(store_id),
        revision=int(revision),
        place=str(master_key) if fingerprint_key is not None else None,
        version=int(version),
        versions=versions,
        # A rotation keeps the new version before anything else, so without it the key is of another time.
        rotating=(kept is None or version in kept) and any(each.version != version for each in versions),
        resources=int(resources),
        values=int(values),
        old_format=sum(old_values.values()),
        environments=tuple(_environments(connection)),
        contexts=int(connection.execute("SELECT count(*) FROM contexts WHERE expires_at > ?", (now(),)).get),
        problem=problem or _lost(keys, versions),
    )


def _by_version(connection: apsw.Connection, table: str, column: str) -> Counter[int]:
    """How many rows each version of the master key sealed, as they say."""
    sql = f"SELECT substr({column}, 2, 4), count(*) FROM {table} WHERE substr({column}, 1, 1) = ? GROUP BY 1"
    by_a_master_key = header(MasterKey, 0)[:1]
    found: list[tuple[bytes, int]] = connection.execute(sql, (by_a_master_key,)).fetchall()  # type: ignore[assignment]
    return Counter({int.from_bytes(version, "big"): number for version, number in found})


def _lost(keys: MasterKeys | None, versions: tuple[KeyUse, ...]) -> SecretError | None:
    """What is wrong where a version that something is sealed with is not kept."""
    for each in versions:
        if keys is not None and not each.kept:
            try:
                keys.version(each.version)
            except SecretError as error:
                return error
    return None


def _environments(connection: apsw.Connection) -> Iterator[Confidant]:
    table = kind_named("Environment").table
    sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?"
    if connection.execute(sql, (table,)).get:
        for org, name, secrets in connection.execute(_OF_ENVIRONMENTS.format(table=table)):
            yield Confidant(str(org), str(name), int(secrets))
