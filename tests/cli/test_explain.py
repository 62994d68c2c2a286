# SPDX-License-Identifier: Apache-2.0
"""What `stigmer explain` tells is complete and true: every field has its story, and every YAML that it shows is valid."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from stigmer.cli.completions import complete_explain
from stigmer.codes import codes
from stigmer.manifests import yaml
from stigmer.manifests.outlines.outline import Outline, find_outline, kind_outline, tree
from stigmer.manifests.outlines.samples import example, excerpt
from stigmer.manifests.render import to_yaml
from stigmer.resources.kinds import Kind, find_kind, kinds
from tests.cli.conftest import Cli

ROOT = Path(__file__).resolve().parents[2]
WIDTH = 80

# What else would have to stand in a manifest, or beside it, is more than an example of one field shows.
NEEDS_MORE = {"reference.unresolved", "placeholder.undeclared", "agent.sub_agent"}


@pytest.fixture(autouse=True)
def _terminal(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(WIDTH))


def kind_id(kind: Kind) -> str:
    return kind.slug


def outline(written: str) -> Outline:
    name, _, path = written.partition(".")
    kind = find_kind(name)
    assert kind is not None
    return find_outline(kind, path)


@pytest.mark.parametrize(
    "word",
    [
        "agent",
        "agent.spec.mcp_servers",
        "agent.spec.mcp_servers.approval",
        "agent.spec.instructions",
        "agent.metadata.lifecycle",
        "agent.metadata.version",
        "workflow.spec.tasks.http_call",
        "workflow.spec.timeout",
        "environment.spec.data",
        "api-key.spec.owner",
        "execution-context",
    ],
)
def test_stories(cli: Cli, word: str, snapshot: SnapshotAssertion) -> None:
    assert cli("explain", word).out == snapshot


def test_all_kinds(cli: Cli, snapshot: SnapshotAssertion) -> None:
    assert cli("explain").out == snapshot
    assert {each["kind"] for each in cli("explain", "-o", "json").json["kinds"]} == {
        kind.name for kind in kinds()
    }


def test_a_tree(cli: Cli, snapshot: SnapshotAssertion) -> None:
    assert cli("explain", "agent.spec", "-r").out == snapshot


def test_json(cli: Cli, snapshot: SnapshotAssertion) -> None:
    assert cli("explain", "agent.spec.mcp_servers.approval", "-o", "json").json == snapshot


def test_json_goes_deeper_where_that_is_asked(cli: Cli) -> None:
    flat = cli("explain", "agent.spec", "-o", "json").json["fields"]
    assert not any("fields" in each for each in flat)
    deep = cli("explain", "agent.spec", "-r", "-o", "json").json["fields"]
    servers = next(each for each in deep if each["name"] == "mcp_servers")
    assert "docker" in {each["name"] for each in servers["fields"]}


@pytest.mark.parametrize(
    "arguments",
    [
        ("agents.spec.mcp_servers.approval",),
        ("Agent", "spec.mcp_servers[github].approval"),
        ("agt", "spec.mcp_servers[0].approval"),
        ("agent", "spec.mcp_servers.0.approval"),
        ('agent.spec.mcp_servers["a.b"].approval',),
    ],
)
def test_a_path_out_of_a_diagnostic(cli: Cli, arguments: tuple[str, ...]) -> None:
    assert cli("explain", *arguments).out == cli("explain", "agent.spec.mcp_servers.approval").out


def test_a_key_of_a_map_is_passed_over(cli: Cli) -> None:
    assert cli("explain", "environment", "spec.data.TOKEN.value").out.startswith(
        "environment.spec.data.value\n"
    )
    assert cli("explain", "agent", 'metadata.labels["k8s.io/x"]').out.startswith("agent.metadata.labels\n")


@pytest.mark.parametrize(
    ("arguments", "status", "message", "hint"),
    [
        (
            ["agent.spec.mcp_server"],
            5,
            "agent.spec has no field mcp_server [explain.field]",
            "did you mean mcp_servers?",
        ),
        (
            ["agent.spec.mcpServers"],
            5,
            "agent.spec has no field mcpServers [explain.field]",
            "did you mean mcp_servers?",
        ),
        (
            ["agent.instructions"],
            5,
            "agent has no field instructions [explain.field]",
            "did you mean agent.spec.instructions?",
        ),
        (
            ["environment.spec.data.valu"],
            5,
            "environment.spec.data has no field valu [explain.field]",
            "did you mean value?",
        ),
        (
            ["agent.spec.model.name.xyz"],
            5,
            "agent.spec.model.name has no field xyz [explain.field]",
            "stigmer explain agent.spec.model.name",
        ),
        (
            ["agent.spec.lifecycle.deletion"],
            5,
            "agent.spec has no field lifecycle [explain.field]",
            "did you mean agent.metadata.lifecycle?",
        ),
        (
            ["agnt"],
            2,
            "'agnt' is neither a kind, nor a field of one, nor a code [usage.kind]",
            "did you mean agent?",
        ),
        (
            ["schema.unknwn"],
            2,
            "'schema.unknwn' is neither a kind, nor a field of one, nor a code [usage.kind]",
            "did you mean schema.unknown?",
        ),
    ],
)
def test_what_is_not_there(cli: Cli, arguments: list[str], status: int, message: str, hint: str) -> None:
    assert cli("explain", *arguments, expect=status).err.splitlines() == [
        f"error: {message}",
        f"  hint: {hint}",
    ]


@pytest.mark.parametrize("kind", kinds(), ids=kind_id)
def test_every_field_has_a_story(cli: Cli, kind: Kind) -> None:
    for each in tree(kind_outline(kind)):
        assert each.description, str(each)
        story = cli("explain", str(each)).out
        assert story.startswith(f"{each}\n\n")
        prose = story.partition("To write it:")[0].partition("More:")[0]
        assert [line for line in prose.splitlines() if len(line) > WIDTH and " " in line.strip("- ")] == []
        assert ("Made by the system" in prose.partition("Fields")[0]) == each.system
        assert ("To write it:" in story) != each.system


@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind.declarable], ids=kind_id)
def test_every_example_is_valid(cli: Cli, kind: Kind) -> None:
    """What is shown, put into a manifest that has what else has to be there, is valid and has a value at its place."""
    for name in ("petstore.yaml", "greeter.proto"):
        cli.write(name, "")
    shown = [each for each in tree(kind_outline(kind)) if not each.system]
    for each in shown:
        assert has_value(excerpt(each), each.path), str(each)
        printed = cli("explain", str(each)).out.partition("To write it:\n\n")[2].partition("\nMore: ")[0]
        (document,) = yaml.read(printed.encode())
        assert within(document.value, example(each)), str(each)
    cli.write("all.yaml", "---\n".join(renamed(example(each), number) for number, each in enumerate(shown)))
    found = cli("validate", "-f", "all.yaml", "-o", "json", expect=None).json
    assert found["documents"] == len(shown)
    assert [each for each in found["diagnostics"] if each["code"] not in NEEDS_MORE] == []


def test_every_code_has_a_story(cli: Cli) -> None:
    for code in codes().values():
        story = " ".join(cli("explain", code.name).out.split())
        assert story.startswith(f"{code.name} {code.means[0].upper()}")
        assert "](" not in story
        assert (f"silence.stigmer.ai/{code.name}" in story) == code.check
        assert all((ROOT / page).is_file() for page in re.findall(r"docs/[\w/.-]+\.md", story)), story
        assert cli("explain", code.name, "-o", "json").json["check"] == code.check


def test_what_a_code_does_to_a_command(cli: Cli) -> None:
    assert "\n\nAn error (exit status 3).\n\n" in cli("explain", "schema.unknown").out
    assert "\n\nA warning; an error (exit status 3) with `--strict`.\n\n" in cli("explain", "agent.tool").out


def test_completion() -> None:
    def offered(incomplete: str) -> list[str]:
        return [name for name, _ in complete_explain(incomplete)]

    assert offered("agent-i") == ["agent-instance"]
    assert offered("agent.spec.mo") == ["agent.spec.model"]
    assert offered("agent.spec.model.") == [
        f"agent.spec.model.{name}" for name in ("provider", "name", "temperature", "max_tokens")
    ]
    assert offered("schema.un") == ["schema.unknown", "schema.unique"]
    assert offered("agent.spec.nothing.x") == []


def has_value(value: Any, path: tuple[str, ...]) -> bool:
    """Whether there is a value at a path; items of lists and maps have no step of their own."""
    if not path:
        return True
    if isinstance(value, list):
        return any(has_value(item, path) for item in value)
    if not isinstance(value, dict):
        return False
    if path[0] in value:
        return has_value(value[path[0]], path[1:])
    return any(has_value(item, path) for item in value.values())


def within(part: Any, whole: Any) -> bool:
    """Whether what is shown stands just so in a whole manifest."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(name in whole and within(part[name], whole[name]) for name in part)
    return bool(part == whole)


def renamed(manifest: dict[str, Any], number: int) -> str:
    metadata = {**manifest["metadata"], "name": f"example-{number}"}
    return to_yaml({**manifest, "metadata": metadata})
