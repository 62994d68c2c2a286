# SPDX-License-Identifier: Apache-2.0
"""What instances and executions are not supplied with."""

from __future__ import annotations

import pytest

from stigmer.backends.contract import Backend
from stigmer.manifests.manifest import Manifest
from tests.checks.seen import findings, hints, messages, words
from tests.reconcile.declared import agent, declare, settle

CODE = "environment.missing"
BOT = agent("bot", "env_spec: {data: {REGION: {}}}, mcp_servers: [{ref: payments}]")
PAYMENTS = declare(
    "mcp-server/payments", "stdio: {command: pay}, env_spec: {data: {STRIPE_KEY: {is_secret: true}}}"
)
DOCUMENT = 'document: {dsl: "1.0.3", namespace: a, name: b, version: "1.0.0"}'
TASKS = "tasks: [{name: nap, wait: {duration: PT1S}}]"


def environment(name: str, data: str) -> list[Manifest]:
    return declare(f"environment/{name}", f"data: {{{data}}}")


def instance(refs: str = "", name: str = "bot") -> list[Manifest]:
    said = f", environment_refs: [{refs}]" if refs else ""
    return declare(f"agent-instance/{name}", f"agent: bot{said}")


def workflow(env_spec: str) -> list[Manifest]:
    return declare("workflow/nightly", f"{DOCUMENT}, {TASKS}, env_spec: {{data: {{{env_spec}}}}}")


def test_every_missing_name_is_told_at_once_with_who_asks() -> None:
    found = findings([*BOT, *PAYMENTS, *environment("prod", "OTHER: {value: x}"), *instance("prod")])
    missing = [each for each in found if each.code == CODE]
    assert [each.message for each in missing] == [
        "no environment of this instance supplies REGION (agent/bot), STRIPE_KEY (mcp-server/payments)"
    ]
    assert missing[0].path == ("spec", "environment_refs")


def test_two_who_ask_for_one_name_are_both_named() -> None:
    both = declare("mcp-server/payments", "stdio: {command: pay}, env_spec: {data: {REGION: {}}}")
    assert messages([*BOT, *both, *instance()], code=CODE) == [
        "this instance binds no environment that supplies REGION (agent/bot, mcp-server/payments)"
    ]


def test_without_environments_the_place_is_the_reference() -> None:
    assert words([*BOT, *PAYMENTS, *instance()], code=CODE) == [("bot", "spec.agent")]


def test_what_several_environments_hold_together_counts() -> None:
    first, second = (
        environment("a", "REGION: {value: eu}"),
        environment("b", "STRIPE_KEY: {value_from: {env: X}}"),
    )
    assert findings([*BOT, *PAYMENTS, *first, *second, *instance("a, b")]) == []


@pytest.mark.parametrize(
    "about", ["{optional: true}", "{default: eu}", '{default: ""}', "{optional: true, default: x}"]
)
def test_what_is_optional_or_has_a_default_need_not_be_supplied(about: str) -> None:
    easy = agent("bot", f"env_spec: {{data: {{REGION: {about}}}}}")
    assert findings([*easy, *instance()]) == []


def test_optional_false_must_be_supplied() -> None:
    strict = agent("bot", "env_spec: {data: {REGION: {optional: false}}}")
    assert len(messages([*strict, *instance()], code=CODE)) == 1


def test_a_secret_that_only_the_backend_holds_is_supplied() -> None:
    held = environment("prod", "REGION: {value: eu}, STRIPE_KEY: {is_secret: true}")
    assert findings([*BOT, *PAYMENTS, *held, *instance("prod")]) == []


def test_a_workflow_asks_for_itself_and_not_for_the_agents_that_it_calls() -> None:
    tasks = 'tasks: [{name: ask, agent_call: {agent: bot, message: "Hello"}}]'
    calls = declare("workflow/nightly", f"{DOCUMENT}, {tasks}, env_spec: {{data: {{URL: {{}}}}}}")
    bound = declare("workflow-instance/nightly", "workflow: nightly")
    assert messages([*calls, *bound, *BOT, *PAYMENTS], code=CODE) == [
        "this instance binds no environment that supplies URL (workflow/nightly)"
    ]


@pytest.mark.parametrize("unknown", ["agent", "environment"])
def test_nothing_is_said_where_the_template_or_an_environment_is_not_known(unknown: str) -> None:
    known = [] if unknown == "agent" else BOT
    held = [] if unknown == "environment" else environment("prod", "UNASKED: {value: x}")
    assert messages([*known, *PAYMENTS, *held, *instance("prod")], code=CODE) == []


def test_an_unknown_server_does_not_hide_what_others_ask_for() -> None:
    assert messages([*BOT, *instance()], code=CODE) == [
        "this instance binds no environment that supplies REGION (agent/bot)"
    ]


def test_an_environment_of_another_organization_is_another_one() -> None:
    elsewhere = declare("environment/prod", "data: {REGION: {value: eu}}", "org: acme")
    here = environment("prod", "")
    bot = agent("bot", "env_spec: {data: {REGION: {}}}")
    assert len(messages([*bot, *elsewhere, *here, *instance("prod")], code=CODE)) == 1
    assert messages([*bot, *elsewhere, *here, *instance("acme/prod")], code=CODE) == []


