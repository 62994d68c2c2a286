# SPDX-License-Identifier: Apache-2.0
"""What a subject gains and loses: its powers after a plan against those before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from stigmer.meaning.danger import danger_of_gain, danger_of_loss
from stigmer.meaning.meaning import Capability, Shift
from stigmer.meaning.powers import Power, Powers
from stigmer.resources.keys import Key


@dataclass(frozen=True, slots=True)
class Difference:
    """The powers that came and went. `had` and `has` are the names of all secrets before and after."""

    gained: tuple[Power, ...]
    lost: tuple[Power, ...]
    had: frozenset[str]
    has: frozenset[str]

    @property
    def shifts(self) -> tuple[Shift, ...]:
        """The same as the parts of a meaning, the most dangerous first."""
        found = [
            *(_shift(each, self, gained=True) for each in self.gained),
            *(_shift(each, self, gained=False) for each in self.lost),
        ]
        # What differs in nothing that is told, as two secrets of one name, is told once.
        return tuple(sorted(dict.fromkeys(found), key=_order))


def difference(before: Powers, after: Powers) -> Difference:
    """What came and what went."""
    return Difference(
        gained=tuple(sorted(_news(after, before), key=_power_order)),
        lost=tuple(sorted(_news(before, after), key=_power_order)),
        had=_secrets(before.all),
        has=_secrets(after.all),
    )


def touched_instances(before: Powers, after: Powers) -> list[Key]:
    """The instances that behave otherwise after a plan; a new one where it brings something of its own."""
    own = before.own != after.own
    return sorted(
        key
        for key, found in after.instances.items()
        if (own and key in before.instances) or before.instances.get(key, frozenset()) != found
    )


def _news(these: Powers, those: Powers) -> set[Power]:
    """What is here and not there.

    An instance that is on both sides is compared with itself: what one of them gets is news also where another had it. Who asks for
    a secret makes no difference as long as somebody did.
    """
    found = set(these.own - those.all)
    for key, powers in these.instances.items():
        found |= powers - (those.instances[key] | those.own if key in those.instances else those.all)
    asked = {each.what for each in those.all if _is_asked(each)}
    return {each for each in found if not (_is_asked(each) and each.what in asked)}


def _is_asked(power: Power) -> bool:
    """Whether it is a secret that an `env_spec` asks for, rather than one that an environment supplies."""
    return power.capability is Capability.SECRET and (
        power.through is None or power.through.kind != "Environment"
    )


def _secrets(powers: Collection[Power]) -> frozenset[str]:
    return frozenset(each.what for each in powers if each.capability is Capability.SECRET)


def _shift(power: Power, found: Difference, *, gained: bool) -> Shift:
    return Shift(
        power.capability,
        gained,
        power.what,
        power.policy or power.through,
        danger_of_gain(power, found.gained, found.lost) if gained else danger_of_loss(power),
        power.server,
        power.sub_agent,
        power.external,
    )


_CAPABILITIES = (
    Capability.APPROVAL,
    Capability.ACCESS,
    Capability.COMMAND,
    Capability.FILES,
    Capability.TOOL,
    Capability.SERVER,
    Capability.HOST,
    Capability.SECRET,
    Capability.CALL,
    Capability.SKILL,
)
"""The order in which a sentence tells them."""


def _order(shift: Shift) -> tuple[int, bool, int, str, str, str, Key]:
    rank = _CAPABILITIES.index(shift.capability)
    through = shift.through or Key("", "", "")
    return (-shift.danger, not shift.gained, rank, shift.sub_agent, shift.server, shift.what, through)


def _power_order(power: Power) -> tuple[int, str, str, str, Key, str]:
    rank = _CAPABILITIES.index(power.capability)
    through = power.through or Key("", "", "")
    return (rank, power.sub_agent, power.server, power.what, through, power.detail)
