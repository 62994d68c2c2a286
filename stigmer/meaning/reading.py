# SPDX-License-Identifier: Apache-2.0
"""A plan's meaning: of everybody whom it touches, what they can do more or less, told with the gravest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from stigmer.backends.contract import Backend
from stigmer.meaning import access
from stigmer.meaning.access import Principal, access_powers
from stigmer.meaning.grouping import counted_meaning, grouped_meanings, too_many_new
from stigmer.meaning.meaning import Meaning
from stigmer.meaning.powers import Power, Powers
from stigmer.meaning.sentences import abilities, kind_noun, predicate, subject_name, tail
from stigmer.meaning.shifts import Difference, difference, touched_instances
from stigmer.meaning.sides import Sides
from stigmer.meaning.templates import INSTANCES, template_powers
from stigmer.meaning.touched import touched
from stigmer.reconcile.plan import Change, Create, Plan
from stigmer.resources.keys import Key


def meanings(plan: Plan, backend: Backend) -> tuple[Meaning, ...]:
    """What a plan means, for people: many of whom the same is true are told together, many new ones counted. Raises BackendError.

    Read is only what the plan touches, who refers to that, and what these reach; nothing for a plan without changes.
    """
    new = too_many_new(plan.changes)
    changes = [each for each in plan.changes if not _belongs_to(each, new)] if new else plan.changes
    return told(_read(plan, changes, backend), plan)


def every_meaning(plan: Plan, backend: Backend) -> tuple[Meaning, ...]:
    """What a plan means for each subject, none of them together with others or left out. Raises BackendError."""
    return tuple(_read(plan, plan.changes, backend))


def told(found: Sequence[Meaning], plan: Plan) -> tuple[Meaning, ...]:
    """The meanings of each subject as they are told to people: the gravest first, alike ones together."""
    new = too_many_new(plan.changes)
    if new:
        found = [each for each in found if each.subject not in new and not new.issuperset(each.cause)]
    grouped = sorted(grouped_meanings(found), key=_order)
    return (*grouped, counted_meaning(new)) if new else tuple(grouped)


@dataclass(frozen=True, slots=True)
class _Subject:
    """Somebody whom the plan touches: the difference for them, and the instances that behave otherwise."""

    principal: Principal
    cause: tuple[Key, ...]
    found: Difference
    instances: tuple[Key, ...]
    callers: tuple[Key, ...] = ()


def _read(plan: Plan, changes: Sequence[Change], backend: Backend) -> list[Meaning]:
    """What some of a plan's changes mean for each whom they touch."""
    if not changes:
        return []
    sides = Sides(plan, backend)
    subjects = _subjects(touched(sides, changes), sides)
    _look_up_sessions(subjects, sides)
    each = (_meaning(subject, sides) for subject in subjects)
    return [meaning for meaning in each if meaning is not None]


def _belongs_to(change: Change, new: Set[Key]) -> bool:
    """Whether a change makes one of these, or an instance of one."""
    if not isinstance(change, Create):
        return False
    return change.key in new or (
        change.key.kind in INSTANCES.values() and not new.isdisjoint(change.references)
    )


def _subjects(found: dict[Principal, dict[Key, None]], sides: Sides) -> list[_Subject]:
    keys = {principal.key for principal in found}
    sides.ask_referrers(keys)
    near = {user for key in keys for user in sides.referrers(key, *INSTANCES.values(), *access.KINDS)}
    sides.live.fetch(sides.former(key) for key in keys | near if not sides.is_new(key))
    made = []
    for principal, causes in found.items():
        before, after = _powers(principal, sides)
        change, instances = difference(before, after), touched_instances(before, after)
        # What calls a template runs its default instance, which has its name.
        template = principal.key
        default = template._replace(kind=INSTANCES.get(template.kind, ""))
        callers = _callers(template, sides) if before.own != after.own or default in instances else []
        made.append(_Subject(principal, tuple(sorted(causes)), change, tuple(instances), tuple(callers)))
    return made


def _powers(principal: Principal, sides: Sides) -> tuple[Powers, Powers]:
    """What somebody can do before and after the plan, both by names after it."""
    key, former = principal.key, sides.former(principal.key)
    if key.kind in INSTANCES and not principal.relation:
        candidates = sides.users(key, INSTANCES[key.kind])
        if sides.is_new(key):
            return Powers(), template_powers(key, candidates, sides.after)
        before = template_powers(former, [sides.former(each) for each in candidates], sides.before)
        after = template_powers(key, candidates, sides.after)
        return before.renamed(sides.names), after.renamed(sides.left)
    holders = sides.users(key, *access.KINDS)
    earlier = [sides.former(each) for each in holders]
    before = Powers(frozenset(access_powers(principal._replace(key=former), earlier, sides.before)))
    return before, Powers(frozenset(access_powers(principal, holders, sides.after)))


def _callers(template: Key, sides: Sides) -> list[Key]:
    """The workflows that call a template, directly or by others, and are there before and after the plan."""
    if template.kind not in INSTANCES:
        return []
    found: dict[Key, None] = {}
    waiting = [template]
    while waiting:
        sides.ask_referrers(waiting)
        new = (
            {each for key in waiting for each in sides.referrers(key, "Workflow")} - found.keys() - {template}
        )
        found |= dict.fromkeys(sorted(new))
        waiting = sorted(new)
    return [each for each in found if not sides.is_deleted(each)]


def _look_up_sessions(subjects: Iterable[_Subject], sides: Sides) -> None:
    """Asks once for the sessions of all instances."""
    sides.ask_referrers({key for subject in subjects for key in subject.instances})


def _affected(subject: _Subject, sides: Sides) -> tuple[Key, ...]:
    if sides.is_new(subject.principal.key) or sides.is_deleted(subject.principal.key):
        return ()
    sessions = {
        session
        for key in subject.instances
        for session in sides.referrers(key, "Session")
        if not sides.is_deleted(session)
    }
    return (*subject.instances, *sorted(sessions), *subject.callers)


def _meaning(subject: _Subject, sides: Sides) -> Meaning | None:
    """What the plan means for one subject; None where it gains and loses nothing."""
    (key, relation), found = subject.principal, subject.found
    shifts = found.shifts
    if not shifts:
        return None
    affected = _affected(subject, sides)
    name = subject_name(key, relation)
    if key.kind in INSTANCES and sides.is_new(key):
        sentence = f"the new {kind_noun(key.kind)} {key.name} can {abilities(_not_shared(found.gained))}"
    elif key.kind in INSTANCES and sides.is_deleted(key):
        sentence = f"{name} goes: it could {abilities(_not_shared(found.lost))}"
    else:
        sentence = f"{name} {predicate(found)}{tail(affected)}"
    return Meaning(key, sentence, shifts, affected, subject.cause, relation=relation)


def _not_shared(powers: Sequence[Power]) -> list[Power]:
    """The powers of a subject itself: of one that comes or goes it is not told what its sub-agents share."""
    return [each for each in powers if not each.sub_agent]


def _order(meaning: Meaning) -> tuple[int, str, str, str, str]:
    return (-meaning.danger, *meaning.subject, meaning.relation)
