# SPDX-License-Identifier: Apache-2.0
"""Manifests that sops encrypted, on the command line: checked without a key, applied with one, never written over."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import BOT, Cli
from tests.secrets.sops_files import recipient, said, written

CLEAR = ("made-up-key", '"eu"')
EVIL = ("team: shop", "team: thieves")


@pytest.fixture(autouse=True)
def _no_identity(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STIGMER_AGE_IDENTITY", "SOPS_AGE_KEY", "SOPS_AGE_KEY_FILE", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(cli.home))
    cli.write("m/keys.yaml", said("environment.yaml"))


@pytest.fixture
def keys(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An identity that opens the files, which its owner alone can read."""
    path = written(cli.directory.parent)
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(path))
    return path


def change(name: str, before: str, after: str) -> None:
    path = Path(name)
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


class TestWithoutAKey:
    def test_validate_needs_none(self, cli: Cli) -> None:
        assert "1 document, all valid" in cli("validate", "-f", "m", "--strict").out

    def test_diff_says_once_at_the_block_that_the_values_stay_closed(self, cli: Cli) -> None:
        result = cli("diff", "-f", "m", expect=1)
        assert "m/keys.yaml:19:1: warning: sops encrypted the values here for age1" in result.err
        assert "no age identity is here" in result.err
        assert result.err.count("[secret.unresolved]") == 1
        assert result.out.count("(unresolved sops: ciphertext)") == 2

    def test_apply_refuses_and_applies_nothing(self, cli: Cli) -> None:
        result = cli("apply", "-f", "m", "-o", "json", expect=4)
        assert {each["code"] for each in result.json["diagnostics"]} == {"secret.unresolved"}
        assert cli("get", "environments", "-o", "name").out == ""

    def test_the_stored_values_can_be_kept(
        self, cli: Cli, keys: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cli("apply", "-f", "m")
        monkeypatch.delenv("SOPS_AGE_KEY_FILE")
        assert "apply refuses unless --keep-unresolved" in cli("diff", "-f", "m").err
        cli("apply", "-f", "m", expect=4)
        assert "No changes" in cli("apply", "-f", "m", "--keep-unresolved").out


class TestWithAKey:
    def test_what_is_applied_is_what_was_encrypted(self, cli: Cli, keys: Path) -> None:
        cli("apply", "-f", "m")
        assert "No changes" in cli("diff", "-f", "m").out
        clear = said("clear/environment.yaml").replace("{value: eu}", "{is_secret: true, value: eu}")
        cli.write("clear.yaml", clear)
        assert "No changes" in cli("diff", "-f", "clear.yaml").out

    def test_the_same_values_encrypted_anew_are_no_difference(self, cli: Cli, keys: Path) -> None:
        cli("apply", "-f", "m")
        cli.write("m/keys.yaml", said("several.yaml"))
        assert "No changes" in cli("diff", "-f", "m").out

    def test_no_clear_value_is_ever_shown(self, cli: Cli, keys: Path) -> None:
        results = [cli("diff", "-f", "m", "-o", form, expect=None) for form in ("text", "json", "markdown")]
        results += [cli("apply", "-f", "m"), cli("get", "env/keys", "-o", "yaml")]
        results += [cli("export", "-d", "out"), cli("history", "env/keys")]
        assert not [each for each in results for clear in CLEAR if clear in each.out + each.err]

    def test_standard_input_is_opened_too(
        self, cli: Cli, keys: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        data = io.BytesIO(said("two.yaml").encode())
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(data))
        assert "environment/two created" in cli("apply", "-f", "-").out

    def test_a_file_of_identities_that_others_can_read_is_told_once(self, cli: Cli, keys: Path) -> None:
        keys.chmod(0o644)
        cli.write("m/two.yaml", said("two.yaml"))
        assert cli("diff", "-f", "m", expect=1).err.count("[secret.identity_exposed]") == 1

    def test_an_overlay_may_be_encrypted(self, cli: Cli, keys: Path) -> None:
        cli.write("stigmer.yaml", "name: shop\npaths: [m/]\ntargets:\n  prod: {overlays: [prod/]}\n")
        base = said("clear/environment.yaml").replace("made-up-key", "${ELSEWHERE}")
        cli.write("m/keys.yaml", base)
        cli.write("prod/keys.yaml", said("environment.yaml"))
        cli("apply", "--target", "prod")
        cli.write("m/keys.yaml", said("several.yaml"))
        assert "No changes" in cli("diff", "--target", "prod").out
        change("prod/keys.yaml", *EVIL)
        assert (
            "prod/keys.yaml:32:10: error: the file was changed"
            in cli("diff", "--target", "prod", expect=4).err
        )


class TestChangedFiles:
    @pytest.fixture(autouse=True)
    def _changed(self, cli: Cli, keys: Path) -> None:
        change("m/keys.yaml", *EVIL)

    def test_a_changed_file_is_refused_once_at_its_mac(self, cli: Cli) -> None:
        result = cli("diff", "-f", "m", "-o", "json", expect=4)
        (found,) = result.json["diagnostics"]
        assert (found["code"], found["severity"]) == ("sops.mac", "error")
        assert (found["file"], found["line"]) == ("m/keys.yaml", 32)
        assert "MAC does not fit" in found["message"]

    @pytest.mark.parametrize("flags", [[], ["--keep-unresolved"]])
    def test_nothing_of_it_is_applied(self, cli: Cli, flags: list[str]) -> None:
        cli("apply", "-f", "m", *flags, expect=4)
        assert cli("get", "environments", "-o", "name").out == ""

    def test_a_value_that_was_changed_is_named_by_its_line(self, cli: Cli) -> None:
        change("m/keys.yaml", *reversed(EVIL))
        change("m/keys.yaml", "REGION:", "PLACE:")
        err = cli("diff", "-f", "m", expect=4).err
        assert "m/keys.yaml:16:20: error: the file was changed since sops encrypted it: PLACE does not" in err


class TestSavedPlans:
    def test_a_saved_plan_opens_the_file_again(self, cli: Cli, keys: Path) -> None:
        cli("init")
        cli("diff", "-f", "m", "--save", "plan.json", expect=1)
        assert not [clear for clear in CLEAR if clear in Path("plan.json").read_text()]
        assert "environment/keys created" in cli("apply", "--plan", "plan.json").out
        assert "No changes" in cli("diff", "-f", "m").out

    @pytest.mark.parametrize("change_it", [True, False])
    def test_it_is_refused_where_the_file_was_changed_or_stays_closed(
        self, cli: Cli, keys: Path, monkeypatch: pytest.MonkeyPatch, change_it: bool
    ) -> None:
        cli("init")
        cli("diff", "-f", "m", "--save", "plan.json", expect=1)
        if change_it:
            change("m/keys.yaml", *EVIL)
        else:
            monkeypatch.delenv("SOPS_AGE_KEY_FILE")
        result = cli("apply", "--plan", "plan.json", expect=4)
        assert "[plan.secret]" in result.err
        assert ("MAC does not fit" if change_it else "no age identity is here") in result.err

    def test_one_from_standard_input_could_not_be_read_again(
        self, cli: Cli, keys: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cli("init")
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(said("environment.yaml").encode())))
        err = cli("diff", "-f", "-", "--save", "plan.json", expect=4).err
        assert "is encrypted where it cannot be read again" in err


