# SPDX-License-Identifier: Apache-2.0
"""The secrets of a saved plan: not in it, but where each is read again, and whether it is still the one that was planned."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from stigmer.backends.contract import Backend, SecretEntry
from stigmer.errors import Diagnostic, Severity
from stigmer.manifests.load import LoadOptions, load_sources
from stigmer.manifests.manifest import Manifest
from stigmer.manifests.source import Source
from stigmer.reconcile.plan import Create, Plan, Update
from stigmer.reconcile.saved.saved import InManifest, Reread, Saved, Sources
from stigmer.resources.confidential import Secret, short_fingerprint
from stigmer.resources.keys import DEFAULT_ORG, Key
from stigmer.resources.resource import Age, Env, File, Keyring, Literal, SecretSlot, SecretSource, Sops, label
from stigmer.secrets.sources import Surroundings, fetch

_AGAIN = "save the plan again with stigmer diff --save"


class _Written:
    """Secrets that are written in manifests, in clear or encrypted by sops; each file is read once."""

    def __init__(self) -> None:
        self._read: dict[InManifest, Mapping[Key, Manifest] | str] = {}

    def source(self, where: InManifest, key: Key, path: str) -> Literal | Sops | str:
        """How the secret of a resource at a field path is written, or why there is none in words."""
        if where not in self._read:
            self._read[where] = _declared(where)
        declared = self._read[where]
        if isinstance(declared, str):
            return declared
        manifest = declared.get(key)
        for slot in manifest.resource.secrets if manifest is not None else ():
            if slot.path == path and isinstance(slot.source, (Literal, Sops)):
                return slot.source
        return "the manifest does not say it any more"


def _declared(where: InManifest) -> Mapping[Key, Manifest] | str:
    try:
        data = Path(where.file).read_bytes()
    except OSError as error:
        return f"{where.file} cannot be read: {error.strerror}"
    file = os.path.abspath(where.file)
    source = Source(where.file, data, os.path.dirname(file), os.path.abspath(where.root), named=True)
    return {each.key: each for each in load_sources([source], LoadOptions(where.org)).manifests}


def sources(plan: Plan, manifests: Iterable[Manifest]) -> tuple[Sources, tuple[Diagnostic, ...]]:
    """Where the secrets that a plan brings are read again, and those of which that cannot be said."""
    needed = {change.key: change for change in plan.changes if _brings(change)}
    found: dict[Key, dict[str, Reread]] = {}
    written = _Written()
    wrong: list[Diagnostic] = []
    if not needed:
        return found, ()
    for manifest in manifests:
        change = needed.get(manifest.key)
        if not isinstance(change, (Create, Update)):
            continue
        slots = {slot.path: slot for slot in manifest.resource.secrets}
        brought = [path for path, entry in change.secrets.items() if entry.value is not None]
        for path in brought:
            where = _reread(manifest, slots[path], written)
            if where is None:
                wrong.append(_unrepeatable(manifest, slots[path]))
            else:
                found.setdefault(manifest.key, {})[path] = where
    if not plan.store_id:
        wrong += [_keyless(change) for change in needed.values() if isinstance(change, (Create, Update))]
    return found, tuple(wrong)


def with_values(
    saved: Saved, backend: Backend, surroundings: Surroundings
) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """The plan with the values of its secrets, and `plan.secret` of every one that cannot be read or is another by now."""
    read = list(_read_again(saved, surroundings))
    values = [value for *_, value in read if isinstance(value, Secret)]
    made = iter(backend.fingerprints(values) if values else ())
    entries: dict[Key, dict[str, SecretEntry]] = {}
    wrong = []
    for change, path, where, value in read:
        planned = change.secrets[path].fingerprint
        if isinstance(value, str):
            wrong.append(_refusal(change, path, f"cannot be read again: {value}", _mend(where)))
            continue
        now = next(made)
        if now != planned:
            told = f"{short_fingerprint(now)}, not the planned {short_fingerprint(planned)}"
            wrong.append(_refusal(change, path, f"has another value now: {_shown(where)} has {told}", _AGAIN))
        entries.setdefault(change.key, {})[path] = SecretEntry(planned, value)
    changes = tuple(
        replace(change, secrets={**change.secrets, **entries[change.key]})
        if isinstance(change, (Create, Update)) and change.key in entries
        else change
        for change in saved.plan.changes
    )
    return replace(saved.plan, changes=changes), tuple(wrong)


def _brings(change: object) -> bool:
    return isinstance(change, (Create, Update)) and any(
        entry.value is not None for entry in change.secrets.values()
    )


def _reread(manifest: Manifest, slot: SecretSlot, written: _Written) -> Reread | None:
    """Where a secret is read again; None where that would not give it, as of what came through standard input or is in an overlay."""
    source = manifest.source_of(slot)
    match slot.source:
        case Env() | Keyring() | Age():
            return Reread(slot.source)
        case File():
            return Reread(slot.source, _portable(source.directory, source.root))
        case Literal() | Sops():
            file, root = _portable(source.name, source.root), _portable(source.root, source.root)
            where = InManifest(file, root, manifest.key.org or DEFAULT_ORG)
            if _is_same(slot.source, written.source(where, manifest.key, slot.path)):
                return Reread(where)
    return None


def _is_same(source: Literal | Sops, again: Literal | Sops | str) -> bool:
    if isinstance(source, Literal):
        return isinstance(again, Literal) and again.value.reveal() == source.value.reveal()
    return again == source


def _portable(path: str, root: str) -> str:
    """A path relative to the working directory where that is in the root or above the path, so that another checkout will do."""
    here, place = os.getcwd(), os.path.abspath(path)
    tops = (os.path.abspath(root), here)
    if any(os.path.commonpath([top, here, place]) == top for top in tops):
        return os.path.relpath(place, here)
    return place


def _read_again(
    saved: Saved, surroundings: Surroundings
) -> Iterator[tuple[Create | Update, str, Reread, Secret | str]]:
    """Each secret that is to be read, with its value, or why it cannot be read in words."""
    written = _Written()
    for change in saved.plan.changes:
        if not isinstance(change, (Create, Update)):
            continue
        for path, where in saved.sources.get(change.key, {}).items():
            if isinstance(where.source, InManifest):
                source: SecretSource | str = written.source(where.source, change.key, path)
            else:
                source = where.source
            if isinstance(source, str):
                yield change, path, where, source
                continue
            value = fetch(source, os.path.abspath(where.directory), surroundings)
            yield change, path, where, value if isinstance(value, Secret) else getattr(value, "reason", "")


def _shown(where: Reread) -> str:
    match where.source:
        case Env(name):
            return f"the variable {name}"
        case File(path):
            return f"the file {path}"
        case Keyring(service, username):
            return f"the keychain's entry for {username} under {service}"
        case Age():
            return "the sealed value"
        case InManifest(file):
            return file


def _mend(where: Reread) -> str:
    match where.source:
        case Env(name):
            return f"set {name} as it was when the plan was saved"
        case File() | InManifest():
            return "run this in the directory in which the plan was saved, or one that is laid out like it"
        case Keyring():
            return "run this where that entry is"
        case Age():
            return "run this where an identity is that opens it"


def _refusal(change: Create | Update, path: str, words: str, hint: str) -> Diagnostic:
    name = label(change.key)
    return Diagnostic(
        Severity.ERROR, "plan.secret", f"{path} of {name} {words}", hint, change.location, name, path
    )


def _unrepeatable(manifest: Manifest, slot: SecretSlot) -> Diagnostic:
    written = "is encrypted" if isinstance(slot.source, Sops) else "is written in clear"
    return manifest.diagnostic(
        Severity.ERROR,
        "plan.secret",
        f"{slot.path} {written} where it cannot be read again, and a plan holds no secret",
        path=slot.steps,
        hint="take it from outside with value_from; standard input and overlays are not read again",
    )


def _keyless(change: Create | Update) -> Diagnostic:
    words = "has secrets, and there is no store yet whose key tells whether they are still the same"
    name = label(change.key)
    return Diagnostic(
        Severity.ERROR,
        "plan.secret",
        f"{name} {words}",
        "make the store with stigmer init, then save the plan",
        change.location,
        name,
    )
