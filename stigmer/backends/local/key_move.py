# SPDX-License-Identifier: Apache-2.0
"""The place that a store remembers for its master key, and the way of the key from one place to another."""

from __future__ import annotations

from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import apsw

from stigmer.backends.local.connection import open_reader, open_writer, writing
from stigmer.backends.local.faults import faults_named
from stigmer.errors import StigmerError
from stigmer.secrets.fingerprint import unwrap
from stigmer.secrets.key_places import HomeKey

_BUSY_TIMEOUT = 10.0  # seconds


def remembered_place(database: Path) -> str | None:
    """Where the store says that its key is kept, None where it does not say or cannot be asked: this only helps to tell what is wrong."""
    if not database.exists():
        return None
    with (
        suppress(StigmerError, apsw.Error),
        faults_named(database),
        closing(open_reader(database, _BUSY_TIMEOUT)) as store,
    ):
        place: str | None = store.execute("SELECT key_place FROM store").get
        return place
    return None


def move_key(database: Path, master_key: HomeKey) -> tuple[str, ...]:
    """Brings the key of a store, which is up to date, to where `master_key` puts new ones, and in that form. It is at its old place until it
    is at the new one; a rotation waits. Returns the names of the copies that were made of another key that was in the way.

    Raises BackendError, SecretError where the key is not to be had, is not the store's, or cannot be written.
    """
    with faults_named(database), closing(open_writer(database, _BUSY_TIMEOUT)) as connection:
        master_key.load()  # whoever has to be asked for it is not asked while others wait
        with writing(connection), master_key.alone():
            store_id, wrapped = next(connection.execute("SELECT store_id, fingerprint_key FROM store"))
            keys = master_key.load()
            if wrapped is not None:
                unwrap(wrapped, keys, store_id)
            place = str(master_key.place_for())
            kept = master_key.install(keys, datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ"), keep=False)
            connection.execute("UPDATE store SET key_place = ?", (place,))
    return kept


def remember_place(database: Path, place: str) -> None:
    """Notes in the store where its key was found, which may be elsewhere than it was made. Raises BackendError."""
    if remembered_place(database) == place:
        return
    with (
        faults_named(database),
        closing(open_writer(database, _BUSY_TIMEOUT)) as connection,
        writing(connection),
    ):
        connection.execute("UPDATE store SET key_place = ?", (place,))
