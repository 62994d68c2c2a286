# SPDX-License-Identifier: Apache-2.0
"""JUnit's XML: test cases, failed by the errors that are theirs; warnings are their output.

The same names in every run are what lets a CI system say which of them failed anew. Of `validate` a file is a case and not a document,
because a document that cannot be read has no name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from stigmer.cli.console import Style, count, visible
from stigmer.cli.diagnostics import diagnostics_text
from stigmer.cli.reports.report import Report
from stigmer.errors import Diagnostic, Severity


@dataclass(frozen=True, slots=True)
class Case:
    """One test: its name, empty for what belongs to none; the file it is about, if any; what was found of it; what it prints besides."""

    name: str
    file: str
    found: Sequence[Diagnostic]
    output: str = ""


def junit(report: Report) -> str:
    """The report as one suite in an XML document: a case a file."""
    cases: dict[str, list[Diagnostic]] = {file: [] for file in report.files}
    for each in report.diagnostics:
        cases.setdefault(each.location.file if each.location else "", []).append(each)
    listed = [Case(file, file, found) for file, found in sorted(cases.items())]
    return junit_of_cases(report.command, listed, failed=report.failed)


def junit_of_cases(command: str, cases: Sequence[Case], *, failed: bool = False) -> str:
    """Cases as one suite of a command in an XML document. With `failed`, what fails a case is that the command itself failed."""
    name = f"stigmer {command}"
    suites = Element("testsuites")
    suite = SubElement(suites, "testsuite", name=name)
    failing = "error" if failed else "failure"
    failures = sum([_case(suite, name, each, failing) for each in cases])
    for element in (suites, suite):
        element.set("tests", str(len(cases)))
        element.set("failures", "0" if failed else str(failures))
        element.set("errors", str(failures) if failed else "0")
        element.set("skipped", "0")
    indent(suites)
    return "<?xml version='1.0' encoding='UTF-8'?>\n" + tostring(suites, encoding="unicode") + "\n"


def _case(suite: Element, suite_name: str, told: Case, failing: str) -> bool:
    """Adds a case; tells whether it failed."""
    place = {"file": visible(told.file)} if told.file else {}
    name = visible(told.name) or suite_name
    case = SubElement(suite, "testcase", {"classname": suite_name, "name": name, **place})
    errors = [each for each in told.found if each.severity is Severity.ERROR]
    others = [each for each in told.found if each.severity is not Severity.ERROR]
    if errors:
        more = f" (and {count(len(errors) - 1, 'more error')})" if len(errors) > 1 else ""
        said = {"message": visible(errors[0].message) + more, "type": errors[0].code}
        SubElement(case, failing, said).text = _text(errors)
    if others or told.output:
        SubElement(case, "system-out").text = _text(others) + visible(told.output)
    return bool(errors)


def _text(found: Sequence[Diagnostic]) -> str:
    return visible(diagnostics_text(found, Style()))
