# SPDX-License-Identifier: Apache-2.0
"""The key in a backup: every version that the copy needs, whatever happened meanwhile; and where it goes when it is restored."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from stigmer.backends.contract import SecretEntry
from stigmer.backends.local import LocalBackend, backup
from stigmer.backends.local.backup import back_up, restore
from stigmer.backends.local.key_move import move_key
from stigmer.backends.local.rotation import rotate
from stigmer.backends.local.vault import Vault
from stigmer.errors import StigmerError
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import Key
from stigmer.secrets.key_file import KeyFile
from stigmer.secrets.key_places import HomeKey, Sort
from stigmer.secrets.keys import KeyPlace, MasterKeys, new_master_keys
from tests.backends.builders import apply, put
from tests.secrets import keychains
from tests.secrets.keychains import Kept

NAMES = [f"env-{number}" for number in range(3)]
PATH = "spec.data.TOKEN"


def phrase() -> Secret:
    return Secret("correct horse battery")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A store with secrets."""
    path = tmp_path / "home"
    path.mkdir()
    with LocalBackend.open(path / "local.db", master_key=KeyFile(path / "master.key"), create=True) as store:
        for name in NAMES:
            put_secret(store, name)
    return path


def put_secret(store: LocalBackend, name: str) -> None:
    key = Key("Environment", "default", name)
    (mark,) = store.fingerprints([Secret(f"clear {name}")])
    spec = {"data": {"TOKEN": {"is_secret": True, "fingerprint": mark}}}
    apply(store, put(key, spec=spec, secrets={PATH: SecretEntry(mark, Secret(f"clear {name}"))}))


def back_up_from(home: Path, target: Path, place: KeyPlace | None = None) -> None:
    back_up(home / "local.db", place or KeyFile(home / "master.key"), target, phrase)


def restored(source: Path, target: Path, *, sort: Sort | None = None) -> HomeKey:
    key = HomeKey(target / "master.key", str(target), sort=sort, environ=os.environ)
    restore(source, target / "local.db", key, phrase, replace=False)
    return key


def assert_opens(home: Path, place: KeyPlace) -> None:
    """Every secret is there and right."""
    with LocalBackend.open(home / "local.db", master_key=place) as store:
        connection = apsw.Connection(str(home / "local.db"))
        vault = Vault(connection, store.info().store_id, place, read_only=True)
        for name in NAMES:
            (stored,) = store.get([Key("Environment", "default", name)]).values()
            (mark,) = store.fingerprints([Secret(f"clear {name}")])
            assert vault.reveal("Environment", stored.id, {PATH: mark})[PATH].reveal() == f"clear {name}"
        connection.close()


def rotated(home: Path) -> None:
    assert rotate(home / "local.db", KeyFile(home / "master.key"), lambda done, total: None) is not None


class Watched:
    """A key place that does something before and after the key is replaced."""

    def __init__(self, place: KeyFile, act: Callable[[str], None]) -> None:
        self.place, self.act = place, act

    def __str__(self) -> str:
        return str(self.place)

    def exists(self) -> bool:
        return self.place.exists()

    def load(self) -> MasterKeys:
        return self.place.load()

    def put(self, keys: MasterKeys) -> MasterKeys:
        return self.place.put(keys)

    def replace(self, keys: MasterKeys) -> None:
        self.act("before replacing the key")
        self.place.replace(keys)
        self.act("after replacing the key")


def test_a_backup_of_any_moment_of_a_rotation_opens_and_the_rotation_can_go_on(
    home: Path, tmp_path: Path
) -> None:
    made: list[Path] = []

    def make(_: object, __: object = None) -> None:
        made.append(tmp_path / f"b{len(made)}")
        back_up_from(home, made[-1])

    rotate(home / "local.db", Watched(KeyFile(home / "master.key"), make), make, batch=1)
    assert len(made) >= 4 + len(NAMES)
    for number, source in enumerate(made):
        again = tmp_path / f"again{number}"
        key = restored(source, again, sort=Sort.FILE)
        assert_opens(again, key)
        rotated(again)
        assert_opens(again, key)
        assert len(key.load().versions) == 1


def during_the_copy(
    monkeypatch: pytest.MonkeyPatch, before: Callable[[], object], after: Callable[[], object]
) -> None:
    """Something happens between the first reading of the key and the copy, and something between the copy and the second reading."""
    copy = backup._copy
    first = [True]

    def copied(database: Path, draft: Path) -> None:
        if first[0]:
            before()
        copy(database, draft)
        if first[0]:
            first[0] = False
            after()

    monkeypatch.setattr(backup, "_copy", copied)


@pytest.mark.parametrize(("before", "after"), [(1, 0), (0, 1), (1, 1), (2, 0), (0, 2), (2, 2)])
def test_a_backup_opens_however_many_rotations_it_meets(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: int, after: int
) -> None:
    def times(number: int) -> None:
        for _ in range(number):
            rotated(home)

    during_the_copy(monkeypatch, lambda: times(before), lambda: times(after))
    back_up_from(home, tmp_path / "b")
    assert_opens(tmp_path / "again", restored(tmp_path / "b", tmp_path / "again", sort=Sort.FILE))


def test_the_first_secret_may_come_while_the_store_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def first() -> None:
        with opened(tmp_path) as store:
            for name in NAMES:
                put_secret(store, name)

    opened(tmp_path).close()
    during_the_copy(monkeypatch, first, lambda: None)
    back_up_from(tmp_path, tmp_path / "b")
    assert_opens(tmp_path / "again", restored(tmp_path / "b", tmp_path / "again", sort=Sort.FILE))


def opened(home: Path) -> LocalBackend:
    return LocalBackend.open(home / "local.db", master_key=KeyFile(home / "master.key"), create=True)


