# SPDX-License-Identifier: Apache-2.0
"""`stigmer fmt`: what it changes, what it leaves, what it says."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.cli.conftest import BOT, SECRET, Cli

LOOSE = """\
kind: Environment   # of the bot
metadata:
    name: 'keys'
apiVersion: agentic.stigmer.ai/v1
spec:
    data:
        BOT_TOKEN: {is_secret: true, value: 'sesame-opens'}
        # password: sesame-too
        CERTIFICATE:
            is_secret: true
            value: |
                first-line-of-it
                second-line-of-it
        URL: {value: 'https://bot:sesame-three@x.example'}  # secret-scan: allow
"""
TIGHT = """\
apiVersion: agentic.stigmer.ai/v1
kind: Environment   # of the bot
metadata:
  name: keys
spec:
  data:
    BOT_TOKEN: {is_secret: true, value: sesame-opens}
    # password: sesame-too
    CERTIFICATE:
      is_secret: true
      value: |
        first-line-of-it
        second-line-of-it
    URL: {value: "https://bot:sesame-three@x.example"}  # secret-scan: allow
"""
SECRETS = ("sesame", "line-of-it")


def test_it_rewrites_in_place_and_says_what(cli: Cli) -> None:
    loose, tight = cli.write("keys.yaml", LOOSE), cli.write("sub/bot.yaml", BOT)
    loose.chmod(0o640)
    before = tight.stat().st_ino
    result = cli("fmt", "-f", ".")
    assert result.out == "formatted: keys.yaml\n"
    assert result.err == "2 files, 1 formatted\n"
    assert loose.read_text("utf-8") == TIGHT
    assert stat.S_IMODE(loose.stat().st_mode) == 0o640
    assert tight.stat().st_ino == before
    assert sorted(os.listdir(cli.directory)) == ["keys.yaml", "sub"]
    assert cli("fmt", "-f", ".").err == "2 files, all formatted\n"


def test_without_paths_it_is_the_project(cli: Cli) -> None:
    cli.write("stigmer.yaml", "name:   shop\npaths: [manifests]\n")
    cli.write("manifests/keys.yaml", LOOSE)
    other = cli.write("other/keys.yaml", LOOSE)
    assert cli("fmt").out == "formatted: manifests/keys.yaml\n"
    assert other.read_text("utf-8") == LOOSE
    assert (cli.directory / "stigmer.yaml").read_text("utf-8").startswith("name:   shop")


def test_check_changes_nothing_and_exits_with_3(cli: Cli) -> None:
    file = cli.write("keys.yaml", LOOSE)
    result = cli("fmt", "-f", ".", "--check", expect=3)
    assert result.out == "not formatted: keys.yaml\n"
    assert result.err == "1 file, 1 to format: stigmer fmt does it\n"
    assert file.read_text("utf-8") == LOOSE
    cli("fmt", "-f", ".")
    assert cli("fmt", "-f", ".", "--check", "-q").err == ""


def test_diff_changes_nothing_and_shows_no_secret(cli: Cli, snapshot: SnapshotAssertion) -> None:
    file = cli.write("keys.yaml", LOOSE)
    foreign = "---\napiVersion: v1\nkind: Secret\ndata: {a: sesame-foreign}\n"
    cli.write("keys.yaml", LOOSE + foreign)
    result = cli("fmt", "-f", ".", "--diff")
    assert result.out == snapshot
    assert not any(secret in result.out + result.err for secret in SECRETS)
    assert file.read_text("utf-8") == LOOSE + foreign
    assert cli("fmt", "-f", ".", "--diff", "--check", expect=3).out == result.out


def test_a_difference_that_is_only_in_a_secret_is_told(cli: Cli) -> None:
    cli.write("keys.yaml", TIGHT.replace("value: sesame-opens", "value: 'sesame-opens'"))
    result = cli("fmt", "-f", ".", "--diff")
    assert result.out.startswith("keys.yaml differs only in what is not shown")
    assert "sesame" not in result.out


def test_json(cli: Cli) -> None:
    cli.write("keys.yaml", LOOSE)
    cli.write("bad.yaml", "a: [\n")
    result = cli("fmt", "-f", ".", "-o", "json", expect=3)
    assert {name: value for name, value in result.json.items() if name != "diagnostics"} == {
        "format_version": 1,
        "files": 2,
        "changed": ["keys.yaml"],
        "written": True,
    }
    (problem,) = result.json["diagnostics"]
    assert (problem["file"], problem["code"]) == ("bad.yaml", "yaml.syntax")


def test_a_file_that_is_not_yaml_is_told_and_the_others_are_formatted(cli: Cli) -> None:
    bad, file = cli.write("bad.yaml", "a: [\n"), cli.write("keys.yaml", LOOSE)
    result = cli("fmt", "-f", ".", expect=3)
    validated = cli("validate", "-f", "bad.yaml", expect=3)
    assert result.out.splitlines()[:2] == validated.out.splitlines()[:2]
    assert result.err == "2 files, 1 formatted, 1 left as it is\n"
    assert bad.read_text("utf-8") == "a: [\n"
    assert file.read_text("utf-8") == TIGHT


def test_a_file_that_would_lose_a_comment_is_left_and_that_is_told(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stigmer.manifests.formatting.writing import write

    file = cli.write("keys.yaml", LOOSE)
    monkeypatch.setattr(
        "stigmer.manifests.formatting.layout.write",
        lambda document: write(document).replace("# of the bot", ""),
    )
    result = cli("fmt", "-f", ".", expect=4)
    assert "left as it is, because in its layout a comment would be lost [layout.unsafe]" in result.out
    assert file.read_text("utf-8") == LOOSE


def test_standard_input_goes_to_standard_output(cli: Cli) -> None:
    command = [sys.executable, "-m", "stigmer", "fmt", "-f", "-"]
    ran = subprocess.run(command, input=LOOSE.encode(), capture_output=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, TIGHT.encode(), b"")
    ran = subprocess.run([*command, "--check"], input=LOOSE.encode(), capture_output=True, check=False)
    assert (ran.returncode, ran.stdout) == (3, b"")
    ran = subprocess.run(command, input=b"a: [", capture_output=True, check=False)
    assert (ran.returncode, ran.stdout) == (3, b"a: [")


def test_standard_input_stands_alone(cli: Cli) -> None:
    assert "stands alone" in cli("fmt", "-f", "-", "-f", ".", expect=2).err
    assert "no other output" in cli("fmt", "-f", "-", "-o", "json", expect=2).out


def test_a_link_is_followed_and_stays(cli: Cli) -> None:
    file = cli.write("real/keys.yml.txt", LOOSE)
    link = cli.directory / "keys.yaml"
    link.symlink_to(file)
    cli("fmt", "-f", ".")
    assert link.is_symlink()
    assert file.read_text("utf-8") == TIGHT


def test_a_directory_without_manifests_is_told(cli: Cli) -> None:
    (cli.directory / "empty").mkdir()
    assert "there are no manifests in empty [manifest.none]" in cli("fmt", "-f", "empty").out


def test_what_it_makes_is_the_same_to_a_backend(cli: Cli) -> None:
    cli.write(
        "keys.yaml",
        SECRET.replace("  data:", "    data:")
        .replace("    TOKEN", "      TOKEN")
        .replace("      is_secret: true\n      value_from", "        is_secret: true\n        value_from"),
    )
    cli("apply", "-f", ".")
    assert cli("fmt", "-f", ".").out == "formatted: keys.yaml\n"
    assert cli("diff", "-f", ".").out.startswith("No changes.")


def test_a_file_that_cannot_be_written_is_told_and_the_others_are_formatted(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, file = cli.write("a.yaml", LOOSE), cli.write("b.yaml", LOOSE.replace("keys", "more"))
    replace = os.replace

    def refuse(draft: str, target: Path) -> None:
        if target.name == "a.yaml":
            raise PermissionError(13, "Permission denied")
        replace(draft, target)

    monkeypatch.setattr(os, "replace", refuse)
    result = cli("fmt", "-f", ".", expect=2)
    assert "a.yaml:1:1: error: cannot be written: Permission denied [usage.path]" in result.out
    assert kept.read_text("utf-8") == LOOSE
    assert file.read_text("utf-8") == TIGHT.replace("keys", "more")
    assert sorted(os.listdir(cli.directory)) == ["a.yaml", "b.yaml"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_keeps_its_owner(cli: Cli) -> None:
    file = cli.write("a.yaml", BOT.replace("name: bot", "name:  bot"))
    os.chown(file, 1234, 1234)
    cli("fmt", "-f", ".")
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 1234)
    assert "name: bot" in file.read_text("utf-8")


def test_it_says_that_all_is_formatted_of_something_that_was_read(cli: Cli) -> None:
    cli.write("bot.yaml", BOT)
    (cli.directory / "lost.yaml").symlink_to("nowhere")
    assert cli("fmt", "-f", ".", expect=3).err == "1 file\n"
    (cli.directory / "bot.yaml").unlink()
    (cli.directory / "lost.yaml").unlink()
    assert cli("fmt", "-f", ".").err == "0 files\n"
