# SPDX-License-Identifier: Apache-2.0
"""Progress: the line that somebody who waits sees is what is being done, and it is gone afterwards."""

from __future__ import annotations

import io
import threading

import pytest

from stigmer.cli import progress
from stigmer.cli.progress import Progress


class Terminal(io.StringIO):
    """A terminal, which tells when something is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.written.set()
        return super().write(text)


def watched(monkeypatch: pytest.MonkeyPatch, patience: float) -> Terminal:
    """A terminal in place of standard error, and patience in seconds."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr(progress, "_PATIENCE", patience)
    return terminal


def test_every_phase_is_shown_once_patience_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watched(monkeypatch, 0.0)
    with Progress(quiet=False) as shown:
        for words in ("reading", "comparing", "applying"):
            shown.phase(words)
    lines = terminal.getvalue().split("\r\033[K")
    assert [line for line in dict.fromkeys(lines) if line] == ["reading ...", "comparing ...", "applying ..."]
    assert lines[-1] == ""


def test_what_goes_on_when_patience_ends_is_shown_without_another_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = watched(monkeypatch, 0.01)
    with Progress(quiet=False) as shown:
        shown.phase("comparing")
        shown.phase("applying")
        assert terminal.written.wait(30)
    assert terminal.getvalue() == "\r\033[Kapplying ...\r\033[K"


def test_what_is_quick_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watched(monkeypatch, 3600.0)
    with Progress(quiet=False) as shown:
        shown.phase("reading")
        assert list(shown.counted(iter("ab"), "reading {:,} files")) == ["a", "b"]
    assert terminal.getvalue() == ""


@pytest.mark.parametrize("quiet", [True, False])
def test_nobody_who_does_not_watch_is_told(monkeypatch: pytest.MonkeyPatch, quiet: bool) -> None:
    stream = Terminal() if quiet else io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    with Progress(quiet=quiet) as shown:
        shown.phase("reading")
    assert stream.getvalue() == ""
