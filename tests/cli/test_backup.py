# SPDX-License-Identifier: Apache-2.0
"""`stigmer backup` and `stigmer restore`: what somebody types, and what is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import BOT, SECRET, Cli

PASSPHRASE = "a passphrase of some length"  # secret-scan: allow


@pytest.fixture(autouse=True)
def _applied(cli: Cli) -> None:
    cli.write("m/bot.yaml", BOT)
    cli.write("m/keys.yaml", SECRET)
    cli.write("passphrase", PASSPHRASE + "\n").chmod(0o600)
    cli("apply", "-f", "m", "--set", "shop")


def test_what_is_restored_is_what_was_backed_up_secrets_included(cli: Cli) -> None:
    cli("backup", "b.stigmer", "--passphrase-file", "passphrase")
    cli("delete", "agent/bot")
    said = cli("restore", "b.stigmer", "--passphrase-file", "passphrase", expect=4).err
    assert "[restore.exists]" in said
    restored = cli("restore", "b.stigmer", "--passphrase-file", "passphrase", "--force", "-o", "json").json
    assert [Path(each).is_absolute() and Path(each).exists() for each in restored["kept"]] == [True, True]
    cli("diff", "-f", "m", "--set", "shop", "--prune", expect=0)


@pytest.mark.parametrize("file", ["-", "nowhere/b.stigmer"])
def test_where_no_file_can_be_made_is_wrong_usage(cli: Cli, file: str) -> None:
    assert "[usage.path]" in cli("backup", file, "--passphrase-file", "passphrase", expect=2).err
    assert not (cli.directory / "-").exists()


def test_a_home_that_cannot_be_written_can_be_backed_up(cli: Cli) -> None:
    cli.home.chmod(0o500)
    try:
        if os.access(cli.home, os.W_OK):
            pytest.skip("root writes everywhere")
        cli("backup", "b.stigmer", "--passphrase-file", "passphrase")
    finally:
        cli.home.chmod(0o700)
    cli("restore", "b.stigmer", "--passphrase-file", "passphrase", "--force")
    cli("diff", "-f", "m", "--set", "shop", expect=0)


def test_an_empty_file_is_no_passphrase(cli: Cli) -> None:
    cli("backup", "b.stigmer", "--passphrase-file", "passphrase")
    cli.write("empty", "\n").chmod(0o600)
    for command in (["backup", "c.stigmer"], ["restore", "b.stigmer", "--force"]):
        assert "empty is empty" in cli(*command, "--passphrase-file", "empty", expect=2).err


def test_nothing_is_written_over(cli: Cli) -> None:
    cli.write("b.stigmer", "mine")
    assert "[backup.exists]" in cli("backup", "b.stigmer", "--passphrase-file", "passphrase", expect=4).err
    assert (cli.directory / "b.stigmer").read_text() == "mine"
