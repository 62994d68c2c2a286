# SPDX-License-Identifier: Apache-2.0
"""The canary campaign, and the proof that it would see builds that leak."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from stigmer.cli.app import command_lines, program
from tests.campaigns.canaries import campaign, import_everything, is_found
from tests.campaigns.canary_stage import Stage, planted
from tests.campaigns.canary_steps import steps
from tests.campaigns.canary_values import Search, canaries, spellings

# Each leaks in another way: into what is said, into the database, into a file of its own, into a report.
LEAKS = (
    "a log of what is read",
    "values stored in clear",
    "a cache in base64",
    "fingerprints without a key",
    "reports with variables",
)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    made = Stage(tmp_path, random.Random(1))
    planted(made)
    return made


def test_no_canary_is_found() -> None:
    *_, report = campaign(random.randrange(2**32))
    print(report)
    assert report.found == []
    assert report.astray == []


@pytest.mark.parametrize("leak", LEAKS)
def test_a_build_that_leaks_is_found_out(leak: str) -> None:
    assert is_found(random.randrange(2**32), leak).found


def test_every_command_and_every_form_of_output_is_gone_through(stage: Stage) -> None:
    taken = [step.words for step in steps(stage)]
    missing = []
    for words in command_lines():
        default, forms = _forms(words)
        mine = [each for each in taken if each[: len(words)] == words]
        gone = {each[each.index("-o") + 1] if "-o" in each else default for each in mine}
        missing += [(*words, form) for form in forms if form not in gone]
    assert missing == []


def _forms(words: tuple[str, ...]) -> tuple[str | None, list[str | None]]:
    """The form that a command's result has where `-o` is not given, and all that it may have; None where there is no `-o`."""
    command = program()
    with command.make_context("stigmer", [], resilient_parsing=True) as context:
        for word in words:
            command = command.get_command(context, word)
    for each in command.params:
        if each.name == "output":
            return str(each.default.value), [
                str(getattr(choice, "value", choice)) for choice in each.type.choices
            ]
    return None, [None]


@pytest.mark.parametrize("shape", [shape for shape in canaries("", random.Random(0)) if shape != "keyword"])
def test_a_canary_is_found_in_every_spelling(shape: str) -> None:
    canary = canaries("a", random.Random(2))[shape]
    search = Search()
    search.add([canary])
    for mark in canary.marks:
        for spelling, written in spellings(mark):
            for around in (b"%b", b"x" * 70_000 + b"%b" + b"y" * 70_000, b'{"a": "%b"}'):
                assert list(search.in_bytes(around % written, "a file")), spelling
    assert list(search.in_bytes(b"x" * 200_000, "a file")) == []


@pytest.mark.parametrize("before", range(4))
def test_a_canary_is_found_in_a_longer_base64_text(before: int) -> None:
    import base64

    canary = canaries("a", random.Random(3))["pem"]
    search = Search()
    search.add([canary])
    whole = base64.b64encode(b"y" * before + canary.value.encode() + b"z")
    assert [each.spelling for each in search.in_bytes(whole, "a file")] == ["base64"]


@pytest.fixture(autouse=True, scope="module")
def everything() -> None:
    import_everything()
