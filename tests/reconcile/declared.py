# SPDX-License-Identifier: Apache-2.0
"""Manifests in a few words, and what becomes of them on a backend."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent
from typing import Any

import orjson

from stigmer.backends.contract import Backend, Batch, Commit, Put, Stored
from stigmer.errors import Diagnostic
from stigmer.manifests.load import LoadOptions, load_sources
from stigmer.manifests.manifest import Manifest
from stigmer.manifests.source import Source
from stigmer.reconcile.apply import Applied, apply_plan
from stigmer.reconcile.build import build_plan
from stigmer.reconcile.options import PlanOptions
from stigmer.reconcile.plan import Create, Delete, Plan, Update
from stigmer.resources.display import display
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named, parse_kind
from stigmer.resources.links import links
from stigmer.resources.resource import digest, encode, label
from stigmer.secrets.sources import Surroundings

SAID = "Answer politely."


def manifests(
    text: str, *, file: str = "all.yaml", directory: str = "/nowhere", org: str = "default"
) -> list[Manifest]:
    """What a file with this text declares; it must be right."""
    source = Source(file, dedent(text).encode(), directory, directory, named=True)
    loaded = load_sources([source], LoadOptions(org=org))
    assert loaded.diagnostics == ()
    return list(loaded.manifests)


def declare(name: str, spec: str = "", metadata: str = "", **how: Any) -> list[Manifest]:
    """One manifest: `kind/name`, its spec and more metadata as they stand inside of flow maps."""
    word, _, name = name.partition("/")
    kind = parse_kind(word)
    text = f"apiVersion: {kind.api_version}\nkind: {kind.name}\nmetadata: {{name: {name}, {metadata}}}\nspec: {{{spec}}}\n"
    return manifests(text, file=f"{name}.yaml", **how)


def agent(name: str, spec: str = "", metadata: str = "", **how: Any) -> list[Manifest]:
    """An agent that says how it is instructed."""
    return declare(f"agent/{name}", f"instructions: {SAID}, {spec}", metadata, **how)


def plan(
    backend: Backend,
    declared: list[Manifest],
    *,
    set: str | None = None,
    adopt: bool = False,
    environ: Mapping[str, str] | None = None,
) -> Plan:
    """What applying them would do."""
    return build_plan(declared, backend, PlanOptions(set, adopt), Surroundings(environ or {}))


def settle(
    backend: Backend, declared: list[Manifest], *, keep_unresolved: bool = False, **how: Any
) -> Applied:
    """Applies them, and sees that nothing is left to do."""
    applied = apply_plan(plan(backend, declared, **how), backend, keep_unresolved=keep_unresolved)
    again = plan(backend, declared, **how)
    assert again.changes == ()
    assert len(again.unchanged) == len(declared)
    return applied


def shown(made: Plan) -> list[str]:
    """The changes in words: `create agent/bot`, `update agent/bot: spec.x replace 1 -> 2 (manifest)`."""
    lines = []
    for change in made.changes:
        match change:
            case Create():
                lines.append(f"create {label(change.key)}")
            case Delete():
                lines.append(f"delete {label(change.key)}")
            case Update():
                lines += [f"update {label(change.key)}: {field}" for field in fields(change)] or [
                    f"update {label(change.key)}"
                ]
    return lines


def fields(update: Update) -> list[str]:
    """The fields of an update in words."""
    return [
        f"{each.path} {each.op}"
        + (
            f" {each.before} -> {each.after}"
            if each.op == "replace"
            else f" {each.before if each.op == 'remove' else each.after}"
        )
        + ("" if each.cause == "manifest" else f" ({each.cause})")
        for each in update.fields
    ]


def refusals(made: Plan) -> list[tuple[str, str | None]]:
    """Code and path of everything against a plan."""
    return [(each.code, each.path) for each in made.refusals]


def codes(found: list[Diagnostic] | tuple[Diagnostic, ...]) -> list[tuple[str, str]]:
    """Severity and code of each."""
    return [(each.severity.value, each.code) for each in found]


def key(name: str, org: str = "default") -> Key:
    """The key of `kind/name`."""
    word, _, name = name.partition("/")
    kind = parse_kind(word)
    return Key(kind.name, "" if kind.is_global else org, name)


def live(backend: Backend, name: str) -> Stored:
    """The resource, which must be there."""
    return backend.get([key(name)])[key(name)]


def spec(backend: Backend, name: str) -> dict[str, Any]:
    """The live spec as a manifest writes it."""
    stored = live(backend, name)
    found: dict[str, Any] = display(kind_named(stored.key.kind), orjson.loads(stored.body), stored.key.org)[
        "spec"
    ]
    return found


def meddle(
    backend: Backend, name: str, *, message: str | None = None, commit: Commit | None = None, **changes: Any
) -> None:
    """Changes canonical fields of a live spec as something else than an apply does; None takes one away."""
    stored = live(backend, name)
    body = orjson.loads(stored.body)
    body["spec"] = {part: value for part, value in {**body["spec"], **changes}.items() if value is not None}
    write(backend, stored, body, message=message, commit=commit)


def label_live(backend: Backend, name: str, part: str = "labels", /, **changes: str | None) -> None:
    """Changes labels or annotations of a live resource as something else than an apply does; None takes one away."""
    stored = live(backend, name)
    body = orjson.loads(stored.body)
    there = {**body["metadata"].pop(part, {}), **changes}
    if left := {key: value for key, value in there.items() if value is not None}:
        body["metadata"][part] = left
    write(backend, stored, body)


def write(backend: Backend, stored: Stored, body: dict[str, Any], **said: Any) -> None:
    """Writes a body that nobody declared."""
    encoded = encode(body)
    references = tuple(sorted(links(kind_named(stored.key.kind), body)))
    put = Put(stored.key, stored.id, stored.revision, encoded, digest(encoded), references)
    backend.apply(Batch((put,), declares=False, **said))
