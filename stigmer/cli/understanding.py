# SPDX-License-Identifier: Apache-2.0
"""What a plan means, and what the project's policies over changes say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from stigmer.backends.contract import Backend
from stigmer.cli.config import Project
from stigmer.errors import Diagnostic, Severity
from stigmer.manifests.manifest import Manifest
from stigmer.reconcile.plan import Plan

if TYPE_CHECKING:
    from stigmer.checks.policies.judge import Rules
    from stigmer.meaning.meaning import Meaning


def understand(
    plan: Plan,
    backend: Backend,
    *,
    rules: Rules | None = None,
    project: Project | None = None,
    manifests: Sequence[Manifest] = (),
    strict: bool = False,
) -> tuple[tuple[Meaning, ...], list[Diagnostic]]:
    """The meaning of a plan, and what policies over changes have against it: an error where it may not be applied. Raises BackendError.

    `manifests` are those that it was made of, for the places in them; a saved plan is judged without. A plan without changes has no
    meaning, and neither is anything asked.
    """
    if not plan.changes:
        return (), []
    from stigmer.meaning.reading import every_meaning, meanings, told

    if rules is None or not rules.over_changes:
        return meanings(plan, backend), []
    from stigmer.checks.policies.changes import judge_changes
    from stigmer.meaning.facts import change_facts

    every = every_meaning(plan, backend)
    facts = change_facts(plan, every, backend, {each.key: each for each in manifests})
    found = [
        _settled(diagnostic, index, project, strict=strict)
        for index, diagnostic in judge_changes(rules, facts)
    ]
    return told(every, plan), found


def _settled(diagnostic: Diagnostic, index: int, project: Project | None, *, strict: bool) -> Diagnostic:
    """The diagnostic with a place, at worst that of its policy, and the weight that it has here."""
    place = diagnostic.location
    if place is None and project is not None:
        place = project.document.locate(("policies", index, "rule"))
    severity = Severity.ERROR if strict else diagnostic.severity
    return replace(diagnostic, location=place, severity=severity)
