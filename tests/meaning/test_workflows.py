# SPDX-License-Identifier: Apache-2.0
"""What a change of a workflow means: whom it calls, what it reaches, runs and reads."""

from __future__ import annotations

import pytest

from stigmer.backends.contract import Backend
from tests.meaning.seen import after, changed, graded
from tests.reconcile.declared import agent, manifests, settle

FLOW = """\
apiVersion: agentic.stigmer.ai/v1
kind: Workflow
metadata: {name: flow}
spec:
  document: {dsl: "1.0.0", namespace: shop, name: flow, version: "1.0.0"}
  env_spec: {data: {API_URL: {}}}
  tasks:
    - {name: start, set: {a: 1}}
    - name: call
      http_call: {method: GET, endpoint: {uri: "${.env_vars.API_URL}/things"}}
"""
BOUND = """\
---
apiVersion: agentic.stigmer.ai/v1
kind: Environment
metadata: {name: prod}
spec: {data: {API_URL: {value: "https://api.example.com"}}}
---
apiVersion: agentic.stigmer.ai/v1
kind: WorkflowInstance
metadata: {name: flow}
spec: {workflow: flow, environment_refs: [prod]}
"""
LS = "{name: in, run: {shell: {command: ls}}}"
PLACE = "    - {name: start, set: {a: 1}}\n"


def http(uri: str, more: str = "") -> str:
    return f'{{name: more, http_call: {{method: GET, endpoint: {{uri: "{uri}"{more}}}}}}}'


@pytest.mark.parametrize(
    ("task", "told"),
    [
        (http("https://other.example.com/x"), "medium {} can now reach other.example.com"),
        (http("http://localhost:8080/x"), "medium {} can now reach localhost:8080"),
        (http("${.env_vars.ELSE}/x"), "medium {} can now reach the address in ELSE"),
        (http("${ .url }"), "medium {} can now reach an address that is computed"),
        (http("https://${ .host }/x"), "medium {} can now reach an address that is computed"),
        (http("${.env_vars.API_URL}/other"), None),
        (
            http("https://o.example.com", ", authentication: {bearer: {token: '${.secrets.KEY}'}}"),
            "high {} can now reach o.example.com and read KEY",
        ),
        (
            "{name: more, grpc_call: {service: {host: g.example.com, port: 443, name: a.B}, method: C}}",
            "medium {} can now reach g.example.com",
        ),
        (
            "{name: more, openapi_call: {document: {uri: 'https://d.example.com/o.json'}, operation_id: a}}",
            "medium {} can now reach d.example.com",
        ),
        ("{name: more, agent_call: {agent: bot, message: '${ . }'}}", "low {} can now call the agent bot"),
        ("{name: more, run: {workflow: helper, input: {}}}", "low {} can now call the workflow helper"),
        ("{name: more, run: {shell: {command: rm -rf hunter2}}}", "high {} can now run rm in a shell"),
        (
            "{name: more, run: {script: {language: python, code: 'print(1)'}}}",
            "high {} can now run the script of task more",
        ),
        ("{name: more, activity_call: {activity: 'a.b:c'}}", "high {} can now run the activity a.b:c"),
        (f"{{name: more, do: {{tasks: [{LS}]}}}}", "high {} can now run ls in a shell"),
        (
            f"{{name: more, for: {{each: x, in: .a, tasks: [{LS}]}}}}",
            "high {} can now run ls in a shell",
        ),
        (
            f"{{name: more, fork: {{branches: [{{name: l, tasks: [{LS}]}}, {{name: r, tasks: [{{name: in, set: {{}}}}]}}]}}}}",
            "high {} can now run ls in a shell",
        ),
        (
            "{name: more, try: {tasks: [{name: in, set: {}}], catch: {tasks: [{name: no, run: {shell: {command: ls}}}]}}}",
            "high {} can now run ls in a shell",
        ),
    ],
)  # fmt: skip
def test_what_a_task_brings(backend: Backend, task: str, told: str | None) -> None:
    settle(backend, agent("bot"))
    settle(backend, manifests(FLOW.replace("name: flow", "name: helper")))
    expected = [] if told is None else [told.format("workflow flow") + "; 1 instance"]
    assert after(backend, FLOW + BOUND, (PLACE, f"{PLACE}    - {task}\n")) == expected


def test_an_address_from_an_environment_leads_where_that_says(backend: Backend) -> None:
    assert after(backend, FLOW + BOUND, ("https://api.example.com", "https://evil.example.net:8443")) == [
        "medium workflow flow can now reach evil.example.net:8443, and no longer reach api.example.com; 1 instance"
    ]


def test_another_script_and_other_arguments(backend: Backend) -> None:
    tasks = (
        "    - {name: count, run: {script: {language: python, code: 'print(1)'}}}\n"
        "    - {name: list, run: {shell: {command: ls, arguments: [-l]}}}\n"
    )
    start = changed(FLOW + BOUND, (PLACE, PLACE + tasks))
    assert after(backend, start, ("print(1)", "print(2)"), ("[-l]", "[-a]")) == [
        "medium workflow flow will run ls in a shell with other arguments and run another script in task count; 1 instance"
    ]


def test_a_document_of_an_api_names_its_servers(backend: Backend) -> None:
    from stigmer.meaning.workflows import _servers

    assert list(_servers('{"servers": [{"url": "https://a.example.com/v1"}, {"url": "/v1"}]}')) == [
        "https://a.example.com/v1"
    ]
    assert list(_servers("swagger: '2.0'\nhost: b.example.com\n")) == ["https://b.example.com"]
    assert list(_servers("{{")) == list(_servers("")) == list(_servers("[1]")) == []


def test_a_new_workflow(backend: Backend) -> None:
    assert graded(backend, FLOW) == ["medium the new workflow flow can reach the address in API_URL"]
    assert graded(backend, FLOW + BOUND) == ["medium the new workflow flow can reach api.example.com"]
    assert manifests(FLOW)
