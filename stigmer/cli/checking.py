# SPDX-License-Identifier: Apache-2.0
"""Checks of manifests that are valid one by one: what they find together, less what is silenced, and what policies say, as diagnostics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from stigmer.checks.finding import Finding
from stigmer.checks.run import run_checks
from stigmer.checks.silence import unsilenced, wrong_silences
from stigmer.checks.world import World
from stigmer.cli.config import Project
from stigmer.cli.failures import ConfigurationError
from stigmer.errors import Diagnostic, Severity
from stigmer.manifests.load import MOST_TOLD
from stigmer.manifests.manifest import Manifest
from stigmer.resources.keys import Key

if TYPE_CHECKING:
    from stigmer.backends.contract import Backend
    from stigmer.checks.policies.judge import Rules


def rules_of(project: Project | None) -> Rules | None:
    """The policies of the project, ready to be asked, None without any. Raises ConfigurationError with all that is wrong with them."""
    if project is None or not project.policies:
        return None
    from stigmer.checks.policies.judge import compile_policies

    rules, problems = compile_policies(project.policies)
    found = [
        Diagnostic(
            Severity.ERROR,
            "policy.rule" if problem.setting == "rule" else "settings.value",
            f"policy {project.policies[index].name}: {problem.message}",
            problem.hint,
            project.document.locate_within(("policies", index, problem.setting), problem.offset),
        )
        for index, problem in problems.items()
    ]
    if found:
        raise ConfigurationError(found)
    return rules


def judge(manifests: Sequence[Manifest], rules: Rules | None, *, strict: bool) -> list[Diagnostic]:
    """What the policies say, each with its own weight, all of them errors if `strict`."""
    if rules is None:
        return []
    return [
        finding.diagnostic(Severity.ERROR if strict else severity)
        for severity, finding in rules.judge(manifests)
    ]


def check(
    manifests: Sequence[Manifest], project: Project | None, backend: Backend | None, *, strict: bool
) -> list[Diagnostic]:
    """What the checks say: warnings, errors if `strict`. With a backend they know what is live as well."""
    world = World(manifests, backend)
    silenced = project.silence if project is not None else {}
    findings = unsilenced(chain(run_checks(world), wrong_silences(manifests)), silenced)
    severity = Severity.ERROR if strict else Severity.WARNING
    return list(_told(findings, severity))


def _told(findings: Iterable[Finding], severity: Severity) -> Iterator[Diagnostic]:
    """The findings with their places, so many of each manifest: finding a place takes time, and a manifest may hold thousands."""
    told: Counter[Key] = Counter()
    for finding in findings:
        told[finding.manifest.key] += 1
        if told[finding.manifest.key] < MOST_TOLD:
            yield finding.diagnostic(severity)
        elif told[finding.manifest.key] == MOST_TOLD:
            words = f"{finding.message}; if there is more here, it is not told"
            yield replace(finding, message=words).diagnostic(severity)
