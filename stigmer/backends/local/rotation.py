# SPDX-License-Identifier: Apache-2.0
"""A new version of the master key, and everything that an older one seals sealed anew, while others read and write.

The order is what keeps every secret readable at each moment. First the place keeps the new version beside the old one, then the store
names the new one, so that nothing is sealed with the old one any more; then what is sealed with the old one is sealed anew, a batch a
transaction; and when nothing is left of it, the old version goes from the place. Whoever is killed on the way leaves a store that the
next rotation goes on with.

What is done at the place is done in a write transaction of the store, so that two rotations never make a key each.
"""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import apsw

from stigmer.backends.local.connection import open_writer, writing
from stigmer.backends.local.damage import DAMAGED
from stigmer.backends.local.faults import faults_named
from stigmer.backends.local.sealed import needs_another, sealed_otherwise
from stigmer.backends.local.vault import Vault
from stigmer.backends.sealing import Rotation
from stigmer.secrets.envelope import Place, header
from stigmer.secrets.fingerprint import unwrap, wrap
from stigmer.secrets.keys import KeyPlace, MasterKey, MasterKeys, SecretError, next_version

_BUSY_TIMEOUT = 10.0  # seconds
_LOG_TIMEOUT = 2.0  # seconds to wait for those who read what the log still holds
_UNREADABLE = DAMAGED | {"secret.key_version"}

Told = Callable[[int, int], None]
"""Is told how many of how many rows are done, after each batch; and before anything is changed, when nobody has counted them."""

_DATA_KEYS = """SELECT resource_id, version, wrapped FROM data_keys
WHERE (resource_id, version) > (?3, ?4) AND substr(wrapped, 1, 5) <> ?1 ORDER BY resource_id, version LIMIT ?2"""

_VALUES = """SELECT resource_id, path, fingerprint, ciphertext,
  (SELECT resource_kind FROM api_resource_versions AS v WHERE v.resource_id = s.resource_id LIMIT 1)
FROM secret_values AS s
WHERE (resource_id, path, fingerprint) > (?3, ?4, ?5) AND substr(ciphertext, 1, 1) <> x'02'
ORDER BY resource_id, path, fingerprint LIMIT ?2"""


def rotate(
    path: Path,
    master_key: KeyPlace,
    told: Told,
    *,
    batch: int = 1000,
    others: Mapping[str, Path] | None = None,
    drop_damaged: bool = False,
) -> Rotation | None:
    """Rotates the master key of the store at `path`, which is up to date, or ends the rotation that is under way. None where nothing
    is sealed. `batch` is how many rows a transaction seals anew.

    `others` are the stores, by the names of their backends, whose key is kept at the same place: an older version stays as long as one
    of them needs it. It stays for what does not open, too, unless `drop_damaged`. Raises BackendError, SecretError.
    """
    with faults_named(path), closing(open_writer(path, _BUSY_TIMEOUT)) as connection:
        rotator = _Rotator(connection, master_key, told, batch)
        resumed = rotator.begin()
        if resumed is None:
            return None
        while rotator.pass_over():
            pass
        tidy = _clear_log(connection)
        dropped, kept, needed_by = rotator.end(others or {}, drop_damaged=drop_damaged)
        return Rotation(
            place=str(master_key),
            version=rotator.current(),
            resumed=resumed,
            data_keys=rotator.data_keys,
            values=rotator.values,
            dropped=dropped,
            kept=kept,
            unreadable=tuple(rotator.unreadable.values()),
            needed_by=needed_by,
            copies=tuple(_copies(path)) if dropped else (),
            tidy=tidy,
        )


