# SPDX-License-Identifier: Apache-2.0
"""Stored resources as they are shown: whole, with what the system adds, or a line each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from stigmer.backends.contract import Stored
from stigmer.cli.console import Style, visible
from stigmer.resources.display import display
from stigmer.resources.kinds import kind_named
from stigmer.resources.resource import label


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def shown(stored: Stored) -> dict[str, Any]:
    """The resource whole, as a manifest writes it, with the system's part of the metadata and the status."""
    kind = kind_named(stored.key.kind)
    body = orjson.loads(stored.body)
    version = {"number": stored.version, "id": stored.version_id}
    if stored.previous_version_id is not None:
        version["previous_id"] = stored.previous_version_id
    system = {
        "id": stored.id,
        "revision": stored.revision,
        "version": version,
        "created_at": timestamp(stored.created_at),
        "created_by": stored.created_by,
        "updated_at": timestamp(stored.updated_at),
        "updated_by": stored.updated_by,
        "set": stored.owner,
    }
    body["metadata"] |= {name: value for name, value in system.items() if value is not None}
    if stored.status is not None:
        body["status"] = orjson.loads(stored.status)
    return display(kind, body, stored.key.org)


def table(resources: Sequence[Stored], style: Style, *, wide: bool, with_kind: bool) -> str:
    """A line a resource under a head; `with_kind` writes `kind/name` for names."""
    head = ["NAME", "ORG", "TITLE", "SET", "VERSION", "UPDATED"]
    if wide:
        head += ["BY", "REVISION", "ID"]
    rows = [_row(each, wide=wide, with_kind=with_kind) for each in resources]
    return columns(head, rows, style)


def columns(head: Sequence[str], rows: Sequence[Sequence[str]], style: Style) -> str:
    """Rows in aligned columns under a head."""
    rows = [[visible(cell).replace("\n", " ") for cell in row] for row in rows]
    widths = [max(len(row[index]) for row in (head, *rows)) for index in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, *rows)
    ]
    return "\n".join([style.paint("bold", lines[0]), *lines[1:]]) + "\n"


def age(moment: datetime, now: datetime) -> str:
    """How long ago it was, in the largest unit that fits."""
    seconds = max(0, int((now - moment).total_seconds()))
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{seconds // size}{unit} ago"
    return f"{seconds}s ago"


def _row(stored: Stored, *, wide: bool, with_kind: bool) -> list[str]:
    metadata = orjson.loads(stored.body)["metadata"]
    row = [
        label(stored.key) if with_kind else stored.key.name,
        stored.key.org or "-",
        metadata.get("title", "-"),
        stored.owner or "-",
        str(stored.version),
        age(stored.updated_at, datetime.now(UTC)),
    ]
    return [*row, stored.updated_by, str(stored.revision), stored.id] if wide else row
