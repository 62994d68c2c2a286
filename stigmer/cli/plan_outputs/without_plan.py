# SPDX-License-Identifier: Apache-2.0
"""What `diff` prints where there is no plan, in the forms of a plan: its manifests are not right, or the command itself failed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from typing import assert_never

from stigmer.cli.config import find_project
from stigmer.cli.diagnostics import validation_json
from stigmer.cli.failures import asked, error_json
from stigmer.cli.options import DiffOutput, DiffReport
from stigmer.cli.plan_outputs.objects import as_yaml
from stigmer.cli.reports import Report, make_report
from stigmer.cli.reports.report import names_from_root
from stigmer.errors import Diagnostic, StigmerError
from stigmer.manifests.load import Loaded


def invalid(
    read: Loaded,
    found: Sequence[Diagnostic],
    form: DiffReport,
    set_name: str | None = None,
    target: str | None = None,
) -> str:
    """What is wrong with the manifests."""
    if form is DiffOutput.YAML:
        return as_yaml(validation_json(read.documents, found))
    if form is DiffOutput.MARKDOWN:
        return _markdown(found, set_name, target)
    files = (manifest.origin.source.name for manifest in read.manifests)
    return _report(make_report(files, found, command="diff"), form)


def failed(found: Sequence[Diagnostic], form: DiffReport, arguments: Sequence[str]) -> str:
    """Why the command failed, of which these were the arguments."""
    if form is DiffOutput.YAML:
        return as_yaml({"error": error_json(found)})
    if form is DiffOutput.MARKDOWN:
        return _markdown(found, _set_meant(arguments), asked(arguments, "--target") or None)
    return _report(make_report((), found, failed=True, command="diff"), form)


def _set_meant(arguments: Sequence[str]) -> str | None:
    """The set of the plan that there would be, as far as can be told, so that its comment is written over and not left as it was."""
    if "--all" in arguments:
        from stigmer.cli.plan_outputs.markdown import EVERY_SET

        return EVERY_SET
    named = asked(arguments, "--set")
    if named or asked(arguments, "-f"):
        return named or None
    with suppress(StigmerError, OSError):
        project = find_project(os.getcwd())
        return None if project is None else project.name
    return None


def _markdown(found: Sequence[Diagnostic], set_name: str | None, target: str | None) -> str:
    from stigmer.cli.plan_outputs.markdown import markdown_of_problems

    return markdown_of_problems(found, names_from_root(), set_name, target)


def _report(report: Report, form: DiffReport) -> str:
    match form:
        case DiffOutput.GITHUB:
            from stigmer.cli.reports.github import github_first

            return github_first(report)
        case DiffOutput.SARIF:
            from stigmer.cli.reports.sarif import sarif

            return sarif(report)
        case DiffOutput.JUNIT:
            from stigmer.cli.reports.junit import junit

            return junit(report)
        case DiffOutput.YAML | DiffOutput.MARKDOWN:
            raise ValueError(f"{form} is no report")
    assert_never(form)
