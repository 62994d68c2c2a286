# SPDX-License-Identifier: Apache-2.0
"""Which place the master key of a home is at, where a new one goes, and how it gets from one to another."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from stigmer.secrets.key_file import KeyFile
from stigmer.secrets.key_places import HomeKey, Sort
from stigmer.secrets.keys import MasterKey, MasterKeys, SecretError, new_master_keys
from tests.secrets import keychains
from tests.secrets.keychains import Forgetful, Kept, Locked
from tests.secrets.phrases import says

NULL = "keyring.backends.null.Keyring"


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> keychains.Use:
    use = keychains.use_in(monkeypatch, tmp_path)
    use(NULL)
    return use


@pytest.fixture
def home(tmp_path: Path, use: keychains.Use) -> Path:
    path = tmp_path / "home"
    path.mkdir()
    return path


def key_of(
    home: Path, sort: Sort | None = None, *, named: Path | None = None, remembered: str | None = None
) -> HomeKey:
    return HomeKey(
        home / "master.key",
        str(home),
        named=named,
        sort=sort,
        passphrase=says("correct horse"),
        environ=os.environ,
        remembered=lambda: remembered,
    )


def refused(code: str, key: HomeKey) -> SecretError:
    with pytest.raises(SecretError) as caught:
        key.load()
    assert caught.value.code == code
    return caught.value


def files(home: Path) -> list[str]:
    return sorted(path.name.partition("-2")[0] for path in home.iterdir())


def test_without_a_keychain_a_new_key_goes_into_the_file(home: Path) -> None:
    made = key_of(home).put(new_master_keys())
    assert KeyFile(home / "master.key").load() == made
    assert str(key_of(home)) == str(home / "master.key")


def test_with_a_keychain_it_goes_there(home: Path, use: keychains.Use) -> None:
    use(Kept)
    made = key_of(home).put(new_master_keys())
    assert key_of(home).load() == made
    assert files(home) == []
    assert list(keychains.entries()) == [str(home)]
    assert str(key_of(home)) == f"the keychain, as stigmer {home}"


@pytest.mark.parametrize(
    ("sort", "begins"), [(Sort.FILE, "stigmer master key:"), (Sort.PASSPHRASE, "stigmer master key under")]
)
def test_what_the_user_wants_counts_for_a_new_key(
    home: Path, use: keychains.Use, sort: Sort, begins: str
) -> None:
    use(Kept)
    made = key_of(home, sort).put(new_master_keys())
    assert (home / "master.key").read_text().startswith(begins)
    assert keychains.entries() == {}
    for later in (None, *Sort):
        assert key_of(home, later).load() == made


def test_the_file_that_a_variable_names_goes_before_everything(home: Path, use: keychains.Use) -> None:
    use(Kept)
    other, named = key_of(home, Sort.FILE).put(new_master_keys()), home / "elsewhere"
    for sort in (None, Sort.KEYCHAIN, Sort.FILE):
        key = key_of(home, sort, named=named)
        assert not key.exists()
        made = key.put(new_master_keys())
        assert key.load() == made != other
        named.unlink()
    assert keychains.entries() == {}
    key = key_of(home, Sort.PASSPHRASE, named=named)
    key.put(new_master_keys())
    assert KeyFile(named).is_protected()


def test_a_key_in_the_file_goes_before_one_in_the_keychain(home: Path, use: keychains.Use) -> None:
    use(Kept)
    key_of(home, Sort.KEYCHAIN).put(new_master_keys())
    there = KeyFile(home / "master.key").put(new_master_keys())
    assert key_of(home, Sort.KEYCHAIN).load() == there


def test_a_wish_for_a_keychain_where_there_is_none_makes_no_key(home: Path) -> None:
    with pytest.raises(SecretError) as caught:
        key_of(home, Sort.KEYCHAIN).put(new_master_keys())
    assert caught.value.code == "secret.keychain"
    assert files(home) == []


def test_a_locked_keychain_is_told_and_no_other_key_is_made(home: Path, use: keychains.Use) -> None:
    use(Locked)
    assert "is locked" in refused("secret.keychain", key_of(home)).message
    with pytest.raises(SecretError):
        key_of(home).put(new_master_keys())
    assert files(home) == []
    assert str(key_of(home, remembered="the keychain, as stigmer x")) == "the keychain, as stigmer x"


def test_a_keychain_that_keeps_nothing_is_found_out(home: Path, use: keychains.Use) -> None:
    use(Forgetful)
    with pytest.raises(SecretError, match="does not keep what it is given"):
        key_of(home).put(new_master_keys())


def test_a_key_in_a_keychain_that_cannot_be_reached_is_not_called_lost(
    home: Path, use: keychains.Use
) -> None:
    use(Kept)
    key_of(home).put(new_master_keys())
    place = str(key_of(home))
    use(NULL)
    error = refused("secret.keychain", key_of(home, remembered=place))
    assert place in error.message
    assert "STIGMER_MASTER_KEY_FILE" in str(error.hint)


def test_a_lost_key_is_told_with_the_place_where_it_was(home: Path, use: keychains.Use) -> None:
    assert str(home / "master.key") in refused("secret.key_missing", key_of(home)).message
    assert (
        "/old/master.key" in refused("secret.key_missing", key_of(home, remembered="/old/master.key")).message
    )
    use(Kept)
    was = f"the keychain, as stigmer {home}"
    assert was in refused("secret.key_missing", key_of(home, remembered=was)).message
    error = refused("secret.key_missing", key_of(home, named=home / "k", remembered="/old/master.key"))
    assert "STIGMER_MASTER_KEY_FILE names" in error.message
    assert "/old/master.key" in error.message
    assert str(error.hint).startswith("unset STIGMER_MASTER_KEY_FILE")


def test_what_is_no_key_in_the_keychain_is_told_without_a_word_of_it(home: Path, use: keychains.Use) -> None:
    use(Kept)
    keychains.keep(str(home), "1 sesame")
    error = refused("secret.key_malformed", key_of(home))
    assert "sesame" not in f"{error.message} {error.hint}"


def both(keys: MasterKeys) -> MasterKeys:
    return MasterKeys((*keys.versions, MasterKey(keys.current.version + 1, os.urandom(32))))


@pytest.mark.parametrize("sort", Sort)
def test_versions_of_a_rotation_are_kept_where_the_key_is(home: Path, use: keychains.Use, sort: Sort) -> None:
    use(Kept)
    made = key_of(home, sort).put(new_master_keys())
    key_of(home).replace(both(made))
    again = key_of(home).load()
    assert again.versions[:1] == made.versions
    assert len(again.versions) == 2
    assert key_of(home).sort_found() is sort


@pytest.mark.parametrize("sort", Sort)
def test_two_stores_that_rotate_at_once_take_no_version_from_each_other(
    home: Path, use: keychains.Use, sort: Sort
) -> None:
    use(Kept)
    read = key_of(home, sort).put(new_master_keys())
    of_one = both(read)
    key_of(home).replace(of_one)
    older = MasterKeys(of_one.versions[1:])
    for late in (
        both(read),
        read,
    ):  # a version of its own, made of what was read before; an end that knows no newer one
        with pytest.raises(SecretError) as caught:
            key_of(home).replace(late)
        assert "somebody else" in caught.value.message
    assert key_of(home).load() == of_one
    key_of(home).replace(older)
    assert key_of(home).load() == older


def test_a_moved_home_finds_its_key_and_a_copy_takes_nothing_from_the_first(
    home: Path, use: keychains.Use
) -> None:
    use(Kept)
    made = key_of(home).put(new_master_keys())
    copy = home.with_name("copy")
    copy.mkdir()
    key = key_of(copy, remembered=str(key_of(home)))
    assert key.load() == made
    key.replace(MasterKeys((both(made).current,)))
    assert key_of(home).load() == made
    assert key.load() != made
    assert sorted(keychains.entries()) == [str(copy), str(home)]


@pytest.mark.parametrize("where", [None, Sort.FILE])
def test_many_at_once_get_one_key(home: Path, use: keychains.Use, where: Sort | None) -> None:
    use(Kept)
    with ThreadPoolExecutor(6) as pool:
        made = set(pool.map(lambda _: key_of(home, where).put(new_master_keys()), range(6)))
    assert made == {key_of(home).load()}


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("before", Sort)
def test_a_key_moves_from_each_place_to_each(
    home: Path, use: keychains.Use, before: Sort, sort: Sort
) -> None:
    use(Kept)
    made = both(key_of(home, before).put(new_master_keys()))
    key_of(home).replace(made)
    key = key_of(home, sort)
    assert key.is_as_wanted() is (before is sort)
    assert key.install(made, "now", keep=False) == ()
    assert key.is_as_wanted()
    assert key_of(home).load() == made
    assert (files(home) == []) is (sort is Sort.KEYCHAIN)
    assert (keychains.entries() == {}) is (sort is not Sort.KEYCHAIN)


def test_another_key_that_is_in_the_way_is_kept(home: Path, use: keychains.Use) -> None:
    use(Kept)
    other = key_of(home, Sort.KEYCHAIN).put(new_master_keys())
    made = KeyFile(home / "master.key").put(new_master_keys())
    assert key_of(home, Sort.KEYCHAIN).install(made, "now", keep=False) == (
        f"the keychain, as stigmer {home}.before-restore-now",
    )
    assert files(home) == []
    assert key_of(home).load() == made
    copy = HomeKey(home / "master.key", f"{home}.before-restore-now", environ=os.environ)
    assert copy.load() == other


def test_a_key_stays_where_it_is_when_the_new_place_does_not_keep_it(home: Path, use: keychains.Use) -> None:
    made = key_of(home).put(new_master_keys())
    use(Forgetful)
    with pytest.raises(SecretError):
        key_of(home, Sort.KEYCHAIN).install(made, "now", keep=False)
    assert key_of(home).load() == made
    assert files(home) == ["master.key"]


def test_a_move_that_was_killed_before_the_old_place_was_cleared_is_finished(
    home: Path, use: keychains.Use
) -> None:
    use(Kept)
    made = KeyFile(home / "master.key").put(new_master_keys())
    key_of(home, Sort.KEYCHAIN).install(made, "now", keep=False)
    KeyFile(home / "master.key").put(made)
    assert key_of(home).load() == made
    assert key_of(home, Sort.KEYCHAIN).install(made, "now", keep=False) == ()
    assert files(home) == []
    assert list(keychains.entries()) == [str(home)]


def test_where_nobody_may_look_is_no_place_without_a_key(home: Path) -> None:
    file = home / "master.key"
    file.symlink_to(file)
    assert "cannot be read" in refused("secret.key_unreadable", key_of(home)).message
    with pytest.raises(SecretError):
        key_of(home).put(new_master_keys())
