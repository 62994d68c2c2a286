# SPDX-License-Identifier: Apache-2.0
"""What goes wrong under the local store: exit 7, words that help, and the old state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import apsw
import pytest

from stigmer.backends.contract import SecretEntry, Snapshot
from stigmer.backends.local import LocalBackend
from stigmer.backends.local.connection import check_sqlite
from stigmer.errors import BackendError
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import Key
from stigmer.secrets.key_file import KeyFile
from stigmer.secrets.keys import new_master_keys
from tests.backends.builders import apply, put

BOT, TUTOR, PROD = (Key(kind, "default", "one") for kind in ("Agent", "Skill", "Environment"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store that holds one agent."""
    path = tmp_path / "home" / "local.db"
    with opened(path, create=True) as backend:
        apply(backend, put(BOT))
    return path


def opened(path: Path, **how: Any) -> LocalBackend:
    return LocalBackend.open(path, master_key=KeyFile(path.with_name("master.key")), busy_timeout=0.05, **how)


def state(path: Path) -> Snapshot:
    with opened(path, read_only=True) as backend:
        return backend.snapshot()


def fails(code: str, act: Callable[[], object]) -> BackendError:
    with pytest.raises(BackendError) as caught:
        act()
    assert (caught.value.code, caught.value.exit_code) == (code, 7)
    assert caught.value.hint
    return caught.value


def many(text: str = "x" * 5000) -> list[Any]:
    return [
        put(Key("Agent", "default", f"bot-{number}"), spec={"instructions": text}) for number in range(200)
    ]


def test_a_full_disk(path: Path) -> None:
    before = state(path)
    with opened(path) as backend:
        pages = backend._connection.pragma("page_count")
        backend._connection.pragma("max_page_count", pages + 20)
        assert str(path) in fails("backend.full", lambda: apply(backend, *many())).message
        assert backend.snapshot() == before
    assert state(path) == before


class FailingVFS(apsw.VFS):
    """The system's files, of which writes fail on demand."""

    def __init__(self) -> None:
        self.failing = False
        self.usual = apsw.vfs_names()[0]
        super().__init__("failing", self.usual, makedefault=True)

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return FailingFile(self, name, flags)


class FailingFile(apsw.VFSFile):
    def __init__(self, vfs: FailingVFS, name: Any, flags: list[int]) -> None:
        self._vfs = vfs
        super().__init__(vfs.usual, name, flags)

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802
        if self._vfs.failing:
            raise apsw.IOError("the disk is gone")
        super().xWrite(data, offset)


@pytest.fixture
def disk() -> Iterator[FailingVFS]:
    disk = FailingVFS()
    yield disk
    apsw.set_default_vfs(disk.usual)
    disk.unregister()


def test_a_disk_that_fails(path: Path, disk: FailingVFS) -> None:
    before = state(path)
    with opened(path) as backend:
        disk.failing = True
        fails("backend.io", lambda: apply(backend, *many()))
        disk.failing = False
        assert backend.snapshot() == before
        apply(backend, put(TUTOR))
    assert TUTOR in state(path).heads


def test_another_writer(path: Path) -> None:
    before = state(path)
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")
    with opened(path) as backend:
        fails("backend.busy", lambda: apply(backend, put(TUTOR)))
        assert backend.snapshot() == before
        other.execute("ROLLBACK")
        apply(backend, put(TUTOR))
    other.close()


def test_a_database_that_may_not_be_written(path: Path) -> None:
    before = state(path)
    with opened(path) as backend:
        backend._connection.pragma("query_only", True)
        fails("backend.readonly", lambda: apply(backend, put(TUTOR)))
    assert state(path) == before


@pytest.fixture
def locked_home(path: Path) -> Iterator[Path]:
    """The store in a home in which nothing can be written, where modes bind whoever runs this."""
    home = path.parent
    path.chmod(0o400)
    home.chmod(0o500)
    try:
        (home / "probe").touch()
    except PermissionError:
        yield path
    else:
        pytest.skip("modes do not bind this user")
    finally:
        home.chmod(0o700)


def test_a_home_that_may_not_be_written_is_read(locked_home: Path) -> None:
    def write() -> None:
        with opened(locked_home) as backend:
            apply(backend, put(TUTOR))

    before = state(locked_home)
    assert BOT in before.heads
    fails("backend.readonly", write)
    assert state(locked_home) == before


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    fails("backend.unreachable", lambda: opened(tmp_path / "file" / "home" / "local.db", create=True))


def test_a_directory_in_the_place_of_the_database(tmp_path: Path) -> None:
    (tmp_path / "local.db").mkdir()
    fails("backend.unreachable", lambda: opened(tmp_path / "local.db", create=True))


def test_a_file_that_is_no_database(path: Path) -> None:
    path.write_bytes(b"This is a letter, not a database. " * 1000)
    content = path.read_bytes()
    for how in ({"read_only": True}, {"create": True}, {}):
        fails("backend.damaged", partial(opened, path, **how))
    assert path.read_bytes() == content


def test_a_damaged_table(path: Path) -> None:
    database = apsw.Connection(str(path))
    page = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'agents'").get
    size = database.pragma("page_size")
    database.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    with opened(path) as backend:
        fails("backend.damaged", backend.snapshot)
        fails("backend.damaged", lambda: apply(backend, put(Key("Agent", "default", "two"))))


def test_a_database_of_somebody_else(tmp_path: Path) -> None:
    path = tmp_path / "photos.db"
    database = apsw.Connection(str(path))
    database.execute("CREATE TABLE photos (name)").fetchall()
    database.close()
    content = path.read_bytes()
    for how in ({"read_only": True}, {"create": True}):
        fails("backend.foreign", partial(opened, path, **how))
    assert path.read_bytes() == content


def test_an_old_sqlite() -> None:
    check_sqlite("3.51.3")
    check_sqlite("3.100.0")
    assert "3.51.2 is too old" in fails("backend.sqlite", lambda: check_sqlite("3.51.2")).message


def put_secret(backend: LocalBackend, value: str) -> None:
    (fingerprint,) = backend.fingerprints([Secret(value)])
    at = backend.get([PROD]).get(PROD)
    apply(backend, put(PROD, at, secrets={"spec.data.TOKEN": SecretEntry(fingerprint, Secret(value))}))


@pytest.mark.parametrize("read_only", [False, True])
def test_another_master_key(path: Path, *, read_only: bool) -> None:
    with opened(path) as backend:
        put_secret(backend, "first")
    before = state(path)
    key = path.with_name("master.key")
    key.unlink()
    KeyFile(key).put(new_master_keys())
    with opened(path, read_only=read_only) as backend:
        fails("secret.key_wrong", lambda: put_secret(backend, "second"))
    assert state(path) == before


def test_a_lost_master_key_is_not_made_anew(path: Path) -> None:
    with opened(path) as backend:
        put_secret(backend, "first")
    key = path.with_name("master.key")
    kept = key.read_bytes()
    key.unlink()
    with opened(path) as backend:
        fails("secret.key_missing", lambda: put_secret(backend, "second"))
        assert not key.exists()
        apply(backend, put(TUTOR))
    key.touch(0o600)
    key.write_bytes(kept)
    with opened(path) as backend:
        put_secret(backend, "second")


def test_a_master_key_that_others_may_read(path: Path) -> None:
    with opened(path) as backend:
        put_secret(backend, "first")
    path.with_name("master.key").chmod(0o644)
    with opened(path) as backend:
        assert "chmod 600" in str(fails("secret.key_exposed", lambda: put_secret(backend, "second")).hint)
