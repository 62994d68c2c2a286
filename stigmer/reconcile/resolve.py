# SPDX-License-Identifier: Apache-2.0
"""References: whether what a manifest names is declared beside it or is live."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from stigmer.errors import Diagnostic, Severity
from stigmer.manifests.manifest import Manifest
from stigmer.resources.keys import Key
from stigmer.resources.kinds import nearest
from stigmer.resources.references import Reference
from stigmer.resources.resource import label


def resolve(
    manifests: Sequence[Manifest], live: Collection[Key] | None, *, strict: bool = False
) -> list[Diagnostic]:
    """What names nothing. Without a backend (`live` is None) a name may still be there: a warning, an error if `strict`."""
    declared = {manifest.key for manifest in manifests}
    candidates: list[Key] | None = None
    found: list[Diagnostic] = []
    for manifest in manifests:
        for reference in manifest.resource.references:
            if reference.key not in declared and (live is None or reference.key not in live):
                if candidates is None:
                    candidates = sorted(declared.union(live or ()))
                found.append(
                    _missing(manifest, reference, candidates, checked=live is not None, strict=strict)
                )
    return found


def _missing(
    manifest: Manifest, reference: Reference, candidates: list[Key], *, checked: bool, strict: bool
) -> Diagnostic:
    key = reference.key
    place = f" in org {key.org}" if key.org else ""
    where = "neither in the manifests nor in the backend" if checked else "not in the manifests"
    return manifest.diagnostic(
        Severity.ERROR if checked or strict else Severity.WARNING,
        "reference.missing" if checked else "reference.unresolved",
        f"{label(key)}{place} is {where}",
        path=reference.path,
        hint=_hint(key, candidates, manifest.key.org),
    )


def _hint(key: Key, candidates: list[Key], org: str) -> str | None:
    """The nearest name of the kind: in the same organization first, then the same name in another."""
    same_kind = [each for each in candidates if each.kind == key.kind]
    near = nearest(key.name, [each.name for each in same_kind if each.org == key.org])
    if near is not None:
        return f"did you mean {near if key.org in ('', org) else f'{key.org}/{near}'}?"
    elsewhere = next((each for each in same_kind if each.name == key.name), None)
    if elsewhere is not None:
        return f"did you mean {elsewhere.org}/{elsewhere.name}?"
    return f"declare an {key.kind} named {key.name}" if key.kind == "Organization" else None
