# SPDX-License-Identifier: Apache-2.0
"""The manifests that a command means: those that `-f` names, else those of the project."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

from stigmer.cli.config import Project, Target, find_project
from stigmer.cli.console import count
from stigmer.cli.kept import keep
from stigmer.cli.progress import Progress
from stigmer.cli.targets import find_target, no_files_with, overlays_of
from stigmer.errors import Diagnostic, Severity, UsageError
from stigmer.manifests.load import Loaded, LoadOptions, load_sources
from stigmer.manifests.manifest import Manifest
from stigmer.manifests.source import Found, find_sources
from stigmer.resources.resource import label


@dataclass(frozen=True, slots=True)
class Paths:
    """Where manifests are: the paths, the project where it is the project that says them, the target whose overlays go over them."""

    paths: tuple[str, ...]
    project: Project | None = None
    target: Target | None = None

    @property
    def without(self) -> tuple[str, ...]:
        """What lies below the paths and is no manifest: the overlays of any target."""
        targets = self.project.targets.values() if self.project is not None else ()
        return tuple(path for target in targets for path in target.overlays)


def find_paths(files: Sequence[str] | None, target: str | None = None) -> Paths:
    """The paths of `-f`, else those of the project here or above, there for a target.

    Raises UsageError where there is neither and for a target that is not there, ConfigurationError.
    """
    if files:
        if target is not None:
            no_files_with(target)
        return Paths(tuple(files))
    project = find_project(os.getcwd())
    chosen = find_target(project, target)
    if project is None:
        raise UsageError(
            "usage.nothing_to_read",
            "no manifests are named, and there is no stigmer.yaml here or above",
            hint="name files or directories with -f",
        )
    return Paths(project.paths, project, chosen)


def read(paths: Paths, org: str, *, strict: bool, progress: Progress) -> Loaded:
    """Reads the manifests. Raises UsageError for a path that names nothing."""
    project = paths.project
    root = project.directory if project is not None else None
    found = Found()
    # All files first: opening each between two parses made `validate` of 10,000 take 7 % longer.
    sources = list(find_sources(paths.paths, found, root=root, without=paths.without))
    overlays = None
    if project is not None and paths.target is not None:
        overlays = keep(overlays_of(project, paths.target, found, strict=strict))
    counted = progress.counted(sources, "reading {:,} files")
    loaded = load_sources(counted, LoadOptions(org, root, strict), overlays)
    own = project.diagnostics if project is not None else ()
    if not loaded.documents and not found.diagnostics:
        own = (*own, _nothing(paths))
    diagnostics = sorted((*own, *found.diagnostics, *loaded.diagnostics), key=lambda each: each.sort_key)
    return keep(replace(loaded, diagnostics=tuple(diagnostics)))


def _nothing(paths: Paths) -> Diagnostic:
    """A mistyped directory must not look like a valid one."""
    words = f"there are no manifests in {', '.join(paths.paths)}"
    return Diagnostic(
        Severity.WARNING, "manifest.none", words, hint="manifests are files that end in .yaml or .yml"
    )


def account(paths: Paths, read: Loaded) -> str:
    """What was read and from where, in one line."""
    line = f"read {count(read.documents, 'document')} from {', '.join(paths.paths)}"
    project = paths.project
    if project is None:
        return line
    line = f"{line} of project {project.name} in {project.directory}"
    return line if paths.target is None else f"{line}, target {paths.target.name}"


def without_broken_references(read: Loaded) -> tuple[Manifest, ...]:
    """The manifests without their references to what was declared and could not be read: one mistake is told once."""
    broken = {each.resource for each in read.diagnostics if each.severity is Severity.ERROR}
    if not broken:
        return read.manifests
    return tuple(
        replace(
            manifest,
            resource=replace(
                manifest.resource,
                references=tuple(
                    each for each in manifest.resource.references if label(each.key) not in broken
                ),
            ),
        )
        for manifest in read.manifests
    )
