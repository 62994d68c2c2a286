# SPDX-License-Identifier: Apache-2.0
"""The lines of the source below a diagnostic: what is meant is underlined, and no line that may hold a secret is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from stigmer.cli.console import Style
from stigmer.cli.excerpt import excerpt
from stigmer.errors import Location


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "it.yaml"


def lines(file: Path, text: str, line: int, column: int) -> list[str]:
    file.write_text(text, "utf-8", newline="")
    # One after another in a file of one name; a run of the program reads it once.
    excerpt.__globals__["_lines"].cache_clear()
    return excerpt(Location(str(file), line, column), Style())


@pytest.mark.parametrize(
    ("line", "column", "marked"),
    [
        ("  temprature: 1", 3, "temprature"),
        ("  name: Support Bot", 9, "Support Bot"),
        ("  name: Support Bot # a comment", 9, "Support Bot"),
        ('  title: "a \\" b" # c', 10, '"a \\" b"'),
        ("  title: 'it''s' # c", 10, "'it''s'"),
        ("  model: {nme: x, b: 1}", 11, "nme"),
        ("  model: {name: x, b: 1}", 17, "x"),
        ("  model: {name: x, b: 1}", 10, "{name: x, b: 1}"),
        ("  args: [a, b c, d]", 13, "b c"),
        ("  args: [a, [b, c], d]", 13, "[b, c]"),
        ("  - A B", 5, "A B"),
        ("  url: http://x.example/y", 8, "http://x.example/y"),
        ("- stdio:", 3, "stdio"),
        ("  title: 'open", 10, "'open"),
        ("  empty:", 9, " "),
        ("  far: 1", 40, " "),
    ],
)
def test_the_whole_key_or_value_is_underlined(file: Path, line: str, column: int, marked: str) -> None:
    shown, marks = lines(file, line + "\n", 1, column)
    assert shown == "    1 | " + line
    at = min(column - 1, len(line))
    assert marks == " " * (8 + at) + "^" * len(marked)
    assert line[at : at + len(marked)] == marked.strip()


@pytest.mark.parametrize(
    ("line", "column", "marks"),
    [
        ("日本: x y", 5, "      ^^^"),
        ("a: {日本: x, b: 日}", 15, "                ^^"),
        ("e\u0301: x", 5, "   ^"),
        ("\ta: b", 2, "\t^"),
        ("a:\tb: c", 4, "  \t^"),
        ("😀: @", 4, "    ^"),
    ],
)
def test_the_underline_is_below_what_it_marks(file: Path, line: str, column: int, marks: str) -> None:
    assert lines(file, line + "\n", 1, column)[-1] == "        " + marks


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_line_above_tells_where_one_is(file: Path, end: str) -> None:
    text = end.join(
        ["\ufeffkind: Agent", "metadata:", "  nam: x", "", "  y: 1", "---", "z: 1", "# c", "v: 1"]
    )
    assert lines(file, text, 3, 3) == ["    2 | metadata:", "    3 |   nam: x", "          ^^^"]
    assert lines(file, text, 1, 1) == ["    1 | kind: Agent", "        ^^^^"]
    assert len(lines(file, text, 5, 3)) == 2
    assert len(lines(file, text, 7, 1)) == 2
    assert len(lines(file, text, 9, 1)) == 2


@pytest.mark.parametrize(("line", "column"), [(0, 1), (9, 1), (1, 0), (1, 999), (2, 1), (-1, -1)])
def test_a_place_that_is_not_there_is_no_trouble(file: Path, line: int, column: int) -> None:
    assert len(lines(file, "a: 1\n\n", line, column)) in (0, 2)


def test_a_file_that_is_not_there_or_no_text_is_no_trouble(file: Path) -> None:
    assert excerpt(Location(str(file)), Style()) == []
    file.write_bytes(b"a: \xff\n")
    assert excerpt(Location(str(file)), Style()) == []
    assert excerpt(Location("<stdin>"), Style()) == []
    assert excerpt(Location("a\0b"), Style()) == []


@pytest.mark.parametrize(
    "text",
    [
        "value: hunter2",
        "password: hunter2",
        "- value: hunter2",
        "api_key: 'hunter2'",
        "TOKEN: hunter2",
        "DSN: hunter2",
        "data:\n  dsn: hunter2",
        "data: {dsn: hunter2}",
        "spec: {data: {DSN: {value: hunter2}}}",
        "spec: {data: {dsn: hunter2}}",
        "headers:\n  X-Custom: hunter2",
        "runtime_env:\n  A:\n    valu: hunter2",
        "TOKEN:\n  secert: hunter2",
        "value: |\n  user: hunter2",
        "value: |\n  user:\n    - hunter2",
        "A:\n  value: >-\n    x\n    hunter2",
        "value:\n  - hunter2",
        "value:\n  hunter2: x",
        "value:\n\tuser: hunter2",
        "DSN: |\n\tuser: hunter2",
        'value: "x\n  user: hunter2"',
        "value: x\n  user: hunter2",
        "DSN: [x,\n  hunter2]",
        "stuff\nhunter2",
        "-----BEGIN X-----\nhunter2",
        "args:\n  - --token=hunter2",
        "args: [--api-key, hunter2]",
        "# token: hunter2",
        "x: 1 # token hunter2",
        "http_call: {method: GET, header: {X: hunter2}}",
        "authentication:\n  basic:\n    password: hunter2",
        "stringData:\n  a: hunter2",
    ],
)
def test_a_line_that_may_hold_a_secret_is_not_shown(file: Path, text: str) -> None:
    rows = text.split("\n")
    for number in range(1, len(rows) + 2):
        for column in (1, 3, 8):
            assert "hunter2" not in "".join(lines(file, f"{text}\nz: 1\n", number, column))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("kind: ApiKey", 1),
        ("name: my-token", 1),
        ("max_tokens: 0", 1),
        ("TOKEN:", 1),
        ("TOKEN:\n  is_secret: yes", 2),
        ("TOKEN:\n  value_from:\n    evn: X", 3),
        ("api_keys:\n  - a", 1),
        ("skill_refs:\n  - A B", 2),
        ("mcp_servers:\n  - stdio: {command: x}", 2),
        ("mcp_servers:\n  - nme: x\n    stdio: {command: x}", 2),
        ("model: {name: x}", 1),
    ],
)
def test_a_line_that_only_sounds_like_a_secret_is_shown(file: Path, text: str, line: int) -> None:
    assert lines(file, text + "\n", line, 1)[-2:-1] == [f"{line:>5} | " + text.split("\n")[line - 1]]
