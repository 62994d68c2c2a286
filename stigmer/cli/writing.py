# SPDX-License-Identifier: Apache-2.0
"""Files of a project that are written because of what is live, and what is said where that cannot be."""

from __future__ import annotations

from stigmer.cli.rewriting import create, rewrite
from stigmer.errors import Diagnostic, Location, Severity
from stigmer.manifests.source import shown
from stigmer.manifests.writing_over.overwriting import Failure


def write(path: str, data: bytes, *, new: bool) -> Diagnostic | None:
    """Writes one file, whole or not at all; what is wrong where that cannot be. A new one takes the place of whatever is there."""
    try:
        (create if new else rewrite)(path, data)
    except OSError as error:
        words = f"cannot be written: {error.strerror}"
        hint, place = "check its permissions, and the disk", Location(shown(path))
        return Diagnostic(Severity.ERROR, "export.unwritten", words, hint, place)
    return None


def refused(failure: Failure) -> Diagnostic:
    """What is said of manifests that cannot be changed in place."""
    first, *others = failure.manifests
    more = f" and {len(others)} more" if others else ""
    return first.diagnostic(
        Severity.ERROR,
        "export.in_place",
        f"{first.resource.label}{more} cannot be changed in place: {failure.reason}",
        hint="stigmer diff shows what differs: change it by hand, or move the file away and export it anew",
    )
