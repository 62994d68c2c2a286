# SPDX-License-Identifier: Apache-2.0
"""The master key's file under a passphrase: it opens with that alone, is asked for once, and what is wrong with it is told."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from stigmer.errors import UsageError
from stigmer.resources.confidential import Secret
from stigmer.secrets import key_file
from stigmer.secrets.key_file import PROTECTED_HEADER, KeyFile
from stigmer.secrets.keys import MasterKey, MasterKeys, SecretError, new_master_keys
from stigmer.secrets.passphrase import Wrapped, unwrap_keys, wrap_keys
from tests.secrets.phrases import says

RIGHT = "correct horse"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "master.key"


def protected(path: Path, phrase: str = RIGHT) -> KeyFile:
    return KeyFile(path, says(phrase), protected=True)


def another_process() -> None:
    """What this process has opened so far is forgotten."""
    key_file._OPENED.clear()


def refused(code: str, key: KeyFile) -> SecretError:
    with pytest.raises(SecretError) as caught:
        key.load()
    assert caught.value.code == code
    return caught.value


def both(keys: MasterKeys) -> MasterKeys:
    return MasterKeys((*keys.versions, MasterKey(keys.current.version + 1, os.urandom(32))))


def test_it_opens_with_the_passphrase_that_it_was_put_under(path: Path) -> None:
    made = protected(path).put(new_master_keys())
    another_process()
    assert KeyFile(path, says(RIGHT)).load() == made
    assert path.stat().st_mode & 0o777 == 0o600


def test_it_opens_with_no_other(path: Path) -> None:
    made = protected(path).put(new_master_keys())
    another_process()
    assert str(path) in refused("secret.passphrase", KeyFile(path, says("wrong horse"))).message
    assert KeyFile(path, says(RIGHT)).load() == made


def test_where_nobody_can_be_asked_that_is_said(path: Path) -> None:
    protected(path).put(new_master_keys())
    another_process()
    hint = refused("secret.passphrase_needed", KeyFile(path)).hint
    assert "STIGMER_MASTER_KEY_PASSPHRASE_FILE" in str(hint)


def test_neither_key_nor_passphrase_is_in_the_file(path: Path) -> None:
    made = protected(path).put(new_master_keys())
    content = path.read_bytes()
    for hidden in (base64.b64encode(made.current.material), made.current.material, RIGHT.encode()):
        assert hidden not in content


def test_a_process_asks_once_however_often_it_reads_and_writes(path: Path) -> None:
    protected(path).put(new_master_keys())
    another_process()
    asked = says(RIGHT)
    key = KeyFile(path, asked)
    key.replace(both(key.load()))
    assert len(KeyFile(path, asked).load().versions) == 2
    assert asked.asked == ["known"]
    another_process()
    assert len(KeyFile(path, says(RIGHT)).load().versions) == 2


def test_who_does_not_know_the_passphrase_replaces_nothing(path: Path) -> None:
    made = protected(path).put(new_master_keys())
    another_process()
    with pytest.raises(SecretError):
        KeyFile(path, says("wrong horse")).replace(both(made))
    assert KeyFile(path, says(RIGHT)).load() == made


def test_a_plain_file_stays_plain_until_it_is_rewritten(path: Path) -> None:
    made = KeyFile(path).put(new_master_keys())
    protected(path).replace(made)
    assert not KeyFile(path).is_protected()
    protected(path).rewrite(made)
    assert KeyFile(path).is_protected()
    KeyFile(path, says(RIGHT)).rewrite(made)
    assert KeyFile(path).load() == made
    assert [each.name for each in path.parent.iterdir()] == ["master.key"]


def test_a_passphrase_that_cannot_be_had_leaves_no_file(path: Path) -> None:
    def unasked(*, new: bool) -> Secret:
        raise UsageError("usage.passphrase", "the passphrase is too short")

    with pytest.raises(UsageError):
        KeyFile(path, unasked, protected=True).put(new_master_keys())
    assert list(path.parent.iterdir()) == []


def test_others_may_not_read_it_either(path: Path) -> None:
    protected(path).put(new_master_keys())
    path.chmod(0o640)
    assert refused("secret.key_exposed", protected(path)).hint == f"chmod 600 {path}"


@pytest.mark.parametrize("part", range(1, 7))
def test_no_part_of_it_can_be_changed(path: Path, part: int) -> None:
    protected(path).put(new_master_keys())
    header, line = path.read_text().splitlines()
    words = line.split(" ")
    if words[part].isdigit():
        words[part] = str(int(words[part]) + 8)
    else:
        data = base64.b64decode(words[part])
        words[part] = base64.b64encode(bytes([data[0] ^ 1]) + data[1:]).decode()
    path.write_text(f"{header}\n{' '.join(words)}\n")
    refused("secret.passphrase", protected(path))


@pytest.mark.parametrize(
    "line", ["", "argon2id", "argon2id 1 2 3", "scrypt 65536 3 4 AAAA AAAA AAAA", "argon2id a b c d e f", "é"]
)
def test_what_is_no_such_file(path: Path, line: str) -> None:
    path.touch(0o600)
    path.write_text(f"{PROTECTED_HEADER}\n{line}\n")
    refused("secret.key_malformed", protected(path))


def test_a_file_cannot_make_this_machine_compute_for_ever() -> None:
    wrapped = wrap_keys(new_master_keys(), Secret(RIGHT), "backup", "id")
    for memory, passes, lanes in ((2**31, 3, 4), (65_536, 2**31, 4), (65_536, 3, 2**20)):
        greedy = Wrapped(memory, passes, lanes, wrapped.salt, wrapped.nonce, wrapped.ciphertext)
        with pytest.raises(SecretError):
            unwrap_keys(greedy, Secret(RIGHT), "backup", "id")


def test_what_lies_in_a_backup_opens_nowhere_else() -> None:
    keys = both(new_master_keys())
    wrapped = wrap_keys(keys, Secret(RIGHT), "backup", "id")
    assert unwrap_keys(wrapped, Secret(RIGHT), "backup", "id") == keys
    for other in (("backup", "another"), ("master key file",), ("backup",), ("backup", "id", "")):
        with pytest.raises(SecretError):
            unwrap_keys(wrapped, Secret(RIGHT), *other)
