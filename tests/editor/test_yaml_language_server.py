# SPDX-License-Identifier: Apache-2.0
"""What an editor shows: the real yaml-language-server with the settings that `stigmer schema --install` writes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from stigmer.cli.app import run
from stigmer.resources.kinds import kinds
from tests.editor.language_server import LanguageServer, language_server
from tests.mistakes.table import MANIFEST, Case, base_files, base_names, cases, wrong_files

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build/editor/node_modules/.bin/yaml-language-server"

pytestmark = [
    pytest.mark.skipif(
        not PROGRAM.exists(),
        reason="yaml-language-server is not installed; `make test` does where there is npm",
    ),
    pytest.mark.xdist_group("editor"),
]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was set up for VS Code."""
    directory = tmp_path_factory.mktemp("workspace")
    (directory / "stigmer.yaml").write_text("name: shop\npaths: [manifests/]\n", "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(directory)
        assert run(["schema", "--install", ".schemas", "--editor", "vscode"]) == 0
    return directory


@pytest.fixture(scope="module")
def server(workspace: Path) -> Iterator[LanguageServer]:
    settings = json.loads((workspace / ".vscode/settings.json").read_text("utf-8"))
    said = {name.removeprefix("yaml."): value for name, value in settings.items() if name.startswith("yaml.")}
    offline = {"schemaStore": {"enable": False}, "validate": True, "completion": True, "hover": True}
    with language_server(PROGRAM, workspace, {**offline, **said}) as running:
        yield running


class Cursor:
    """A document that was opened in the editor, and the place in it where the text had a `¦`."""

    _numbers = count()

    def __init__(self, server: LanguageServer, text: str, name: str | None = None) -> None:
        before, _, after = text.partition("¦")
        self.server = server
        self.name = name or f"manifests/typed-{next(self._numbers)}.yaml"
        self.place = before.count("\n"), len(before.rpartition("\n")[2])
        server.open({self.name: before + after})

    def offered(self) -> dict[str, Any]:
        return self.server.complete(self.name, *self.place)

    def told(self) -> str:
        return self.server.hover(self.name, *self.place)


AGENT = """\
apiVersion: agentic.stigmer.ai/v1
kind: Agent
metadata:
  name: bot
spec:
  instructions: Answer every question kindly.
"""
SERVER = """\
apiVersion: agentic.stigmer.ai/v1
kind: McpServer
metadata:
  name: files
spec:
"""
WORKFLOW = """\
apiVersion: agentic.stigmer.ai/v1
kind: Workflow
metadata:
  name: tell
spec:
  document: {dsl: 1.0.3, namespace: acme, name: tell, version: 1.0.0}
  tasks:
    - name: first
"""

OFFERED = (
    ("¦", ("apiVersion", "kind", "metadata", "spec")),
    ("apiVersion: ¦\n", tuple(sorted({kind.api_version for kind in kinds() if kind.declarable}))),
    ("apiVersion: agentic.stigmer.ai/v1\nkind: ¦\n", ("Agent", "McpServer", "Workflow", "Environment", "Skill")),
    (AGENT + "  ¦", ("model", "mcp_servers", "skill_refs", "sub_agents", "env_spec")),
    (AGENT + "  model:\n    ¦", ("provider", "name", "temperature", "max_tokens")),
    (AGENT + "  model:\n    provider: ¦", ("anthropic", "openai", "ollama", "openai_compatible")),
    (AGENT + "  mcp_servers:\n    - ref: github\n      ¦", ("enabled_tools", "approval")),
    (AGENT + "  mcp_servers:\n    - ref: github\n      approval: ¦", ("never", "destructive", "always")),
    (AGENT.replace("  name: bot\n", "  name: bot\n  lifecycle:\n    deletion: ¦\n"), ("allow", "protect", "orphan")),
    (AGENT + "  env_spec:\n    data:\n      TOKEN:\n        is_secret: ¦", ("true", "false")),
    (SERVER + "  ¦", ("stdio", "http", "docker", "default_enabled_tools")),
    (SERVER + "  http:\n    ¦", ("url", "headers", "timeout_seconds")),
    (WORKFLOW + "      ¦", ("http_call", "switch", "agent_call", "then", "if")),
    (WORKFLOW + "      http_call:\n        method: ¦", ("GET", "POST", "DELETE")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "labels"), OFFERED, ids=lambda value: value[-40:] if isinstance(value, str) else ""
)
def test_fields_and_values_are_offered(server: LanguageServer, text: str, labels: tuple[str, ...]) -> None:
    assert set(labels) <= Cursor(server, text).offered().keys()


def test_settings_of_a_project_are_offered(server: LanguageServer) -> None:
    offered = Cursor(server, "name: shop\n¦", "stigmer.yaml").offered()
    assert {"paths", "org", "policies", "silence"} <= offered.keys()


def test_what_is_offered_is_explained(server: LanguageServer) -> None:
    told = Cursor(server, AGENT + "  ¦").offered()["mcp_servers"]["documentation"]["value"]
    assert "The servers whose tools the agent can use." in told


TOLD = (
    (AGENT.replace("  instructions", "  instr¦uctions"), ("required", "at least 10 characters", "{file: path}")),
    (AGENT + "  model:\n    temp¦erature: 1", ("How freely the model varies its answers", "0 to 2")),
    (AGENT + "  mcp_servers:\n    - ref: github\n      appro¦val: never", ("never", "destructive", "No call waits.")),
    (WORKFLOW + "      http_call: {method: GET, endpoint: {uri: 'https://a.example'}, redir¦ect: true}", ("`false` where nothing is said",)),
    (AGENT.replace("kind: Agent", "ki¦nd: Agent"), ("The kind",)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"), TOLD, ids=lambda value: value[-40:] if isinstance(value, str) else ""
)
def test_a_field_is_explained_where_one_points_at_it(
    server: LanguageServer, text: str, words: tuple[str, ...]
) -> None:
    told = Cursor(server, text).told()
    for each in words:
        assert each in told


# What no schema can know, by the words of ours: two items of one name, a day that no calendar has, what a path or a duration means.
BEYOND_A_SCHEMA = re.compile(
    r"is already in this list|is not a time that exists|is not a field path|duration must be"
)
EXAMPLES = sorted((ROOT / "examples/manifests").rglob("*/*.yaml"))


def told_by_a_schema() -> list[Case]:
    """The mistakes in a manifest that its schema refuses."""
    return [
        case
        for case in cases()
        if case.code.startswith("schema.")
        and case.file == MANIFEST
        and case.expected is not None
        and BEYOND_A_SCHEMA.search(case.expected.message) is None
    ]


def right_manifests() -> dict[str, bytes]:
    """What has nothing wrong: the examples, and what mends each mistake."""
    bases = {f"manifests/{name}.yaml": base_files(name).get(MANIFEST, b"") for name in base_names()}
    return {f"manifests/{file.relative_to(ROOT)}": file.read_bytes() for file in EXAMPLES} | {
        name: data for name, data in bases.items() if data
    }


@pytest.fixture(scope="module")
def marked(server: LanguageServer) -> dict[str, list[Any]]:
    """What the server finds in each of those, by the name of the file or the title of the case."""
    texts = {name: data.decode() for name, data in right_manifests().items()}
    for case in told_by_a_schema():
        data = wrong_files(case)[MANIFEST]
        assert isinstance(data, bytes)
        texts[f"manifests/{case.title}.yaml"] = data.decode()
    return server.open(texts)


@pytest.mark.parametrize("case", told_by_a_schema(), ids=lambda case: case.title)
def test_a_mistake_is_marked_where_we_find_it(marked: dict[str, list[Any]], case: Case) -> None:
    """The server marks a value where it begins, perhaps on the line below its key; and of fields that exclude each other their map."""
    assert case.expected is not None
    line = case.expected.line
    assert line is not None
    ranges = [each["range"] for each in marked[f"manifests/{case.title}.yaml"] if each["severity"] == 1]
    places = [(each["start"]["line"] + 1, each["end"]["line"] + 1) for each in ranges]
    if case.code == "schema.one_of":
        assert any(start <= line for start, _ in places)
    else:
        assert any(start - 1 <= line <= end for start, end in places), places


@pytest.mark.parametrize("name", right_manifests())
def test_right_manifests_have_nothing_wrong(marked: dict[str, list[Any]], name: str) -> None:
    assert marked[name] == []
