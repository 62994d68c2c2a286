# SPDX-License-Identifier: Apache-2.0
"""Whether everything that is sealed in a store opens: each value, those of former versions too, and each that a resource needs."""

from __future__ import annotations

from collections.abc import Iterator

import apsw
import orjson

from stigmer.backends.health import Opening
from stigmer.backends.local.connection import reading
from stigmer.backends.local.damage import gone
from stigmer.backends.local.schema import stored_kinds
from stigmer.backends.local.vault import Vault
from stigmer.resources.held import held_secrets
from stigmer.secrets.keys import SecretError

_Held = tuple[str, str, str]
"""A resource's id, a field path, a fingerprint."""


def open_everything(connection: apsw.Connection, vault: Vault) -> Opening:
    """Opens it and keeps nothing of it. Raises SecretError where the master key cannot be had or is not this store's."""
    values = wrong = former = 0
    told: dict[str, SecretError] = {}
    with reading(connection):
        needed = set(_needed(connection))
        lacking = set(needed)
        for held, error in _opened(connection, vault):
            values += 1
            lacking.discard(held)
            if error is not None and held in needed:
                wrong += 1
                # A data key that does not open is told once, however many values it seals.
                told.setdefault(error.message, error)
            elif error is not None:
                former += 1
        for resource_id, path, _ in sorted(lacking):
            missed = gone(connection, resource_id, path)
            told.setdefault(missed.message, missed)
    return Opening(values + len(lacking), wrong + len(lacking), tuple(told.values()), former)


def _opened(connection: apsw.Connection, vault: Vault) -> Iterator[tuple[_Held, SecretError | None]]:
    sql = (
        "SELECT resource_id, (SELECT resource_kind FROM api_resource_versions AS v WHERE v.resource_id = s.resource_id)"
        " FROM (SELECT DISTINCT resource_id FROM secret_values) AS s"
    )
    for resource_id, kind in connection.execute(sql).fetchall():
        for path, told, error in vault.examine(str(kind), str(resource_id)):
            yield (str(resource_id), path, told), error


def _needed(connection: apsw.Connection) -> Iterator[_Held]:
    """What resources say that there is."""
    present = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    for kind in stored_kinds():
        if kind.table not in present:
            continue
        # Few resources have secrets, and only their bodies are read.
        sql = f"SELECT id, body FROM {kind.table} WHERE instr(body, '\"fingerprint\"')"
        for resource_id, body in connection.execute(sql):
            for path, told in held_secrets(kind, orjson.loads(str(body))):
                yield str(resource_id), path, told
