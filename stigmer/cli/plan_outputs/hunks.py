# SPDX-License-Identifier: Apache-2.0
"""In which lines two texts differ, found in a time that nobody minds, however long they are."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

_AROUND = 3  # lines that are the same, around those that differ
_MOST_COMPARED = 4_000_000  # lines times those that differ: a fifth of a second


def hunks(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """The lines of a unified diff, without its header: `@@ -1 +1 @@`, then each with ` `, `-` or `+` in front.

    Of texts that are long and have much that differs, what lies between the first and the last difference is one hunk.
    """
    if _too_different(before, after):
        return _from_first_to_last(before, after)
    return islice(difflib.unified_diff(before, after, lineterm="", n=_AROUND), 2, None)


def _too_different(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether finding what the two have in common takes too long: that grows with their length, and with how much differs."""
    then, now = Counter(before), Counter(after)
    differing = (then - now).total() + (now - then).total()
    return differing * (len(before) + len(after)) > _MOST_COMPARED


def _from_first_to_last(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    shorter = min(len(before), len(after))
    start = next((number for number in range(shorter) if before[number] != after[number]), shorter)
    most = shorter - start
    end = next((number for number in range(most) if before[-1 - number] != after[-1 - number]), most)
    head = max(start - _AROUND, 0)
    tail = min(end, _AROUND)
    shown = [f"{head + 1},{len(each) - end + tail - head}" for each in (before, after)]
    yield f"@@ -{shown[0]} +{shown[1]} @@"
    yield from (f" {line}" for line in before[head:start])
    yield from (f"-{line}" for line in before[start : len(before) - end])
    yield from (f"+{line}" for line in after[start : len(after) - end])
    yield from (f" {line}" for line in before[len(before) - end : len(before) - end + tail])
