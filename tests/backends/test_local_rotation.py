# SPDX-License-Identifier: Apache-2.0
"""Rotation of the master key: everything is sealed anew, everybody reads and writes meanwhile, and nothing goes that is needed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from threading import Thread

import apsw
import pytest

from stigmer.backends.local import LocalBackend
from stigmer.backends.local.rotation import rotate
from stigmer.backends.local.sealed import examine_sealing
from stigmer.backends.sealing import KeyUse, Rotation
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import Key
from stigmer.secrets.key_file import KeyFile
from stigmer.secrets.keys import MasterKeys, SecretError, new_master_keys
from tests.backends.builders import live
from tests.backends.conformance_supply import agent, execution, instance, read
from tests.campaigns.rotation_stage import (
    Remembering,
    Values,
    build,
    keep,
    opens,
    seal_as_before,
    stored_under,
)

RESOURCES = 5


class Home:
    """A home with a store and its key, and what secrets there are."""

    def __init__(self, directory: Path) -> None:
        self.database = directory / "local.db"
        self.key = KeyFile(directory / "master.key")
        self.values: Values = {}

    def open(self) -> LocalBackend:
        return LocalBackend.open(self.database, master_key=self.key, create=True)

    def put(self, store: LocalBackend, name: str, clear: str) -> None:
        self.values |= keep(store, Key("Environment", "default", name), {"TOKEN": clear})

    def rotate(self, told: Callable[[int, int], None] = lambda *_: None, **how: object) -> Rotation:
        made = rotate(self.database, self.key, told, **how)  # type: ignore[arg-type]
        assert made is not None
        return made

    def check(self) -> None:
        """Every secret opens, for a process that knows nothing yet."""
        opens(self.database, self.values, self.key)

    @property
    def versions(self) -> list[int]:
        return [key.version for key in self.key.load().versions]

    def holds(self, *needles: bytes) -> bool:
        """Whether any file of the home holds any of these."""
        return any(
            needle in file.read_bytes() for file in self.database.parent.iterdir() for needle in needles
        )


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A store with a few environments that have a secret each, and one that had another before."""
    home = Home(tmp_path / "home")
    with home.open() as store:
        for number in range(RESOURCES):
            home.put(store, f"r{number}", f"canary {number}")
        home.put(store, "r0", "canary 0, later")
    return home


def test_everything_is_sealed_anew_and_the_old_version_goes(home: Home) -> None:
    before = home.key.load()
    made = home.rotate(batch=2)
    assert (made.version, made.resumed, made.data_keys, made.values) == (2, False, RESOURCES, 0)
    assert (made.dropped, made.kept, made.finished, made.tidy) == ((1,), (), True, True)
    assert home.versions == [2]
    assert home.key.load().current.material != before.current.material
    home.check()
    assert home.rotate().version == 3
    home.check()


def test_the_values_themselves_and_their_fingerprints_stay_as_they_were(home: Home) -> None:
    with home.open() as store:
        was = live(store, Key("Environment", "default", "r0"))
        marks = store.fingerprints([Secret("canary 0, later")])
    home.rotate()
    with home.open() as store:
        assert live(store, Key("Environment", "default", "r0")) == was
        assert store.fingerprints([Secret("canary 0, later")]) == marks


def test_whoever_read_the_key_before_reads_and_writes_throughout(home: Home) -> None:
    old, new = home.open(), 0
    old.fingerprints([Secret("")])  # has the key now
    seen = []

    def told(done: int, total: int) -> None:
        nonlocal new
        seen.append((done, total))
        opens(home.database, home.values, Remembering(home.key, before))
        home.check()
        new += 1
        home.put(old, f"new-{new}", f"canary of {new}")
        home.put(old, "r1", f"canary 1, at {new}")

    before = home.key.load()
    made = home.rotate(told, batch=1)
    old.close()
    assert made.finished
    # What was written before the new version was there is sealed anew as well.
    assert seen == [(0, 0), *((done, RESOURCES + 1) for done in range(1, RESOURCES + 2))]
    home.check()


def test_two_at_once_make_one_version(home: Home) -> None:
    nested: list[Rotation] = []

    def told(done: int, total: int) -> None:
        if done == 2:
            nested.append(home.rotate(batch=1))

    made = home.rotate(told, batch=1)
    assert [(each.version, each.resumed, each.dropped) for each in nested] == [(2, True, (1,))]
    assert (made.version, made.data_keys, made.dropped, made.kept) == (2, 2, (), ())
    assert home.versions == [2]
    home.check()


