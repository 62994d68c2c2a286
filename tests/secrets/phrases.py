# SPDX-License-Identifier: Apache-2.0
"""Somebody who is asked for the passphrase of a master key."""

from __future__ import annotations

from dataclasses import dataclass, field

from stigmer.resources.confidential import Secret


@dataclass
class Said:
    """Says the same whenever asked, and remembers how often that was, for a new one and for one that is there."""

    phrase: str
    asked: list[str] = field(default_factory=list)

    def __call__(self, *, new: bool) -> Secret:
        self.asked.append("new" if new else "known")
        return Secret(self.phrase)


def says(phrase: str) -> Said:
    """Somebody who says this."""
    return Said(phrase)
