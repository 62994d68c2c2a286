# SPDX-License-Identifier: Apache-2.0
"""A runner and the contexts of its executions, played over the contract: starting, steps, every way to end, death, another runner."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from stigmer.backends.context import ContextDeniedError, Grant
from stigmer.backends.local import LocalBackend
from stigmer.errors import BackendError, RefusedError
from stigmer.resources.confidential import Secret
from stigmer.runners.context import StepValues, step_values
from stigmer.runners.placeholders import Machine, PlaceholderError, as_data
from stigmer.secrets.key_file import KeyFile
from stigmer.secrets.redaction import Redactor
from stigmer.secrets.sources import Surroundings
from tests.backends.builders import live
from tests.backends.conformance import PROD
from tests.backends.conformance_supply import OTHER, RUN, agent, environment, execution, instance

KEY = "canary-key-of-prod-5f1e"  # secret-scan: allow
OWN = "canary-of-one-run-88b2"  # secret-scan: allow
LATER = timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "local.db"


@pytest.fixture
def backend(path: Path) -> Iterator[LocalBackend]:
    with opened(path) as backend:
        agent(backend, KEY={"is_secret": True})
        environment(backend, PROD, KEY=Secret(KEY), REGION="eu-1")
        instance(backend, PROD)
        yield backend


@pytest.fixture
def run(backend: LocalBackend) -> str:
    return execution(backend, RUN, OWN=Secret(OWN))


def opened(path: Path) -> LocalBackend:
    return LocalBackend.open(path, master_key=KeyFile(path.with_name("master.key")), create=True)


def steps_of(backend: LocalBackend, id_: str, **variables: str) -> Any:
    return step_values(backend, id_, Machine(Surroundings(variables)), Redactor())


def is_open(backend: LocalBackend) -> bool:
    """Whether any context is left; it goes by this."""
    return bool(backend.sweep_contexts(datetime.now(UTC) + LATER))


def called(headers: dict[str, str]) -> dict[str, Any]:
    """A service that echoes what it was sent, as many do."""
    return {"status": 200, "echo": headers}


def test_a_value_is_where_it_is_used_and_nowhere_else(backend: LocalBackend, run: str, path: Path) -> None:
    step = {
        "Authorization": "Bearer ${.secrets.KEY}",
        "X-Own": "${.secrets.OWN}",
        "X-Region": "${.env_vars.REGION}",
    }
    redactor = Redactor()
    with step_values(backend, run, Machine(), redactor) as values:
        journal = [json.dumps(step)]  # a step is recorded before it is carried out
        answer = called(values.put_in(step))
        assert answer["echo"] == {"Authorization": f"Bearer {KEY}", "X-Own": OWN, "X-Region": "eu-1"}
        journal.append(redactor.redact(json.dumps(answer)))
        assert repr(vars(values)).find(KEY) == -1
    lying = b"".join(each.read_bytes() for each in path.parent.iterdir()) + "".join(journal).encode()
    for value in (KEY, OWN):
        assert value.encode() not in lying
        assert value.encode() not in live(backend, RUN).body
    assert "${.secrets.KEY}" in journal[0]
    assert "eu-1" in journal[1]
    assert not is_open(backend)


class Stop(Exception):
    """A step fails."""


@pytest.mark.parametrize("end", [Stop(), KeyboardInterrupt(), SystemExit(1), GeneratorExit(), MemoryError()])
def test_whatever_the_end_is_the_context_ends(backend: LocalBackend, run: str, end: BaseException) -> None:
    def runs() -> None:
        with steps_of(backend, run) as values:
            values.put_in("${.secrets.KEY}")
            raise end

    with pytest.raises(type(end)) as caught:
        runs()
    assert caught.value is end
    assert not is_open(backend)


def test_a_cancelled_run_ends_its_context(backend: LocalBackend, run: str) -> None:
    async def running(started: asyncio.Event) -> None:
        with steps_of(backend, run) as values:
            values.put_in("${.secrets.KEY}")
            started.set()
            await asyncio.sleep(60)

    async def cancelled() -> None:
        started = asyncio.Event()
        task = asyncio.create_task(running(started))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert not is_open(backend)


def test_a_step_that_fails_for_a_missing_name_ends_it_too(backend: LocalBackend, run: str) -> None:
    with pytest.raises(PlaceholderError, match="NOPE"), steps_of(backend, run) as values:
        values.put_in("${.secrets.NOPE}")
    assert not is_open(backend)


def test_what_cannot_start_opens_nothing(backend: LocalBackend, run: str) -> None:
    agent(backend, KEY={"is_secret": True}, NEEDED={})
    with pytest.raises(RefusedError, match="NEEDED"), steps_of(backend, run):
        pytest.fail("it started")
    assert not is_open(backend)


def test_a_runner_that_is_killed_leaves_a_context_that_is_swept(
    backend: LocalBackend, run: str, path: Path
) -> None:
    backend.close()
    child = os.fork()
    if child == 0:
        try:
            with opened(path) as dying, steps_of(dying, run) as values:
                values.put_in("${.secrets.KEY}")
                os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    with opened(path) as after:
        assert after.sweep_contexts() == []
        assert after.sweep_contexts(datetime.now(UTC) + LATER) == [run]
        with steps_of(after, run) as values:
            assert values.put_in("${.secrets.KEY}") == KEY


def test_whoever_begins_sweeps_what_others_left(backend: LocalBackend, run: str) -> None:
    other = execution(backend, OTHER)
    backend.open_context(other, lifetime=timedelta(0))
    with steps_of(backend, run):
        assert backend.end_context(other) is False


def test_a_retry_has_the_values_of_today(backend: LocalBackend, run: str) -> None:
    with steps_of(backend, run) as values:
        environment(backend, PROD, KEY=Secret("rotated"))
        assert values.put_in("${.secrets.KEY}") == KEY
    with steps_of(backend, run) as values:
        assert values.put_in("${.secrets.KEY}") == "rotated"


def test_a_runner_that_lost_its_execution_reads_nothing_more_and_ends_nothing(
    backend: LocalBackend, run: str
) -> None:
    with steps_of(backend, run) as lost:
        successor = backend.open_context(run)
        for act in (lambda: lost.put_in("${.secrets.KEY}"), lost.renew):
            with pytest.raises(ContextDeniedError):
                act()
    assert backend.get_context(run, successor.token)


def test_a_runner_that_fails_for_it_ends_nothing_either(backend: LocalBackend, run: str) -> None:
    tokens = []

    def runs() -> None:
        with steps_of(backend, run) as lost:
            tokens.append(backend.open_context(run).token)
            lost.put_in("${.secrets.KEY}")

    with pytest.raises(ContextDeniedError):
        runs()
    assert backend.get_context(run, tokens[0])


def test_two_executions_read_their_own_alone(backend: LocalBackend, run: str) -> None:
    other = execution(backend, OTHER, OWN=Secret("of the other"))
    with steps_of(backend, run) as mine, steps_of(backend, other) as theirs:
        assert mine.put_in("${.secrets.OWN}") == OWN
        assert theirs.put_in("${.secrets.OWN}") == "of the other"
        stolen = Grant(other, backend.open_context(run).token, datetime.now(UTC) + LATER)
        with pytest.raises(ContextDeniedError):
            StepValues(backend, stolen, Machine(), Redactor()).put_in("${.secrets.OWN}")


def test_a_step_without_placeholders_asks_for_nothing(backend: LocalBackend, run: str) -> None:
    with steps_of(backend, run) as values:
        backend.end_context(run)
        assert values.put_in({"text": "plain ${ .x }", "data": as_data("${.secrets.KEY}")}) == {
            "text": "plain ${ .x }",
            "data": "${.secrets.KEY}",
        }
        with pytest.raises(ContextDeniedError):
            values.put_in("${.secrets.KEY}")


def test_renewing_keeps_it_from_being_swept(backend: LocalBackend, run: str) -> None:
    with steps_of(backend, run) as values:
        values.renew(2 * LATER)
        assert not is_open(backend)
        assert values.put_in("${.secrets.KEY}") == KEY


def test_what_ended_the_run_is_told_even_where_the_context_cannot_be_deleted(
    backend: LocalBackend, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> bool:
        raise BackendError("backend.io", "the disk is gone")

    def runs() -> None:
        with steps_of(backend, run):
            raise Stop

    with monkeypatch.context() as patch:
        patch.setattr(LocalBackend, "end_context", failing)
        with pytest.raises(Stop) as caught:
            runs()
        assert caught.value.__notes__ == ["its context could not be deleted: the disk is gone"]
        with pytest.raises(BackendError), steps_of(backend, run):
            pass
    assert is_open(backend)
