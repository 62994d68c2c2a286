# SPDX-License-Identifier: Apache-2.0
"""What jq's own compiler says of expressions: what it cannot read, and which names they take from outside. Nothing is evaluated.

A compile costs a millisecond however short the expression, so many go into one program, each in brackets and on lines of its own;
those that jq complains of are then compiled alone, since what it says after the first fault may be due to that one. The functions
that a workflow does not have are spelled otherwise for jq, in as many letters, so that it complains of them. `*` goes as `%`, which
jq reads alike and does not work out beforehand: a text times a billion fills the memory while it is compiled.

Looking functions up costs ten times what reading does. Expressions without any name, which most are, stand in a function that nobody
calls, where jq does not look; that a last name is then the only fault shows that it came to the end.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from stigmer.checks.expressions.scan import Broken, code_only
from stigmer.checks.expressions.words import UNAVAILABLE, complaint, missing_function

_MOST_NAMED, _MOST_NAMELESS = (
    (64, 6_000),
    (1_000, 100_000),
)  # expressions, characters; a function has 65,535 bytes
_LAST = "$__last"
_PLAIN_TEXT = re.compile(r'"[^"\\]*"')
_ANY_NAME = re.compile(r"(?<![\w.])(?!(?:and|or|if|then|elif|else|end|null|true|false)\b)[A-Za-z_$@]")
_BINDS = re.compile(r"(?<![A-Za-z_$])(?:as|def|label|break)\b")
_VARIABLE = re.compile(r"\$[A-Za-z_]\w*", re.ASCII)
_NAME = re.compile(r"(\$?)(?!break\b)[A-Za-z_][\w:]*", re.ASCII)
_REPORT = re.compile(r"^jq: error: ((?:.|\n)*?) at <top-level>, line (\d+), column (\d+):$", re.MULTILINE)
_UNKNOWN = re.compile(r"(\$?[A-Za-z_][\w:]*)(?:/(\d+))? is not defined")
_UNAVAILABLE = re.compile(
    r"\$(?:ENV|__loc__)\b|(?<![$\w:])(?:" + "|".join(name for name in UNAVAILABLE if name[0] != "$") + r")\b"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of an expression: its first fault, the variables that it takes from outside and where each first is.

    `environment` is whether it may look for names of the environment.
    """

    broken: Broken | None
    variables: Mapping[str, int]
    names: frozenset[str]
    environment: bool


@dataclass(frozen=True, slots=True)
class _Report:
    """One thing that jq reports: of which expression, its words, and where in it."""

    number: int
    words: str
    start: int


def read(expressions: Sequence[str]) -> dict[str, Reading]:
    """A reading of each expression."""
    found: dict[str, Reading] = {}
    nameless: list[str] = []
    named: list[str] = []
    for expression in dict.fromkeys(expressions):
        if not _may_have_names(expression):
            nameless.append(expression)
        elif _BINDS.search(expression):
            found[expression] = _alone(expression)
        else:
            named.append(expression)
    _read(nameless, _MOST_NAMELESS, _reports_of_nameless, found)
    _read(named, _MOST_NAMED, _reports_of_named, found)
    return found


def _may_have_names(expression: str) -> bool:
    if "\\" in expression or "#" in expression:
        return True  # texts with values in them, and comments, are more than a glance can tell apart
    return _ANY_NAME.search(_PLAIN_TEXT.sub("", expression)) is not None


_Compile = Callable[[Sequence[str]], "list[_Report] | None"]
"""Compiles expressions together: None where all are right, else what is known of those that are not."""


def _read(
    expressions: Sequence[str], most: tuple[int, int], compile: _Compile, found: dict[str, Reading]
) -> None:
    for batch in _batches(expressions, most):
        waiting = batch
        while waiting and (reports := compile(waiting)) is not None:
            first = {report.number: report for report in reversed(reports)}
            suspects = first.keys() or set(range(len(waiting)))
            all_was_read = all(_UNKNOWN.fullmatch(report.words) for report in reports)
            for number in sorted(suspects):
                missing = _missing(waiting[number], first[number]) if first and all_was_read else None
                found[waiting[number]] = missing or _alone(waiting[number])
            waiting = [expression for number, expression in enumerate(waiting) if number not in suspects]
        found.update(
            (expression, _reading(expression, None, _variables(expression))) for expression in waiting
        )


def _batches(expressions: Sequence[str], most: tuple[int, int]) -> Iterator[list[str]]:
    count, characters = most
    batch: list[str] = []
    size = 0
    for expression in expressions:
        if batch and (len(batch) == count or size + len(expression) > characters):
            yield batch
            batch, size = [], 0
        batch.append(expression)
        size += len(expression)
    if batch:
        yield batch


