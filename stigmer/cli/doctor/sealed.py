# SPDX-License-Identifier: Apache-2.0
"""What is sealed in the store: whether all of it opens."""

from __future__ import annotations

from collections.abc import Iterator

from stigmer.backends.health import Opening
from stigmer.cli.console import count
from stigmer.cli.doctor.told import Told, error, failed, ok, warning
from stigmer.errors import ExitCode

_MOST_TOLD = 5


def sealed(found: Opening) -> Iterator[Told]:
    """A line for all of it where it opens, else the first few that do not, by resource and field.

    What only the history needs is a warning: nothing that is used now needs it.
    """
    if not found.values:
        return
    if not found.wrong and not found.former:
        words = (
            "the one sealed value opens" if found.values == 1 else f"all {found.values:,} sealed values open"
        )
        yield ok("secrets", words)
        return
    shown = found.told[:_MOST_TOLD]
    for each in shown:
        yield from failed("secrets", each)
    if found.wrong > len(shown):
        words = f"in all, {found.wrong:,} of {count(found.values, 'sealed value')} cannot be read"
        yield error("secrets", words, status=ExitCode.BACKEND)
    if found.former:
        words = (
            f"{count(found.former, 'sealed value')} of former versions and deleted resources cannot be read"
        )
        yield warning(
            "secrets-former", words, "who goes back to such a version gives the secret another value"
        )
