# SPDX-License-Identifier: Apache-2.0
"""The secrets of environments as they are listed: by fingerprint, with the version since which each is what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from stigmer.backends.contract import Backend, Operation, Stored, Version
from stigmer.cli.console import Style
from stigmer.cli.resources_out import age, columns, timestamp
from stigmer.resources.confidential import Redacted, short_fingerprint
from stigmer.resources.keys import Key
from stigmer.resources.resource import first_few, label


@dataclass(frozen=True, slots=True)
class Entry:
    """One secret. `fingerprint` is None of one that only the runner reads, whose declared place is `runner`.

    `since` is the oldest version from which on it is what it is; `used_by` is who refers to its environment.
    """

    environment: Key
    name: str
    fingerprint: str | None
    runner: Mapping[str, str] | None
    since: Version
    used_by: tuple[Key, ...]

    @property
    def how(self) -> str:
        """What brought it: `apply`, `hand` or `rollback`."""
        if self.since.operation is Operation.RESTORED:
            return "rollback"
        return "apply" if self.since.declares else "hand"


def entries(environments: Sequence[Stored], store: Backend) -> list[Entry]:
    """The secrets of live environments, in their order and by name. Raises BackendError."""
    referrers = store.referrers([each.key for each in environments])
    return [
        entry
        for environment in environments
        for entry in _entries(environment, store, tuple(referrers.get(environment.key, ())))
    ]


def _entries(environment: Stored, store: Backend, used_by: tuple[Key, ...]) -> list[Entry]:
    now = _secrets(environment.body)
    if not now:
        return []
    since: dict[str, Version] = {}
    left = set(now)
    for version in store.versions(environment.key):
        if version.resource_id != environment.id:
            continue  # of another that had the name
        then = _secrets(version.body)
        left = {name for name in left if name in then and _same(then[name], now[name])}
        since |= dict.fromkeys(left, version)
        if not left:
            break
    return [
        Entry(
            environment.key,
            name,
            now[name].get("fingerprint"),
            now[name].get("value_from", {}).get("runner"),
            since[name],
            used_by,
        )
        for name in sorted(now)
    ]


def _secrets(body: bytes) -> dict[str, Mapping[str, Any]]:
    data = orjson.loads(body).get("spec", {}).get("data", {})
    return {name: entry for name, entry in data.items() if entry.get("is_secret") or "value_from" in entry}


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(one.get(part) == other.get(part) for part in ("fingerprint", "value_from"))


def entry_json(entry: Entry) -> dict[str, Any]:
    """One secret as an object."""
    value = (
        {"value": Redacted(entry.fingerprint)}
        if entry.runner is None
        else {"value_from": {"runner": entry.runner}}
    )
    return {
        "environment": entry.environment.name,
        "org": entry.environment.org,
        "name": entry.name,
        **value,
        "set_at": timestamp(entry.since.created_at),
        "set_by": entry.since.actor,
        "how": entry.how,
        "version": entry.since.number,
        "used_by": [label(each) for each in entry.used_by],
    }


def entry_table(found: Sequence[Entry], style: Style) -> str:
    """A line a secret; organizations are told where there are several."""
    head = ["ENVIRONMENT", "NAME", "FINGERPRINT", "SET", "BY", "HOW", "USED BY"]
    rows = [_row(each) for each in found]
    if len({each.environment.org for each in found}) > 1:
        head.insert(1, "ORG")
        for row, each in zip(rows, found, strict=True):
            row.insert(1, each.environment.org)
    return columns(head, rows, style)


def _row(entry: Entry) -> list[str]:
    fingerprint = "on the runner" if entry.fingerprint is None else short_fingerprint(entry.fingerprint)
    return [
        entry.environment.name,
        entry.name,
        fingerprint,
        age(entry.since.created_at, datetime.now(UTC)),
        entry.since.actor,
        entry.how,
        first_few([label(each) for each in entry.used_by]) or "-",
    ]
