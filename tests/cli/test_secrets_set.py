# SPDX-License-Identifier: Apache-2.0
"""`secrets set`: a value that no manifest says, from the keyboard or a pipe, and never from the command line."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from typing import Any

import orjson
import pytest

from stigmer.backends.local import LocalBackend
from stigmer.cli.commands.secrets import set as set_command
from stigmer.cli.home import DATABASE_FILE
from stigmer.reconcile.set_secret import SetSecret, build_set_secret_plan
from stigmer.resources.held import held_secrets
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named
from stigmer.secrets.key_file import KeyFile
from tests.cli.conftest import Cli, Result

MANIFEST = """\
apiVersion: agentic.stigmer.ai/v1
kind: Environment
metadata:
  name: prod
spec:
  data:
    TOKEN:
      value_from: {env: BOT_TOKEN}
    REGION:
      value: eu
    ELSEWHERE:
      value_from: {runner: {env: ELSEWHERE}}
"""


@pytest.fixture
def project(cli: Cli) -> Cli:
    """A project that is applied."""
    cli.write("stigmer.yaml", "name: shop\n")
    cli.write("prod.yaml", MANIFEST)
    cli("apply")
    return cli


class Piped:
    """Standard input that is no terminal."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)

    def isatty(self) -> bool:
        return False


def put(cli: Cli, monkeypatch: pytest.MonkeyPatch, *words: str, value: bytes, expect: int = 0) -> Result:
    monkeypatch.setattr(sys, "stdin", Piped(value))
    return cli("secrets", "set", *words, expect=expect)


def stored(cli: Cli, name: str) -> str:
    """The value that the store has."""
    with LocalBackend.open(cli.home / DATABASE_FILE, master_key=KeyFile(cli.home / "master.key")) as store:
        found = store.get([key := Key("Environment", "default", "prod")])[key]
        held = dict(held_secrets(kind_named("Environment"), orjson.loads(found.body)))
        path = f"spec.data.{name}"
        return store._vault.reveal("Environment", found.id, {path: held[path]})[path].reveal()


def versions(cli: Cli) -> int:
    return len(cli("history", "environment/prod", "-o", "json").json["items"])


