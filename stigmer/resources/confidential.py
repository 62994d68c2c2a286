# SPDX-License-Identifier: Apache-2.0
"""The one type that carries a clear secret in memory, and the ones that stand for it where people look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

_MASK = "********"
_SHOWN_DIGITS = 8


def short_fingerprint(fingerprint: str) -> str:
    """The part of a fingerprint that people are shown: 8 hexadecimal digits."""
    return fingerprint[:_SHOWN_DIGITS]


class Secret:
    """A clear value that does not show itself: `str`, `repr` and `format` give a mask, pickling is refused."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The clear value; to be called only where the value is used."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({_MASK})"

    def __str__(self) -> str:
        return _MASK

    def __format__(self, spec: str) -> str:
        return _MASK

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is never pickled")


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
