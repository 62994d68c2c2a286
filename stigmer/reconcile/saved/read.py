# SPDX-License-Identifier: Apache-2.0
"""The way back: the object of a saved plan becomes the plan that it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from stigmer.backends.contract import Commit, SecretEntry, SetSource
from stigmer.errors import Diagnostic, Location, Severity
from stigmer.reconcile.plan import (
    Blame,
    Cause,
    Change,
    Create,
    Delete,
    FieldChange,
    Op,
    Plan,
    Release,
    Settled,
    Unchanged,
    Update,
)
from stigmer.reconcile.saved.saved import About, InManifest, Reread, Saved
from stigmer.reconcile.saved.text import SECTION, edited
from stigmer.resources.confidential import Redacted, Unresolved
from stigmer.resources.keys import Key
from stigmer.resources.resource import Age, Env, File, Keyring, digest, encode

Json = Mapping[str, Any]


def restored(document: Json, name: str) -> Saved:
    """The plan of an object that is as it was saved; `name` is what messages call its file.

    Raises PlanFileError `plan.edited` where its parts do not fit together, which no plan does that this stigmer saved.
    """
    try:
        return _saved(document)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        raise edited(name) from None


def _saved(document: Json) -> Saved:
    section = document[SECTION]
    shown = [each for each in document["changes"] if each["action"] != "unchanged"]
    operations = section["operations"]
    plan = Plan(
        set=document.get("set"),
        adopt=section["adopt"],
        base_revision=document["base_revision"],
        changes=tuple([_change(each, beside) for each, beside in zip(operations, shown, strict=True)]),
        unchanged=tuple([Unchanged(Key(*each[:3]), _place(each[3:])) for each in section["unchanged"]]),
        diagnostics=tuple([_diagnostic(each) for each in document["diagnostics"]]),
        settled=tuple([_settled(each) for each in section["settled"]]),
        source=_set_source(section.get("source")),
        moves=section["moves"],
        expects={Key(*each[:3]): each[3] for each in section["expects"]},
        declares=section["declares"],
        store_id=section["store_id"],
    )
    about = About(
        section["backend"],
        section["org"],
        section["stigmer"],
        section.get("target"),
        _commit(section.get("commit")),
    )
    return Saved(plan, about, {_key(each): _sources(each) for each in operations if each.get("secrets")})


def _change(operation: Json, shown: Json) -> Change:
    match operation["action"]:
        case "create":
            return Create(**_wanted(operation), id=operation.get("id"))
        case "update":
            former = operation.get("renamed_from")
            return Update(
                **_wanted(operation),
                id=operation["id"],
                revision=operation["revision"],
                fields=tuple([_field(each) for each in shown["fields"]]),
                renamed_from=None if former is None else Key(*former),
            )
        case "release":
            return Release(*_live(operation), operation["set"])
        case "delete":
            return Delete(*_live(operation), _place(operation.get("at")))
    raise ValueError(operation["action"])


def _wanted(operation: Json) -> dict[str, Any]:
    body = encode(operation["body"])
    if digest(body) != operation["digest"]:
        raise ValueError(operation["digest"])
    return {
        "key": _key(operation),
        "encoded": body,
        "digest": operation["digest"],
        "location": _place(operation.get("at")),
        "references": tuple([Key(*each) for each in operation["references"]]),
        "protected": operation.get("protected"),
        "secrets": {
            path: SecretEntry(each["fingerprint"]) for path, each in operation.get("secrets", {}).items()
        },
        "declared": _body(operation),
        "restores": operation.get("restores"),
    }


def _key(operation: Json) -> Key:
    return Key(*operation["key"])


def _live(operation: Json) -> tuple[Key, str, int]:
    return _key(operation), operation["id"], operation["revision"]


def _settled(operation: Json) -> Settled:
    return Settled(*_live(operation), _body(operation))


def _body(operation: Json) -> bytes | None:
    return encode(operation["declared"]) if "declared" in operation else None


def _set_source(said: Json | None) -> SetSource | None:
    return None if said is None else SetSource(said.get("remote"), said["path"])


def _place(said: Sequence[Any] | None) -> Location | None:
    return Location(*said) if said else None


def _sources(operation: Json) -> dict[str, Reread]:
    secrets = operation["secrets"].items()
    return {path: _reread(each["source"]) for path, each in secrets if "source" in each}


def _reread(said: Json) -> Reread:
    match said:
        case {"env": name}:
            return Reread(Env(name))
        case {"file": path, "directory": directory}:
            return Reread(File(path), directory)
        case {"keyring": {"service": service, "username": username}}:
            return Reread(Keyring(service, username))
        case {"age": armored}:
            return Reread(Age(armored))
        case {"manifest": file, "root": root, "org": org}:
            return Reread(InManifest(file, root, org))
    raise ValueError(said)


def _field(said: Json) -> FieldChange:
    blame = said.get("changed_by")
    return FieldChange(
        said["path"],
        Op(said["op"]),
        _value(said.get("before")),
        _value(said.get("after")),
        Cause(said.get("cause", Cause.MANIFEST)),
        _value(said.get("applied")),
        None if blame is None else _blame(blame),
    )


def _blame(said: Json) -> Blame:
    return Blame(
        said["actor"],
        datetime.fromisoformat(said["at"]),
        said["revision"],
        said.get("message"),
        _commit(said.get("commit")),
    )


def _commit(said: Json | None) -> Commit | None:
    return None if said is None else Commit(said["id"], said["author"])


def _value(said: Any) -> Any:
    """A value as it was shown, with what stands for a secret made a secret's stand-in again."""
    match said:
        case {"redacted": True, "fingerprint": str(fingerprint)} if len(said) == 2:
            return Redacted(fingerprint)
        case {"redacted": True} if len(said) == 1:
            return Redacted(None)
        case {"unresolved": dict() as source} if len(said) == len(source) == 1:
            ((how, name),) = source.items()
            return Unresolved(how, name)
        case dict():
            return {name: _value(each) for name, each in said.items()}
        case list():
            return [_value(each) for each in said]
        case _:
            return said


def _diagnostic(said: Json) -> Diagnostic:
    place = Location(said["file"], said["line"], said["column"]) if "file" in said else None
    return Diagnostic(
        Severity(said["severity"]),
        said["code"],
        said["message"],
        said.get("hint"),
        place,
        said.get("resource"),
        said.get("path"),
    )
