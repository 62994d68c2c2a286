# SPDX-License-Identifier: Apache-2.0
"""A manifest with overlays over it, one after the other, and which of them said what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stigmer.manifests.overlays.merge import merge
from stigmer.manifests.overlays.shapes import DELETE, FREE, Shape, Way, document_shape, is_delete
from stigmer.resources.canonical import Problem
from stigmer.resources.kinds import Kind
from stigmer.resources.paths import Path


@dataclass(frozen=True, slots=True)
class Stack:
    """The values of a manifest's document and of its overlays'.

    `value` is all of them merged, None where an overlay takes the whole resource away. `problems` are what is wrong with an
    overlay, each with its number among them from 0. `below` is what each overlay was merged over.
    """

    shape: Shape
    overlays: Sequence[Any]
    below: Sequence[Any]
    value: Any
    problems: Sequence[tuple[int, Problem]]

    @classmethod
    def of(cls, kind: Kind, base: dict[str, Any], overlays: Sequence[dict[str, Any]]) -> Stack:
        """The overlays merged over a document. Nothing that comes in is changed."""
        shape = document_shape(kind.message)
        value: dict[str, Any] | None = base
        below: list[Any] = []
        problems: list[tuple[int, Problem]] = []
        for number, over in enumerate(overlays):
            below.append(value)
            if value is None:
                words = "an overlay before this one takes the whole resource away"
                problems.append((number, Problem((), "overlay.absent", words, "remove one of the two")))
            elif is_delete(over):
                problems += ((number, each) for each in _wrong_removal(over))
                value = None
            else:
                merged = merge(shape, value, over)
                problems += ((number, each) for each in merged.problems)
                value = merged.value
        return cls(shape, overlays, below, value, problems)

    def said(self, path: Path) -> tuple[int | None, Path]:
        """Which overlay said the value at a path of `value`, by its number, None for the manifest itself, and the path in there."""
        for number in reversed(range(len(self.overlays))):
            by_overlay, path = _said(self.shape, self.below[number], self.overlays[number], path)
            if by_overlay:
                return number, path
        return None, path


def _wrong_removal(over: dict[str, Any]) -> list[Problem]:
    if over[DELETE] is not True:
        return [Problem((DELETE,), "overlay.delete", f"{DELETE} is true, or is not there", "write true")]
    more = [key for key in over if key not in ("apiVersion", "kind", "metadata", DELETE)]
    more += [f"metadata.{key}" for key in over["metadata"] if key not in ("name", "org")]
    if not more:
        return []
    words = f"what is taken away says nothing else, and here is {more[0]}"
    return [Problem(tuple(more[0].split(".", 1)), "overlay.delete", words, "remove it", key=True)]


def _said(shape: Shape, base: Any, over: Any, path: Path) -> tuple[bool, Path]:
    """Whether it is the overlay that said the value at a path of the merged value, and the path in what said it."""
    in_base: Path = ()
    in_over: Path = ()
    for number, step in enumerate(path):
        rest = path[number + 1 :]
        if not shape.merges(base, over):
            break
        below, above = _steps(shape, base, over, step)
        if above is None:
            return False, (*in_base, step if below is None else below, *rest)
        if below is None:
            return True, (*in_over, above, *rest)
        in_base, in_over = (*in_base, below), (*in_over, above)
        base, over = base[below], over[above]
        shape = shape.below(step) if isinstance(step, str) else shape.inner or FREE
    # What both say alike is the manifest's, and so is a map of which each says a part.
    same = not isinstance(base, (dict, list)) and type(base) is type(over) and base == over
    if same or shape.merges(base, over):
        return False, in_base
    return True, (*in_over, *path[len(in_over) :])


def _steps(shape: Shape, base: Any, over: Any, step: str | int) -> tuple[Any, Any]:
    """The same step in the base and in the overlay, None where it is not there."""
    if shape.way is Way.MAP:
        said = step in over and not is_delete(over[step])
        return step if step in base else None, step if said else None
    pairs = shape.pairs(base, over)
    return pairs[step] if isinstance(step, int) and step < len(pairs) else (None, None)
