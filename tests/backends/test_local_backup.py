# SPDX-License-Identifier: Apache-2.0
"""Backups: made while the store is in use, whole or not at all, and a store again wherever they are restored."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread

import apsw
import pytest

from stigmer.backends.contract import SecretEntry
from stigmer.backends.local import LocalBackend
from stigmer.backends.local.backup import back_up, restore
from stigmer.errors import BackendError, NotFoundError, RefusedError, StigmerError
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import Key
from stigmer.secrets.key_file import KeyFile
from stigmer.secrets.key_places import HomeKey
from tests.backends.builders import apply, live, put

BOT, PROD = Key("Agent", "default", "bot"), Key("Environment", "default", "prod")
CLEAR = "canary-5d0f"  # secret-scan: allow
PHRASE = Secret("correct horse battery")


def phrase() -> Secret:
    return PHRASE


def nobody() -> Secret:
    raise AssertionError("nobody was to be asked for a passphrase")


class Place:
    """A home with a database and a key."""

    def __init__(self, directory: Path) -> None:
        self.database = directory / "local.db"
        self.key = directory / "master.key"

    def open(self) -> LocalBackend:
        return LocalBackend.open(self.database, master_key=KeyFile(self.key), create=True)

    def names(self) -> list[str]:
        return sorted(path.name.partition("-2")[0] for path in self.database.parent.iterdir())

    def back_up(self, target: Path) -> None:
        back_up(self.database, KeyFile(self.key), target, phrase)

    def restore(
        self, source: Path, *, replace: bool = False, passphrase: Secret = PHRASE
    ) -> tuple[Path, ...]:
        kept = restore(source, self.database, HomeKey(self.key, ""), lambda: passphrase, replace=replace)[1]
        return tuple(map(Path, kept))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A store with an agent and a secret."""
    made = Place(tmp_path / "home")
    with made.open() as store:
        apply(store, put(BOT, title="One"))
        put_secret(store, CLEAR)
    return made


@pytest.fixture
def other(tmp_path: Path) -> Place:
    return Place(tmp_path / "other")


def put_secret(store: LocalBackend, clear: str) -> None:
    (mark,) = store.fingerprints([Secret(clear)])
    spec = {"data": {"TOKEN": {"is_secret": True, "fingerprint": mark}}}
    at = store.get([PROD]).get(PROD)
    apply(store, put(PROD, at, spec=spec, secrets={"spec.data.TOKEN": SecretEntry(mark, Secret(clear))}))


def refused(code: str, act: object) -> None:
    with pytest.raises(StigmerError) as caught:
        act()  # type: ignore[operator]
    assert caught.value.code == code


def test_a_store_comes_back_elsewhere_with_history_and_secrets(
    place: Place, other: Place, tmp_path: Path
) -> None:
    place.back_up(tmp_path / "b")
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600
    other.restore(tmp_path / "b")
    with place.open() as was, other.open() as now:
        assert now.info() == type(now.info())(
            was.info().store_id, 2, "default", now.info().description, was.info().actor
        )
        assert now.snapshot() == was.snapshot()
        assert now.versions(BOT) == was.versions(BOT)
        assert now.fingerprints([Secret(CLEAR)]) == was.fingerprints([Secret(CLEAR)])
        put_secret(now, "another")
        apply(now, put(BOT, live(now, BOT), title="Two"))
    assert {path.stat().st_mode & 0o777 for path in other.database.parent.iterdir()} == {0o600}


def test_nothing_in_clear_is_in_the_file(place: Place, tmp_path: Path) -> None:
    place.back_up(tmp_path / "b")
    key = place.key.read_text().split()[-1]
    content = (tmp_path / "b").read_bytes()
    for hidden in (CLEAR, key, PHRASE.reveal()):
        assert hidden.encode() not in content


def test_a_store_without_secrets_needs_no_passphrase(other: Place, tmp_path: Path) -> None:
    with other.open() as store:
        apply(store, put(BOT))
    made = back_up(other.database, KeyFile(other.key), tmp_path / "b", nobody)
    assert (made.revision, made.has_key) == (1, False)
    again = Place(tmp_path / "again")
    restore(tmp_path / "b", again.database, HomeKey(again.key, ""), nobody, replace=False)
    assert not again.key.exists()


def test_another_passphrase_opens_nothing_and_changes_nothing(
    place: Place, other: Place, tmp_path: Path
) -> None:
    place.back_up(tmp_path / "b")
    refused("secret.passphrase", lambda: other.restore(tmp_path / "b", passphrase=Secret("wrong horse")))
    assert not other.database.exists()
    before = place.database.read_bytes()
    refused(
        "secret.passphrase",
        lambda: place.restore(tmp_path / "b", replace=True, passphrase=Secret("wrong horse")),
    )
    assert place.database.read_bytes() == before


