# SPDX-License-Identifier: Apache-2.0
"""Projects made of the manifests to measure with: one that is changed, one of which a part goes, one with a target's overlays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.manifests import Made, kinds_of, manifests, write_file, write_manifests

PLAIN, OVER = "plain", "over"
"""The targets of a project with overlays: one without any, and one with one over every manifest."""

_KEPT, _GOING = "kept", "going"
_TOOLS = "enabled_tools: [find_orders, get_order, list_parcels"
_OVERLAYS = {
    "agent": ("  model:", "    max_tokens: 2048"),
    "agent-instance": ("  description: For rehearsals.",),
    "skill": ("  description: For rehearsals.",),
    "mcp-server": ("  docker:", "    image: registry.acme.example/tools/orders-mcp:next"),
    "environment": ("  data:", "    LOG_LEVEL: {value: debug}"),
    "workflow": ("  timeout: {hours: 4}",),
    "workflow-instance": ("  description: For rehearsals.",),
}


@contextmanager
def changed(file: Path) -> Iterator[None]:
    """While it lasts, the first agent in a file has a tool more."""
    text = file.read_text("utf-8")
    new = text.replace(_TOOLS, f"{_TOOLS}, cancel_orders", 1)
    if new == text:
        raise ValueError(f"{file} has no agent with tools")
    file.write_text(new, "utf-8")
    try:
        yield
    finally:
        file.write_text(text, "utf-8")


def write_prunable(directory: Path, count: int, going: int, *, together: int = 1) -> Path:
    """Writes a project of so many manifests, of which some can go because nothing refers to them: see `declare`.

    So many documents are `together` in a file. Returns the first of the files that stay.
    """
    unused = [index for index, kind in enumerate(kinds_of(count)) if kind.endswith("-instance")]
    if going > len(unused):
        raise ValueError(f"no more than {len(unused)} of {count} can go")
    # Some from everywhere, as when teams tidy up.
    gone = {unused[index * len(unused) // going] for index in range(going)}
    files = {part: _Files(directory / part, together) for part in (_KEPT, _GOING)}
    # One after the other: what this process ever held counts for those that it starts.
    for index, made in enumerate(manifests(count)):
        files[_GOING if index in gone else _KEPT].add(made)
    for each in files.values():
        each.write()
    return files[_KEPT].first


class _Files:
    """Files below a directory, each with so many documents."""

    def __init__(self, directory: Path, together: int) -> None:
        self.first = directory
        self._directory = directory
        self._together = together
        self._number = 0
        self._waiting: list[Made] = []

    def add(self, made: Made) -> None:
        """Adds a document to the last file."""
        self._waiting.append(made)
        if len(self._waiting) == self._together:
            self.write()

    def write(self) -> None:
        """Writes the last file, if there is anything in it."""
        if self._waiting:
            text = "---\n".join(each.text for each in self._waiting)
            file = write_file(self._directory, self._number, self._waiting[0].name, text)
            self.first = self.first if self._number else file
            self._number += 1
            self._waiting.clear()


def declare(directory: Path, *, all_of_it: bool) -> None:
    """Says in the project file whether what can go is there."""
    _write_project(directory, (_KEPT, _GOING) if all_of_it else (_KEPT,))


def write_targets(directory: Path, count: int) -> None:
    """Writes a project of so many manifests, with an overlay of its own for each of them."""
    write_manifests(directory / "manifests", count)
    for index, each in enumerate(manifests(count)):
        lines = [
            f"kind: {''.join(part.capitalize() for part in each.kind.split('-'))}",
            "metadata:",
            f"  name: {each.name}",
            "  labels:",
            "    stage: rehearsal",
            "spec:",
            *_OVERLAYS[each.kind],
        ]
        write_file(directory / "overlays", index, each.name, "\n".join([*lines, ""]))
    _write_project(directory, ("manifests",), f"targets: {{{PLAIN}: {{}}, {OVER}: {{overlays: [overlays]}}}}")


def _write_project(directory: Path, paths: Sequence[str], *more: str) -> None:
    lines = ["name: benchmark", f"paths: [{', '.join(paths)}]", *more, ""]
    (directory / "stigmer.yaml").write_text("\n".join(lines), "utf-8")
