# SPDX-License-Identifier: Apache-2.0
"""JUnit's XML: a test case a file, failed by its errors; warnings are its output.

A file and not a document is the case, because a document that cannot be read has no name, and because the same names in
every run are what lets a CI system say which of them failed anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from stigmer.cli.console import Style, count, visible
from stigmer.cli.diagnostics import diagnostics_text
from stigmer.cli.reports.report import Report
from stigmer.errors import Diagnostic, Severity

SUITE = "stigmer validate"


def junit(report: Report) -> str:
    """The report as one suite in an XML document."""
    cases: dict[str, list[Diagnostic]] = {file: [] for file in sorted(report.files)}
    for each in report.diagnostics:
        cases.setdefault(each.location.file if each.location else "", []).append(each)
    failing = "error" if report.failed else "failure"
    suites = Element("testsuites")
    suite = SubElement(suites, "testsuite", name=SUITE)
    failures = sum([_case(suite, file, found, failing) for file, found in sorted(cases.items())])
    for element in (suites, suite):
        element.set("tests", str(len(cases)))
        element.set("failures", "0" if report.failed else str(failures))
        element.set("errors", str(failures) if report.failed else "0")
        element.set("skipped", "0")
    indent(suites)
    return "<?xml version='1.0' encoding='UTF-8'?>\n" + tostring(suites, encoding="unicode") + "\n"


def _case(suite: Element, file: str, found: Sequence[Diagnostic], failing: str) -> bool:
    """Adds the case of a file, or of what has no file; tells whether it failed."""
    place = {"file": visible(file)} if file else {}
    case = SubElement(suite, "testcase", {"classname": SUITE, "name": visible(file) or SUITE, **place})
    errors = [each for each in found if each.severity is Severity.ERROR]
    others = [each for each in found if each.severity is not Severity.ERROR]
    if errors:
        more = f" (and {count(len(errors) - 1, 'more error')})" if len(errors) > 1 else ""
        said = {"message": visible(errors[0].message) + more, "type": errors[0].code}
        SubElement(case, failing, said).text = _text(errors)
    if others:
        SubElement(case, "system-out").text = _text(others)
    return bool(errors)


def _text(found: Sequence[Diagnostic]) -> str:
    return visible(diagnostics_text(found, Style()))
