# SPDX-License-Identifier: Apache-2.0
"""What becomes of a secret that was set by hand when the manifests are applied next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from stigmer.cli.config import Project
from stigmer.cli.progress import Progress
from stigmer.cli.reading import find_paths, read
from stigmer.errors import Diagnostic, Severity, StigmerError
from stigmer.manifests.manifest import Manifest
from stigmer.reconcile.set_secret import Was, entry_was, steps_of
from stigmer.resources.keys import Key
from stigmer.resources.resource import Held, Literal, label


def undone_by_apply(
    key: Key, name: str, was: Was, project: Project | None, target: str | None, org: str
) -> Iterator[Diagnostic]:
    """A warning where the manifest of an environment will not keep what was set, with what it has to say instead.

    `was` is what the entry was before. Where no manifest can be read, told is only what has to be done in any case.
    """
    mend = f"write {name}: {{is_secret: true}} in its spec.data"
    if was is Was.CLEAR:
        words = f"{name} of {label(key)} was no secret until now: its old value stays in the history in clear"
        yield _warning(key, words, "take a new value if the old one was in use")
    manifest = None if project is None else _manifest(key, target, org)
    if manifest is None:
        if was is not Was.SECRET:
            yield _warning(
                key, f"the next apply of {label(key)} undoes this unless its manifest says so", mend
            )
        return
    slot = next((each for each in manifest.resource.secrets if each.steps == steps_of(name)), None)
    if slot is not None and isinstance(slot.source, Held):
        return
    said = Was.SECRET if slot is not None else entry_was(manifest.resource.body, name)
    match said:
        case Was.NOTHING:
            words = f"{label(key)} does not declare {name} here, so the next apply takes it away"
            yield manifest.diagnostic(
                Severity.WARNING, "secret.undone", words, path=("spec", "data"), hint=mend
            )
        case Was.CLEAR | Was.SECRET | Was.RUNNER:
            from_elsewhere = slot is not None and not isinstance(slot.source, Literal)
            where = "takes it from elsewhere" if from_elsewhere or said is Was.RUNNER else "says its value"
            words = f"{label(key)} {where} here, so the next apply puts that in place of what was set"
            yield manifest.diagnostic(
                Severity.WARNING, "secret.undone", words, path=steps_of(name), hint=mend
            )
        case _:
            assert_never(said)


def _manifest(key: Key, target: str | None, org: str) -> Manifest | None:
    """The manifest of a resource in the project here; None where there is none that can be read."""
    try:
        found = read(find_paths(None, target), org, strict=False, progress=Progress(quiet=True))
    except StigmerError:
        return None
    return next((each for each in found.manifests if each.key == key), None)


def _warning(key: Key, words: str, hint: str) -> Diagnostic:
    return Diagnostic(Severity.WARNING, "secret.undone", words, hint, resource=label(key))
