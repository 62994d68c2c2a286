# SPDX-License-Identifier: Apache-2.0
"""Everything that can be said of manifests without a backend: what `validate` tells and `doctor` counts."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from stigmer.cli.checking import check, judge, rules_of
from stigmer.cli.config import Target
from stigmer.cli.progress import Progress
from stigmer.cli.reading import Paths, read, without_broken_references
from stigmer.cli.settings import organization
from stigmer.errors import Diagnostic
from stigmer.manifests.load import Loaded
from stigmer.reconcile.graph import dependency_graph
from stigmer.reconcile.resolve import resolve
from stigmer.resources.keys import DEFAULT_ORG

if TYPE_CHECKING:
    from stigmer.checks.policies.judge import Rules


def examine(
    paths: Paths, org: str | None, *, strict: bool, progress: Progress
) -> tuple[Loaded, list[Diagnostic]]:
    """The manifests, and everything that is to be said of them, in order: of a project as it is and for each target, unless the
    paths say one.

    Raises UsageError for a path that names nothing, ConfigurationError for a policy that is none.
    """
    rules = rules_of(paths.project)
    found, diagnostics = _examine(paths, org, rules, strict=strict, progress=progress)
    if paths.project is not None and paths.target is None:
        for target in paths.project.targets.values():
            merged, more = _examine(
                replace(paths, target=target), org, rules, strict=strict, progress=progress
            )
            diagnostics += _news(diagnostics, more, target)
            news = merged.overlays - found.overlays
            found = Loaded(
                (*found.manifests, *merged.manifests), (), found.documents + len(news), found.overlays | news
            )
    return found, sorted(diagnostics, key=lambda each: each.sort_key)


def _examine(
    paths: Paths, org: str | None, rules: Rules | None, *, strict: bool, progress: Progress
) -> tuple[Loaded, list[Diagnostic]]:
    org = organization(org, paths.project, os.environ, paths.target) or DEFAULT_ORG
    found = read(paths, org, strict=strict, progress=progress)
    progress.phase("checking" if paths.target is None else f"checking target {paths.target.name}")
    diagnostics = [
        *found.diagnostics,
        *resolve(without_broken_references(found), None, strict=strict),
        *dependency_graph(found.manifests).diagnostics(),
        *check(found.manifests, paths.project, None, strict=strict),
        *judge(found.manifests, rules, strict=strict),
    ]
    return found, diagnostics


def _news(told: list[Diagnostic], found: list[Diagnostic], target: Target) -> list[Diagnostic]:
    """What was found for a target and not told before; a problem is known by its code and its place."""
    known = {_identity(each) for each in told}
    return [
        replace(each, message=f"{each.message} (target {target.name})")
        for each in found
        if _identity(each) not in known
    ]


def _identity(found: Diagnostic) -> tuple[object, ...]:
    return found.code, found.location, found.path, None if found.location is not None else found.message
