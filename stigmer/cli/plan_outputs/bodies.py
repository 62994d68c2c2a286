# SPDX-License-Identifier: Apache-2.0
"""What a change holds, as the lines of a block of code that GitHub colours: fields as a diff, a new resource as YAML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from stigmer.cli.console import count, on_one_line, visible
from stigmer.cli.plan_outputs.causes import cause_words
from stigmer.cli.plan_outputs.hunks import hunks
from stigmer.cli.plan_outputs.values import value_lines
from stigmer.manifests.render import inline, to_yaml
from stigmer.reconcile.plan import (
    Cause,
    Change,
    Create,
    Delete,
    FieldChange,
    Op,
    Release,
    Update,
)

_LINE = 400  # characters of a line
_CHARACTERS = 12_000  # of a change; whoever reads more does so elsewhere


@dataclass(frozen=True, slots=True)
class Body:
    """The lines of a block of code in a language; `cut` says that there are more."""

    language: str
    lines: tuple[str, ...]
    cut: bool = False


def body_of(change: Change) -> Body | None:
    """What a change holds; None of a delete, which holds nothing but its name."""
    match change:
        case Create():
            return _body("yaml", iter(to_yaml(dict(change.after)).rstrip("\n").split("\n")))
        case Update() | Release():
            return _body("diff", chain.from_iterable(_field(each) for each in change.fields))
        case Delete():
            return None


def _body(language: str, lines: Iterator[str]) -> Body:
    shown: list[str] = []
    room = _CHARACTERS
    for line in map(_short, lines):
        room -= len(line) + 1
        if room < 0:
            return Body(language, (*shown, "… there is more, which does not fit here"), cut=True)
        shown.append(line)
    return Body(language, tuple(shown))


def _field(change: FieldChange) -> Iterator[str]:
    said = cause_words(change)
    yield f"@@ {on_one_line(change.path)} @@{' ' + said if said else ''}"
    before, after = (
        [] if change.op is Op.ADD else value_lines(change.before),
        [] if change.op is Op.REMOVE else value_lines(change.after),
    )
    if change.cause is Cause.BOTH:
        yield from (f"! {line}" for line in _declared(change))
    if before == after:  # line ends at the end are all that differs
        before, after = [inline(change.before)], [inline(change.after)]
    yield from _compared(before, after)


def _declared(change: FieldChange) -> list[str]:
    if change.applied is None:
        return []
    first, *others = value_lines(change.applied)
    more = f" … and {count(len(others), 'more line')}" if others else ""
    return [f"last applied: {first}{more}"]


def _compared(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """Two texts as the lines that differ, with three lines around each."""
    if not before or not after:
        yield from (f"- {line}" for line in before)
        yield from (f"+ {line}" for line in after)
        return
    for number, line in enumerate(hunks(before, after)):
        if not line.startswith("@@"):
            yield f"{line[0]} {line[1:]}"
        elif number:
            yield "  …"


def _short(line: str) -> str:
    line = visible(line)
    return line if len(line) <= _LINE else line[: _LINE - 1] + "…"
