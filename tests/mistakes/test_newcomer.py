# SPDX-License-Identifier: Apache-2.0
"""A newcomer gets a project, makes a mistake, does what the hint says and nothing else, and everything is valid again.

Ten mistakes are drawn by a seed; `NEWCOMER_SEED=7 pytest tests/mistakes/test_newcomer.py` draws others.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.mistakes.mending import mended, parse
from tests.mistakes.newcomers import Mistake, drawn, mistakes
from tests.mistakes.running import in_directory

SEED = int(os.environ.get("NEWCOMER_SEED", "20261122"))
TEN = 10
_SAID = re.compile(
    r"^(?P<file>[^\n:]+):(?P<line>\d+):(?P<column>\d+): error: .*\n(?:  hint: (?P<hint>.*)\n)?", re.MULTILINE
)


def new_project(directory: Path) -> dict[str, str]:
    """A project in a directory of its own; its manifests by the names of their files."""
    directory.mkdir()
    status, out = in_directory(directory, ["new", "project"])
    assert status == 0, out
    return {
        path.relative_to(directory).as_posix(): path.read_text("utf-8")
        for path in sorted(directory.glob("manifests/**/*.yaml"))
    }


def project_to_draw_from() -> dict[str, str]:
    """The manifests of a new project, for the drawing alone."""
    from stigmer.cli.starter import project_files

    return {
        name: text
        for name, text in project_files("shop", None).items()
        if name.startswith("manifests/") and name.endswith(".yaml")
    }


@pytest.mark.parametrize(
    "mistake", drawn(project_to_draw_from(), SEED, TEN), ids=lambda mistake: mistake.kind
)
def test_one_edit_mends_a_mistake(mistake: Mistake, tmp_path: Path) -> None:
    print(f"seed {SEED}: {mistake.kind} in {mistake.place}")
    directory = tmp_path / "shop"
    project = new_project(directory)
    assert project[mistake.file] != mistake.text
    (directory / mistake.file).write_text(mistake.text, "utf-8")

    status, out = in_directory(directory, ["validate", "--strict"])
    print(out)
    assert status == 3
    followable = [said for said in _SAID.finditer(out) if parse(said["hint"]) is not None]
    assert followable, "nothing that is said can be followed"

    said = followable[0]
    path = directory / said["file"]
    text = mended(path.read_text("utf-8"), int(said["line"]), int(said["column"]), said["hint"])
    path.write_text(text, "utf-8")

    status, out = in_directory(directory, ["validate", "--strict"])
    assert (status, out.splitlines()[-1].endswith("all valid")) == (0, True), out


def test_every_kind_of_mistake_can_be_made() -> None:
    assert [kind for kind, found in mistakes(project_to_draw_from()).items() if not found] == []


def test_a_new_project_is_valid(tmp_path: Path) -> None:
    new_project(tmp_path / "shop")
    assert in_directory(tmp_path / "shop", ["validate", "--strict"])[0] == 0
