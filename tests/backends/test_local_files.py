# SPDX-License-Identifier: Apache-2.0
"""The files of the local store: who may read them, what is in them, what a reader leaves."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import apsw
import pytest

from stigmer.backends.contract import SecretEntry
from stigmer.backends.local import LocalBackend
from stigmer.errors import NotFoundError
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import Key
from stigmer.secrets.envelope import Place, unseal, unwrap_data_key
from stigmer.secrets.key_file import KeyFile
from stigmer.secrets.keys import SecretError
from tests.backends.builders import apply, live, put

BOT, PROD = Key("Agent", "default", "bot"), Key("Environment", "default", "prod")
CANARY = "canary-3b1f9a77"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def opened(home: Path, *, create: bool = True, read_only: bool = False) -> LocalBackend:
    return LocalBackend.open(
        home / "local.db",
        master_key=KeyFile(home / "master.key"),
        home=home,
        create=create,
        read_only=read_only,
        busy_timeout=5,
    )


def put_secret(backend: LocalBackend, value: str) -> str:
    (fingerprint,) = backend.fingerprints([Secret(value)])
    at = backend.get([PROD]).get(PROD)
    secrets = {"spec.data.TOKEN": SecretEntry(fingerprint, Secret(value))}
    apply(
        backend,
        put(
            PROD,
            at,
            spec={"data": {"TOKEN": {"is_secret": True, "fingerprint": fingerprint}}},
            secrets=secrets,
        ),
    )
    return fingerprint


def modes(home: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in home.iterdir()}


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_nobody_else_reads_any_file_of_the_store(home: Path) -> None:
    with opened(home) as backend:
        put_secret(backend, CANARY)
        assert modes(home) == dict.fromkeys(("local.db", "local.db-wal", "local.db-shm", "master.key"), 0o600)
    assert home.stat().st_mode & 0o777 == 0o700


def test_loose_modes_are_tightened_by_a_writer(home: Path) -> None:
    with opened(home) as backend:
        apply(backend, put(BOT))
        for path in home.iterdir():
            path.chmod(0o644)
        home.chmod(0o755)
        opened(home, create=False).close()
        assert set(modes(home).values()) == {0o600}
    assert home.stat().st_mode & 0o777 == 0o700


def test_a_directory_that_is_not_the_home_keeps_its_mode(home: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    LocalBackend.open(shared / "local.db", master_key=KeyFile(home / "master.key"), create=True).close()
    assert shared.stat().st_mode & 0o777 == 0o755
    assert modes(shared) == {"local.db": 0o600}


def test_a_secret_is_nowhere_in_the_files(home: Path) -> None:
    with opened(home) as backend:
        fingerprint = put_secret(backend, CANARY)
        put_secret(backend, CANARY + "-again")
        (while_open,) = [b"".join(path.read_bytes() for path in home.iterdir())]
    closed = b"".join(path.read_bytes() for path in home.iterdir())
    for content in (while_open, closed):
        assert CANARY.encode() not in content
        assert fingerprint.encode() in content


def test_what_is_sealed_opens_in_its_place_alone(home: Path) -> None:
    with opened(home) as backend:
        put_secret(backend, CANARY)
        store_id, resource_id = backend.info().store_id, live(backend, PROD).id
    database = apsw.Connection(str(home / "local.db"))
    sealed = database.execute("SELECT ciphertext FROM secret_values").get
    wrapped = database.execute("SELECT wrapped FROM data_keys").get
    database.close()
    master = KeyFile(home / "master.key").load().current
    key = unwrap_data_key(wrapped, 1, master, store_id, resource_id)
    assert (
        unseal(sealed, key, Place(store_id, "Environment", resource_id, "spec.data.TOKEN")) == CANARY.encode()
    )
    with pytest.raises(SecretError):
        unseal(sealed, key, Place(store_id, "Environment", resource_id, "spec.data.OTHER"))


def test_a_store_without_secrets_needs_no_key(home: Path) -> None:
    with opened(home) as backend:
        (home / "master.key").write_text("not a key")
        apply(backend, put(BOT))
        assert BOT in backend.snapshot().heads


def test_a_reader_leaves_everything_as_it_was(home: Path) -> None:
    with opened(home) as backend:
        apply(backend, put(BOT))
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in home.iterdir()}
    with opened(home, read_only=True) as reader:
        assert live(reader, BOT).version == 1
        assert len(reader.fingerprints([Secret("x")])[0]) == 64
        assert reader.fingerprints([Secret("x")]) == reader.fingerprints([Secret("x")])
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in home.iterdir()} == before


def test_a_reader_sees_what_a_writer_has_not_yet_moved_into_the_file(home: Path) -> None:
    with opened(home) as writer, opened(home, read_only=True) as reader:
        apply(writer, put(BOT))
        assert BOT in reader.snapshot().heads
        with pytest.raises(Exception, match="cannot be written") as caught:
            apply(reader, put(PROD))
        assert getattr(caught.value, "code", None) == "backend.readonly"


def test_there_is_no_store_until_one_is_made(home: Path) -> None:
    path = home / "local.db"
    assert not LocalBackend.exists(path)
    for read_only in (True, False):
        with pytest.raises(NotFoundError) as caught:
            opened(home, create=False, read_only=read_only)
        assert caught.value.code == "backend.missing"
    assert not home.exists()
    opened(home).close()
    assert LocalBackend.exists(path)


def test_a_store_that_was_begun_and_not_made_is_none(home: Path) -> None:
    home.mkdir()
    (home / "local.db").touch()
    assert not LocalBackend.exists(home / "local.db")
    with pytest.raises(NotFoundError):
        opened(home, create=False, read_only=True)
    with opened(home) as backend:
        assert backend.info().revision == 0


def test_many_at_once_make_one_store_and_one_key(home: Path) -> None:
    barrier = threading.Barrier(4)

    def first_use(_: int) -> tuple[str, str]:
        barrier.wait()
        with opened(home) as backend:
            return backend.info().store_id, backend.fingerprints([Secret("x")])[0]

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(first_use, range(4)))) == 1
