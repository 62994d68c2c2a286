# SPDX-License-Identifier: Apache-2.0
"""`stigmer secrets rotate-key` and `stigmer secrets status`: what somebody types, and what is told."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from typing import Any

import apsw
import pytest

from stigmer.backends.local.rotation import _Rotator
from tests.cli.conftest import BOT, SECRET, Cli

OTHER = SECRET.replace("name: keys", "name: more")


@pytest.fixture
def store(cli: Cli) -> Cli:
    """A store with two environments that have a secret each."""
    cli.write("m/keys.yaml", SECRET)
    cli.write("m/more.yaml", OTHER)
    cli("apply", "-f", "m")
    return cli


def stopped(cli: Cli, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Any:
    """A rotation that is interrupted at its second data key."""
    rewrap: Any = _Rotator._rewrap

    def interrupted(self: _Rotator, *row: Any) -> None:
        if self.data_keys:
            raise KeyboardInterrupt
        rewrap(self, *row)

    with monkeypatch.context() as patched:
        patched.setattr(_Rotator, "_rewrap", interrupted)
        return cli("secrets", "rotate-key", "--batch", "1", *arguments, expect=130)


def test_a_rotation_says_what_it_did(store: Cli) -> None:
    before = (store.home / "master.key").read_text()
    said = store("secrets", "rotate-key")
    assert said.out.splitlines()[:2] == [
        "✓ Version 2 of the master key seals everything now, and version 1 is gone",
        "  Sealed anew: 2 data keys.",
    ]
    assert "make a new one of" in said.out
    assert "backend local" in said.err
    assert (store.home / "master.key").read_text() != before
    store("diff", "-f", "m", expect=0)


def test_the_same_as_json(store: Cli) -> None:
    said = store("secrets", "rotate-key", "-o", "json").json
    assert said == {
        "format_version": 1,
        "kind": "KeyRotation",
        "rotated": True,
        "place": str(store.home / "master.key"),
        "version": 2,
        "resumed": False,
        "finished": True,
        "data_keys": 2,
        "values": 0,
        "dropped": [1],
        "kept": [],
        "needed_by": [],
        "unreadable": [],
        "copies": [],
    }


def test_no_key_and_no_value_is_ever_told(store: Cli) -> None:
    keys = [(store.home / "master.key").read_text().split()[-1]]
    said = [
        store("secrets", *words)
        for words in (["status"], ["rotate-key", "-o", "json"], ["status", "-o", "json"])
    ]
    keys.append((store.home / "master.key").read_text().split()[-1])
    for each in said:
        assert not any(secret in each.out + each.err for secret in (*keys, "sesame"))


def test_interrupted_it_says_that_all_is_well_and_goes_on(
    store: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = stopped(store, monkeypatch).err
    assert "every secret can be read as before" in said
    assert "'stigmer secrets rotate-key' goes on" in said
    store("diff", "-f", "m", expect=0)
    status = store("secrets", "status").out
    assert "The master key is being rotated." in status
    (line,) = (each for each in status.splitlines() if each.startswith("version 1 "))
    assert line.endswith("being replaced")
    ended = store("secrets", "rotate-key").out
    assert "The rotation that was under way is at its end: version 2" in ended
    assert "Sealed anew: 1 data key." in ended
    assert "rotated" not in store("secrets", "status").out


def test_a_disk_that_fails_half_way_is_not_told_as_nothing_changed(
    store: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrap: Any = _Rotator._rewrap

    def failing(self: _Rotator, *row: Any) -> None:
        if self.data_keys:
            raise apsw.IOError("disk I/O error")
        rewrap(self, *row)

    with monkeypatch.context() as patched:
        patched.setattr(_Rotator, "_rewrap", failing)
        said = store("secrets", "rotate-key", "--batch", "1", expect=7).err
    assert "[backend.io]" in said
    assert "nothing was changed" not in said
    assert "'stigmer secrets rotate-key' goes on from here" in said
    store("secrets", "rotate-key")
    store("diff", "-f", "m", expect=0)


def test_interrupted_as_json(store: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    said = stopped(store, monkeypatch, "-o", "json").json
    assert said["error"]["code"] == "interrupted"
    found = store("secrets", "status", "-o", "json").json["master_key"]
    assert (found["version"], found["rotating"]) == (2, True)
    assert found["versions"] == [
        {"version": 1, "kept": True, "data_keys": 1, "values": 0},
        {"version": 2, "kept": True, "data_keys": 1, "values": 0},
    ]
    assert store("secrets", "rotate-key", "-o", "json").json["resumed"] is True


def test_a_backup_that_is_taken_in_between_goes_on_where_it_is_restored(
    store: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write("passphrase", "a passphrase of some length\n").chmod(0o600)  # secret-scan: allow
    stopped(store, monkeypatch)
    store("backup", "b.stigmer", "--passphrase-file", "passphrase")
    store("secrets", "rotate-key")
    monkeypatch.setenv("STIGMER_HOME", str(store.home.with_name("other")))
    store("restore", "b.stigmer", "--passphrase-file", "passphrase")
    assert store("secrets", "status", "-o", "json").json["master_key"]["rotating"] is True
    store("diff", "-f", "m", expect=0)
    ended = store("secrets", "rotate-key", "-o", "json").json
    assert (ended["resumed"], ended["version"], ended["dropped"], ended["data_keys"]) == (True, 2, [1], 1)
    store("diff", "-f", "m", expect=0)


def test_without_anything_sealed_there_is_nothing_to_rotate(cli: Cli) -> None:
    cli.write("bot.yaml", BOT)
    cli("apply", "-f", "bot.yaml")
    with closing(apsw.Connection(str(cli.home / "local.db"))) as database:
        database.execute("UPDATE store SET fingerprint_key = NULL")
    (cli.home / "master.key").unlink()
    assert "nothing to rotate" in cli("secrets", "rotate-key").out
    assert cli("secrets", "rotate-key", "-o", "json").json == {
        "format_version": 1,
        "kind": "KeyRotation",
        "rotated": False,
    }
    assert not (cli.home / "master.key").exists()
    status = cli("secrets", "status").out
    assert "not needed yet" in status
    assert "none yet" in status


@pytest.mark.parametrize("command", ["status", "rotate-key"])
def test_without_a_store_nothing_is_made(cli: Cli, command: str) -> None:
    assert "[backend.missing]" in cli("secrets", command, expect=5).err
    assert not cli.home.exists()


def test_a_batch_holds_something(store: Cli) -> None:
    assert "[usage.arguments]" in store("secrets", "rotate-key", "--batch", "0", expect=2).err


def test_what_does_not_open_is_named_and_the_old_version_kept_for_it(store: Cli) -> None:
    with closing(apsw.Connection(str(store.home / "local.db"))) as database:
        sql = "SELECT resource_id, wrapped FROM data_keys ORDER BY resource_id LIMIT 1"
        id_, wrapped = next(database.execute(sql))
        changed = bytes(wrapped)[:-1] + bytes([bytes(wrapped)[-1] ^ 1])
        database.execute("UPDATE data_keys SET wrapped = ? WHERE resource_id = ?", (changed, id_))
    said = store("secrets", "rotate-key", expect=7)
    assert said.out.startswith(
        "! Version 2 of the master key seals whatever opens now, and version 1 is kept for"
    )
    assert "environment/" in said.err
    assert "--drop-damaged" in said.out
    again = store("secrets", "rotate-key", "-o", "json", expect=7).json
    assert (again["finished"], again["kept"], len(again["unreadable"])) == (False, [1], 1)
    assert "version 1 is gone" in store("secrets", "rotate-key", "--drop-damaged", expect=7).out
    lost = store("secrets", "status", expect=7)
    assert "not kept" in lost.out
    assert "[secret.key_version]" in lost.err


def test_a_backend_with_the_same_key_keeps_the_old_version(store: Cli) -> None:
    (store.home / "config.yaml").write_text(
        "backend: local\nbackends:\n  local: {type: local}\n  spare: {type: local, local: {db_path: spare.db}}\n"
    )
    store("apply", "-f", "m", "--backend", "spare")
    said = store("secrets", "rotate-key").out
    assert "and version 1 is kept for backend spare" in said
    assert "'stigmer secrets rotate-key --backend spare' goes on there." in said
    store("diff", "-f", "m", "--backend", "spare", expect=0)
    assert "version 1 is gone" in store("secrets", "rotate-key", "--backend", "spare").out
    for name in ("local", "spare"):
        store("diff", "-f", "m", "--backend", name, expect=0)


def test_a_copy_of_the_key_from_before_is_no_rotation(store: Cli) -> None:
    key = store.home / "master.key"
    before = key.read_text()
    store("secrets", "rotate-key")
    key.write_text(before)
    said = store("secrets", "status", expect=7)
    assert "being rotated" not in said.out
    lines = [each.split()[-2:] for each in said.out.splitlines() if each.startswith("version ")]
    assert lines == [["of", "before"], ["not", "kept"]]


def test_the_store_of_the_home_that_this_one_is_a_copy_of_is_left(
    store: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    store("init")
    copy = store.home.with_name("copy")
    shutil.copytree(store.home, copy)
    config = copy / "config.yaml"
    config.write_text(
        f"backend: local\nbackends:\n  local: {{type: local, local: {{db_path: {store.home}/local.db}}}}\n"
    )
    with monkeypatch.context() as patched:
        patched.setenv("STIGMER_HOME", str(copy))
        assert "[usage.master_key]" in store("secrets", "rotate-key", expect=2).err
        with patched.context() as named:
            named.setenv("STIGMER_MASTER_KEY_FILE", str(store.home / "master.key"))
            store("secrets", "rotate-key")
        config.write_text(config.read_text().replace(str(store.home), str(copy)))
        store("secrets", "rotate-key")
    assert store("secrets", "status", "-o", "json").json["master_key"]["version"] == 2
    store("diff", "-f", "m", expect=0)


def test_the_status_is_told_by_number(store: Cli) -> None:
    said = store("secrets", "status").out
    assert f"version 1, in {store.home / 'master.key'}" in said
    assert "2 values of 2 resources, former versions included" in said
    assert said.count("default  1\n") == 2
    found = store("secrets", "status", "-o", "json").json
    assert (found["format_version"], found["kind"], found["contexts"]) == (1, "SecretsStatus", 0)
    assert found["secrets"] == {"values": 2, "resources": 2, "old_format": 0}
    assert found["environments"] == [
        {"org": "default", "name": "keys", "secrets": 1},
        {"org": "default", "name": "more", "secrets": 1},
    ]


@pytest.mark.parametrize("wrong", ["missing", "of another store", "exposed"])
def test_the_status_counts_also_without_the_right_key(store: Cli, wrong: str) -> None:
    key = store.home / "master.key"
    match wrong:
        case "missing":
            key.unlink()
        case "exposed":
            key.chmod(0o644)
        case _:
            header, line, *_ = key.read_text().split("\n")
            key.write_text("\n".join([header, line[:2] + "A" * 43 + "=", ""]))
    code = {"missing": "secret.key_missing", "exposed": "secret.key_exposed"}.get(wrong, "secret.key_wrong")
    said = store("secrets", "status", expect=7)
    assert f"[{code}]" in said.err
    assert "2 values of 2 resources" in said.out
    found = json.loads(store("secrets", "status", "-o", "json", expect=7).out)
    assert found["error"]["code"] == code
    assert found["secrets"]["values"] == 2
    before = key.read_bytes() if key.exists() else None
    assert f"[{code}]" in store("secrets", "rotate-key", expect=7).err
    assert (key.read_bytes() if key.exists() else None) == before


def test_the_status_changes_nothing(store: Cli) -> None:
    before = {path.name: path.read_bytes() for path in store.home.iterdir()}
    store("secrets", "status")
    assert {path.name: path.read_bytes() for path in store.home.iterdir()} == before
