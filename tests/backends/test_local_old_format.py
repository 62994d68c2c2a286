# SPDX-License-Identifier: Apache-2.0
"""A store of the second layout, whose values a former stigmer sealed by the master key itself: it opens, and a rotation ends that."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import apsw
import pytest

from stigmer.backends.local import LocalBackend, schema
from stigmer.backends.local.rotation import rotate
from stigmer.backends.local.sealed import examine_sealing
from stigmer.backends.sealing import KeyUse
from stigmer.errors import BackendError
from stigmer.resources.keys import Key
from stigmer.secrets.key_file import KeyFile
from tests.backends.builders import apply, delete, live
from tests.campaigns.rotation_stage import Values, keep, opens, seal_as_before, stored_under

PROD, GONE, RUN = (
    Key("Environment", "default", "prod"),
    Key("Environment", "default", "gone"),
    Key("AgentExecution", "default", "run"),
)


class Old:
    """The home of a former stigmer."""

    def __init__(self, directory: Path) -> None:
        self.database = directory / "local.db"
        self.key = KeyFile(directory / "master.key")
        self.values: Values = {}
        with LocalBackend.open(self.database, master_key=self.key, create=True) as store:
            self.put(store, PROD, TOKEN="canary of before", OTHER="canary of another")
            self.put(store, PROD, TOKEN="canary of now", OTHER="canary of another")
            self.put(store, RUN, TOKEN="canary of a run")
            self.put(store, GONE, TOKEN="canary of what is gone")
            apply(store, delete(live(store, GONE)))
        seal_as_before(self.database, self.key.load(), self.values)
        as_second_layout(self.database)

    def put(self, store: LocalBackend, key: Key, **clear: str) -> None:
        self.values |= keep(store, key, clear)

    def open(self, *, read_only: bool = False) -> LocalBackend:
        return LocalBackend.open(self.database, master_key=self.key, read_only=read_only)

    def copies(self) -> tuple[str, ...]:
        return tuple(sorted(map(str, self.database.parent.glob("local.db.backup-2-*"))))


def as_second_layout(database: Path) -> None:
    """Takes from a store what the third layout added."""
    with closing(apsw.Connection(str(database))) as connection:
        (values,) = (sql for sql in schema.CORE if sql.startswith("CREATE TABLE secret_values"))
        for statement in (
            "PRAGMA secure_delete = ON",
            "ALTER TABLE store DROP COLUMN key_version",
            "ALTER TABLE store DROP COLUMN key_place",
            "DROP TABLE data_keys",
            "DROP TABLE contexts",
            "ALTER TABLE secret_values RENAME TO was",
            values,
            "INSERT INTO secret_values SELECT resource_id, path, fingerprint, 1, ciphertext FROM was",
            "DROP TABLE was",
            "UPDATE store SET schema_version = 2",
            "PRAGMA user_version = 2",
        ):
            connection.execute(statement).fetchall()


@pytest.fixture
def old(tmp_path: Path) -> Old:
    return Old(tmp_path / "home")


def test_its_values_open_once_it_is_brought_up_to_date(old: Old) -> None:
    with pytest.raises(BackendError) as caught:
        old.open(read_only=True)
    assert caught.value.code == "backend.older"
    old.open().close()
    assert len(old.copies()) == 1
    opens(old.database, old.values, old.key)
    found = examine_sealing(old.database, old.key)
    assert (found.old_format, found.values, found.rotating) == (5, 5, False)
    assert found.versions == (KeyUse(1, 0, 5, True),)


def test_new_values_beside_old_ones_get_a_data_key(old: Old) -> None:
    with old.open() as store:
        old.put(store, PROD, TOKEN="canary that is newest", OTHER="canary of another")
    opens(old.database, old.values, old.key)
    assert examine_sealing(old.database, old.key).versions == (KeyUse(1, 1, 5, True),)


@pytest.mark.parametrize("batch", [1, 1000])
def test_a_rotation_seals_them_under_data_keys(old: Old, batch: int) -> None:
    old.open().close()
    sealed = stored_under(old.database)
    assert len(sealed) == 6
    made = rotate(old.database, old.key, lambda *_: None, batch=batch)
    assert made is not None
    assert (made.data_keys, made.values, made.dropped, made.finished) == (0, 5, (1,), True)
    assert made.copies == old.copies()
    opens(old.database, old.values, old.key)
    assert examine_sealing(old.database, old.key).versions == (KeyUse(2, 3, 0, True),)
    assert not any(each in old.database.read_bytes() for each in sealed)


def test_one_that_does_not_open_keeps_the_old_version_and_is_named(old: Old) -> None:
    old.open().close()
    with closing(apsw.Connection(str(old.database))) as connection:
        sql = "SELECT resource_id, ciphertext FROM secret_values WHERE path = 'spec.data.OTHER'"
        id_, sealed = next(connection.execute(sql))
        changed = bytes(sealed)[:-1] + bytes([bytes(sealed)[-1] ^ 1])
        connection.execute(
            "UPDATE secret_values SET ciphertext = ? WHERE resource_id = ? AND path = 'spec.data.OTHER'",
            (changed, id_),
        )
    made = rotate(old.database, old.key, lambda *_: None)
    assert made is not None
    assert (made.values, made.kept, made.finished) == (4, (1,), False)
    (error,) = made.unreadable
    assert "spec.data.OTHER of environment/prod" in str(error)
    opens(
        old.database,
        {where: each for where, each in old.values.items() if where[2] != "spec.data.OTHER"},
        old.key,
    )
