# SPDX-License-Identifier: Apache-2.0
"""Values of environments that nobody who binds them asks for.

A value counts as used as soon as its name stands anywhere in what is run with it: the agent, its servers, the workflow, and
whatever a workflow calls. Only where all of these are known is a value said to be unused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import orjson

from stigmer.checks.finding import Finding
from stigmer.checks.world import World
from stigmer.manifests.manifest import Manifest
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named, nearest
from stigmer.resources.links import links
from stigmer.resources.needs import (
    TEMPLATES,
    Asker,
    Body,
    asked_by,
    environments_of,
    required,
    template_of,
)
from stigmer.resources.resource import label


def _instances(world: World) -> Iterator[tuple[str, Body]]:
    """Every declared instance, with its kind."""
    for kind in TEMPLATES:
        for manifest in world.by_kind.get(kind, ()):
            yield kind, manifest.resource.body


def check(manifests: Sequence[Manifest], world: World) -> Iterator[Finding]:
    """Finds values of bound environments that nobody uses."""
    users: dict[Key, _Users] = {}
    declared = _declared_binders(world)
    # Others who are live can only use more, so they are asked for only where something seems to be unused.
    doubtful = [
        manifest
        for manifest in manifests
        if manifest.key not in declared or _unused(manifest, declared[manifest.key], users, world)
    ]
    live = _live_binders(doubtful, world)
    for manifest in doubtful:
        bound = [*declared.get(manifest.key, ()), *live.get(manifest.key, ())]
        for name in _unused(manifest, bound, users, world):
            words = f"nobody who binds this environment asks for {name}"
            hint = _hint(name, manifest, bound, world)
            yield Finding(manifest, "environment.unused", words, ("spec", "data", name), hint, key=True)


def _unused(
    manifest: Manifest, bound: Sequence[tuple[str, Body]], users: dict[Key, _Users], world: World
) -> list[str]:
    """The values that none of those who bind the environment may use; none where not all of them are known."""
    templates = [template_of(kind, body) for kind, body in bound]
    for template in templates:
        if template not in users:
            users[template] = _Users(template, world)
    using = [users[template] for template in templates]
    if not using or not all(each.known for each in using):
        return []
    declared = set().union(*(each.names for each in using))
    return [
        name
        for name in _data(manifest)
        if name not in declared and not any(each.may_use(name) for each in using)
    ]


class _Users:
    """Who is run by a template, and so might use a value."""

    def __init__(self, template: Key, world: World) -> None:
        self._template = template
        self._world = world
        asked = asked_by(template, world)
        self.known = asked is not None and asked.complete
        self._askers = asked.askers if asked is not None else ()
        self.names = {name for asker in self._askers for name in asker.names}

    def may_use(self, name: str) -> bool:
        """Whether a name that no `env_spec` declares stands anywhere else, or nobody knows."""
        if self._texts is None:
            return True
        word = name.encode()
        return any(word in text and _has_word(text, word) for text in self._texts)

    @cached_property
    def _texts(self) -> list[bytes] | None:
        """All that those who are run say; None where one of them is not known."""
        askers: Sequence[Asker] | None = self._askers
        if self._template.kind == "Workflow":
            askers = _called(self._template, self._world)
        return None if askers is None else [orjson.dumps(asker.body["spec"]) for asker in askers]


def _has_word(text: bytes, word: bytes) -> bool:
    return re.search(rb"(?<![A-Z0-9_])%s(?![A-Z0-9_])" % re.escape(word), text) is not None


def _called(workflow: Key, world: World) -> list[Asker] | None:
    """A workflow, the agents and workflows that it calls, and their servers; None where one of them is not known."""
    found: dict[Key, Sequence[Asker]] = {}
    waiting = [workflow]
    while waiting:
        template = waiting.pop()
        asked = asked_by(template, world)
        if asked is None or not asked.complete:
            return None
        found[template] = asked.askers
        if template.kind == "Workflow":
            calls = links(kind_named("Workflow"), asked.askers[0].body)
            waiting += [key for key in calls if key.kind in ("Agent", "Workflow") and key not in found]
    return [asker for askers in found.values() for asker in askers]


def _declared_binders(world: World) -> Mapping[Key, list[tuple[str, Body]]]:
    """The declared instances that bind each environment, with their kinds."""
    found: dict[Key, list[tuple[str, Body]]] = {}
    for kind, body in _instances(world):
        for key in environments_of(body):
            found.setdefault(key, []).append((kind, body))
    return found


def _live_binders(manifests: Sequence[Manifest], world: World) -> Mapping[Key, list[tuple[str, Body]]]:
    """The live instances that bind each environment and are not declared."""
    others = {
        environment: [key for key in keys if key.kind in TEMPLATES and key not in world.declared]
        for environment, keys in world.referrers([manifest.key for manifest in manifests]).items()
    }
    world.fetch({key for keys in others.values() for key in keys})
    found: dict[Key, list[tuple[str, Body]]] = {}
    for environment, keys in others.items():
        for key in keys:
            bound = world.body(key)
            if bound is not None and environment in environments_of(bound):
                found.setdefault(environment, []).append((key.kind, bound))
    return found


def _hint(name: str, manifest: Manifest, bound: Sequence[tuple[str, Body]], world: World) -> str:
    """A name that is asked for in vain and looks like it, else what to do with the value."""
    wanted: set[str] = set()
    for kind, body in bound:
        asked = asked_by(template_of(kind, body), world)
        held = {each for key in environments_of(body) for each in _names_of(world.body(key))}
        for asker in asked.askers if asked is not None else ():
            wanted |= {each for each, about in asker.names.items() if required(about)} - held
    near = nearest(name, sorted(wanted))
    if near is not None:
        return f"did you mean {near}?"
    return f"remove it, or declare it in the env_spec of {label(template_of(*bound[0]))}"


def _data(manifest: Manifest) -> Mapping[str, Any]:
    data: Mapping[str, Any] = manifest.resource.body["spec"].get("data", {})
    return data


def _names_of(environment: Body | None) -> Sequence[str]:
    return () if environment is None else list(environment["spec"].get("data", {}))
