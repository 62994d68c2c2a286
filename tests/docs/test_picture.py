# SPDX-License-Identifier: Apache-2.0
"""Pictures of a terminal show what was printed, in its colours."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tools.picture import main, spans, svg

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"


def lines_of(picture: str) -> list[str]:
    """The text of each line that a picture shows."""
    return ["".join(line.itertext()) for line in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def test_a_text_is_drawn_line_by_line_with_nothing_lost() -> None:
    assert lines_of(svg("a <b> & \x1b[31mred\x1b[0m\n\n  indented\n")) == ["a <b> & red", "", "  indented"]


def test_a_piece_has_the_style_that_was_on_when_it_was_printed() -> None:
    assert list(spans("plain \x1b[1mbold\x1b[0m \x1b[2Kplain")) == [
        ("plain ", ""),
        ("bold", "font-weight:bold"),
        (" ", ""),
        ("plain", ""),
    ]


def test_a_command_finds_a_terminal_and_is_drawn(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "picture.svg"
    assert main([str(target), "sh", "-c", "test -t 1 && echo seen"]) == 0
    assert lines_of(target.read_text())[1:] == ["seen"]
    assert "seen" in capfd.readouterr().out


@pytest.mark.parametrize("picture", sorted((ROOT / "docs/images").glob("*.svg")), ids=lambda path: path.name)
def test_the_pictures_of_the_documentation_are_whole(picture: Path) -> None:
    lines = lines_of(picture.read_text("utf-8"))
    assert lines[0].startswith("$ stigmer ")
    assert lines[-1].startswith("Plan: ")
