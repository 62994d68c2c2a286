# SPDX-License-Identifier: Apache-2.0
"""Silences: on a resource, in a project, with and without a reason; and keys that expired, to have something to silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from stigmer.checks.silence import silenceable
from tests.checks.seen import codes, messages
from tests.cli.conftest import Cli, cli
from tests.reconcile.declared import declare

__all__ = ["cli"]

KEY = """\
apiVersion: iam.stigmer.ai/v1
kind: ApiKey
metadata:
  name: {name}
  annotations: {{{annotations}}}
spec: {{owner: ada, expires_at: "2021-01-31T00:00:00Z"}}
---
apiVersion: iam.stigmer.ai/v1
kind: IdentityAccount
metadata: {{name: ada{name}}}
spec: {{email: ada@acme.example}}
"""
ADA = """\
apiVersion: iam.stigmer.ai/v1
kind: IdentityAccount
metadata: {name: ada}
spec: {email: ada@acme.example}
"""
SILENT = "silence.stigmer.ai/api_key.expired"


def write(cli: Cli, annotations: str, *, project: str | None = None) -> None:
    cli.write("ada.yaml", ADA)
    cli.write("one.yaml", KEY.format(name="one", annotations=annotations).partition("---")[0])
    cli.write("two.yaml", KEY.format(name="two", annotations="").partition("---")[0])
    if project is not None:
        cli.write("stigmer.yaml", f"name: shop\n{project}\n")


def said(cli: Cli, *arguments: str, expect: int = 0) -> list[tuple[str, str]]:
    where = () if Path("stigmer.yaml").exists() else ("-f", ".")
    found = cli("validate", *where, "-o", "json", *arguments, expect=expect).json["diagnostics"]
    return [(each.get("resource"), each["code"]) for each in found]


def test_a_key_is_told_from_the_moment_on_at_which_it_expires() -> None:
    assert codes(declare("api-key/k", 'owner: ada, expires_at: "2021-01-31T00:00:00.123456789Z"')) == [
        "api_key.expired"
    ]
    assert codes(declare("api-key/k", 'owner: ada, expires_at: "9999-12-31T23:59:59Z"')) == []
    assert codes(declare("api-key/k", "owner: ada, never_expires: true")) == []
    assert messages(
        declare("api-key/k", 'owner: ada, expires_at: "2021-01-31T02:00:00+02:00"'), code="api_key.expired"
    ) == ["this key expired at 2021-01-31T00:00:00Z"]


def test_an_annotation_silences_one_check_of_one_resource(cli: Cli) -> None:
    write(cli, f'{SILENT}: "it is replaced in January"')
    assert said(cli) == [("api-key/two", "api_key.expired")]


def test_an_annotation_for_another_check_silences_nothing(cli: Cli) -> None:
    write(cli, 'silence.stigmer.ai/secret.in_clear: "there is none"')
    assert len(said(cli)) == 2


@pytest.mark.parametrize("reason", ["", "  ", "\\t\\n"])
def test_without_a_reason_nothing_is_silenced_and_that_is_told(cli: Cli, reason: str) -> None:
    write(cli, f'{SILENT}: "{reason}"')
    assert sorted(said(cli)) == [
        ("api-key/one", "api_key.expired"),
        ("api-key/one", "silence.reason"),
        ("api-key/two", "api_key.expired"),
    ]


def test_a_silence_of_no_check_is_told(cli: Cli) -> None:
    write(cli, 'silence.stigmer.ai/api_key.expires: "soon"')
    assert ("api-key/one", "silence.unknown") in said(cli)


def test_strict_turns_warnings_into_errors_and_brings_no_silenced_one_back(cli: Cli) -> None:
    write(cli, f'{SILENT}: "it is replaced in January"')
    found = cli("validate", "-f", ".", "--strict", "-o", "json", expect=3).json["diagnostics"]
    assert [(each["severity"], each["resource"]) for each in found] == [("error", "api-key/two")]


def test_a_project_silences_a_check_everywhere(cli: Cli) -> None:
    write(cli, "", project="silence: {api_key.expired: these are kept for the books}")
    assert said(cli, "--strict") == []


def test_a_silence_on_the_resource_holds_in_diff_too(cli: Cli) -> None:
    write(cli, f'{SILENT}: "it is replaced in January"')
    errors = cli("diff", "-f", ".", expect=1).err
    assert errors.count("[api_key.expired]") == 1
    assert "two.yaml" in errors


def test_also_what_is_said_of_silences_can_be_silenced(cli: Cli) -> None:
    write(
        cli,
        'silence.stigmer.ai/sometime.later: "a newer stigmer", silence.stigmer.ai/silence.unknown: "two versions are in use"',
    )
    assert ("api-key/one", "silence.unknown") not in said(cli)


def test_every_check_can_be_silenced_and_no_error() -> None:
    assert {"environment.missing", "workflow.then", "secret.in_clear"} <= set(silenceable())
    assert not {"schema.required", "yaml.syntax", "plan.conflict"} & set(silenceable())


def test_of_many_findings_about_a_manifest_fifty_are_told_and_silenced_ones_do_not_count(cli: Cli) -> None:
    data = "".join(f"    K{each}: {{is_secret: true, value: x}}\n" for each in range(60))
    head = (
        "apiVersion: agentic.stigmer.ai/v1\nkind: Environment\nmetadata:\n  name: many\n{}spec:\n  data:\n{}"
    )
    note = "  annotations:\n    silence.stigmer.ai/secret.in_clear: a test\n    silence.stigmer.ai/nothing: a test\n"
    cli.write("many.yaml", head.format("", data))
    lines = [line for line in cli("validate", "-f", "many.yaml").out.splitlines() if "warning:" in line]
    assert len(lines) == 50
    assert lines[-1].endswith("; if there is more here, it is not told [secret.in_clear]")
    cli.write("many.yaml", head.format(note, data))
    assert cli("validate", "-f", "many.yaml").out.count("warning:") == 1
