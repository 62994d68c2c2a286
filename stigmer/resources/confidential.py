# SPDX-License-Identifier: Apache-2.0
"""The one type that carries a clear secret in memory, and the ones that stand for it where people look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn, final

MASK = "********"
"""What stands where a secret stood: as long for a short one as for a long one."""

_SHOWN_DIGITS = 8

Witness = Callable[["Secret"], None]
_witnesses: list[Witness] = []


def short_fingerprint(fingerprint: str) -> str:
    """The part of a fingerprint that people are shown: 8 hexadecimal digits."""
    return fingerprint[:_SHOWN_DIGITS]


@final
class Secret:
    """A clear value that does not show itself: `str`, `repr` and `format` give a mask.

    JSON refuses it, and so do `pickle`, `copy` and `dataclasses.asdict`, with a TypeError. Two are equal only if they are the same
    object: who has to compare values compares their fingerprints. The value is text, as JSON and YAML have it; Python can promise of
    no type that it is erased from memory, so bytes that could be overwritten would promise more than they keep.
    """

    # The value is not an attribute but what a function gives: whoever goes through an object's attributes (a debugger, a library
    # that compares or prints objects) finds that function.
    __slots__ = ("_open",)

    def __init__(self, value: str) -> None:
        self._open: Callable[[], str] = lambda: value
        for witness in _witnesses:
            witness(self)

    def reveal(self) -> str:
        """The clear value; to be called only where the value is used."""
        return self._open()

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return MASK

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is neither pickled nor copied")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a Secret is neither pickled nor copied")


@contextmanager
def witnessed(witness: Witness) -> Iterator[None]:
    """Tells a function of every Secret that is made meanwhile, in any thread: what masks values has to know all of them."""
    _witnesses.append(witness)
    try:
        yield
    finally:
        _witnesses.remove(witness)


@dataclass(frozen=True, slots=True)
class Redacted:
    """A secret as diffs and listings show it: compared by its whole fingerprint, shown by 8 hexadecimal digits.

    `fingerprint` is None where nothing is stored yet.
    """

    fingerprint: str | None

    def as_json(self) -> dict[str, Any]:
        """What stands for the secret in JSON output."""
        shown: dict[str, Any] = {"redacted": True}
        if self.fingerprint is not None:
            shown["fingerprint"] = short_fingerprint(self.fingerprint)
        return shown

    def __str__(self) -> str:
        return "(secret)" if self.fingerprint is None else f"(secret {short_fingerprint(self.fingerprint)})"


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A secret whose source could not be read here, shown by its source alone (`env`, `OPENAI_API_KEY`)."""

    source: str
    name: str

    def as_json(self) -> dict[str, Any]:
        """What stands for the secret in JSON output."""
        return {"unresolved": {self.source: self.name}}

    def __str__(self) -> str:
        return f"(unresolved {self.source}: {self.name})"
