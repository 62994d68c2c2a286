# SPDX-License-Identifier: Apache-2.0
"""The sentence that says what changes for a subject, as a person would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from stigmer.meaning.clauses import clauses, joined
from stigmer.meaning.meaning import Capability
from stigmer.meaning.powers import Power
from stigmer.meaning.shifts import Difference
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named
from stigmer.resources.resource import label


def predicate(found: Difference) -> str:
    """What is true of the subject from now on: `can now ..., and no longer ...`. It fits one subject and many."""
    gained, lost, changed = _paired(found)
    less_free = [each for each in lost if each.capability is Capability.APPROVAL]
    gains = clauses(gained, found.had)
    losses = clauses([each for each in lost if each not in less_free], found.has)
    changed += _approvals(less_free, lost)
    parts = []
    if gains:
        parts.append(f"can now {joined(gains)}")
    if losses:
        parts.append(f"{'' if gains else 'can '}no longer {joined(losses, 'or')}")
    if changed:
        parts.append(f"will {joined(changed)}")
    return ", and ".join(parts)


def abilities(powers: Sequence[Power]) -> str:
    """What can be done with the powers, for `can` or `could` to go before."""
    return joined(clauses(powers, frozenset()))


def subject_name(key: Key, relation: str = "") -> str:
    """What a sentence calls a subject."""
    if relation:
        return f"the {relation}s of {label(key)}"
    return f"workflow {key.name}" if key.kind == "Workflow" else key.name


def tail(affected: Iterable[Key]) -> str:
    """How many of each kind behave otherwise: `; 3 instances, 1 workflow`. Empty where nothing does."""
    counts = Counter("instance" if key.kind.endswith("Instance") else key.kind.lower() for key in affected)
    parts = [counted(counts[noun], noun) for noun in ("instance", "session", "workflow") if counts[noun]]
    return f"; {', '.join(parts)}" if parts else ""


def counted(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def kind_noun(kind: str) -> str:
    """A kind as a sentence says it: `identity account`."""
    return kind_named(kind).slug.replace("-", " ")


def _paired(found: Difference) -> tuple[list[Power], list[Power], list[str]]:
    """What is gained, what is lost, and what is said of that which only takes its own place."""
    gained = {each.same for each in found.gained if each.changed}
    both = gained & {each.same for each in found.lost if each.changed}
    return (
        [each for each in found.gained if each.same not in both],
        [each for each in found.lost if each.same not in both],
        list(dict.fromkeys(each.changed for each in found.gained if each.same in both)),
    )


def _approvals(less_free: Sequence[Power], lost: Sequence[Power]) -> list[str]:
    """What needs an approval from now on, of servers that the subject keeps."""
    gone = {each.server for each in lost if each.capability is Capability.SERVER and not each.sub_agent}
    by_server: dict[str, int] = Counter(each.server for each in less_free if each.server not in gone)
    return [
        f"need approval for {'every tool' if number > 1 else 'some tools'} of {server}"
        for server, number in by_server.items()
    ]
