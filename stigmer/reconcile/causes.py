# SPDX-License-Identifier: Apache-2.0
"""Who is behind what drifted: the version of a resource's history since which a field is what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson

from stigmer.backends.contract import Backend, Stored, Version
from stigmer.reconcile.diff import compare, with_causes
from stigmer.reconcile.plan import Blame, Cause, FieldChange
from stigmer.resources.display import display
from stigmer.resources.kinds import Kind


def changes_since(
    kind: Kind, declared: Mapping[str, Any] | None, stored: Stored, after: Mapping[str, Any], backend: Backend
) -> tuple[FieldChange, ...]:
    """What makes a live resource the displayed body `after`, each field with its cause and, where it drifted, who changed it.

    `declared` is the canonical body that was last declared, None where nothing ever was: then no field can have drifted. Only of a
    resource that drifted the history is read. Raises BackendError.
    """
    org = stored.key.org
    before = display(kind, orjson.loads(stored.body), org)
    if declared is None or stored.applied is None:
        return compare(kind, before, after)
    changes = with_causes(kind, display(kind, declared, org), before, after)
    if all(change.cause is Cause.MANIFEST for change in changes):
        return changes
    return _blamed(kind, org, changes, backend.versions(stored.key), before, after)


def _blamed(
    kind: Kind,
    org: str,
    changes: Sequence[FieldChange],
    history: Sequence[Version],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> tuple[FieldChange, ...]:
    """The changes, those that drifted with the oldest version, from the newest on, in which their field already was as it is."""
    culprits: dict[str, Version] = {}
    sought = {change.path for change in changes if change.cause is not Cause.MANIFEST}
    for version in history:
        then = display(kind, orjson.loads(version.body), org)
        # Told as if that version had been declared: what then came from the manifest alone was already as it is.
        other = {
            each.path for each in with_causes(kind, then, before, after) if each.cause is not Cause.MANIFEST
        }
        sought -= other
        if not sought:
            break
        culprits |= dict.fromkeys(sought, version)
    return tuple(
        replace(change, blame=blame_of(culprits[change.path])) if change.path in culprits else change
        for change in changes
    )


def who_and_when(blame: Blame) -> str:
    """Who changed something, and when, as sentences say it."""
    return f"{blame.actor} on {when(blame.at)}"


def when(moment: datetime) -> str:
    """A moment to the minute, as sentences say it."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def blame_of(version: Version) -> Blame:
    """Who made a version."""
    return Blame(version.actor, version.created_at, version.revision, version.message, version.commit)
