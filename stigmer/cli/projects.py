# SPDX-License-Identifier: Apache-2.0
"""Several projects below one directory: which there are, and in what order they are applied."""

from __future__ import annotations

import glob
import heapq
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from stigmer.backends.contract import Backend
from stigmer.cli.config import Project, find_project
from stigmer.cli.failures import ConfigurationError
from stigmer.cli.planning import Prepared
from stigmer.errors import Diagnostic, Location, Severity, UsageError
from stigmer.manifests.manifest import Manifest
from stigmer.manifests.source import PROJECT_FILE, find_project_files, shown
from stigmer.reconcile.graph import Edge
from stigmer.resources.keys import Key
from stigmer.resources.resource import label


def find_projects(start: str) -> tuple[list[Project], list[Diagnostic]]:
    """The projects in a directory and below, by path, and what is to be said of others that were found.

    Hidden directories and what `.stigmerignore` matches are left out, as are projects in the paths of another one, which has their
    manifests already. Raises UsageError where there is none, ConfigurationError with all that is wrong with them.
    """
    projects: list[Project] = []
    wrong: list[Diagnostic] = []
    for file in find_project_files(start):
        try:
            project = find_project(os.path.dirname(file))
        except ConfigurationError as error:
            wrong += error.problems
            continue
        if project is not None:
            projects.append(project)
    holders = _holders(projects)
    apart = [each for each in projects if each.directory not in holders]
    wrong += _namesakes(apart)
    if wrong:
        raise ConfigurationError(wrong)
    if not apart:
        raise UsageError(
            "usage.nothing_to_read",
            f"there is no {PROJECT_FILE} here or below",
            hint="run it in the directory that holds the projects",
        )
    return apart, [_passed_over(each, holders[each.directory]) for each in projects if each not in apart]


def require_target(projects: Sequence[Project], target: str) -> None:
    """Raises UsageError where some of the projects lack the target."""
    lacking = [each.name for each in projects if target not in each.targets]
    if lacking:
        many = len(lacking) > 1
        raise UsageError(
            "target.unknown",
            f"{'projects' if many else 'project'} {', '.join(lacking)} {'have' if many else 'has'} no target {target}",
            hint=f"add it to {'their' if many else 'its'} {PROJECT_FILE}, or leave {'them' if many else 'it'} out with .stigmerignore",
        )


def in_order(projects: Sequence[Prepared]) -> tuple[list[Prepared], list[Diagnostic]]:
    """The projects so that each comes after those that it refers to, equals as they were.

    With an error where there is no such order, or where two declare one resource.
    """
    holders, found = _declared(projects)
    edges = _edges(projects, holders)
    try:
        return _sorted(projects, edges), found
    except CycleError as error:
        circle: list[int] = error.args[1][::-1]  # each refers to the one after it
        return list(projects), [*found, _circle(projects, edges, circle)]


def in_order_of_parting(projects: Sequence[Prepared], backends: Mapping[str, Backend]) -> list[Prepared]:
    """The same order, where equals are not just as they were: what goes from one project comes after who has to let go of it first.

    That is who refers to it now, and who takes it over. Where that is against the references of the manifests, these count alone.
    `backends` are those of the projects, by name. Raises BackendError.
    """
    holders, _ = _declared(projects)
    edges = _edges(projects, holders)
    partings = {
        pair for name, backend in backends.items() for pair in _partings(projects, holders, name, backend)
    }
    with suppress(CycleError):
        return _sorted(projects, {*edges, *partings})
    return _sorted(projects, edges)


def _sorted(projects: Sequence[Prepared], edges: Collection[tuple[int, int]]) -> list[Prepared]:
    """Sorted by path but where the second of a pair has to come before the first. Raises CycleError."""
    sorter: TopologicalSorter[int] = TopologicalSorter(dict.fromkeys(range(len(projects)), ()))
    for number, before in edges:
        sorter.add(number, before)
    sorter.prepare()
    order, ready = [], list(sorter.get_ready())
    heapq.heapify(ready)
    while ready:
        number = heapq.heappop(ready)
        order.append(projects[number])
        sorter.done(number)
        for each in sorter.get_ready():
            heapq.heappush(ready, each)
    return order


