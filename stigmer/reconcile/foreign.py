# SPDX-License-Identifier: Apache-2.0
"""Labels and annotations belong to whoever set them, key by key: what others added stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SHARED = ("labels", "annotations")
_NEVER: Mapping[str, Any] = {"metadata": {}}


def keep_foreign(
    body: Mapping[str, Any], live: Mapping[str, Any], applied: Mapping[str, Any] | None
) -> Mapping[str, Any]:
    """The body with the labels and annotations of the live one that were never declared; itself where there are none.

    `applied` is what was last declared, None where nothing ever was: then all that is live is somebody else's.
    """
    metadata = body["metadata"]
    kept = {}
    for name in _SHARED:
        ours = metadata.get(name, {})
        declared = applied["metadata"].get(name, {}) if applied is not None else {}
        foreign = {
            key: value
            for key, value in live["metadata"].get(name, {}).items()
            if key not in ours and key not in declared
        }
        if foreign:
            kept[name] = {**ours, **foreign}
    return {**body, "metadata": {**metadata, **kept}} if kept else body


def without_foreign(
    body: Mapping[str, Any], said: Mapping[str, Any], applied: Mapping[str, Any] | None
) -> Mapping[str, Any]:
    """A body that follows the live one, without the labels and annotations that neither the manifest says nor anybody declared.

    To follow what others write is not to declare it. `said` is the body of the manifest itself.
    """
    metadata = dict(body["metadata"])
    for name in _SHARED:
        entries = metadata.get(name, {})
        known = said["metadata"].get(name, {}).keys() | (applied or _NEVER)["metadata"].get(name, {}).keys()
        own = {key: value for key, value in entries.items() if key in known}
        if own != entries:
            metadata[name] = own
            if not own and name not in said["metadata"]:
                del metadata[name]
    return {**body, "metadata": metadata}
