# SPDX-License-Identifier: Apache-2.0
"""The part of the conformance suite about what the contexts of executions hold, and executions in a few words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import pytest

from stigmer.backends.context import (
    Confidential,
    Contexts,
    ContextValue,
    Plain,
    RunnerFile,
    RunnerVariable,
)
from stigmer.backends.contract import Backend, SecretEntry
from stigmer.errors import NotFoundError, RefusedError
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import Key
from tests.backends.builders import apply, live, put, refusals
from tests.backends.conformance import BOT, DESK, PROD

BASE = Key("Environment", "default", "base")
GITHUB = Key("McpServer", "default", "github")
CHAT = Key("Session", "default", "chat")
RUN, OTHER = Key("AgentExecution", "default", "run"), Key("AgentExecution", "default", "other")
SHIP, SHIP_NOW = Key("Workflow", "default", "ship"), Key("WorkflowExecution", "default", "ship-now")

Entries = Mapping[str, Any]


class Executing(Backend, Contexts, Protocol):
    """A backend with both halves of the contract."""


Opened = Callable[[], Executing]


def ref(key: Key) -> dict[str, str]:
    """A canonical reference."""
    return {"org": key.org, "name": key.name}


def holding(backend: Backend, key: Key, field: str, entries: Entries, **spec: Any) -> str:
    """Puts a resource that holds values; those that are a Secret are sealed. Returns its id."""
    values = [each for each in entries.values() if isinstance(each, Secret)]
    told = iter(backend.fingerprints(values) if values else ())
    data, sealed = {}, {}
    for name, entry in entries.items():
        if isinstance(entry, Secret):
            fingerprint = next(told)
            data[name] = {"is_secret": True, "fingerprint": fingerprint}
            sealed[f"spec.{field}.{name}"] = SecretEntry(fingerprint, entry)
        else:
            data[name] = {"value": entry} if isinstance(entry, str) else entry
    at = backend.get([key]).get(key)
    apply(backend, put(key, at, spec={**spec, field: data}, secrets=sealed))
    return live(backend, key).id


def environment(backend: Backend, key: Key, **entries: Any) -> None:
    """Puts an environment."""
    holding(backend, key, "data", entries)


def agent(backend: Backend, *servers: Key, **asked: Entries) -> None:
    """Puts the agent `bot`, which asks for these names and refers to these servers."""
    spec = {"env_spec": {"data": asked}, "mcp_servers": [{"ref": ref(each)} for each in servers]}
    apply(backend, put(BOT, backend.get([BOT]).get(BOT), spec=spec))


def instance(backend: Backend, *environments: Key, key: Key = DESK) -> None:
    """Puts an instance of `bot` that binds these environments."""
    spec = {"agent": ref(BOT), "environment_refs": [ref(each) for each in environments]}
    apply(backend, put(key, spec=spec))


def execution(backend: Backend, key: Key = RUN, target: Key = DESK, **runtime_env: Any) -> str:
    """Puts an execution; returns its id."""
    field = {"Session": "session", "AgentInstance": "agent_instance", "Agent": "agent"}[target.kind]
    return holding(backend, key, "runtime_env", runtime_env, **{field: ref(target)})


def shown(values: Mapping[str, ContextValue]) -> dict[str, Any]:
    """The values so that they can be compared: a secret has no equal."""
    return {
        name: ("secret", value.value.reveal()) if isinstance(value, Confidential) else value
        for name, value in values.items()
    }


def read(backend: Executing, execution_id: str) -> dict[str, Any]:
    """What an execution gets, its context opened for this alone."""
    grant = backend.open_context(execution_id)
    return shown(backend.get_context(execution_id, grant.token).values)


class Handles:
    """The fixtures of every part about contexts."""

    @pytest.fixture
    def backend(self, opened: Opened) -> Executing:
        return opened()


class Supplying(Handles):
    """What a context holds."""

    def test_later_environments_win_and_the_execution_wins_over_all(self, backend: Executing) -> None:
        agent(backend)
        environment(backend, BASE, A="base", B=Secret("base-b"), C="base-c")
        environment(backend, PROD, B=Secret("prod-b"), C=Secret("prod-c"), D="prod-d")
        instance(backend, BASE, PROD)
        id_ = execution(backend, D=Secret("run-d"), E="run-e")
        assert read(backend, id_) == {
            "A": Plain("base"),
            "B": ("secret", "prod-b"),
            "C": ("secret", "prod-c"),
            "D": ("secret", "run-d"),
            "E": Plain("run-e"),
        }

    def test_a_plain_value_wins_over_a_secret_too(self, backend: Executing) -> None:
        agent(backend)
        environment(backend, BASE, A=Secret("sealed"))
        instance(backend, BASE)
        assert read(backend, execution(backend, A="plain")) == {"A": Plain("plain")}

    def test_all_that_is_missing_is_told_at_once_with_who_asks(self, backend: Executing) -> None:
        apply(backend, put(GITHUB, spec={"env_spec": {"data": {"TOKEN": {"is_secret": True}, "HOST": {}}}}))
        agent(backend, GITHUB, HOST={}, KEY={"is_secret": True}, MAYBE={"optional": True}, HERE={})
        environment(backend, PROD, HERE="yes", EMPTY={"description": "no value"})
        instance(backend, PROD)
        id_ = execution(backend)
        with pytest.raises(RefusedError) as caught:
            backend.open_context(id_)
        (told,) = caught.value.refusals
        assert (told.code, told.resource) == ("context.missing", "agent-execution/run")
        assert (
            "HOST (agent/bot, mcp-server/github), KEY (agent/bot), TOKEN (mcp-server/github)" in told.message
        )
        assert told.hint is not None
        assert "agent-instance/desk" in told.hint
        assert caught.value.exit_code == 4

    def test_an_entry_without_a_value_supplies_nothing(self, backend: Executing) -> None:
        agent(backend, A={})
        environment(backend, BASE, A="base")
        environment(backend, PROD, A={"description": "no value"})
        instance(backend, BASE, PROD)
        assert read(backend, execution(backend)) == {"A": Plain("base")}

    def test_a_default_fills_in_and_what_is_optional_may_be_missing(self, backend: Executing) -> None:
        apply(backend, put(GITHUB, spec={"env_spec": {"data": {"A": {"default": "2", "optional": True}}}}))
        agent(
            backend,
            GITHUB,
            A={"default": "1"},
            B={"default": ""},
            C={"optional": True},
            D={"default": "d", "is_secret": True},
            E={"default": "never"},
        )
        environment(backend, PROD, E="said")
        instance(backend, PROD)
        assert read(backend, execution(backend)) == {
            "A": Plain("1"),
            "B": Plain(""),
            "D": ("secret", "d"),
            "E": Plain("said"),
        }

    def test_the_default_of_one_is_nothing_to_another_who_has_none(self, backend: Executing) -> None:
        apply(backend, put(GITHUB, spec={"env_spec": {"data": {"A": {"default": "2"}}}}))
        agent(backend, GITHUB, A={})
        instance(backend)
        id_ = execution(backend)
        assert refusals(lambda: backend.open_context(id_)) == {("context.missing", "agent-execution/run")}

    def test_who_asks_for_a_secret_gets_one_and_a_secret_stays_one(self, backend: Executing) -> None:
        agent(backend, ASKED={"is_secret": True}, GIVEN={"is_secret": False})
        environment(backend, PROD, ASKED="in clear", GIVEN=Secret("sealed"))
        instance(backend, PROD)
        assert read(backend, execution(backend)) == {
            "ASKED": ("secret", "in clear"),
            "GIVEN": ("secret", "sealed"),
        }

    def test_what_the_runner_has_stays_a_declaration(self, backend: Executing) -> None:
        agent(backend, KEY={"is_secret": True}, CERT={})
        runner = {
            "KEY": {"is_secret": True, "value_from": {"runner": {"env": "RUNNER_KEY"}}},
            "CERT": {"is_secret": True, "value_from": {"runner": {"file": "/run/cert"}}},
        }
        environment(backend, PROD, **runner)
        instance(backend, PROD)
        assert read(backend, execution(backend)) == {
            "KEY": RunnerVariable("RUNNER_KEY"),
            "CERT": RunnerFile("/run/cert"),
        }

    def test_an_agent_runs_in_its_default_instance_where_there_is_one(self, backend: Executing) -> None:
        agent(backend, A={})
        environment(backend, PROD, A="prod")
        id_ = execution(backend, target=BOT)
        refused = refusals(lambda: backend.open_context(id_))
        assert refused == {("context.missing", "agent-execution/run")}
        instance(backend, PROD, key=BOT._replace(kind="AgentInstance"))
        assert read(backend, id_) == {"A": Plain("prod")}

    def test_a_session_runs_in_its_instance(self, backend: Executing) -> None:
        agent(backend)
        environment(backend, PROD, A="prod")
        instance(backend, PROD)
        apply(backend, put(CHAT, spec={"agent_instance": ref(DESK)}))
        assert read(backend, execution(backend, target=CHAT)) == {"A": Plain("prod")}

    def test_a_workflow_is_supplied_likewise(self, backend: Executing) -> None:
        apply(backend, put(SHIP, spec={"env_spec": {"data": {"A": {"is_secret": True}, "B": {}}}}))
        bound = {"workflow": ref(SHIP), "environment_refs": [ref(PROD)]}
        environment(backend, PROD, A=Secret("a"))
        at = Key("WorkflowInstance", "default", "ship-prod")
        apply(backend, put(at, spec=bound))
        id_ = holding(backend, SHIP_NOW, "runtime_env", {"B": "b"}, workflow_instance=ref(at))
        assert read(backend, id_) == {"A": ("secret", "a"), "B": Plain("b")}

    def test_what_is_not_there_is_named(self, backend: Executing) -> None:
        agent(backend)
        instance(backend, PROD)
        id_ = execution(backend)
        assert refusals(lambda: backend.open_context(id_)) == {("reference.missing", "environment/prod")}
        for no_execution in ("aex_00000000000000000000000000", "", live(backend, DESK).id):
            with pytest.raises(NotFoundError) as caught:
                backend.open_context(no_execution)
            assert caught.value.code == "context.execution"

    @pytest.mark.parametrize(
        "value", ["", "é\U0001f600", "\ud800", "\ud83d\ude00", "a\0b", '"\\\n', "x" * 100_000]
    )
    def test_values_come_back_as_they_were(self, backend: Executing, value: str) -> None:
        agent(backend)
        environment(backend, PROD, A=Secret(value))
        instance(backend, PROD)
        assert read(backend, execution(backend)) == {"A": ("secret", value)}

    def test_a_hundred_secrets(self, backend: Executing) -> None:
        agent(backend)
        environment(backend, PROD, **{f"KEY_{number}": Secret(f"value {number}") for number in range(100)})
        instance(backend, PROD)
        assert read(backend, execution(backend)) == {
            f"KEY_{number}": ("secret", f"value {number}") for number in range(100)
        }
