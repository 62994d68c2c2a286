# SPDX-License-Identifier: Apache-2.0
"""What happened to a resource, and in what two of its versions differ."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest
import yaml

from tests.cli.conftest import BOT, SECRET, Cli

Steady = Callable[[str], str]


@pytest.fixture(autouse=True)
def _two_versions(cli: Cli) -> None:
    cli.write("stigmer.yaml", "name: shop\npaths: [m/]\n")
    cli.write("m/bot.yaml", BOT)
    cli.write("m/keys.yaml", SECRET)
    cli("apply", "-m", "first\nof all")
    cli.write("m/bot.yaml", BOT.replace("kindly", "rudely"))
    cli("apply", "-m", "second")


def test_versions_are_listed_the_newest_first(cli: Cli, steady: Steady) -> None:
    head, second, first = steady(cli("history", "agent/bot").out).splitlines()
    assert head.split() == ["VERSION", "OPERATION", "WHEN", "WHO", "SET", "REVISION", "COMMIT", "MESSAGE"]
    assert second.split() == ["2", "updated", "TIME", "USER", "shop", "2", "-", "second"]
    assert first.split() == ["1", "created", "TIME", "USER", "shop", "1", "-", "first", "of", "all"]
    assert cli("history", "agent/bot", "--limit", "1").out.splitlines()[1].startswith("2 ")
    assert "Invalid value" not in cli("history", "agent/bot", "--limit", "0", expect=2).out


def test_json_and_yaml_say_the_same(cli: Cli) -> None:
    as_json = cli("history", "agent/bot", "-o", "json").json
    assert yaml.safe_load(cli("history", "agent/bot", "-o", "yaml").out) == as_json
    newest = as_json["items"][0]
    assert (as_json["kind"], newest["set"], newest["declared"], newest["message"]) == (
        "History",
        "shop",
        True,
        "second",
    )


def test_a_deleted_resource_and_an_id_have_a_history(cli: Cli) -> None:
    id_ = cli("get", "agent/bot", "-o", "json").json["metadata"]["id"]
    live = cli("history", f"agent/{id_}", "-o", "json").json
    cli("delete", "agent/bot")
    for word in ("agent/bot", f"agent/{id_}", f"AGT/{id_}"):
        found = cli("history", word, "-o", "json").json
        assert found["resource"] == "agent/bot"
        assert [each["operation"] for each in found["items"]] == ["deleted", "updated", "created"]
        assert found["items"][1:] == live["items"]
    assert cli("history", "agent/agt_nobody", expect=5).err.startswith("error: agent/agt_nobody not found")


def test_names_and_ids_are_told_where_they_differ(cli: Cli) -> None:
    cli.write("m/bot.yaml", BOT.replace("name: bot", "name: help\n  renamed_from: bot"))
    cli("apply")
    assert cli("history", "agent/bot").out.split()[:3] == ["VERSION", "NAME", "OPERATION"]
    cli.write("m/bot.yaml", BOT)
    cli("apply")
    assert cli("history", "agent/bot").out.split()[:4] == ["VERSION", "NAME", "ID", "OPERATION"]


def test_what_nobody_declared_is_marked(cli: Cli) -> None:
    assert "created, undeclared" in cli("history", "org/default").out


def test_two_versions_are_compared(cli: Cli, steady: Steady) -> None:
    result = cli("diff", "--from", "1", "--to", "2", "agent/bot", expect=1)
    assert steady(result.out) == (
        "from  agent/bot, version 1: created TIME by USER (first of all)\n"
        "to    agent/bot, version 2: updated TIME by USER (second)\n"
        "\n"
        "~ agent/bot\n"
        "    ~ spec.instructions:\n"
        "        @@ -1,3 +1,3 @@\n"
        "        - Answer every question kindly.\n"
        "        + Answer every question rudely.\n"
        "\n"
        "          Be short.\n"
    )
    as_json = cli("diff", "agent/bot", "--from", "1", "-o", "json", expect=1).json
    assert (as_json["kind"], as_json["from"]["number"], as_json["to"]["number"]) == ("VersionDiff", 1, 2)
    (change,) = as_json["changes"]
    assert (change["action"], change["name"]) == ("update", "bot")
    assert [sorted(each) for each in change["fields"]] == [["after", "before", "op", "path"]]
    assert yaml.safe_load(cli("diff", "agent/bot", "--from", "1", "-o", "yaml", expect=1).out) == as_json


def test_a_side_that_is_not_said_is_the_latest(cli: Cli) -> None:
    changes = cli("diff", "agent/bot", "--to", "1", "-o", "json", "--exit-zero").json["changes"]
    assert "kindly" in changes[0]["fields"][0]["after"]
    same = cli("diff", "agent/bot", "--from", "2")
    assert same.out.endswith("\n\nNo differences.\n")
    cli("delete", "agent/bot")
    assert cli("diff", "agent/bot", "--from", "1", expect=1).out.endswith("\n- agent/bot\n")
    assert "\n+ agent/bot\n" in cli("diff", "agent/bot", "--to", "previous", expect=1).out


def test_of_secrets_only_that_they_differ(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "another-one")
    cli("apply")
    for form in ("text", "json", "yaml"):
        out = cli("diff", "--from", "1", "environment/keys", "-o", form, expect=1).out
        assert "spec.data.TOKEN.value" in out
        assert "sesame" not in out
        assert "another" not in out


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (("--from", "1"), 2, "usage.arguments"),
        (("agent/bot",), 2, "usage.arguments"),
        (("agent/bot", "--from", "1", "-f", "m/"), 2, "usage.arguments"),
        (("agent/bot", "--from", "x"), 2, "usage.version"),
        (("agent/bot", "--from", "7"), 5, "version.not_found"),
        (("agent/bott", "--from", "1"), 5, "resource.not_found"),
    ],
)
def test_what_cannot_be_compared(cli: Cli, arguments: tuple[str, ...], status: int, code: str) -> None:
    assert cli("diff", *arguments, "-o", "json", expect=status).json["error"]["code"] == code


def test_a_commit_that_was_not_all_that_was_applied_is_told_as_such(cli: Cli) -> None:
    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com")
        subprocess.run(["git", *identity, *arguments], cwd=cli.directory, check=True, capture_output=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    cli.write("m/bot.yaml", BOT.replace("kindly", "in haste"))
    cli("apply")
    commit = cli("history", "agent/bot", "-o", "json").json["items"][0]["commit"]["id"]
    assert f" {commit[:8]}-dirty Ann" in cli("history", "agent/bot").out
    assert commit.endswith("-dirty")


@pytest.mark.parametrize(
    "flags",
    [
        ["--prune"],
        ["--no-prune"],
        ["--adopt"],
        ["--set", "shop"],
        ["--drift", "refuse"],
        ["--force-conflicts"],
        ["--show-unchanged"],
    ],
    ids=" ".join,
)
def test_what_is_about_plans_is_refused_between_versions(cli: Cli, flags: list[str]) -> None:
    told = cli("diff", "--from", "1", "agent/bot", *flags, expect=2).err
    assert f"{flags[0].replace('--no-', '--')} is about a plan" in told
