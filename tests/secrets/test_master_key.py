# SPDX-License-Identifier: Apache-2.0
"""The master key's file: private, whole, never replaced, and refused in words where something is wrong with it."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from stigmer.secrets.key_file import KeyFile
from stigmer.secrets.keys import MasterKey, MasterKeys, SecretError, new_master_keys


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "master.key"


def refused(code: str, path: Path) -> SecretError:
    with pytest.raises(SecretError) as caught:
        KeyFile(path).load()
    assert (caught.value.code, caught.value.exit_code) == (code, 7)
    assert str(path) in caught.value.message
    return caught.value


def test_a_key_is_loaded_as_it_was_made(path: Path) -> None:
    made = KeyFile(path).put(new_master_keys())
    assert KeyFile(path).load() == made
    assert [(key.version, len(key.material)) for key in made.versions] == [(1, 32)]
    assert [each.name for each in path.parent.iterdir()] == ["master.key"]


def test_the_file_is_private_whatever_the_umask(path: Path) -> None:
    before = os.umask(0)
    try:
        KeyFile(path).put(new_master_keys())
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_file_says_what_it_is(path: Path) -> None:
    KeyFile(path).put(new_master_keys())
    assert path.read_text().startswith("stigmer master key")


def test_a_key_that_is_there_is_never_replaced(path: Path) -> None:
    made = KeyFile(path).put(new_master_keys())
    content = path.read_bytes()
    assert KeyFile(path).put(new_master_keys()) == made
    assert path.read_bytes() == content


def test_two_at_once_get_one_key(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: KeyFile(path).put(new_master_keys()), range(8)))) == 1


def test_a_key_shows_nothing_of_itself(path: Path) -> None:
    key = KeyFile(path).put(new_master_keys())
    assert repr(key) == "MasterKeys(versions=(MasterKey(version=1),))"
    assert repr(MasterKey(2, b"secret")) == "MasterKey(version=2)"


def test_a_missing_key(path: Path) -> None:
    assert refused("secret.key_missing", path).hint


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_may_read(path: Path, mode: int) -> None:
    KeyFile(path).put(new_master_keys())
    path.chmod(mode)
    assert refused("secret.key_exposed", path).hint == f"chmod 600 {path}"


@pytest.mark.parametrize("change", ["", "short", "header", "two", "base64", "version", "binary"])
def test_a_file_that_is_no_key(path: Path, change: str) -> None:
    KeyFile(path).put(new_master_keys())
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
        KeyFile(tmp_path / "nowhere" / "master.key").put(new_master_keys())
    assert caught.value.code == "secret.key_unwritable"


def test_the_versions_of_a_rotation_are_kept_together(path: Path) -> None:
    first = KeyFile(path).put(new_master_keys())
    both = MasterKeys((*first.versions, MasterKey(2, os.urandom(32))))
    KeyFile(path).replace(both)
    assert KeyFile(path).load() == both
    assert both.current.version == 2
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["master.key"]


def test_behind_a_link_the_key_is_replaced_where_it_is(path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    kept = elsewhere / "key"
    KeyFile(kept).put(new_master_keys())
    path.symlink_to(kept)
    other = new_master_keys()
    KeyFile(path).replace(other)
    assert path.is_symlink()
    assert KeyFile(kept).load() == other
    assert [each.name for each in elsewhere.iterdir()] == ["key"]


def test_behind_a_link_a_copy_is_of_the_key_and_nothing_stays_when_it_goes(
    path: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    made = KeyFile(elsewhere / "key").put(new_master_keys())
    path.symlink_to(elsewhere / "key")
    aside = KeyFile(path).copy_aside("now")
    KeyFile(path).rewrite(new_master_keys())
    assert KeyFile(Path(aside)).load() == made
    KeyFile(path).remove()
    assert [str(each) for each in elsewhere.iterdir()] == [aside]
    assert not path.is_symlink()


def test_versions_count_upwards(path: Path) -> None:
    key = MasterKey(1, bytes(32))
    for wrong in ((), (key, key), (MasterKey(2, bytes(32)), key), (MasterKey(0, bytes(32)),)):
        with pytest.raises(ValueError, match="count upwards"):
            MasterKeys(wrong)
