# SPDX-License-Identifier: Apache-2.0
"""Silences: what a project, or a resource by an annotation, does not want to hear of, with the reason why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from stigmer.checks.finding import Finding
from stigmer.codes import codes
from stigmer.manifests.manifest import Manifest
from stigmer.resources.kinds import nearest

PREFIX = "silence.stigmer.ai/"
"""What an annotation's key begins with; the code of a check follows, and the value is the reason."""


_NONE: Mapping[str, str] = {}


def unsilenced(findings: Iterable[Finding], project: Mapping[str, str]) -> Iterator[Finding]:
    """The findings that neither the project (reasons by code) nor their own resource silences."""
    for finding in findings:
        reason = project.get(finding.code) or _annotations(finding.manifest).get(PREFIX + finding.code, "")
        if not reason.strip():
            yield finding


def wrong_silences(manifests: Iterable[Manifest]) -> Iterator[Finding]:
    """Annotations that silence no check, or say no reason; neither silences anything."""
    for manifest in manifests:
        annotations = manifest.resource.body["metadata"].get("annotations", _NONE)
        for key in annotations:
            if key.startswith(PREFIX):
                yield from _wrong(manifest, key, annotations[key])


def _wrong(manifest: Manifest, key: str, reason: str) -> Iterator[Finding]:
    code, path = key.removeprefix(PREFIX), ("metadata", "annotations", key)
    if code in silenceable():
        if not reason.strip():
            words = f"{code} is silenced without a reason, so it is not silenced"
            yield Finding(manifest, "silence.reason", words, path, "say why it does not apply here")
    elif code in codes():
        words = f"{code} is not the code of a check, and only checks can be silenced"
        yield Finding(manifest, "silence.unknown", words, path, "remove it", key=True)
    else:
        words = f"{code} is the code of no check that can be silenced"
        near = nearest(code, silenceable())
        hint = f"did you mean {PREFIX}{near}?" if near else "remove it"
        yield Finding(manifest, "silence.unknown", words, path, hint, key=True)


@cache
def silenceable() -> list[str]:
    """The codes of the checks."""
    return [name for name, code in codes().items() if code.check]


def _annotations(manifest: Manifest) -> Mapping[str, str]:
    annotations: Mapping[str, str] = manifest.resource.body["metadata"].get("annotations", _NONE)
    return annotations
