# SPDX-License-Identifier: Apache-2.0
"""Everything that can be said of manifests without a backend: what `validate` tells and `doctor` counts."""

from __future__ import annotations

import os

from stigmer.cli.checking import check, judge, rules_of
from stigmer.cli.progress import Progress
from stigmer.cli.reading import Paths, read, without_broken_references
from stigmer.cli.settings import organization
from stigmer.errors import Diagnostic
from stigmer.manifests.load import Loaded
from stigmer.reconcile.graph import dependency_graph
from stigmer.reconcile.resolve import resolve
from stigmer.resources.canonical import DEFAULT_ORG


def examine(
    paths: Paths, org: str | None, *, strict: bool, progress: Progress
) -> tuple[Loaded, list[Diagnostic]]:
    """The manifests, and everything that is to be said of them, in order.

    Raises UsageError for a path that names nothing, ConfigurationError for a policy that is none.
    """
    rules = rules_of(paths.project)
    org = organization(org, paths.project, os.environ) or DEFAULT_ORG
    found = read(paths, org, strict=strict, progress=progress)
    progress.phase("checking")
    diagnostics = [
        *found.diagnostics,
        *resolve(without_broken_references(found), None, strict=strict),
        *dependency_graph(found.manifests).diagnostics(),
        *check(found.manifests, paths.project, None, strict=strict),
        *judge(found.manifests, rules, strict=strict),
    ]
    return found, sorted(diagnostics, key=lambda each: each.sort_key)
