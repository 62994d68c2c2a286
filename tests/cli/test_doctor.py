# SPDX-License-Identifier: Apache-2.0
"""`stigmer doctor`: what it finds, what it ends with, and that it leaves everything as it is."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import pytest
from syrupy.assertion import SnapshotAssertion

from stigmer.cli.doctor import home, program
from stigmer.cli.doctor.told import Mark
from tests.cli.conftest import BOT, SECRET, Cli

Steady = Callable[[str], str]
PROJECT = "name: shop\npaths: [manifests]\n"


@pytest.fixture(autouse=True)
def _surroundings(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's home of its own, no shell, and none of the variables that the machine may have."""
    for name in [each for each in os.environ if each.startswith("STIGMER_") and each != "STIGMER_HOME"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(cli.directory))
    monkeypatch.delenv("SHELL", raising=False)


@pytest.fixture
def shop(cli: Cli) -> Cli:
    """A project that was applied."""
    cli.write("stigmer.yaml", PROJECT)
    cli.write("manifests/bot.yaml", BOT)
    cli.write("manifests/keys.yaml", SECRET)
    cli("apply")
    return cli


def told(cli: Cli, name: str, expect: int | None = 0) -> list[dict[str, Any]]:
    """What is told under a name."""
    result = cli("doctor", "-o", "json", expect=expect)
    return [each for each in result.json["examinations"] if each["name"] == name]


def files(*directories: Path) -> dict[str, tuple[int, int, int]]:
    """Every file with what would change if somebody touched it."""
    return {
        str(path): (found.st_mode, found.st_size, found.st_mtime_ns if path.is_file() else 0)
        for directory in directories
        for path in directory.rglob("*")
        for found in [path.stat()]
    }


def steadied(text: str, steady: Steady) -> str:
    text = re.sub(r"Python \S+ on \w+ \w+", "PYTHON", steady(text))
    text = re.sub(r"stigmer \d\S*,", "stigmer VERSION,", text)
    text = re.sub(r"[\d,]+ [GM]iB free", "ROOM free", text)
    return re.sub(r"[\d.]+ MiB", "SIZE", text)


def test_all_is_well(shop: Cli, snapshot: SnapshotAssertion, steady: Steady) -> None:
    before = files(shop.directory, shop.home)
    assert steadied(shop("doctor").out, steady) == snapshot
    assert shop("doctor", "-q").out == "Nothing is wrong.\n"
    assert files(shop.directory, shop.home) == before


def test_a_machine_without_anything(cli: Cli, snapshot: SnapshotAssertion, steady: Steady) -> None:
    assert steadied(cli("doctor").out, steady) == snapshot
    assert not cli.home.exists()
    assert list(cli.directory.iterdir()) == []


def test_json(shop: Cli, snapshot: SnapshotAssertion, steady: Steady) -> None:
    assert steadied(shop("doctor", "-o", "json").out, steady) == snapshot


def test_verbose_says_the_names_that_programs_use(shop: Cli) -> None:
    assert "all valid [manifests]\n" in shop("doctor", "-v").out


def test_everything_that_is_wrong_is_told(
    shop: Cli, snapshot: SnapshotAssertion, steady: Steady, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("STIGMER_TOKEN", "sesame-token")
    monkeypatch.setenv("STIGMER_BACKENDS", "sesame-typo")
    shop.write("manifests/bot.yaml", BOT.replace("instructions:", "instruction:"))
    shop.write(".stigmerignore", "*.tmp.yaml\n")
    shop.home.chmod(0o755)
    (shop.home / "local.db").chmod(0o644)
    (shop.home / "master.key").chmod(0o640)
    result = shop("doctor", expect=7)
    assert steadied(result.out, steady) == snapshot
    assert "sesame" not in result.out + result.err


def test_a_damaged_store_ends_with_7(shop: Cli) -> None:
    database = shop.home / "local.db"
    data = bytearray(database.read_bytes())
    data[8192 * 3 : 8192 * 6] = b"\xff" * (8192 * 3)
    database.write_bytes(data)
    found = told(shop, "store", expect=7)[0]
    assert (found["status"], found["code"]) == ("error", "backend.damaged")
    database.write_bytes(b"no database at all" * 1000)
    (found,) = told(shop, "store", expect=7)
    assert (found["status"], found["code"]) == ("error", "backend.damaged")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda key: key.unlink(), "secret.key_missing"),
        (lambda key: key.write_text("nonsense"), "secret.key_malformed"),
        (lambda key: key.write_bytes(key.read_bytes()[:-8] + b"AAAAAA=\n"), "secret.key_wrong"),
    ],
)
def test_a_key_that_does_not_fit_ends_with_7(shop: Cli, change: Callable[[Path], None], code: str) -> None:
    key = shop.home / "master.key"
    change(key)
    before = key.read_bytes() if key.exists() else None
    (found,) = told(shop, "master-key", expect=7)
    assert (found["status"], found["code"]) == ("error", code)
    assert (key.read_bytes() if key.exists() else None) == before


def test_a_store_that_somebody_writes_to_is_a_warning(shop: Cli) -> None:
    writer = apsw.Connection(str(shop.home / "local.db"))
    writer.execute("BEGIN IMMEDIATE")
    try:
        (found,) = told(shop, "store-lock")
        assert found["status"] == "warning"
    finally:
        writer.execute("ROLLBACK")
        writer.close()
    assert told(shop, "store-lock") == []


