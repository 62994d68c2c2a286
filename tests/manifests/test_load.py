# SPDX-License-Identifier: Apache-2.0
"""Files into manifests: all that is wrong is told in one run, each at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from stigmer.errors import Diagnostic
from stigmer.manifests.load import Loaded, LoadOptions, load

HEAD = "apiVersion: agentic.stigmer.ai/v1\nkind: {kind}\nmetadata:\n  name: {name}\n"


def agent(name: str = "bot", rest: str = "spec: {instructions: Answer politely.}\n") -> str:
    return HEAD.format(kind="Agent", name=name) + rest


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(files: dict[str, str], *paths: str, org: str = "default", strict: bool = False) -> Loaded:
    for name, text in files.items():
        file = Path("m") / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    return load(paths or ["m"], LoadOptions(org=org, strict=strict))


def told(loaded: Loaded) -> list[tuple[str, str, str]]:
    return [(each.severity.value, each.code, str(each.location)) for each in loaded.diagnostics]


def test_manifests_come_in_the_order_of_their_files() -> None:
    loaded = read(
        {"b.yaml": agent("z") + "---\n" + agent("y"), "a.yaml": "\n# A comment.\n---\n" + agent("x")}
    )
    assert loaded.valid
    assert loaded.documents == 3
    assert [each.key.name for each in loaded.manifests] == ["x", "z", "y"]
    assert [str(each.origin.start) for each in loaded.manifests] == [
        "m/a.yaml:4:1",
        "m/b.yaml:1:1",
        "m/b.yaml:7:1",
    ]


def test_the_organization_is_a_default_alone() -> None:
    said = agent("theirs", "  org: zoo\nspec: {instructions: Answer politely.}\n")
    loaded = read({"a.yaml": agent("ours") + "---\n" + said}, org="acme")
    assert [each.key[1:] for each in loaded.manifests] == [("acme", "ours"), ("zoo", "theirs")]


STRANGERS = {
    "pod.yaml": ("apiVersion: v1\nkind: Pod\n", "m/pod.yaml:1:13"),
    "list.yaml": ("- a\n", "m/list.yaml:1:1"),
    "text.yaml": ("hello\n", "m/text.yaml:1:1"),
    "values.yaml": ("# x\nreplicas: 1\n", "m/values.yaml:2:1"),
    "kind.yaml": ("kind: Agent\n", "m/kind.yaml:1:1"),
    "number.yaml": ("apiVersion: 1\nkind: Agent\n", "m/number.yaml:1:13"),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_is_passed_over_in_a_walk_and_wrong_where_it_was_asked_for(name: str) -> None:
    text, place = STRANGERS[name]
    files = {name: text, "z.yaml": agent()}
    walked = read(files)
    assert told(walked) == [("warning", "manifest.stranger", place)]
    assert walked.diagnostics[0].message.endswith("; passed over")
    assert (walked.valid, len(walked.manifests), walked.documents) == (True, 1, 2)
    for loaded in (read(files, f"m/{name}"), read(files, strict=True), read(files, f"m/{name[:-5]}.*")):
        assert told(loaded) == [("error", "manifest.stranger", place)]
        assert not loaded.valid
        assert "passed over" not in loaded.diagnostics[0].message


@pytest.mark.parametrize(
    ("version", "kind", "code", "place", "hint"),
    [
        ("agentic.stigmer.ai/v2", "Agent", "manifest.api_version", "1:13", "write agentic.stigmer.ai/v1"),
        ("iam.stigmer.ai/v1", "Agent", "manifest.api_version", "1:13", "write agentic.stigmer.ai/v1"),
        ("agentic.stigmer.io/v1", "Agent", "manifest.api_version", "1:13", "write agentic.stigmer.ai/v1"),
        ("agntic.stigmer.ai/v1", "Agent", "manifest.api_version", "1:13", "write agentic.stigmer.ai/v1"),
        ("agentic.stigmer.ai/v1", "Agnet", "manifest.kind", "2:7", "did you mean Agent?"),
        ("agentic.stigmer.ai/v1", "agent", "manifest.kind", "2:7", "did you mean Agent?"),
        ("agentic.stigmer.ai/v1", "Zzz", "manifest.kind", "2:7", "kinds: Agent, "),
        ("agentic.stigmer.ai/v1", "MCPServer", "manifest.kind", "2:7", "did you mean McpServer?"),
        ("agentic.stigmer.ai/v1", "Secret", "manifest.kind", "2:7", "write Environment: "),
        ("agentic.stigmer.ai/v1", "Tool", "manifest.kind", "2:7", "write McpServer: "),
        ("v1", "Agent", "manifest.api_version", "1:13", "write agentic.stigmer.ai/v1"),
        ("stigmer.ai/v1", "Agent", "manifest.api_version", "1:13", "write agentic.stigmer.ai/v1"),
        (
            "agentic.stigmer.ai/v1alpha1",
            "Agent",
            "manifest.api_version",
            "1:13",
            "write agentic.stigmer.ai/v1",
        ),
        ("agentic.stigmer.ai", "Agent", "manifest.api_version", "1:13", "write agentic.stigmer.ai/v1"),
        ("agentic.stigmer.ai/v1", "[]", "manifest.kind", "2:1", "kinds: Agent, "),
        ("agentic.stigmer.ai/v1", "ExecutionContext", "manifest.system_kind", "2:7", "remove this document"),
        (
            "agentic.stigmer.ai/v1",
            "ApiResourceVersion",
            "manifest.system_kind",
            "2:7",
            "remove this document",
        ),
    ],
)
def test_a_document_that_means_to_be_a_manifest(
    version: str, kind: str, code: str, place: str, hint: str
) -> None:
    loaded = read({"a.yaml": f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x}}\n"})
    assert told(loaded) == [("error", code, f"m/a.yaml:{place}")]
    assert (loaded.diagnostics[0].hint or "").startswith(hint)


@pytest.mark.parametrize(
    ("head", "code", "place", "message", "hint"),
    [
        ("api_version: agentic.stigmer.ai/v1\nkind: Agent\n", "manifest.api_version", "1:1", "api_version is written apiVersion", "write apiVersion"),
        ("apiVersion: agentic.stigmer.ai/v1\nKind: Agent\n", "manifest.kind", "2:1", "Kind is written kind", "write kind"),
        ("apiVersion: agentic.stigmer.ai/v1\n", "manifest.kind", "1:1", "kind is missing", "add kind: Agent"),
        ("apiVersion: agentic.stigmer.ai/v1\nkind:\n", "manifest.kind", "2:1", "kind is empty", "give it the value Agent"),
        ("kind: Agent\n", "manifest.stranger", "1:1", "not a manifest: apiVersion is missing", "add apiVersion: agentic.stigmer.ai/v1"),
        ("apiVersion:\nkind: Agent\n", "manifest.stranger", "1:1", "not a manifest: apiVersion is empty", "give it the value agentic.stigmer.ai/v1"),
        ("apiVersion: 1\nkind: Agent\n", "manifest.stranger", "1:13", "1 is not the apiVersion of Agent", "write agentic.stigmer.ai/v1"),
        ("apiVersion: v1\nkind: ConfigMap\n", "manifest.stranger", "1:13", "not a stigmer manifest: apiVersion is v1", "stigmer keeps values and secrets in an Environment"),
        ("apiVersion: apps/v1\nkind: Deployment\n", "manifest.stranger", "1:13", "not a stigmer manifest: apiVersion is apps/v1", None),
    ],
)  # fmt: skip
def test_how_a_document_begins(head: str, code: str, place: str, message: str, hint: str | None) -> None:
    rest = "metadata: {name: x}\nspec: {instructions: Answer politely.}\n"
    (found,) = read({"a.yaml": head + rest}, "m/a.yaml").diagnostics
    assert (found.code, str(found.location)) == (code, f"m/a.yaml:{place}")
    assert (found.message, found.hint) == (message, hint)


def test_a_duplicate_names_both_places() -> None:
    loaded = read({"a.yaml": agent() + "---\n" + agent(), "b.yaml": agent(), "c.yaml": agent("other")})
    assert told(loaded) == [
        ("error", "manifest.duplicate", "m/a.yaml:7:1"),
        ("error", "manifest.duplicate", "m/b.yaml:1:1"),
    ]
    for each in loaded.diagnostics:
        assert each.message == "agent/bot is declared twice: here and at m/a.yaml:1"


def test_the_same_name_elsewhere_is_no_duplicate() -> None:
    server = HEAD.format(kind="Skill", name="bot") + "spec: {markdown_content: x}\n"
    theirs = agent("bot", "  org: zoo\nspec: {instructions: Answer politely.}\n")
    loaded = read({"a.yaml": agent() + "---\n" + server + "---\n" + theirs})
    assert loaded.diagnostics == ()
    assert len(loaded.manifests) == 3


def test_every_error_of_every_file_is_told_in_one_run() -> None:
    loaded = read(
        {
            "a.yaml": agent("a", "spec:\n  instructons: Answer politely.\n  model: {temperature: 3}\n")
            + "---\n"
            + agent("ok"),
            "b.yaml": "a: [1\nb: 2\n",
            "c.yaml": agent("c", "  labels: {stigmer.ai/x: y}\nspec: {instructions: {file: gone.md}}\n"),
            "d.yaml": "a: 1\na: 2\n---\n" + agent("also-ok") + "---\nx: !t 1\n---\n" + agent("Bad"),
            "e.yaml": "apiVersion: agentic.stigmer.ai/v1\nkind: Agnt\n",
        }
    )
    assert sorted(told(loaded), key=lambda each: each[2]) == [
        ("error", "schema.unknown", "m/a.yaml:6:3"),
        ("error", "schema.range", "m/a.yaml:7:24"),
        ("error", "yaml.syntax", "m/b.yaml:1:4"),
        ("error", "metadata.reserved", "m/c.yaml:5:12"),
        ("error", "manifest.file", "m/c.yaml:6:29"),
        ("error", "yaml.tag", "m/d.yaml:10:4"),
        ("error", "schema.pattern", "m/d.yaml:15:9"),
        ("error", "yaml.duplicate", "m/d.yaml:2:1"),
        ("error", "manifest.kind", "m/e.yaml:2:7"),
    ]
    assert [each.key.name for each in loaded.manifests] == ["ok", "also-ok"]
    assert loaded.documents == 9


def test_what_cannot_be_read_comes_with_the_rest() -> None:
    read({"a.yaml": "x: 1\n"})
    Path("m/b.yaml").symlink_to("gone")
    assert [each[:2] for each in told(load(["m"], LoadOptions()))] == [
        ("error", "manifest.unreadable"),
        ("warning", "manifest.stranger"),
    ]


@pytest.mark.parametrize(
    ("rest", "place", "path", "resource"),
    [
        (
            "spec:\n  instructions: Answer politely.\n  mcp_servers:\n    - ref: a\n    - ref: zoo/a\n",
            "m/a.yaml:9:7",
            "spec.mcp_servers[a]",
            "agent/bot",
        ),
        (
            '  labels:\n    "stigmer.ai/x": y\nspec: {instructions: Answer politely.}\n',
            "m/a.yaml:6:5",
            'metadata.labels["stigmer.ai/x"]',
            "agent/bot",
        ),
        (
            "  depends_on: [agent/b, agnt/c]\nspec: {instructions: Answer politely.}\n",
            "m/a.yaml:5:25",
            "metadata.depends_on[1]",
            "agent/bot",
        ),
    ],
)
def test_problems_found_after_the_schema_have_places_too(
    rest: str, place: str, path: str, resource: str
) -> None:
    (found,) = read({"a.yaml": agent("bot", rest)}).diagnostics
    assert (str(found.location), found.path, found.resource) == (place, path, resource)


def test_diagnostics_sort_by_place() -> None:
    loaded = read({"b.yaml": "x: 1\n", "a.yaml": agent("a", "spec: {z: 1}\n")})
    ordered: list[Diagnostic] = sorted(loaded.diagnostics, key=lambda each: each.sort_key)
    assert [each.code for each in ordered] == ["schema.required", "schema.unknown", "manifest.stranger"]


def test_of_a_document_with_very_many_mistakes_the_first_are_told() -> None:
    fields = "".join(f"  zz{number}: 1\n" for number in range(2000))
    labels = "".join(f"    stigmer.ai/{number}: x\n" for number in range(2000))
    loaded = read(
        {
            "a.yaml": agent("a", "spec:\n  instructions: Answer politely.\n" + fields),
            "b.yaml": agent("b", "  labels:\n" + labels + "spec: {instructions: Answer politely.}\n"),
        }
    )
    assert len(loaded.diagnostics) == 100
    assert [
        each.message.endswith("; what else is wrong here is not told") for each in loaded.diagnostics[48:51]
    ] == [
        False,
        True,
        False,
    ]