def test_one_that_is_overtaken_leaves_the_version_of_the_next(home: Home) -> None:
    def told(done: int, total: int) -> None:
        if done == 2:
            home.rotate()
            with pytest.raises(KeyboardInterrupt):
                home.rotate(interrupted, batch=1)

    made = home.rotate(told, batch=1)
    assert made.version == 3
    home.check()
    assert home.versions == [3]


def interrupted(done: int, total: int) -> None:
    if done == 2:
        raise KeyboardInterrupt


def test_many_at_once_leave_one_version(home: Home) -> None:
    wrong: list[BaseException] = []

    def run() -> None:
        try:
            home.rotate(batch=1)
        except BaseException as error:  # noqa: BLE001 - what ends a thread has to be seen
            wrong.append(error)

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(home.versions) == 1
    home.check()


def test_one_that_was_interrupted_is_gone_on_with(home: Home) -> None:
    with pytest.raises(KeyboardInterrupt):
        home.rotate(interrupted, batch=1)
    assert home.versions == [1, 2]
    home.check()
    found = examine_sealing(home.database, home.key)
    assert (found.version, found.rotating, found.problem) == (2, True, None)
    assert found.versions == (KeyUse(1, RESOURCES - 2, 0, True), KeyUse(2, 2, 0, True))
    made = home.rotate()
    assert (made.version, made.resumed, made.data_keys, made.dropped) == (2, True, RESOURCES - 2, (1,))
    home.check()


def test_where_nothing_is_sealed_nothing_is_made(tmp_path: Path) -> None:
    bare = Home(tmp_path / "home")
    bare.open().close()
    assert rotate(bare.database, bare.key, interrupted) is None
    assert not bare.key.exists()


def test_a_key_that_cannot_be_written_changes_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: KeyFile, keys: MasterKeys) -> None:
        raise SecretError("secret.key_unwritable", "it is on a disk that is read alone")

    monkeypatch.setattr(KeyFile, "replace", refused)
    assert "every secret is sealed as before" in refuses(home, "secret.key_unwritable")


def test_a_place_that_does_not_keep_what_is_written_seals_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KeyFile, "replace", lambda self, keys: None)
    refuses(home, "secret.key_unwritable")


def test_the_key_of_another_store_is_left_alone(home: Home) -> None:
    mine = home.key.load()
    home.key.replace(new_master_keys())
    theirs = home.key.path.read_bytes()
    with pytest.raises(SecretError) as caught:
        home.rotate()
    assert caught.value.code == "secret.key_wrong"
    assert home.key.path.read_bytes() == theirs
    home.key.replace(mine)
    home.check()


def refuses(home: Home, code: str) -> str:
    """A rotation ends with this, and the store and its key are as they were."""
    key, sealed = home.key.path.read_bytes(), stored_under(home.database)
    with pytest.raises(SecretError) as caught:
        home.rotate()
    assert caught.value.code == code
    assert (home.key.path.read_bytes(), stored_under(home.database)) == (key, sealed)
    home.check()
    return str(caught.value)


def test_what_does_not_open_keeps_the_old_version_and_nothing_else(home: Home) -> None:
    with home.open() as store:
        damaged = live(store, Key("Environment", "default", "r3")).id
    damage(home.database, damaged)
    made = home.rotate(batch=1)
    assert (made.data_keys, made.dropped, made.kept, made.finished) == (RESOURCES - 1, (), (1,), False)
    (error,) = made.unreadable
    assert "environment/r3" in str(error)
    home.values = {where: clear for where, clear in home.values.items() if where[1] != damaged}
    home.check()
    again = home.rotate()
    assert (again.version, again.resumed, again.kept) == (2, True, (1,))
    last = home.rotate(drop_damaged=True)
    assert (last.version, last.dropped, len(last.unreadable)) == (2, (1,), 1)
    home.check()
    assert home.rotate().version == 3


def damage(database: Path, resource_id: str) -> None:
    """Changes the last bit of what is stored of a data key."""
    with closing(apsw.Connection(str(database))) as connection:
        sql = "SELECT wrapped FROM data_keys WHERE resource_id = ?"
        wrapped: bytes = connection.execute(sql, (resource_id,)).get
        changed = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
        connection.execute("UPDATE data_keys SET wrapped = ? WHERE resource_id = ?", (changed, resource_id))


