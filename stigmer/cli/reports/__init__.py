# SPDX-License-Identifier: Apache-2.0
"""What `validate` or `diff` found, in the forms that other programs show: GitHub's annotations, SARIF, JUnit.

Each form is a module with one function from a `Report` to text; the text holds what the diagnostics hold and nothing else.
"""

from __future__ import annotations

from typing import assert_never

from stigmer.cli.options import ReportForm, ValidateOutput
from stigmer.cli.reports.report import Report, make_report

__all__ = ["Report", "make_report", "written"]


def written(report: Report, form: ReportForm) -> str:
    """The report in a form. Only the module that is needed is imported."""
    match form:
        case ValidateOutput.GITHUB:
            from stigmer.cli.reports.github import github

            return github(report)
        case ValidateOutput.SARIF:
            from stigmer.cli.reports.sarif import sarif

            return sarif(report)
        case ValidateOutput.JUNIT:
            from stigmer.cli.reports.junit import junit

            return junit(report)
        case _:
            assert_never(form)
