# SPDX-License-Identifier: Apache-2.0
"""A version as a resource of its own kind, so that history is listed and read as everything else is."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import orjson

from stigmer.backends.contract import Stored, Version
from stigmer.resources.confidential import Redacted
from stigmer.resources.display import display
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named
from stigmer.resources.resource import digest, encode

HISTORY_KIND = "ApiResourceVersion"
"""The kind whose resources are the versions of all the others. Its names are ids."""


def version_resource(version: Version) -> Stored:
    """The version as a stored resource: what happened once and never changes."""
    kind = kind_named(HISTORY_KIND)
    said = {
        "org": version.key.org or None,
        "previous_version_id": version.previous_id,
        "message": version.message,
        "commit": None
        if version.commit is None
        else {"id": version.commit.id, "author": version.commit.author},
    }
    spec = {
        "resource_kind": f"API_RESOURCE_KIND_{kind_named(version.key.kind).singular.upper()}",
        "resource_id": version.resource_id,
        "name": version.key.name,
        "number": version.number,
        "digest": version.digest,
        "actor": version.actor,
        "created_at": version.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "operation": f"VERSION_OPERATION_{version.operation.upper()}",
        "snapshot": _snapshot(version),
        **{name: value for name, value in said.items() if value is not None},
    }
    metadata = {"name": version.id} | ({"org": version.key.org} if version.key.org else {})
    body = encode({"apiVersion": kind.api_version, "kind": kind.name, "metadata": metadata, "spec": spec})
    return Stored(
        key=Key(kind.name, version.key.org, version.id),
        id=version.id,
        revision=version.revision,
        digest=digest(body),
        body=body,
        owner=None,
        version=1,
        version_id=version.id,
        previous_version_id=None,
        created_at=version.created_at,
        created_by=version.actor,
        updated_at=version.created_at,
        updated_by=version.actor,
    )


def _snapshot(version: Version) -> Any:
    """The body as a manifest writes it, secrets redacted: within a free map nothing else would keep them from being shown."""
    shown = display(kind_named(version.key.kind), orjson.loads(version.body), version.key.org)
    return orjson.loads(
        orjson.dumps(shown, default=Redacted.as_json, option=orjson.OPT_PASSTHROUGH_DATACLASS)
    )
