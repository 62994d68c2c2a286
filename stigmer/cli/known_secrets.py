# SPDX-License-Identifier: Apache-2.0
"""The one filter of a command: every secret that it meets is masked in all that it says beside its result.

That is standard error as a whole (errors, notes, progress, warnings of libraries, tracebacks), diagnostics wherever they go, and reports
of bugs. A result is left as it is: it holds no secret to begin with, and a mask over a label that happens to be the same would be a lie.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import RLock
from typing import TYPE_CHECKING, Any, TextIO, cast

from stigmer.errors import Diagnostic
from stigmer.resources.confidential import Secret, witnessed

if TYPE_CHECKING:
    from stigmer.secrets.redaction import Redactor, Stream


class _Known:
    """The secrets that a command met. What masks them is imported with the first."""

    def __init__(self) -> None:
        self.redactor: Redactor | None = None

    def learn(self, secret: Secret) -> None:
        """From now on the value is masked, and the memory of the process is in no core dump."""
        if not secret.reveal():  # what asks whether there is a key, and no more
            return
        if self.redactor is None:
            from stigmer.secrets.memory import keep_out_of_core_dumps
            from stigmer.secrets.redaction import Redactor

            keep_out_of_core_dumps()
            self.redactor = Redactor()
        self.redactor.add(secret)


_commands: list[_Known] = []  # those under way: one, outside of tests


@contextmanager
def masked_where_told() -> Iterator[None]:
    """Sees that secrets which are met meanwhile are masked on standard error, in diagnostics and by `without_secrets`."""
    known, stderr = _Known(), sys.stderr
    masked = _Masked(stderr, known)
    _commands.append(known)
    sys.stderr = cast(TextIO, masked)
    try:
        with witnessed(known.learn):
            yield
    finally:
        sys.stderr = stderr
        _commands.remove(known)
        masked.end()


def without_secrets(text: str) -> str:
    """The text with every secret masked that the command has met."""
    for known in _commands:
        if known.redactor is not None:
            text = known.redactor.redact(text)
    return text


def told(found: Diagnostic) -> Diagnostic:
    """A diagnostic as it may be shown; its words name no secret, and should a library's do, that is masked."""
    if all(known.redactor is None for known in _commands):
        return found
    hint = None if found.hint is None else without_secrets(found.hint)
    return replace(found, message=without_secrets(found.message), hint=hint)


class _Masked:
    """A stream of text that masks what goes through it, also what is written in several pieces; in all else it is the stream itself."""

    def __init__(self, stream: TextIO, known: _Known) -> None:
        self._stream = stream
        self._known = known
        self._masking: Stream | None = None
        self._lock = RLock()  # progress is told by a thread

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Writes what may be told now; what may be the beginning of a secret waits for the next piece."""
        with self._lock:
            if self._masking is None and self._known.redactor is not None:
                self._masking = self._known.redactor.stream()
            self._stream.write(text if self._masking is None else self._masking.feed(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Writes each."""
        for line in lines:
            self.write(line)

    def end(self) -> None:
        """Writes what still waits."""
        with self._lock:
            if self._masking is not None:
                self._stream.write(self._masking.close())
