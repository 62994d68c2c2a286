# SPDX-License-Identifier: Apache-2.0
"""One plan among several that a command shows together: of a target, or of a project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stigmer.cli import wiring
from stigmer.cli.console import Console
from stigmer.cli.diagnostics import validation_json
from stigmer.cli.options import DiffOutput
from stigmer.cli.planning import Planned, Prepared, plan_as_json, status_of, tell_invalid, tell_plan
from stigmer.errors import Diagnostic, ExitCode


@dataclass(frozen=True, slots=True)
class Listed:
    """What was read, and its plan where the manifests are right; `name` tells it from the others, `heading` is what it is shown under."""

    name: str
    heading: str
    prepared: Prepared
    planned: Planned | None

    @property
    def diagnostics(self) -> Sequence[Diagnostic]:
        """What was found."""
        return (self.planned or self.prepared.read).diagnostics

    @property
    def valid(self) -> bool:
        """Whether there is a plan to look at."""
        return self.planned is not None and not self.planned.invalid

    def status(self, differences: ExitCode) -> ExitCode:
        """The status that goes with it: `differences` where the plan has changes."""
        if self.planned is None or self.planned.invalid:
            return ExitCode.INVALID
        return status_of(self.planned, differences)

    def as_json(self) -> dict[str, Any]:
        """The plan as an object, or what is wrong with the manifests."""
        if self.planned is None or self.planned.invalid:
            return validation_json(self.prepared.read.documents, self.diagnostics)
        return plan_as_json(self.planned)

    def tell(self, console: Console, differences: ExitCode) -> ExitCode:
        """Prints it under its heading."""
        tell_heading(self.heading, self.prepared, console)
        if self.planned is None or self.planned.invalid:
            console.result("The manifests are not valid.\n")
            return tell_invalid(self.prepared.read, self.diagnostics, DiffOutput.TEXT, console)
        return tell_plan(self.planned, differences=differences)


def tell_heading(heading: str, prepared: Prepared, console: Console) -> None:
    """Prints the heading of one of several, and says where it is."""
    console.result(console.style.paint("bold", heading) + "\n")
    console.note(wiring.where(prepared.settings, prepared.set))


def tell_each(plans: Sequence[Listed], console: Console, differences: ExitCode) -> ExitCode:
    """Prints all of them, a blank line before each but the first, and gives the gravest status."""
    worst = ExitCode.DONE
    for number, each in enumerate(plans):
        console.result("\n" if number else "")
        worst = max(worst, each.tell(console, differences))
    return worst


def plan_list(plans: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Several plans as one object of the JSON output."""
    return {"format_version": 1, "kind": "PlanList", "plans": list(plans)}
