# SPDX-License-Identifier: Apache-2.0
"""What applying a plan needs, as the section of its file that is made for that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

import orjson

from stigmer.backends.contract import Commit, SecretEntry, SetSource
from stigmer.errors import Location
from stigmer.reconcile.plan import Change, Create, Delete, Release, Settled, Unchanged, Update, Wanted
from stigmer.reconcile.saved.saved import InManifest, Reread, Saved
from stigmer.reconcile.saved.text import FORMAT_VERSION
from stigmer.resources.resource import Age, Env, File, Keyring

Json = dict[str, Any]


def section(saved: Saved) -> Json:
    """The section; bodies go into it as the bytes that they are."""
    plan, about = saved.plan, saved.about
    return {
        "format_version": FORMAT_VERSION,
        "stigmer": about.version,
        "backend": about.backend,
        "store_id": plan.store_id,
        "org": about.org,
        **_said(target=about.target, commit=None if about.commit is None else _commit(about.commit)),
        "adopt": plan.adopt,
        **_said(source=None if plan.source is None else _set_source(plan.source)),
        "moves": plan.moves,
        "declares": plan.declares,
        "operations": [_operation(each, saved.sources.get(each.key, {})) for each in plan.changes],
        "settled": [_settled(each) for each in plan.settled],
        "expects": [[*key, revision] for key, revision in plan.expects.items()],
        "unchanged": [_unchanged(each) for each in plan.unchanged],
    }


def _operation(change: Change, sources: Mapping[str, Reread]) -> Json:
    match change:
        case Create():
            return {"action": "create", **_wanted(change, sources), **_said(id=change.id)}
        case Update():
            return {
                "action": "update",
                **_wanted(change, sources),
                "id": change.id,
                "revision": change.revision,
                **_said(renamed_from=None if change.renamed_from is None else [*change.renamed_from]),
            }
        case Release():
            return {"action": "release", **_live(change), "set": change.set}
        case Delete():
            return {"action": "delete", **_live(change), **_said(at=_place(change.location))}
    assert_never(change)


def _wanted(change: Wanted, sources: Mapping[str, Reread]) -> Json:
    entries = {path: _secret(entry, sources.get(path)) for path, entry in change.secrets.items()}
    return {
        "key": [*change.key],
        "digest": change.digest,
        "body": orjson.Fragment(change.encoded),
        "references": [[*key] for key in change.references],
        **_said(
            protected=change.protected,
            secrets=entries or None,
            declared=_body(change.declared),
            restores=change.restores,
            at=_place(change.location),
        ),
    }


def _live(change: Release | Delete | Settled) -> Json:
    return {"key": [*change.key], "id": change.id, "revision": change.revision}


def _settled(settled: Settled) -> Json:
    return {**_live(settled), **_said(declared=_body(settled.declared))}


def _unchanged(unchanged: Unchanged) -> list[Any]:
    return [*unchanged.key, *(_place(unchanged.location) or ())]


def _secret(entry: SecretEntry, where: Reread | None) -> Json:
    return {"fingerprint": entry.fingerprint, **_said(source=None if where is None else _reread(where))}


def _reread(where: Reread) -> Json:
    match where.source:
        case Env(name):
            return {"env": name}
        case File(path):
            return {"file": path, "directory": where.directory}
        case Keyring(service, username):
            return {"keyring": {"service": service, "username": username}}
        case Age(armored):
            return {"age": armored}
        case InManifest(file, root, org):
            return {"manifest": file, "root": root, "org": org}
    assert_never(where.source)


def _commit(commit: Commit) -> Json:
    return {"id": commit.id, "author": commit.author}


def _set_source(source: SetSource) -> Json:
    return {**_said(remote=source.remote), "path": source.path}


def _place(place: Location | None) -> list[Any] | None:
    return None if place is None else [place.file, place.line, place.column]


def _body(encoded: bytes | None) -> orjson.Fragment | None:
    return None if encoded is None else orjson.Fragment(encoded)


def _said(**entries: Any) -> Json:
    return {name: value for name, value in entries.items() if value is not None}
