# SPDX-License-Identifier: Apache-2.0
"""References: how a field names another resource, short or long, and the one form both have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stigmer.resources.keys import Key
from stigmer.resources.kinds import Kind
from stigmer.resources.paths import Path

LATEST = "latest"


@dataclass(frozen=True, slots=True)
class Reference:
    """A resource named by another: where it is named, whom it names, and which version where one is said."""

    path: Path
    key: Key
    version: str | None = None


def parse_reference(value: Any, target: Kind, org: str) -> dict[str, str]:
    """The canonical form of a reference: `name`, `org` unless the kind is global, `version` unless it is the latest.

    `value` is `name`, `org/name`, either with `@version`, or the long form as a dict; `org` is where a name without one is
    looked for. Raises ValueError for a reference into an organization to a kind that has none.
    """
    if isinstance(value, str):
        place, _, version = value.partition("@")
        said_org, _, name = place.rpartition("/")
    else:
        name, said_org, version = value["name"], value.get("org", ""), value.get("version", "")
    if target.is_global:
        if said_org:
            raise ValueError(f"{target.name} is global: name it without an organization")
        canonical = {"name": name}
    else:
        canonical = {"name": name, "org": said_org or org}
    if version and version != LATEST:
        canonical["version"] = version
    return canonical


def short_reference(reference: dict[str, str], org: str) -> str:
    """A canonical reference as a manifest in `org` writes it."""
    said_org = reference.get("org", "")
    name = reference["name"] if said_org in ("", org) else f"{said_org}/{reference['name']}"
    return f"{name}@{reference['version']}" if "version" in reference else name


def reference_key(reference: dict[str, str], target: Kind) -> Key:
    """Whom a canonical reference names."""
    return Key(target.name, "" if target.is_global else reference["org"], reference["name"])
