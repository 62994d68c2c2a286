# SPDX-License-Identifier: Apache-2.0
"""Who may do what: by policies, which give a principal a relation to a resource, and by keys, with which an account signs in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from stigmer.meaning.meaning import Capability
from stigmer.meaning.powers import Power
from stigmer.meaning.sides import Side
from stigmer.resources.fields import enum_spelling, message
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named
from stigmer.resources.resource import label

SIGN_IN = "sign in with"
KINDS = ("IamPolicy", "ApiKey")


class Principal(NamedTuple):
    """Somebody who may do something: a resource, or those who have a relation to it."""

    key: Key
    relation: str = ""


def principal_of(key: Key, body: Mapping[str, Any]) -> Principal:
    """Whom a policy gives something, or whose key it is."""
    spec = body["spec"]
    if key.kind == "ApiKey":
        return Principal(Key("IdentityAccount", "", spec["owner"]["name"]))
    return Principal(_named(spec["principal"]), _relation(spec["principal"].get("relation", "")))


def access_powers(principal: Principal, holders: Iterable[Key], side: Side) -> Iterator[Power]:
    """What the policies and keys among `holders` give the principal. What two of them give is the same power, by the first."""
    for key in sorted(holders):
        body = side.body(key)
        if body is None or principal_of(key, body) != principal:
            continue
        if key.kind == "ApiKey":
            what = f"{SIGN_IN} {label(key)}"
        else:
            spec = body["spec"]
            what = f"{_relation(spec['relation'])} of {label(_named(spec['resource']))}"
        yield Power(Capability.ACCESS, what, policy=key)


def _named(target: Mapping[str, str]) -> Key:
    enum = message("stigmer.iam.iampolicy.v1.IamPrincipal").fields["kind"].enum or ""
    return Key(kind_named(enum_spelling(enum)[target["kind"]]).name, target.get("org", ""), target["name"])


def _relation(value: str) -> str:
    """As manifests write it."""
    enum = message("stigmer.iam.iampolicy.v1.IamPolicySpec").fields["relation"].enum or ""
    return enum_spelling(enum).get(value, value)
