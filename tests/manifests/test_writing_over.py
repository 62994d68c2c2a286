# SPDX-License-Identifier: Apache-2.0
"""A live body written over the manifest that declares it: what changes in the text, and what does not."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from stigmer.manifests.load import LoadOptions, load_sources
from stigmer.manifests.source import Source
from stigmer.manifests.writing_over.overwriting import Overwriting

BOT = """\
# The bot of the shop
---
apiVersion: agentic.stigmer.ai/v1
kind: Agent
metadata:
  name: bot        # never rename
  labels: {team: "support", tier: 'gold'}   # owned
  depends_on: [McpServer/github]

  annotations:
    # why it is so
    note: old   # beside

    # what else
    other: "x"
spec:
  # Keep it short.
  instructions: |   # the text
    Answer every question kindly.

    Be short.

  model:
    provider: anthropic
    # Cold, since answers must not vary.
    temperature: 0.2
    name: "claude"
  mcp_servers:
  # the code
  - ref: {name: github, org: default}   # long form
    enabled_tools:
    - b_tool  # b
    # about a
    - a_tool
  # the web
  - name: web
    http: {url: "https://x.example.com", timeout_seconds: 5}
  skill_refs: [return-policy@stable, other]
"""
ENVIRONMENT = """\
apiVersion: agentic.stigmer.ai/v1
kind: Environment
metadata: {name: keys}
spec:
  data:
    TOKEN: {value_from: {env: TOKEN}}  # from the pipeline
    PLAIN: {value: "1"}
