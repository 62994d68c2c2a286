# SPDX-License-Identifier: Apache-2.0
"""Somebody changes the sealed rows of a real store: nothing opens that is not what it should be, and what is wrong is named."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import apsw
import orjson
import pytest

from stigmer.backends.local import LocalBackend
from stigmer.backends.local.connection import open_writer
from stigmer.backends.local.vault import Vault
from stigmer.resources.held import held_secrets
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named
from stigmer.secrets.envelope import Place, seal, unwrap_data_key, wrap_data_key
from stigmer.secrets.key_file import KeyFile
from stigmer.secrets.keys import MasterKey, MasterKeys, SecretError, new_master_keys
from tests.backends.builders import live
from tests.reconcile.declared import declare, settle

PROD, TEST = (Key("Environment", "default", name) for name in ("prod", "test"))
VALUES = {"TOKEN": "value of TOKEN", "OTHER": "value of OTHER"}
SPEC = "data: {TOKEN: {value_from: {env: TOKEN}}, OTHER: {value_from: {env: OTHER}}}"
TOKEN = "resource_id = (SELECT id FROM environments WHERE name = 'prod') AND path = 'spec.data.TOKEN'"
OF_PROD = "resource_id = (SELECT id FROM environments WHERE name = 'prod')"
OF_TEST = "resource_id = (SELECT id FROM environments WHERE name = 'test')"
OF_TOKEN = "the secret spec.data.TOKEN of environment/prod"


@dataclass(frozen=True)
class Store:
    """A store with a home of its own."""

    home: Path

    @property
    def database(self) -> Path:
        return self.home / "local.db"

    @property
    def key(self) -> KeyFile:
        return KeyFile(self.home / "master.key")

    def opened(self) -> LocalBackend:
        return LocalBackend.open(self.database, master_key=self.key, create=True)

    def apply(self, token: str = VALUES["TOKEN"], description: str = "d") -> None:
        """Declares both environments."""
        declared = [
            each
            for name in ("prod", "test")
            for each in declare(f"environment/{name}", f"description: {description}, {SPEC}")
        ]
        with self.opened() as backend:
            settle(backend, declared, environ={**VALUES, "TOKEN": token})

    def change(self, sql: str, *values: apsw.SQLiteValue) -> None:
        """Changes rows, each of which must be there."""
        connection = apsw.Connection(str(self.database))
        connection.execute(sql, values).fetchall()
        assert connection.changes(), sql
        connection.close()

    def cell(self, sql: str) -> bytes:
        connection = apsw.Connection(str(self.database))
        found: bytes = connection.execute(sql).get
        connection.close()
        return found

    def reveal(self, key: Key = PROD, kind: str = "Environment", only: str = "") -> Mapping[str, str]:
        """The values that an environment has now, or one of them, by field path."""
        with self.opened() as backend:
            store_id, stored = backend.info().store_id, live(backend, key)
        wanted = dict(held_secrets(kind_named(key.kind), orjson.loads(stored.body)))
        assert len(wanted) == len(VALUES)
        connection = apsw.Connection(str(self.database))
        try:
            vault = Vault(connection, store_id, self.key, read_only=True)
            only_these = {path: told for path, told in wanted.items() if only in path}
            return {path: value.reveal() for path, value in vault.reveal(kind, stored.id, only_these).items()}
        finally:
            connection.close()

    def refuses(self, code: str, **how: str) -> SecretError:
        """That what the environment has now is not revealed."""
        with pytest.raises(SecretError) as caught:
            self.reveal(**how)  # type: ignore[arg-type]
        assert caught.value.code == code
        assert caught.value.exit_code == 7
        assert caught.value.hint
        assert "value of" not in f"{caught.value} {caught.value.hint}"
        return caught.value


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "home")
    made.apply()
    assert (
        made.reveal() == made.reveal(TEST) == {f"spec.data.{name}": value for name, value in VALUES.items()}
    )
    return made


def copy(store: Store, name: str) -> Store:
    """A store with the same values and the same master key, and nothing else in common."""
    made = Store(store.home.with_name(name))
    made.home.mkdir(mode=0o700)
    shutil.copy(store.key.path, made.key.path)
    made.apply()
    return made


@pytest.fixture
def changing(store: Store) -> Iterator[Callable[[bytes], SecretError | None]]:
    """Puts bytes in the place of one sealed value, tells what is said of them, and takes them back."""
    with store.opened() as backend:
        store_id, stored = backend.info().store_id, live(backend, PROD)
    wanted = dict(held_secrets(kind_named("Environment"), orjson.loads(stored.body)))
    connection = apsw.Connection(str(store.database))

    def change(sealed: bytes) -> SecretError | None:
        connection.execute("BEGIN")
        connection.execute(f"UPDATE secret_values SET ciphertext = ? WHERE {TOKEN}", (sealed,))
        try:
            Vault(connection, store_id, store.key, read_only=True).reveal("Environment", stored.id, wanted)
        except SecretError as error:
            return error
        finally:
            connection.execute("ROLLBACK")
        return None

    yield change
    connection.close()


def test_every_flipped_bit_is_told_by_resource_and_field(
    store: Store, changing: Callable[[bytes], SecretError | None]
) -> None:
    sealed = store.cell(f"SELECT ciphertext FROM secret_values WHERE {TOKEN}")
    assert changing(sealed) is None
    for bit in range(8 * len(sealed)):
        at = bit // 8
        error = changing(sealed[:at] + bytes([sealed[at] ^ 1 << bit % 8]) + sealed[at + 1 :])
        assert error is not None, f"bit {bit} was not noticed"
        assert error.message.startswith(OF_TOKEN)
        expected = "secret.format" if at == 0 else "secret.key_version" if at < 5 else "secret.unopened"
        assert (error.code, error.exit_code) == (expected, 7)
        assert "give it another value, or restore the store from a backup" in str(error.hint)


def test_every_shortening_and_lengthening_is_told_by_resource_and_field(
    store: Store, changing: Callable[[bytes], SecretError | None]
) -> None:
    sealed = store.cell(f"SELECT ciphertext FROM secret_values WHERE {TOKEN}")
    changed = [sealed[:length] for length in range(len(sealed))] + [sealed + b"\0", sealed + sealed]
    for each in changed:
        error = changing(each)
        assert error is not None
        assert error.message.startswith(OF_TOKEN)
        assert error.code in ("secret.format", "secret.unopened")


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (f"{OF_PROD} AND path = 'spec.data.OTHER'", "secret.unopened"),
        (f"{OF_TEST} AND path = 'spec.data.TOKEN'", "secret.unopened"),
    ],
    ids=["another field", "another resource"],
)
def test_a_value_of_elsewhere_does_not_open(store: Store, source: str, code: str) -> None:
    store.change(
        f"UPDATE secret_values SET ciphertext = (SELECT ciphertext FROM secret_values WHERE {source}) WHERE {TOKEN}"
    )
    assert store.refuses(code).message.startswith(f"{OF_TOKEN} does not open")
    assert store.reveal(only="OTHER") == {"spec.data.OTHER": VALUES["OTHER"]}
    assert store.reveal(TEST, only="TOKEN") == {"spec.data.TOKEN": VALUES["TOKEN"]}


def test_rows_that_exchange_their_field_do_not_open(store: Store) -> None:
    other = "iif(path = 'spec.data.TOKEN', 'spec.data.OTHER', 'spec.data.TOKEN')"
    store.change(f"UPDATE secret_values SET path = {other} WHERE {OF_PROD}")
    # A value with another fingerprint is not the one that is asked for: it is as if there were none.
    assert store.reveal() == {}


def test_a_value_of_another_store_does_not_open(store: Store) -> None:
    other = copy(store, "other")
    for table, column in (("secret_values", "ciphertext"), ("data_keys", "wrapped")):
        of = TOKEN if table == "secret_values" else OF_PROD
        foreign = other.cell(f"SELECT {column} FROM {table} WHERE {of}")
        store.change(f"UPDATE {table} SET {column} = ? WHERE {of}", foreign)
        error = store.refuses("secret.unopened")
        assert "environment/prod does not open" in error.message
    assert error.message.startswith("the data key of environment/prod")


def test_a_resource_of_another_kind_does_not_open_it(store: Store) -> None:
    error = store.refuses("secret.unopened", kind="AgentExecution")
    assert error.message.startswith("the secret spec.data.")


def test_the_data_keys_of_two_resources_do_not_pass_for_each_other(store: Store) -> None:
    wrapped = store.cell(f"SELECT wrapped FROM data_keys WHERE {OF_TEST}")
    store.change(f"UPDATE data_keys SET wrapped = ? WHERE {OF_PROD}", wrapped)
    error = store.refuses("secret.unopened")
    assert error.message.startswith("the data key of environment/prod does not open")
    assert "all of its secrets" in str(error.hint)
    assert store.reveal(TEST)


def test_a_data_key_does_not_pass_for_another_version_of_it(store: Store) -> None:
    sealed = store.cell(f"SELECT ciphertext FROM secret_values WHERE {TOKEN}")
    relabelled = sealed[:1] + (2).to_bytes(4, "big") + sealed[5:]
    store.change(f"UPDATE secret_values SET ciphertext = ? WHERE {TOKEN}", relabelled)
    error = store.refuses("secret.key_version")
    assert (
        error.message
        == f"{OF_TOKEN} does not open: version 2 of its data key is needed, and is not in the store"
    )
    store.change(f"INSERT INTO data_keys SELECT resource_id, 2, wrapped FROM data_keys WHERE {OF_PROD}")
    assert store.refuses("secret.unopened").message.startswith("the data key of environment/prod does not")


def test_a_data_key_that_is_gone_is_told(store: Store) -> None:
    store.change(f"DELETE FROM data_keys WHERE {OF_PROD}")
    assert "version 1 of its data key is needed" in store.refuses("secret.key_version").message


def test_an_older_value_of_the_same_field_is_not_taken_for_the_newer(store: Store) -> None:
    old = store.cell(f"SELECT ciphertext FROM secret_values WHERE {TOKEN}")
    old_fingerprint = store.cell(f"SELECT fingerprint FROM secret_values WHERE {TOKEN}")
    store.apply(token="another value of TOKEN")
    assert store.reveal()["spec.data.TOKEN"] == "another value of TOKEN"
    store.change(
        f"UPDATE secret_values SET ciphertext = ? WHERE {TOKEN} AND fingerprint <> ?", old, old_fingerprint
    )
    error = store.refuses("secret.exchanged")
    assert error.message.startswith(f"{OF_TOKEN} is not the value that it should be")


def test_the_key_of_the_fingerprints_is_that_of_its_store(store: Store) -> None:
    other = copy(store, "other")
    foreign = other.cell("SELECT fingerprint_key FROM store")
    store.change("UPDATE store SET fingerprint_key = ?", foreign)
    error = store.refuses("secret.key_wrong")
    assert "what the store keeps of its keys was changed" in error.message


def test_a_key_of_the_fingerprints_that_is_gone_is_not_made_anew(store: Store) -> None:
    store.change("UPDATE store SET fingerprint_key = NULL")
    assert "the key of their fingerprints is gone" in store.refuses("secret.key_wrong").message
    with pytest.raises(SecretError):
        store.apply(description="something else")
    assert store.cell("SELECT fingerprint_key FROM store") is None


def test_a_store_that_says_it_is_another_opens_nothing(store: Store) -> None:
    store.change("UPDATE store SET store_id = store_id || 'x'")
    store.refuses("secret.key_wrong")


def break_key(key: Path, how: str) -> None:
    match how:
        case "wrong":
            key.unlink()
            KeyFile(key).put(new_master_keys())
        case "missing":
            key.unlink()
        case "unreadable":
            key.unlink()
            key.mkdir()
        case "exposed":
            key.chmod(0o640)
        case "malformed":
            key.write_bytes(key.read_bytes()[:-9] + b"\n")


@pytest.mark.parametrize("how", ["wrong", "missing", "unreadable", "exposed", "malformed"])
def test_a_master_key_that_cannot_be_used_is_told_before_any_value(store: Store, how: str) -> None:
    break_key(store.key.path, how)
    error = store.refuses(f"secret.key_{how}")
    assert "spec.data" not in error.message


def test_a_value_of_the_old_format_opens_and_is_bound_to_its_place(store: Store) -> None:
    with store.opened() as backend:
        store_id, resource_id = backend.info().store_id, live(backend, PROD).id
    master = store.key.load().current
    for name, value in VALUES.items():
        place = Place(store_id, "Environment", resource_id, f"spec.data.{name}")
        sealed = seal(value.encode(), master, place)
        assert sealed[:5] == b"\x01\0\0\0\x01"
        where = f"{OF_PROD} AND path = '{place.path}'"
        store.change(f"UPDATE secret_values SET ciphertext = ? WHERE {where}", sealed)
    store.change(f"DELETE FROM data_keys WHERE {OF_PROD}")
    assert store.reveal() == {f"spec.data.{name}": value for name, value in VALUES.items()}
    test_a_value_of_elsewhere_does_not_open(
        store, f"{OF_PROD} AND path = 'spec.data.OTHER'", "secret.unopened"
    )


@pytest.mark.parametrize("table", ["secret_values SET ciphertext", "data_keys SET wrapped"])
def test_an_apply_that_brings_the_values_again_mends_what_was_damaged(store: Store, table: str) -> None:
    store.change(f"UPDATE {table} = zeroblob(61) WHERE {OF_PROD}")
    store.refuses("secret.format")
    store.apply(description="something else")
    assert store.reveal() == {f"spec.data.{name}": value for name, value in VALUES.items()}


def test_a_data_key_is_not_replaced_while_the_master_key_that_opens_it_may_come_back(store: Store) -> None:
    with store.opened() as backend:
        store_id, resource_id = backend.info().store_id, live(backend, PROD).id
    (one,) = store.key.load().versions
    wrapped = store.cell(f"SELECT wrapped FROM data_keys WHERE {OF_PROD}")
    key, two = unwrap_data_key(wrapped, 1, one, store_id, resource_id), MasterKey(2, bytes(32))
    elsewhere = wrap_data_key(key, two, store_id, resource_id)
    store.change(f"UPDATE data_keys SET wrapped = ? WHERE {OF_PROD}", elsewhere)
    with pytest.raises(SecretError) as caught:
        store.apply(token="another value of TOKEN")
    assert caught.value.code == "secret.key_version"
    assert caught.value.message == (
        "the data key of environment/prod does not open: version 2 of the master key is needed, and kept is 1"
    )
    assert store.cell(f"SELECT wrapped FROM data_keys WHERE {OF_PROD}") == elsewhere
    store.key.replace(MasterKeys((one, two)))
    store.apply(token="another value of TOKEN")
    assert store.reveal()["spec.data.TOKEN"] == "another value of TOKEN"


def test_what_a_writer_deletes_is_overwritten(store: Store) -> None:
    sealed = store.cell(f"SELECT ciphertext FROM secret_values WHERE {TOKEN}")
    assert sealed in store.database.read_bytes()
    connection = open_writer(store.database, 1)
    connection.execute(f"DELETE FROM secret_values WHERE {TOKEN}")
    connection.pragma("wal_checkpoint(TRUNCATE)")
    connection.close()
    (content,) = {b"".join(file.read_bytes() for file in store.home.iterdir())}
    assert sealed not in content
    assert sealed[17:33] not in content
