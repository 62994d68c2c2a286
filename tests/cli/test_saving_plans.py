# SPDX-License-Identifier: Apache-2.0
"""`diff --save`: which plans are saved, and where there was no store yet."""

from __future__ import annotations

import errno
import io
import os

import pytest

from tests.cli.conftest import BOT, SECRET, Cli
from tests.cli.test_saved_plans import IN_FILE, MANY, PROJECT


@pytest.fixture(autouse=True)
def _project(cli: Cli) -> None:
    cli.write("stigmer.yaml", PROJECT)
    cli.write("manifests/bot.yaml", BOT)


class TestSaving:
    def test_a_plan_that_would_be_refused_is_not_saved(self, cli: Cli) -> None:
        cli("apply", "--set", "other")
        result = cli("diff", "--save", "plan.json", expect=4)
        assert "plan.json is not written: this plan would be refused" in result.err
        assert not (cli.directory / "plan.json").exists()

    def test_nor_are_manifests_that_are_not_right(self, cli: Cli) -> None:
        cli.write("manifests/bot.yaml", BOT.replace("spec:", "sepc:"))
        cli("diff", "--save", "plan.json", expect=3)
        assert not (cli.directory / "plan.json").exists()

    def test_a_secret_that_cannot_be_read_refuses_it_unless_the_stored_one_stays(
        self, cli: Cli, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cli.write("manifests/keys.yaml", SECRET)
        cli("apply")
        monkeypatch.delenv("BOT_TOKEN")
        cli.write("manifests/keys.yaml", SECRET.replace("name: keys", "name: keys\n  title: Keys"))
        assert "[secret.unresolved]" in cli("diff", "--save", "plan.json", expect=4).err
        cli("diff", "--save", "plan.json", "--keep-unresolved", expect=1)
        cli("apply", "--plan", "plan.json")
        assert cli("get", "env/keys", "-o", "json").json["metadata"]["title"] == "Keys"

    def test_a_secret_in_clear_from_standard_input_could_not_be_read_again(
        self, cli: Cli, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cli("init")
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(MANY.encode())))
        cli.write("key.pem", IN_FILE)
        (cli.directory / "stigmer.yaml").unlink()
        result = cli("diff", "-f", "-", "--save", "plan.json", expect=4)
        assert "spec.data.IN_CLEAR is written in clear where it cannot be read again" in result.err

    def test_secrets_need_a_store_whose_key_can_tell_them_again(self, cli: Cli) -> None:
        cli.write("manifests/keys.yaml", SECRET)
        result = cli("diff", "--save", "plan.json", expect=4)
        assert "environment/keys has secrets, and there is no store yet" in result.err
        assert "make the store with stigmer init" in result.err

    def test_a_file_that_cannot_be_written_is_told(self, cli: Cli) -> None:
        result = cli("diff", "--save", "nowhere/plan.json", expect=2)
        assert "the plan cannot be saved to nowhere/plan.json: No such file or directory" in result.err

    def test_what_is_no_plain_file_is_not_replaced(self, cli: Cli) -> None:
        pipe = cli.directory / "pipe"
        os.mkfifo(pipe)
        assert "what is there is no plain file" in cli("diff", "--save", "pipe", expect=2).err
        assert pipe.is_fifo()

    def test_a_full_disk_is_no_wrong_usage(self, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(_: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr("os.fsync", full)
        cli.write("plan.json", "as it was")
        result = cli("diff", "--save", "plan.json", expect=7)
        assert "[output.unwritten]" in result.err
        assert [each.name for each in cli.directory.iterdir() if "plan" in each.name] == ["plan.json"]
        assert (cli.directory / "plan.json").read_text() == "as it was"

    def test_a_link_stays_a_link(self, cli: Cli) -> None:
        (cli.directory / "kept").mkdir()
        link = cli.directory / "plan.json"
        link.symlink_to("kept/plan.json")
        cli("diff", "--save", "plan.json", expect=1)
        assert link.is_symlink()
        cli("apply", "--plan", "plan.json")

    def test_the_difference_of_versions_is_no_plan(self, cli: Cli) -> None:
        cli("apply")
        assert (
            "--save is about a plan" in cli("diff", "--from", "1", "agent/bot", "--save", "p", expect=2).err
        )


class TestWithoutAStore:
    def test_a_plan_may_make_the_store(self, cli: Cli) -> None:
        org = "apiVersion: tenancy.stigmer.ai/v1\nkind: Organization\nmetadata: {name: default}\n"
        cli.write("manifests/org.yaml", org + "spec: {description: ours}\n")
        cli("diff", "--save", "plan.json", expect=1)
        assert not cli.home.exists()
        cli("apply", "--plan", "plan.json", "--dry-run")
        assert not cli.home.exists()
        cli("apply", "--plan", "plan.json")
        cli("diff", expect=0)
        assert "this plan was applied already" in cli("apply", "--plan", "plan.json", expect=4).err

    def test_but_only_one_in_which_nothing_happened(self, cli: Cli) -> None:
        cli("diff", "--save", "plan.json", expect=1)
        cli.write("other.yaml", BOT.replace("name: bot", "name: other"))
        cli("apply", "-f", "other.yaml")
        result = cli("apply", "--plan", "plan.json", expect=4)
        assert (
            "made where there was no store yet, and backend local is at revision 1 [plan.backend]"
            in result.err
        )