"""
Change = Callable[[dict[str, Any]], object]


def over(text: str, change: Change, directory: Path, files: dict[str, str] | None = None) -> Overwriting:
    for name, content in (files or {}).items():
        (directory / name).write_text(content)
    path = directory / "m.yaml"
    path.write_bytes(text.encode())
    source = Source(str(path), text.encode(), str(directory), str(directory), named=True)
    loaded = load_sources([source], LoadOptions())
    assert loaded.diagnostics == ()
    made = Overwriting(loaded.manifests, "default")
    for manifest in loaded.manifests:
        body = deepcopy(dict(manifest.resource.body))
        change(body)
        made.put(manifest, body)
    return made


def changes(text: str, change: Change, directory: Path) -> list[str]:
    """The lines that go and come."""
    made = over(text, change, directory)
    (file,) = made.files()
    assert made.failures == []
    lines = difflib.ndiff(text.splitlines(), file.data.decode().splitlines())
    return [line for line in lines if line[0] in "+-"]


def put(path: str, value: object) -> Change:
    def change(body: dict[str, Any]) -> None:
        holder: Any = body
        *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
        for step in steps:
            holder = holder[step]
        if value is None:
            del holder[last]
        elif isinstance(holder, list):
            holder.insert(int(last), value)
        else:
            holder[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (put("spec/model/name", "x"), ['-     name: "claude"', '+     name: "x"']),
        (put("metadata/labels/tier", "iron"), [
            "-   labels: {team: \"support\", tier: 'gold'}   # owned",
            "+   labels: {team: \"support\", tier: 'iron'}   # owned",
        ]),
        (put("metadata/labels/x", "yes"), [
            "-   labels: {team: \"support\", tier: 'gold'}   # owned",
            "+   labels: {team: \"support\", tier: 'gold', x: \"yes\"}   # owned",
        ]),
        (put("metadata/title", "Bot"), ["+   title: Bot"]),
        (put("metadata/annotations/note", None), ["-     # why it is so", "-     note: old   # beside", "- "]),
        (put("metadata/annotations/note", "two\nlines"), [
            "-     note: old   # beside",
            "+     note: |-   # beside",
            "+       two",
            "+       lines",
        ]),
        (put("spec/model/temperature", None), [
            "-     # Cold, since answers must not vary.",
            "-     temperature: 0.2",
        ]),
        (put("spec/instructions", "Answer.\n\nBe long.\n"), [
            "-   instructions: |   # the text",
            "+   instructions: |  # the text",
            "-     Answer every question kindly.",
            "+     Answer.",
            "-     Be short.",
            "+     Be long.",
        ]),
        (put("spec/mcp_servers/0/enabled_tools", ["a_tool", "c_tool"]), [
            "-     - b_tool  # b",
            "+     - c_tool",
        ]),
        (put("spec/mcp_servers/0/ref/name", "gitlab"), [
            "-   - ref: {name: github, org: default}   # long form",
            "+   - ref: {name: gitlab, org: default}   # long form",
        ]),
        (put("spec/skill_refs/2", {"name": "third", "org": "acme"}), [
            "-   skill_refs: [return-policy@stable, other]",
            "+   skill_refs: [return-policy@stable, other, acme/third]",
        ]),
        (put("spec/mcp_servers/1", {"name": "new", "http": {"url": "https://y.example"}}), [
            "+   - name: new",
            "+     http:",
            "+       url: https://y.example",
        ]),
        (put("spec/mcp_servers/0", None), [
            "-   # the code",
            "-   - ref: {name: github, org: default}   # long form",
            "-     enabled_tools:",
            "-     - b_tool  # b",
            "-     # about a",
            "-     - a_tool",
        ]),
        (put("metadata/depends_on/1", "skill/other"), [
            "-   depends_on: [McpServer/github]",
            "+   depends_on: [McpServer/github, skill/other]",
        ]),
        (put("metadata/annotations", None), [
            "- ",
            "-   annotations:",
            "-     # why it is so",
            "-     note: old   # beside",
            "- ",
            "-     # what else",
            '-     other: "x"',
        ]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_only_what_differs_changes(change: Change, expected: list[str], end: str, tmp_path: Path) -> None:
    assert changes(BOT.replace("\n", end), change, tmp_path) == expected
    made = over(BOT.replace("\n", end), change, tmp_path).files()[0].data
    assert made.count(b"\r\n") == (made.count(b"\n") if end == "\r\n" else 0)


def test_an_item_that_moved_takes_its_comments_along(tmp_path: Path) -> None:
    (file,) = over(BOT, lambda body: body["spec"]["mcp_servers"].reverse(), tmp_path).files()
    text = file.data.decode()
    assert sorted(text.splitlines()) == sorted(BOT.splitlines())
    assert text.index("# the web\n  - name: web\n    http: {") < text.index("# the code\n  - ref: ")


def test_a_body_that_is_said_already_is_nothing_to_write(tmp_path: Path) -> None:
    made = over(BOT, lambda body: None, tmp_path)
    assert (made.files(), made.failures) == ([], [])


def test_labels_of_the_system_and_fingerprints_are_nothing_to_write(tmp_path: Path) -> None:
    def change(body: dict[str, Any]) -> None:
        body["metadata"]["labels"] = {"stigmer.ai/default-of": "x"}
        body["spec"]["data"]["TOKEN"]["fingerprint"] = "0" * 64

    assert over(ENVIRONMENT, change, tmp_path).files() == []


def test_the_source_of_a_secret_stays_where_its_description_changes(tmp_path: Path) -> None:
    change = put("spec/data/TOKEN/description", "for the bot")
    assert changes(ENVIRONMENT, change, tmp_path) == [
        "-     TOKEN: {value_from: {env: TOKEN}}  # from the pipeline",
        "+     TOKEN: {description: for the bot, value_from: {env: TOKEN}}  # from the pipeline",
    ]


def test_a_new_secret_is_kept_in_the_backend(tmp_path: Path) -> None:
    change = put("spec/data/NEW", {"is_secret": True, "fingerprint": "1a2b3c4d" + "0" * 56})
    assert changes(ENVIRONMENT, change, tmp_path) == [
        "+     NEW:",
        "+       is_secret: true",
        "+       # kept in the backend, fingerprint 1a2b3c4d",
    ]


def test_what_became_a_secret_is_none_in_clear_any_more(tmp_path: Path) -> None:
    change = put("spec/data/PLAIN", {"is_secret": True, "fingerprint": "1a2b3c4d" + "0" * 56})
    assert changes(ENVIRONMENT, change, tmp_path)[0] == '-     PLAIN: {value: "1"}'


def test_another_document_of_the_file_stays(tmp_path: Path) -> None:
    def change(body: dict[str, Any]) -> None:
        if body["kind"] == "Environment":
            body["spec"]["data"]["PLAIN"]["value"] = "2"

    text = f"{BOT}---\n{ENVIRONMENT}"
    assert changes(text, change, tmp_path) == ['-     PLAIN: {value: "1"}', '+     PLAIN: {value: "2"}']


def test_a_text_of_a_file_goes_there(tmp_path: Path) -> None:
    text = BOT.partition("  instructions")[0] + "  instructions: {file: ./bot.md}\n"
    change = put("spec/instructions", "Another text.\nIn two lines.\n")
    (file,) = over(text, change, tmp_path, {"bot.md": "Ten letters.\r\n"}).files()
    assert (file.path, file.data) == (str(tmp_path / "bot.md"), b"Another text.\r\nIn two lines.\r\n")


def test_what_an_alias_stands_for_cannot_be_changed_in_place(tmp_path: Path) -> None:
    text = ENVIRONMENT.replace("{name: keys}", "{name: keys, labels: &both {a: b}, annotations: *both}")
    made = over(text, put("metadata/labels/a", "c"), tmp_path)
    assert made.files() == []
    (failure,) = made.failures
    assert failure.reason == "more than the difference would change"


def test_the_source_of_a_secret_does_not_go_with_an_alias(tmp_path: Path) -> None:
    text = ENVIRONMENT.replace("TOKEN: {value", "TOKEN: &it {value").replace(
        'PLAIN: {value: "1"}', "OTHER: *it"
    )
    made = over(text, put("spec/data/OTHER/description", "for the bot"), tmp_path)
    assert made.files() == []
    assert made.failures[0].reason == "the source of a secret would be lost"


@pytest.mark.parametrize(
    "value",
    ["", " ", "\n", "\n\n", "a\n\n", "\ta\nb", "a \nb\t\n", "a: # b", "yes", "null", "012", "1e3", "- a", "~",
     "a\r\nb", "\u2028", "x" * 5000, "'\"", "%", "@a", "#", "\\", "a\n  b\n c", " a\nb", "{a}", "[", "\x7f", "😀"],
)  # fmt: skip
@pytest.mark.parametrize(
    "path", ["metadata/labels/team", "metadata/annotations/note", "metadata/annotations/new"]
)
def test_any_text_is_written_so_that_it_reads_the_same(path: str, value: str, tmp_path: Path) -> None:
    made = over(BOT, put(path, value), tmp_path)
    assert len(made.files()) == 1
    assert made.failures == []  # what is made is read again before it is given
