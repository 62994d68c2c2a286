# SPDX-License-Identifier: Apache-2.0
"""Sealed values of manifests, opened with the identities that are here."""

from __future__ import annotations

from collections.abc import Sequence

from stigmer.errors import Diagnostic, Severity
from stigmer.manifests.writing_over.entries import ValueEntry
from stigmer.resources.confidential import Secret
from stigmer.secrets.age import Identities, unsealed_by
from stigmer.secrets.sources import Missing


def opened(
    sealed: Sequence[ValueEntry], identities: Identities
) -> tuple[dict[ValueEntry, Secret], list[Diagnostic]]:
    """The values of the sealed ones among the entries, and those that do not open."""
    values: dict[ValueEntry, Secret] = {}
    wrong = []
    for entry in sealed:
        if entry.armored is None:
            continue
        found = unsealed_by(entry.armored, identities)
        if isinstance(found, Secret):
            values[entry] = found
            continue
        code = "secret.unresolved" if isinstance(found, Missing) else found.code
        hint = "name a file of identities with -i" if isinstance(found, Missing) else found.hint
        wrong.append(entry.diagnostic(Severity.ERROR, code, f"{entry.name}: {found.reason}", hint))
    return values, wrong
