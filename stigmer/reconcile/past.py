# SPDX-License-Identifier: Apache-2.0
"""Which version people mean: by its number, by its id, or the previous one; and in what two versions differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson

from stigmer.backends.contract import Head, Operation, Version
from stigmer.errors import NotFoundError, UsageError
from stigmer.reconcile.diff import compare
from stigmer.reconcile.plan import Create, Delete, Update
from stigmer.resources.display import display
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named
from stigmer.resources.resource import label

PREVIOUS = "previous"


def history_of(key: Key, versions: Sequence[Version], heads: Mapping[Key, Head]) -> tuple[Version, ...]:
    """The history, newest first, of the one resource that a key means: whoever has it, else whoever changed last of those that had it.

    `versions` are those of every resource that ever had the key, newest first; there is at least one.
    """
    head = heads.get(key)
    id_ = versions[0].resource_id if head is None else head.id
    return tuple(each for each in versions if each.resource_id == id_)


def find_version(key: Key, word: str, versions: Sequence[Version], own: Sequence[Version]) -> Version:
    """The version that a word means: a number of the resource's `own`, the id of any of `versions`, or `previous`.

    Raises NotFoundError where there is no such version, UsageError for a word that can mean none.
    """
    name = label(key)
    if word == PREVIOUS:
        return _previous(name, own)
    if word.isascii() and word.isdigit():
        found = next((each for each in own if each.number == int(word)), None)
        if found is None:
            numbers = sorted(each.number for each in own)
            there = f"there are 1 to {numbers[-1]}" if len(numbers) > 1 else "there is only version 1"
            raise NotFoundError(
                "version.not_found",
                f"{name} has no version {int(word)}: {there}",
                hint=f"stigmer history {name} lists them",
            )
        return found
    if word.startswith("ver_"):
        found = next((each for each in versions if each.id == word), None)
        if found is None:
            raise NotFoundError(
                "version.not_found",
                f"{name} has no version {word}",
                hint=f"stigmer history {name} -o json has their ids",
            )
        return found
    raise UsageError(
        "usage.version", f"'{word}' is not a version", hint=f"write a number or {PREVIOUS}, as in --to 3"
    )


def _previous(name: str, own: Sequence[Version]) -> Version:
    """What it was before its last change; of one that was deleted, what was deleted."""
    last, earlier = own[0], own[1:]
    alike = last.digest if last.operation is not Operation.DELETED else None
    found = next(
        (each for each in earlier if each.operation is not Operation.DELETED and each.digest != alike), None
    )
    if found is None:
        raise NotFoundError(
            "version.not_found",
            f"{name} was never anything else than it is",
            hint=f"stigmer history {name} lists its versions",
        )
    return found


def difference(before: Version | None, after: Version | None) -> Create | Update | Delete | None:
    """In what two versions of a resource differ, shown as the change that makes one of the other; None where in nothing.

    None is a resource that is not there, and so is the version of a deletion.
    """
    before = None if before is not None and before.operation is Operation.DELETED else before
    after = None if after is not None and after.operation is Operation.DELETED else after
    if after is None:
        return None if before is None else Delete(before.key, before.resource_id, before.revision)
    if before is None:
        return Create(key=after.key, encoded=after.body, digest=after.digest, id=after.resource_id)
    if before.digest == after.digest:
        return None
    kind = kind_named(after.key.kind)
    old, new = (display(kind, orjson.loads(each.body), each.key.org) for each in (before, after))
    return Update(
        key=after.key,
        encoded=after.body,
        digest=after.digest,
        id=after.resource_id,
        revision=before.revision,
        fields=compare(kind, old, new),
        renamed_from=before.key if before.key != after.key else None,
    )
