# SPDX-License-Identifier: Apache-2.0
"""The contract's half for runners, as far as it goes: the contexts of executions, which is what one execution may read while it runs.

A context is made when an execution starts and deleted when it ends. It is no resource: no revision, no version and no listing tells of
it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from stigmer.backends.contract import CONTEXT_LIFETIME
from stigmer.errors import ExitCode, StigmerError
from stigmer.resources.confidential import Secret


@dataclass(frozen=True, slots=True)
class Confidential:
    """A value that is a secret, because its environment or somebody who asks for it says so."""

    value: Secret


@dataclass(frozen=True, slots=True)
class Plain:
    """A value that is no secret."""

    value: str


@dataclass(frozen=True, slots=True)
class RunnerVariable:
    """A secret that the runner alone has, in a variable of its environment of this name."""

    name: str


@dataclass(frozen=True, slots=True)
class RunnerFile:
    """A secret that the runner alone has, in a file at this path."""

    path: str


ContextValue = Confidential | Plain | RunnerVariable | RunnerFile


@dataclass(frozen=True, slots=True)
class ExecutionContext:
    """What an execution may read, by name, as it was when the context was opened; the time after which it opens no more."""

    execution_id: str
    values: Mapping[str, ContextValue]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """The right to one execution's context: who has the token reads it until `expires_at`. A token is told once."""

    execution_id: str
    token: Secret
    expires_at: datetime


class ContextDeniedError(StigmerError):
    """A context does not open. Why is not said: whether there is one is nobody's business who may not read it."""

    def __init__(self) -> None:
        super().__init__(
            "context.denied",
            "this token opens no execution context: the execution ended, its time ran out, or the token is another's",
            exit_code=ExitCode.DENIED,
            hint="claim the execution again for a token that opens it",
        )


class Contexts(Protocol):
    """The contexts of a store. Every method may raise `BackendError`.

    `now` is the moment that counts, by default that of the backend's own clock; a server takes it from nobody else.
    """

    def open_context(
        self, execution_id: str, *, lifetime: timedelta = CONTEXT_LIFETIME, now: datetime | None = None
    ) -> Grant:
        """Makes the context of an execution out of the values that its environments and its own say now; see
        `stigmer.backends.supply`.

        What is stored of them afterwards changes it no more. One that the execution has is replaced, and its token opens nothing from
        then on.

        Raises NotFoundError `context.execution` where there is no such execution, RefusedError `context.missing` with all that is asked
        for and nothing supplies, `secret.missing`, `reference.missing`.
        """

    def get_context(
        self, execution_id: str, token: Secret, *, now: datetime | None = None
    ) -> ExecutionContext:
        """What the execution may read, in clear. Raises ContextDeniedError for any token but that of its open context."""

    def renew_context(
        self,
        execution_id: str,
        token: Secret,
        *,
        lifetime: timedelta = CONTEXT_LIFETIME,
        now: datetime | None = None,
    ) -> datetime:
        """Lets the context last for this time from now; returns until when. Raises ContextDeniedError as `get_context` does."""

    def end_context(self, execution_id: str, token: Secret | None = None) -> bool:
        """Deletes the context of an execution; with a token, only the one that it opens. Returns whether there was one.

        It may be done at any time and as often as one likes, and the execution need not be there any more.
        """

    def sweep_contexts(self, now: datetime | None = None) -> Sequence[str]:
        """Deletes the contexts whose time ran out; returns the ids of their executions, in order."""
