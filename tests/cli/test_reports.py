# SPDX-License-Identifier: Apache-2.0
"""What GitHub, code scanning and test reports are given: in the form that they read, with nothing lost and nothing added."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, get_args
from urllib.parse import unquote_to_bytes, urlsplit
from xml.etree import ElementTree

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from stigmer import __version__
from stigmer.cli.options import ReportForm, ValidateOutput
from stigmer.cli.reports import Report, make_report, written
from stigmer.cli.reports.report import repository_root
from stigmer.codes import codes
from stigmer.errors import Diagnostic, Location, Severity
from tests.cli.conftest import BOT, INSTANCE, SECRET, Cli
from tests.cli.sarif_schema import sarif_schema

FORMS = [form.value for form in get_args(ReportForm)]


@pytest.fixture
def mistakes(cli: Cli) -> Cli:
    """A repository whose project lies in a directory of its own: two errors in one file, one in another, a warning, and
    a file without fault."""
    (cli.directory / ".git").mkdir()
    cli.write("shop/stigmer.yaml", "name: shop\n")
    cli.write(
        "shop/agents/bot.yaml",
        BOT.replace("name: bot", "name: bot\n  titel: Bot") + "---\n" + BOT.replace("bot", "Two"),
    )
    cli.write("shop/agents/50% off: now, é.yaml", BOT.replace("kind: Agent", "kind: Agnet"))
    cli.write("shop/instance.yaml", INSTANCE)
    cli.write("shop/keys.yaml", SECRET)
    os.chdir(cli.directory / "shop")
    return cli


@pytest.fixture(scope="module")
def schema() -> Any:
    """The validator of SARIF 2.1.0, formats of URIs included."""
    found = sarif_schema()
    references = re.findall(r'"\$ref": "([^"]*)"', json.dumps(found))
    assert references
    assert all(each.startswith("#") for each in references), "it would need the network"
    # JavaScript takes this expression, with its bracket that nothing opened; others do not. A report has no `language`.
    for name in ("run", "toolComponent"):
        del found["definitions"][name]["properties"]["language"]["pattern"]
    return jsonschema_rs.validator_for(found, validate_formats=True)


def program(*arguments: str, seed: str = "0") -> subprocess.CompletedProcess[bytes]:
    """Runs the program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "stigmer", *arguments],
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])},
        check=False,
    )


# Every form


@pytest.mark.parametrize("form", get_args(ReportForm))
def test_a_report(snapshot: SnapshotAssertion, form: ReportForm) -> None:
    """Words of its own, so that only a change of the form changes it; SARIF has those of the table of codes."""
    bot = Location("agents/bot.yaml", 5, 3)
    found = [
        Diagnostic(Severity.WARNING, "manifest.none", "nothing is there", "look elsewhere"),
        Diagnostic(
            Severity.ERROR, "manifest.kind", "Agnet is no kind", None, Location("50% off: now, é.yaml", 2, 7)
        ),
        Diagnostic(
            Severity.ERROR,
            "schema.unknown",
            "titel is unknown",
            "write title",
            bot,
            "agent/bot",
            "metadata.titel",
        ),
        Diagnostic(
            Severity.WARNING, "secret.in_clear", "a <secret>", None, bot, "agent/bot", "spec.env_spec"
        ),
        Diagnostic(Severity.ERROR, "schema.required", "model is missing", None, bot, "agent/bot", "spec"),
        Diagnostic(Severity.INFO, "execution.not_run", "it is not run", None, Location("run.yaml", 1, 1)),
    ]
    report = Report(("agents/bot.yaml", "keys.yaml", "run.yaml"), tuple(found))
    assert written(report, form).replace(__version__, "VERSION") == snapshot


@pytest.mark.parametrize("form", FORMS)
def test_beside_a_report_stands_how_much_was_found(mistakes: Cli, form: str) -> None:
    result = mistakes("validate", "-o", form, expect=3)
    assert result.err.endswith("5 documents, 3 errors, 1 warning\n")
    assert all(name in result.out for name in ("bot.yaml", "instance.yaml"))


@pytest.mark.parametrize("form", FORMS)
def test_a_report_of_nothing_wrong(cli: Cli, snapshot: SnapshotAssertion, form: str) -> None:
    cli.write("agents/bot.yaml", BOT)
    result = cli("validate", "-f", ".", "-o", form)
    assert result.out.replace(__version__, "VERSION") == snapshot
    assert result.err == "1 document, all valid\n"


