# SPDX-License-Identifier: Apache-2.0
"""`diff --save` and `apply --plan`: what somebody looked at is what happens, or nothing."""

from __future__ import annotations

import json
import subprocess
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import BOT, SECRET, Cli

PROJECT = "name: shop\npaths: [manifests]\n"
CLEAR = "open-sesame-in-clear"  # secret-scan: allow
IN_FILE = "-----BEGIN KEY-----\nline one of it\nline two of it\n"  # secret-scan: allow
MANY = f"""\
apiVersion: agentic.stigmer.ai/v1
kind: Environment
metadata:
  name: many
spec:
  data:
    OPEN: {{value: shown}}
    FROM_ENV: {{is_secret: true, value_from: {{env: BOT_TOKEN}}}}
    FROM_FILE: {{is_secret: true, value_from: {{file: ../key.pem}}}}
    IN_CLEAR: {{is_secret: true, value: "{CLEAR}"}}
"""


@pytest.fixture(autouse=True)
def _project(cli: Cli) -> None:
    cli.write("stigmer.yaml", PROJECT)
    cli.write("manifests/bot.yaml", BOT)


def changed(cli: Cli) -> None:
    """The manifests say something else."""
    cli.write("manifests/bot.yaml", BOT.replace("kindly", "politely"))


def spoken(cli: Cli) -> str:
    """What the live bot is told."""
    said: str = cli("get", "agent/bot", "-o", "json").json["spec"]["instructions"]
    return said


def test_what_was_saved_is_applied_and_not_what_the_manifests_say_by_then(cli: Cli) -> None:
    cli("apply")
    changed(cli)
    saved = cli("diff", "--save", "plan.json", expect=1)
    assert "Plan: 1 to update, 0 unchanged." in saved.out
    assert "saved to plan.json; stigmer apply --plan plan.json applies exactly this" in saved.err
    (cli.directory / "manifests/bot.yaml").unlink()
    applied = cli("apply", "--plan", "plan.json", "-m", "as agreed")
    assert applied.out == "agent/bot updated\nDone: 1 updated, 0 unchanged. Revision 2.\n"
    assert "politely" in spoken(cli)
    assert "as agreed" in cli("history", "agent/bot").out
    assert cli("get", "agent/bot", "-o", "json").json["metadata"]["set"] == "shop"


def test_the_result_is_that_of_apply(cli: Cli, steady: Callable[[str], str], tmp_path: Path) -> None:
    cli.write("manifests/keys.yaml", SECRET)
    cli("init")
    cli("diff", "--save", "plan.json", expect=1)
    planned = steady(cli("apply", "--plan", "plan.json", "-o", "json").out)
    (cli.home / "local.db").unlink()
    assert steady(cli("apply", "-o", "json").out) == planned


def test_the_file_is_the_json_of_diff_and_for_its_owner_alone(cli: Cli) -> None:
    saved = cli("diff", "--save", "plan.json", "-o", "json", "--exit-zero")
    file = cli.directory / "plan.json"
    document = json.loads(file.read_text())
    assert {name: part for name, part in document.items() if name not in ("apply", "digest")} == saved.json
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in cli.directory.iterdir() if "plan" in each.name] == ["plan.json"]


def test_it_holds_no_secret_in_any_shape(cli: Cli) -> None:
    cli.write("manifests/many.yaml", MANY)
    cli.write("key.pem", IN_FILE)
    cli("init")
    cli("diff", "--save", "plan.json", expect=1)
    data = (cli.directory / "plan.json").read_bytes()
    assert b"shown" in data
    for value in ("sesame-opens", CLEAR, IN_FILE, *IN_FILE.split("\n")[:3]):
        raw = value.encode()
        shapes = [raw, json.dumps(value)[1:-1].encode(), raw.hex().encode()]
        # In base64 a value begins at one of three places of a group; what is in the middle is there in any case.
        shapes += [b64encode(b"x" * shift + raw)[4:-4] for shift in range(3)]
        assert [shape for shape in shapes if len(shape) > 3 and shape in data] == []
    cli("apply", "--plan", "plan.json")
    cli("diff", expect=0)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (
            lambda cli, patch: patch.setenv("BOT_TOKEN", "another one"),
            "FROM_ENV of environment/many has another value now: the variable BOT_TOKEN",
        ),
        (
            lambda cli, patch: patch.delenv("BOT_TOKEN"),
            "FROM_ENV of environment/many cannot be read again: the variable BOT_TOKEN is not set",
        ),
        (lambda cli, patch: cli.write("key.pem", "another one"), "FROM_FILE of environment/many has another"),
        (
            lambda cli, patch: (cli.directory / "key.pem").unlink(),
            "FROM_FILE of environment/many cannot be read again: the file '../key.pem'",
        ),
        (
            lambda cli, patch: cli.write("manifests/many.yaml", MANY.replace(CLEAR, "x" * 9)),
            "IN_CLEAR of environment/many has another value now: manifests/many.yaml",
        ),
        (
            lambda cli, patch: cli.write("manifests/many.yaml", BOT),
            "IN_CLEAR of environment/many cannot be read again: the manifest does not say it",
        ),
    ],
)
def test_a_secret_that_is_not_the_planned_one_refuses_it(
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[Cli, pytest.MonkeyPatch], object],
    words: str,
) -> None:
    cli.write("manifests/many.yaml", MANY)
    cli.write("key.pem", IN_FILE)
    cli("init")
    cli("diff", "--save", "plan.json", expect=1)
    spoil(cli, monkeypatch)
    result = cli("apply", "--plan", "plan.json", expect=4)
    assert words in result.err
    assert result.err.count("[plan.secret]") == 1
    assert "nothing was changed" in result.err
    assert cli("get", "all", "-o", "name").out == "organization/default\n"


