# SPDX-License-Identifier: Apache-2.0
"""`python -m tests.mistakes.update [--check] [TOPIC...]` writes what the program says of each mistake into the table.

Look at the difference before it is committed: it is the words, and the places, that users will see. With `--check` nothing is
written, and the titles of cases that would change are named.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.mistakes.running import Told, validate
from tests.mistakes.table import Case, read_topic, topics, write_files, wrong_files

_EXPECT = re.compile(r"^  expect:.*\n(?:   .*\n)*", re.MULTILINE)


def told(case: Case) -> list[Told]:
    """What the program says of a case."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name, "work")
        directory.mkdir()
        write_files(wrong_files(case), directory)
        return validate(directory, case.arguments)


def expectation(case: Case) -> str | None:
    """The `expect` of a case as the program has it, None where it says nothing of that code."""
    said = next((each for each in told(case) if each.code == case.code), None)
    if said is None:
        return None
    facts = {
        "severity": said.severity if said.severity != "error" else None,
        "file": said.file if said.file != case.file else None,
        "line": said.line,
        "column": said.column,
        "message": said.message,
        "hint": said.hint,
    }
    parts = (f"{key}: {_written(value)}" for key, value in facts.items() if value is not None)
    return f"  expect: {{{', '.join(parts)}}}\n"


def _written(value: str | int) -> str:
    if isinstance(value, str) and re.fullmatch(r"[a-z][\w./-]*", value):
        return value
    return json.dumps(value, ensure_ascii=False)


def updated(path: Path) -> tuple[str, list[str]]:
    """The text of a topic with every expectation as the program has it, and the titles of what changed or found nothing."""
    text, changed, parts = path.read_text("utf-8"), [], []
    for case, part in zip(read_topic(path), _entries(text), strict=False):
        expect = expectation(case)
        if expect is None:
            changed.append(f"{case.title}: nothing is said of {case.code}")
            parts.append(part)
            continue
        body, rest = _split(part)
        new = body + expect + rest
        if new != part:
            changed.append(case.title)
        parts.append(new)
    head = text[: re.search(r"^- ", text, re.MULTILINE).start()]  # type: ignore[union-attr]
    return head + "".join(parts), changed


def _entries(text: str) -> Iterator[str]:
    starts = [found.start() for found in re.finditer(r"^- ", text, re.MULTILINE)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        yield text[start:end]


def _split(entry: str) -> tuple[str, str]:
    """An entry without its expectation: what comes before it, and the blank lines and comments after it."""
    found = _EXPECT.search(entry)
    if found is not None:
        return entry[: found.start()], entry[found.end() :]
    body = re.sub(r"(?:^(?:#.*)?\n)*\Z", "", entry, flags=re.MULTILINE)
    return body, entry[len(body) :]


def main(arguments: list[str]) -> int:
    """Writes, or checks; 1 where a check found a difference."""
    check = "--check" in arguments
    wanted = [each for each in arguments if not each.startswith("-")]
    anything = False
    for path in topics():
        if wanted and path.stem not in wanted:
            continue
        text, changed = updated(path)
        for title in changed:
            print(f"{path.stem}: {title}")
        anything = anything or bool(changed)
        if not check:
            path.write_text(text, "utf-8")
    return 1 if check and anything else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
