# SPDX-License-Identifier: Apache-2.0
"""A plan may not take away its own actor's access, nor anybody's last owner.

Access is what IAM policies grant to an account itself; what it has through an organization is not looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from stigmer.backends.contract import Backend
from stigmer.errors import Diagnostic, Severity
from stigmer.reconcile.plan import Change, Create, Delete, Update, former_key
from stigmer.resources.display import display
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named
from stigmer.resources.resource import label

_POLICY, _ACCOUNT = "IamPolicy", "IdentityAccount"
_OWNER = "owner"
_RULES = (_OWNER, "admin")  # who has one of these can give himself the others


@dataclass(frozen=True, slots=True)
class _Grant:
    """What a policy says: who (`direct` is false of all that stand in a relation to it) gets which relation to what."""

    principal: Key
    direct: bool
    relation: str
    resource: Key


def lost_access(changes: Sequence[Change], backend: Backend) -> Iterator[Diagnostic]:
    """Why the changes may not happen. The backend is asked only where they take or change policies or accounts.

    Raises BackendError.
    """
    going = [each for each in changes if _may_take(each)]
    if not going:
        return
    before = {each.key: _grant(each.key, each.body) for each in backend.list(_POLICY)}
    after = _afterwards(before, changes)
    deleted = {each.key: each for each in changes if isinstance(each, Delete)}
    moved = {
        each.renamed_from: each.key for each in changes if isinstance(each, Update) and each.renamed_from
    }
    account = Key(_ACCOUNT, "", backend.info().actor)
    if account in deleted:
        words = f"{label(account)} is who makes this change, and would be deleted"
        yield _refused("access.own", words, deleted[account], "let another account delete it")
    touched = {former_key(each): each for each in going}
    for resource, policies in _by_resource(before, touched).items():
        if resource in deleted:
            continue
        left = after.get(moved.get(resource, resource), ())
        change = touched[policies[0]]
        grants = [before[policy] for policy in policies]
        if any(each.relation == _OWNER for each in grants) and not any(e.relation == _OWNER for e in left):
            words = f"{label(resource)} would be left without an owner"
            yield _refused(
                "access.last_owner",
                words,
                change,
                "make somebody else its owner first, or in the same change",
            )
        own = moved.get(account, account)
        if account not in deleted and _rules(grants, account) and not _rules(left, own):
            words = f"{label(account)}, who makes this change, would no longer be owner or admin of {label(resource)}"
            yield _refused(
                "access.own", words, change, "let another owner make it, or keep one of these policies"
            )


def _may_take(change: Change) -> bool:
    """Whether the change can take access from somebody."""
    match change:
        case Delete():
            return change.key.kind in (_POLICY, _ACCOUNT)
        case Update():
            return change.key.kind == _POLICY
        case _:
            return False


def _afterwards(before: Mapping[Key, _Grant], changes: Iterable[Change]) -> Mapping[Key, list[_Grant]]:
    """What is granted to each resource once the changes have happened."""
    policies = dict(before)
    puts = []
    for change in changes:
        if change.key.kind != _POLICY:
            continue
        if isinstance(change, (Delete, Update)):
            policies.pop(former_key(change), None)
        if isinstance(change, (Create, Update)):
            puts.append(change)
    policies |= {each.key: _grant(each.key, each.encoded) for each in puts}
    found: defaultdict[Key, list[_Grant]] = defaultdict(list)
    for grant in policies.values():
        found[grant.resource].append(grant)
    return found


def _by_resource(before: Mapping[Key, _Grant], touched: Mapping[Key, Change]) -> Mapping[Key, list[Key]]:
    """The policies that the changes touch, by the resource to which they grant something."""
    found: defaultdict[Key, list[Key]] = defaultdict(list)
    for policy in touched:
        if policy in before:
            found[before[policy].resource].append(policy)
    return found


def _rules(grants: Iterable[_Grant], account: Key) -> bool:
    return any(each.direct and each.principal == account and each.relation in _RULES for each in grants)


def _grant(key: Key, body: bytes) -> _Grant:
    spec: Any = display(kind_named(key.kind), orjson.loads(body), key.org)["spec"]
    principal, resource = spec["principal"], spec["resource"]
    return _Grant(
        principal=Key(principal["kind"], "", principal["name"]),
        direct="relation" not in principal,
        relation=spec["relation"],
        resource=Key(resource["kind"], resource.get("org", ""), resource["name"]),
    )


def _refused(code: str, words: str, change: Change, hint: str) -> Diagnostic:
    return Diagnostic(Severity.ERROR, code, words, hint, change.location, label(change.key))
