# SPDX-License-Identifier: Apache-2.0
"""What the documentation says can be followed: links lead somewhere, manifests are valid, every error code is explained."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from stigmer.codes import codes, without_links
from stigmer.errors import Severity
from stigmer.manifests.load import LoadOptions, load_sources
from stigmer.manifests.source import Source
from tests.mistakes.table import cases, examples

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("README.md")],
    key=lambda page: page.relative_to(ROOT).as_posix(),
)
ERRORS_PAGE = ROOT / "docs/reference/errors.md"

# Strings of the program that look like a code and are file names, modules, domains or field paths.
NO_CODES = re.compile(
    r".+\.(yaml|db|ai|alt|json|txt)|(master|admin|age)\.key|metadata\.(set|name|id)|(spec|status)\..+|backends\..+|yaml\.schemas"
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


def texts_of_the_program() -> Iterator[tuple[str, str]]:
    """Every string of the program, apart from its table of codes, with the file that has it."""
    for file in sorted((ROOT / "stigmer").rglob("*.py")):
        if "_gen" in file.parts or file.name == "codes.py":
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value, file.relative_to(ROOT).as_posix()


def codes_of_the_program() -> dict[str, str]:
    """Every string of the program that is a diagnostic's code, with a file that has it."""
    return {
        text: file
        for text, file in texts_of_the_program()
        if re.fullmatch(r"[a-z]+\.[a-z_]+", text) and not NO_CODES.fullmatch(text)
    }


def test_the_program_names_no_page() -> None:
    """Whoever has the package alone does not have the pages; `stigmer explain` tells what there is to tell."""
    pages = [page_id(page) for page in PAGES if page.parent != ROOT]
    named = {file: text for text, file in texts_of_the_program() if any(page in text for page in pages)}
    assert named == {}


@pytest.mark.parametrize("name", codes())
def test_what_explain_says_of_a_code_has_no_links(name: str) -> None:
    about = codes()[name]
    for text in (about.means, about.more, about.mend):
        assert re.search(r"\]\(|\.md", without_links(text)) is None


def codes_of_the_page() -> set[str]:
    """The codes in the first cells of the tables, each a link to its section."""
    cells = re.findall(r"^\| ([^|]+) \|", ERRORS_PAGE.read_text("utf-8"), re.MULTILINE)
    return {code for cell in cells for code in re.findall(r"`([a-z]+\.[a-z_]+)`", cell)}


def test_every_code_is_explained() -> None:
    """A new code gets a row in docs/reference/errors.md; a string that only looks like one, a place in NO_CODES above."""
    missing = {code: file for code, file in codes_of_the_program().items() if code not in codes_of_the_page()}
    assert missing == {}


def test_every_code_that_is_explained_exists() -> None:
    assert codes_of_the_page() - codes_of_the_program().keys() == set()


def sections_of_the_page() -> dict[str, str]:
    """The section of each code, by the heading that is the code."""
    parts = re.split(r"^#{2,3} (.+)$", ERRORS_PAGE.read_text("utf-8"), flags=re.MULTILINE)
    headings = [re.fullmatch(r"`(bug|[a-z_]+\.[a-z_]+)`", heading) for heading in parts[1::2]]
    return {found[1]: text for found, text in zip(headings, parts[2::2], strict=True) if found is not None}


def test_every_code_has_a_section() -> None:
    assert codes_of_the_page() - sections_of_the_page().keys() == set()


def test_a_section_shows_mistakes_as_they_are_told() -> None:
    """Every code with a mistake in the table shows one with its message, its hint and, where it was an edit, the mend."""
    sections = sections_of_the_page()
    for case in cases():
        if case in examples(case.code) and case.expected is not None:
            assert f"{case.expected.severity}: {case.expected.message} [{case.code}]\n" in sections[case.code]
            assert f"  hint: {case.expected.hint}\n" in sections[case.code] or case.expected.hint is None
            assert case.edit is None or "```diff\n" in sections[case.code]
