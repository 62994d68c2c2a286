# SPDX-License-Identifier: Apache-2.0
"""Meanings of many subjects in few sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace

from stigmer.meaning.clauses import joined
from stigmer.meaning.meaning import Meaning
from stigmer.meaning.sentences import counted, kind_noun, subject_name, tail
from stigmer.meaning.templates import INSTANCES
from stigmer.reconcile.plan import Change, Create
from stigmer.resources.keys import Key

MOST_NEW = 50
"""Up to so many new agents, workflows and policies are told one by one. Of more nobody reads a list: they are counted."""

_NAMED = 3  # so many subjects are named in one sentence before they are counted
_ALWAYS_TOLD = (b"RELATION_OWNER", b"RELATION_ADMIN")


def too_many_new(changes: Iterable[Change]) -> frozenset[Key]:
    """The agents, workflows and policies that a plan makes, where they are too many to be told one by one.

    Whom a policy makes owner or administrator is told however many there are.
    """
    new = frozenset(
        each.key
        for each in changes
        if isinstance(each, Create)
        and (
            each.key.kind in INSTANCES
            or (each.key.kind == "IamPolicy" and not any(word in each.encoded for word in _ALWAYS_TOLD))
        )
    )
    return new if len(new) > MOST_NEW else frozenset()


def counted_meaning(new: Set[Key]) -> Meaning:
    """One meaning for all that is new; it knows nothing but how many they are."""
    counts = Counter(each.kind for each in new)
    words = joined([f"{counts[kind]:,} new {_noun(kind, counts[kind])}" for kind in sorted(counts)])
    return Meaning(min(new), f"{words}, too many to be told one by one")


def grouped_meanings(found: Sequence[Meaning]) -> list[Meaning]:
    """Meanings of which the same is true of many subjects, for the same reason, told once."""
    groups: dict[tuple[object, ...], list[Meaning]] = {}
    for each in found:
        groups.setdefault(_alike(each), []).append(each)
    return [_together(sorted(group, key=lambda each: each.subject)) for group in groups.values()]


def _alike(meaning: Meaning) -> tuple[object, ...]:
    if meaning.subject in meaning.cause or meaning.relation:  # what is written in its own manifest is its own
        return (meaning.subject, meaning.relation)
    return (meaning.subject.kind, meaning.shifts, meaning.cause)


def _together(group: Sequence[Meaning]) -> Meaning:
    first = group[0]
    if len(group) == 1:
        return first
    affected = tuple(dict.fromkeys(key for each in group for key in each.affected))
    kind, names = first.subject.kind, [each.subject.name for each in group]
    who = counted(len(group), kind_noun(kind))
    if len(group) <= _NAMED:
        who = joined(names) if kind != "Workflow" else f"workflows {joined(names)}"
    rest = first.sentence.removeprefix(subject_name(first.subject)).removesuffix(tail(first.affected))
    others = tuple(each.subject for each in group[1:])
    return replace(first, sentence=f"{who}{rest}{tail(affected)}", affected=affected, others=others)


def _noun(kind: str, number: int) -> str:
    noun = "IAM policy" if kind == "IamPolicy" else kind_noun(kind)
    return noun if number == 1 else "IAM policies" if kind == "IamPolicy" else f"{noun}s"