def test_a_version_that_another_store_needs_stays_until_that_is_rotated_too(home: Home) -> None:
    other = Home(home.database.parent)
    other.database = home.database.with_name("other.db")
    with other.open() as store:
        other.put(store, "theirs", "canary of the other")
    made = home.rotate(others={"other": other.database})
    assert (made.data_keys, made.kept, made.needed_by) == (RESOURCES, (1,), ("other",))
    other.check()
    there = other.rotate(others={"mine": home.database})
    assert (there.version, there.resumed, there.dropped) == (2, True, (1,))
    home.check()
    other.check()


@pytest.mark.parametrize("content", [None, b"", b"no database at all, and a little more of it"])
def test_what_is_no_store_needs_no_key(home: Home, content: bytes | None) -> None:
    path = home.database.with_name("other.db")
    if content is not None:
        path.write_bytes(content)
    made = home.rotate(others={"other": path})
    assert made.finished == (content in (None, b""))  # a damaged one may be a store that is mended later


def test_nothing_of_the_old_seals_is_left_in_the_files(home: Home) -> None:
    sealed = stored_under(home.database)
    idle = home.open()  # so that the log is not just removed with the last that uses it
    home.put(idle, "more", "canary of more")
    assert home.holds(*sealed)
    made = home.rotate(batch=1)
    assert made.tidy
    assert home.database.with_name("local.db-wal").stat().st_size == 0
    assert not home.holds(*sealed, *(key.material for key in home.key.load().versions))
    idle.close()


def test_who_reads_what_was_before_keeps_it_in_the_log_until_he_ends(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stigmer.backends.local.rotation._LOG_TIMEOUT", 0.05)
    sealed = stored_under(home.database)
    with closing(apsw.Connection(str(home.database))) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM data_keys").fetchall()
        made = home.rotate()
    assert (made.finished, made.tidy) == (True, False)
    home.check()
    assert not home.holds(*sealed)


class Late(Remembering):
    """A place that is so slow that a whole rotation fits before it answers."""

    def __init__(self, home: Home) -> None:
        super().__init__(home.key, home.key.load())
        self._home = home

    def load(self) -> MasterKeys:
        home, self._home = self._home, None  # type: ignore[assignment]
        if home is not None:
            home.rotate()
        return self._place.load()


@pytest.mark.parametrize("old_format", [False, True])
def test_a_rotation_that_ends_while_the_key_is_read_is_not_noticed(home: Home, *, old_format: bool) -> None:
    if old_format:
        seal_as_before(home.database, home.key.load(), home.values)
    opens(home.database, home.values, Late(home))
    with LocalBackend.open(home.database, master_key=Late(home), read_only=True) as reader:
        assert len(reader.fingerprints([Secret("x")])) == 1


def test_neither_is_it_by_whoever_reads_a_context(tmp_path: Path) -> None:
    truth = build(tmp_path / "home", 1, Random(1))
    home = Home(tmp_path / "home")
    assert examine_sealing(home.database, home.key).contexts == 1
    with LocalBackend.open(home.database, master_key=Late(home)) as store:
        assert store.get_context(truth.execution, truth.token)
    with LocalBackend.open(home.database, master_key=Late(home)) as store:
        assert store.open_context(truth.execution)


class Ending(Late):
    """A place at which a rotation that is under way ends just when somebody reads the new version."""

    def load(self) -> MasterKeys:
        return super().load() if stopped(self._home) else self._place.load()


def stopped(home: Home | None) -> bool:
    """Whether a rotation is under way."""
    return home is not None and len(home.versions) > 1


def test_neither_is_it_by_whoever_puts_a_context_together(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stigmer.backends.local.rotation._LOG_TIMEOUT", 0.05)
    first, second = (Key("Environment", "default", name) for name in ("r1", "r2"))
    with LocalBackend.open(home.database, master_key=Ending(home)) as store:
        keep(store, first, {"FIRST": "canary of the first"})
        agent(store)
        instance(store, first, second)
        id_ = execution(store)
        with pytest.raises(KeyboardInterrupt):
            home.rotate(interrupted, batch=1)
        # The first is sealed anew already, the second was not when the values were begun to be read.
        assert read(store, id_) == {
            "FIRST": ("secret", "canary of the first"),
            "TOKEN": ("secret", "canary 2"),
        }
    assert home.versions == [2]
