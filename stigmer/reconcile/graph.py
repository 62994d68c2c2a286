# SPDX-License-Identifier: Apache-2.0
"""The order of manifests: what is referred to comes before what refers to it, and equals come by kind, org and name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stigmer.errors import Diagnostic, Severity
from stigmer.manifests.manifest import Manifest
from stigmer.resources.keys import Key
from stigmer.resources.references import Reference


@dataclass(frozen=True, slots=True)
class Edge:
    """One resource's reference to another."""

    source: Manifest
    reference: Reference


@dataclass(frozen=True, slots=True)
class Graph:
    """Manifests in dependency order, and the cycles that keep some of them from having one."""

    order: tuple[Manifest, ...]
    cycles: tuple[tuple[Edge, ...], ...]

    def diagnostics(self) -> list[Diagnostic]:
        """An error for each cycle: the whole path, and the place of every edge."""
        return [_cycle_diagnostic(cycle) for cycle in self.cycles]


def dependency_graph(manifests: Sequence[Manifest]) -> Graph:
    """Orders the manifests by a depth-first walk in key order. References to what is not among them do not count."""
    declared = {manifest.key: manifest for manifest in manifests}
    by_key = {key: declared[key] for key in sorted(declared)}
    walk = _Walk(by_key)
    for key in by_key:
        walk.visit(key)
    return Graph(tuple(walk.done.values()), tuple(walk.cycles))


class _Walk:
    """A depth-first walk without recursion, so that a long chain of references is no deep stack."""

    def __init__(self, by_key: Mapping[Key, Manifest]) -> None:
        self.by_key = by_key
        self.done: dict[Key, Manifest] = {}
        self.cycles: list[tuple[Edge, ...]] = []

    def visit(self, start: Key) -> None:
        """Walks everything that can be reached from a key and was not yet walked."""
        if start in self.done:
            return
        first = self._edges(start)
        if not first:  # most often
            self.done[start] = self.by_key[start]
            return
        trail: list[Edge] = []
        open_keys = {start: 0}
        stack = [(start, iter(first))]
        while stack:
            key, edges = stack[-1]
            edge = next(edges, None)
            if edge is None:
                stack.pop()
                self.done[key] = self.by_key[key]
                del open_keys[key]
                if trail:
                    trail.pop()
                continue
            target = edge.reference.key
            if target in open_keys:
                self.cycles.append((*trail[open_keys[target] :], edge))
            elif target not in self.done:
                trail.append(edge)
                open_keys[target] = len(trail)
                stack.append((target, iter(self._edges(target))))

    def _edges(self, key: Key) -> list[Edge]:
        """The references that are still to be walked."""
        manifest = self.by_key[key]
        edges = [
            Edge(manifest, each)
            for each in manifest.resource.references
            if each.key not in self.done and each.key in self.by_key
        ]
        return sorted(edges, key=lambda edge: edge.reference.key) if len(edges) > 1 else edges


def _cycle_diagnostic(cycle: tuple[Edge, ...]) -> Diagnostic:
    names = [edge.source.resource.label for edge in cycle]
    places = "; ".join(
        f"{edge.source.resource.label} at {edge.source.origin.locate(edge.reference.path)}" for edge in cycle
    )
    first = cycle[0]
    return first.source.diagnostic(
        Severity.ERROR,
        "graph.cycle",
        f"these resources refer to each other in a circle: {' -> '.join([*names, names[0]])} ({places})",
        path=first.reference.path,
        hint="remove one of these references",
    )