def test_what_names_a_version_that_never_was_keeps_nobody_from_a_backup(home: Path, tmp_path: Path) -> None:
    damaged = apsw.Connection(str(home / "local.db"))
    damaged.execute(
        "UPDATE data_keys SET wrapped = CAST(x'0100000063' || substr(wrapped, 6) AS BLOB) WHERE rowid = 1"
    )
    damaged.close()
    back_up_from(home, tmp_path / "b")
    assert (tmp_path / "b").exists()


def test_a_backup_that_nobody_could_open_is_not_made(home: Path, tmp_path: Path) -> None:
    KeyFile(home / "master.key").replace(new_master_keys())
    with pytest.raises(StigmerError) as caught:
        back_up_from(home, tmp_path / "b")
    assert caught.value.code == "secret.key_wrong"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["home"]


OLD_TABLE = """CREATE TABLE store_backup (
  format INTEGER NOT NULL, made_at TEXT NOT NULL, made_by TEXT NOT NULL,
  version INTEGER, memory INTEGER, passes INTEGER, lanes INTEGER, salt BLOB, nonce BLOB, ciphertext BLOB) STRICT"""


def test_a_backup_of_before_is_still_read(home: Path, tmp_path: Path) -> None:
    """Format 1 held one version of the key, with its number in a column and in what the ciphertext is bound to."""
    import orjson
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    back_up_from(home, tmp_path / "b")
    key = KeyFile(home / "master.key").load().current
    connection = apsw.Connection(str(tmp_path / "b"))
    store_id = connection.execute("SELECT store_id FROM store").get
    salt, nonce = os.urandom(16), os.urandom(12)
    kdf = Argon2id(salt=salt, length=32, iterations=1, lanes=1, memory_cost=64)
    cipher = AESGCM(kdf.derive(phrase().reveal().encode()))
    sealed = cipher.encrypt(nonce, key.material, orjson.dumps(["backup", store_id, key.version, 64, 1, 1]))
    connection.execute("DROP TABLE store_backup")
    connection.execute(OLD_TABLE)
    connection.execute(
        "INSERT INTO store_backup VALUES (1, '2026-01-01T00:00:00Z', 'stigmer 0.1', ?, 64, 1, 1, ?, ?, ?)",
        (key.version, salt, nonce, sealed),
    )
    connection.close()
    assert_opens(tmp_path / "again", restored(tmp_path / "b", tmp_path / "again", sort=Sort.FILE))


@pytest.fixture
def chain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    keychains.use_in(monkeypatch, tmp_path)(Kept)


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize("sort", [None, Sort.KEYCHAIN, Sort.FILE])
def test_a_restored_key_goes_where_new_ones_go_and_the_store_remembers_it(
    home: Path, tmp_path: Path, sort: Sort | None
) -> None:
    back_up_from(home, tmp_path / "b")
    again = tmp_path / "again"
    key = restored(tmp_path / "b", again, sort=sort)
    assert (again / "master.key").exists() is (sort is Sort.FILE)
    assert_opens(again, key)
    remembered = apsw.Connection(str(again / "local.db")).execute("SELECT key_place FROM store").get
    assert remembered == str(key)


@pytest.mark.usefixtures("chain")
def test_an_entry_of_the_keychain_that_is_in_the_way_is_kept(home: Path, tmp_path: Path) -> None:
    back_up_from(home, tmp_path / "b")
    again = tmp_path / "again"
    again.mkdir()
    key = HomeKey(again / "master.key", str(again), environ=os.environ)
    other = key.put(new_master_keys())
    with pytest.raises(StigmerError) as caught:
        restore(tmp_path / "b", again / "local.db", key, phrase, replace=False)
    assert (caught.value.code, key.load()) == ("restore.exists", other)
    _, kept = restore(tmp_path / "b", again / "local.db", key, phrase, replace=True)
    assert_opens(again, key)
    (name,) = kept
    aside = HomeKey(again / "nothing", name.removeprefix("the keychain, as stigmer "), environ=os.environ)
    assert aside.load() == other


@pytest.mark.usefixtures("chain")
def test_with_a_store_that_is_replaced_a_copy_of_its_key_is_kept(home: Path, tmp_path: Path) -> None:
    back_up_from(home, tmp_path / "b")
    again = tmp_path / "again"
    key = restored(tmp_path / "b", again)
    _, kept = restore(tmp_path / "b", again / "local.db", key, phrase, replace=True)
    assert len(kept) == 2
    assert_opens(again, key)
    assert len(keychains.entries()) == 2


def test_a_key_that_is_there_and_is_the_backups_is_in_nobodys_way(home: Path, tmp_path: Path) -> None:
    back_up_from(home, tmp_path / "b")
    (home / "local.db").unlink()
    content = (home / "master.key").read_bytes()
    assert_opens(home, restored(tmp_path / "b", home, sort=Sort.FILE))
    assert (home / "master.key").read_bytes() == content
    assert not list(home.glob("*.before-restore-*"))


@pytest.mark.parametrize("how", ["moved", "restored"])
def test_who_changes_the_key_for_another_store_of_the_home_waits_while_it_is(
    home: Path, tmp_path: Path, how: str
) -> None:
    held = []

    def asked(*, new: bool) -> Secret:
        descriptor = os.open(home, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.append(new)
        finally:
            os.close(descriptor)
        return phrase()

    key = HomeKey(home / "master.key", str(home), sort=Sort.PASSPHRASE, passphrase=asked, environ=os.environ)
    if how == "moved":
        move_key(home / "local.db", key)
    else:
        back_up_from(home, tmp_path / "backup")
        restore(tmp_path / "backup", home / "local.db", key, phrase, replace=True)
    assert held == [True]
    assert_opens(home, key)
