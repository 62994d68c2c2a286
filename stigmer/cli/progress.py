# SPDX-License-Identifier: Apache-2.0
"""Progress of what takes long, for somebody who watches: one line on a terminal, gone when the work is done."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import Self, TypeVar

Item = TypeVar("Item")

_PATIENCE = 1.0  # seconds before anything is shown
_PACE = 0.1  # seconds between two lines


class Progress:
    """A line on standard error that says what is being done, where that is a terminal and takes over a second."""

    def __init__(self, *, quiet: bool) -> None:
        self._on = not quiet and sys.stderr.isatty()
        self._next = monotonic() + _PATIENCE
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()

    def counted(self, items: Iterable[Item], words: str) -> Iterator[Item]:
        """The items as they are, telling how many there were: `reading 1,200 files`."""
        if not self._on:
            yield from items
            return
        for number, item in enumerate(items, 1):
            self._say(words.format(number))
            yield item

    def phase(self, words: str) -> None:
        """Tells what is done now."""
        if self._on:
            self._say(words)

    def _say(self, words: str) -> None:
        now = monotonic()
        if now >= self._next:
            self._next = now + _PACE
            self._shown = True
            sys.stderr.write(f"\r\033[K{words} ...")
            sys.stderr.flush()
