# SPDX-License-Identifier: Apache-2.0
"""A plan with all that is told of it beside its changes: what every output is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from stigmer.cli.plan_outputs.weight import Weight, weighed
from stigmer.errors import Diagnostic, Severity
from stigmer.reconcile.plan import Change, Plan
from stigmer.resources.keys import Key
from stigmer.resources.resource import label

if TYPE_CHECKING:
    from stigmer.meaning.meaning import Meaning


@dataclass(frozen=True)
class Told:
    """What is to be told of a plan.

    `diagnostics` are all that belong to it, those of the manifests as well. `org` is the organization that needs no mention, `target` the
    project's target it is for, if any. `declared_in` is the file that declares the set: the place of what no manifest names any more.
    """

    plan: Plan
    diagnostics: tuple[Diagnostic, ...] = ()
    meanings: tuple[Meaning, ...] = ()
    org: str = ""
    target: str | None = None
    declared_in: str | None = None
    show_unchanged: bool = field(default=False, kw_only=True)

    @cached_property
    def refusals(self) -> tuple[Diagnostic, ...]:
        """What is against carrying it out."""
        return tuple(each for each in self.diagnostics if each.severity is Severity.ERROR)

    @cached_property
    def by_danger(self) -> tuple[Meaning, ...]:
        """The meanings, the most dangerous first."""
        return tuple(sorted(self.meanings, key=lambda each: -each.danger))

    @cached_property
    def dangerous(self) -> frozenset[Key]:
        """The resources by which somebody gains what is dangerous."""
        if not self.meanings:
            return frozenset()
        from stigmer.meaning.meaning import Danger  # what changes nothing means nothing

        return frozenset(
            key
            for each in self.meanings
            if any(shift.gained and shift.danger is Danger.HIGH for shift in each.shifts)
            for key in (each.subject, *each.cause)
        )

    @cached_property
    def sentences(self) -> dict[Key, list[str]]:
        """What the change of a resource means, or the change of others for it."""
        found: dict[Key, list[str]] = {}
        for each in self.by_danger:
            for key in dict.fromkeys((each.subject, *each.cause)):
                found.setdefault(key, []).append(each.sentence)
        return found

    @cached_property
    def weights(self) -> dict[Weight, list[Change]]:
        """The changes by weight, the heaviest weight first, those of one in the order in which they happen."""
        refused = {each.resource for each in self.refusals if each.resource is not None}
        return weighed(self.plan.changes, refused, self.dangerous)

    def name(self, key: Key) -> str:
        """What a resource is called where the organization goes without saying."""
        return name_in(self.org, key)


def name_in(org: str, key: Key) -> str:
    """What a resource is called where an organization goes without saying."""
    return label(key) if key.org in ("", org) else f"{label(key)} in org {key.org}"
