# SPDX-License-Identifier: Apache-2.0
"""What people read, looked at once and held."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from syrupy.assertion import SnapshotAssertion

from stigmer.cli.console import Style
from tests.cli.conftest import BOT, SECRET, Cli

Steady = Callable[[str], str]


@pytest.fixture(autouse=True)
def _manifests(cli: Cli) -> None:
    cli.write("agents/bot.yaml", BOT)
    cli.write("keys.yaml", SECRET)


@pytest.fixture
def in_colour(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda stream: True)


def change(cli: Cli) -> None:
    """Applies, then changes a title, one line of a long text, a list, and the value of a secret."""
    long = "".join(f"    Rule {number}.\n" for number in range(1, 10))
    cli.write("agents/bot.yaml", BOT + long + "  skill_refs: []\n")
    cli("apply", "-f", ".")
    changed = BOT.replace("name: bot", "name: bot\n  title: Bot") + long.replace("Rule 5.", "Rule five.")
    cli.write("agents/bot.yaml", changed + "  mcp_servers: [{name: files, stdio: {command: mcp-files}}]\n")


def test_diff_of_creates(cli: Cli, snapshot: SnapshotAssertion, steady: Steady) -> None:
    result = cli("diff", "-f", ".", expect=1)
    assert steady(result.out) == snapshot
    assert steady(result.err) == "backend local (TMP/home/local.db), org default\n"


def test_diff_of_updates(cli: Cli, snapshot: SnapshotAssertion, steady: Steady) -> None:
    change(cli)
    assert steady(cli("diff", "-f", ".", expect=1).out) == snapshot


def test_diff_of_updates_in_colour(
    cli: Cli, snapshot: SnapshotAssertion, steady: Steady, in_colour: None
) -> None:
    change(cli)
    assert steady(cli("diff", "-f", ".", expect=1).out) == snapshot


def test_no_color_wins_over_a_terminal(cli: Cli, monkeypatch: pytest.MonkeyPatch, in_colour: None) -> None:
    assert "\033[" in cli("diff", "-f", ".", expect=1).out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\033[" not in cli("diff", "-f", ".", expect=1).out


def test_diff_of_a_secret_says_that_it_changed_and_not_how(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, steady: Steady
) -> None:
    cli("apply", "-f", ".")
    monkeypatch.setenv("BOT_TOKEN", "changed-now")
    result = cli("diff", "-f", ".", expect=1)
    assert "~ spec.data.TOKEN.value: (secret 8HEX) -> (secret 8HEX)" in steady(result.out)
    assert "changed-now" not in result.out + result.err
    assert "sesame" not in result.out + result.err


def test_a_line_end_at_the_end_is_a_difference(cli: Cli) -> None:
    cli("apply", "-f", ".")
    cli.write("agents/bot.yaml", BOT.replace("|", "|-"))
    assert r'~ spec.instructions: "Answer every' in cli("diff", "-f", ".", expect=1).out


def test_apply(cli: Cli, snapshot: SnapshotAssertion) -> None:
    assert cli("apply", "-f", ".").out == snapshot


def test_nothing_to_do(cli: Cli) -> None:
    cli("apply", "-f", ".")
    assert cli("diff", "-f", ".").out == "No changes. 2 resources are as declared.\n"
    assert cli("apply", "-f", ".").out == "No changes. 2 resources are as declared.\n"


def test_delete(cli: Cli) -> None:
    cli("apply", "-f", ".")
    result = cli("delete", "agent/bot", "environment/keys")
    assert (
        result.out
        == "agent/bot deleted\nenvironment/keys deleted\nDone: 2 deleted, 0 unchanged. Revision 2.\n"
    )


def test_validate(cli: Cli, snapshot: SnapshotAssertion) -> None:
    cli.write("agents/bot.yaml", BOT.replace("instructions:", "instruction:"))
    cli.write("keys.yaml", SECRET.replace("kind: Environment", "kind: Enviroment"))
    assert cli("validate", "-f", ".", expect=3).out == snapshot


def test_validate_on_a_terminal_shows_the_line(
    cli: Cli, snapshot: SnapshotAssertion, in_colour: None
) -> None:
    cli.write("agents/bot.yaml", BOT.replace("instructions:", "instruction:"))
    assert cli("validate", "-f", "agents", expect=3).out == snapshot


def test_validate_never_shows_a_line_with_a_secret(cli: Cli, in_colour: None) -> None:
    cli.write("keys.yaml", SECRET.replace("value_from: {env: BOT_TOKEN}", "value: hunter2, valu: x"))
    cli.write(
        "flow.yaml", SECRET.replace("TOKEN:", "X: {is_secret: yes, value: hunter2}").split("      is_")[0]
    )
    assert "hunter2" not in cli("validate", "-f", ".", expect=3).out


def test_get_table(cli: Cli, snapshot: SnapshotAssertion, steady: Steady) -> None:
    cli("apply", "-f", ".", "--set", "shop")
    assert steady(cli("get", "agents").out) == snapshot(name="one kind")
    assert steady(cli("get", "all").out) == snapshot(name="all")


def test_get_yaml(cli: Cli, snapshot: SnapshotAssertion, steady: Steady) -> None:
    cli("apply", "-f", ".")
    assert steady(cli("get", "agent/bot", "environment/keys", "-o", "yaml").out) == snapshot


def test_get_names(cli: Cli) -> None:
    cli("apply", "-f", ".")
    assert cli("get", "agent", "bot", "-o", "name").out == "agent/bot\n"
    assert cli("get", "all", "-o", "name").out == "organization/default\nagent/bot\nenvironment/keys\n"


def test_init(cli: Cli, snapshot: SnapshotAssertion, steady: Steady) -> None:
    assert steady(cli("init").out) == snapshot(name="first")
    assert steady(cli("init").out) == "✓ TMP/home is complete, nothing was changed\n"


def test_what_would_steer_a_terminal_is_made_visible(cli: Cli) -> None:
    cli.write("agents/bot.yaml", BOT)
    cli("apply", "-f", "agents")
    cli.write("agents/bot.yaml", BOT.split("  instructions")[0] + '  instructions: "a\\e[2J\\n is enough"\n')
    out = cli("diff", "-f", "agents", expect=1).out
    assert "\x1b" not in out
    assert r"+ a\x1b[2J" in out


def test_quiet_says_nothing_beside_the_result(cli: Cli) -> None:
    assert cli("apply", "-f", ".", "-q").err == ""
    assert cli("get", "agents", "-q").err == ""


def test_verbose_says_what_was_read(cli: Cli) -> None:
    assert cli("validate", "-f", "agents", "-v").err == "read 1 document from agents\n"
    cli.write("stigmer.yaml", "name: shop\n")
    told = f"read 2 documents from . of project shop in {cli.directory}\n"
    assert cli("diff", "-v", expect=1).err.startswith(told)


def test_colours_are_for_terminals_only() -> None:
    assert Style(on=False).paint("red", "x") == "x"
