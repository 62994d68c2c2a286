# SPDX-License-Identifier: Apache-2.0
"""A plan as tests: a case a resource, failed by what is against the plan there, so that something fails exactly where apply refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from stigmer.cli.console import Style, on_one_line
from stigmer.cli.plan_outputs.told import Told
from stigmer.cli.plan_text import change_text
from stigmer.cli.reports.junit import Case, junit_of_cases
from stigmer.errors import Diagnostic, Location
from stigmer.reconcile.plan import Change
from stigmer.resources.keys import Key
from stigmer.resources.resource import label


def plan_junit(told: Told, named: Callable[[str], str]) -> str:
    """Changed and unchanged resources alike, by name, so that every run has the same cases; what a change holds is its case's output.

    What belongs to no resource is a case of its own. `named` gives a file as the repository knows it.
    """
    found: dict[str, list[Diagnostic]] = {}
    for each in told.diagnostics:
        place = each.location and replace(each.location, file=named(each.location.file))
        found.setdefault(each.resource or "", []).append(replace(each, location=place))
    cases = []
    for key, place, change in sorted(_resources(told), key=lambda each: each[0]):
        output = "" if change is None else "".join(change_text(change, Style(), told.org))
        output += "".join(f"{on_one_line(sentence)}\n" for sentence in told.sentences.get(key, ()))
        file = "" if place is None else named(place.file)
        cases.append(Case(told.name(key), file, found.pop(label(key), ()), output))
    cases += [Case(resource, "", those) for resource, those in sorted(found.items())]
    return junit_of_cases("diff", cases)


def _resources(told: Told) -> list[tuple[Key, Location | None, Change | None]]:
    changed = [(each.key, each.location, each) for each in told.plan.changes]
    return [*changed, *((each.key, each.location, None) for each in told.plan.unchanged)]
