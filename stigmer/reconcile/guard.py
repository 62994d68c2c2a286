# SPDX-License-Identifier: Apache-2.0
"""What a plan may not do: each guard names its reason at the place that asks for it."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from stigmer.backends.contract import Backend, Operation
from stigmer.errors import Diagnostic, Severity
from stigmer.manifests.manifest import Manifest
from stigmer.manifests.render import inline, quoted
from stigmer.reconcile.causes import blame_of, who_and_when
from stigmer.reconcile.plan import Cause, FieldChange, Op, Update
from stigmer.resources.fields import Message, message
from stigmer.resources.ignorable import ignore_problem
from stigmer.resources.keys import Key
from stigmer.resources.paths import Path, place_of
from stigmer.resources.resource import first_few, label

_LIFECYCLE = ["metadata", "lifecycle"]
_FLOW = frozenset('[]{},"')  # what a path in a list of YAML's flow style has to be quoted for
_LONGEST = 60  # so many characters of a value are told in a sentence; the plan shows it whole
_MOST_OWNED = 10  # so many resources of one other set are told, each at its place, before the rest is counted


def ownership(owned: Mapping[str, Sequence[Manifest]], owner: str | None) -> Iterator[Diagnostic]:
    """Resources of other sets are not taken silently. `owned` are the manifests of such, by the set that owns them; `owner` is the
    set that they are applied into."""
    whose = "no set is named here" if owner is None else f"this is set {owner}"
    for other, manifests in owned.items():
        hint = f"apply {{}} with --set {other}{', or take {} over with --adopt' if owner else ''}"
        told = manifests if len(manifests) == _MOST_OWNED + 1 else manifests[:_MOST_OWNED]
        for manifest in told:
            yield manifest.diagnostic(
                Severity.ERROR,
                "set.owned",
                f"{manifest.resource.label} is owned by set {other}, and {whose}",
                hint=hint.format("it", "it"),
            )
        if more := len(manifests) - len(told):
            words = f"{more:,} more resources are owned by set {other}, and {whose}"
            yield Diagnostic(Severity.ERROR, "set.owned", words, hint.format("them", "them"))


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
            named = first_few([label(referrer) for referrer in outside])
            yield renamed[key].diagnostic(
                Severity.ERROR,
                "rename.referenced",
                f"{label(key)} cannot be renamed: that name is used by {named}, not among these manifests",
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
                Severity.ERROR,
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


def conflicts(manifest: Manifest, update: Update, *, force: bool) -> Iterator[Diagnostic]:
    """A field that both the manifest and somebody else changed since the last apply; with `force` that is only pointed out."""
    for change in update.fields:
        if change.cause is not Cause.BOTH:
            continue
        theirs, ours = _told_apart(change)
        mine = "removed" if change.op is Op.REMOVE else f"to {ours}"
        other = "removed" if change.op is Op.ADD else f"to {theirs}"
        words = f"{change.path} was changed on both sides since the last apply: {mine} in the manifest, {other} {_by(change)}"
        if force:
            hint = "--force-conflicts makes it as the manifest says"
            yield _at_field(manifest, change, Severity.WARNING, "plan.conflict", words, hint)
        else:
            hint = _ways_out(manifest, change.path)
            yield _at_field(manifest, change, Severity.ERROR, "plan.conflict", words, hint)


def _ways_out(manifest: Manifest, path: str) -> str:
    resource = manifest.resource
    ways = f"keep yours with --force-conflicts; take theirs from stigmer export {resource.label}"
    if ignore_problem(resource.kind, path) is not None:
        return ways
    said = quoted(path) if set(path) & _FLOW else path
    return f"{ways}; or leave the field to others with metadata.lifecycle.ignore_changes: [{said}]"


def drift(manifest: Manifest, update: Update) -> Iterator[Diagnostic]:
    """A field that somebody else changed since the last apply, where that is not to be undone."""
    for change in update.fields:
        if change.cause is not Cause.DRIFT:
            continue
        theirs, ours = _told_apart(change)
        match change.op:
            case Op.ADD:
                found = f"removed {_by(change)}, declared as {ours}"
            case Op.REMOVE:
                found = f"added as {theirs} {_by(change)}, not declared"
            case Op.REPLACE:
                found = f"changed to {theirs} {_by(change)}, declared as {ours}"
        hint = f"--drift heal makes it as declared; stigmer export {manifest.resource.label} has the live value for the manifest"
        yield _at_field(
            manifest, change, Severity.ERROR, "plan.drift", f"{change.path} drifted: {found}", hint
        )


def deletion(manifest: Manifest, backend: Backend) -> Iterator[Diagnostic]:
    """A resource that somebody deleted since the last apply, where that is not to be undone."""
    last = next(iter(backend.versions(manifest.key)), None)
    if last is not None and last.operation is Operation.DELETED and not last.declares:
        yield manifest.diagnostic(
            Severity.ERROR,
            "plan.drift",
            f"{manifest.resource.label} drifted: deleted by {who_and_when(blame_of(last))}, and still declared",
            hint=f"--drift heal makes it anew, stigmer rollback {manifest.resource.label} --to previous brings it back; or remove the manifest",
        )


def _by(change: FieldChange) -> str:
    return "by something else" if change.blame is None else f"by {who_and_when(change.blame)}"


def _told_apart(change: FieldChange) -> tuple[str, str]:
    """The live and the wanted value, each on one line; of long texts the first line in which they differ."""
    before, after = change.before, change.after
    if isinstance(before, str) and isinstance(after, str) and "\n" in before + after:
        lines = enumerate(zip_longest(before.split("\n"), after.split("\n"), fillvalue=""), 1)
        for number, (theirs, ours) in lines:
            if theirs != ours:
                return f"{_short(theirs)} (line {number})", f"{_short(ours)} (line {number})"
    return _short(before), _short(after)


def _short(value: Any) -> str:
    """A value on one line, as far as it helps to know it again."""
    match value:
        case str():
            text = quoted(value)
        case dict() | list():
            text = json.dumps(value, ensure_ascii=False, default=str)
        case _:
            text = inline(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _at_field(
    manifest: Manifest, change: FieldChange, severity: Severity, code: str, words: str, hint: str
) -> Diagnostic:
    resource = manifest.resource
    place = place_of(message(resource.kind.message), resource.body, change.path)
    found = manifest.diagnostic(severity, code, words, path=place, hint=hint)
    return replace(found, path=change.path)


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
