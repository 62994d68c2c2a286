# SPDX-License-Identifier: Apache-2.0
"""A plan in the forms in which it can be asked for: for a reviewer, for a program, for what shows the findings of a pipeline.

Each form is made of a `Told`. All of them show the heaviest changes first, tell whatever is against the plan, and hold no secret.
"""

from __future__ import annotations

from typing import assert_never

from stigmer.cli.options import DiffOutput, DiffReport
from stigmer.cli.plan_outputs.told import Told

__all__ = ["Told", "written"]


def written(told: Told, form: DiffReport) -> str:
    """The plan in a form. Only the modules that are needed are imported."""
    from stigmer.cli.reports.report import make_report, names_from_root

    match form:
        case DiffOutput.YAML:
            from stigmer.cli.plan_outputs.objects import as_yaml, plan_object

            return as_yaml(plan_object(told))
        case DiffOutput.MARKDOWN:
            from stigmer.cli.plan_outputs.markdown import markdown

            return markdown(told, names_from_root())
        case DiffOutput.GITHUB:
            from stigmer.cli.plan_outputs.notes import everything
            from stigmer.cli.reports.github import github_first

            return github_first(make_report((), everything(told), command="diff"))
        case DiffOutput.SARIF:
            from stigmer.cli.plan_outputs.notes import what_wants_care
            from stigmer.cli.reports.sarif import sarif

            return sarif(make_report((), what_wants_care(told), command="diff"))
        case DiffOutput.JUNIT:
            from stigmer.cli.plan_outputs.cases import plan_junit

            return plan_junit(told, names_from_root())
        case _:
            assert_never(form)
