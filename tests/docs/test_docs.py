# SPDX-License-Identifier: Apache-2.0
"""What the documentation says can be followed: links lead somewhere, manifests are valid, every error code is explained."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from stigmer.errors import Severity
from stigmer.manifests.load import LoadOptions, load_sources
from stigmer.manifests.source import Source

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("README.md")],
    key=lambda page: page.relative_to(ROOT).as_posix(),
)
ERRORS_PAGE = ROOT / "docs/reference/errors.md"

# Strings of the program that look like a code and are file names, modules, domains or field paths.
NO_CODES = re.compile(
    r".+\.(yaml|db|ai|alt|json)|(master|admin)\.key|metadata\.(set|name|id)|(spec|status)\..+|backends\..+"
)

_FENCE = re.compile(r"^( *)(`{3,}|~{3,})([^\n`]*)\n(.*?)^\1\2 *$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")


def page_id(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def links(page: Path) -> Iterator[str]:
    """Where the page's prose links to; code is left out."""
    prose = re.sub(r"`[^`\n]*`", "`code`", _FENCE.sub("", page.read_text("utf-8")))
    return (first or second for first, second in _LINK.findall(prose))


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings get where it is shown."""
    headings = re.findall(r"^#+ +(.+?) *$", _FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_links_lead_somewhere(page: Path) -> None:
    dead = []
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=page_id)
def test_manifests_in_the_text_are_valid(page: Path, tmp_path: Path) -> None:
    """A fenced manifest may name texts in files, which only the reader of the page has; the rest is checked as a file would be."""
    text = page.read_text("utf-8")
    for fence in _FENCE.finditer(text):
        _, _, language, content = fence.groups()
        if language.strip() != "yaml" or not content.lstrip().startswith("apiVersion:"):
            continue
        for name in re.findall(r"file: (\./[\w./-]+\.md)", content):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("A text that is long enough for any field.\n")
        line = text.count("\n", 0, fence.start()) + 1
        source = Source(f"{page_id(page)}:{line}", content.encode(), str(tmp_path), str(tmp_path), named=True)
        loaded = load_sources([source], LoadOptions())
        wrong = [str(each) for each in loaded.diagnostics if each.severity is Severity.ERROR]
        assert wrong == []
        assert loaded.documents > 0


def codes_of_the_program() -> dict[str, str]:
    """Every string of the program that is a diagnostic's code, with a file that has it."""
    found = {}
    for file in sorted((ROOT / "stigmer").rglob("*.py")):
        if "_gen" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                code = node.value
                if re.fullmatch(r"[a-z]+\.[a-z_]+", code) and not NO_CODES.fullmatch(code):
                    found[code] = file.relative_to(ROOT).as_posix()
    return found


def codes_of_the_page() -> set[str]:
    """The codes in the first cells of the tables."""
    cells = re.findall(r"^\| ([^|]+) \|", ERRORS_PAGE.read_text("utf-8"), re.MULTILINE)
    return {code for cell in cells for code in re.findall(r"`([a-z]+\.[a-z_]+)`", cell)}


def test_every_code_is_explained() -> None:
    """A new code gets a row in docs/reference/errors.md; a string that only looks like one, a place in NO_CODES above."""
    missing = {code: file for code, file in codes_of_the_program().items() if code not in codes_of_the_page()}
    assert missing == {}


def test_every_code_that_is_explained_exists() -> None:
    assert codes_of_the_page() - codes_of_the_program().keys() == set()