def test_a_newer_store_is_told(shop: Cli) -> None:
    connection = apsw.Connection(str(shop.home / "local.db"))
    connection.pragma("user_version", 99)
    connection.close()
    (found,) = told(shop, "store", expect=7)
    assert found["code"] == "backend.newer"


def test_a_configuration_that_is_wrong_ends_with_2(shop: Cli) -> None:
    (shop.home / "config.yaml").write_text("backend: local\nbackend_s: {}\nmodels: 3\n", "utf-8")
    found = told(shop, "config", expect=2)
    assert [each["status"] for each in found] == ["error", "error"]
    assert "config.yaml:2:1" in found[0]["message"]


def test_a_backend_that_is_not_configured_ends_with_2(shop: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STIGMER_BACKEND", "lokal")
    (found,) = told(shop, "backend", expect=2)
    assert (found["code"], found["hint"]) == ("backend.unknown", "did you mean local?")


@pytest.mark.parametrize(
    ("project", "name", "status"),
    [
        ("nam: shop\n", "project", 2),
        ('name: shop\nrequires: ">=99"\n', "project", 2),
        ("name: shop\npaths: [nowhere]\n", "paths", 2),
    ],
)
def test_a_project_file_that_is_wrong(shop: Cli, project: str, name: str, status: int) -> None:
    shop.write("stigmer.yaml", project)
    found = told(shop, name, expect=status)
    assert {each["status"] for each in found} == {"error"}


def test_manifests_that_are_not_valid_are_counted(shop: Cli) -> None:
    shop.write("manifests/bot.yaml", BOT.replace("instructions:", "instruction:"))
    (found,) = told(shop, "manifests", expect=3)
    errors = shop("validate", expect=3).out.splitlines()[-1]
    assert found["message"] == errors
    assert found["hint"] == "stigmer validate"


def test_where_the_backend_comes_from(shop: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(shop, "backend")[0]["message"].endswith("home/config.yaml says so")
    shop.write("stigmer.yaml", PROJECT + "backend: local\n")
    assert told(shop, "backend")[0]["message"].endswith("stigmer.yaml says so")
    monkeypatch.setenv("STIGMER_BACKEND", "local")
    assert told(shop, "backend")[0]["message"].endswith("STIGMER_BACKEND says so")
    (shop.home / "config.yaml").unlink()
    shop.write("stigmer.yaml", PROJECT)
    monkeypatch.delenv("STIGMER_BACKEND")
    assert told(shop, "backend")[0]["message"].endswith("nobody names another")


def test_the_editor_and_the_hook(shop: Cli) -> None:
    assert told(shop, "editor")[0]["status"] == "unused"
    assert told(shop, "hook") == []
    (shop.directory / ".git/hooks").mkdir(parents=True)
    assert told(shop, "hook")[0]["status"] == "unused"
    shop.write(".pre-commit-config.yaml", "repos: [{repo: x, hooks: [{id: stigmer-validate}]}]\n")
    assert told(shop, "hook")[0]["hint"] == "pre-commit install"
    shop.write(".git/hooks/pre-commit", "#!/bin/sh\npre-commit\n")
    assert told(shop, "hook")[0]["status"] == "ok"
    shop("schema", "--install", ".schemas", "--editor", "vscode")
    assert told(shop, "editor")[0]["message"] == "VS Code checks with the schemas"


def test_a_modeline_counts_as_an_editor(shop: Cli) -> None:
    shop.write("manifests/bot.yaml", "# yaml-language-server: $schema=../.schemas/stigmer.json\n" + BOT)
    assert told(shop, "editor")[0]["status"] == "ok"


def test_an_ignore_file_counts_where_it_is_walked(shop: Cli) -> None:
    shop.write("manifests/.stigmerignore", "*.tmp.yaml\n")
    assert told(shop, "ignore")[0]["status"] == "ok"


def test_the_shell(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/usr/bin/zsh")
    assert told(cli, "completion")[0]["hint"] == "stigmer completion zsh > ~/.zfunc/_stigmer"
    cli.write(".zshrc", "source <(stigmer completion zsh)\n")
    assert told(cli, "completion")[0]["status"] == "ok"


def test_variables_are_told_by_name_and_not_by_value() -> None:
    environ = {
        "STIGMER_HOME": "/srv",
        "STIGMER_HOMES": "s1",
        "STIGMER_TOKEN": "s2",
        "STIGMER_ORG": "",
        "X": "y",
    }
    found = {each.message.split()[0]: each for each in program.variables(environ)}
    assert found["STIGMER_HOME"].mark is Mark.OK
    assert found["STIGMER_HOMES"].mend == "did you mean STIGMER_HOME?"
    assert [found[name].mark for name in ("STIGMER_TOKEN", "STIGMER_ORG")] == [Mark.WARNING] * 2
    assert not any(secret in str(found.values()) for secret in ("s1", "s2"))


def test_a_home_that_is_no_directory(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    (found,) = home.directory(file)
    assert (found.mark, found.status) == (Mark.ERROR, 7)


def test_a_home_that_cannot_be_looked_at(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STIGMER_HOME", "/" + "a" * 300)
    assert "cannot be looked at (File name too long)" in cli("doctor", expect=7).out


def test_little_room_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, mark in ((2**20, Mark.ERROR), (100 * 2**20, Mark.WARNING), (2**40, Mark.OK)):
        monkeypatch.setattr("shutil.disk_usage", lambda place, free=free: type("Usage", (), {"free": free}))
        (found,) = home.room(tmp_path / "not" / "there")
        assert found.mark is mark
