# SPDX-License-Identifier: Apache-2.0
"""No mistake makes `validate` repeat what may be a secret: values that nobody marked, or not yet, since the manifest is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stigmer.cli.console import Style
from tests.mistakes.running import command_line, in_directory
from tests.mistakes.table import Case, cases, write_files, wrong_files

CANARY = "Zq7Kanarienvogel9xWv"  # secret-scan: allow

# Plain and quoted scalars that stand where a value does: in an environment, in what a secret's name says, in an address.
_VALUE = re.compile(
    r"""(?<![\w$])(?P<key>(?:value|default|token|password|client_secret|[A-Z_]*(?:TOKEN|KEY|PASSWORD)):[ ]+)"""
    r"""(?:"[^"\n]*"|'[^'\n]*'|[^\s"'{}\[\]&*!|>#][^\n,}#]*)"""
)
_PASSWORD = re.compile(r"(?<=://)[\w.-]+:[^\s/@]+(?=@)")

HEAD = "apiVersion: agentic.stigmer.ai/v1\nkind: Environment\nmetadata: {name: keys}\nspec:\n  data:\n"
PLACES = {
    "the value of a secret": "    TOKEN:\n      is_secret: true\n      value: %s\n",
    "the value of what is not said to be one": "    TOKEN:\n      value: %s\n",
    "a source": "    TOKEN:\n      is_secret: true\n      value_from: %s\n",
    "a source in one line": "    TOKEN: {is_secret: true, value_from: {age: %s}}\n",
    "an entry": "    TOKEN: %s\n",
    "a value in one line": "    TOKEN: {is_secret: true, value: %s}\n",
}
SHAPES = (
    "@", "*@", "&@", "&@ x", "!@ x", "!!@ x", "!!str@ x", "!<tag:@> x", "\x01@", "`@", "%%@", "@: a: b", "- @", "- - @",
    "{@}", "{@: 1}", "{@: {a: 1}}", "{@: @}", "[@]", "[[@]]", "[@", "{@", "'@", '"@', '"@\\q"', '"\\@"', "'@' x", "a: @", "? @",
    "|\n@", "|@", ">@", "|\n      @\n     @", "\n  @", "\n      @\n  @", "{<<: @}", "{file: @}", "{value: @}", "{env: @-@}", "{keyring: @}",
    "{runner: @}", "{age: @}", "{secretKeyRef: @}", "${.secrets.@}", "@ # @", "null @", "2024-01-01@", "https://a:@@example.com/",
    "|\n  -----@-----\n  @", "{{@}}", "{{ @ }}", "<@>",
)  # fmt: skip


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal, on which lines of the source are shown too."""
    monkeypatch.setattr(Style, "of", lambda stream: Style(True))


def with_canaries(content: bytes) -> bytes:
    text = content.decode("utf-8", "surrogateescape")
    if "$delete" in text:  # what is taken away from a list is named by its value
        return content
    text = _PASSWORD.sub(f"me:{CANARY}", _VALUE.sub(rf"\g<key>{CANARY}", text))
    return text.encode("utf-8", "surrogateescape")


def planted(case: Case) -> dict[str, bytes]:
    """The files of a case that hold values, with canaries in their place."""
    files = {name: each for name, each in wrong_files(case).items() if isinstance(each, bytes)}
    return {
        name: made
        for name, each in files.items()
        if (made := with_canaries(each)) != each and len(each) < 100_000
    }


CASES = [case for case in cases() if planted(case)]


def test_many_mistakes_stand_beside_values() -> None:
    assert len(CASES) > 60


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.topic}: {case.title}")
def test_a_mistake_beside_a_value_does_not_repeat_it(case: Case, tmp_path: Path) -> None:
    directory = tmp_path / "work"
    directory.mkdir()
    write_files({**wrong_files(case), **planted(case)}, directory)
    _, said = in_directory(directory, command_line(directory, case.arguments))
    assert said
    assert CANARY not in said


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("place", PLACES)
def test_a_value_in_whatever_shape_is_not_repeated(place: str, tmp_path: Path) -> None:
    directory = tmp_path / "work"
    directory.mkdir()
    told = {}
    for shape in SHAPES:
        manifest = HEAD + PLACES[place] % shape.replace("%%", "%").replace("@", CANARY)
        (directory / "keys.yaml").write_text(manifest)
        _, told[shape] = in_directory(directory, ["validate", "--strict", "-f", "."])
    assert {shape: said for shape, said in told.items() if CANARY in said} == {}


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(
    "said",
    ["bearer: @", "@", "{basic: @}", "{basic: [@]}", "{bearer: {token: {a: @}}}", "{oauth2: {scopes: @, client_secret: 7@}}"],
)  # fmt: skip
def test_what_a_request_signs_in_with_is_not_repeated(said: str, tmp_path: Path) -> None:
    directory = tmp_path / "work"
    directory.mkdir()
    said = f"{{{said}}}" if said.startswith("bearer") else said
    (directory / "flow.yaml").write_text(
        "apiVersion: agentic.stigmer.ai/v1\nkind: Workflow\nmetadata: {name: flow}\nspec:\n"
        "  document: {dsl: 1.0.0, namespace: a, name: flow, version: 1.0.0}\n"
        "  tasks:\n  - name: ask\n    http_call:\n      method: GET\n      endpoint:\n"
        f"        uri: https://example.com/\n        authentication: {said.replace('@', CANARY)}\n"
    )
    _, told = in_directory(directory, ["validate", "-f", "."])
    assert "error" in told
    assert CANARY not in told
