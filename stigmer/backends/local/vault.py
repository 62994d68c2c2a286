# SPDX-License-Identifier: Apache-2.0
"""The secrets of a store: sealed values by resource, path and fingerprint, and the key of the fingerprints.

Keys are read when a secret is first touched, so that a store without secrets works without them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import apsw

from stigmer.backends.contract import Put
from stigmer.backends.local.checks import refusal
from stigmer.backends.local.connection import writing
from stigmer.errors import Diagnostic
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import Key
from stigmer.secrets.envelope import Place, seal
from stigmer.secrets.fingerprint import fingerprint, new_fingerprint_key, unwrap, wrap
from stigmer.secrets.keys import MasterKey, create_master_key, load_master_key


class Vault:
    """The secrets of one open store. A read-only one makes no keys."""

    def __init__(
        self, connection: apsw.Connection, store_id: str, master_key: Path, *, read_only: bool
    ) -> None:
        self._connection = connection
        self._store_id = store_id
        self._path = master_key
        self._read_only = read_only
        self._master: MasterKey | None = None
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
        held = self._held(put.id)
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
        """Seals and stores the values that a put brings and the store has not yet. Belongs into a write transaction."""
        new = {path: entry for path, entry in put.secrets.items() if entry.value is not None}
        if not new:
            return
        held = self._held(put.id)
        master = self._load_master()
        rows = [
            (
                resource_id,
                path,
                entry.fingerprint,
                master.version,
                self._seal(entry.value, put.key, resource_id, path),
            )
            for path, entry in new.items()
            if entry.value is not None and (path, entry.fingerprint) not in held
        ]
        self._connection.executemany(
            "INSERT INTO secret_values (resource_id, path, fingerprint, key_version, ciphertext) VALUES (?, ?, ?, ?, ?)",
            rows,
        )

    def _seal(self, value: Secret, key: Key, resource_id: str, path: str) -> bytes:
        place = Place(self._store_id, key.kind, resource_id, path)
        return seal(value.reveal().encode("utf-8", "surrogatepass"), self._load_master(), place)

    def _held(self, resource_id: str | None) -> set[tuple[str, str]]:
        if resource_id is None:
            return set()
        return set(
            self._connection.execute(
                "SELECT path, fingerprint FROM secret_values WHERE resource_id = ?", (resource_id,)
            )
        )

    def _stored_key(self) -> bytes | None:
        if self._fingerprint_key is None:
            wrapped = self._connection.execute("SELECT fingerprint_key FROM store").get
            if wrapped is not None:
                self._fingerprint_key = unwrap(wrapped, self._load_master(), self._store_id)
        return self._fingerprint_key

    def _make_key(self) -> bytes:
        # Nothing here is sealed yet, so this alone is the moment when a missing master key may be made.
        self._master = load_master_key(self._path) if self._path.exists() else create_master_key(self._path)
        key = new_fingerprint_key()
        self._connection.execute(
            "UPDATE store SET fingerprint_key = ?", (wrap(key, self._master, self._store_id),)
        )
        return key

    def _load_master(self) -> MasterKey:
        if self._master is None:
            self._master = load_master_key(self._path)
        return self._master
