# SPDX-License-Identifier: Apache-2.0
"""`stigmer export`: what is live as manifests, to standard output, into files, and over manifests that are there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import BOT, SECRET, Cli

SKILL = """\
apiVersion: agentic.stigmer.ai/v1
kind: Skill
metadata:
  name: manners
  labels: {team: support}
spec:
  markdown_content: Say please.
"""
HELPER = """\
apiVersion: agentic.stigmer.ai/v1
kind: Agent
metadata:
  name: a-helper
spec:
  instructions: Help whoever asks for help.
  skill_refs: [manners]
"""
# What somebody wrote with care.
CAREFUL = """\
# The bot of the shop
apiVersion: agentic.stigmer.ai/v1
kind: Agent
metadata: {name: bot}     # never rename
spec:
  # Kept short on purpose.
  instructions: "Answer every question kindly."
  model:
    name: 'qwen3'

    # Cold, since answers must not vary.
    temperature: 0
"""


def changed_live(cli: Cli, text: str) -> None:
    """Changes what is live, past the manifests."""
    cli.write("elsewhere/changed.yaml", text)
    cli(
        "apply",
        "-f",
        "elsewhere",
        "-q",
        *(["--set", "shop"] if (cli.directory / "stigmer.yaml").exists() else []),
    )


def test_what_is_exported_diffs_to_nothing(cli: Cli) -> None:
    cli.write("m/all.yaml", "---\n".join([BOT, SKILL, HELPER, SECRET]))
    cli("apply", "-f", "m")
    cli.write("exported.yaml", cli("export").out)
    assert "No changes" in cli("diff", "-f", "exported.yaml").out


def test_what_is_referred_to_comes_first(cli: Cli) -> None:
    cli.write("m/all.yaml", "---\n".join([HELPER, BOT, SKILL]))
    cli("apply", "-f", "m")
    out = cli("export").out
    assert out.index("name: manners") < out.index("name: a-helper") < out.index("name: bot")


def test_a_stream_says_nothing_of_the_system(cli: Cli) -> None:
    cli.write("bot.yaml", BOT)
    cli("apply", "-f", "bot.yaml")
    assert cli("export").out == BOT


def test_a_secret_stays_in_the_backend_and_can_be_told_by_its_fingerprint(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.write("env.yaml", SECRET)
    cli("apply", "-f", "env.yaml")
    out = cli("export", "-d", "out").out
    assert out == "out/environments/keys.yaml created\n"
    text = Path("out/environments/keys.yaml").read_text()
    fingerprint = cli("get", "environment/keys", "-o", "json").json["spec"]["data"]["TOKEN"]["value"][
        "fingerprint"
    ]
    assert f"      is_secret: true\n      # kept in the backend, fingerprint {fingerprint}\n" in text
    assert "sesame" not in text
    monkeypatch.delenv("BOT_TOKEN")
    assert "No changes" in cli("diff", "-f", "out").out
    cli("apply", "-f", "out")


def test_a_directory_gets_a_file_a_resource(cli: Cli) -> None:
    cli.write("m/all.yaml", "---\n".join([BOT, SKILL, HELPER]))
    cli("apply", "-f", "m")
    result = cli("export", "-d", "out")
    assert result.out.splitlines() == [
        "out/agents/a-helper.yaml created",
        "out/agents/bot.yaml created",
        "out/skills/manners.yaml created",
    ]
    assert result.err.endswith("3 files created\n")
    assert Path("out/agents/bot.yaml").read_text() == BOT


def test_one_name_in_two_organizations_is_two_files(cli: Cli) -> None:
    acme = "apiVersion: tenancy.stigmer.ai/v1\nkind: Organization\nmetadata: {name: acme}\n"
    cli.write("m/all.yaml", "---\n".join([acme, BOT, BOT.replace("name: bot", "name: bot\n  org: acme")]))
    cli("apply", "-f", "m")
    cli("export", "-d", "out")
    files = sorted(str(each.relative_to("out")) for each in Path("out").rglob("*.yaml"))
    assert files == ["agents/acme/bot.yaml", "agents/default/bot.yaml", "organizations/acme.yaml"]
    assert "org:" not in Path("out/agents/default/bot.yaml").read_text()
    assert "No changes" in cli("diff", "-f", "out").out


def test_only_what_is_asked_for(cli: Cli) -> None:
    cli.write("shop/all.yaml", "---\n".join([SKILL, HELPER]))
    cli.write("bot.yaml", BOT)
    cli("apply", "-f", "shop", "--set", "shop")
    cli("apply", "-f", "bot.yaml")
    assert cli("export", "agent/bot").out == BOT
    assert cli("export", "agents").out.count("kind:") == 2
    assert "bot" not in cli("export", "--set", "shop").out
    assert cli("export", "-l", "team=support").out.count("kind:") == 1


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        (("agent/bott",), "resource.not_found", "did you mean agent/bot?"),
        (("--set", "shp"), "set.not_found", "did you mean shop?"),
    ],
)
def test_what_is_not_there_is_said_with_the_nearest(
    cli: Cli, arguments: tuple[str, ...], code: str, hint: str
) -> None:
    cli.write("bot.yaml", BOT)
    cli("apply", "-f", "bot.yaml", "--set", "shop")
    error = cli("export", *arguments, "-o", "json", expect=5).json["error"]
    assert (error["code"], error["hint"]) == (code, hint)


def test_the_organization_that_is_always_there_is_exported_once_it_says_something(cli: Cli) -> None:
    organization = "apiVersion: tenancy.stigmer.ai/v1\nkind: Organization\nmetadata:\n  name: default\n"
    cli.write("bot.yaml", BOT)
    cli("apply", "-f", "bot.yaml")
    assert cli("export", "organizations").out == ""
    assert cli("export", "organization/default").out == organization
    cli.write("org.yaml", f"{organization}  title: Ours\n")
    cli("apply", "-f", "org.yaml")
    assert cli("export", "organizations").out == f"{organization}  title: Ours\n"


def test_a_file_in_the_way_is_refused_and_nothing_is_written(cli: Cli) -> None:
    cli.write("m/all.yaml", "---\n".join([BOT, SKILL]))
    cli("apply", "-f", "m")
    stranger = cli.write("out/agents/bot.yaml", "mine: true\n")
    result = cli("export", "-d", "out", expect=4)
    assert "out/agents/bot.yaml:1:1: error: the file is there already" in result.err
    assert "export.exists" in result.err
    assert "nothing was written" in result.err
    assert stranger.read_text() == "mine: true\n"
    assert not Path("out/skills").exists()
    cli("export", "-d", "out", "--force")
    assert stranger.read_text() == BOT


def test_no_link_is_followed_out_of_the_directory(cli: Cli) -> None:
    cli.write("m/bot.yaml", BOT)
    cli("apply", "-f", "m")
    Path("outside").mkdir()
    Path("out").mkdir()
    os.symlink("../outside", "out/agents")
    result = cli("export", "-d", "out", "--force", expect=4)
    assert "export.link" in result.err
    assert list(Path("outside").iterdir()) == []


def test_a_manifest_behind_a_link_that_leads_out_is_left_alone(cli: Cli) -> None:
    cli.write("stigmer.yaml", "name: shop\npaths: [m]\n")
    real = cli.write("real/bot.yaml", BOT)
    Path("m").mkdir()
    os.symlink("../real/bot.yaml", "m/bot.yaml")
    cli("apply", "-f", "m", "--set", "shop")
    cli.write("elsewhere/bot.yaml", CAREFUL)
    cli("apply", "-f", "elsewhere/bot.yaml", "--set", "shop")
    result = cli("export", "-d", "m", expect=4)
    assert "leads out of m" in result.err
    assert real.read_text() == BOT


def test_manifests_that_are_not_valid_are_told_first(cli: Cli) -> None:
    cli.write("m/bot.yaml", BOT)
    cli("apply", "-f", "m")
    cli.write("m/bot.yaml", BOT.replace("instructions", "instuctions"))
    assert "did you mean" in cli("export", "-d", "m", expect=3).err


def test_all_in_one_file_and_more_behind_it(cli: Cli) -> None:
    cli.write("m/all.yaml", "---\n".join([HELPER, SKILL]))
    cli("apply", "-f", "m")
    assert cli("export", "-d", "out.yaml").out == "out.yaml created\n"
    assert Path("out.yaml").read_text().count("---\n") == 1
    changed_live(cli, "---\n".join([BOT, SKILL.replace("please", "thanks")]))
    assert cli("export", "-d", "out.yaml").out == "out.yaml updated\n"
    assert Path("out.yaml").read_text().count("---\n") == 2
    assert "No changes" in cli("diff", "-f", "out.yaml").out
    assert cli("export", "-d", "out", "--one-file").out == "out/resources.yaml created\n"


def test_long_texts_in_files_of_their_own(cli: Cli) -> None:
    cli.write("m/all.yaml", "---\n".join([BOT, SKILL]))
    cli("apply", "-f", "m")
    cli("export", "-d", "out", "--split-texts")
    assert Path("out/agents/bot.md").read_text() == "Answer every question kindly.\n\nBe short.\n"
    assert "  instructions:\n    file: bot.md\n" in Path("out/agents/bot.yaml").read_text()
    assert not Path("out/skills/manners.md").exists(), "one line is not long"
    assert "No changes" in cli("diff", "-f", "out").out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--force",),
        ("--one-file",),
        ("--split-texts", "-d", "all.yaml"),
        ("-d", "-"),
        ("-d", "stigmer.yaml"),
        ("-d", "bot.txt"),
        ("-l", "team"),
        ("execution-context/x",),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(cli: Cli, arguments: tuple[str, ...]) -> None:
    cli.write("bot.txt", "")
    assert "hint: " in cli("export", *arguments, expect=2).err


def test_a_disk_that_refuses_is_told_once(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.write("m/all.yaml", "---\n".join([BOT, SKILL]))
    cli("apply", "-f", "m")

    def full(path: str, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("stigmer.cli.writing.create", full)
    result = cli("export", "-d", "out", expect=7)
    assert result.err.count("No space left on device") == 1
    assert result.err.endswith("nothing was written\n")


def test_nothing_is_declared_twice_in_a_project(cli: Cli) -> None:
    cli.write("stigmer.yaml", "name: shop\npaths: [m]\n")
    cli.write("m/bots/bot.yaml", BOT)
    cli.write("skill.yaml", SKILL)
    cli("apply")
    cli("apply", "-f", "skill.yaml")
    result = cli("export", "-d", "m/new")
    assert result.out == "m/new/skills/manners.yaml created\n"
    assert "declared outside of m/new and left as it is: agent/bot (m/bots/bot.yaml)" in result.err
    cli("validate")
    assert cli("export", "-d", "copy").out.count("created") == 2, (
        "a copy beside the project's manifests is no part of it"
    )


def test_files_as_json(cli: Cli) -> None:
    cli.write("m/bot.yaml", CAREFUL)
    cli.write("skill.yaml", SKILL)
    cli("apply", "-f", "m", "-f", "skill.yaml")
    changed_live(cli, BOT)
    assert cli("export", "-d", "m", "-o", "json").json == {
        "format_version": 1,
        "kind": "ExportResult",
        "summary": {"created": 1, "updated": 1, "unchanged": 0},
        "files": [
            {"action": "updated", "file": "m/bot.yaml", "resources": ["agent/bot"]},
            {"action": "created", "file": "m/skills/manners.yaml", "resources": ["skill/manners"]},
        ],
        "diagnostics": [],
    }


def test_the_project_of_the_directory_says_which_organization_goes_without_saying(cli: Cli) -> None:
    cli.write("shop/stigmer.yaml", "name: shop\norg: acme\n")
    acme = "apiVersion: tenancy.stigmer.ai/v1\nkind: Organization\nmetadata: {name: acme}\n"
    cli.write("all.yaml", "---\n".join([acme, BOT.replace("name: bot", "name: bot\n  org: acme")]))
    cli("apply", "-f", "all.yaml")
    cli("export", "agents", "-d", "shop")
    assert Path("shop/agents/bot.yaml").read_text() == BOT
    assert "org: acme" in cli("export", "agents").out


def test_taking_over_a_store_is_noiseless(cli: Cli) -> None:
    """Export what another set owns, adopt it from a new project: only the owner differs, and then nothing."""
    cli.write("old/all.yaml", "---\n".join([CAREFUL, SKILL, HELPER, SECRET]))
    cli("apply", "-f", "old", "--set", "old")
    cli("export", "--set", "old", "-d", "new")
    cli.write("new/stigmer.yaml", "name: shop\n")
    os.chdir("new")
    plan = cli("diff", "--adopt", "-o", "json", expect=1).json
    fields = [field for change in plan["changes"] for field in change["fields"]]
    assert {field["path"] for field in fields} == {"metadata.set"}
    assert len(plan["changes"]) == 4
    cli("apply", "--adopt")
    assert "No changes" in cli("diff").out
    assert cli("diff", "--prune").err.count("error") == 0
