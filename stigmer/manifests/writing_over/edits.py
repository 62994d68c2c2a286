# SPDX-License-Identifier: Apache-2.0
"""Changes to a YAML text by the places of what is in it: a value replaced, an entry put in or taken out, every other character left.

A comment at the end of a line stays with its key; comments right above what is taken out go with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from stigmer.manifests.render import Remark, inline, quoted, to_yaml
from stigmer.manifests.writing_over.places import Branch, Entry, Leaf, line_start, next_line

_BESIDE = re.compile(r"[ \t]*#[^\r\n]*")
_COLON = re.compile(r"(?:\s|(?<=\s)#[^\n]*)*:")
# Plain text that stays plain between brackets and commas.
_PLAIN_IN_FLOW = re.compile(r"[A-Za-z_/$](?:[\w./@$+()-]| (?=[\w(]))*", re.ASCII)


class WritingError(Exception):
    """A text in which a change cannot be made by itself; the words say why."""


@dataclass(slots=True)
class Edits:
    """The changes to one text, gathered."""

    text: str
    _made: list[tuple[int, int, int, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self._made)

    def result(self) -> str:
        """The text with all changes made, its line ends those of the first line. Raises WritingError where two of them meet."""
        end_of_line = "\r\n" if "\r\n" in self.text[: next_line(self.text, 0)] else "\n"
        parts, at = [], 0
        for start, end, _, new in sorted(self._made):
            if start < at:
                raise WritingError("two changes meet at one place")
            parts += [self.text[at:start], new.replace("\n", end_of_line)]
            at = end
        return "".join([*parts, self.text[at:]])

    def replace(self, branch: Branch, entry: Entry, value: Any) -> None:
        """Puts another value in the place of an entry's."""
        old = entry.value
        if branch.flow:
            self._put(old.start, old.end, self._space_before(old.start) + _like(value, old, flow_text(value)))
        elif _is_line(value) and not _is_block(old):
            self._put(old.start, old.end, self._space_before(old.start) + _like(value, old, inline(value)))
        else:
            self._replace_lines(branch, entry, value)

    def rename(self, entry: Entry, name: str) -> None:
        """Puts another name in the place of an entry's key, in the quotes that it has."""
        if entry.key is not None and entry.key.value != name:
            quote = entry.key.style if entry.key.style in ("'", '"') else ""
            self._put(entry.key.start, entry.key.end, f"{quote}{name}{quote}")

    def insert(self, branch: Branch, after: Entry | None, name: str | None, value: Any) -> None:
        """Puts an entry after another that stays, or before all; `name` is None for an item of a list."""
        if not branch.flow:
            self._insert_lines(branch, after, _in_lines(name, value))
        elif not isinstance(value, Remark):
            text = flow_text(value) if name is None else f"{_flow_string(name)}: {flow_text(value)}"
            if after is not None:
                self._put(after.end, after.end, f", {text}")
            else:
                start = branch.entries[0].start
                self._put(start, start, f"{text}, ")

    def copy(self, branch: Branch, entry: Entry, after: Entry | None) -> None:
        """Puts an entry of a block, as it is written and with the comments above it, after another that stays, or before all."""
        number = branch.entries.index(entry)
        start = self._comments_above(
            entry, next_line(self.text, branch.entries[number - 1].end) if number else 0
        )
        if not self._has_own_line(entry):
            start = entry.start
        text = self.text[start : next_line(self.text, entry.end)].replace("\r\n", "\n")
        column = entry.start - line_start(self.text, entry.start)
        self._put_lines(
            branch, after, " " * (column if start == entry.start else 0) + text.removesuffix("\n") + "\n"
        )

    def remove(self, branch: Branch, gone: list[Entry]) -> None:
        """Takes entries out, some of which stay."""
        numbers = [number for number, each in enumerate(branch.entries) if each in gone]
        runs: list[list[int]] = []
        for number in numbers:
            if runs and runs[-1][-1] == number - 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        for run in runs:
            (self._remove_flow if branch.flow else self._remove_lines)(branch, run[0], run[-1])

    def _put(self, start: int, end: int, new: str) -> None:
        self._made.append((start, end, len(self._made), new))

    def _space_before(self, place: int) -> str:
        """A space where a value is put right behind a colon or a dash."""
        return " " if self.text[place - 1 : place] in (":", "-", "?") else ""

    def _replace_lines(self, branch: Branch, entry: Entry, value: Any) -> None:
        """Writes a value anew that takes lines of its own, or took them."""
        old, text = entry.value, self.text
        start = self._after_indicator(entry)
        end = old.end + (match.end() - match.start() if (match := _BESIDE.match(text, old.end)) else 0)
        column = branch.entries[0].start - line_start(text, branch.entries[0].start)
        indicated = _in_lines(None, value)[1:] if entry.key is None else _in_lines("k", value)[2:]
        first, _, others = indicated.partition("\n")
        beside = self._beside(start, old)
        lines = [f"{first}{beside}", *_indented(others, column)]
        self._put(start, end, "\n".join(lines))

    def _after_indicator(self, entry: Entry) -> int:
        """Right behind the dash or the colon that introduces the value."""
        if entry.key is None:
            return entry.start + 1
        match = _COLON.match(self.text, entry.key.end)
        if match is None or match.end() > max(entry.value.start, entry.key.end + 1):
            raise WritingError(f"'{entry.key.value}' has no value to replace")
        return match.end()

    def _beside(self, start: int, old: Leaf | Branch) -> str:
        """The comment on the line where a value is introduced, or on the one where it ends."""
        header = re.compile(r"[ \t]*(?:[|>][^\s#]*)?([ \t]+#[^\r\n]*)").match(self.text, start)
        if header is not None:
            return "  " + header[1].strip()
        # What stands beside the last entry of a block is about that entry.
        ends = isinstance(old, Leaf) or "\n" not in self.text[start : old.end]
        match = _BESIDE.match(self.text, old.end) if ends else None
        return match.group() if match is not None else ""

    def _insert_lines(self, branch: Branch, after: Entry | None, text: str) -> None:
        column = branch.entries[0].start - line_start(self.text, branch.entries[0].start)
        self._put_lines(branch, after, "\n".join(_indented(text.removesuffix("\n"), column)) + "\n")

    def _put_lines(self, branch: Branch, after: Entry | None, lines: str) -> None:
        """Puts whole lines after those of an entry, or before those of all."""
        first = branch.entries[0]
        if after is not None:
            place = next_line(self.text, after.end)
            ended = self.text[place - 1 : place] == "\n"
            self._put(place, place, lines if ended else "\n" + lines.removesuffix("\n"))
        elif self._has_own_line(first):
            place = self._comments_above(first, 0)
            self._put(place, place, lines)
        else:
            column = first.start - line_start(self.text, first.start)
            self._put(first.start, first.start, lines.lstrip(" ") + " " * column)

    def _has_own_line(self, entry: Entry) -> bool:
        return not self.text[line_start(self.text, entry.start) : entry.start].strip()

    def _comments_above(self, entry: Entry, least: int) -> int:
        """Where the lines of an entry begin, with those of comments that stand right above it in its column."""
        start = line_start(self.text, entry.start)
        column = entry.start - start
        while start > least:
            above = line_start(self.text, start - 1)
            line = self.text[above:start]
            if (
                above < least
                or not line.lstrip(" ").startswith("#")
                or len(line) - len(line.lstrip(" ")) != column
            ):
                break
            start = above
        return start

    def _remove_lines(self, branch: Branch, first: int, last: int) -> None:
        entries, text = branch.entries, self.text
        end = next_line(text, entries[last].end)
        if not self._has_own_line(entries[first]):
            following = end + len(text[end:]) - len(text[end:].lstrip(" \r\n"))
            self._put(entries[first].start, following, "")
            return
        least = next_line(text, entries[first - 1].end) if first else 0
        start = self._comments_above(entries[first], least)
        before = text[line_start(text, start - 1) : start] if start else ""
        after = text[end : next_line(text, end)]
        if start > least and not before.strip() and (not after.strip() or last + 1 == len(entries)):
            start -= len(before)
        elif first == 0 and not after.strip():
            end += len(after)
        self._put(start, end, "")

    def _remove_flow(self, branch: Branch, first: int, last: int) -> None:
        entries = branch.entries
        start, end = entries[first].start, entries[last].end
        if last + 1 < len(entries):
            self._put(start, entries[last + 1].start, "")
        elif "#" not in self.text[entries[first - 1].end : start]:
            self._put(entries[first - 1].end, end, "")
        else:
            self._put(start, end, "")


