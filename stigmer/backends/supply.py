# SPDX-License-Identifier: Apache-2.0
"""What an execution is supplied with: the environments of its instance, then its own values, held against what is asked for.

Every backend that opens contexts goes by these rules:

- A later environment wins over an earlier one, and `runtime_env` over them all. An entry without a value supplies nothing.
- What an `env_spec` asks for must be there, unless it is optional or has a default. All that is missing is told at once.
- A default fills in where nothing is supplied; of several who have one, that of the first who asks.
- A value is a secret if it is supplied as one or if anybody asks for it as one. Nothing makes a secret plain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from stigmer.backends.context import Confidential, ContextValue, Plain, RunnerFile, RunnerVariable
from stigmer.backends.contract import Stored
from stigmer.errors import Diagnostic, RefusedError, Severity
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import Key
from stigmer.resources.needs import (
    EXECUTIONS,
    Asked,
    Asker,
    Body,
    asked_by,
    default_instance,
    environments_of,
    reference,
    required,
    template_of,
)
from stigmer.resources.resource import label

Read = Callable[[Iterable[Key]], Mapping[Key, Stored]]
"""Gives the resources that exist among some keys."""

Reveal = Callable[[str, str, Mapping[str, str]], Mapping[str, Secret]]
"""Gives the values that the store has of a resource (by kind and id), by field path; of each path the fingerprint is told."""


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A secret of which the body has the fingerprint and the store the value."""

    holder: Stored
    path: str
    fingerprint: str


_Entry = ContextValue | _Sealed


@dataclass(frozen=True, slots=True)
class _Run:
    """What an execution runs: the template, the instance by its name, and the environments that it binds."""

    template: Key
    instance: Key
    environments: Sequence[Key]


def supplied(execution: Stored, read: Read, reveal: Reveal) -> Mapping[str, ContextValue]:
    """The values of an execution by name.

    Raises RefusedError: `context.missing` names all that nothing supplies, `secret.missing` a secret that the store has no value of,
    `reference.missing` a resource that is not there. Raises what `reveal` raises.
    """
    bodies = _Bodies(read)
    body = orjson.loads(execution.body)
    run = _run(execution.key, body, bodies)
    asked = asked_by(run.template, bodies)
    askers = asked.askers if asked is not None else ()
    entries: dict[str, _Entry] = {}
    for environment in run.environments:
        entries.update(_entries(bodies.stored(environment), bodies.needed(environment), "data"))
    entries.update(_entries(execution, body, "runtime_env"))
    _require(execution.key, run, askers, entries)
    for asker in askers:
        for name, about in asker.names.items():
            if "default" in about:
                entries.setdefault(name, Plain(about["default"]))
    confidential = {
        name for asker in askers for name, about in asker.names.items() if about.get("is_secret", False)
    }
    values = _revealed(entries, reveal)
    return {name: _kept_secret(value) if name in confidential else value for name, value in values.items()}


class _Bodies:
    """Resources by key, each read once."""

    def __init__(self, read: Read) -> None:
        self.asked: dict[Key, Asked | None] = {}
        self._read = read
        self._stored: dict[Key, Stored | None] = {}
        self._bodies: dict[Key, Body] = {}

    def body(self, key: Key) -> Body | None:
        """What a key names; None where it is not there."""
        if key not in self._stored:
            self._stored[key] = self._read((key,)).get(key)
        stored = self._stored[key]
        if stored is None:
            return None
        if key not in self._bodies:
            self._bodies[key] = orjson.loads(stored.body)
        return self._bodies[key]

    def needed(self, key: Key) -> Body:
        """What a key names. Raises RefusedError `reference.missing`."""
        body = self.body(key)
        if body is None:
            raise RefusedError([_refusal("reference.missing", key, f"{label(key)} is not there any more")])
        return body

    def stored(self, key: Key) -> Stored:
        """The resource as it is stored. Raises RefusedError `reference.missing`."""
        self.needed(key)
        stored = self._stored[key]
        assert stored is not None, "what has a body is there"
        return stored


