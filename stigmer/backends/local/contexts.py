# SPDX-License-Identifier: Apache-2.0
"""The contexts of executions that run, in a table of their own: one row and one sealed text each, which opening replaces and ending
deletes.

All values of a context are sealed together, under a data key of the context's own that is deleted with it, and bound to its token and
to its end: who can write to the database changes neither of them unnoticed. Of the token only a hash is kept: it is 32 random bytes, so
that a fast hash tells nothing.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, assert_never

import apsw

from stigmer.backends.context import (
    Confidential,
    ContextDeniedError,
    ContextValue,
    ExecutionContext,
    Grant,
    Plain,
    RunnerFile,
    RunnerVariable,
)
from stigmer.backends.local.connection import reading, writing
from stigmer.backends.local.vault import Vault
from stigmer.resources.confidential import Secret
from stigmer.secrets.keys import SecretError

_KIND = "ExecutionContext"
_TOKEN_BYTES = 32

_PUT = """INSERT INTO contexts (execution_id, token_hash, created_at, expires_at, content) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (execution_id) DO UPDATE SET token_hash = ?2, created_at = ?3, expires_at = ?4, content = ?5"""


class Contexts:
    """The contexts of one open store."""

    def __init__(self, connection: apsw.Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def open(
        self, execution_id: str, values: Mapping[str, ContextValue], now: datetime | None, lifetime: timedelta
    ) -> Grant:
        """Makes the context, in place of one that is there. Raises SecretError."""
        began = now or datetime.now(UTC)
        expires, token = began + lifetime, Secret(os.urandom(_TOKEN_BYTES).hex())
        hashed, until = _hashed(token), _written(expires)
        with writing(self._connection):
            content = self._vault.enclose(
                _packed(values), _KIND, _key_of(execution_id), _bound(hashed, until)
            )
            self._connection.execute(_PUT, (execution_id, hashed, _written(began), until, content))
        return Grant(execution_id, token, expires)

    def get(self, execution_id: str, token: Secret, now: datetime | None) -> ExecutionContext:
        """The context in clear. Raises ContextDeniedError, SecretError where what is stored was changed."""
        with reading(self._connection):  # the context and its key may be replaced meanwhile
            expires, packed = self._opened(execution_id, token, now)
        return ExecutionContext(execution_id, _unpacked(packed), datetime.fromisoformat(expires))

    def renew(self, execution_id: str, token: Secret, now: datetime | None, lifetime: timedelta) -> datetime:
        """Lets the context last from now, sealed anew since it is bound to its end. Raises as `get` does."""
        moment = now or datetime.now(UTC)
        until = _written(moment + lifetime)
        with writing(self._connection):
            _, packed = self._opened(execution_id, token, moment)
            content = self._vault.enclose(packed, _KIND, _key_of(execution_id), _bound(_hashed(token), until))
            sql = "UPDATE contexts SET expires_at = ?, content = ? WHERE execution_id = ?"
            self._connection.execute(sql, (until, content, execution_id))
        return moment + lifetime

    def end(self, execution_id: str, token: Secret | None) -> bool:
        """Deletes the context, with a token only the one that it opens."""
        return bool(
            self._delete(
                "execution_id = ?1 AND (?2 IS NULL OR token_hash = ?2)",
                (execution_id, None if token is None else _hashed(token)),
            )
        )

    def sweep(self, now: datetime | None) -> Sequence[str]:
        """Deletes the contexts whose time ran out."""
        return sorted(self._delete("expires_at <= ?", (_written(now or datetime.now(UTC)),)))

    def _delete(self, which: str, values: tuple[str | bytes | None, ...]) -> list[str]:
        """Deletes contexts with their data keys; returns the ids of their executions."""
        with writing(self._connection):
            sql = f"DELETE FROM contexts WHERE {which} RETURNING execution_id"
            ids = [str(each) for (each,) in self._connection.execute(sql, values).fetchall()]
            self._vault.forget(map(_key_of, ids))
        return ids

    def _opened(self, execution_id: str, token: Secret, now: datetime | None) -> tuple[str, bytes]:
        """When a context ends, and its values as they were packed."""
        sql = "SELECT token_hash, expires_at, content FROM contexts WHERE execution_id = ?"
        row: tuple[Any, ...] = self._connection.execute(sql, (execution_id,)).fetchone() or (b"", "", b"")
        # Compared also where there is no context, so that the time it takes does not tell of one.
        known, expires, content = row
        fits = hmac.compare_digest(known, _hashed(token))
        if not fits or expires <= _written(now or datetime.now(UTC)):
            raise ContextDeniedError
        try:
            return expires, self._vault.disclose(
                content, _KIND, _key_of(execution_id), _bound(known, expires)
            )
        except SecretError as error:
            raise _unopened(error, execution_id) from error


def _key_of(execution_id: str) -> str:
    """The id of a context's data key. The execution itself has one too, for the secrets of its `runtime_env`, which stays."""
    return f"context/{execution_id}"


def _bound(token_hash: bytes, expires: str) -> str:
    """What the values of a context are bound to besides its execution, in the place of a field path."""
    return f"data {token_hash.hex()} {expires}"


def _hashed(token: Secret) -> bytes:
    return sha256(token.reveal().encode("utf-8", "surrogatepass")).digest()


def _written(moment: datetime) -> str:
    """The moment in UTC, so that texts compare as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _packed(values: Mapping[str, ContextValue]) -> bytes:
    # A value may be any string, also one that is no Unicode text, which the faster library would refuse.
    packed = {name: _pair(value) for name, value in values.items()}
    return json.dumps(packed, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _pair(value: ContextValue) -> tuple[str, str]:
    match value:
        case Confidential(secret):
            return ("secret", secret.reveal())
        case Plain(text):
            return ("plain", text)
        case RunnerVariable(name):
            return ("runner_env", name)
        case RunnerFile(path):
            return ("runner_file", path)
    assert_never(value)


def _unpacked(packed: bytes) -> Mapping[str, ContextValue]:
    pairs: Iterable[tuple[str, tuple[str, str]]] = json.loads(packed.decode("utf-8", "surrogatepass")).items()
    return {name: _value(sort, text) for name, (sort, text) in pairs}


def _value(sort: str, text: str) -> ContextValue:
    match sort:
        case "secret":
            return Confidential(Secret(text))
        case "plain":
            return Plain(text)
        case "runner_env":
            return RunnerVariable(text)
        case _:
            return RunnerFile(text)


def _unopened(error: SecretError, execution_id: str) -> SecretError:
    if error.code in ("secret.unopened", "secret.format", "secret.key_version"):
        words = f"the context of the execution {execution_id} does not open: what is stored of it or of its key was changed"
        return SecretError(error.code, words, hint="run it again, which makes a new one")
    return error
