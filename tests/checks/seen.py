# SPDX-License-Identifier: Apache-2.0
"""What the checks see in manifests given as text."""

from __future__ import annotations

import re

from stigmer.backends.contract import Backend
from stigmer.checks.finding import Finding
from stigmer.checks.run import run_checks
from stigmer.checks.world import World
from stigmer.errors import Severity
from stigmer.manifests.manifest import Manifest


def findings(declared: list[Manifest], backend: Backend | None = None) -> list[Finding]:
    """All findings of all checks."""
    return list(run_checks(World(declared, backend)))


def codes(declared: list[Manifest], backend: Backend | None = None) -> list[str]:
    """The codes of what is found."""
    return [each.code for each in findings(declared, backend)]


def messages(declared: list[Manifest], backend: Backend | None = None, *, code: str) -> list[str]:
    """What is said under one code."""
    return [each.message for each in findings(declared, backend) if each.code == code]


def hints(declared: list[Manifest], *, code: str) -> list[str | None]:
    """The mends that are proposed under one code."""
    return [each.hint for each in findings(declared) if each.code == code]


def places(declared: list[Manifest], *, code: str) -> list[str]:
    """Where something is found under one code, as `line:column path`."""
    found = [each.diagnostic(Severity.WARNING) for each in findings(declared) if each.code == code]
    return [
        f"{each.location.line}:{each.location.column} {each.path}"
        for each in found
        if each.location is not None
    ]


def words(declared: list[Manifest], *, code: str) -> list[tuple[str, str | None]]:
    """The word or placeholder that stands in the source where something is found under one code, and the field path."""
    found = []
    for each in findings(declared):
        place = each.diagnostic(Severity.WARNING)
        if each.code == code and place.location is not None:
            line = each.manifest.origin.source.data.decode().split("\n")[place.location.line - 1]
            word = re.match(r"""["']?(\$\{[^}]*\}|[\w.-]*)""", line[place.location.column - 1 :])
            found.append((word[1] if word else "", place.path))
    return found