@pytest.mark.parametrize("form", ["sarif", "junit"])
def test_what_goes_into_a_file_is_told_in_the_log_too(mistakes: Cli, form: str) -> None:
    """A job writes the report into a file; whoever opens its log must not find it empty."""
    assert mistakes("validate", "-o", form, expect=3).err == mistakes("validate", expect=3).out


@pytest.mark.parametrize("form", FORMS)
def test_quiet_leaves_out_the_tally(mistakes: Cli, form: str) -> None:
    assert "documents" not in mistakes("validate", "-o", form, "-q", expect=3).err


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-f", "nowhere"), "'nowhere' does not exist"),
        ((), "there is no stigmer.yaml here or above"),
        (("--bogus",), "no such option: --bogus"),
    ],
)
def test_a_command_that_fails_says_so_in_the_form(
    cli: Cli, schema: Any, form: str, arguments: tuple[str, ...], words: str
) -> None:
    result = cli("validate", f"--output={form}", *arguments, expect=2)
    assert words in result.out
    if form == "sarif":
        run = json.loads(result.out)["runs"][0]
        schema.validate(json.loads(result.out))
        assert run["invocations"][0]["executionSuccessful"] is False
        assert run["results"] == []
    elif form == "junit":
        suite = ElementTree.fromstring(result.out)[0]
        assert (suite.get("errors"), suite.get("failures")) == ("1", "0")
        assert suite.find("testcase/error") is not None
    else:
        assert result.out.startswith("::error title=usage.")
        assert result.err == ""


def test_a_project_file_that_cannot_be_used_is_reported_at_its_line(mistakes: Cli) -> None:
    mistakes.write("shop/stigmer.yaml", "name: shop\nnmae: shop\n")
    annotation = mistakes("validate", "-o", "github", expect=2).out
    assert annotation.startswith("::error file=shop/stigmer.yaml,line=2,col=1,title=settings.unknown::")
    run = run_of(mistakes("validate", "-o", "sarif", expect=2).out)
    assert run["invocations"][0]["executionSuccessful"] is False
    assert (
        run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        == "shop/stigmer.yaml"
    )
    [case] = check_junit(mistakes("validate", "-o", "junit", expect=2).out)
    assert case.get("name") == "shop/stigmer.yaml"
    assert case.find("error[@type='settings.unknown']") is not None


def test_other_commands_do_not_know_these_forms(cli: Cli) -> None:
    for form in FORMS:
        result = cli("get", "agents", "-o", form, expect=2)
        assert result.out == ""
        assert f"'{form}' is not one of" in result.err


@pytest.mark.parametrize("form", FORMS)
def test_no_secret_is_in_a_report(cli: Cli, form: str) -> None:
    wrong = SECRET.replace("value_from: {env: BOT_TOKEN}", "value: hunter2, valu: hunter2, is_sceret: true")
    cli.write("keys.yaml", wrong)
    cli.write(
        "twice.yaml", SECRET.replace("value_from: {env: BOT_TOKEN}", "value: hunter2\n      value: hunter2")
    )
    cli.write(
        "clear.yaml", SECRET.replace("keys", "more").replace("value_from: {env: BOT_TOKEN}", "value: hunter2")
    )
    result = cli("validate", "-f", ".", "-o", form, expect=3)
    assert "keys.yaml" in result.out
    assert "hunter2" not in result.out + result.err


@pytest.mark.parametrize("form", FORMS)
def test_two_runs_say_the_same(mistakes: Cli, form: str) -> None:
    outputs = set()
    for seed in ("1", "2"):
        run = program("validate", "-o", form, seed=seed)
        assert run.returncode == 3, run.stderr
        outputs.add(run.stdout)
    assert len(outputs) == 1


@pytest.mark.parametrize("form", FORMS)
def test_files_are_named_from_the_root_of_the_repository(
    cli: Cli, form: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wrong = BOT.replace("kind: Agent", "kind: Agnet")
    cli.write("deep/down/bot.yaml", wrong)
    outside = tmp_path / "elsewhere.yaml"
    outside.write_text(wrong)
    os.chdir(cli.directory / "deep")

    def names() -> Counter[str]:
        out = cli("validate", "-f", "down", "-f", str(outside), "-o", form, expect=3).out
        return Counter(re.findall(r'(?:"uri": "|file="|file=)([^",]+)', out))

    absolute = f"file://{outside}" if form == "sarif" else str(outside)
    assert names() == Counter(["down/bot.yaml", absolute])
    monkeypatch.setenv("GITHUB_WORKSPACE", str(cli.directory))
    assert names() == Counter(["deep/down/bot.yaml", absolute])
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "another"))
    assert names() == Counter(["down/bot.yaml", absolute])
    (cli.directory / ".git").write_text("gitdir: of a worktree\n")
    assert names() == Counter(["deep/down/bot.yaml", absolute])


