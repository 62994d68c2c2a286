# SPDX-License-Identifier: Apache-2.0
"""What a plan means, for people on a terminal and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from stigmer.cli.console import Style, on_one_line
from stigmer.meaning.meaning import Capability, Danger, Meaning, Shift
from stigmer.resources.keys import Key

_COLOUR = {Danger.HIGH: "red", Danger.MEDIUM: "yellow", Danger.LOW: "dim", Danger.NONE: "dim"}
_WIDTH = max(len(each.name) for each in Danger)


def meanings_text(by_danger: Sequence[Meaning], style: Style) -> Iterator[str]:
    """A heading and a line for each, in their order; nothing where there is none."""
    if by_danger:
        yield style.paint("bold", "What this means:") + "\n"
    for each in by_danger:
        danger = style.paint(_COLOUR[each.danger], each.danger.word.ljust(_WIDTH))
        yield f"  {danger}  {on_one_line(each.sentence)}\n"


def meaning_json(meaning: Meaning) -> dict[str, Any]:
    """One meaning as an object of the JSON output."""
    return {
        "subject": identity_json(meaning.subject),
        "sentence": meaning.sentence,
        "danger": meaning.danger.word,
        "shifts": [_shift(each) for each in meaning.shifts],
        "affected": [identity_json(each) for each in meaning.affected],
        "cause": [identity_json(each) for each in meaning.cause],
        "others": [identity_json(each) for each in meaning.others],
        **_said(relation=meaning.relation),
    }


def _shift(shift: Shift) -> dict[str, Any]:
    through = None if shift.through is None else identity_json(shift.through)
    external = {"external": shift.external} if shift.capability is Capability.HOST else {}
    return {
        "capability": shift.capability.value,
        "gained": shift.gained,
        "what": shift.what,
        **_said(through=through, server=shift.server, sub_agent=shift.sub_agent),
        **external,
        "danger": shift.danger.word,
    }


def _said(**entries: Any) -> dict[str, Any]:
    return {name: value for name, value in entries.items() if value}


def identity_json(key: Key) -> dict[str, Any]:
    """Which resource, as every object of the JSON output says it."""
    org = {"org": key.org} if key.org else {}
    return {"kind": key.kind, **org, "name": key.name}
