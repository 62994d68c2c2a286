# SPDX-License-Identifier: Apache-2.0
"""Secrets of manifests: their values fetched, their fingerprints made by the backend and put where the values stood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from stigmer.backends.contract import Backend, SecretEntry
from stigmer.errors import Diagnostic, Severity
from stigmer.manifests.manifest import Manifest
from stigmer.resources.confidential import Secret, Unresolved
from stigmer.resources.keys import Key
from stigmer.resources.paths import Path
from stigmer.resources.resource import Held, Resource, SecretSlot, fingerprint_at, with_fingerprints
from stigmer.secrets.sources import Missing, fetch


@dataclass(frozen=True, slots=True)
class Sealed:
    """A resource whose body carries the fingerprints of its secrets.

    `secrets` are those with a fingerprint, by field path; `unresolved` are the sources that could not be read, by their place.
    """

    resource: Resource
    secrets: Mapping[str, SecretEntry] = field(default_factory=dict)
    unresolved: Mapping[Path, Unresolved] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sealing:
    """All resources with secrets, sealed.

    `unresolved` are sources that could not be read, `unheld` those of them of which the backend has no value either, `missing`
    values nobody has.
    """

    resources: Mapping[Key, Sealed]
    unresolved: tuple[Diagnostic, ...]
    unheld: tuple[Diagnostic, ...]
    missing: tuple[Diagnostic, ...]


def seal(
    manifests: Sequence[Manifest],
    live: Mapping[Key, Mapping[str, Any]],
    backend: Backend,
    environ: Mapping[str, str],
) -> Sealing:
    """Seals the manifests. `live` are the bodies that the backend holds for them; a value that only it has is kept."""
    fetched = [
        (manifest, slot, fetch(slot.source, manifest.source_of(slot).directory, environ))
        for manifest in manifests
        for slot in manifest.resource.secrets
    ]
    values = [value for _, _, value in fetched if isinstance(value, Secret)]
    made = iter(backend.fingerprints(values) if values else ())
    entries: dict[Key, dict[str, SecretEntry]] = {manifest.key: {} for manifest in manifests}
    shown: dict[Key, dict[Path, Unresolved]] = {manifest.key: {} for manifest in manifests}
    unresolved, unheld, missing = [], [], []
    for manifest, slot, value in fetched:
        if isinstance(value, Secret):
            entries[manifest.key][slot.path] = SecretEntry(next(made), value)
            continue
        held = fingerprint_at(live.get(manifest.key, {}), slot.steps)
        if held is not None:
            entries[manifest.key][slot.path] = SecretEntry(held)
        match value:
            case Missing():
                unresolved.append(_unresolved(manifest, slot, value, kept=held is not None))
                if held is None:
                    unheld.append(unresolved[-1])
                shown[manifest.key][slot.steps] = value.shown
            case Held() if held is None:
                missing.append(_nobody_has(manifest, slot))
    sealed = {
        manifest.key: Sealed(
            with_fingerprints(
                manifest.resource,
                {path: entry.fingerprint for path, entry in entries[manifest.key].items()},
            ),
            entries[manifest.key],
            shown[manifest.key],
        )
        for manifest in manifests
    }
    return Sealing(sealed, tuple(unresolved), tuple(unheld), tuple(missing))


def _unresolved(manifest: Manifest, slot: SecretSlot, missing: Missing, *, kept: bool) -> Diagnostic:
    hint = "apply refuses unless --keep-unresolved keeps the stored value" if kept else "apply needs it"
    path: Path = (*slot.steps, "value_from")
    words = f"{slot.path}: {missing.reason}"
    found = manifest.diagnostic(Severity.WARNING, "secret.unresolved", words, path=path, hint=hint)
    if not manifest.origin.overlays:
        return found
    # An overlay may have put another source into the `value_from` of the manifest.
    return replace(found, location=manifest.origin.locate((*path, missing.shown.source)))


def _nobody_has(manifest: Manifest, slot: SecretSlot) -> Diagnostic:
    return manifest.diagnostic(
        Severity.ERROR,
        "secret.missing",
        f"{slot.path} has neither value nor value_from, and the backend holds no value for it",
        path=slot.steps,
        hint="give it a value_from",
    )
