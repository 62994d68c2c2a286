# SPDX-License-Identifier: Apache-2.0
"""What refers to what, ready to be drawn: the declared resources, those that are only named, and every reference with its field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from stigmer.errors import Location
from stigmer.manifests.manifest import Manifest, shown_path
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named

_ORG = ("metadata", "org")


@dataclass(frozen=True, slots=True)
class Link:
    """One resource's reference to another: the field that holds it, and the version that it asks for, if any."""

    source: Key
    target: Key
    field: str
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Web:
    """Resources and the links between them, both in order. `places` has those that are declared; the others are missing."""

    keys: tuple[Key, ...]
    links: tuple[Link, ...]
    places: Mapping[Key, Location]

    def from_each(self, *, backwards: bool = False) -> dict[Key, list[Link]]:
        """The links of each resource, or backwards those to it, in order."""
        found: dict[Key, list[Link]] = {key: [] for key in self.keys}
        for link in self.links:
            found[link.target if backwards else link.source].append(link)
        return found

    def around(self, key: Key, *, backwards: bool) -> Web:
        """What can be reached from a resource, or backwards what reaches it."""
        links = self.from_each(backwards=backwards)
        reached = {key: None}
        waiting = [key]
        while waiting:
            for link in links[waiting.pop()]:
                end = link.source if backwards else link.target
                if end not in reached:
                    reached[end] = None
                    waiting.append(end)
        return Web(
            keys=tuple(each for each in self.keys if each in reached),
            links=tuple(each for each in self.links if each.source in reached and each.target in reached),
            places=self.places,
        )


def web(manifests: Sequence[Manifest], *, organizations: bool = False) -> Web:
    """The web of manifests. That a resource is in an organization is a link only with `organizations`."""
    links = {
        Link(
            manifest.key,
            each.key,
            shown_path(manifest.resource.kind, manifest.resource.body, each.path) or "",
            each.version,
        )
        for manifest in manifests
        for each in manifest.resource.references
        if organizations or each.path != _ORG
    }
    places = {manifest.key: manifest.origin.start for manifest in manifests}
    return Web(
        keys=tuple(_in_order({*places, *(link.target for link in links)})),
        links=tuple(sorted(links, key=lambda each: (*_rank(each.source), *_rank(each.target), each.field))),
        places=places,
    )


def full_name(key: Key) -> str:
    """`kind/org/name`, of a global kind `kind/name`: no other resource has it."""
    slug = kind_named(key.kind).slug
    return f"{slug}/{key.org}/{key.name}" if key.org else f"{slug}/{key.name}"


def grouped(keys: Iterable[Key]) -> dict[str, dict[str, list[Key]]]:
    """Resources in their order by organization, "" for the global ones, and by kind."""
    found: dict[str, dict[str, list[Key]]] = {}
    for key in sorted(keys, key=lambda key: (key.org, *_rank(key))):
        found.setdefault(key.org, {}).setdefault(key.kind, []).append(key)
    return found


def _in_order(keys: Iterable[Key]) -> list[Key]:
    return sorted(keys, key=_rank)


def _rank(key: Key) -> tuple[str, str, str]:
    return (key.kind, key.org, key.name)
