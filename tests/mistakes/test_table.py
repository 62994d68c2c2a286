# SPDX-License-Identifier: Apache-2.0
"""Every mistake of the table is told by its code, at its place, in its words, and alone; and a hint that can be followed mends it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from stigmer.codes import codes
from tests.mistakes import update
from tests.mistakes.mending import mended, parse
from tests.mistakes.running import Told, command_line, in_directory, validate
from tests.mistakes.table import (
    Case,
    base_files,
    base_names,
    cases,
    examples,
    topics,
    write_files,
    wrong_files,
)

# What `validate` can say and no edit of a file shows, each with the reason.
BEYOND_THE_TABLE = {
    "bug": "nobody knows how to make one",
    "settings.unreadable": "it takes a file that may not be read, and root may read all",
    "target.unknown": "a mistake on the command line",
    "usage.arguments": "a mistake on the command line",
    "usage.command": "a mistake on the command line",
    "usage.ignore_file": "a mistake in .stigmerignore, which has no place in a line",
    "usage.nothing_to_read": "a mistake on the command line",
}
# Groups of codes, by how they begin, that take a backend or another command.
OF_OTHER_COMMANDS = (
    "access.", "backend.", "backup.", "change.", "config.", "context.", "delete.", "execution.", "export.", "field.", "home.", "lifecycle.",
    "plan.", "prune.", "rename.", "resource.", "restore.", "revision.", "rollback.", "set.", "version.",
)  # fmt: skip
OTHERS_OF_OTHER_COMMANDS = {
    "reference.missing": "takes a backend",
    "skill.version": "takes a backend, or a skill's history",
    "graph.projects": "said by `apply --all`",
    "interrupted": "said of a signal",
    "layout.unsafe": "said by `fmt`",
    "policy.refused": "said of a plan",
    "policy.unanswered": "said of a plan",
    "project.inside": "said by `apply --all`",
    "project.namesake": "said by `apply --all`",
    "project.exists": "said by `new`",
    "explain.field": "said by `explain`",
    "secret.unresolved": "said by `diff` and `apply`",
    "secret.missing": "said by `apply`",
    "placeholder.missing": "said to a runner",
    "placeholder.wrong_kind": "said to a runner",
    "placeholder.source": "said to a runner",
    "placeholder.key": "said to a runner",
    "sops.mac": "said by `diff` and `apply`, which open the file",
    "secret.damaged": "said by `diff` and `apply`",
    "secret.identity_exposed": "said by `diff` and `apply`",
    "secret.unknown": "said by `secrets seal` and `secrets unseal`",
    "seal.recipients": "said by `secrets seal`",
    "seal.value": "said by `secrets seal`",
    "seal.in_place": "said by `secrets seal` and `secrets unseal`",
    "secret.on_runner": "said by `secrets set`",
    "secret.undone": "said by `secrets set`",
    "usage.confirmation": "said by `rollback`",
    "usage.kind": "said of an argument",
    "usage.label": "said of an argument",
    "usage.name": "said of an argument",
    "usage.resource": "said of an argument",
    "usage.master_key": "said by `init`",
    "usage.nothing_to_delete": "said by `delete`",
    "usage.passphrase": "said by `backup` and `restore`",
    "usage.allow": "a mistake in a variable",
    "usage.secret": "said by `secrets set`",
    "usage.version": "said of an argument",
}


def by_title(case: Case) -> str:
    return f"{case.topic}: {case.title}"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An empty directory, with room beside it for what leads out of it."""
    path = tmp_path / "work"
    path.mkdir()
    return path


@pytest.mark.parametrize("name", base_names())
def test_a_base_is_valid_and_silent(name: str, directory: Path) -> None:
    write_files(dict(base_files(name)), directory)
    assert validate(directory, ["--strict"]) == []


@pytest.mark.parametrize("case", cases(), ids=by_title)
def test_a_mistake_is_told_in_these_words_and_alone(case: Case, directory: Path) -> None:
    write_files(wrong_files(case), directory)
    said = validate(directory, case.arguments)
    assert case.expected is not None, "python -m tests.mistakes.update writes what is expected"
    expected = Told(
        case.expected.severity,
        case.code,
        case.expected.message,
        case.expected.hint,
        case.expected.file,
        case.expected.line,
        case.expected.column,
    )
    assert expected in said
    assert Counter(each.code for each in said) == Counter([case.code, *case.also])


@pytest.mark.parametrize("case", cases(), ids=by_title)
def test_the_exit_status_tells_an_error_from_a_warning(case: Case, directory: Path) -> None:
    write_files(wrong_files(case), directory)
    said = validate(directory, case.arguments)
    wrong = any(each.severity == "error" for each in said)
    status, out = in_directory(directory, command_line(directory, case.arguments))
    assert status in ((2, 3) if wrong else (0,))
    assert f"[{case.code}]" in out


def mendable() -> list[Case]:
    """The cases whose hint can be followed to the letter."""
    return [case for case in cases() if case.expected is not None and parse(case.expected.hint) is not None]


@pytest.mark.parametrize("case", mendable(), ids=by_title)
def test_a_hint_that_can_be_followed_mends(case: Case, directory: Path) -> None:
    expected = case.expected
    assert expected is not None
    assert (expected.file, expected.line, expected.column) != (None, None, None)
    write_files(wrong_files(case), directory)
    path = directory / (expected.file or "")
    text = path.read_text("utf-8")
    path.write_text(mended(text, expected.line or 1, expected.column or 1, expected.hint or ""), "utf-8")
    left = validate(directory, case.arguments)
    assert (case.code, expected.message) not in {(each.code, each.message) for each in left}
    place = (expected.file, expected.line, expected.column)
    assert place not in {(each.file, each.line, each.column) for each in left if each.severity == "error"}


def test_many_hints_can_be_followed() -> None:
    assert len(mendable()) >= 250


def test_there_are_as_many_as_the_readme_says() -> None:
    assert len(cases()) > 500


def test_titles_are_unique() -> None:
    assert [title for title, times in Counter(case.title for case in cases()).items() if times > 1] == []


@pytest.mark.parametrize("path", topics(), ids=lambda path: path.stem)
def test_the_updater_has_nothing_to_change(path: Path) -> None:
    text, changed = update.updated(path)
    assert changed == []
    assert text == path.read_text("utf-8")


def test_every_code_that_validate_can_give_has_a_case() -> None:
    outside = BEYOND_THE_TABLE.keys() | OTHERS_OF_OTHER_COMMANDS.keys()
    expected = {
        name
        for name, code in codes().items()
        if name not in outside and not name.startswith(OF_OTHER_COMMANDS) and code.exit != "7"
    }
    assert expected - {case.code for case in cases()} == set()


def test_the_page_shows_a_mistake_of_each_code() -> None:
    too_long_to_show = {"yaml.depth", "yaml.size"}
    assert {case.code for case in cases() if not examples(case.code)} == too_long_to_show


def test_every_code_of_the_table_is_known() -> None:
    assert {code for case in cases() for code in (case.code, *case.also)} <= codes().keys()
