# SPDX-License-Identifier: Apache-2.0
"""What a shell is offered while a command line is typed."""

from __future__ import annotations


def complete_kinds(incomplete: str) -> list[tuple[str, str]]:
    """The kinds that begin so, each with what it is."""
    from stigmer.resources.kinds import kinds

    return [(kind.slug, kind.description) for kind in kinds() if kind.slug.startswith(incomplete)]


def complete_export(incomplete: str) -> list[tuple[str, str]]:
    """The kinds that manifests may have and that begin so."""
    from stigmer.resources.kinds import kinds

    offered = [(kind.slug, kind.description) for kind in kinds() if kind.declarable]
    return [each for each in offered if each[0].startswith(incomplete)]


def complete_new(incomplete: str) -> list[tuple[str, str]]:
    """What can be made: a project, or a manifest of a kind that manifests may have."""
    from stigmer.resources.kinds import kinds

    offered = [("project", "A working example to start from.")]
    offered += [(kind.slug, kind.description) for kind in kinds() if kind.declarable]
    return [each for each in offered if each[0].startswith(incomplete)]


def complete_explain(incomplete: str) -> list[tuple[str, str]]:
    """What can be explained and begins so: kinds, after a dot their fields, and codes."""
    from stigmer.codes import codes
    from stigmer.errors import NotFoundError
    from stigmer.manifests.outlines.outline import find_outline
    from stigmer.resources.kinds import find_kind

    holder, dot, _ = incomplete.rpartition(".")
    name, _, path = holder.partition(".")
    kind = find_kind(name) if dot else None
    offered = [] if dot else complete_kinds("")
    if kind is not None:
        try:
            fields = find_outline(kind, path).fields
        except NotFoundError:
            fields = ()
        offered = [(f"{holder}.{each.name}", each.description) for each in fields]
    offered += [(code.name, code.means) for code in codes().values()] if dot else []
    return [each for each in offered if each[0].startswith(incomplete)]
