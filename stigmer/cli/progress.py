# SPDX-License-Identifier: Apache-2.0
"""Progress of what takes long, for somebody who watches: one line on a terminal, gone when the work is done."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Self, TypeVar

Item = TypeVar("Item")

_PATIENCE = 1.0  # seconds before anything is shown
_PACE = 0.1  # seconds between two lines
_LINE = threading.Lock()  # whose is the last line of the terminal


@contextmanager
def asking() -> Iterator[None]:
    """Somebody is asked something at the terminal: no progress is written over the question."""
    with _LINE:
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
        yield


class Progress:
    """A line on standard error that says what is being done, where that is a terminal and takes over a second."""

    def __init__(self, *, quiet: bool) -> None:
        self._on = not quiet and sys.stderr.isatty()
        self._next = monotonic() + _PATIENCE
        self._words = ""
        self._shown = False
        self._ended = False
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        if self._on:
            # What is done when patience ends may go on for long without another word, as a commit does.
            timer = threading.Timer(_PATIENCE, self._show)
            timer.daemon = True
            timer.start()
        return self

    def __exit__(self, *exc: object) -> None:
        with self._lock:
            self._ended = True
            if self._shown:
                sys.stderr.write("\r\033[K")
                sys.stderr.flush()

    def counted(self, items: Iterable[Item], words: str) -> Iterator[Item]:
        """The items as they are, telling how many there were: `reading 1,200 files`."""
        if not self._on:
            yield from items
            return
        for number, item in enumerate(items, 1):
            self._words = words.format(number)
            if monotonic() >= self._next:
                self._show()
            yield item

    def phase(self, words: str) -> None:
        """Tells what is done now."""
        self._words = words
        if self._on and (self._shown or monotonic() >= self._next):
            self._show()

    def _show(self) -> None:
        with _LINE, self._lock:
            if self._words and not self._ended:
                self._next = monotonic() + _PACE
                self._shown = True
                sys.stderr.write(f"\r\033[K{self._words} ...")
                sys.stderr.flush()
