# SPDX-License-Identifier: Apache-2.0
"""A plan may not take away its own actor's access, nor anybody's last owner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stigmer.backends.contract import Backend
from stigmer.errors import Diagnostic
from stigmer.reconcile.plan import Change


def lost_access(changes: Sequence[Change], backend: Backend) -> Iterator[Diagnostic]:
    """Why the changes may not happen."""
    return iter(())
