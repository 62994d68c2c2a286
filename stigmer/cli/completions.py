# SPDX-License-Identifier: Apache-2.0
"""What a shell is offered while a command line is typed."""

from __future__ import annotations


def complete_kinds(incomplete: str) -> list[tuple[str, str]]:
    """The kinds that begin so, each with what it is."""
    from stigmer.resources.kinds import kinds

    return [(kind.slug, kind.description) for kind in kinds() if kind.slug.startswith(incomplete)]