def _partings(
    projects: Sequence[Prepared], holders: Mapping[tuple[str, Key], int], name: str, backend: Backend
) -> Iterator[tuple[int, int]]:
    """Pairs of whose set owns what it does not declare any more, and of who refers to that now or declares it."""
    heads = backend.snapshot().heads
    here = (number for number, each in enumerate(projects) if each.settings.backend.name == name)
    sets = {projects[number].set: number for number in here}
    gone = []
    for key, head in heads.items():
        owner = sets.get(head.owner) if head.owner is not None else None
        holder = holders.get((name, key))
        if owner is None or owner == holder:
            continue
        if holder is None:
            gone.append(key)
        else:
            yield owner, holder
    for key, users in (backend.referrers(gone) if gone else {}).items():
        for user in (each for each in users if each in heads):
            owner, number = sets[heads[key].owner], sets.get(heads[user].owner)
            if number is not None and number != owner:
                yield owner, number


_Edges = Mapping[tuple[int, int], Edge]
"""The first reference from one project to another, by their numbers."""


def _declared(projects: Sequence[Prepared]) -> tuple[dict[tuple[str, Key], int], list[Diagnostic]]:
    """Which project declares what in which backend, and what two of them do."""
    holders: dict[tuple[str, Key], int] = {}
    places: dict[tuple[str, Key], Manifest] = {}
    found = []
    for number, project in enumerate(projects):
        for manifest in project.read.manifests:
            there = (project.settings.backend.name, manifest.key)
            if holders.setdefault(there, number) == number:
                places[there] = manifest
                continue
            first = places[there].origin.start
            other = _name(projects[holders[there]])
            words = f"{manifest.resource.label} is declared twice: here and at {first.file}:{first.line}, in project {other}"
            hint = "a resource belongs to one project: remove one, or give it another name"
            found.append(manifest.diagnostic(Severity.ERROR, "manifest.duplicate", words, hint=hint))
    return holders, found


def _edges(projects: Sequence[Prepared], holders: Mapping[tuple[str, Key], int]) -> _Edges:
    edges: dict[tuple[int, int], Edge] = {}
    for number, project in enumerate(projects):
        for manifest in project.read.manifests:
            for reference in manifest.resource.references:
                holder = holders.get((project.settings.backend.name, reference.key))
                if holder is not None and holder != number:
                    edges.setdefault((number, holder), Edge(manifest, reference))
    return edges


def _circle(projects: Sequence[Prepared], edges: _Edges, circle: Sequence[int]) -> Diagnostic:
    steps = [edges[each] for each in pairwise(circle)]
    names = " -> ".join(_name(projects[number]) for number in circle)
    places = "; ".join(
        f"{each.source.resource.label} refers to {label(each.reference.key)} at {each.source.origin.locate(each.reference.path)}"
        for each in steps
    )
    return steps[0].source.diagnostic(
        Severity.ERROR,
        "graph.projects",
        f"these projects refer to each other in a circle: {names} ({places})",
        path=steps[0].reference.path,
        hint="move what both need into a project of its own, or make them one project",
    )


def _holders(projects: Sequence[Project]) -> dict[str, Project]:
    """The projects that lie in the paths of others, by directory, each with the outermost such project."""
    holders: dict[str, Project] = {}
    for project in projects:
        without = [path for target in project.targets.values() for path in target.overlays]
        for path in project.paths:
            for place in [path] if os.path.exists(path) else glob.glob(path, recursive=True):
                for file in find_project_files(place, without) if os.path.isdir(place) else ():
                    holders.setdefault(os.path.dirname(os.path.abspath(file)), project)
    return {each: holder for each, holder in holders.items() if each != holder.directory}


def _passed_over(project: Project, holder: Project) -> Diagnostic:
    words = f"project {project.name} is passed over: it lies in the paths of project {holder.name}, which applies what is there"
    hint = f"if it is to be a set of its own, name the paths of {holder.name} so that they leave it out"
    return Diagnostic(Severity.WARNING, "project.inside", words, hint, _place(project))


def _namesakes(projects: Sequence[Project]) -> Iterator[Diagnostic]:
    first: dict[str, Project] = {}
    for project in projects:
        other = first.setdefault(project.name, project)
        if other is not project:
            words = f"two projects are called {project.name}, here and in {shown(other.directory) or '.'}, and would be one set"
            hint = "give one of them another name, or leave it out with .stigmerignore"
            yield Diagnostic(Severity.ERROR, "project.namesake", words, hint, _place(project))


def _name(prepared: Prepared) -> str:
    assert prepared.project is not None
    return prepared.project.name


def _place(project: Project) -> Location:
    return project.document.locate(("name",))
