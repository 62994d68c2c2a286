# SPDX-License-Identifier: Apache-2.0
"""What manifests may read is narrowed from outside the project: what is not listed is as if it were not there, and nothing is told of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

FINGERPRINT = "(secret "


@pytest.fixture
def project(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """A project whose secret was applied from a variable that may be read."""
    monkeypatch.setenv("SHOP_TOKEN", "sesame-opens")
    monkeypatch.setenv("CLOUD_SECRET_KEY", "the-keys-of-the-cloud")
    cli.write("stigmer.yaml", "name: shop\n")
    declare(cli, "{env: SHOP_TOKEN}")
    cli("apply")
    return cli


def declare(cli: Cli, source: str) -> None:
    cli.write(
        "keys.yaml",
        "apiVersion: agentic.stigmer.ai/v1\nkind: Environment\nmetadata: {name: keys}\n"
        f"spec: {{data: {{TOKEN: {{value_from: {source}}}}}}}\n",
    )


def reason(cli: Cli) -> str:
    """Why `diff` could not read the source; that it could is a failure. Nothing is different, and nothing is told of the value."""
    result = cli("diff")
    assert FINGERPRINT not in result.out + result.err
    assert "the-keys-of-the-cloud" not in result.out + result.err
    (line,) = [line for line in result.err.splitlines() if "[secret.unresolved]" in line]
    assert cli("apply", expect=4).out.count("-> ") == 0
    return line


def is_read(cli: Cli) -> bool:
    return "secret.unresolved" not in cli("diff", "--exit-zero").err


def test_a_pull_request_gets_no_other_variable(project: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STIGMER_ALLOW_ENV", "SHOP_*, STRIPE_KEY")
    assert is_read(project)
    declare(project, "{env: CLOUD_SECRET_KEY}")
    assert "STIGMER_ALLOW_ENV does not list it" in reason(project)


def test_that_a_variable_is_not_set_is_not_told_where_it_may_not_be_read(
    project: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STIGMER_ALLOW_ENV", "SHOP_TOKEN")
    declare(project, "{env: CLOUD_SECRET_KEY}")
    there = reason(project)
    monkeypatch.delenv("CLOUD_SECRET_KEY")
    assert reason(project) == there


@pytest.mark.parametrize("said", ["", " ", ",", "SHOP", "SHOP_TOKE", "OTHER_*", "shop_*"])
def test_a_list_without_it_lets_nothing_through(
    project: Cli, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv("STIGMER_ALLOW_ENV", said)
    reason(project)


@pytest.mark.parametrize("said", ["SHOP_TOKEN", "*", "A,SHOP_*", " SHOP_TOKEN ,"])
def test_a_list_with_it_lets_it_through(project: Cli, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("STIGMER_ALLOW_ENV", said)
    assert is_read(project)


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("STIGMER_ALLOW_ENV", "*_KEY"),
        ("STIGMER_ALLOW_ENV", "SHOP-TOKEN"),
        ("STIGMER_ALLOW_FILES", "secrets"),
        ("STIGMER_ALLOW_FILES", "./secrets"),
        ("STIGMER_ALLOW_KEYRING", "shop*"),
    ],
)
def test_a_list_that_cannot_be_meant_is_an_error(
    project: Cli, monkeypatch: pytest.MonkeyPatch, variable: str, said: str
) -> None:
    monkeypatch.setenv(variable, said)
    assert "[usage.allow]" in project("diff", expect=2).err


def test_both_the_variable_and_the_configuration_must_allow(
    project: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = project.home / "config.yaml"
    config.write_text(config.read_text() + "allow: {env: [SHOP_*]}\n")
    assert is_read(project)
    monkeypatch.setenv("STIGMER_ALLOW_ENV", "CLOUD_*")
    reason(project)
    monkeypatch.setenv("STIGMER_ALLOW_ENV", "CLOUD_*,SHOP_TOKEN")
    assert is_read(project)
    declare(project, "{env: CLOUD_SECRET_KEY}")
    assert "config.yaml does not list it" in reason(project)


def test_the_project_cannot_widen_what_it_may_read(project: Cli) -> None:
    project.write("stigmer.yaml", "name: shop\nallow: {env: ['*']}\n")
    assert "allow is not a setting" in project("diff", expect=2).err


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("allow: {env: ['*_KEY']}", "is not the name of a variable"),
        ("allow: {files: [secrets]}", "is not an absolute path"),
        ("allow: {enw: []}", "did you mean env?"),
    ],
)
def test_what_the_configuration_cannot_mean_is_told_at_its_line(
    project: Cli, setting: str, words: str
) -> None:
    config = project.home / "config.yaml"
    config.write_text(config.read_text() + setting + "\n")
    told = project("diff", expect=2).err
    assert words in told
    assert "config.yaml:4:" in told


@pytest.mark.parametrize("name", ["STIGMER_BACKUP_PASSPHRASE", "STIGMER_AGE_IDENTITY", "STIGMER_TOKEN"])
def test_stigmers_own_variables_are_never_read(
    project: Cli, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "the-keys-of-the-cloud")
    declare(project, f"{{env: {name}}}")
    assert "stigmer's own" in reason(project)


class TestFiles:
    """`secrets` may be read, `private` may not."""

    @pytest.fixture(autouse=True)
    def files(self, project: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("secrets", "secrets-too", "private"):
            (project.directory.parent / name).mkdir()
            (project.directory.parent / name / "token").write_text("the-keys-of-the-cloud\n")
        monkeypatch.setenv("HOME", str(project.directory.parent))
        monkeypatch.setenv("STIGMER_ALLOW_FILES", str(project.directory.parent / "secrets"))

    @pytest.mark.parametrize("path", ["../secrets/token", "~/secrets/token", "../private/../secrets/token"])
    def test_what_is_listed_is_read(self, project: Cli, path: str) -> None:
        declare(project, f"{{file: {path}}}")
        assert is_read(project)

    @pytest.mark.parametrize(
        "path",
        [
            "../private/token",
            "~/private/token",
            "../secrets/../private/token",
            "../secrets-too/token",
            "../private/none",
            "/proc/self/environ",
            "/proc/thread-self/environ",
            "../home/config.yaml",
        ],
    )
    def test_what_is_not_listed_is_not(self, project: Cli, path: str) -> None:
        declare(project, f"{{file: {path}}}")
        reason(project)

    def test_a_link_leads_nowhere_else(self, project: Cli) -> None:
        top = project.directory.parent
        (top / "secrets" / "link").symlink_to(top / "private" / "token")
        (project.directory / "link").symlink_to(top / "private")
        for path in ("../secrets/link", "link/token"):
            declare(project, f"{{file: {path}}}")
            reason(project)

    def test_a_link_to_what_is_listed_is_read(self, project: Cli) -> None:
        (project.directory / "link").symlink_to(project.directory.parent / "secrets")
        declare(project, "{file: link/token}")
        assert is_read(project)

    def test_that_a_file_is_not_there_is_not_told(self, project: Cli) -> None:
        declare(project, "{file: ../private/token}")
        there = reason(project)
        (project.directory.parent / "private" / "token").unlink()
        assert reason(project) == there


@pytest.mark.parametrize(
    "path", ["/proc/self/environ", f"/proc/{os.getpid()}/environ"], ids=["self", "number"]
)
def test_variables_are_not_read_as_a_file_either(project: Cli, path: str) -> None:
    if not Path(path).exists():
        pytest.skip("this system has no such file")
    declare(project, f"{{file: {path}}}")
    assert "holds variables" in reason(project)


@pytest.mark.parametrize("name", ["master.key", "config.yaml"])
def test_stigmers_home_is_never_read(project: Cli, name: str) -> None:
    declare(project, f"{{file: {project.home / name}}}")
    assert "stigmer's home" in reason(project)


def test_a_saved_plan_reads_no_more(project: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "another-word")
    project("diff", "--save", "plan.json", expect=1)
    monkeypatch.setenv("STIGMER_ALLOW_ENV", "CLOUD_*")
    refused = project("apply", "--plan", "plan.json", expect=4)
    assert "STIGMER_ALLOW_ENV does not list it" in refused.err


def test_an_entry_of_the_keychain_is_narrowed_too(project: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    declare(project, "{keyring: {service: bank, username: acme}}")
    monkeypatch.setenv("STIGMER_ALLOW_KEYRING", "shop,ledger/acme")
    assert "STIGMER_ALLOW_KEYRING does not list it" in reason(project)
    monkeypatch.setenv("STIGMER_ALLOW_KEYRING", "bank/acme")
    assert "keychain" in reason(project)
    assert "list" not in reason(project)


def test_a_whole_process_keeps_to_it(project: Cli) -> None:
    declare(project, "{env: CLOUD_SECRET_KEY}")
    ended = subprocess.run(
        [sys.executable, "-m", "stigmer.cli.main", "diff", "-o", "json"],
        env={**os.environ, "STIGMER_ALLOW_ENV": "SHOP_*"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0
    assert '"update": 0' in ended.stdout
    assert "the-keys" not in ended.stdout + ended.stderr
