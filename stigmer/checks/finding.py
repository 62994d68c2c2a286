# SPDX-License-Identifier: Apache-2.0
"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from stigmer.errors import Diagnostic, Location, Severity
from stigmer.manifests.manifest import Manifest, shown_path
from stigmer.manifests.source import Source
from stigmer.manifests.yaml import LINE_END
from stigmer.resources.paths import Path


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check says about a manifest. It has no place yet: finding one takes time, and it may be silenced.

    `path` is where in the document; `key` says that the name of the field is meant rather than its value, `word` which part
    of a text is meant.
    """

    manifest: Manifest
    code: str
    message: str
    path: Path = ()
    hint: str | None = None
    key: bool = False
    word: str | None = None

    def diagnostic(self, severity: Severity) -> Diagnostic:
        """The same with its place."""
        resource, origin = self.manifest.resource, self.manifest.origin
        place = origin.locate(self.path, key=self.key) if self.path else origin.start
        source = origin.said(self.path)[0].source if self.path else origin.source
        return Diagnostic(
            severity,
            self.code,
            self.message,
            hint=self.hint,
            location=place if self.word is None else _at_word(source, place, self.word),
            resource=resource.label,
            path=shown_path(resource.kind, resource.body, self.path),
        )


def _at_word(source: Source, start: Location, word: str) -> Location:
    """Where a word stands in the text that starts at a place; the place itself where it is written otherwise there."""
    lines = _lines(source)
    for number in range(start.line - 1, len(lines)):
        found = lines[number].find(word, start.column - 1 if number == start.line - 1 else 0)
        if found >= 0:
            return Location(start.file, number + 1, found + 1)
    return start


@lru_cache(maxsize=2)
def _lines(source: Source) -> list[str]:
    return LINE_END.split(source.data.decode("utf-8-sig"))
