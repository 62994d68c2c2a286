# SPDX-License-Identifier: Apache-2.0
"""API keys whose time is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from stigmer.checks.finding import Finding
from stigmer.checks.world import World
from stigmer.manifests.manifest import Manifest


def check(manifests: Sequence[Manifest], world: World) -> Iterator[Finding]:
    """Finds keys that expired before now."""
    now = datetime.now(UTC)
    for manifest in manifests:
        said = manifest.resource.body["spec"].get("expires_at")
        if said is not None and datetime.fromisoformat(said) <= now:
            words = f"this key expired at {said}"
            hint = "issue another key with a later time, or remove this one"
            yield Finding(manifest, "api_key.expired", words, ("spec", "expires_at"), hint)
