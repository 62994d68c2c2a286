# SPDX-License-Identifier: Apache-2.0
"""The place of the master key as a user meets it: chosen, named, moved, locked, lost, and what is told each time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stigmer.secrets import key_file, keychain
from tests.cli.conftest import BOT, SECRET, Cli
from tests.secrets import keychains
from tests.secrets.keychains import Kept, Locked, Silent

PHRASE = "a passphrase of some length"  # secret-scan: allow
KEY, PASSPHRASE = "STIGMER_MASTER_KEY_FILE", "STIGMER_MASTER_KEY_PASSPHRASE_FILE"


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> keychains.Use:
    """A machine without a keychain, until one is used."""
    for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "PYTHON_KEYRING_BACKEND", KEY, PASSPHRASE):
        monkeypatch.delenv(name, raising=False)
    return keychains.use_in(monkeypatch, tmp_path)


@pytest.fixture
def shop(cli: Cli, use: keychains.Use) -> Cli:
    """Manifests with a secret and without."""
    cli.write("m/bot.yaml", BOT)
    cli.write("m/keys.yaml", SECRET)
    return cli


@pytest.fixture
def phrase(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with a passphrase, named by the variable."""
    file = cli.write("phrase", PHRASE + "\n")
    file.chmod(0o600)
    monkeypatch.setenv(PASSPHRASE, str(file))
    return file


def another_process() -> None:
    """What this process has opened so far is forgotten."""
    key_file._OPENED.clear()


def doctor(cli: Cli, name: str = "master-key", expect: int = 0) -> list[dict[str, Any]]:
    told = cli("doctor", "-o", "json", expect=expect).json["examinations"]
    return [each for each in told if each["name"] == name]


def assert_right(cli: Cli) -> None:
    """The store's key is at hand: nothing differs, and a secret that changes is seen."""
    another_process()
    cli("diff", "-f", "m", expect=0)
    os.environ["BOT_TOKEN"] = "another"
    cli("diff", "-f", "m", expect=1)
    os.environ["BOT_TOKEN"] = "sesame-opens"


def test_on_a_machine_without_a_keychain_init_makes_a_file_and_says_so(shop: Cli) -> None:
    assert f"Created {shop.home / 'master.key'}" in shop("init").out
    assert doctor(shop)[0]["message"] == f"{shop.home / 'master.key'} is the store's, and yours alone"


def test_on_a_machine_with_one_init_keeps_the_key_there_and_says_so(shop: Cli, use: keychains.Use) -> None:
    use(Kept)
    place = f"the keychain, as stigmer {shop.home}"
    assert f"Created {place}" in shop("init").out
    shop("apply", "-f", "m")
    assert not (shop.home / "master.key").exists()
    assert_right(shop)
    assert doctor(shop)[0]["message"] == f"the master key is in {place}, and is the store's"
    assert shop("init", "-o", "json").json["master_key"] == {"sort": "keychain", "place": place}


def test_another_process_finds_the_key_in_the_keychain(shop: Cli, use: keychains.Use) -> None:
    use(Kept)
    shop("apply", "-f", "m")
    command = [sys.executable, "-m", "stigmer", "diff", "-f", "m"]
    path = os.pathsep.join([os.getcwd(), *sys.path])
    said = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stderr.count("[secret.")) == (0, 0)


@pytest.mark.parametrize("backend", [Locked, Silent])
def test_a_keychain_that_does_not_answer_leads_to_no_second_key(
    shop: Cli, use: keychains.Use, monkeypatch: pytest.MonkeyPatch, backend: type[Kept]
) -> None:
    monkeypatch.setattr(keychain, "PATIENCE", 0.05)
    use(Kept)
    shop("apply", "-f", "m")
    use(backend)
    assert "[secret.keychain]" in shop("diff", "-f", "m", expect=7).err
    assert "[secret.keychain]" in shop("apply", "-f", "m", expect=7).err
    assert doctor(shop, expect=7)[0]["code"] == "secret.keychain"
    assert not (shop.home / "master.key").exists()
    shop("get", "agents")
    shop("apply", "-f", "m/bot.yaml")
    use(Kept)
    assert_right(shop)