def test_the_hint_names_the_environment_that_was_forgotten() -> None:
    world = [
        *BOT,
        *PAYMENTS,
        *environment("a", "REGION: {value: eu}"),
        *environment("b", "STRIPE_KEY: {value_from: {env: X}}"),
    ]
    assert hints([*world, *instance("a")], code=CODE) == [
        "environment/b has it: name it in environment_refs as well"
    ]
    assert hints([*world, *instance()], code=CODE) == [
        "name an environment that has them in environment_refs"
    ]


def test_the_hint_names_a_value_that_was_mistyped_and_none_that_somebody_asks_for() -> None:
    bot = agent("bot", "env_spec: {data: {ORDERS_URL: {}, ORDERS_URI: {}}}")
    typo = environment("a", "ORDERS_URLS: {value: x}, ORDERS_URI: {value: x}")
    assert hints([*bot, *typo, *instance("a")], code=CODE) == [
        "environment/a has ORDERS_URLS: is that the one?"
    ]
    right = environment("a", "ORDERS_URI: {value: x}")
    assert hints([*bot, *right, *instance("a")], code=CODE) == [
        "give it a value in environment/a, or bind another environment that has it"
    ]


def test_a_secret_supplied_in_clear_is_told_where_the_environment_is_bound() -> None:
    clear = environment("b", "STRIPE_KEY: {value: x}")
    world = [*BOT, *PAYMENTS, *environment("a", "REGION: {value: eu}"), *clear, *instance("a, b")]
    assert messages(world, code=CODE) == [
        "environment/b holds STRIPE_KEY in clear, but mcp-server/payments asks for a secret"
    ]
    assert words(world, code=CODE) == [("b", "spec.environment_refs[1]")]


def test_of_two_environments_the_later_one_counts() -> None:
    clear, secret = (
        environment("a", "STRIPE_KEY: {value: x}"),
        environment("b", "STRIPE_KEY: {value_from: {env: X}}"),
    )
    region = environment("r", "REGION: {value: eu}")
    world = [*BOT, *PAYMENTS, *clear, *secret, *region]
    assert messages([*world, *instance("r, a, b")], code=CODE) == []
    assert len(messages([*world, *instance("r, b, a")], code=CODE)) == 1


def test_an_execution_says_nothing_of_an_instance_that_is_declared_beside_it() -> None:
    run = declare("agent-execution/once", "agent: bot, message: Hello")
    assert len(messages([*BOT, *PAYMENTS, *instance(), *run], code=CODE)) == 1


def test_an_execution_must_not_be_given_a_secret_in_clear() -> None:
    run = declare(
        "agent-execution/once", "agent_instance: bot, message: Hi, runtime_env: {STRIPE_KEY: {value: x}}"
    )
    supplied = environment("a", "REGION: {value: eu}, STRIPE_KEY: {value_from: {env: X}}")
    world = [*BOT, *PAYMENTS, *supplied, *instance("a"), *run]
    assert messages(world, code=CODE) == [
        "STRIPE_KEY stands here in clear, but mcp-server/payments asks for a secret"
    ]


def test_an_execution_of_a_template_is_silent_without_a_backend(backend: Backend) -> None:
    run = declare("workflow-execution/once", "workflow: nightly")
    world = [*workflow("URL: {}"), *run]
    assert messages(world, code=CODE) == []
    assert messages(world, backend, code=CODE) == [
        "neither runtime_env nor an environment supplies URL (workflow/nightly)"
    ]


def test_an_execution_is_supplied_by_runtime_env_and_the_default_instance(backend: Backend) -> None:
    world = [*workflow("URL: {}, KEY: {}"), *environment("a", "URL: {value: x}")]
    settle(
        backend, [*world, *declare("workflow-instance/nightly", "workflow: nightly, environment_refs: [a]")]
    )
    run = declare("workflow-execution/once", "workflow: nightly, runtime_env: {KEY: {value: x}}")
    assert messages([*workflow("URL: {}, KEY: {}"), *run], backend, code=CODE) == []
    lacking = declare("workflow-execution/once", "workflow: nightly")
    assert messages([*workflow("URL: {}, KEY: {}"), *lacking], backend, code=CODE) == [
        "neither runtime_env nor an environment supplies KEY (workflow/nightly)"
    ]


def test_an_execution_in_a_session_is_supplied_by_its_instance(backend: Backend) -> None:
    lone = agent("bot", "env_spec: {data: {REGION: {}}}")
    settle(backend, [*lone, *instance(), *declare("session/talk", "agent_instance: bot")])
    run = declare("agent-execution/once", "session: talk, message: Hello")
    assert messages(run, backend, code=CODE) == [
        "neither runtime_env nor an environment supplies REGION (agent/bot)"
    ]
    assert messages(run, code=CODE) == []


def test_what_is_live_decides_in_both_directions(backend: Backend) -> None:
    settle(backend, environment("prod", "OTHER: {value: x}"))
    lone = agent("bot", "env_spec: {data: {REGION: {}}}")
    declared = [*lone, *instance("prod")]
    assert messages(declared, code=CODE) == []
    assert messages(declared, backend, code=CODE) == [
        "no environment of this instance supplies REGION (agent/bot)"
    ]
    settle(backend, environment("prod", "OTHER: {value: x}, REGION: {value: eu}"))
    assert messages(declared, backend, code=CODE) == []