def test_what_is_there_is_not_replaced_unless_that_is_asked_for(place: Place, tmp_path: Path) -> None:
    place.back_up(tmp_path / "b")
    with place.open() as store:
        apply(store, put(BOT, live(store, BOT), title="Later"))
    with pytest.raises(RefusedError) as caught:
        place.restore(tmp_path / "b")
    assert caught.value.code == "restore.exists"
    kept = place.restore(tmp_path / "b", replace=True)
    assert len(kept) == 2
    with place.open() as store:
        assert store.info().revision == 2
    aside = Place(tmp_path / "aside")
    aside.database.parent.mkdir()
    kept[0].rename(aside.database)
    kept[1].rename(aside.key)
    with aside.open() as store:
        assert b"Later" in live(store, BOT).body


def test_a_store_that_somebody_has_open_is_not_pulled_away(place: Place, tmp_path: Path) -> None:
    place.back_up(tmp_path / "b")
    with place.open() as store:
        refused("backend.busy", lambda: place.restore(tmp_path / "b", replace=True))
        apply(store, put(BOT, live(store, BOT), title="Later"))
    with place.open() as store:
        assert store.info().revision == 3


def test_a_damaged_store_is_replaced_and_its_log_with_it(place: Place, tmp_path: Path) -> None:
    place.back_up(tmp_path / "b")
    with place.open() as store:
        apply(store, put(BOT, live(store, BOT), title="Later"))
        log = place.database.with_name("local.db-wal").read_bytes()
    place.database.write_bytes(b"no database" * 1000)
    place.database.with_name("local.db-wal").write_bytes(log)
    place.restore(tmp_path / "b", replace=True)
    with place.open() as store:
        assert store.info().revision == 2
        assert b"One" in live(store, BOT).body


def test_a_backup_is_made_while_somebody_writes(place: Place, other: Place, tmp_path: Path) -> None:
    stop, counts = Event(), []

    def write() -> None:
        with place.open() as store:
            while not stop.is_set():
                apply(store, put(BOT, live(store, BOT), title=f"{store.info().revision + 1}"))
                counts.append(store.info().revision)

    writer = Thread(target=write)
    writer.start()
    try:
        while len(counts) < 3:
            pass
        for number in range(5):
            place.back_up(tmp_path / f"b{number}")
    finally:
        stop.set()
        writer.join()
    for number in range(5):
        again = Place(tmp_path / f"again{number}")
        again.restore(tmp_path / f"b{number}")
        with again.open() as store:
            revision = store.info().revision
            assert f'"title":"{revision}"'.encode() in live(store, BOT).body
            assert len(store.versions(BOT)) == revision - 1


def test_a_file_that_is_there_is_not_overwritten(place: Place, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("mine")
    refused("backup.exists", lambda: place.back_up(tmp_path / "b"))
    assert (tmp_path / "b").read_text() == "mine"
    refused("backend.unreachable", lambda: place.back_up(tmp_path / "nowhere" / "b"))
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]


def test_what_is_no_backup_is_refused(place: Place, other: Place, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("kind: Agent\n")
    (tmp_path / "empty").touch()
    for name in ("text", "empty"):
        with pytest.raises(BackendError) as caught:
            other.restore(tmp_path / name)
        assert caught.value.code == "backup.foreign"
    with pytest.raises(BackendError) as caught:
        other.restore(place.database)
    assert caught.value.code == "backup.foreign"
    with pytest.raises(NotFoundError):
        other.restore(tmp_path / "nothing")
    assert not other.database.exists()


def test_a_backup_that_was_damaged_or_is_newer_is_refused(place: Place, other: Place, tmp_path: Path) -> None:
    place.back_up(tmp_path / "b")
    whole = (tmp_path / "b").read_bytes()
    middle = len(whole) // 2 // 8192 * 8192
    (tmp_path / "b").write_bytes(whole[:middle] + bytes(8192) + whole[middle + 8192 :])
    refused("backend.damaged", lambda: other.restore(tmp_path / "b"))
    (tmp_path / "b").write_bytes(whole)
    database = apsw.Connection(str(tmp_path / "b"))
    database.pragma("user_version", 99)
    database.close()
    refused("backup.newer", lambda: other.restore(tmp_path / "b"))
    assert not other.database.exists()


def test_a_store_that_is_not_there_cannot_be_copied(other: Place, tmp_path: Path) -> None:
    refused("backend.missing", lambda: other.back_up(tmp_path / "b"))
    assert not (tmp_path / "b").exists()