class _Rotator:
    """One rotation under way, and what it has done so far."""

    def __init__(self, connection: apsw.Connection, master_key: KeyPlace, told: Told, batch: int) -> None:
        self._connection = connection
        self._place = master_key
        self._told = told
        self._batch = batch
        self._store_id = str(connection.execute("SELECT store_id FROM store").get)
        self._vault = Vault(connection, self._store_id, master_key, read_only=False)
        self._total = 0
        self.data_keys = 0
        self.values = 0
        self.unreadable: dict[tuple[Any, ...], SecretError] = {}

    def begin(self) -> bool | None:
        """Makes a new version that everything new is sealed with; whether there was one already. None where nothing is sealed."""
        if self._connection.execute("SELECT fingerprint_key FROM store").get is None:
            return None
        self._place.load()  # whoever has to be asked for it is not asked while others wait
        self._told(0, 0)
        with writing(self._connection):
            keys = self._place.load()
            wrapped = self._connection.execute("SELECT fingerprint_key FROM store").get
            # That it opens shows that the key is this store's, before another is made of it.
            fingerprint_key = unwrap(wrapped, keys, self._store_id)
            resumed = len(keys.versions) > 1 or keys.current.version > self.current()
            if not resumed:
                keys = self._with_a_new_version(keys)
            self._connection.execute(
                "UPDATE store SET key_version = ?, fingerprint_key = ?, key_place = ?",
                (
                    keys.current.version,
                    wrap(fingerprint_key, keys.current, self._store_id),
                    str(self._place),
                ),
            )
        self._total = sealed_otherwise(self._connection, keys.current.version)
        return resumed

    def _with_a_new_version(self, keys: MasterKeys) -> MasterKeys:
        keys = MasterKeys((*keys.versions, next_version(keys)))
        try:
            self._place.replace(keys)
        except SecretError as error:
            words = f"{error.message}, so it was not rotated: every secret is sealed as before"
            raise SecretError(error.code, words, hint=error.hint) from error
        if self._place.load() != keys:  # what is not kept may never seal anything
            raise SecretError("secret.key_unwritable", f"{self._place} is not kept as it was written")
        return keys

    def current(self) -> int:
        """The version that seals what is new."""
        return int(self._connection.execute("SELECT key_version FROM store").get)

    def pass_over(self) -> bool:
        """Seals anew what is sealed otherwise, from the first to the last; whether there was anything that could be."""
        before = self.data_keys + self.values
        self._pass(_DATA_KEYS, ("", 0), self._rewrap)
        self._pass(_VALUES, ("", "", ""), self._reseal)
        return self.data_keys + self.values > before

    def _pass(self, sql: str, start: tuple[str | int, ...], seal_anew: Callable[..., None]) -> None:
        """Each batch of rows in a transaction of its own; in the order of their primary key, so that none is met twice."""
        at = start
        while True:
            with writing(self._connection):
                # Asked again each time: another process may have ended this rotation meanwhile, and begun the next.
                sealed_as = header(MasterKey, self.current())
                rows: list[Any] = self._connection.execute(sql, (sealed_as, self._batch, *at)).fetchall()
                for row in rows:
                    with self._noting(row[: len(at)]):
                        seal_anew(*row)
            if not rows:
                return
            self._told(min(self.data_keys + self.values, self._total), self._total)
            at = rows[-1][: len(at)]

    def _rewrap(self, resource_id: str, version: int, wrapped: bytes) -> None:
        anew = self._vault.rewrapped(resource_id, version, wrapped)
        self._connection.execute(
            "UPDATE data_keys SET wrapped = ? WHERE resource_id = ? AND version = ?",
            (anew, resource_id, version),
        )
        self.data_keys += 1

    def _reseal(self, resource_id: str, path: str, told: str, sealed: bytes, kind: str | None) -> None:
        anew = self._vault.resealed(Place(self._store_id, str(kind), resource_id, path), sealed)
        self._connection.execute(
            "UPDATE secret_values SET ciphertext = ? WHERE resource_id = ? AND path = ? AND fingerprint = ?",
            (anew, resource_id, path, told),
        )
        self.values += 1

    @contextmanager
    def _noting(self, row: tuple[Any, ...]) -> Iterator[None]:
        """Remembers that a row does not open, which keeps nobody from the others."""
        try:
            yield
        except SecretError as error:
            if error.code not in _UNREADABLE:
                raise
            self.unreadable[row] = error

    def end(
        self, others: Mapping[str, Path], *, drop_damaged: bool
    ) -> tuple[tuple[int, ...], tuple[int, ...], tuple[str, ...]]:
        """Lets the older versions go that nothing needs. Returns those that went, those that stay, and who of the others needs them."""
        with writing(self._connection):
            keys, current = self._place.load(), self.current()
            old = tuple(key.version for key in keys.versions if key.version < current)
            if not old:
                return (), (), ()
            if sealed_otherwise(self._connection, current) and not drop_damaged:
                return (), old, ()
            needed_by = tuple(name for name, path in others.items() if needs_another(path, current))
            if needed_by:
                return (), old, needed_by
            self._place.replace(MasterKeys(tuple(key for key in keys.versions if key.version >= current)))
            return old, (), ()


def _clear_log(connection: apsw.Connection) -> bool:
    """Writes the log into the database and empties it, since it holds pages as they were; whether nobody who reads them was in the way."""
    connection.set_busy_timeout(int(_LOG_TIMEOUT * 1000))
    try:
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    except apsw.BusyError:
        return False
    finally:
        connection.set_busy_timeout(int(_BUSY_TIMEOUT * 1000))
    return True


def _copies(path: Path) -> Iterator[str]:
    """The copies that were made of the store before a migration or a restoration."""
    for made in ("backup", "before-restore"):
        yield from sorted(map(str, path.parent.glob(f"{glob.escape(path.name)}.{made}-*")))
