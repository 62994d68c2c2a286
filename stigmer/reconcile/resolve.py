# SPDX-License-Identifier: Apache-2.0
"""References: whether what a manifest names is declared beside it or is live."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from stigmer.errors import Diagnostic, Severity
from stigmer.manifests.manifest import Manifest
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named, nearest
from stigmer.resources.paths import Path
from stigmer.resources.references import Reference
from stigmer.resources.resource import label

_ORG: Path = ("metadata", "org")


def resolve(
    manifests: Sequence[Manifest], live: Collection[Key] | None, *, strict: bool = False
) -> list[Diagnostic]:
    """What names nothing. Without a backend (`live` is None) a name may still be there: a warning, an error if `strict`.

    An execution is declared once and its record goes when its time is over, so to name one that is nowhere is never more than a warning.
    """
    declared = {manifest.key for manifest in manifests}
    candidates: dict[str, list[Key]] | None = None
    found: list[Diagnostic] = []
    for manifest in manifests:
        for reference in manifest.resource.references:
            if reference.key not in declared and (live is None or reference.key not in live):
                if candidates is None:
                    candidates = _by_kind(declared.union(live or ()))
                found.append(
                    _missing(manifest, reference, candidates, checked=live is not None, strict=strict)
                )
    return found


def _by_kind(keys: Collection[Key]) -> dict[str, list[Key]]:
    """Keys in their order, those of each kind."""
    found: dict[str, list[Key]] = {}
    for key in sorted(keys):
        found.setdefault(key.kind, []).append(key)
    return found


def _missing(
    manifest: Manifest, reference: Reference, candidates: dict[str, list[Key]], *, checked: bool, strict: bool
) -> Diagnostic:
    key = reference.key
    place = f" in org {key.org}" if key.org else ""
    where = "neither in the manifests nor in the backend" if checked else "not in the manifests"
    path, hint = _mend(manifest, reference, _nearest(key, candidates.get(key.kind, ())))
    needed = checked and not kind_named(key.kind).executed
    return manifest.diagnostic(
        Severity.ERROR if needed or strict else Severity.WARNING,
        "reference.missing" if needed else "reference.unresolved",
        f"{label(key)}{place} is {where}",
        path=path,
        hint=hint,
    )


def _nearest(key: Key, same_kind: Sequence[Key]) -> Key | None:
    """The nearest name of the kind: in the same organization first, then the same name in another."""
    near = nearest(key.name, [each.name for each in same_kind if each.org == key.org])
    if near is not None:
        return key._replace(name=near)
    return next((each for each in same_kind if each.name == key.name), None)


def _mend(manifest: Manifest, reference: Reference, near: Key | None) -> tuple[Path, str | None]:
    """What is to be written in place of the name, and where: as a whole in the short form, in a field of its own in the long one."""
    key, path, org = reference.key, reference.path, manifest.key.org
    short = manifest.origin.written(path) is not None
    if path == _ORG and not short:
        return (
            path,
            "the organization comes from --org, STIGMER_ORG or stigmer.yaml: mend it there, or declare it",
        )
    if near is None:
        return path, f"declare an {key.kind} named {key.name}" if key.kind == "Organization" else None
    if short:
        name = near.name if near.org == key.org in ("", org) else f"{near.org}/{near.name}"
        version = f"@{reference.version}" if reference.version is not None else ""
        return path, f"did you mean {name}{version}?"
    if near.org != key.org:
        return path, f"there is one in org {near.org}"
    return (*path, "name"), f"did you mean {near.name}?"
