# SPDX-License-Identifier: Apache-2.0
"""`stigmer rollback` as a user meets it: shown, done, told that the manifests say otherwise, written into them."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

import pytest

from tests.cli.conftest import BOT, SECRET, Cli

Steady = Callable[[str], str]

KIND = "Answer every question kindly."
RUDE = "Answer every question rudely."
COMMENTED = BOT.replace("name: bot", "name: bot  # ours")


@pytest.fixture(autouse=True)
def _two_versions(cli: Cli) -> None:
    cli.write("stigmer.yaml", "name: shop\npaths: [m/]\n")
    cli.write("m/bot.yaml", COMMENTED)
    cli.write("m/keys.yaml", SECRET)
    cli("apply")
    cli.write("m/bot.yaml", COMMENTED.replace("kindly", "rudely"))
    cli("apply")


def instructions(cli: Cli) -> str:
    found: str = cli("get", "agent/bot", "-o", "json").json["spec"]["instructions"]
    return found.splitlines()[0]


def test_it_is_shown_done_and_told_how_to_keep_it(cli: Cli) -> None:
    result = cli("rollback", "agent/bot", "--to", "1", "-q")
    assert result.out == (
        "~ agent/bot  (as in version 1)\n"
        "    ~ spec.instructions:\n"
        "        @@ -1,3 +1,3 @@\n"
        f"        - {RUDE}\n"
        f"        + {KIND}\n"
        "\n"
        "          Be short.\n"
        "\n"
        "Done: 1 updated, 0 unchanged. Revision 3.\n"
    )
    assert result.err == (
        "warning: agent/bot was last applied as something else, and the next apply undoes this [rollback.undone]\n"
        "  hint: stigmer rollback agent/bot --to 1 --write puts it into the manifests\n"
    )
    assert instructions(cli) == KIND
    assert "drift" in cli("diff", expect=1).out
    again = cli("rollback", "agent/bot", "--to", "1", "-q")
    assert (again.out, again.err) == ("No changes. agent/bot is as in version 1.\n", "")


def test_in_another_organization_the_command_to_keep_it_says_so(cli: Cli) -> None:
    organization = "apiVersion: tenancy.stigmer.ai/v1\nkind: Organization\nmetadata: {name: acme}\n"
    theirs = COMMENTED.replace("metadata:", "metadata:\n  org: acme")
    for text in (theirs, theirs.replace("kindly", "rudely")):
        cli.write("m/bot.yaml", f"{organization}---\n{text}")
        cli("apply")
    result = cli("rollback", "agent/bot", "--to", "1", "--org", "acme")
    assert "stigmer rollback agent/bot --to 1 --org acme --write" in result.err
    assert "m/bot.yaml written" in cli("rollback", "agent/bot", "--to", "1", "--org", "acme", "--write").out
    assert (cli.directory / "m/bot.yaml").read_text() == f"{organization}---\n{theirs}"


def test_a_dry_run_changes_nothing(cli: Cli) -> None:
    assert "as in version 1" in cli("rollback", "agent/bot", "--to", "previous", "--dry-run").out
    made = cli("rollback", "agent/bot", "--to", "1", "--dry-run", "-o", "json").json
    (change,) = made["changes"]
    assert (made["kind"], change["action"], change["restored_from"]) == ("Plan", "update", 1)
    assert [sorted(each) for each in change["fields"]] == [["after", "before", "op", "path"]]
    assert instructions(cli) == RUDE


def test_json_is_what_apply_prints(cli: Cli) -> None:
    result = cli("rollback", "agent/bot", "--to", "1", "-o", "json", "-m", "too rude").json
    assert (result["kind"], result["revision"], result["summary"]["updated"]) == ("ApplyResult", 3, 1)
    assert "written" not in result
    assert cli("history", "agent/bot", "-o", "json").json["items"][0]["message"] == "too rude"
    cli("delete", "agent/bot")
    (back,) = cli("rollback", "agent/bot", "--to", "previous", "-o", "json").json["resources"]
    assert back["action"] == "created"
    assert cli("history", "agent/bot", "-o", "json").json["items"][0]["message"] == "rollback to version 3"
    nothing = cli("rollback", "agent/bot", "--to", "3", "-o", "json").json
    assert (nothing["resources"], nothing["summary"]["unchanged"]) == ([], 1)


def test_a_refused_one_is_shown_whole(cli: Cli) -> None:
    cli.write(
        "m/skill.yaml",
        "apiVersion: agentic.stigmer.ai/v1\nkind: Skill\nmetadata: {name: s}\nspec: {markdown_content: x}\n",
    )
    cli.write("m/bot.yaml", BOT + "  skill_refs: [s]\n")
    cli("apply")
    cli.write("m/bot.yaml", BOT)
    cli("apply")
    cli("delete", "skill/s")
    result = cli("rollback", "agent/bot", "--to", "3", expect=4)
    assert "+ spec.skill_refs" in result.out
    assert "agent/bot referred to skill/s then, which does not exist any more" in result.err
    made = cli("rollback", "agent/bot", "--to", "3", "-o", "json", expect=4).json
    assert [each["code"] for each in made["diagnostics"]] == ["reference.missing"]


def test_written_into_the_manifest_it_stays(cli: Cli) -> None:
    result = cli("rollback", "agent/bot", "--to", "1", "--write", "-q")
    assert result.out.endswith("\nDone: 1 updated, 0 unchanged. Revision 3.\nm/bot.yaml written\n")
    assert result.err == ""
    assert (cli.directory / "m/bot.yaml").read_text() == COMMENTED
    assert cli("diff").out == "No changes. 2 resources are as declared.\n"


def test_what_was_rolled_back_before_can_still_be_written(cli: Cli) -> None:
    cli("rollback", "agent/bot", "--to", "1")
    assert cli("rollback", "agent/bot", "--to", "1", "--write", "-o", "json").json["written"] == [
        "m/bot.yaml"
    ]
    assert (cli.directory / "m/bot.yaml").read_text() == COMMENTED


def test_what_comes_back_without_a_manifest_gets_one(cli: Cli) -> None:
    (cli.directory / "m/bot.yaml").unlink()
    cli("apply", "--prune")
    result = cli("rollback", "agent/bot", "--to", "1", "--write")
    assert "m/agents/bot.yaml written\n" in result.out
    assert cli("diff", "--prune").out == "No changes. 2 resources are as declared.\n"


def test_what_cannot_be_written_is_not_rolled_back(cli: Cli) -> None:
    cli.write("elsewhere/keys.yaml", SECRET)
    for more in (("-f", "elsewhere"), ("-f", "elsewhere", "--dry-run")):
        result = cli(
            "rollback", "agent/bot", "--to", "1", "--write", *more, expect=4 if len(more) == 2 else None
        )
        assert result.status == 4
        assert "agent/bot has no manifest here that could be changed [rollback.no_manifest]" in result.err
    cli.write("m/bot.yaml", "apiVersion: agentic.stigmer.ai/v1\nkind: Agent\n")
    cli("rollback", "agent/bot", "--to", "1", "--write", expect=3)
    assert instructions(cli) == RUDE


def test_a_manifest_is_not_renamed(cli: Cli) -> None:
    cli.write("m/bot.yaml", BOT.replace("name: bot", "name: help\n  renamed_from: bot"))
    cli("apply")
    result = cli("rollback", "--revision", "1", "--yes", "--write", expect=4)
    assert (
        "m/bot.yaml:4:9: error: agent/help is to be agent/bot again, and manifests are not renamed"
        in result.err
    )
    cli("rollback", "--revision", "1", "--yes")
    assert instructions(cli) == KIND


def test_a_secret_that_came_back_is_pointed_out(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "another-one")
    cli("apply")
    result = cli("rollback", "environment/keys", "--to", "1", "--write", "-q")
    assert "m/keys.yaml:7:5: warning: spec.data.TOKEN came back" in result.err
    assert "sesame" not in result.out + result.err
    again = cli("rollback", "environment/keys", "--to", "1", "--write", "-q")
    assert again.out.startswith("No changes.")
    assert "m/keys.yaml:7:5: warning: spec.data.TOKEN came back" in again.err
    monkeypatch.setenv("BOT_TOKEN", "sesame-opens")
    assert cli("diff").out.startswith("No changes.")


def test_a_set_goes_back_whole(cli: Cli) -> None:
    cli.write("m/new.yaml", BOT.replace("name: bot", "name: newer"))
    cli("apply")
    result = cli("rollback", "--set", "shop", "--revision", "1", "--yes", "-q")
    assert "- agent/newer\n" in result.out
    assert result.out.endswith(
        "Plan: 1 to update, 1 to delete, 1 unchanged.\n\nDone: 1 updated, 1 deleted, 1 unchanged. Revision 4.\n"
    )
    assert "set shop was last applied as something else" in result.err
    assert "stigmer rollback --set shop --revision 1 --write" in result.err
    assert instructions(cli) == KIND
    again = cli("rollback", "--revision", "1", "--yes", "-q")
    assert again.out == "No changes. Set shop is as it was at revision 1.\n"
    forth = cli("rollback", "--revision", "3", "--yes", "-o", "json", "-q")
    assert forth.json["summary"] == {"created": 1, "updated": 1, "deleted": 0, "executed": 0, "unchanged": 1}
    assert forth.err == ""


def test_a_set_written_into_the_manifests_names_what_is_to_be_removed(cli: Cli) -> None:
    cli.write("m/new.yaml", BOT.replace("name: bot", "name: newer"))
    cli("apply")
    result = cli("rollback", "--revision", "1", "--yes", "--write", "-q")
    assert "m/bot.yaml written\n" in result.out
    assert "m/new.yaml:1:1: warning: agent/newer is deleted and still declared here" in result.err
    (cli.directory / "m/new.yaml").unlink()
    assert cli("diff", "--prune").out == "No changes. 2 resources are as declared.\n"


def test_where_nobody_can_be_asked_a_set_needs_a_yes(cli: Cli) -> None:
    for more in ((), ("-o", "json")):
        result = cli("rollback", "--set", "shop", "--revision", "1", *more, expect=2)
        assert "usage.confirmation" in result.out + result.err
    assert "Plan: 1 to update" in cli("rollback", "--set", "shop", "--revision", "1", "--dry-run").out
    assert instructions(cli) == RUDE


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "status", "said"), [("y\n", 0, KIND), ("n\n", 4, RUDE), ("", 4, RUDE)])
def test_a_set_is_rolled_back_after_a_yes(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, answer: str, status: int, said: str
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", Terminal(answer))
        for stream in (sys.stdout, sys.stderr):
            patch.setattr(stream, "isatty", lambda: True)
        result = cli("rollback", "--set", "shop", "--revision", "1", expect=status)
    assert "Plan: 1 to update, 1 unchanged.\n" in result.out
    assert "Make it so? [y/N] " in result.err
    assert ("Nothing was changed." in result.err) is (status == 4)
    assert instructions(cli) == said


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        ((), 2, "usage.arguments"),
        (("agent/bot",), 2, "usage.arguments"),
        (("agent/bot", "--revision", "1"), 2, "usage.arguments"),
        (("agent/bot", "--to", "1", "--set", "shop"), 2, "usage.arguments"),
        (("--to", "1"), 2, "usage.arguments"),
        (("agent", "--to", "1"), 2, "usage.resource"),
        (("agent/bot", "--to", "x"), 2, "usage.version"),
        (("agent/bot", "--to", "9"), 5, "version.not_found"),
        (("agent/bott", "--to", "1"), 5, "resource.not_found"),
        (("--set", "shp", "--revision", "1", "--yes"), 5, "set.not_found"),
        (("--revision", "9", "--yes"), 5, "revision.not_found"),
        (("--revision", "0", "--yes"), 5, "revision.not_found"),
    ],
)
def test_what_is_not_understood_is_told(cli: Cli, arguments: tuple[str, ...], status: int, code: str) -> None:
    assert cli("rollback", *arguments, "-o", "json", expect=status).json["error"]["code"] == code


def test_a_set_without_a_project_has_to_be_named(cli: Cli) -> None:
    (cli.directory / "stigmer.yaml").unlink()
    result = cli("rollback", "--revision", "1", "--yes", expect=2)
    assert "rollback --set NAME --revision R" in result.err
