# SPDX-License-Identifier: Apache-2.0
"""Powers as clauses of a sentence that go after `can`: `delete files with github`, `read STRIPE_KEY`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import assert_never

from stigmer.meaning.access import SIGN_IN
from stigmer.meaning.agents import EVERY_TOOL
from stigmer.meaning.danger import sounds_destructive, words_of
from stigmer.meaning.meaning import Capability
from stigmer.meaning.powers import Power

_NAMED = 3  # so many are named before the rest is counted
_FEW_SERVERS = 2  # of so many the tools are named, of more only the servers
# Tools whose names are said as words: what is done to what.
_SAID = (
    "add approve archive ban cancel close create delete deploy drop edit execute merge invite move overwrite pay post publish purge push"
    " refund reject remove rename reset restart revoke run send terminate update upload write"
)
_VERBS = frozenset(_SAID.split())


def clauses(powers: Sequence[Power], elsewhere: Collection[str]) -> list[str]:
    """What can be done, the gravest first. `elsewhere` are names of secrets that the subject has on the other side, too."""
    by_capability: dict[Capability, list[Power]] = {}
    for power in powers:
        by_capability.setdefault(power.capability, []).append(power)
    return [
        clause
        for capability, found in by_capability.items()
        for clause in _of(capability, found, by_capability, elsewhere)
    ]


def joined(parts: Sequence[str], word: str = "and") -> str:
    """Parts in a row: `a, b and c`."""
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}" if len(parts) > 1 else "".join(parts)


def listed(names: Iterable[str]) -> str:
    """Names in a row, so many of them."""
    told = list(dict.fromkeys(names))
    if len(told) <= _NAMED + 1:
        return joined(told)
    return f"{', '.join(told[:_NAMED])} and {len(told) - _NAMED:,} more"


def _of(
    capability: Capability,
    found: Sequence[Power],
    beside: dict[Capability, list[Power]],
    elsewhere: Collection[str],
) -> list[str]:
    """The clauses of one capability; `beside` are all powers that the sentence is about."""
    match capability:
        case Capability.APPROVAL:
            new = _own_servers(beside.get(Capability.SERVER, ()))
            return _approvals([each for each in found if each.server not in new])
        case Capability.ACCESS:
            roles = [each.what for each in found if not each.what.startswith(SIGN_IN)]
            return [
                *([f"act as {listed(roles)}"] if roles else []),
                *(each.what for each in found if each.what not in roles),
            ]
        case Capability.COMMAND:
            return [f"run {listed(each.what for each in found)}"]
        case Capability.FILES:
            return _files(found)
        case Capability.TOOL:
            # Of a server that is new it is said with its tools; of one that was there it is about all that it had before, too.
            new = _own_servers(beside.get(Capability.SERVER, ()))
            free = [each for each in beside.get(Capability.APPROVAL, ()) if each.server in new]
            return _tools(found, free)
        case Capability.SERVER:
            return _servers(found, _own_servers(beside.get(Capability.TOOL, ())))
        case Capability.HOST:
            return [f"reach {listed(each.what for each in found)}"]
        case Capability.SECRET:
            return _secrets(found, elsewhere)
        case Capability.CALL:
            return [
                f"call the {kind.lower()}{'s' if len(names) > 1 else ''} {listed(names)}"
                for kind in ("Agent", "Workflow")
                if (names := [each.what for each in found if each.through and each.through.kind == kind])
            ]
        case Capability.SKILL:
            return _skills(found)
    assert_never(capability)


def _own_servers(powers: Iterable[Power]) -> set[str]:
    return {each.server for each in powers if not each.sub_agent}


def _approvals(found: Sequence[Power]) -> list[str]:
    """What needs no approval; of all tools of a server it is not said that it is true of the harmless ones."""
    everything = {each.server for each in found if each.what == EVERY_TOOL}
    told = [each for each in found if each.what == EVERY_TOOL or each.server not in everything]
    return [f"use {each.what} of {each.server} without approval" for each in told]


def _files(found: Sequence[Power]) -> list[str]:
    parts = []
    for verb, writes in (("change", True), ("read", False)):
        paths = [each.what for each in found if each.writes is writes]
        if paths:
            parts.append(f"{verb} {listed(paths)} on its host")
    return parts


def _tools(powers: Sequence[Power], unasked: Iterable[Power]) -> list[str]:
    """The tools by server, those that change something before those that look."""
    free = {each.server for each in unasked if each.what == EVERY_TOOL}
    by_server: dict[str, list[str]] = {}
    for power in powers:
        by_server.setdefault(power.server, []).append(power.what)
    if len(by_server) > _FEW_SERVERS:
        parts = (
            ([each for each in by_server if each not in free], ""),
            ([each for each in by_server if each in free], " without approval"),
        )
        return [f"use tools of {listed(servers)}{how}" for servers, how in parts if servers]
    return [
        f"{_some_tools(tools, server)}{' without approval' if server in free else ''}"
        for server, tools in by_server.items()
    ]


def _some_tools(tools: Sequence[str], server: str) -> str:
    ordered = sorted(tools, key=lambda tool: (not sounds_destructive(tool), tool))
    phrase = _phrase(ordered[0]) if len(ordered) == 1 else None
    if phrase is not None:
        return f"{phrase} with {server}"
    if len(ordered) <= _NAMED:
        return f"use {joined(ordered)} of {server}"
    return f"use {len(ordered):,} tools of {server} ({listed(ordered)})"


def _phrase(tool: str) -> str | None:
    """What a tool does, as far as its name is a verb and what it is done to: `delete_file` deletes files."""
    words = words_of(tool)
    if len(words) < 2 or words[0] not in _VERBS:
        return None
    return " ".join([*words[:-1], _plural(words[-1])])


def _plural(noun: str) -> str:
    if noun.endswith("s"):
        return noun
    if re.search(r"[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("x", "ch", "sh")) else f"{noun}s"


def _servers(found: Sequence[Power], with_tools: Collection[str]) -> list[str]:
    """Servers of which no tools are told, and what sub-agents get of servers that the agent has."""
    own = [each.what for each in found if not each.sub_agent and each.server not in with_tools]
    return [*([f"use {listed(own)}"] if own else []), *_shared(found, "")]


def _skills(found: Sequence[Power]) -> list[str]:
    own = [each.what for each in found if not each.sub_agent]
    skills = f"use the skill{'s' if len(own) > 1 else ''} {listed(own)}"
    return [*([skills] if own else []), *_shared(found, "the skill ")]


def _shared(found: Sequence[Power], noun: str) -> list[str]:
    by_sub_agent: dict[str, list[str]] = {}
    for power in found:
        if power.sub_agent:
            by_sub_agent.setdefault(power.sub_agent, []).append(f"{noun}{power.what}")
    return [f"let {who} use {listed(what)}" for who, what in by_sub_agent.items()]


def _secrets(powers: Sequence[Power], elsewhere: Collection[str]) -> list[str]:
    """Names of secrets; where another secret of this name plays a part, with the environment that has it."""
    by_place: dict[str, list[str]] = {}
    for power in powers:
        named = power.what in elsewhere and power.through is not None and power.through.kind == "Environment"
        by_place.setdefault(f" of {power.through.name}" if named and power.through else "", []).append(
            power.what
        )
    return [f"read {listed(names)}{place}" for place, names in by_place.items()]
