# SPDX-License-Identifier: Apache-2.0
"""The secrets of a store: values sealed under a data key for each resource, the data keys under the master key, and the key of the
fingerprints.

Keys are read when a secret is first touched, so that a store without secrets works without them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

import apsw

from stigmer.backends.contract import Put
from stigmer.backends.local.checks import refusal
from stigmer.backends.local.connection import writing
from stigmer.backends.local.damage import (
    DAMAGED,
    data_key_named,
    exchanged,
    fingerprintless,
    keyless,
    value_named,
)
from stigmer.errors import Diagnostic
from stigmer.resources.confidential import Secret
from stigmer.secrets.envelope import (
    Place,
    SealedBy,
    seal,
    sealed_by,
    unseal,
    unwrap_data_key,
    wrap_data_key,
)
from stigmer.secrets.fingerprint import fingerprint, new_fingerprint_key, unwrap, wrap
from stigmer.secrets.keys import (
    DataKey,
    KeyPlace,
    MasterKey,
    MasterKeys,
    SealingKey,
    SecretError,
    new_data_key,
    new_master_keys,
)


class Vault:
    """The secrets of one open store. A read-only one makes no keys."""

    def __init__(
        self, connection: apsw.Connection, store_id: str, master_key: KeyPlace, *, read_only: bool
    ) -> None:
        self._connection = connection
        self._store_id = store_id
        self._place = master_key
        self._read_only = read_only
        self._master: MasterKeys | None = None
        self._fingerprint_key: bytes | None = None
        self._ephemeral_key: bytes | None = None

    def fingerprints(self, values: Sequence[Secret]) -> tuple[str, ...]:
        """Fingerprints of the values under the store's key, which is made where there is none.

        Read-only and without a key there is nothing stored to compare with: any key will do, for as long as this handle lives.
        Raises SecretError.
        """
        if not values:
            return ()
        key = self._stored_key()
        if key is None and not self._read_only:
            with writing(self._connection):
                key = self._stored_key() or self._make_key()
        if key is None:
            key = self._ephemeral_key = self._ephemeral_key or new_fingerprint_key()
        return tuple(fingerprint(value, key) for value in values)

    def missing(self, put: Put) -> Iterator[Diagnostic]:
        """The secrets of a put whose value neither it nor the store has. A value of another fingerprint counts as none."""
        if not put.secrets:
            return
        held = {(path, told) for path, told, _ in self._sealed(put.id)}
        for path, entry in put.secrets.items():
            if entry.value is None:
                present = (path, entry.fingerprint) in held
            else:
                key = self._stored_key()
                present = key is not None and fingerprint(entry.value, key) == entry.fingerprint
            if not present:
                hint = "give it a source, or set it with 'stigmer secrets set'"
                yield refusal("secret.missing", put.key, f"has no value for the secret {path}", hint, path)

    def keep(self, put: Put, resource_id: str) -> None:
        """Seals and stores the values that a put brings and the store has not, or cannot open. Belongs into a write transaction."""
        brought = [(path, each.fingerprint, each.value) for path, each in put.secrets.items()]
        if all(value is None for _, _, value in brought):
            return
        intact = self._intact(put)
        new = [each for each in brought if each[2] is not None and each[:2] not in intact]
        if not new:
            return
        key = self._data_key(resource_id)
        rows = [
            (resource_id, path, told, self._seal(value, key, put.key.kind, resource_id, path))
            for path, told, value in new
            if value is not None
        ]
        self._connection.executemany(
            "INSERT OR REPLACE INTO secret_values (resource_id, path, fingerprint, ciphertext) VALUES (?, ?, ?, ?)",
            rows,
        )

    def _intact(self, put: Put) -> set[tuple[str, str]]:
        """Path and fingerprint of those values that a put brings and the store has already."""
        found = set()
        keys: dict[SealedBy, SealingKey] = {}
        for path, told, sealed in self._sealed(put.id):
            entry = put.secrets.get(path)
            if entry is not None and entry.value is not None and entry.fingerprint == told:
                place = Place(self._store_id, put.key.kind, put.id or "", path)
                with suppress(SecretError):
                    self._opened(place, told, sealed, keys)
                    found.add((path, told))
        return found

    def ready(self) -> None:
        """Reads the master key, where anything is sealed. Belongs before a transaction that reads what is sealed: the key that is read
        in it may be of a later moment, when a rotation has ended. What is wrong with the key is told when it is needed."""
        with suppress(SecretError):
            self._stored_key()

    def reveal(self, kind: str, resource_id: str, wanted: Mapping[str, str]) -> Mapping[str, Secret]:
        """The values of a resource by field path; `wanted` says the fingerprint of each. Those that the store lacks are left out.

        Raises SecretError, also where what is stored is not what the fingerprint says.
        """
        self.ready()
        keys: dict[SealedBy, SealingKey] = {}
        return {
            path: self._opened(Place(self._store_id, kind, resource_id, path), told, sealed, keys)
            for path, told, sealed in self._sealed(resource_id)
            if wanted.get(path) == told
        }

    def enclose(self, content: bytes, kind: str, resource_id: str, path: str) -> bytes:
        """The content sealed under a new data key, which takes the place of what data keys the id had.

        The store's keys are made where there are none. Belongs into a write transaction. Raises SecretError.
        """
        if self._stored_key() is None:
            self._make_key()
        self.forget((resource_id,))
        return seal(content, self._data_key(resource_id), Place(self._store_id, kind, resource_id, path))

    def disclose(self, sealed: bytes, kind: str, resource_id: str, path: str) -> bytes:
        """What was enclosed. Raises SecretError."""
        place = Place(self._store_id, kind, resource_id, path)
        return unseal(sealed, self._sealing_key(sealed_by(sealed), place), place)

    def forget(self, resource_ids: Iterable[str]) -> None:
        """Deletes the data keys of these ids: what they sealed opens no more. Belongs into a write transaction."""
        self._connection.executemany(
            "DELETE FROM data_keys WHERE resource_id = ?", ((each,) for each in resource_ids)
        )

    def examine(self, kind: str, resource_id: str) -> Iterator[tuple[str, str, SecretError | None]]:
        """Field path and fingerprint of each value that is stored of a resource, those of former versions too, with what is wrong
        with it: None where it opens and fits.

        Raises SecretError where the master key cannot be had or is not this store's.
        """
        self._stored_key()
        keys: dict[SealedBy, SealingKey] = {}
        for path, told, sealed in self._sealed(resource_id):
            try:
                self._opened(Place(self._store_id, kind, resource_id, path), told, sealed, keys)
            except SecretError as error:
                yield path, told, error
            else:
                yield path, told, None

    def _opened(self, place: Place, told: str, sealed: bytes, keys: dict[SealedBy, SealingKey]) -> Secret:
        """A value of which `told` is the fingerprint; `keys` are those of its resource that are open already."""
        known = self._stored_key()
        with value_named(self._connection, place):
            by = sealed_by(sealed)
            if by not in keys:
                keys[by] = self._sealing_key(by, place)
            value = Secret(unseal(sealed, keys[by], place).decode("utf-8", "surrogatepass"))
            # An older value of the same field opens as well: its place is the same.
            if known is None or fingerprint(value, known) != told:
                raise exchanged()
        return value

    def _sealing_key(self, by: SealedBy, place: Place) -> SealingKey:
        sql = "SELECT wrapped FROM data_keys WHERE resource_id = ? AND version = ?"
        with value_named(self._connection, place):
            if by.sort is MasterKey:
                return self._version(by.version)
            wrapped: bytes | None = self._connection.execute(sql, (place.resource_id, by.version)).get
            if wrapped is None:
                raise keyless(by.version)
        return self._unwrapped(wrapped, by.version, place.resource_id)

    def _unwrapped(self, wrapped: bytes, version: int, resource_id: str) -> DataKey:
        with data_key_named(self._connection, resource_id):
            master = self._version(sealed_by(wrapped).version)
            return unwrap_data_key(wrapped, version, master, self._store_id, resource_id)

    def _data_key(self, resource_id: str) -> DataKey:
        """The newest data key of a resource, made where there is none or what is stored of it was changed."""
        sql = "SELECT version, wrapped FROM data_keys WHERE resource_id = ? ORDER BY version DESC LIMIT 1"
        newest: tuple[int, bytes] = self._connection.execute(sql, (resource_id,)).fetchone() or (0, b"")
        version, wrapped = newest
        try:
            if version:
                return self._unwrapped(wrapped, version, resource_id)
        except SecretError as error:
            if error.code not in DAMAGED:
                raise  # nothing is lost as long as the master key may come back
        key = new_data_key(version + 1)
        wrapped = wrap_data_key(key, self._current(), self._store_id, resource_id)
        self._connection.execute(
            "INSERT INTO data_keys (resource_id, version, wrapped) VALUES (?, ?, ?)",
            (resource_id, key.version, wrapped),
        )
        return key

    def _seal(self, value: Secret, key: DataKey, kind: str, resource_id: str, path: str) -> bytes:
        place = Place(self._store_id, kind, resource_id, path)
        return seal(value.reveal().encode("utf-8", "surrogatepass"), key, place)

    def _sealed(self, resource_id: str | None) -> list[tuple[str, str, bytes]]:
        """What is stored of a resource: field path, fingerprint and sealed value."""
        if resource_id is None:
            return []
        sql = "SELECT path, fingerprint, ciphertext FROM secret_values WHERE resource_id = ? ORDER BY path"
        return self._connection.execute(sql, (resource_id,)).fetchall()  # type: ignore[return-value]

    def _stored_key(self) -> bytes | None:
        sql = "SELECT fingerprint_key FROM store"
        if self._fingerprint_key is not None:
            return self._fingerprint_key
        if self._connection.execute(sql).get is None:
            if self._connection.execute("SELECT EXISTS (SELECT 1 FROM secret_values)").get:
                raise fingerprintless()  # a new one would be made, and all secrets look changed
        else:
            # The master key first, then what it seals: when nothing in the store needs an older version any more, it goes.
            self._load_master()
            wrapped: bytes = self._connection.execute(sql).get
            self._version(sealed_by(wrapped).version)  # so that a version made since is known
            self._fingerprint_key = unwrap(wrapped, self._load_master(), self._store_id)
        return self._fingerprint_key

    def _make_key(self) -> bytes:
        # Nothing here is sealed yet, so this alone is the moment when a missing master key may be made.
        self._master = self._place.load() if self._place.exists() else self._place.put(new_master_keys())
        key, master = new_fingerprint_key(), self._master.current
        self._connection.execute(
            "UPDATE store SET fingerprint_key = ?, key_version = ?, key_place = ?",
            (wrap(key, master, self._store_id), master.version, str(self._place)),
        )
        return key

    def rewrapped(self, resource_id: str, version: int, wrapped: bytes) -> bytes:
        """A data key sealed anew by the version of the master key that seals what is new.

        Belongs into a write transaction. Raises SecretError.
        """
        key = self._unwrapped(wrapped, version, resource_id)
        return wrap_data_key(key, self._current(), self._store_id, resource_id)

    def resealed(self, place: Place, sealed: bytes) -> bytes:
        """A value, which a master key may have sealed itself, sealed anew by the data key of its resource.

        Belongs into a write transaction. Raises SecretError.
        """
        with value_named(self._connection, place):
            by = sealed_by(sealed)
        key = self._sealing_key(by, place)
        with value_named(self._connection, place):
            value = unseal(sealed, key, place)
        return seal(value, self._data_key(place.resource_id), place)

    def _current(self) -> MasterKey:
        # What is new is sealed with the version that the store names, not with the newest that this process has read: when nothing
        # refers to an older one any more, it goes.
        return self._version(int(self._connection.execute("SELECT key_version FROM store").get))

    def _version(self, number: int) -> MasterKey:
        """That version of the master key. Another process may have begun to rotate it since this one read the key."""
        keys = self._load_master()
        if all(key.version != number for key in keys.versions):
            # What this process reads may be of a moment before a version went, so none is forgotten.
            known = {key.version: key for key in (*keys.versions, *self._place.load().versions)}
            keys = self._master = MasterKeys(tuple(known[each] for each in sorted(known)))
        return keys.version(number)

    def _load_master(self) -> MasterKeys:
        if self._master is None:
            self._master = self._place.load()
        return self._master
