# SPDX-License-Identifier: Apache-2.0
"""The table of mistakes: what people write wrong, and the exact words that they are told.

A topic is a YAML file beside this one, a list of cases. A case is one edit that makes a valid base wrong, so the base is the mend:

    - title: a field written in camelCase      # a phrase, unique; the heading on the page of errors
      code: schema.unknown
      base: agent                              # bases/agent.yaml, which becomes manifest.yaml, or the directory bases/agent/
      edit: {replace: "mcp_servers:", with: "mcpServers:"}   # `replace` stands there exactly once; `file` defaults to manifest.yaml
      shown: true                              # on the page of errors as well
      expect: {line: 9, column: 3, message: "...", hint: "..."}   # `severity` defaults to error, `file` to the edited one

`with` and a file's content may be a list of pieces: a text, `{repeat: "[", times: 101}`, or `{bytes: "ff fe"}`. Besides the edit, or
in its place, `files` has contents by name, `{link: target}` for a symbolic link, and null for a file of the base that is taken away.
`arguments` go to `validate`; `also` has the codes of what else is reported. `expect` comes last, and `python -m tests.mistakes.update`
writes it as the program says it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from stigmer.manifests import yaml

HERE = Path(__file__).parent
BASES = HERE / "bases"
MANIFEST = "manifest.yaml"
PROJECT = "stigmer.yaml"
_MOST_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link in place of a file."""

    target: str


Content = bytes | Link | None
"""What a file holds; None for a file that is not there."""


@dataclass(frozen=True, slots=True)
class Edit:
    """The one edit that makes a base wrong."""

    file: str
    replace: str
    replacement: bytes


@dataclass(frozen=True, slots=True)
class Expected:
    """What `validate` says of the mistake: all of it. What has no place has no file either."""

    severity: str
    message: str
    hint: str | None
    file: str | None
    line: int | None
    column: int | None


@dataclass(frozen=True, slots=True)
class Case:
    """One mistake. `expected` is None until it was written down."""

    topic: str
    title: str
    code: str
    base: str
    edit: Edit | None
    files: dict[str, Content] = field(repr=False)
    arguments: tuple[str, ...]
    also: tuple[str, ...]
    shown: bool
    expected: Expected | None

    @property
    def file(self) -> str:
        """The file that is made wrong."""
        return self.edit.file if self.edit is not None else next(iter(self.files), MANIFEST)


@cache
def cases() -> tuple[Case, ...]:
    """Every case, topic by topic."""
    return tuple(case for path in topics() for case in read_topic(path))


def examples(code: str) -> list[Case]:
    """The cases that the page of errors shows for a code."""
    return [case for case in cases() if case.shown and case.code == code][:_MOST_EXAMPLES]


def topics() -> list[Path]:
    """The files of the table."""
    return sorted(HERE.glob("*.yaml"))


def read_topic(path: Path) -> list[Case]:
    """The cases of one file."""
    (document,) = yaml.read(path.read_bytes())
    return [_case(path.stem, entry) for entry in document.value]


def base_names() -> list[str]:
    """The bases there are."""
    return sorted(path.stem for path in BASES.iterdir())


def base_files(name: str) -> dict[str, bytes]:
    """The files of a base by their names."""
    single, directory = BASES / f"{name}.yaml", BASES / name
    if single.exists():
        return {MANIFEST: single.read_bytes()}
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def wrong_files(case: Case) -> dict[str, Content]:
    """The files of a case: those of its base, made wrong. Raises ValueError where the edit does not fit the base."""
    files: dict[str, Content] = {**base_files(case.base), **case.files}
    if case.edit is not None:
        right = files.get(case.edit.file)
        if not isinstance(right, bytes) or right.count(case.edit.replace.encode()) != 1:
            raise ValueError(
                f"{case.title}: {case.edit.replace!r} has to be in {case.edit.file} exactly once"
            )
        files[case.edit.file] = right.replace(case.edit.replace.encode(), case.edit.replacement)
    return files


def write_files(files: dict[str, Content], directory: Path) -> None:
    """Writes files below a directory; a name may lead out of it."""
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        match content:
            case bytes():
                path.write_bytes(content)
            case Link(target):
                path.symlink_to(target)
            case None:
                pass


_KEYS = {"title", "code", "base", "edit", "files", "arguments", "also", "shown", "expect"}


def _case(topic: str, entry: dict[str, Any]) -> Case:
    unknown = entry.keys() - _KEYS
    if unknown:
        raise ValueError(f"{entry.get('title')}: {', '.join(sorted(unknown))} means nothing in the table")
    edit = entry.get("edit")
    made = None if edit is None else Edit(edit.get("file", MANIFEST), edit["replace"], _pieces(edit["with"]))
    case = Case(
        topic=topic,
        title=entry["title"],
        code=entry["code"],
        base=entry["base"],
        edit=made,
        files={name: _content(content) for name, content in entry.get("files", {}).items()},
        arguments=tuple(entry.get("arguments", ())),
        also=tuple(entry.get("also", ())),
        shown=entry.get("shown", False),
        expected=None,
    )
    expect = entry.get("expect")
    if expect is None:
        return case
    placed = "line" in expect
    expected = Expected(
        severity=expect.get("severity", "error"),
        message=expect["message"],
        hint=expect.get("hint"),
        file=expect.get("file", case.file) if placed else None,
        line=expect["line"] if placed else None,
        column=expect["column"] if placed else None,
    )
    return replace(case, expected=expected)


def _content(content: Any) -> Content:
    match content:
        case None:
            return None
        case {"link": target}:
            return Link(target)
        case _:
            return _pieces(content)


def _pieces(content: Any) -> bytes:
    match content:
        case str():
            return content.encode()
        case {"bytes": digits}:
            return bytes.fromhex(digits)
        case {"repeat": text, "times": times}:
            return bytes(text.encode() * times)
        case list():
            return b"".join(_pieces(each) for each in content)
        case _:
            raise ValueError(f"{content!r} is no text, nor a list of pieces")
