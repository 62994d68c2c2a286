# SPDX-License-Identifier: Apache-2.0
"""What a project says of a policy. All that reads and asks rules is imported only where there are some."""

from __future__ import annotations

from dataclasses import dataclass

from stigmer.errors import Severity


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule in CEL that resources have to keep, or with `on_change` the changes of them. `kinds` are the names of those it is
    about, None for every kind.

    `at` is the path of the field that is meant where it is not kept, None for the deepest one that the rule names.
    """

    name: str
    rule: str
    message: str
    kinds: tuple[str, ...] | None = None
    severity: Severity = Severity.ERROR
    at: str | None = None
    on_change: bool = False
