# SPDX-License-Identifier: Apache-2.0
"""The target that `--target` names: where a project goes, and what is merged over its manifests on the way."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NoReturn

from stigmer.cli.config import Project, Target
from stigmer.cli.failures import ConfigurationError
from stigmer.errors import Diagnostic, Severity, UsageError
from stigmer.manifests.source import Found, find_sources
from stigmer.resources.kinds import nearest

if TYPE_CHECKING:
    from stigmer.manifests.overlays.document import Overlays


def find_target(project: Project | None, name: str | None) -> Target | None:
    """The target of that name, None where none is asked for. Raises UsageError."""
    if name is None:
        return None
    if project is None:
        raise UsageError(
            "target.unknown",
            f"there is no target {name}, because there is no stigmer.yaml here or above",
            hint="targets are told in stigmer.yaml",
        )
    target = project.targets.get(name)
    if target is None:
        near = nearest(name, project.targets)
        known = f"targets: {', '.join(project.targets)}" if project.targets else None
        words = (
            f"project {project.name} has no target {name}"
            if known
            else f"project {project.name} has no targets"
        )
        hint = f"did you mean {near}?" if near else known or "add targets: to stigmer.yaml"
        raise UsageError("target.unknown", words, hint=hint)
    return target


def no_files_with(target: str) -> NoReturn:
    """Raises UsageError: a target's overlays are for the manifests of its project."""
    raise UsageError(
        "usage.arguments",
        f"target {target} is for the manifests of its project, and -f names others",
        hint="leave -f or --target out",
    )


def overlays_of(project: Project, target: Target, found: Found, *, strict: bool) -> Overlays:
    """What the target merges over the project's manifests. Raises ConfigurationError for a path that names nothing."""
    missing = [
        Diagnostic(
            Severity.ERROR,
            "usage.path",
            f"'{path}' does not exist",
            "name a directory with overlays, from the directory of stigmer.yaml",
            project.document.locate(("targets", target.name, "overlays", index)),
        )
        for index, path in enumerate(target.overlays)
        if not os.path.exists(path)
    ]
    if missing:
        raise ConfigurationError(missing)
    from stigmer.manifests.overlays.document import read_overlays  # only few projects have overlays

    before = len(found.diagnostics)
    read = read_overlays(find_sources(target.overlays, found, root=project.directory), strict=strict)
    if target.overlays and not read.documents and len(found.diagnostics) == before:
        words = f"there are no overlays in {', '.join(target.overlays)}"
        place = project.document.locate(("targets", target.name, "overlays"))
        hint = "overlays are files that end in .yaml or .yml"
        read.diagnostics.append(Diagnostic(Severity.WARNING, "manifest.none", words, hint, place))
    return read


def require_set_of_its_own(project: Project, target: Target | None) -> None:
    """Refuses to prune a set that the project fills in the same backend for another organization too: what is there would be taken
    away. Raises ConfigurationError."""
    own = target or Target("")
    for other in (Target(""), *project.targets.values()):
        same_backend = (other.backend or project.backend) == (own.backend or project.backend)
        if not same_backend or (other.org or project.org) == (own.org or project.org):
            continue
        words = f"pruning for {_called(own)} would take away what {_called(other)} has in the same backend, in the same set"
        hint = "give each target a backend of its own, or name a set for each with --set"
        place = project.document.locate(("targets", *([own.name] if own.name else [])), key=True)
        raise ConfigurationError([Diagnostic(Severity.ERROR, "target.shared", words, hint, place)])


def _called(target: Target) -> str:
    return f"target {target.name}" if target.name else "the project without a target"
