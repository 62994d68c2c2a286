# SPDX-License-Identifier: Apache-2.0
"""SARIF 2.1.0: one run, the codes that were met as its rules, a result for each diagnostic that has a place.

What has no place becomes a notification of the tool, because GitHub refuses a whole file over one result without a location.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from stigmer import __version__
from stigmer.cli.console import json_text, visible
from stigmer.cli.reports.report import Report
from stigmer.codes import codes, without_links
from stigmer.errors import Diagnostic, Location, Severity

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "diagnostic/v1"
ROOT = "SRCROOT"
_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def sarif(report: Report) -> str:
    """The report as one SARIF log."""
    rules = {code: index for index, code in enumerate(sorted({each.code for each in report.diagnostics}))}
    run = {
        "tool": {
            "driver": {"name": "stigmer", "version": __version__, "rules": [_rule(code) for code in rules]}
        },
        "invocations": [
            {
                "executionSuccessful": not report.failed,
                "toolExecutionNotifications": [
                    _notification(each, rules) for each in report.diagnostics if each.location is None
                ],
            }
        ],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": list(_results(report.diagnostics, rules)),
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(name: str) -> dict[str, Any]:
    """What the table of codes says about a code, which is written in Markdown and links to other pages of the reference."""
    code = codes().get(name)
    if code is None:
        return {"id": name}
    means, mend = without_links(code.means), without_links(code.mend or code.means)
    return {
        "id": name,
        "shortDescription": {"text": _sentence(means)},
        "fullDescription": {"text": _sentence(means)},
        "help": {"text": _sentence(mend), "markdown": mend},
    }


def _sentence(markdown: str) -> str:
    return markdown.replace("`", "'")


def _results(found: Sequence[Diagnostic], rules: dict[str, int]) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for each in found:
        if each.location is not None:
            identity = _identity(each, each.location)
            fingerprint = hashlib.sha256(f"{identity}\0{seen[identity]}".encode("utf-8", "surrogatepass"))
            seen[identity] += 1
            yield _result(each, each.location, rules, fingerprint.hexdigest()[:32])


def _identity(found: Diagnostic, place: Location) -> str:
    """What a diagnostic has in common with that of an earlier run, though lines were added above it or its words were improved.
    Where several share it, the number among them tells them apart."""
    return "\0".join((found.code, place.file, found.resource or "", found.path or ""))


def _result(found: Diagnostic, place: Location, rules: dict[str, int], fingerprint: str) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": _artifact(place.file),
            "region": {"startLine": place.line, "startColumn": place.column},
        }
    }
    if found.resource:
        location["logicalLocations"] = [{"fullyQualifiedName": visible(found.resource), "kind": "resource"}]
    result: dict[str, Any] = {
        "ruleId": found.code,
        "ruleIndex": rules[found.code],
        "level": _LEVEL[found.severity],
        "message": _message(found),
        "locations": [location],
        "partialFingerprints": {FINGERPRINT: fingerprint},
    }
    if found.path:
        result["properties"] = {"path": visible(found.path)}
    return result


def _notification(found: Diagnostic, rules: dict[str, int]) -> dict[str, Any]:
    return {
        "descriptor": {"id": found.code, "index": rules[found.code]},
        "level": _LEVEL[found.severity],
        "message": _message(found),
    }


def _message(found: Diagnostic) -> dict[str, str]:
    hint = f"\nhint: {found.hint}" if found.hint else ""
    return {"text": visible(found.message + hint)}


def _artifact(file: str) -> dict[str, str]:
    """A file as a URI: below the root of the repository, or absolute. The bytes of its name are what is encoded."""
    path = quote(os.fsencode(file))
    return {"uri": f"file://{path}"} if os.path.isabs(file) else {"uri": path, "uriBaseId": ROOT}
