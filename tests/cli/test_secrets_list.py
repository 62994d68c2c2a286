# SPDX-License-Identifier: Apache-2.0
"""`secrets list`: which secrets there are, since when, by whom and how, and who uses them; never a value."""

from __future__ import annotations

import getpass
import sys

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_secrets_set import Piped

PROD = """\
apiVersion: agentic.stigmer.ai/v1
kind: Environment
metadata:
  name: prod
spec:
  data:
    TOKEN:
      value_from: {env: BOT_TOKEN}
    SAME:
      value_from: {env: BOT_TOKEN}
    REGION:
      value: eu
    ELSEWHERE:
      value_from: {runner: {env: ELSEWHERE_TOKEN}}
---
apiVersion: agentic.stigmer.ai/v1
kind: Environment
metadata: {name: open}
spec: {data: {REGION: {value: eu}}}
---
apiVersion: agentic.stigmer.ai/v1
kind: Agent
metadata: {name: bot}
spec: {instructions: Be kind to all.}
---
apiVersion: agentic.stigmer.ai/v1
kind: AgentInstance
metadata: {name: night-shift}
spec: {agent: bot, environment_refs: [prod]}
"""


@pytest.fixture
def project(cli: Cli) -> Cli:
    """A project that is applied."""
    cli.write("stigmer.yaml", "name: shop\n")
    cli.write("prod.yaml", PROD)
    cli("apply")
    return cli


def by_name(cli: Cli, *words: str) -> dict[str, dict[str, object]]:
    found = cli("secrets", "list", *words, "-o", "json").json
    assert (found["format_version"], found["kind"]) == (1, "SecretList")
    return {each["name"]: each for each in found["items"]}


def put(cli: Cli, monkeypatch: pytest.MonkeyPatch, name: str, value: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", Piped(value))
    cli("secrets", "set", "prod", name)


def test_secrets_are_listed_and_nothing_else(project: Cli) -> None:
    found = by_name(project)
    assert list(found) == ["ELSEWHERE", "SAME", "TOKEN"]
    token = found["TOKEN"]
    assert token["value"] == found["SAME"]["value"]
    assert set(token["value"]) == {"redacted", "fingerprint"}  # type: ignore[call-overload]
    assert (token["environment"], token["org"], token["set_by"]) == ("prod", "default", getpass.getuser())
    assert token["used_by"] == ["agent-instance/night-shift"]
    assert found["ELSEWHERE"]["value_from"] == {"runner": {"env": "ELSEWHERE_TOKEN"}}
    assert "value" not in found["ELSEWHERE"]


def test_the_table_shows_fingerprints_and_no_value(project: Cli) -> None:
    told = project("secrets", "list", "prod")
    head, *lines = told.out.splitlines()
    assert head.split() == ["ENVIRONMENT", "NAME", "FINGERPRINT", "SET", "BY", "HOW", "USED", "BY"]
    assert [line.split()[1] for line in lines] == ["ELSEWHERE", "SAME", "TOKEN"]
    assert "on the runner" in lines[0]
    assert "sesame" not in told.out + told.err


def test_it_is_told_how_each_got_its_value_and_since_when(
    project: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(project, monkeypatch, "TOKEN", b"other-word")
    put(project, monkeypatch, "ADDED", b"third-word")
    found = by_name(project, "environment/prod")
    assert {name: (each["how"], each["version"]) for name, each in found.items()} == {
        "ADDED": ("hand", 3),
        "ELSEWHERE": ("apply", 1),
        "SAME": ("apply", 1),
        "TOKEN": ("hand", 2),
    }
    project("rollback", "environment/prod", "--to", "1")
    assert (by_name(project)["TOKEN"]["how"], by_name(project)["TOKEN"]["version"]) == ("rollback", 4)


def test_another_environment_of_the_same_name_before_is_no_past(
    project: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    project("delete", "agent-instance/night-shift", "environment/prod")
    project("apply")
    assert by_name(project)["TOKEN"]["version"] == 1


def test_organizations_are_told_where_there_are_several(project: Cli) -> None:
    project.write(
        "acme.yaml",
        "apiVersion: tenancy.stigmer.ai/v1\nkind: Organization\nmetadata: {name: acme}\n---\n"
        "apiVersion: agentic.stigmer.ai/v1\nkind: Environment\nmetadata: {name: prod, org: acme}\n"
        "spec: {data: {TOKEN: {value_from: {env: BOT_TOKEN}}}}\n",
    )
    project("apply")
    assert project("secrets", "list").out.splitlines()[0].split()[1] == "ORG"
    assert [each["org"] for each in by_name(project, "--org", "acme").values()] == ["acme"]
    assert "ORG" not in project("secrets", "list", "--org", "acme").out


def test_an_environment_that_is_not_there(project: Cli) -> None:
    assert "did you mean environment/prod?" in project("secrets", "list", "prdo", expect=5).err


def test_where_there_are_none(project: Cli, cli: Cli) -> None:
    told = project("secrets", "list", "open")
    assert told.out == ""
    assert "no secrets" in told.err
    assert by_name(project, "open") == {}


def test_without_a_store_there_are_none(cli: Cli) -> None:
    assert by_name(cli) == {}


def test_a_store_whose_key_is_gone_is_listed_all_the_same(project: Cli) -> None:
    before = by_name(project)
    (project.home / "master.key").unlink()
    assert by_name(project) == before
