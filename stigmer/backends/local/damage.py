# SPDX-License-Identifier: Apache-2.0
"""What is sealed and does not open, told by the resource and the field that it belongs to, with what can still be done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import apsw

from stigmer.resources.keys import Key
from stigmer.resources.resource import label
from stigmer.secrets.envelope import Place
from stigmer.secrets.keys import SecretError


class DamageError(SecretError):
    """What is sealed does not open, and it is told whose it is."""


DAMAGED = frozenset({"secret.unopened", "secret.format", "secret.exchanged"})
"""The codes of what was changed in the store, where the master key is the right one."""

_MEND = "give it another value, or restore the store from a backup"
_MEND_ALL = "give all of its secrets other values, or restore the store from a backup"


def resource_name(connection: apsw.Connection, resource_id: str) -> str:
    """What people call a resource, one that is deleted too; its id where the store knows it no more."""
    sql = (
        "SELECT resource_kind, org, name FROM api_resource_versions WHERE resource_id = ?"
        " ORDER BY number DESC LIMIT 1"
    )
    row = connection.execute(sql, (resource_id,)).fetchone()
    return resource_id if row is None else label(Key(*map(str, row)))


@contextmanager
def value_named(connection: apsw.Connection, place: Place) -> Iterator[None]:
    """Turns what is wrong with a sealed value into a DamageError of the same code that says whose value it is."""
    try:
        yield
    except DamageError:
        raise  # of the data key
    except SecretError as error:
        what = f"the secret {place.path} of {resource_name(connection, place.resource_id)}"
        raise _told(error, what, "what is stored of it was changed, or belongs elsewhere", _MEND) from error


@contextmanager
def data_key_named(connection: apsw.Connection, resource_id: str) -> Iterator[None]:
    """The same of the data key of a resource."""
    try:
        yield
    except SecretError as error:
        what = f"the data key of {resource_name(connection, resource_id)}"
        why = "it was changed, or belongs elsewhere; so no secret that it seals does"
        raise _told(error, what, why, _MEND_ALL) from error


def keyless(version: int) -> SecretError:
    """A value was sealed by a data key that the store has not."""
    words = f"version {version} of its data key is needed, and is not in the store"
    return SecretError("secret.key_version", words, hint=_MEND)


def fingerprintless() -> SecretError:
    """A store has secrets, and not the key of their fingerprints."""
    return SecretError(
        "secret.key_wrong",
        "the store has sealed values, and the key of their fingerprints is gone: it was changed",
        hint="restore the store from a backup",
    )


def gone(connection: apsw.Connection, resource_id: str, path: str) -> SecretError:
    """A resource says that it has a value, and the store has it not."""
    words = f"the secret {path} of {resource_name(connection, resource_id)} is not in the store any more"
    return SecretError("secret.gone", words, hint=_MEND)


def exchanged() -> SecretError:
    """A value opens, and is not the one that the fingerprint beside it tells of."""
    return SecretError("secret.exchanged", "a secret is another than its fingerprint says")


def _told(error: SecretError, what: str, why: str, mend: str) -> SecretError:
    match error.code:
        case "secret.unopened":
            return DamageError(error.code, f"{what} does not open: {why}", hint=mend)
        case "secret.exchanged":
            words = f"{what} is not the value that it should be: another of its values was put in its place"
            return DamageError(error.code, words, hint=mend)
        case "secret.format":
            words = f"{what} is of a format that this stigmer does not know, or was changed"
            return DamageError(error.code, words, hint=f"upgrade stigmer; if this is the newest, {mend}")
        case "secret.key_version":
            return DamageError(error.code, f"{what} does not open: {error.message}", hint=error.hint)
        case _:
            return error  # of the master key itself