class TestNotWrittenOver:
    def test_fmt_leaves_such_a_file(self, cli: Cli) -> None:
        text = said("environment.yaml").replace("kind: Environment\n", "") + "kind: Environment\n"
        cli.write("m/keys.yaml", text)
        cli.write("m/bot.yaml", BOT)
        cli("fmt", "-f", "m", "--check")
        cli("fmt", "-f", "m")
        assert Path("m/keys.yaml").read_text() == text

    def test_export_refuses_to_change_it(self, cli: Cli, keys: Path) -> None:
        cli("apply", "-f", "m")
        clear = said("clear/environment.yaml").replace("team: shop", "team: bakery")
        cli.write("clear.yaml", clear)
        cli("apply", "-f", "clear.yaml")
        result = cli("export", "-d", "m", expect=4)
        assert "sops encrypted it, so only sops can change it" in result.err
        assert Path("m/keys.yaml").read_text() == said("environment.yaml")

    def test_a_rollback_refuses_to_write_into_it(self, cli: Cli, keys: Path) -> None:
        cli.write("clear.yaml", said("clear/environment.yaml").replace("team: shop", "team: bakery"))
        cli("apply", "-f", "clear.yaml")
        cli("apply", "-f", "m")
        result = cli("rollback", "env/keys", "--to", "1", "--write", "-f", "m", "--yes", expect=4)
        assert "only sops can change it" in result.err
        assert Path("m/keys.yaml").read_text() == said("environment.yaml")

    def test_sealing_leaves_it(self, cli: Cli) -> None:
        cli("secrets", "seal", "m", "-r", recipient())
        assert Path("m/keys.yaml").read_text() == said("environment.yaml")


class TestWords:
    def test_what_is_encrypted_as_a_whole_is_passed_over_in_a_directory(self, cli: Cli) -> None:
        cli.write("m/keys.yaml", said("whole.yaml"))
        cli.write("m/bot.yaml", BOT)
        result = cli("validate", "-f", "m")
        assert "m/keys.yaml:2:13: warning: sops encrypted the apiVersion too" in result.out
        assert "--encrypted-regex '^value$'" in result.out
        cli("validate", "-f", "m/keys.yaml", expect=3)

    def test_numbers_that_sops_encrypted_are_told_each_at_its_line(self, cli: Cli) -> None:
        cli.write("m/keys.yaml", said("typed.yaml"))
        found = cli("validate", "-f", "m", "-o", "json", expect=3).json["diagnostics"]
        assert [(each["code"], each["line"]) for each in found] == [
            ("sops.type", line) for line in (8, 10, 12, 14)
        ]

    @pytest.mark.parametrize("name", ["form.json", "form.env", "form.ini"])
    def test_other_forms_are_refused_by_name(self, cli: Cli, name: str) -> None:
        cli.write(name, said(name))
        found = json.loads(cli("validate", "-f", name, "-o", "json", expect=3).out)["diagnostics"]
        assert [each["code"] for each in found] == ["sops.form"]

    def test_a_text_about_sops_is_no_file_of_sops(self, cli: Cli) -> None:
        value = said("environment.yaml").split("value: ")[1].splitlines()[0]
        cli.write("m/keys.yaml", BOT.replace("Be short.", f"A value looks like this: {value}"))
        cli("validate", "-f", "m", "--strict")