def test_a_session_without_the_keychain_is_told_where_the_key_is(
    shop: Cli, use: keychains.Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(Kept)
    shop("apply", "-f", "m")
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    said = shop("diff", "-f", "m", expect=7).err
    assert "[secret.keychain]" in said
    assert f"the keychain, as stigmer {shop.home}" in said
    assert not (shop.home / "master.key").exists()


def test_the_key_moves_from_place_to_place(shop: Cli, use: keychains.Use, phrase: Path) -> None:
    use(Kept)
    shop("apply", "-f", "m")
    file, chain = str(shop.home / "master.key"), f"the keychain, as stigmer {shop.home}"
    said = shop("init", "--master-key", "file").out
    assert f"The master key is now in {file}, and no longer in {chain}" in said
    assert keychains.entries() == {}
    assert_right(shop)
    said = shop("init", "--master-key", "passphrase").out
    assert f"The master key in {file} is now under a passphrase" in said
    assert "rotate-key" in said
    assert_right(shop)
    assert doctor(shop)[0]["message"] == f"{file} is the store's, under a passphrase, and yours alone"
    said = shop("init", "--master-key", "keychain").out
    assert f"The master key is now in {chain}, and no longer in {file}" in said
    assert not Path(file).exists()
    assert_right(shop)
    assert "nothing was changed" in shop("init", "--master-key", "keychain").out


def test_a_new_key_goes_where_init_is_told(shop: Cli, use: keychains.Use, phrase: Path) -> None:
    use(Kept)
    shop("init", "--master-key", "passphrase")
    assert (shop.home / "master.key").read_text().startswith("stigmer master key under a passphrase")
    assert keychains.entries() == {}
    shop("apply", "-f", "m")
    assert_right(shop)


def test_no_keychain_to_move_to(shop: Cli) -> None:
    shop("apply", "-f", "m")
    said = shop("init", "--master-key", "keychain", expect=7).err
    assert "none can be reached from here" in said
    assert_right(shop)


def test_a_variable_names_the_file(shop: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.key"
    monkeypatch.setenv(KEY, str(file))
    shop("apply", "-f", "m")
    assert file.stat().st_mode & 0o777 == 0o600
    assert not (shop.home / "master.key").exists()
    assert_right(shop)
    assert "[usage.master_key]" in shop("init", "--master-key", "keychain", expect=2).err
    file.chmod(0o644)
    said = shop("diff", "-f", "m", expect=7).err
    assert "[secret.key_exposed]" in said
    assert f"chmod 600 {file}" in said
    file.chmod(0o600)
    monkeypatch.delenv(KEY)
    said = shop("diff", "-f", "m", expect=7).err
    assert "[secret.key_missing]" in said
    assert f"it was kept in {file}" in said


def test_init_notes_where_a_key_is_that_somebody_took_elsewhere(
    shop: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shop("apply", "-f", "m")
    file = (shop.home / "master.key").rename(tmp_path / "elsewhere.key")
    monkeypatch.setenv(KEY, str(file))
    shop("init")
    monkeypatch.delenv(KEY)
    assert f"it was kept in {file}" in shop("init", expect=7).err


def test_a_variable_that_names_nothing_hides_the_key_that_is_there(
    shop: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shop("apply", "-f", "m")
    monkeypatch.setenv(KEY, str(tmp_path / "nothing"))
    said = shop("diff", "-f", "m", expect=7).err
    assert f"unset {KEY}" in said
    assert not (tmp_path / "nothing").exists()


def test_commands_that_touch_no_secret_need_no_passphrase(
    shop: Cli, phrase: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop("init", "--master-key", "passphrase")
    shop("apply", "-f", "m")
    monkeypatch.delenv(PASSPHRASE)
    another_process()
    for arguments in (
        ("get", "all"),
        ("get", "environment/keys", "-o", "yaml"),
        ("diff", "-f", "m/bot.yaml"),
        ("apply", "-f", "m/bot.yaml"),
        ("history", "agent/bot"),
    ):
        shop(*arguments)
    said = shop("diff", "-f", "m", expect=7).err
    assert "[secret.passphrase_needed]" in said
    assert PASSPHRASE in said
    (told,) = doctor(shop)
    assert told["status"] == "unused"
    assert "nobody knows whether" in told["message"]


def test_somebody_at_the_terminal_is_asked_once(
    shop: Cli, phrase: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop("init", "--master-key", "passphrase")
    monkeypatch.delenv(PASSPHRASE)
    another_process()
    asked = []

    def prompt(question: str, **_: object) -> str:
        asked.append(question)
        return PHRASE

    monkeypatch.setattr("typer.prompt", prompt)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    shop("apply", "-f", "m")
    assert asked == ["Passphrase of the master key"]
    shop("doctor")
    assert len(asked) == 1


def test_a_passphrase_that_is_wrong_exposed_short_or_not_there(shop: Cli, phrase: Path) -> None:
    phrase.write_text("short")
    assert "[usage.passphrase]" in shop("init", "--master-key", "passphrase", expect=2).err
    assert not (shop.home / "master.key").exists()
    phrase.write_text(PHRASE)
    shop("init", "--master-key", "passphrase")
    shop("apply", "-f", "m")
    another_process()
    phrase.write_text("another of some length")
    assert "[secret.passphrase]" in shop("diff", "-f", "m", expect=7).err
    assert doctor(shop, expect=7)[0]["code"] == "secret.passphrase"
    phrase.write_text(PHRASE)
    phrase.chmod(0o640)
    said = shop("diff", "-f", "m", expect=2).err
    assert f"others may read the passphrase in {phrase} (mode 0640)" in said
    assert f"chmod 600 {phrase}" in said
    assert doctor(shop, "passphrase", expect=7)[0]["status"] == "warning"
    phrase.unlink()
    assert "[usage.passphrase]" in shop("diff", "-f", "m", expect=2).err


def test_the_file_of_a_backups_passphrase_is_held_to_the_same(shop: Cli) -> None:
    shop("apply", "-f", "m")
    shop.write("phrase", PHRASE).chmod(0o644)
    assert "[usage.passphrase]" in shop("backup", "b", "--passphrase-file", "phrase", expect=2).err
    assert not (shop.directory / "b").exists()


def test_a_lost_key_is_told_with_its_place_and_put_back_it_works(shop: Cli, use: keychains.Use) -> None:
    use(Kept)
    shop("apply", "-f", "m")
    kept = keychains.entries()
    keychains.drop(str(shop.home))
    said = shop("diff", "-f", "m", expect=7).err
    assert "[secret.key_missing]" in said
    assert f"the keychain, as stigmer {shop.home}" in said
    assert "stigmer explain secret.key_missing" in said
    assert "still there" in shop("explain", "secret.key_missing").out
    keychains.keep(*kept.popitem())
    assert_right(shop)


@pytest.mark.parametrize("wish", ["keychain", "file", "passphrase"])
def test_the_configuration_says_where_a_new_key_goes(
    shop: Cli, use: keychains.Use, phrase: Path, wish: str
) -> None:
    use(Kept)
    shop.home.mkdir()
    (shop.home / "config.yaml").write_text(f"backend: local\nmaster_key: {wish}\n")
    made = shop("init", "-o", "json").json
    assert made["master_key"]["sort"] == wish
    shop("apply", "-f", "m")
    assert_right(shop)


def test_the_configuration_says_no_other_place(shop: Cli) -> None:
    shop.home.mkdir()
    (shop.home / "config.yaml").write_text("backend: local\nmaster_key: keychian\n")
    said = shop("init", expect=2).err
    assert "config.yaml:2:" in said
    assert "keychain" in said


def test_a_restored_key_is_where_the_settings_say_and_what_was_there_is_kept(
    shop: Cli, use: keychains.Use
) -> None:
    use(Kept)
    shop("apply", "-f", "m")
    shop.write("phrase", PHRASE).chmod(0o600)
    shop("backup", "b", "--passphrase-file", "phrase")
    said = shop("restore", "b", "--passphrase-file", "phrase", "--force").out
    assert f"What was there is kept as the keychain, as stigmer {shop.home}.before-restore-" in said
    assert len(keychains.entries()) == 2
    assert_right(shop)