class TestRefused:
    def saved(self, cli: Cli) -> None:
        cli("apply")
        changed(cli)
        cli("diff", "--save", "plan.json", expect=1)

    def test_what_changed_since_is_named_with_who_did_it(self, cli: Cli) -> None:
        self.saved(cli)
        cli.write("manifests/bot.yaml", BOT.replace("kindly", "rudely"))
        cli("apply", "-m", "meanwhile")
        for arguments in ((), ("--dry-run",)):
            result = cli("apply", "--plan", "plan.json", *arguments, expect=4)
            assert (
                "agent/bot was changed after revision 1, which the plan was made from (updated at revision 2"
                in (result.err)
            )
            assert ": meanwhile) [plan.stale]" in result.err
        assert "rudely" in spoken(cli)

    def test_what_changes_in_the_last_moment_is_refused_by_the_store(
        self, cli: Cli, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        skill = "apiVersion: agentic.stigmer.ai/v1\nkind: Skill\nmetadata: {name: s}\nspec: {markdown_content: %s}\n"
        cli.write("manifests/skill.yaml", skill % "x")
        cli("apply")
        cli.write("manifests/bot.yaml", BOT + "  skill_refs: [s]\n")
        cli("diff", "--save", "plan.json", expect=1)
        cli.write("manifests/skill.yaml", skill % "y")
        cli.write("manifests/bot.yaml", BOT)
        cli("apply")
        monkeypatch.setattr("stigmer.cli.saved_plan.stale", lambda *_: ())
        result = cli("apply", "--plan", "plan.json", expect=4)
        assert "skill/s was updated at revision 2" in result.err
        assert "[plan.stale]" in result.err
        assert "skill_refs" not in cli("get", "agent/bot", "-o", "json").json["spec"]

    def test_the_json_of_a_refusal_is_the_plan_with_why(self, cli: Cli) -> None:
        cli("apply")
        changed(cli)
        shown = cli("diff", "--save", "plan.json", "-o", "json", expect=1).json
        cli("delete", "agent/bot")
        refused = cli("apply", "--plan", "plan.json", "-o", "json", expect=4).json
        (found,) = refused.pop("diagnostics")
        assert found["code"] == "plan.stale"
        assert refused | {"diagnostics": []} == shown

    def test_the_second_time_it_says_that_it_was_applied(self, cli: Cli) -> None:
        self.saved(cli)
        cli("apply", "--plan", "plan.json")
        result = cli("apply", "--plan", "plan.json", expect=4)
        assert "this plan was applied already: all of it is live, at revision 2 by" in result.err
        assert "[plan.stale]" in result.err

    def test_another_store_is_not_touched(self, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
        self.saved(cli)
        other = cli.home.parent / "other"
        monkeypatch.setenv("STIGMER_HOME", str(other))
        assert "backend local has no store yet [plan.backend]" in (
            cli("apply", "--plan", "plan.json", expect=4).err
        )
        assert not other.exists()
        cli("init")
        result = cli("apply", "--plan", "plan.json", expect=4)
        assert "made for another store than backend local has now" in result.err
        assert "[plan.backend]" in result.err

    def test_another_backend_is_named_with_the_one_it_was_made_for(self, cli: Cli) -> None:
        self.saved(cli)
        second = cli.home.parent / "second.db"
        config = cli.home / "config.yaml"
        config.write_text(
            f"backends:\n  two: {{type: local, local: {{db_path: {second}}}}}\nbackend: local\n"
        )
        cli("init", "--backend", "two")
        result = cli("apply", "--plan", "plan.json", "--backend", "two", expect=4)
        assert "the plan was made for backend local, and this is two" in result.err
        assert "name it with --backend local" in result.err

    def test_another_set_is_refused(self, cli: Cli) -> None:
        self.saved(cli)
        result = cli("apply", "--plan", "plan.json", "--set", "other", expect=4)
        assert "the plan was made for set shop, and --set says other [plan.set]" in result.err
        cli.write("stigmer.yaml", PROJECT.replace("shop", "market"))
        result = cli("apply", "--plan", "plan.json", expect=4)
        assert "the plan was made for set shop, and the project here is market [plan.set]" in result.err
        assert "kindly" in spoken(cli)
        cli("apply", "--plan", "plan.json", "--set", "shop")

    def test_a_plan_into_no_set_goes_with_any_project(self, cli: Cli) -> None:
        cli("diff", "-f", "manifests", "--save", "plan.json", expect=1)
        assert "and --set says shop" in cli("apply", "--plan", "plan.json", "--set", "shop", expect=4).err
        cli("apply", "--plan", "plan.json")
        assert "set" not in cli("get", "agent/bot", "-o", "json").json["metadata"]

    def test_an_edited_one_is_refused(self, cli: Cli) -> None:
        self.saved(cli)
        file = cli.directory / "plan.json"
        file.write_text(file.read_text().replace("politely", "rudely"))
        assert "plan.json is not as it was saved" in cli("apply", "--plan", "plan.json", expect=4).err
        assert cli("apply", "--plan", "plan.json", "-o", "json", expect=4).json["error"]["code"] == (
            "plan.edited"
        )

    def test_one_of_a_newer_stigmer_is_refused(self, cli: Cli) -> None:
        self.saved(cli)
        file = cli.directory / "plan.json"
        file.write_text(file.read_text().replace('"format_version": 1', '"format_version": 2', 1))
        assert "[plan.format]" in cli("apply", "--plan", "plan.json", expect=4).err

    @pytest.mark.parametrize("text", [None, "", "name: shop\n", "{}", '{"kind": "Plan"}'])
    def test_what_is_no_plan_is_wrong_usage(self, cli: Cli, text: str | None) -> None:
        if text is not None:
            cli.write("plan.json", text)
        result = cli("apply", "--plan", "plan.json", expect=2)
        assert "error: plan.json " in result.err
        assert "[plan.unreadable]" in result.err
        assert "save one with stigmer diff --save FILE" in result.err

    @pytest.mark.parametrize(
        "flags",
        [
            ("-f", "manifests"),
            ("--prune",),
            ("--adopt",),
            ("--org", "x"),
            ("--keep-unresolved",),
            ("--strict",),
        ],
    )
    def test_flags_that_would_change_the_plan_are_wrong_usage(self, cli: Cli, flags: tuple[str, ...]) -> None:
        self.saved(cli)
        result = cli("apply", "--plan", "plan.json", *flags, expect=2)
        assert f"{flags[0]} cannot be given with --plan" in result.err


def test_a_plan_with_nothing_to_do_does_nothing(cli: Cli) -> None:
    cli("apply")
    cli("diff", "--save", "plan.json", expect=0)
    for _ in range(2):
        assert cli("apply", "--plan", "plan.json").out == "No changes. 1 resource is as declared.\n"


def test_a_dry_run_shows_the_plan_and_changes_nothing(cli: Cli) -> None:
    cli("apply")
    changed(cli)
    shown = cli("diff", "--save", "plan.json", expect=1)
    assert cli("apply", "--plan", "plan.json", "--dry-run").out == shown.out
    assert "kindly" in spoken(cli)


def test_the_history_tells_the_commit_that_the_plan_was_made_of(cli: Cli) -> None:
    def git(*arguments: str) -> str:
        identity = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com")
        done = subprocess.run(
            ["git", *identity, *arguments], cwd=cli.directory, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    planned = git("rev-parse", "HEAD")
    cli("diff", "--save", "plan.json", expect=1)
    git("commit", "-qm", "second", "--allow-empty")
    cli("apply", "--plan", "plan.json")
    (version,) = cli("history", "agent/bot", "-o", "json").json["items"]
    assert version["commit"] == {"id": planned, "author": "Ann <ann@example.com>"}


def test_a_plan_keeps_the_target_it_was_made_for(cli: Cli) -> None:
    cli("init")
    two = cli.home.parent / "two.db"
    config = f"backends:\n  two: {{type: local, local: {{db_path: {two}}}}}\nbackend: local\n"
    (cli.home / "config.yaml").write_text(config)
    cli("init", "--backend", "two")
    cli.write("stigmer.yaml", PROJECT + "targets:\n  prod: {backend: two}\n  dev: {backend: local}\n")
    cli("diff", "--target", "prod", "--save", "plan.json", expect=1)
    assert "made for target prod, and --target says dev" in (
        cli("apply", "--plan", "plan.json", "--target", "dev", expect=4).err
    )
    cli("apply", "--plan", "plan.json")
    assert cli("get", "agents", "-o", "name", "--backend", "two").out == "agent/bot\n"
    assert cli("get", "agents", "-o", "name", "--backend", "local").out == ""
