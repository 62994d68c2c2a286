# SPDX-License-Identifier: Apache-2.0
"""Whether what is bound to environments is supplied with what it asks for at run time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stigmer.checks.finding import Finding
from stigmer.checks.world import World
from stigmer.manifests.manifest import Manifest
from stigmer.resources.keys import Key
from stigmer.resources.kinds import nearest
from stigmer.resources.needs import (
    EXECUTIONS,
    Asked,
    Body,
    Names,
    asked_by,
    default_instance,
    environments_of,
    reference,
    required,
    template_of,
)
from stigmer.resources.paths import Path
from stigmer.resources.resource import label

_CODE = "environment.missing"


def check(manifests: Sequence[Manifest], world: World) -> Iterator[Finding]:
    """Finds names that must be there at run time and are not, and secrets that are supplied in clear."""
    if world.backend is not None:
        world.fetch(_default_instances(manifests))
    for manifest in manifests:
        if manifest.key.kind in EXECUTIONS:
            yield from _execution(manifest, world)
        else:
            yield from _instance(manifest, world)


@dataclass(slots=True)
class _Lack:
    """What is missing, and what is there in clear that is asked for as a secret, each name with those who ask; all that is asked."""

    missing: dict[str, list[str]] = field(default_factory=dict)
    exposed: dict[str, list[str]] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()


def _instance(manifest: Manifest, world: World) -> Iterator[Finding]:
    body = manifest.resource.body
    environments = environments_of(body)
    supplied = _supplied(environments, world)
    asked = asked_by(template_of(manifest.key.kind, body), world)
    if supplied is None or asked is None:
        return
    lack = _lack(asked, supplied)
    if lack.missing:
        lack.asked = frozenset(name for asker in asked.askers for name in asker.names)
        words = f"no environment of this instance supplies {_listed(lack.missing)}"
        if not environments:
            words = f"this instance binds no environment that supplies {_listed(lack.missing)}"
        template = next(name for name in ("agent", "workflow") if name in body["spec"])
        path = ("spec", "environment_refs" if environments else template)
        yield Finding(manifest, _CODE, words, path, _mend(manifest, lack, environments, world))
    for name, askers in lack.exposed.items():
        index = _last_with(name, environments, world)
        words = f"{label(environments[index])} holds {name} in clear, but {_ask(askers)} for a secret"
        hint = f"say where {name} comes from with value_from, in {label(environments[index])}"
        yield Finding(manifest, _CODE, words, ("spec", "environment_refs", index), hint)


def _execution(manifest: Manifest, world: World) -> Iterator[Finding]:
    """What an execution lacks is said where its instance is not declared, since it would be said there."""
    spec = manifest.resource.body["spec"]
    runtime: Names = spec.get("runtime_env", {})
    run = _run(manifest, world)
    if run is None:
        return
    asked = asked_by(run.template, world)
    if asked is None:
        return
    for name, askers in _lack(asked, runtime).exposed.items():
        words = f"{name} stands here in clear, but {_ask(askers)} for a secret"
        hint = f"say where it comes from, value_from: {{env: {name}}}"
        yield Finding(manifest, _CODE, words, ("spec", "runtime_env", name, "value"), hint)
    if run.instance in world.declared or world.backend is None:
        return
    supplied = _supplied(run.environments, world)
    if supplied is None:
        return
    lack = _lack(asked, {**supplied, **runtime})
    if lack.missing:
        words = f"neither runtime_env nor an environment supplies {_listed(lack.missing)}"
        hint = f"say it in runtime_env, or bind an environment that has it to {label(run.instance)}"
        yield Finding(manifest, _CODE, words, run.path, hint)


def _default_instances(manifests: Sequence[Manifest]) -> set[Key]:
    """The instances in which executions of templates run: those that have the template's name."""
    return {
        default_instance(each.key)
        for manifest in manifests
        if manifest.key.kind in EXECUTIONS
        for each in manifest.resource.references
        if each.key.kind in ("Agent", "Workflow")
    }


@dataclass(frozen=True, slots=True)
class _Run:
    """What an execution runs: where it says so, the template, the instance by its name, and what that binds."""

    path: Path
    template: Key
    instance: Key
    environments: list[Key]


def _run(manifest: Manifest, world: World) -> _Run | None:
    """What an execution runs; None where that is not known."""
    body = manifest.resource.body
    said, kind = next(pair for pair in EXECUTIONS[manifest.key.kind] if pair[0] in body["spec"])
    path, key = ("spec", said), reference(body["spec"][said], kind)
    if kind == "Session":
        session = world.body(key)
        if session is None:
            return None
        kind = "AgentInstance"
        key = reference(session["spec"]["agent_instance"], kind)
    by_instance = kind.endswith("Instance")
    instance = key if by_instance else default_instance(key)
    bound = world.body(instance)
    if bound is not None:
        return _Run(path, template_of(instance.kind, bound), instance, environments_of(bound))
    return None if by_instance else _Run(path, key, instance, [])


def _supplied(environments: Sequence[Key], world: World) -> dict[str, Mapping[str, Any]] | None:
    """What the environments hold together, later ones over earlier ones; None where one of them is not known."""
    found: dict[str, Mapping[str, Any]] = {}
    for key in environments:
        body = world.body(key)
        if body is None:
            return None
        found.update(_data(body))
    return found


def _lack(asked: Asked, supplied: Names) -> _Lack:
    lack = _Lack()
    for asker in asked.askers:
        for name, about in asker.names.items():
            entry = supplied.get(name)
            if entry is None:
                if required(about):
                    lack.missing.setdefault(name, []).append(label(asker.key))
            elif "value" in entry and about.get("is_secret", False):
                lack.exposed.setdefault(name, []).append(label(asker.key))
    return lack


def _listed(names: Mapping[str, Sequence[str]]) -> str:
    return ", ".join(f"{name} ({', '.join(askers)})" for name, askers in names.items())


def _ask(askers: Sequence[str]) -> str:
    return f"{' and '.join(askers)} {'asks' if len(askers) == 1 else 'ask'}"


def _mend(manifest: Manifest, lack: _Lack, environments: Sequence[Key], world: World) -> str:
    """The likeliest mend: a name that was mistyped, an environment that was forgotten, else a value to be added."""
    them = "it" if len(lack.missing) == 1 else "them"
    for name in lack.missing if len(lack.missing) == 1 else ():
        for key in environments:
            near = nearest(name, [each for each in _data(world.body(key)) if each not in lack.asked])
            if near is not None:
                return f"{label(key)} has {near}: is that the one?"
    holders = [
        each
        for each in world.by_kind.get("Environment", ())
        if each.key.org == manifest.key.org
        and each.key not in environments
        and lack.missing.keys() <= _data(each.resource.body).keys()
    ]
    if len(holders) == 1:
        return f"{holders[0].resource.label} has {them}: name it in environment_refs{' as well' if environments else ''}"
    if environments:
        return (
            f"give {them} a value in {label(environments[-1])}, or bind another environment that has {them}"
        )
    return f"name an environment that has {them} in environment_refs"


def _last_with(name: str, environments: Sequence[Key], world: World) -> int:
    return max(index for index, key in enumerate(environments) if name in _data(world.body(key)))


def _data(environment: Body | None) -> Names:
    data: Names = {} if environment is None else environment["spec"].get("data", {})
    return data
