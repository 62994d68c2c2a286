# SPDX-License-Identifier: Apache-2.0
"""The contexts of executions in the model of a backend: one plain value each, the token as it was told."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from stigmer.backends.context import (
    ContextDeniedError,
    ContextValue,
    ExecutionContext,
    Grant,
)
from stigmer.backends.contract import CONTEXT_LIFETIME, Stored
from stigmer.backends.supply import supplied
from stigmer.errors import NotFoundError
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import Key
from stigmer.resources.needs import EXECUTIONS

if TYPE_CHECKING:
    from tests.backends.memory import MemoryStore


@dataclass(frozen=True, slots=True)
class Open:
    """A context that is open."""

    token: str
    expires_at: datetime
    values: Mapping[str, ContextValue]


class MemoryContexts:
    """The half of a handle on a store in memory that is for runners."""

    _store: MemoryStore

    def open_context(
        self, execution_id: str, *, lifetime: timedelta = CONTEXT_LIFETIME, now: datetime | None = None
    ) -> Grant:
        for stored in self._store.resources.values():
            if stored.id == execution_id and stored.key.kind in EXECUTIONS:
                values = supplied(stored, self._read, self._reveal)
                opened = Open(os.urandom(32).hex(), (now or datetime.now(UTC)) + lifetime, values)
                self._store.contexts[execution_id] = opened
                return Grant(execution_id, Secret(opened.token), opened.expires_at)
        raise NotFoundError("context.execution", "there is no such execution")

    def _read(self, keys: Iterable[Key]) -> Mapping[Key, Stored]:
        return {key: self._store.resources[key] for key in keys if key in self._store.resources}

    def _reveal(self, kind: str, resource_id: str, wanted: Mapping[str, str]) -> Mapping[str, Secret]:
        held = self._store.secrets
        return {
            path: held[resource_id, path, told]
            for path, told in wanted.items()
            if (resource_id, path, told) in held
        }

    def get_context(
        self, execution_id: str, token: Secret, *, now: datetime | None = None
    ) -> ExecutionContext:
        opened = self._store.contexts.get(execution_id)
        moment = now or datetime.now(UTC)
        if opened is None or opened.token != token.reveal() or opened.expires_at <= moment:
            raise ContextDeniedError
        return ExecutionContext(execution_id, opened.values, opened.expires_at)

    def renew_context(
        self,
        execution_id: str,
        token: Secret,
        *,
        lifetime: timedelta = CONTEXT_LIFETIME,
        now: datetime | None = None,
    ) -> datetime:
        moment = now or datetime.now(UTC)
        self.get_context(execution_id, token, now=moment)
        opened = self._store.contexts[execution_id]
        self._store.contexts[execution_id] = replace(opened, expires_at=moment + lifetime)
        return moment + lifetime

    def end_context(self, execution_id: str, token: Secret | None = None) -> bool:
        opened = self._store.contexts.get(execution_id)
        if opened is None or (token is not None and opened.token != token.reveal()):
            return False
        del self._store.contexts[execution_id]
        return True

    def sweep_contexts(self, now: datetime | None = None) -> Sequence[str]:
        moment = now or datetime.now(UTC)
        over = sorted(id_ for id_, each in self._store.contexts.items() if each.expires_at <= moment)
        for id_ in over:
            del self._store.contexts[id_]
        return over