def _reports_of_nameless(expressions: Sequence[str]) -> list[_Report] | None:
    reports = _compile("def uncalled: [", expressions, f"];\n{_LAST}")
    assert reports is not None, "nobody knows the last name"
    came_to_the_end = [report.number for report in reports] == [len(expressions)]
    return None if came_to_the_end else [report for report in reports if report.number < len(expressions)]


def _reports_of_named(expressions: Sequence[str]) -> list[_Report] | None:
    names = {name for expression in expressions for name in _variables(_disguised(expression))}
    return _compile(_bound(names) + "[", expressions, "]")


def _missing(expression: str, report: _Report) -> Reading | None:
    """The reading of an expression with a function that there is not, None where it is something else that jq does not know."""
    name, unknown = _NAME.match(expression, report.start), _UNKNOWN.fullmatch(report.words)
    if name is None or unknown is None or name[1]:
        return None
    missing = missing_function(name[0], int(unknown[2] or 0), report.start)
    return _reading(expression, missing, _variables(expression))


def _alone(expression: str) -> Reading:
    """Reads one expression; its variables come to light level by level, as jq looks into functions only where all is known outside."""
    variables: dict[str, int] = {}
    bound: set[str] = set()
    broken: Broken | None
    while (reports := _compile(_bound(bound), [expression], "")) is not None:
        before = len(bound)
        for report in reports:
            unknown = _UNKNOWN.fullmatch(report.words)
            name = _NAME.match(expression, report.start)
            if unknown is None or name is None:
                broken = complaint(expression, [each.words for each in reports], report.start)
                return _reading(expression, broken, variables)
            if not name[1]:
                missing = missing_function(name[0], int(unknown[2] or 0), report.start)
                known = variables if _BINDS.search(expression) else _variables(expression)
                return _reading(expression, missing, known)
            variables.setdefault(name[0], report.start)
            bound.add(unknown[1])
        if len(bound) == before or any(":" in name for name in bound):
            broken = None if bound else complaint(expression, [], 0)
            return _reading(expression, broken, variables)
    return _reading(expression, None, variables)


def _variables(expression: str) -> dict[str, int]:
    """The variables of an expression that binds none itself, and where each first is."""
    if "$" not in expression:
        return {}
    found: dict[str, int] = {}
    for name in _VARIABLE.finditer(code_only(expression)):
        found.setdefault(name[0], name.start())
    return found


def _reading(expression: str, broken: Broken | None, variables: Mapping[str, int]) -> Reading:
    environment = "secrets." in expression or ".env_vars." in expression
    return Reading(broken, variables, frozenset(variables), environment)


def _bound(names: set[str]) -> str:
    return "".join(f"null as {name} | " for name in sorted(names))


def _compile(opening: str, expressions: Sequence[str], closing: str) -> list[_Report] | None:
    """What jq reports of a program of expressions; what stands after them has the number after the last one."""
    import jq

    program = f"{opening}(\n" + "\n),(\n".join(map(_disguised, expressions)) + f"\n){closing}"
    try:
        with _nobodys_home():
            jq.compile(program)
    except ValueError as error:
        said = str(error)
    else:
        return None
    lines = [expression.split("\n") for expression in expressions]
    starts = [2]
    for each in lines:
        starts.append(starts[-1] + len(each) + 1)
    reports: list[_Report] = []
    for words, line, column in _REPORT.findall(said):
        number = bisect_right(starts, int(line)) - 1
        if 0 <= number < len(lines):
            start = _offset(lines[number], int(line) - starts[number], int(column) - 1)
            reports.append(_Report(number, words, start))
        else:
            reports.append(_Report(len(lines), words, 0))
    return reports


@contextmanager
def _nobodys_home() -> Iterator[None]:
    """Without a home: jq puts `~/.jq` into every program, and what is right must be so on every machine."""
    home = os.environ.get("HOME")
    os.environ["HOME"] = os.devnull
    try:
        yield
    finally:
        if home is None:
            del os.environ["HOME"]
        else:
            os.environ["HOME"] = home


def _disguised(expression: str) -> str:
    return _UNAVAILABLE.sub(lambda name: name[0][:-1] + "Q", expression).replace("*", "%")


def _offset(lines: list[str], line: int, column: int) -> int:
    """Where a line and a column, in bytes, are in the text."""
    before = sum(len(each) + 1 for each in lines[:line])
    if line >= len(lines):
        return before - 1
    return before + len(lines[line].encode()[:column].decode(errors="ignore"))
