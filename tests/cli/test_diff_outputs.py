# SPDX-License-Identifier: Apache-2.0
"""A plan in every form that `diff` has, over one plan that holds everything, each looked at once and held."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema_rs
import pytest
import yaml
from syrupy.assertion import SnapshotAssertion

from stigmer import __version__
from stigmer.cli.console import Style, json_text
from stigmer.cli.options import DiffOutput
from stigmer.cli.plan_outputs import Told, written
from stigmer.cli.plan_outputs.objects import plan_object
from stigmer.cli.plan_text import told_text
from stigmer.errors import Diagnostic, Location, Severity
from tests.cli.conftest import BOT, INSTANCE, SECRET, Cli
from tests.cli.rich_plan import CHANGES, large, plan, rich
from tests.cli.sarif_schema import sarif_schema

FORMS = [form.value for form in DiffOutput]
REPORTS = [DiffOutput.YAML, DiffOutput.MARKDOWN, DiffOutput.GITHUB, DiffOutput.SARIF, DiffOutput.JUNIT]


@pytest.fixture(scope="module")
def schema() -> Any:
    """The validator of SARIF 2.1.0."""
    found = sarif_schema()
    for name in ("run", "toolComponent"):  # an expression that JavaScript alone takes
        del found["definitions"][name]["properties"]["language"]["pattern"]
    return jsonschema_rs.validator_for(found, validate_formats=True)


def as_form(told: Told, form: DiffOutput) -> str:
    """The plan as `diff -o FORM` prints it."""
    match form:
        case DiffOutput.TEXT:
            return "".join(told_text(told, Style()))
        case DiffOutput.JSON:
            return json_text(plan_object(told))
        case _:
            return written(told, form).replace(__version__, "VERSION")


# Everything that a plan can hold


@pytest.mark.parametrize("form", DiffOutput)
def test_a_rich_plan_that_is_refused(snapshot: SnapshotAssertion, form: DiffOutput) -> None:
    assert as_form(rich(), form) == snapshot


@pytest.mark.parametrize("form", [DiffOutput.TEXT, DiffOutput.MARKDOWN, DiffOutput.GITHUB])
def test_the_same_with_force(snapshot: SnapshotAssertion, form: DiffOutput) -> None:
    assert as_form(rich(refused=False), form) == snapshot


def test_in_colour(snapshot: SnapshotAssertion) -> None:
    assert "".join(told_text(rich(), Style(on=True))) == snapshot


@pytest.mark.parametrize("form", REPORTS)
def test_no_changes(snapshot: SnapshotAssertion, form: DiffOutput) -> None:
    assert as_form(Told(plan(), org="default"), form) == snapshot


@pytest.mark.parametrize("form", DiffOutput)
def test_every_change_and_every_refusal_is_in_every_form(form: DiffOutput) -> None:
    """SARIF and its like leave out what every plan is full of, and nothing else."""
    said = as_form(rich(), form)
    for each in CHANGES:
        everyday = each.key.name in ("files", "fresh", "keys", "helper", "refunds", "nightly", "manual")
        if form is not DiffOutput.SARIF or not everyday:
            assert each.key.name in said, each.key
    if form is not DiffOutput.TEXT:  # there they go to standard error
        assert "delete.referenced" in said
    assert "support-bot can now" in said


@pytest.mark.parametrize("form", DiffOutput)
def test_no_more_of_a_secret_than_its_fingerprint(form: DiffOutput) -> None:
    said = as_form(rich(), form)
    assert "1a2b3c4d5e6f" not in said
    assert "abcdef0123" not in said


# Each is what it says


def test_yaml_is_the_json_object() -> None:
    assert yaml.safe_load(as_form(rich(), DiffOutput.YAML)) == json.loads(as_form(rich(), DiffOutput.JSON))


def test_meanings_are_in_the_object_the_most_dangerous_first() -> None:
    first, second = json.loads(as_form(rich(), DiffOutput.JSON))["meaning"]
    assert (first["danger"], second["danger"]) == ("high", "low")
    assert first["sentence"] == "support-bot can now delete files and read STRIPE_KEY; 1 instance, 1 workflow"
    assert first["affected"][1] == {"kind": "Workflow", "org": "default", "name": "nightly"}
    assert second["shifts"] == [
        {"capability": "host", "gained": False, "what": "api.example.com", "external": True, "danger": "low"}
    ]


def test_sarif_is_sarif_with_what_wants_care(schema: Any) -> None:
    log = json.loads(as_form(rich(), DiffOutput.SARIF))
    schema.validate(log)
    [run] = log["runs"]
    assert run["invocations"][0]["executionSuccessful"] is True
    found = [(each["ruleId"], each["level"]) for each in run["results"]]
    assert found == [
        ("plan.conflict", "error"),
        ("delete.referenced", "error"),
        ("change.delete", "warning"),
        ("change.delete", "warning"),
        ("change.dangerous", "warning"),
        ("secret.unresolved", "warning"),
    ]


def test_what_no_manifest_names_any_more_lies_where_the_set_is_declared() -> None:
    [run] = json.loads(as_form(rich(), DiffOutput.SARIF))["runs"]
    files = [
        each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for each in run["results"]
        if "old-bot" in each["message"]["text"]
    ]
    assert files == ["stigmer.yaml", "stigmer.yaml"]


def test_fingerprints_of_sarif_stay_where_lines_move() -> None:
    def fingerprints(line: int) -> set[str]:
        gone = Diagnostic(
            Severity.ERROR, "plan.conflict", "x", None, Location("a.yaml", line), "agent/a", "spec.x"
        )
        [run] = json.loads(as_form(Told(plan(), (gone,)), DiffOutput.SARIF))["runs"]
        return {each["partialFingerprints"]["diagnostic/v1"] for each in run["results"]}

    assert fingerprints(3) == fingerprints(30)


def suite(told: Told) -> ElementTree.Element:
    [found] = ElementTree.fromstring(as_form(told, DiffOutput.JUNIT).encode())
    return found


def test_junit_has_a_case_for_each_resource_and_fails_those_that_are_refused() -> None:
    found = suite(rich())
    names = [case.get("name") for case in found]
    assert len(names) == len(set(names)) == len(CHANGES) + 3
    assert int(found.get("tests", "")) == len(names)
    failed = [case.get("name") for case in found if case.find("failure") is not None]
    assert failed == ["agent/old-bot", "agent/shop-bot"]
    assert found.get("failures") == "2"
    drifted = found.find("testcase[@name='agent/support-bot']/system-out")
    assert drifted is not None
    assert "spec.model.temperature: 0.9 -> 0.2" in (drifted.text or "")
    assert "support-bot can now delete files" in (drifted.text or "")


def test_junit_of_what_may_be_applied_has_no_failure() -> None:
    """Something fails exactly where apply would refuse: drift and deletes alone do not."""
    assert suite(rich(refused=False)).get("failures") == "0"


# GitHub shows ten


def test_github_is_told_the_worst_first_and_how_many_more() -> None:
    told = large(20)
    errors = [
        Diagnostic(Severity.ERROR, "plan.conflict", f"no. {number}", None, Location("a.yaml", number + 1))
        for number in range(13)
    ]
    told = Told(told.plan, (*told.diagnostics, *errors), told.meanings)
    lines = as_form(told, DiffOutput.GITHUB).splitlines()
    commands = [line.split()[0] for line in lines]
    assert commands == sorted(commands, key=["::error", "::warning", "::notice"].index)
    assert lines[9] == "::error title=stigmer diff::and 6 more errors, in the log of this step"
    assert commands.count("::error") == 15 + 1
    notices = [line for line in lines if line.startswith("::notice")]
    assert "title=change.create" in notices[-1]
    assert re.search("and [0-9]+ more notices", notices[9])
    assert not any("more warning" in line for line in lines)


# A terminal


def test_creates_come_before_what_changes_and_what_goes() -> None:
    said = as_form(rich(), DiffOutput.TEXT)
    order = [
        "+ mcp-server/files",
        "~ environment/keys",
        "~ agent/support-bot",
        "- agent-instance",
        "What this means:",
        "Plan: ",
    ]
    assert [said.index(each) for each in order] == sorted(said.index(each) for each in order)


def test_many_creates_are_a_line_each_and_updates_stay_whole() -> None:
    said = as_form(large(60), DiffOutput.TEXT)
    assert "+ agent/bot-59  (agents/59.yaml:60)\n" in said
    assert "Rule 1" not in said.split("What they hold is in their manifests; -v shows it here.")[0]
    assert "~ metadata.title: Skill 5 -> Skill no. 5" in said
    assert "".join(told_text(large(60), Style(), whole=True)).count("+   instructions: |") == 60


# As a user has it

WRONG = BOT.replace("instructions:", "instruction:")


@pytest.mark.parametrize("form", FORMS)
def test_exit_codes_are_those_of_every_form(cli: Cli, form: str) -> None:
    cli.write("bot.yaml", BOT)
    cli("diff", "-f", ".", "-o", form, expect=1)
    cli("diff", "-f", ".", "-o", form, "--exit-zero", expect=0)
    cli("apply", "-f", ".", "--set", "other")
    cli("diff", "-f", ".", "-o", form, expect=4)
    cli("diff", "-f", ".", "-o", form, "--set", "other", expect=0)
    cli("diff", "-f", "nowhere", "-o", form, expect=2)
    cli.write("bot.yaml", WRONG)
    cli("diff", "-f", ".", "-o", form, expect=3)


@pytest.mark.parametrize("form", REPORTS)
def test_manifests_that_are_not_right(cli: Cli, snapshot: SnapshotAssertion, form: DiffOutput) -> None:
    cli.write("agents/bot.yaml", WRONG)
    cli.write("instance.yaml", INSTANCE)
    assert cli("diff", "-f", ".", "-o", form, expect=3).out.replace(__version__, "VERSION") == snapshot


@pytest.mark.parametrize("form", REPORTS)
def test_a_command_that_fails(cli: Cli, snapshot: SnapshotAssertion, form: DiffOutput) -> None:
    result = cli("diff", "-f", "nowhere", "-o", form, expect=2)
    assert result.out.replace(__version__, "VERSION") == snapshot
    assert ("'nowhere' does not exist" in result.err) is (form not in (DiffOutput.GITHUB, DiffOutput.YAML))


@pytest.mark.parametrize("form", FORMS)
def test_no_secret_is_in_any_form(cli: Cli, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.write("keys.yaml", SECRET)
    first = cli("diff", "-f", ".", "-o", form, expect=1)
    cli("apply", "-f", ".")
    monkeypatch.setenv("BOT_TOKEN", "changed-now")
    second = cli("diff", "-f", ".", "-o", form, expect=1)
    for result in (first, second):
        assert "keys" in result.out or form == "sarif"
        assert not re.search("sesame|changed-now", result.out + result.err)


@pytest.mark.parametrize("form", ["markdown", "sarif", "junit"])
def test_what_goes_into_a_file_is_told_in_the_log_too(cli: Cli, form: str) -> None:
    cli.write("bot.yaml", BOT)
    cli("apply", "-f", ".", "--set", "other")
    result = cli("diff", "-f", ".", "-o", form, expect=4)
    assert "is owned by set other" in result.err
    assert "No changes." in result.err or "Plan:" in result.err
    assert "Plan:" not in cli("diff", "-f", ".", "-o", form, "-q", expect=4).err


def test_files_are_named_from_the_root_of_the_repository(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    (cli.directory / ".git").mkdir()
    cli.write("shop/stigmer.yaml", "name: shop\n")
    cli.write("shop/agents/bot.yaml", BOT)
    monkeypatch.chdir(cli.directory / "shop")
    for form, words in (
        ("markdown", "<code>shop/agents/bot.yaml:1</code>"),
        ("github", "::notice file=shop/agents/bot.yaml,line=1,col=1,title=change.create::"),
        ("junit", 'file="shop/agents/bot.yaml"'),
    ):
        assert words in cli("diff", "-o", form, expect=1).out
    assert json.loads(cli("diff", "-o", "json", expect=1).out)["changes"][0]["file"] == str(
        Path("agents/bot.yaml")
    )


@pytest.mark.parametrize(
    ("arguments", "mark"),
    [
        ((), "<!-- stigmer:shop: -->"),
        (("--target", "prod"), "<!-- stigmer:shop:prod -->"),
        (("--set=other",), "<!-- stigmer:other: -->"),
        (("-f", "nowhere"), "<!-- stigmer:: -->"),
    ],
)
def test_a_command_that_fails_has_the_mark_of_its_plan(
    cli: Cli, arguments: tuple[str, ...], mark: str
) -> None:
    """So that the comment of the last plan that there was is written over, and not left as if it still held."""
    cli.write("stigmer.yaml", "name: shop\n")
    result = cli("diff", "-o", "markdown", "--backend", "nowhere", *arguments, expect=2)
    assert result.out.splitlines()[0] == mark


def test_manifests_that_are_not_right_have_the_mark_of_their_plan(cli: Cli) -> None:
    cli.write("stigmer.yaml", "name: shop\ntargets: {prod: {org: acme}}\n")
    cli.write("bot.yaml", WRONG)
    said = cli("diff", "-o", "markdown", "--target", "prod", expect=3).out
    assert said.startswith("<!-- stigmer:shop:prod -->\n### `shop` to `prod`: no plan, 1 error\n")
