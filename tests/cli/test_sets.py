# SPDX-License-Identifier: Apache-2.0
"""Sets as a user meets them: who owns what, where a set comes from, and how it is taken over."""

from __future__ import annotations

import subprocess

import pytest

from tests.cli.conftest import BOT, Cli

OTHER = BOT.replace("name: bot", "name: other")


def sets(cli: Cli) -> dict[str, str]:
    """The set of each agent."""
    items = cli("get", "agents", "-o", "wide", "-q").out.splitlines()
    at = items[0].index("SET")
    return {line.split()[0]: line[at:].split()[0] for line in items[1:]}


def refused(cli: Cli, code: str, *arguments: str) -> str:
    """What diff and apply say against it."""
    told = [cli(command, *arguments, expect=4).err for command in ("diff", "apply")]
    assert all(f"[{code}]" in each for each in told)
    return told[0]


def test_two_sets_in_one_store_leave_each_other_alone(cli: Cli) -> None:
    cli.write("a/bot.yaml", BOT)
    cli.write("b/other.yaml", OTHER)
    cli("apply", "-f", "a", "--set", "one")
    cli("apply", "-f", "b", "--set", "two", "--prune")
    cli("apply", "-f", "a", "--set", "one", "--prune")
    assert sets(cli) == {"bot": "one", "other": "two"}


def test_another_sets_resource_is_refused_and_adopted_without_noise(cli: Cli) -> None:
    cli.write("a/bot.yaml", BOT)
    cli.write("b/bot.yaml", BOT)
    cli("apply", "-f", "a", "--set", "one")
    assert "agent/bot is owned by set one" in refused(cli, "set.owned", "-f", "b", "--set", "two")
    shown = cli("diff", "-f", "b", "--set", "two", "--adopt", "-o", "json", expect=1).json
    (field,) = shown["changes"][0]["fields"]
    assert (field["path"], field["before"], field["after"]) == ("metadata.set", "one", "two")
    for directory, owner in (("b", "two"), ("a", "one"), ("b", "two")):
        cli("apply", "-f", directory, "--set", owner, "--adopt")
        assert sets(cli) == {"bot": owner}
        cli("diff", "-f", directory, "--set", owner, "--prune", expect=0)


def test_without_a_set_a_set_keeps_what_it_owns(cli: Cli) -> None:
    cli.write("bot.yaml", BOT)
    cli("apply", "-f", "bot.yaml", "--set", "one")
    said = refused(cli, "set.owned", "-f", "bot.yaml")
    assert "hint: apply it with --set one\n" in said


def test_of_many_resources_of_another_set_the_first_are_told_and_the_rest_is_counted(cli: Cli) -> None:
    for number in range(25):
        cli.write(f"m/{number:02}.yaml", BOT.replace("name: bot", f"name: bot-{number:02}"))
    cli("apply", "-f", "m", "--set", "one")
    said = refused(cli, "set.owned", "-f", "m", "--set", "two")
    assert said.count("[set.owned]") == 11
    assert "error: agent/bot-09 is owned by set one, and this is set two [set.owned]" in said
    assert "error: 15 more resources are owned by set one, and this is set two [set.owned]" in said
    assert "hint: apply them with --set one, or take them over with --adopt" in said
    for number in range(11, 25):
        (cli.directory / f"m/{number}.yaml").unlink()
    said = refused(cli, "set.owned", "-f", "m", "--set", "two")
    assert (said.count("[set.owned]"), "more resources" in said) == (11, False)


def test_what_no_set_owns_is_taken_without_asking(cli: Cli) -> None:
    cli.write("bot.yaml", BOT)
    cli("apply", "-f", "bot.yaml")
    cli("apply", "-f", "bot.yaml", "--set", "one")
    assert sets(cli) == {"bot": "one"}


@pytest.mark.parametrize("name", ["", "Shop", "a b", "-a"])
def test_a_set_has_a_name_as_resources_have(cli: Cli, name: str) -> None:
    cli.write("bot.yaml", BOT)
    for command in ("diff", "apply"):
        assert f"'{name}' is no name of a set" in cli(command, "-f", ".", "--set", name, expect=2).err


def test_prune_without_a_set_is_refused(cli: Cli) -> None:
    cli.write("bot.yaml", BOT)
    refused(cli, "prune.no_set", "-f", "bot.yaml", "--prune")


def test_files_are_pruned_from_the_root_they_were_applied_from(cli: Cli) -> None:
    cli.write("m/bot.yaml", BOT)
    cli.write("m/other.yaml", OTHER)
    cli("apply", "-f", "m", "--set", "one")
    said = refused(cli, "prune.partial", "-f", "m/bot.yaml", "--set", "one", "--prune")
    assert "is only a part of that" in said
    (cli.directory / "m/other.yaml").unlink()
    cli("apply", "-f", "m/", "--set", "one", "--prune")
    assert sets(cli) == {"bot": "one"}


def test_one_file_can_be_the_whole(cli: Cli) -> None:
    cli.write("all.yaml", f"{BOT}---\n{OTHER}")
    cli("apply", "-f", "all.yaml", "--set", "one", "--prune")
    cli.write("all.yaml", OTHER)
    cli("apply", "-f", "all.yaml", "--set", "one", "--prune")
    assert sets(cli) == {"other": "one"}


def test_files_that_were_applied_one_by_one_do_not_take_each_other_away(cli: Cli) -> None:
    cli.write("bot.yaml", BOT)
    cli.write("other.yaml", OTHER)
    cli("apply", "-f", "bot.yaml", "--set", "one")
    assert "[set.widened]" in cli("apply", "-f", "other.yaml", "--set", "one").err
    refused(cli, "prune.partial", "-f", "bot.yaml", "--set", "one", "--prune")
    assert sets(cli) == {"bot": "one", "other": "one"}


def test_a_directory_goes_by_the_same_name_wherever_one_stands(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.write("m/bot.yaml", BOT)
    cli("apply", "-f", "m", "--set", "one")
    monkeypatch.chdir(cli.directory / "m")
    cli("diff", "-f", ".", "--set", "one", "--prune", expect=0)
    cli("diff", "-f", str(cli.directory / "m"), "--set", "one", "--prune", expect=0)


def test_two_projects_of_one_name_are_told_apart(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in (("one", BOT), ("two", OTHER)):
        cli.write(f"{name}/stigmer.yaml", "name: shop\n")
        cli.write(f"{name}/bot.yaml", text)
    monkeypatch.chdir(cli.directory / "one")
    cli("apply")
    monkeypatch.chdir(cli.directory / "two")
    assert f"set shop is applied from {cli.directory / 'one'}" in refused(cli, "set.source")
    cli("apply", "--adopt")
    monkeypatch.chdir(cli.directory / "one")
    refused(cli, "set.source", "--prune")


def test_what_is_applied_says_its_commit(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(cli.directory))
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "ada@example.com")

    def git(*arguments: str) -> str:
        done = subprocess.run(
            ("git", *arguments), cwd=cli.directory, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    cli.write("m/bot.yaml", BOT)
    git("init", "--quiet")
    git("add", "m")
    git("commit", "--quiet", "--message", "one")
    cli("apply", "-f", "m")
    cli.write("m/bot.yaml", BOT.replace("kindly", "at once"))
    cli("apply", "-f", "m")
    latest, first = cli("history", "agent/bot", "-o", "json").json["items"]
    head = git("rev-parse", "HEAD")
    assert first["commit"] == {"id": head, "author": "Ada <ada@example.com>"}
    assert latest["commit"]["id"] == f"{head}-dirty"
