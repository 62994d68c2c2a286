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
from stigmer.resources.keys import DEFAULT_ORG, Key
from stigmer.resources.paths import Path
from stigmer.resources.resource import Held, Resource, SecretSlot, fingerprint_at, with_fingerprints
from stigmer.secrets.sources import Damaged, Missing, Surroundings, fetch


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
    values nobody has and those that were read and are broken.
    """

    resources: Mapping[Key, Sealed]
    unresolved: tuple[Diagnostic, ...]
    unheld: tuple[Diagnostic, ...]
    missing: tuple[Diagnostic, ...]


def seal(
    manifests: Sequence[Manifest],
    live: Mapping[Key, Mapping[str, Any]],
    backend: Backend,
    surroundings: Surroundings,
) -> Sealing:
    """Seals the manifests. `live` are the bodies that the backend holds for them; a value that only it has is kept."""
    fetched = [
        (manifest, slot, fetch(slot.source, manifest.source_of(slot).directory, surroundings))
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
            case Damaged():
                missing.append(_damaged(manifest, slot, value))
                shown[manifest.key][slot.steps] = value.shown
            case Held() if held is None:
                missing.append(_nobody_has(manifest, slot, applied=manifest.key in live))
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
    # What is said of a whole file comes with each secret in it.
    return Sealing(sealed, *(tuple(dict.fromkeys(each)) for each in (unresolved, unheld, missing)))


def _unresolved(manifest: Manifest, slot: SecretSlot, missing: Missing, *, kept: bool) -> Diagnostic:
    hint = "apply refuses unless --keep-unresolved keeps the stored value" if kept else "apply needs it"
    if missing.at is not None:
        return _of_file(manifest, slot, missing, Severity.WARNING, "secret.unresolved", hint)
    path: Path = (*slot.steps, "value_from")
    words = f"{slot.path}: {missing.reason}"
    found = manifest.diagnostic(Severity.WARNING, "secret.unresolved", words, path=path, hint=hint)
    if not manifest.origin.overlays:
        return found
    # An overlay may have put another source into the `value_from` of the manifest.
    return replace(found, location=manifest.origin.locate((*path, missing.shown.source)))


def _damaged(manifest: Manifest, slot: SecretSlot, damaged: Damaged) -> Diagnostic:
    if damaged.at is not None:
        return _of_file(manifest, slot, damaged, Severity.ERROR, damaged.code, damaged.hint)
    path: Path = (*slot.steps, "value_from", damaged.shown.source)
    words = f"{slot.path}: {damaged.reason}"
    return manifest.diagnostic(Severity.ERROR, damaged.code, words, path=path, hint=damaged.hint)


def _of_file(
    manifest: Manifest, slot: SecretSlot, found: Missing | Damaged, severity: Severity, code: str, hint: str
) -> Diagnostic:
    """What is said of the document that says a secret, rather than of the secret."""
    assert found.at is not None, "where in the document"
    said, _ = manifest.origin.said((*slot.steps, "value"))
    return replace(
        manifest.diagnostic(severity, code, found.reason, hint=hint), location=said.locate(found.at)
    )


def _nobody_has(manifest: Manifest, slot: SecretSlot, *, applied: bool) -> Diagnostic:
    return manifest.diagnostic(
        Severity.ERROR,
        "secret.missing",
        f"{slot.path} has neither value nor value_from, and the backend holds no value for it",
        path=slot.steps,
        hint=f"give it a value_from{_or_by_hand(manifest, slot, applied=applied)}",
    )


def _or_by_hand(manifest: Manifest, slot: SecretSlot, *, applied: bool) -> str:
    """What else may give an environment's secret its value; in one that is not there yet nothing can be set."""
    key = manifest.key
    if key.kind != "Environment":
        return ""
    org = "" if key.org == DEFAULT_ORG else f" --org {key.org}"
    words = "set it" if applied else "apply without it, then set it"
    return f", or {words}: stigmer secrets set {key.name} {slot.steps[-1]}{org}"
