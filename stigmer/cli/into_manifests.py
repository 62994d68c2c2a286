# SPDX-License-Identifier: Apache-2.0
"""What a rollback brings back, on its way into the manifests: all of it is made out before anything is changed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from stigmer.backends.contract import Backend
from stigmer.cli.exporting.files import Target, lay_out
from stigmer.cli.exporting.selected import Exported
from stigmer.cli.reading import Paths
from stigmer.cli.writing import refused, write
from stigmer.errors import Diagnostic, Severity
from stigmer.manifests.manifest import Manifest
from stigmer.manifests.source import shown
from stigmer.manifests.writing_over.overwriting import Overwriting
from stigmer.reconcile.plan import Create, Delete, Plan, Update
from stigmer.resources.confidential import Redacted
from stigmer.resources.keys import Key
from stigmer.resources.resource import Held, SecretSlot, fingerprint_at, label


@dataclass(frozen=True, slots=True)
class Manifested:
    """The files to write, each as its path, its bytes and whether it is new; `refusals` are why they cannot be made.

    `told` is what the manifests still will not say.
    """

    files: tuple[tuple[str, bytes, bool], ...] = field(repr=False)
    refusals: tuple[Diagnostic, ...]
    told: tuple[Diagnostic, ...]

    def write(self) -> tuple[list[str], list[Diagnostic]]:
        """Writes the files. Returns those that were, as messages name them, and what is wrong with the others."""
        written, problems = [], []
        for path, data, new in self.files:
            problem = write(path, data, new=new)
            if problem is None:
                written.append(shown(path))
            else:
                problems.append(problem)
        return written, problems


NOTHING = Manifested((), (), ())
"""No manifests are asked for."""


def into_manifests(
    plan: Plan, manifests: Sequence[Manifest], paths: Paths, org: str, backend: Backend
) -> Manifested:
    """What makes the manifests say what is live once the plan is carried out. `org` is that of those that say none.

    A resource that comes back without a manifest gets a file of its own. Raises BackendError.
    """
    by_key = {each.key: each for each in manifests}
    over = Overwriting(manifests, org, paths.project.directory if paths.project is not None else None)
    new, refusals = [], []
    comes_back = {each.key for each in plan.changes if isinstance(each, Create)}
    for key, body in _bodies(plan, backend).items():
        if key in by_key:
            over.put(by_key[key], body)
        elif key in comes_back and _is_of(paths, plan):
            new.append(Exported(key, body))
        else:
            refusals.append(_nowhere(key, manifests))
    files = [(each.path, each.data, False) for each in over.files()]
    laid = lay_out(new, manifests, Target(_directory(paths)), org)
    files += [(each.path, each.data, each.new) for each in laid.files]
    refusals += [*map(refused, over.failures), *laid.diagnostics]
    return Manifested(tuple(files), tuple(refusals), tuple(_left(plan, by_key, backend)))


def _bodies(plan: Plan, backend: Backend) -> Mapping[Key, Mapping[str, Any]]:
    """What will be live of all that the plan speaks of."""
    found = {
        each.key: orjson.loads(each.encoded) for each in plan.changes if isinstance(each, (Create, Update))
    }
    stored = backend.get(each.key for each in plan.unchanged)
    return found | {key: orjson.loads(each.body) for key, each in stored.items()}


def _is_of(paths: Paths, plan: Plan) -> bool:
    """Whether what no manifest declares may belong here all the same."""
    return plan.set is None or paths.project is None or paths.project.name == plan.set


def _directory(paths: Paths) -> str:
    """Where new manifests go."""
    first = os.path.abspath(paths.paths[0])
    return first if os.path.isdir(first) else os.path.dirname(first)


def _nowhere(key: Key, manifests: Sequence[Manifest]) -> Diagnostic:
    renamed = next((each for each in manifests if each.resource.renamed_from == key), None)
    if renamed is not None:
        words = f"{renamed.resource.label} is to be {label(key)} again, and manifests are not renamed"
        hint = "change its name, and what refers to it, or leave --write out"
        return renamed.diagnostic(
            Severity.ERROR, "rollback.no_manifest", words, path=("metadata", "name"), hint=hint
        )
    return Diagnostic(
        Severity.ERROR,
        "rollback.no_manifest",
        f"{label(key)} has no manifest here that could be changed",
        hint="name its file or directory with -f, or leave --write out and change it by hand",
        resource=label(key),
    )


def _left(plan: Plan, by_key: Mapping[Key, Manifest], backend: Backend) -> Iterator[Diagnostic]:
    """What the manifests say otherwise all the same: they are not deleted, and they have secrets from elsewhere."""
    for change in plan.changes:
        manifest = by_key.get(change.key)
        if manifest is None:
            continue
        if isinstance(change, Delete):
            words = f"{label(change.key)} is deleted and still declared here"
            hint = "remove this manifest"
            yield manifest.diagnostic(Severity.WARNING, "rollback.undone", words, path=(), hint=hint)
        elif isinstance(change, Update):
            paths = [each.path for each in change.fields if isinstance(each.after, Redacted)]
            slots = manifest.resource.secrets
            came_back = [each for each in slots if any(path.startswith(f"{each.path}.") for path in paths)]
            yield from _other_secrets(manifest, came_back)
    for key, stored in backend.get(each.key for each in plan.unchanged if each.key in by_key).items():
        if stored.applied is not None:  # an earlier rollback may have brought them back
            live, applied = orjson.loads(stored.body), orjson.loads(stored.applied)
            slots = by_key[key].resource.secrets
            came_back = [
                each
                for each in slots
                if fingerprint_at(live, each.steps) != fingerprint_at(applied, each.steps)
            ]
            yield from _other_secrets(by_key[key], came_back)


def _other_secrets(manifest: Manifest, came_back: Sequence[SecretSlot]) -> Iterator[Diagnostic]:
    """Secrets that came back, where the manifest takes them from somewhere."""
    for slot in came_back:
        if not isinstance(slot.source, Held):
            words = f"{slot.path} came back, and where its manifest takes it from there may be another value"
            hint = "put the value that is wanted there, or the next apply takes what is there"
            yield manifest.diagnostic(Severity.WARNING, "rollback.undone", words, path=slot.steps, hint=hint)
