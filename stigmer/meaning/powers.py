# SPDX-License-Identifier: Apache-2.0
"""What a subject can do at one moment, as a set of powers: the difference of two sets is what it gains and loses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

import orjson

from stigmer.meaning.meaning import Capability
from stigmer.resources.keys import Key


@dataclass(frozen=True, slots=True)
class Power:
    """One thing that a subject can do; the fields are those of a `Shift`.

    `detail` is a digest of what is not told, such as arguments; `changed` is what the subject will do where that alone is another.
    `writes` says of files that they can be changed, of a host that everything is open. `policy` is what gives somebody access.
    """

    capability: Capability
    what: str
    through: Key | None = None
    server: str = ""
    sub_agent: str = ""
    detail: str = ""
    changed: str = field(default="", compare=False)
    policy: Key | None = field(default=None, compare=False)
    external: bool = False
    writes: bool = False

    @property
    def same(self) -> tuple[Capability, str, str, str]:
        """What two powers have in common of which one takes the place of the other."""
        return (self.capability, self.what, self.server, self.sub_agent)


@dataclass(frozen=True, slots=True)
class Powers:
    """What a subject can do by itself, and what more by each of its instances."""

    own: frozenset[Power] = frozenset()
    instances: Mapping[Key, frozenset[Power]] = field(default_factory=dict)

    @property
    def all(self) -> frozenset[Power]:
        """Everything, by whatever instance."""
        return self.own.union(*self.instances.values())

    def renamed(self, names: Mapping[Key, Key]) -> Powers:
        """The same under the names that things have after the plan, so that a rename alone is neither gain nor loss."""
        if not names:
            return self
        return Powers(
            frozenset(_renamed(each, names) for each in self.own),
            {
                names.get(key, key): frozenset(_renamed(each, names) for each in found)
                for key, found in self.instances.items()
            },
        )


def _renamed(power: Power, names: Mapping[Key, Key]) -> Power:
    former = power.through
    if former is None or former not in names:
        return power
    new = names[former]
    what = new.name if power.what == former.name else power.what
    server = new.name if power.server == former.name else power.server
    return replace(power, through=new, what=what, server=server)


def short_digest(value: Any) -> str:
    """A digest that tells apart what is not told; it is never shown."""
    return blake2b(orjson.dumps(value, option=orjson.OPT_SORT_KEYS), digest_size=8).hexdigest()