def _run(execution: Key, body: Body, bodies: _Bodies) -> _Run:
    said, kind = next(pair for pair in EXECUTIONS[execution.kind] if pair[0] in body["spec"])
    key = reference(body["spec"][said], kind)
    if kind == "Session":
        kind = "AgentInstance"
        key = reference(bodies.needed(key)["spec"]["agent_instance"], kind)
    if kind.endswith("Instance"):
        bound = bodies.needed(key)
        return _Run(template_of(kind, bound), key, environments_of(bound))
    bodies.needed(key)
    instance = default_instance(key)
    default = bodies.body(instance)  # made on first use
    return _Run(key, instance, [] if default is None else environments_of(default))


def _entries(holder: Stored, body: Body, field: str) -> Iterator[tuple[str, _Entry]]:
    """The entries of an environment or of an execution that have a value."""
    data: Mapping[str, Mapping[str, Any]] = body["spec"].get(field, {})
    for name, entry in data.items():
        match entry:
            case {"fingerprint": str(fingerprint)}:
                yield name, _Sealed(holder, f"spec.{field}.{name}", fingerprint)
            case {"value_from": {"runner": {"env": str(variable)}}}:
                yield name, RunnerVariable(variable)
            case {"value_from": {"runner": {"file": str(path)}}}:
                yield name, RunnerFile(path)
            case {"value": str(value)}:
                yield name, Plain(value)


def _require(execution: Key, run: _Run, askers: Sequence[Asker], entries: Mapping[str, _Entry]) -> None:
    missing: dict[str, list[str]] = {}
    for asker in askers:
        for name, about in asker.names.items():
            if name not in entries and required(about):
                missing.setdefault(name, []).append(label(asker.key))
    if not missing:
        return
    listed = ", ".join(f"{name} ({', '.join(who)})" for name, who in missing.items())
    them = "it" if len(missing) == 1 else "them"
    raise RefusedError(
        [
            _refusal(
                "context.missing",
                execution,
                f"nothing supplies {listed}, so {label(execution)} cannot run",
                f"say {them} in runtime_env, or bind an environment that has {them} to {label(run.instance)}",
            )
        ]
    )


def _revealed(entries: Mapping[str, _Entry], reveal: Reveal) -> dict[str, ContextValue]:
    """The entries with their secrets opened: of what was won over by a later one nothing is."""
    wanted: dict[str, tuple[Stored, dict[str, str]]] = {}
    for entry in entries.values():
        if isinstance(entry, _Sealed):
            wanted.setdefault(entry.holder.id, (entry.holder, {}))[1][entry.path] = entry.fingerprint
    opened = {id_: reveal(holder.key.kind, id_, paths) for id_, (holder, paths) in wanted.items()}
    values: dict[str, ContextValue] = {}
    lost = []
    for name, entry in entries.items():
        if not isinstance(entry, _Sealed):
            values[name] = entry
        elif entry.path in opened[entry.holder.id]:
            values[name] = Confidential(opened[entry.holder.id][entry.path])
        else:
            lost.append(_unheld(entry))
    if lost:
        raise RefusedError(lost)
    return values


def _unheld(sealed: _Sealed) -> Diagnostic:
    key = sealed.holder.key
    words = f"the store has no value for the secret {sealed.path} of {label(key)}"
    hint = "set it with 'stigmer secrets set', or apply its manifest with a source"
    return _refusal("secret.missing", key, words, hint, sealed.path)


def _kept_secret(value: ContextValue) -> ContextValue:
    return Confidential(Secret(value.value)) if isinstance(value, Plain) else value


def _refusal(code: str, key: Key, words: str, hint: str | None = None, path: str | None = None) -> Diagnostic:
    return Diagnostic(Severity.ERROR, code, words, hint=hint, resource=label(key), path=path)
