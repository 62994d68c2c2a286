# SPDX-License-Identifier: Apache-2.0
"""A runner's way with an execution's context: opened when it starts, read at each step, deleted whatever the end is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from stigmer.backends.context import Contexts, ExecutionContext, Grant
from stigmer.backends.contract import CONTEXT_LIFETIME
from stigmer.errors import StigmerError
from stigmer.runners.placeholders import Machine, Redactor, placeholders, put_in


class StepValues:
    """What the steps of one execution get their values from. It holds the right to them and never the values.

    So a value is in memory from the step that asks for it on, and a step that asks for none reads nothing.
    """

    def __init__(self, contexts: Contexts, grant: Grant, machine: Machine, redactor: Redactor) -> None:
        self._contexts = contexts
        self._grant = grant
        self._machine = machine
        self._redactor = redactor

    def put_in(self, step: Any) -> Any:
        """A step's input, a JSON value, with the values in it that it asks for.

        Raises ContextDeniedError where the context ended or another runner has taken the execution over, PlaceholderError,
        BackendError.
        """
        execution_id, token = self._grant.execution_id, self._grant.token
        context = ExecutionContext(execution_id, {}, self._grant.expires_at)
        if placeholders(step):
            context = self._contexts.get_context(execution_id, token)
        return put_in(step, context, self._machine, self._redactor)

    def renew(self, lifetime: timedelta = CONTEXT_LIFETIME) -> None:
        """Says that the runner is still there. Raises ContextDeniedError as `put_in` does, BackendError."""
        self._contexts.renew_context(self._grant.execution_id, self._grant.token, lifetime=lifetime)


@contextmanager
def step_values(
    contexts: Contexts,
    execution_id: str,
    machine: Machine,
    redactor: Redactor,
    *,
    lifetime: timedelta = CONTEXT_LIFETIME,
) -> Iterator[StepValues]:
    """Opens the context of an execution and deletes it at the end: done, failed, cancelled or interrupted.

    A runner that is killed deletes nothing, so whoever begins sweeps what others left. The context of a runner that took the execution
    over meanwhile stays. Raises what `open_context` raises.
    """
    contexts.sweep_contexts()
    grant = contexts.open_context(execution_id, lifetime=lifetime)
    try:
        yield StepValues(contexts, grant, machine, redactor)
    except BaseException as error:
        # What ended the run is what is told; the context opens no more when its time has run out.
        try:
            contexts.end_context(execution_id, grant.token)
        except StigmerError as also:
            error.add_note(f"its context could not be deleted: {also.message}")
        raise
    contexts.end_context(execution_id, grant.token)
