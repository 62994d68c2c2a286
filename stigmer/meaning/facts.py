# SPDX-License-Identifier: Apache-2.0
"""A plan as policies over changes are told of it: each change, and each subject that is changed by what it refers to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, assert_never

import orjson

from stigmer.backends.contract import Backend
from stigmer.checks.policies.changes import ChangeFacts
from stigmer.checks.policies.document import masked
from stigmer.checks.world import World
from stigmer.manifests.manifest import Manifest
from stigmer.meaning.meaning import Danger, Meaning, Shift
from stigmer.meaning.sentences import tail
from stigmer.reconcile.plan import Change, Create, Delete, FieldChange, Plan, Release, Update, former_key
from stigmer.resources.keys import Key
from stigmer.resources.resource import label

AFFECTED = "affected"
"""The action of what a plan does not write and changes all the same, through something that it refers to."""


def change_facts(
    plan: Plan, meanings: Sequence[Meaning], backend: Backend, manifests: Mapping[Key, Manifest]
) -> Iterator[ChangeFacts]:
    """The changes of a plan, then what they change besides; `meanings` are those of each subject. Raises BackendError.

    `manifests` are those at hand, for places; without any, the plan's own are used.
    """
    about = _by_key(meanings)
    live = World((), backend)
    live.fetch([former for change in plan.changes if (former := _former(change)) is not None])
    for change in plan.changes:
        yield _of_change(change, about.get(change.key, ()), live, manifests.get(change.key))
    changed = {change.key: change for change in plan.changes}
    for meaning in meanings:
        if meaning.subject not in changed:
            body = live.body(meaning.subject)
            places = (changed[key].location for key in meaning.cause if key in changed)
            yield ChangeFacts(
                meaning.subject,
                meaning.subject,
                _told(meaning.subject, AFFECTED, (), [meaning]),
                body,
                body,
                _sentence(meaning),
                location=next((each for each in places if each is not None), None),
            )


def _by_key(meanings: Iterable[Meaning]) -> Mapping[Key, list[Meaning]]:
    """The meanings about each key: its own, and of what only brings them about, those that it does."""
    own: dict[Key, list[Meaning]] = {}
    brought: dict[Key, list[Meaning]] = {}
    for meaning in meanings:
        own.setdefault(meaning.subject, []).append(meaning)
        for key in meaning.cause:
            brought.setdefault(key, []).append(meaning)
    return brought | own


def _of_change(
    change: Change, about: Sequence[Meaning], live: World, manifest: Manifest | None
) -> ChangeFacts:
    former, after = _former(change), None
    before = None if former is None else live.body(former)
    fields: Sequence[FieldChange] = ()
    match change:
        case Create():
            action, after = "create", orjson.loads(change.encoded)
        case Update():
            action, after, fields = "update", orjson.loads(change.encoded), change.fields
        case Release():
            action, after, fields = "update", before, change.fields
        case Delete():
            action = "delete"
        case _:
            assert_never(change)
    return ChangeFacts(
        change.key,
        former or change.key,
        _told(change.key, action, fields, about),
        before,
        after,
        _sentence(about[0]) if about else "",
        manifest,
        change.location,
    )


def _told(key: Key, action: str, fields: Sequence[FieldChange], about: Sequence[Meaning]) -> dict[str, Any]:
    """The variable `change` of a rule."""
    shifts = [shift for meaning in about for shift in meaning.shifts if _is_due_to(shift, meaning, key)]
    danger = max((each.danger for each in shifts), default=Danger.NONE)
    return {
        "action": action,
        "kind": key.kind,
        "org": key.org,
        "name": key.name,
        "fields": [_field(each) for each in fields],
        "gains": [_shift(each) for each in shifts if each.gained],
        "losses": [_shift(each) for each in shifts if not each.gained],
        "danger": danger.word,
        "affected": list(dict.fromkeys(label(each) for meaning in about for each in _reached(meaning, key))),
    }


def _sentence(meaning: Meaning) -> str:
    """What it means for whom, without how many are affected."""
    return meaning.sentence.removesuffix(tail(meaning.affected))


def _is_due_to(shift: Shift, meaning: Meaning, key: Key) -> bool:
    """Whether a shift of somebody else is brought about by a key: a policy gives only what it says itself."""
    return meaning.subject == key or key.kind not in ("IamPolicy", "ApiKey") or shift.through == key


def _reached(meaning: Meaning, key: Key) -> tuple[Key, ...]:
    return meaning.affected if meaning.subject == key else (meaning.subject, *meaning.affected)


def _shift(shift: Shift) -> dict[str, Any]:
    return {
        "capability": shift.capability.value,
        "what": shift.what,
        "through": "" if shift.through is None else label(shift.through),
        "server": shift.server,
        "sub_agent": shift.sub_agent,
        "external": shift.external,
        "danger": shift.danger.word,
    }


def _field(change: FieldChange) -> dict[str, Any]:
    return {
        "path": change.path,
        "op": change.op.value,
        "before": masked(change.before),
        "after": masked(change.after),
        "cause": change.cause.value,
    }


def _former(change: Change) -> Key | None:
    """The key before the plan; None of what it makes."""
    return None if isinstance(change, Create) else former_key(change)
