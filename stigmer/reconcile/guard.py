# SPDX-License-Identifier: Apache-2.0
"""What a plan may not do: each guard names its reason at the place that asks for it."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from stigmer.backends.contract import Backend, Head, SetRecord
from stigmer.errors import Diagnostic, Severity
from stigmer.manifests.manifest import Manifest
from stigmer.reconcile.options import PlanOptions
from stigmer.reconcile.plan import Cause, FieldChange, Op, Update
from stigmer.resources.fields import Message, message
from stigmer.resources.keys import Key
from stigmer.resources.paths import Path
from stigmer.resources.resource import label

_LIFECYCLE = ["metadata", "lifecycle"]
_NAMED = 3  # so many are named before the rest is counted


def ownership(manifest: Manifest, head: Head, owner: str | None, *, adopt: bool) -> Iterator[Diagnostic]:
    """A resource of another set is not taken silently."""
    if head.owner is not None and owner != head.owner and not adopt:
        whose = "no set is named here" if owner is None else f"this is set {owner}"
        yield manifest.diagnostic(
            Severity.ERROR,
            "set.owned",
            f"{manifest.resource.label} is owned by set {head.owner}, and {whose}",
            hint=f"apply it with --set {head.owner}, or take it over with --adopt",
        )


def source(options: PlanOptions, record: SetRecord | None) -> Iterator[Diagnostic]:
    """A set that is applied from elsewhere is not taken silently."""
    if record is not None and options.source is not None and not options.adopt:
        yield from record.against(options.source)


def renames(live_keys: Mapping[Key, Key], manifests: Mapping[Key, Manifest]) -> Iterator[Diagnostic]:
    """What is live becomes one resource, not two. `live_keys` says of each declared resource under which key it is live."""
    claimed: dict[Key, Key] = {}
    for key, live in live_keys.items():
        other = claimed.setdefault(live, key)
        if other == key:
            continue
        renamed = manifests[key if key != live else other]
        rival = manifests[other if key != live else key]
        yield renamed.diagnostic(
            Severity.ERROR,
            "rename.taken",
            f"{label(live)} cannot become {renamed.resource.label}: {rival.resource.label} claims it at {rival.origin.start}",
            path=("metadata", "renamed_from"),
            hint="remove one of the two, or renamed_from",
        )


def still_named(
    renamed: Mapping[Key, Manifest], declared: Container[Key], backend: Backend
) -> Iterator[Diagnostic]:
    """What is renamed, by its former key, and still called by that by somebody whose manifest is not here."""
    for key, referrers in (backend.referrers(renamed) if renamed else {}).items():
        outside = [referrer for referrer in referrers if referrer not in declared]
        if outside:
            named = ", ".join(label(referrer) for referrer in outside[:_NAMED])
            more = f" and {len(outside) - _NAMED} more" if len(outside) > _NAMED else ""
            yield renamed[key].diagnostic(
                Severity.ERROR,
                "rename.referenced",
                f"{label(key)} cannot be renamed: {named}{more}, not among these manifests, refers to it by that name",
                path=("metadata", "renamed_from"),
                hint="apply it together with what refers to it",
            )


def immutability(manifest: Manifest, update: Update) -> Iterator[Diagnostic]:
    """A field that may not change once the resource exists."""
    for change in update.fields:
        if _is_immutable(message(manifest.resource.kind.message), change.path):
            yield _at_field(
                manifest,
                change,
                "field.immutable",
                f"{change.path} may not change once the resource exists",
                "give the resource another name",
            )


def protection(manifest: Manifest, update: Update) -> Iterator[Diagnostic]:
    """Protection that the manifest no longer asks for, and that stays all the same."""
    for change in update.fields:
        steps = change.path.split(".")
        if change.op is not Op.REMOVE or steps not in (_LIFECYCLE, [*_LIFECYCLE, "deletion"]):
            continue
        said = change.before.get("deletion") if isinstance(change.before, Mapping) else change.before
        if said == "protect":
            yield manifest.diagnostic(
                Severity.WARNING,
                "lifecycle.kept",
                f"{manifest.resource.label} stays protected from deletion, though its manifest no longer says so",
                hint="write lifecycle: {deletion: allow} to lift it",
            )


def conflicts(manifest: Manifest, update: Update) -> Iterator[Diagnostic]:
    """A field that both the manifest and somebody else changed since the last apply."""
    for change in update.fields:
        if change.cause is Cause.BOTH:
            words = f"{change.path} was changed in the manifest and, since the last apply, by something else"
            yield _at_field(
                manifest, change, "plan.conflict", words, "write the live value into the manifest first"
            )


def _at_field(manifest: Manifest, change: FieldChange, code: str, words: str, hint: str) -> Diagnostic:
    path = tuple(part for part in change.path.partition("[")[0].split(".") if part)
    found = manifest.diagnostic(Severity.ERROR, code, words, path=path, hint=hint)
    return Diagnostic(found.severity, code, words, hint, found.location, found.resource, change.path)


def _is_immutable(root: Message, path: str) -> bool:
    """Whether the field at a path, or one that holds it, is immutable."""
    steps: Path = tuple(part for part in path.partition("[")[0].split(".") if part)
    about: Message | None = root
    for step in steps:
        field = about.fields.get(str(step)) if about is not None else None
        if field is None:
            return False
        if field.immutable:
            return True
        about = message(field.message) if field.message is not None and not field.map else None
    return False
