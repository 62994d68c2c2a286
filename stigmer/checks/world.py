# SPDX-License-Identifier: Apache-2.0
"""What a check may look at besides its manifest: everything that is declared, and what is live where there is a backend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import orjson

from stigmer.manifests.manifest import Manifest
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named
from stigmer.resources.links import links
from stigmer.resources.needs import Asked, Body

if TYPE_CHECKING:
    from stigmer.backends.contract import Backend, Version


class World:
    """The resources around a manifest as they will be once the manifests are applied.

    Without a backend what is not declared is not known, and a check says nothing about it.
    """

    def __init__(self, manifests: Sequence[Manifest], backend: Backend | None = None) -> None:
        self.declared = {manifest.key: manifest for manifest in manifests}
        self.backend = backend
        self.asked: dict[Key, Asked | None] = {}
        """Who asks at run time of a template: what `needs.asked_by` has found so far."""
        self._live: dict[Key, Body] = {}
        self._asked: set[Key] = set()

    def body(self, key: Key) -> Body | None:
        """What a key names, declared or live; None where it is not there or not known."""
        manifest = self.declared.get(key)
        if manifest is not None:
            return manifest.resource.body
        if self.backend is None:
            return None
        if key not in self._asked:
            self.fetch({*self._reached, key})
        return self._live.get(key)

    @cached_property
    def by_kind(self) -> Mapping[str, Sequence[Manifest]]:
        """The declared manifests of each kind."""
        found: dict[str, list[Manifest]] = {}
        for manifest in self.declared.values():
            found.setdefault(manifest.key.kind, []).append(manifest)
        return found

    def fetch(self, keys: Iterable[Key]) -> None:
        """Reads what is live of the keys and of all that they reach, one call to the backend for each step away."""
        wanted = set(keys)
        while self.backend is not None and (wanted := wanted - self._asked - self.declared.keys()):
            self._asked |= wanted
            bodies = {key: orjson.loads(each.body) for key, each in self.backend.get(wanted).items()}
            self._live |= bodies
            wanted = {link for key, body in bodies.items() for link in links(kind_named(key.kind), body)}

    def referrers(self, keys: Iterable[Key]) -> Mapping[Key, Sequence[Key]]:
        """Which live resources refer to each key, those that are declared too; none without a backend."""
        return {} if self.backend is None else self.backend.referrers(keys)

    def versions(self, key: Key) -> Sequence[Version]:
        """The live history of a key, newest first; none without a backend."""
        return () if self.backend is None else self.backend.versions(key)

    @cached_property
    def _reached(self) -> set[Key]:
        return {
            reference.key for manifest in self.declared.values() for reference in manifest.resource.references
        }
