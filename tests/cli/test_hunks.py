# SPDX-License-Identifier: Apache-2.0
"""In which lines two texts differ: what is told is true, and comes in time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stigmer.cli.plan_outputs import hunks as module
from stigmer.cli.plan_outputs.hunks import hunks

LINES = st.lists(st.sampled_from("abcdef"), max_size=30)


def patched(before: Sequence[str], diff: Iterable[str]) -> list[str]:
    """What becomes of the lines where the diff is applied to them; each line of it has to fit."""
    found: list[str] = []
    at = 0
    for line in diff:
        if line.startswith("@@"):
            start, _, length = line.split()[1].removeprefix("-").partition(",")
            here = int(start) - (length != "0")
            found += before[at:here]
            at = here
        elif line[0] == "+":
            found.append(line[1:])
        else:
            assert before[at] == line[1:]
            at += 1
            found += [line[1:]] if line[0] == " " else []
    return [*found, *before[at:]]


@given(LINES, LINES)
def test_what_differs_is_told_so_that_one_becomes_the_other(before: list[str], after: list[str]) -> None:
    assert patched(before, hunks(before, after)) == after


@given(LINES, LINES)
def test_also_where_the_two_are_too_different(before: list[str], after: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_MOST_COMPARED", 0)
        assert patched(before, hunks(before, after)) == after


def test_every_other_of_very_many_lines() -> None:
    """Compared line by line this takes minutes."""
    before = ["same", *(f"line {number}" for number in range(40_000)), "end"]
    after = [f"{line}!" if line.endswith(("1", "3", "5", "7", "9")) else line for line in before]
    found = list(hunks(before, after))
    assert found[:4] == ["@@ -1,40002 +1,40002 @@", " same", " line 0", "-line 1"]
    assert found[-2:] == ["+line 39999!", " end"]
    assert patched(before, found) == after
