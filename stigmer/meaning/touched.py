# SPDX-License-Identifier: Apache-2.0
"""Whom a plan may give or take something: agents, workflows and principals, each with the changes that reach it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stigmer.meaning import access
from stigmer.meaning.access import Principal
from stigmer.meaning.sides import Sides
from stigmer.meaning.templates import INSTANCES
from stigmer.reconcile.plan import Change, Create, Delete, Release, Update
from stigmer.resources.keys import Key
from stigmer.resources.needs import TEMPLATES, template_of
from stigmer.resources.paths import path_steps

_USERS = {"McpServer": ("Agent",), "Skill": ("Agent",), "Environment": tuple(TEMPLATES)}
_HARMLESS = ("description", "icon_url", "instructions", "model", "schedule", "subject", "tags", "timeout")
"""Fields of specs, of whatever kind, that give nobody anything."""
Causes = dict[Principal, dict[Key, None]]


def touched(sides: Sides, changes: Iterable[Change]) -> Causes:
    """Who is touched by the changes, by names after the plan, and by which."""
    relevant = [each for each in changes if _matters(each) and not _is_unused(each)]
    instances: dict[Key, dict[Key, None]] = {}
    found: Causes = {}
    sides.ask_referrers(each.key for each in relevant if each.key.kind in _USERS)
    sides.live.fetch(
        sides.former(each.key)
        for each in relevant
        if each.key.kind in (*TEMPLATES, *access.KINDS) and not isinstance(each, Create)
    )
    for change in relevant:
        key = change.key
        if key.kind in INSTANCES:
            found.setdefault(Principal(key), {})[key] = None
        elif key.kind in TEMPLATES:
            instances.setdefault(key, {})[key] = None
        elif key.kind in access.KINDS:
            for principal in _principals(key, sides):
                found.setdefault(principal, {})[key] = None
        for user in sides.referrers(key, *_USERS.get(key.kind, ())) if key.kind in _USERS else ():
            reached = (
                instances.setdefault(user, {})
                if user.kind in TEMPLATES
                else found.setdefault(Principal(user), {})
            )
            reached[key] = None
    sides.live.fetch(sides.former(key) for key in instances if not sides.is_new(key))
    for key, causes in instances.items():
        for template in _templates(key, sides):
            found.setdefault(Principal(template), {}).update(causes)
    return found


def _matters(change: Change) -> bool:
    """Whether a change may give or take anything: one of metadata alone does not, unless it is the name."""
    match change:
        case Create() | Delete():
            return True
        case Update(renamed_from=None):
            return any(_is_about_capability(each.path) for each in change.fields)
        case Update():
            return True
        case Release():
            return False


def _is_about_capability(path: str) -> bool:
    """Whether a field may say what somebody can do; of a path that cannot be read it is taken to be so."""
    steps = path_steps(path) or ["spec"]
    return steps[0] == "spec" and not (len(steps) > 1 and steps[1] in _HARMLESS)


def _is_unused(change: Change) -> bool:
    """Whether it makes something that others use: who does is changed by the same plan, and touched by that."""
    return isinstance(change, Create) and change.key.kind in _USERS


def _templates(key: Key, sides: Sides) -> Iterator[Key]:
    """The templates of an instance before and after the plan."""
    before, after = sides.before.body(sides.former(key)), sides.after.body(key)
    if before is not None:
        former = template_of(key.kind, before)
        yield sides.names.get(former, former)
    if after is not None:
        yield template_of(key.kind, after)


def _principals(key: Key, sides: Sides) -> Iterator[Principal]:
    """Whose a policy or a key is, before and after the plan."""
    before, after = sides.before.body(sides.former(key)), sides.after.body(key)
    if before is not None:
        former = access.principal_of(key, before)
        yield former._replace(key=sides.names.get(former.key, former.key))
    if after is not None:
        yield access.principal_of(key, after)
