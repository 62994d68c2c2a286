# SPDX-License-Identifier: Apache-2.0
"""Why a field differs, in words: what the manifests do not account for, and who did it."""

from __future__ import annotations

from stigmer.cli.console import on_one_line
from stigmer.reconcile.causes import who_and_when
from stigmer.reconcile.plan import Blame, Cause, FieldChange

_CAUSE = {
    Cause.MANIFEST: "",
    Cause.DRIFT: "drift: changed since the last apply",
    Cause.BOTH: "conflict: changed in the manifest, and live since the last apply",
}


def cause_words(change: FieldChange) -> str:
    """The cause and who is to be asked about it, on one line; empty where the manifest alone changed."""
    said = [_CAUSE[change.cause], "" if change.blame is None else _blame(change.blame)]
    return ", ".join(each for each in said if each)


def _blame(blame: Blame) -> str:
    message = f": {on_one_line(blame.message)}" if blame.message else ""
    return f"by {on_one_line(who_and_when(blame))}, revision {blame.revision:,}{message}"
