# SPDX-License-Identifier: Apache-2.0
"""The master key's file: private, whole, never replaced, and refused in words where something is wrong with it."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from stigmer.secrets.keys import MasterKey, SecretError, create_master_key, load_master_key


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "master.key"


def refused(code: str, path: Path) -> SecretError:
    with pytest.raises(SecretError) as caught:
        load_master_key(path)
    assert (caught.value.code, caught.value.exit_code) == (code, 7)
    assert str(path) in caught.value.message
    return caught.value


def test_a_key_is_loaded_as_it_was_made(path: Path) -> None:
    made = create_master_key(path)
    assert load_master_key(path) == made
    assert (made.version, len(made.material)) == (1, 32)
    assert [each.name for each in path.parent.iterdir()] == ["master.key"]


def test_the_file_is_private_whatever_the_umask(path: Path) -> None:
    before = os.umask(0)
    try:
        create_master_key(path)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_file_says_what_it_is(path: Path) -> None:
    create_master_key(path)
    assert path.read_text().startswith("stigmer master key")


def test_a_key_that_is_there_is_never_replaced(path: Path) -> None:
    made = create_master_key(path)
    content = path.read_bytes()
    assert create_master_key(path) == made
    assert path.read_bytes() == content


def test_two_at_once_get_one_key(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len({key.material for key in pool.map(lambda _: create_master_key(path), range(8))}) == 1


def test_a_key_shows_nothing_of_itself(path: Path) -> None:
    key = create_master_key(path)
    assert repr(key) == "MasterKey(version=1)"
    assert repr(MasterKey(2, b"secret")) == "MasterKey(version=2)"


def test_a_missing_key(path: Path) -> None:
    assert refused("secret.key_missing", path).hint


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_may_read(path: Path, mode: int) -> None:
    create_master_key(path)
    path.chmod(mode)
    assert refused("secret.key_exposed", path).hint == f"chmod 600 {path}"


@pytest.mark.parametrize("change", ["", "short", "header", "two", "base64", "version", "binary"])
def test_a_file_that_is_no_key(path: Path, change: str) -> None:
    create_master_key(path)
    header, line = path.read_text().splitlines()
    texts = {
        "": "",
        "short": f"{header}\n1 AAAA\n",
        "header": f"another header\n{line}\n",
        "two": f"{header}\n{line}\n{line}\n",
        "base64": f"{header}\n1 *{line[3:]}\n",
        "version": f"{header}\n0{line[1:]}\n",
        "binary": "\x00é",
    }
    path.write_text(texts[change])
    error = refused("secret.key_malformed", path)
    assert line[2:] not in error.message


def test_a_directory_in_its_place(path: Path) -> None:
    path.mkdir()
    refused("secret.key_unreadable", path)


def test_a_key_that_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(SecretError) as caught:
        create_master_key(tmp_path / "nowhere" / "master.key")
    assert caught.value.code == "secret.key_unwritable"
