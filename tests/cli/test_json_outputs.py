# SPDX-License-Identifier: Apache-2.0
"""The JSON of every command, held whole: programs read it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.cli.conftest import BOT, INSTANCE, SECRET, Cli

Steady = Callable[[str], str]


@pytest.fixture(autouse=True)
def _manifests(cli: Cli) -> None:
    cli.write("agents/bot.yaml", BOT)
    cli.write("keys.yaml", SECRET)


def test_validate_of_valid_manifests(cli: Cli, snapshot: SnapshotAssertion) -> None:
    assert cli("validate", "-f", ".", "-o", "json").out == snapshot


def test_validate_of_wrong_manifests(cli: Cli, snapshot: SnapshotAssertion) -> None:
    cli.write("agents/bot.yaml", BOT.replace("instructions:", "instruction:"))
    cli.write("agents/two.yaml", BOT.replace("name: bot", "name: Two") + "---\nkind: Agent\n")
    assert cli("validate", "-f", ".", "-o", "json", expect=3).out == snapshot


def test_diff_of_creates(cli: Cli, snapshot: SnapshotAssertion, steady: Steady) -> None:
    assert steady(cli("diff", "-f", ".", "-o", "json", expect=1).out) == snapshot


def test_diff_of_updates(
    cli: Cli, snapshot: SnapshotAssertion, steady: Steady, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("apply", "-f", ".")
    cli.write(
        "agents/bot.yaml", BOT.replace("  name: bot", "  name: bot\n  title: Bot").replace("kindly", "well")
    )
    monkeypatch.setenv("BOT_TOKEN", "another")
    assert steady(cli("diff", "-f", ".", "--set", "shop", "-o", "json", expect=1).out) == snapshot


def test_diff_without_differences(cli: Cli, snapshot: SnapshotAssertion) -> None:
    cli("apply", "-f", ".")
    assert cli("diff", "-f", ".", "--show-unchanged", "-o", "json").out == snapshot


def test_diff_of_a_secret_that_is_not_there(
    cli: Cli, snapshot: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BOT_TOKEN")
    assert cli("diff", "-f", "keys.yaml", "-o", "json", expect=1).out == snapshot


def test_diff_of_a_missing_reference(cli: Cli, snapshot: SnapshotAssertion) -> None:
    cli.write("instance.yaml", INSTANCE)
    assert cli("diff", "-f", ".", "-o", "json", expect=3).out == snapshot


def test_apply(cli: Cli, snapshot: SnapshotAssertion, steady: Steady) -> None:
    assert steady(cli("apply", "-f", ".", "--set", "shop", "-o", "json").out) == snapshot


def test_apply_of_nothing_new(cli: Cli, snapshot: SnapshotAssertion) -> None:
    cli("apply", "-f", ".")
    assert cli("apply", "-f", ".", "-o", "json").out == snapshot


def test_apply_refused(cli: Cli, snapshot: SnapshotAssertion, steady: Steady) -> None:
    cli("apply", "-f", ".", "--set", "other")
    assert steady(cli("apply", "-f", "agents", "--set", "shop", "-o", "json", expect=4).out) == snapshot


def test_get_one(cli: Cli, snapshot: SnapshotAssertion, steady: Steady) -> None:
    cli("apply", "-f", ".", "--set", "shop")
    assert steady(cli("get", "agent/bot", "-o", "json").out) == snapshot


def test_get_several(cli: Cli, snapshot: SnapshotAssertion, steady: Steady) -> None:
    cli("apply", "-f", ".")
    assert steady(cli("get", "environments", "-o", "json").out) == snapshot


def test_delete(cli: Cli, snapshot: SnapshotAssertion, steady: Steady) -> None:
    cli("apply", "-f", ".")
    assert steady(cli("delete", "agent/bot", "-o", "json").out) == snapshot


def test_delete_refused(cli: Cli, snapshot: SnapshotAssertion) -> None:
    cli("apply", "-f", ".")
    assert cli("delete", "organization/default", "-o", "json", expect=4).out == snapshot


def test_history(cli: Cli, snapshot: SnapshotAssertion, steady: Steady) -> None:
    cli("apply", "-f", ".", "-m", "first")
    cli("delete", "agent/bot", "-m", "no longer needed")
    assert steady(cli("history", "agent/bot", "-o", "json").out) == snapshot


def test_search(cli: Cli, snapshot: SnapshotAssertion) -> None:
    cli.write("skill.yaml", SKILL)
    cli("apply", "-f", ".")
    assert cli("search", "refund", "-o", "json").out == snapshot


def test_init(cli: Cli, snapshot: SnapshotAssertion, steady: Steady) -> None:
    assert steady(cli("init", "-o", "json").out) == snapshot


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("validate", "-f", "nowhere"), 2),
        (("validate",), 2),
        (("validate", "--bogus"), 2),
        (("aply",), 2),
        (("get", "agnts"), 2),
        (("get", "agent/boot"), 5),
        (("delete",), 2),
        (("diff", "-f", ".", "--backend", "locla"), 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_failures(cli: Cli, snapshot: SnapshotAssertion, arguments: tuple[str, ...], status: int) -> None:
    cli("apply", "-f", ".")
    result = cli(*arguments, "-o", "json", expect=status)
    assert result.err == ""
    assert result.out == snapshot


SKILL = """\
apiVersion: agentic.stigmer.ai/v1
kind: Skill
metadata:
  name: returns
  title: Returns
spec:
  markdown_content: A refund takes three days.
"""