def _in_lines(name: str | None, value: Any) -> str:
    """An entry in block style; where blank lines at its end would be part of it, on one line, since others may follow."""
    text = to_yaml([value] if name is None else {name: value})
    if not text.endswith("\n\n"):
        return text
    return f"{'-' if name is None else inline(name) + ':'} {flow_text(value)}\n"


def flow_text(value: Any) -> str:
    """A value on one line, as it may stand between brackets."""
    match value:
        case dict():
            inner = (
                f"{_flow_string(name)}: {flow_text(item)}"
                for name, item in value.items()
                if not isinstance(item, Remark)
            )
            return f"{{{', '.join(inner)}}}"
        case list():
            return f"[{', '.join(map(flow_text, value))}]"
        case str():
            return _flow_string(value)
        case _:
            return inline(value)


def _flow_string(text: str) -> str:
    plain = _PLAIN_IN_FLOW.fullmatch(text) and inline(text) == text
    return text if plain else quoted(text)


def _is_line(value: Any) -> bool:
    """Whether a value takes one line in block style."""
    return to_yaml({"k": value}).count("\n") == 1 and not (value and isinstance(value, (dict, list)))


def _is_block(old: Leaf | Branch) -> bool:
    return old.is_block if isinstance(old, Leaf) else not old.flow


def _like(value: Any, old: Leaf | Branch, spelled: str) -> str:
    """A text in the quotes that the former one had, anything else as it is spelled."""
    if isinstance(value, str) and isinstance(old, Leaf):
        if old.style == '"':
            return quoted(value)
        if old.style == "'" and value.isprintable():
            return "'" + value.replace("'", "''") + "'"
    return spelled


def _indented(text: str, column: int) -> list[str]:
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return [" " * column + line if line else "" for line in lines]