def test_a_checkout_inside_the_workspace_is_a_root_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "checkout/.git").mkdir(parents=True)
    (tmp_path / "checkout/agents").mkdir()
    workspace = {"GITHUB_WORKSPACE": str(tmp_path)}
    assert repository_root(str(tmp_path / "checkout/agents"), workspace) == str(tmp_path / "checkout")


# Any diagnostics at all, as mistakes in files of strangers make them

_TEXTS = st.text(st.characters(codec=None), max_size=20)
_NAMES = st.one_of(_TEXTS.map(lambda text: text.encode("utf-8", "replace")), st.binary(max_size=20)).map(
    lambda name: os.fsdecode(name.replace(b"\0", b"_").strip(b"/")) or "a.yaml"
)
_PLACES = st.builds(Location, _NAMES, st.integers(1, 10**6), st.integers(1, 10**6))
DIAGNOSTICS = st.lists(
    st.builds(
        Diagnostic,
        st.sampled_from(Severity),
        st.sampled_from([*codes()]),
        _TEXTS,
        st.none() | _TEXTS,
        st.none() | _PLACES,
        st.none() | _TEXTS,
        st.none() | _TEXTS,
    ),
    max_size=5,
).map(lambda found: Report((), tuple(found)))


# GitHub


def parsed(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner takes it apart."""
    match = re.fullmatch(r"::(\w+) ([^\r\n]*?)::([^\r\n]*)", line)
    assert match, line
    command, properties, data = match.groups()
    pairs = (each.partition("=") for each in properties.split(","))
    return command, {name: unescaped(value) for name, _, value in pairs}, unescaped(data)


def unescaped(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


@given(DIAGNOSTICS)
def test_github_reads_one_command_for_each_diagnostic(report: Report) -> None:
    lines = written(report, ValidateOutput.GITHUB).split("\n")
    assert lines.pop() == ""
    assert len(lines) == len(report.diagnostics)
    kinds = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
    for line, found in zip(lines, report.diagnostics, strict=True):
        command, properties, _ = parsed(line)
        assert command == kinds[found.severity]
        assert properties["title"] == found.code
        if found.location is not None:
            assert properties["file"] == found.location.file
            assert (int(properties["line"]), int(properties["col"])) == (
                found.location.line,
                found.location.column,
            )


def test_github_gets_what_would_end_a_command_escaped() -> None:
    found = Diagnostic(
        Severity.INFO, "schema.type", "100%, a: b\n::error::c", "x\ny", Location("a:b,c%d.yaml", 2, 3)
    )
    assert written(Report((), (found,)), ValidateOutput.GITHUB) == (
        "::notice file=a%3Ab%2Cc%25d.yaml,line=2,col=3,title=schema.type::"
        "a:b,c%25d.yaml:2:3: 100%25, a: b%0A::error::c%0Ahint: x%0Ay\n"
    )


def test_a_manifest_cannot_speak_to_github(mistakes: Cli) -> None:
    """A name in a pull request of a stranger that looks like a command stays inside the message."""
    mistakes.write("shop/agents/evil.yaml", BOT + '  "x\\n::add-mask::y\\r::stop-commands::z": 1\n')
    out = mistakes("validate", "-o", "github", expect=3).out
    assert "add-mask" in out
    assert all(re.match("::(error|warning) file=", line) for line in out.splitlines())


def test_nor_can_it_in_the_text_that_a_log_shows(cli: Cli) -> None:
    cli.write("evil.yaml", BOT + '  "x\\n::add-mask::y": 1\n')
    cli.write("\033[2J\n::error::z.yaml", BOT.replace("kind: Agent", "kind: Agnet"))
    result = cli("validate", "-f", ".", expect=3)
    assert r"x\n::add-mask::y" in result.out
    assert r"\x1b[2J\n::error::z.yaml:2:7: error:" in result.out
    assert not re.search("^ *::", result.out, re.MULTILINE)


# SARIF


def run_of(text: str) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(text)["runs"][0]
    return run


def sarif(cli: Cli) -> dict[str, Any]:
    return run_of(cli("validate", "-o", "sarif", expect=None).out)


def test_the_schema_would_find_a_mistake(schema: Any) -> None:
    assert not schema.is_valid({"version": "2.1.0", "runs": [{"results": []}]})
    assert not schema.is_valid(
        {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x", "rule": []}}}]}
    )
    assert not schema.is_valid(
        {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "columnKind": "characters"}]}
    )


def test_sarif_is_sarif(mistakes: Cli, schema: Any) -> None:
    schema.validate(json.loads(mistakes("validate", "-o", "sarif", expect=3).out))


@given(DIAGNOSTICS)
def test_sarif_of_anything_is_sarif(schema: Any, report: Report) -> None:
    text = written(report, ValidateOutput.SARIF)
    schema.validate(json.loads(text))
    run = run_of(text)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == sorted({each.code for each in report.diagnostics})
    assert [rules[each["ruleIndex"]] for each in run["results"]] == [
        each["ruleId"] for each in run["results"]
    ]
    told = run["invocations"][0]["toolExecutionNotifications"]
    assert [rules[each["descriptor"]["index"]] for each in told] == [
        each["descriptor"]["id"] for each in told
    ]
    # GitHub refuses the whole file over one result without a place.
    assert all(each["locations"] for each in run["results"])
    assert len(run["results"]) + len(told) == len(report.diagnostics)


def test_sarif_leads_to_the_files(mistakes: Cli) -> None:
    """A URI, decoded and put under the root, is the file, and the region is where the word stands."""
    found = set()
    for result in sarif(mistakes)["results"]:
        place = result["locations"][0]["physicalLocation"]
        file = mistakes.directory / os.fsdecode(
            unquote_to_bytes(urlsplit(place["artifactLocation"]["uri"]).path)
        )
        line = file.read_text("utf-8").split("\n")[place["region"]["startLine"] - 1]
        found.add(line[place["region"]["startColumn"] - 1 :])
    assert found == {"titel: Bot", "Two", "Agnet", "bott"}


def test_sarif_counts_characters_as_it_says(cli: Cli) -> None:
    cli.write("bot.yaml", BOT.replace("\n  name: bot", ' {title: "😀😀", name: bot, titel: x}'))
    run = run_of(cli("validate", "-f", ".", "-o", "sarif", expect=3).out)
    assert run["columnKind"] == "unicodeCodePoints"
    assert [each["locations"][0]["physicalLocation"]["region"] for each in run["results"]] == [
        {"startLine": 3, "startColumn": 36}
    ]


def test_every_rule_says_what_it_means() -> None:
    everything = Report((), tuple(Diagnostic(Severity.ERROR, code, "x") for code in codes()))
    rules = run_of(written(everything, ValidateOutput.SARIF))["tool"]["driver"]["rules"]
    assert len(rules) == len(codes())
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
        assert "](" not in rule["help"]["markdown"], "a link of the reference page leads nowhere from here"
        assert "helpUri" not in rule


def fingerprints(run: dict[str, Any]) -> list[str]:
    return sorted(each["partialFingerprints"]["diagnostic/v1"] for each in run["results"])


def test_fingerprints_stay_where_lines_move(mistakes: Cli) -> None:
    before = fingerprints(sarif(mistakes))
    assert len(set(before)) == len(before) == 4
    for file in (mistakes.directory / "shop").rglob("*.yaml"):
        file.write_text("# a comment\n\n" + file.read_text("utf-8"), "utf-8")
    assert fingerprints(sarif(mistakes)) == before
    mistakes.write("shop/agents/more.yaml", BOT.replace("name: bot", "name: Three"))
    after = fingerprints(sarif(mistakes))
    assert set(before) < set(after)
    assert len(after) == 5


def test_fingerprints_of_the_same_twice_differ() -> None:
    twice = [
        Diagnostic(Severity.ERROR, "yaml.syntax", "x", None, Location("a.yaml", line)) for line in (1, 2)
    ]
    run = run_of(written(make_report((), twice), ValidateOutput.SARIF))
    assert len(set(fingerprints(run))) == 2


# JUnit


def check_junit(text: str) -> ElementTree.Element:
    """The shape that Jenkins and GitLab read: suites, their cases, in a case a failure or an error before the output."""
    root = ElementTree.fromstring(text.encode())
    assert root.tag == "testsuites"
    [suite] = root
    assert suite.tag == "testsuite"
    cases = [*suite]
    for element in (root, suite):
        assert int(element.get("tests", "")) == len(cases)
        assert int(element.get("failures", "")) == len(suite.findall("testcase/failure"))
        assert int(element.get("errors", "")) == len(suite.findall("testcase/error"))
        assert element.get("skipped") == "0"
    for case in cases:
        assert case.tag == "testcase"
        assert case.get("classname") == "stigmer validate"
        assert [each.tag for each in case] in (
            [],
            ["failure"],
            ["error"],
            ["system-out"],
            ["failure", "system-out"],
            ["error", "system-out"],
        )
        assert all(
            each.get("message") is not None and each.get("type") for each in case if each.tag != "system-out"
        )
    names = [case.get("name") for case in cases]
    assert len(set(names)) == len(names), "of two with one name GitLab shows the first"
    return suite


def test_junit_has_a_case_for_each_file(mistakes: Cli) -> None:
    suite = check_junit(mistakes("validate", "-o", "junit", expect=3).out)
    assert [(case.get("name"), [each.tag for each in case]) for case in suite] == [
        ("shop/agents/50% off: now, é.yaml", ["failure"]),
        ("shop/agents/bot.yaml", ["failure"]),
        ("shop/instance.yaml", ["system-out"]),
        ("shop/keys.yaml", []),
    ]
    failure = suite.findall("testcase/failure")[1]
    assert failure.get("type") == "schema.unknown"
    assert (failure.get("message") or "").endswith("(and 1 more error)")
    assert "shop/agents/bot.yaml:5:3: error:" in (failure.text or "")
    assert "hint: did you mean title?" in (failure.text or "")


def test_strict_makes_a_warning_a_failure(mistakes: Cli) -> None:
    suite = check_junit(mistakes("validate", "-o", "junit", "--strict", expect=3).out)
    assert suite.find("testcase[@name='shop/instance.yaml']/failure") is not None


@given(DIAGNOSTICS)
def test_junit_of_anything_is_xml(report: Report) -> None:
    text = written(report, ValidateOutput.JUNIT)
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", text)
    suite = check_junit(text)
    files = {each.location.file if each.location else None for each in report.diagnostics}
    assert len(suite) == len(files)
    said = "".join(suite.itertext())
    assert all(f"[{each.code}]" in said for each in report.diagnostics)


# Files and numbers that nobody plans


@pytest.mark.parametrize("form", FORMS)
def test_a_file_whose_name_is_not_text(cli: Cli, form: str) -> None:
    try:
        Path(os.fsdecode(b"a\xff.yaml")).write_text(BOT.replace("kind: Agent", "kind: Agnet"))
    except OSError:
        pytest.skip("this file system has only names that are text")
    run = program("validate", "-f", ".", "-o", form)
    assert run.returncode == 3, run.stderr
    assert ("a%FF.yaml" if form == "sarif" else r"a\udcff.yaml") in run.stdout.decode()


def test_json_of_a_file_whose_name_is_not_text(cli: Cli) -> None:
    try:
        Path(os.fsdecode(b"a\xff.yaml")).write_text(BOT.replace("kind: Agent", "kind: Agnet"))
    except OSError:
        pytest.skip("this file system has only names that are text")
    assert (
        cli("validate", "-f", ".", "-o", "json", expect=3).json["diagnostics"][0]["file"] == r"a\udcff.yaml"
    )
    assert (
        "does not exist" in cli("validate", "-f", "\udcff", "-o", "json", expect=2).json["error"]["message"]
    )


def test_ten_thousand_diagnostics(schema: Any) -> None:
    found = [
        Diagnostic(Severity.ERROR, "schema.unknown", "x", None, Location(f"{number % 1000}.yaml", number + 1))
        for number in range(10_000)
    ]
    report = make_report((), found)
    assert written(report, ValidateOutput.GITHUB).count("\n") == 10_000
    log = json.loads(written(report, ValidateOutput.SARIF))
    schema.validate(log)
    assert len(set(fingerprints(log["runs"][0]))) == 10_000
    assert len(check_junit(written(report, ValidateOutput.JUNIT))) == 1000