def test_a_new_value_is_a_new_version(project: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    told = put(project, monkeypatch, "prod", "TOKEN", "-m", "the yearly change", value=b"other-word\n")
    assert told.out.startswith("environment/prod set TOKEN (secret ")
    assert "other-word" not in told.out + told.err
    assert stored(project, "TOKEN") == "other-word"
    newest = project("history", "environment/prod", "-o", "json").json["items"][0]
    assert (newest["message"], newest["declared"]) == ("the yearly change", False)


def test_the_value_that_it_has_already_makes_no_version(
    project: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = versions(project)
    told = put(project, monkeypatch, "prod", "TOKEN", value=b"sesame-opens")
    assert told.out.startswith("No changes.")
    assert versions(project) == before


@pytest.mark.parametrize(
    ("piped", "kept"),
    [
        (b"a\n", "a"),
        (b"a\r\n", "a"),
        (b"a\n\n", "a\n"),
        (b" a ", " a "),
        (b"one\ntwo\n", "one\ntwo"),
        ("schlüssel 🔑".encode(), "schlüssel 🔑"),
        (b"true", "true"),
        (b"x" * 500_000, "x" * 500_000),
    ],
)
def test_a_pipe_is_taken_as_it_is_but_for_one_line_end(
    project: Cli, monkeypatch: pytest.MonkeyPatch, piped: bytes, kept: str
) -> None:
    put(project, monkeypatch, "environment/prod", "TOKEN", value=piped)
    assert stored(project, "TOKEN") == kept


@pytest.mark.parametrize("piped", [b"", b"\n", b"\xff\xfe\x00s", b"a\x00b"])
def test_what_is_no_value_changes_nothing(
    project: Cli, monkeypatch: pytest.MonkeyPatch, piped: bytes
) -> None:
    before = versions(project)
    assert "[usage.secret]" in put(project, monkeypatch, "prod", "TOKEN", value=piped, expect=2).err
    assert versions(project) == before


@pytest.mark.parametrize(
    "words",
    [
        ("prod", "TOKEN", "tell-nobody"),
        ("prod", "TOKEN=tell-nobody"),
        ("prod", "tell-nobody"),
        ("TOKEN", "tell-nobody"),
        ("prod", "TOKEN", "a", "tell-nobody", "-o", "json"),
        ("prod", "TOKEN", "--value=tell-nobody"),
        ("prod", "TOKEN", "--", "-tell-nobody"),
    ],
)
def test_a_value_on_the_command_line_is_refused_and_not_repeated(
    project: Cli, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    before = versions(project)
    told = put(project, monkeypatch, *words, value=b"x", expect=2)
    assert "tell-nobody" not in told.out + told.err
    assert versions(project) == before


def test_a_name_that_is_not_there_is_added_and_the_manifest_has_to_say_so(
    project: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = put(project, monkeypatch, "prod", "NEW_KEY", value=b"new-word")
    assert "added NEW_KEY" in told.out
    assert "[secret.undone]" in told.err
    assert "prod.yaml:6:3" in told.err
    assert "write NEW_KEY: {is_secret: true}" in told.err
    project.write("prod.yaml", MANIFEST + "    NEW_KEY: {is_secret: true}\n")
    assert project("diff").out.startswith("No changes.")
    assert stored(project, "NEW_KEY") == "new-word"


def test_the_way_from_a_missing_value_to_one_that_is_set(
    project: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("prod.yaml", MANIFEST + "    NEW_KEY: {is_secret: true}\n")
    refused = project("apply", expect=4).err
    assert "or set it: stigmer secrets set prod NEW_KEY" in refused
    new = project.write("new.yaml", MANIFEST.replace("prod", "new") + "    NEW_KEY: {is_secret: true}\n")
    assert (
        "or apply without it, then set it: stigmer secrets set new NEW_KEY" in project("apply", expect=4).err
    )
    new.unlink()
    told = put(project, monkeypatch, "prod", "NEW_KEY", value=b"new-word")
    assert "warning" not in told.err
    project("diff")
    project("apply")
    assert stored(project, "NEW_KEY") == "new-word"


def test_what_is_set_is_no_drift_where_the_manifest_leaves_it_to_the_store(
    project: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("prod.yaml", MANIFEST.replace("value_from: {env: BOT_TOKEN}", "is_secret: true"))
    project("apply")
    told = put(project, monkeypatch, "prod", "TOKEN", value=b"other-word")
    assert "warning" not in told.err
    project("diff", "--drift", "refuse")
    project("apply", "--drift", "refuse")
    assert stored(project, "TOKEN") == "other-word"


def test_it_is_told_that_the_next_apply_takes_the_value_from_elsewhere(
    project: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = put(project, monkeypatch, "prod", "TOKEN", value=b"other-word")
    assert "prod.yaml:7:5: warning: environment/prod takes it from elsewhere" in told.err
    assert "drift" in project("diff", expect=1).out
    project("apply")
    assert stored(project, "TOKEN") == "sesame-opens"


def test_manifests_of_another_organization_are_not_asked(
    project: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = "apiVersion: tenancy.stigmer.ai/v1\nkind: Organization\nmetadata: {name: acme}\n---\n"
    elsewhere = project.directory.parent / "acme.yaml"
    elsewhere.write_text(acme + MANIFEST.replace("name: prod", "name: prod\n  org: acme"))
    project("apply", "-f", str(elsewhere), "--set", "acme")
    told = put(project, monkeypatch, "prod", "TOKEN", "--org", "acme", value=b"other-word")
    assert "warning" not in told.err


def test_a_clear_value_becomes_a_secret_and_its_past_is_told(
    project: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = put(project, monkeypatch, "prod", "REGION", value=b"hidden-place")
    assert "stays in the history in clear" in told.err
    assert "says its value here" in told.err
    assert stored(project, "REGION") == "hidden-place"
    manifest = MANIFEST.replace("value: eu", "is_secret: true")
    project.write("prod.yaml", manifest)
    project("diff")


def test_what_the_runner_reads_is_not_set_here(project: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    told = put(project, monkeypatch, "prod", "ELSEWHERE", value=b"x", expect=4)
    assert "[secret.on_runner]" in told.err


def test_an_environment_that_is_not_there(project: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    told = put(project, monkeypatch, "prd", "TOKEN", value=b"x", expect=5)
    assert "did you mean environment/prod?" in told.err
    told = put(project, monkeypatch, "else", "TOKEN", value=b"x", expect=5)
    assert "apply its manifest first" in told.err
    told = put(project, monkeypatch, "prod", "TOKEN", "--org", "other", value=b"x", expect=5)
    assert "there is one in org default" in told.err
    assert "is no environment" in put(project, monkeypatch, "agent/bot", "TOKEN", value=b"x", expect=2).err


def test_without_a_store_nothing_is_made(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    put(cli, monkeypatch, "prod", "TOKEN", value=b"x", expect=5)
    assert not (cli.home / DATABASE_FILE).exists()


def test_as_json(project: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    told = put(project, monkeypatch, "prod", "NEW_KEY", "-o", "json", value=b"new-word").json
    fingerprint = told["value"].pop("fingerprint")
    assert told["value"] == {"redacted": True}
    assert len(fingerprint) == 8
    assert {name: told[name] for name in ("kind", "action", "environment", "org", "name", "revision")} == {
        "kind": "SecretSet",
        "action": "added",
        "environment": "prod",
        "org": "default",
        "name": "NEW_KEY",
        "revision": 2,
    }
    assert [each["code"] for each in told["diagnostics"]] == ["secret.undone"]
    again = put(project, monkeypatch, "prod", "NEW_KEY", "-o", "json", value=b"new-word").json
    assert (again["action"], again["revision"]) == ("unchanged", 2)


def test_what_others_set_meanwhile_stays(project: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    put(project, monkeypatch, "prod", "ONE", value=b"first-word")
    put(project, monkeypatch, "prod", "TWO", value=b"second-word")
    assert (stored(project, "ONE"), stored(project, "TWO")) == ("first-word", "second-word")
    assert stored(project, "TOKEN") == "sesame-opens"


def test_what_others_do_at_the_same_moment_costs_nobody_a_value(
    project: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = iter([b"first-word", b"second-word"])

    def planned(*about: Any) -> SetSecret:
        made = build_set_secret_plan(*about)
        if (other := next(others, None)) is not None:
            with monkeypatch.context() as patch:
                patch.setattr(set_command, "build_set_secret_plan", build_set_secret_plan)
                put(project, patch, "prod", "OTHER", value=other)
        return made

    monkeypatch.setattr(set_command, "build_set_secret_plan", planned)
    put(project, monkeypatch, "prod", "TOKEN", value=b"third-word")
    assert (stored(project, "OTHER"), stored(project, "TOKEN")) == ("second-word", "third-word")


def test_without_the_master_key_nobody_is_asked_for_a_value(
    project: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.home / "master.key").unlink()
    monkeypatch.setattr(set_command, "entered", lambda _: pytest.fail("a value was asked for"))
    assert "[secret.key_missing]" in project("secrets", "set", "prod", "TOKEN", expect=7).err


def test_a_terminal_is_asked_twice_and_shows_nothing(project: Cli) -> None:
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "stigmer.cli.main", "secrets", "set", "prod", "TOKEN"],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        cwd=project.directory,
        env={**os.environ, "NO_COLOR": "1"},
    )
    os.close(follower)
    shown = b""
    for prompt in (b"Value of TOKEN: ", b"Repeat for confirmation: "):
        while not shown.endswith(prompt):
            shown += os.read(leader, 1024)
        os.write(leader, b"typed-word\n")
    try:
        while chunk := os.read(leader, 1024):
            shown += chunk
    except OSError:  # it has ended
        pass
    assert process.wait() == 0
    os.close(leader)
    assert b"typed-word" not in shown
    assert stored(project, "TOKEN") == "typed-word"
