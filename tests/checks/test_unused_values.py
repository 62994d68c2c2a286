# SPDX-License-Identifier: Apache-2.0
"""Values of environments that nobody uses."""

from __future__ import annotations

import pytest

from stigmer.backends.contract import Backend
from stigmer.manifests.manifest import Manifest
from tests.checks.seen import hints, messages, words
from tests.reconcile.declared import agent, declare, settle

CODE = "environment.unused"
DOCUMENT = 'document: {dsl: "1.0.3", namespace: a, name: b, version: "1.0.0"}'
PROD = declare("environment/prod", "data: {URL: {value: x}, LEVEL: {value: info}}")
BOT = agent("bot", "env_spec: {data: {URL: {}}}")
INSTANCE = declare("agent-instance/bot", "agent: bot, environment_refs: [prod]")


def workflow(tasks: str) -> list[Manifest]:
    bound = declare("workflow-instance/nightly", "workflow: nightly, environment_refs: [prod]")
    return [
        *declare("workflow/nightly", f"{DOCUMENT}, env_spec: {{data: {{URL: {{}}}}}}, tasks: [{tasks}]"),
        *bound,
    ]


def test_a_value_that_nobody_asks_for_is_told_at_its_name() -> None:
    declared = [*BOT, *PROD, *INSTANCE]
    assert messages(declared, code=CODE) == ["nobody who binds this environment asks for LEVEL"]
    assert words(declared, code=CODE) == [("LEVEL", "spec.data.LEVEL")]
    assert hints(declared, code=CODE) == ["remove it, or declare it in the env_spec of agent/bot"]


def test_a_secret_that_nobody_asks_for_is_told_as_well() -> None:
    prod = declare("environment/prod", "data: {URL: {value: x}, KEY: {value_from: {env: KEY}}}")
    assert messages([*BOT, *prod, *INSTANCE], code=CODE) == ["nobody who binds this environment asks for KEY"]


def test_an_environment_that_nobody_binds_is_left_alone() -> None:
    assert messages([*BOT, *PROD], code=CODE) == []


def test_one_of_several_who_bind_it_is_enough() -> None:
    other = [
        *agent("other", "env_spec: {data: {LEVEL: {}}}"),
        *declare("agent-instance/o", "agent: other, environment_refs: [prod]"),
    ]
    assert messages([*BOT, *PROD, *INSTANCE, *other], code=CODE) == []


@pytest.mark.parametrize(
    "spec",
    [
        "env_spec: {data: {URL: {}, LEVEL: {optional: true}}}",
        "env_spec: {data: {URL: {}}}, mcp_servers: [{ref: log}]",
        'env_spec: {data: {URL: {}}}, mcp_servers: [{name: log, stdio: {command: log, args: ["${LEVEL}"]}}]',
        'env_spec: {data: {URL: {}}}, description: "Reads LEVEL when it starts."',
    ],
)
def test_any_use_counts(spec: str) -> None:
    log = declare("mcp-server/log", "stdio: {command: log}, env_spec: {data: {LEVEL: {}}}")
    assert messages([*agent("bot", spec), *log, *PROD, *INSTANCE], code=CODE) == []


def test_a_longer_name_is_no_use() -> None:
    bot = agent("bot", 'env_spec: {data: {URL: {}}}, description: "LOG_LEVEL and LEVELS are something else."')
    assert len(messages([*bot, *PROD, *INSTANCE], code=CODE)) == 1


@pytest.mark.parametrize(
    ("tasks", "used"),
    [
        ('{name: a, set: {level: "${.env_vars.LEVEL}"}}', True),
        ('{name: a, run: {shell: {command: log, environment: {L: "${.env_vars.LEVEL}"}}}}', True),
        ("{name: a, wait: {duration: PT1S}}", False),
        ("{name: a, agent_call: {agent: logger, message: Hello}}", True),
        ("{name: a, agent_call: {agent: bot, message: Hello}}", False),
        ("{name: a, agent_call: {agent: elsewhere, message: Hello}}", True),
        ("{name: a, run: {workflow: logs}}", True),
        ("{name: a, run: {workflow: nightly}}", False),
    ],
)
def test_a_workflow_uses_what_it_and_those_that_it_calls_ask_for(tasks: str, used: bool) -> None:
    logger = agent("logger", "env_spec: {data: {LEVEL: {}}}")
    nap = "tasks: [{name: nap, wait: {duration: PT1S}}]"
    logs = declare("workflow/logs", f"{DOCUMENT}, {nap}, env_spec: {{data: {{LEVEL: {{}}}}}}")
    found = messages([*workflow(tasks), *PROD, *BOT, *logger, *logs], code=CODE)
    assert found == ([] if used else ["nobody who binds this environment asks for LEVEL"])


def test_nothing_is_said_where_somebody_is_not_known() -> None:
    assert messages([*PROD, *INSTANCE], code=CODE) == []
    unknown_server = agent("bot", "env_spec: {data: {URL: {}}}, mcp_servers: [{ref: unknown}]")
    assert messages([*unknown_server, *PROD, *INSTANCE], code=CODE) == []


def test_a_name_that_was_mistyped_gets_the_one_that_is_missing() -> None:
    bot = agent("bot", "env_spec: {data: {URL: {}, LEVELS: {}}}")
    assert hints([*bot, *PROD, *INSTANCE], code=CODE) == ["did you mean LEVELS?"]
    supplied = declare("environment/more", "data: {LEVELS: {value: x}}")
    both = declare("agent-instance/bot", "agent: bot, environment_refs: [prod, more]")
    assert hints([*bot, *PROD, *supplied, *both], code=CODE) == [
        "remove it, or declare it in the env_spec of agent/bot"
    ]


def test_who_is_live_counts_where_there_is_a_backend(backend: Backend) -> None:
    settle(backend, [*BOT, *PROD, *INSTANCE])
    assert messages(PROD, code=CODE) == []
    assert messages(PROD, backend, code=CODE) == ["nobody who binds this environment asks for LEVEL"]
    settle(backend, agent("bot", "env_spec: {data: {URL: {}, LEVEL: {}}}"))
    assert messages(PROD, backend, code=CODE) == []


def test_a_live_binder_can_be_the_one_who_uses_it(backend: Backend) -> None:
    reader = agent("reader", "env_spec: {data: {LEVEL: {}}}")
    settle(
        backend,
        [*reader, *PROD, *declare("agent-instance/reader", "agent: reader, environment_refs: [prod]")],
    )
    declared = [*BOT, *PROD, *INSTANCE]
    assert len(messages(declared, code=CODE)) == 1
    assert messages(declared, backend, code=CODE) == []


def test_of_an_instance_that_is_live_and_declared_what_is_declared_counts(backend: Backend) -> None:
    settle(backend, [*agent("bot", "env_spec: {data: {URL: {}, LEVEL: {}}}"), *PROD, *INSTANCE])
    assert len(messages([*BOT, *PROD, *INSTANCE], backend, code=CODE)) == 1


def test_who_is_live_and_only_depends_on_it_binds_nothing(backend: Backend) -> None:
    after = declare("agent-instance/bot", "agent: bot", "depends_on: [environment/prod]")
    settle(backend, [*BOT, *PROD, *after])
    assert messages(PROD, backend, code=CODE) == []
