# SPDX-License-Identifier: Apache-2.0
"""How much care a gain or a loss wants."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import assert_never

from stigmer.meaning.agents import EVERY_TOOL
from stigmer.meaning.meaning import Capability, Danger
from stigmer.meaning.powers import Power

# Words of a tool's name that say that it does more than look.
_CHANGING = (
    "add approve archive ban book buy cancel charge clear close commit create delete deploy destroy disable drop edit"
    " enable erase exec execute force format grant insert install invite kill merge modify move overwrite patch pay"
    " post publish purge push put refund reject remove rename replace reply reset restart restore revoke rotate run"
    " scale send set share shell start stop submit terminate transfer truncate uninstall unlink update upload wipe"
    " withdraw write"
)
_DESTRUCTIVE = frozenset(_CHANGING.split())
_WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def words_of(tool: str) -> list[str]:
    """The words of a tool's name, however it joins them: `delete_file`, `deleteFile`, `files.delete`."""
    return [each.lower() for each in _WORDS.findall(tool)]


def sounds_destructive(tool: str) -> bool:
    """Whether a tool, by its name, changes something. Of all tools of a server that is taken to be so."""
    return tool == EVERY_TOOL or not _DESTRUCTIVE.isdisjoint(words_of(tool))


def danger_of_gain(power: Power, gained: Collection[Power], lost: Collection[Power]) -> Danger:
    """How dangerous it is to gain a power, with all else that is gained and lost by the same change."""
    match power.capability:
        case Capability.COMMAND:
            return Danger.MEDIUM if _takes_a_place(power, lost) else Danger.HIGH
        case Capability.SECRET:
            return Danger.HIGH if any(each.external for each in gained) else Danger.MEDIUM
        case Capability.HOST:
            leaks = power.external and any(each.capability is Capability.SECRET for each in gained)
            return Danger.HIGH if leaks or power.writes else Danger.MEDIUM
        case Capability.FILES:
            return Danger.HIGH if power.writes else Danger.MEDIUM
        case Capability.APPROVAL:
            had = not any(
                each.capability is Capability.SERVER and each.server == power.server and not each.sub_agent
                for each in gained
            )
            if power.what == EVERY_TOOL:
                return Danger.HIGH if had else Danger.MEDIUM
            return Danger.MEDIUM if had else Danger.LOW
        case Capability.ACCESS:
            return _danger_of_access(power.what)
        case Capability.TOOL:
            return Danger.MEDIUM if sounds_destructive(power.what) else Danger.LOW
        case Capability.SERVER | Capability.SKILL | Capability.CALL:
            return Danger.LOW
    assert_never(power.capability)


def danger_of_loss(power: Power) -> Danger:
    """Losing endangers nobody; where it is a secret, a server or somebody's access, something may stop working."""
    stops = (Capability.SECRET, Capability.SERVER, Capability.ACCESS)
    return Danger.LOW if power.capability in stops else Danger.NONE


def _danger_of_access(what: str) -> Danger:
    relation = what.partition(" ")[0]
    if relation in ("owner", "admin"):
        return Danger.HIGH
    return Danger.LOW if relation in ("viewer", "member") else Danger.MEDIUM


def _takes_a_place(power: Power, lost: Collection[Power]) -> bool:
    """Whether the same program ran before with something else about it: its version, its arguments, its text."""
    return any(
        each.capability is power.capability
        and each.server == power.server
        and _program(each.what) == _program(power.what)
        for each in lost
    )


def _program(what: str) -> str:
    """A program without its version: `uvx acme==2` and an image's name without its tag."""
    head, _, last = what.rpartition("/")
    return f"{head}/{re.split(r'==|[:@](?=[^/]*$)', last)[0]}"
