# SPDX-License-Identifier: Apache-2.0
"""What fails under a whole `apply`: exit 7, one clear sentence, no traceback, and the store as it was."""

from __future__ import annotations

import json
import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from stigmer.backends.local import LocalBackend, connection, store
from stigmer.cli.app import run
from tests.campaigns import stage

SIZE = 90


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose store holds something."""
    place = tmp_path_factory.mktemp("template")
    home = place / "home"
    stage.applied(home, stage.write_manifests(place / "first", SIZE // 2, "one"))
    return home


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    """A home of the test's own with the same store."""
    return stage.copy(template, tmp_path / "home")


@pytest.fixture
def manifests(tmp_path: Path) -> Path:
    """What every test tries to apply."""
    return stage.write_manifests(tmp_path / "second", SIZE, "two")


Apply = Callable[[], tuple[int, str]]


@pytest.fixture
def apply_here(
    home: Path, manifests: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Apply:
    """Runs the command in this process, where its disk can be made to fail; gives its exit status and all it says."""
    for name in [name for name in os.environ if name.startswith("STIGMER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("STIGMER_HOME", str(home))
    monkeypatch.setenv("STIGMER_BACKEND", "local")

    def apply() -> tuple[int, str]:
        status = run(["apply", "-f", str(manifests)])
        out, err = capfd.readouterr()
        return int(status), out + err

    return apply


def failed(result: tuple[int, str], code: str, home: Path) -> None:
    """The command said what is wrong, where, and nothing that only its makers understand."""
    status, said = result
    assert status == 7, said
    assert str(home / "local.db") in said
    assert _WORDS[code] in said
    assert "Traceback" not in said


_WORDS = {
    "backend.full": "there is no room to write",
    "backend.io": "reading or writing",
    "backend.busy": "is in use by another process",
    "backend.readonly": "cannot be written",
}


def unchanged_and_usable(before: stage.Rows, home: Path, manifests: Path) -> None:
    """The old state is there to the last row, and what was kept back can be applied once the fault is gone."""
    stage.check_sound(home)
    assert stage.rows(home) == before
    stage.applied(home, manifests)
    assert stage.run(home, "diff", "-f", str(manifests))[0] == 0


def test_a_full_disk(home: Path, manifests: Path, apply_here: Apply, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stage.rows(home)
    open_writer = connection.open_writer

    def with_few_pages_left(*how: Any) -> apsw.Connection:
        writer = open_writer(*how)
        writer.pragma("max_page_count", writer.pragma("page_count") + 2)
        return writer

    with monkeypatch.context() as patch:
        patch.setattr(store, "open_writer", with_few_pages_left)
        failed(apply_here(), "backend.full", home)
    unchanged_and_usable(before, home, manifests)


def test_a_file_that_may_not_grow(home: Path, manifests: Path) -> None:
    before = stage.rows(home)
    limit = 64 * 1024
    told = subprocess.run(
        [*stage.STIGMER, "apply", "-f", str(manifests), "-o", "json"],
        env=stage.environment(home),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert told.returncode == 7, told.stdout + told.stderr
    error = json.loads(told.stdout)["error"]
    assert error["code"] in {"backend.io", "backend.full"}
    assert str(home / "local.db") in error["message"]
    assert error["hint"]
    unchanged_and_usable(before, home, manifests)


class FailingDisk(apsw.VFS):
    """The system's files; on one kind of call, after so many of them, the disk is gone."""

    def __init__(self, call: str, after: int) -> None:
        self.usual = apsw.vfs_names()[0]
        self.call, self.left = call, after
        super().__init__("failing", self.usual, makedefault=True)

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return FailingFile(self, name, flags)

    def used(self, call: str) -> None:
        """Counts a call, and fails it when its time has come."""
        if call == self.call:
            self.left -= 1
            if self.left < 0:
                raise apsw.IOError("the disk is gone")


class FailingFile(apsw.VFSFile):
    def __init__(self, vfs: FailingDisk, name: Any, flags: list[int]) -> None:
        self._vfs = vfs
        super().__init__(vfs.usual, name, flags)

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802
        self._vfs.used("write")
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._vfs.used("sync")
        super().xSync(flags)


@pytest.fixture
def disk() -> Iterator[Callable[[str, int], FailingDisk]]:
    """Makes the disk of this process one that fails."""
    made: list[FailingDisk] = []

    def make(call: str, after: int) -> FailingDisk:
        made.append(FailingDisk(call, after))
        return made[0]

    yield make
    for each in made:
        apsw.set_default_vfs(each.usual)
        each.unregister()


@pytest.mark.parametrize(
    ("call", "after"), [("write", 0), ("write", 1), ("write", 7), ("write", 30), ("sync", 0)]
)
def test_a_disk_that_fails(
    call: str,
    after: int,
    home: Path,
    manifests: Path,
    apply_here: Apply,
    disk: Callable[[str, int], FailingDisk],
) -> None:
    before = stage.rows(home)
    failing = disk(call, after)
    failed(apply_here(), "backend.io", home)
    assert failing.left < 0, "the fault was met"
    apsw.set_default_vfs(failing.usual)
    unchanged_and_usable(before, home, manifests)


def test_another_process_that_writes_for_too_long(
    home: Path, manifests: Path, apply_here: Apply, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = stage.rows(home)
    defaults: Any = LocalBackend.open.__func__.__kwdefaults__  # type: ignore[attr-defined]
    monkeypatch.setitem(defaults, "busy_timeout", 0.1)
    with stage.opened(home) as other:
        other.execute("BEGIN IMMEDIATE")
        failed(apply_here(), "backend.busy", home)
        other.execute("ROLLBACK")
    unchanged_and_usable(before, home, manifests)


def test_another_process_that_is_done_in_time(home: Path, manifests: Path) -> None:
    with stage.opened(home) as other:
        other.execute("BEGIN IMMEDIATE")
        process = stage.start(home, "apply", "-f", str(manifests))
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1.5)
        other.execute("ROLLBACK")
    out, err = process.communicate()
    assert process.returncode == 0, out + err


def test_a_reader_waits_for_whoever_has_the_file_to_itself(home: Path, manifests: Path) -> None:
    with stage.opened(home) as other:
        other.pragma("locking_mode", "EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        process = stage.start(home, "diff", "-f", str(manifests))
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1.5)
    out, err = process.communicate()
    assert process.returncode == 1, out + err


def test_a_store_that_may_not_be_written(
    home: Path, manifests: Path, apply_here: Apply, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = stage.rows(home)
    open_writer = connection.open_writer

    def that_only_reads(*how: Any) -> apsw.Connection:
        writer = open_writer(*how)
        writer.pragma("query_only", True)
        return writer

    with monkeypatch.context() as patch:
        patch.setattr(store, "open_writer", that_only_reads)
        failed(apply_here(), "backend.readonly", home)
    unchanged_and_usable(before, home, manifests)


def test_a_read_only_home(home: Path, manifests: Path, apply_here: Apply) -> None:
    before = stage.rows(home)
    (home / "local.db").chmod(0o400)
    home.chmod(0o500)
    try:
        try:
            (home / "probe").touch()
        except PermissionError:
            status, said = apply_here()
        else:
            pytest.skip("modes do not bind this user")
    finally:
        home.chmod(0o700)
    assert status == 7, said
    assert "Traceback" not in said
    (home / "local.db").chmod(0o600)
    unchanged_and_usable(before, home, manifests)
