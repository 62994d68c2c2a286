# SPDX-License-Identifier: Apache-2.0
"""What people bring along from elsewhere is told what it is here, once, by a hint that can be followed."""

from __future__ import annotations

import pytest

from stigmer._gen.registry import MESSAGES
from stigmer.manifests.mistakes import habits
from stigmer.resources.fields import message
from tests.manifests.test_schema import DATA, MODEL, SERVERS, TASKS, problems

AGENT = "spec:\n  instructions: Answer politely.\n"
INSTANCE = "spec: {%s}\n"
SERVER = "spec: {%s}\n"
WORKFLOW = 'spec:\n  document: {dsl: "1.0.0", namespace: n, name: w, version: 1.0.0}\n  %s\n'
NEVER_AN_ID = "a reference is a name, never an id"
BY_ENVIRONMENT = "remove it: name the values in env_spec, and give them in an Environment"
KUBERNETES = "remove it: Kubernetes keeps this, and stigmer its own"


@pytest.mark.parametrize(
    ("kind", "rest", "path", "hint"),
    [
        # Kubernetes
        ("Agent", "  namespace: x\n" + AGENT, "metadata.namespace", "write org: stigmer's namespaces are organizations"),
        ("Agent", "  uid: x\n" + AGENT, "metadata.uid", KUBERNETES),
        ("Agent", "  resourceVersion: x\n" + AGENT, "metadata.resourceVersion", KUBERNETES),
        ("Agent", "  creationTimestamp: x\n" + AGENT, "metadata.creationTimestamp", KUBERNETES),
        ("Agent", "  displayName: x\n" + AGENT, "metadata.displayName", "write title"),
        ("Agent", "  slug: x\n" + AGENT, "metadata.slug", "remove it: name is there already"),
        ("Agent", "  generateName: x\n" + AGENT, "metadata.generateName", "remove it: name is there already"),
        ("Environment", "data: {A: {value: b}}\n", "data", "move it under spec"),
        ("Environment", DATA % "{valueFrom: {env: X}}", "spec.data.TOKEN.valueFrom", "write value_from: fields are written in snake_case"),
        ("Environment", DATA % "{value_from: {secretKeyRef: {name: x, key: y}}}", "spec.data.TOKEN.value_from.secretKeyRef", "write where the value comes from: env, file, keyring, age or runner"),
        ("Environment", DATA % "{value: x, secret: true}", "spec.data.TOKEN.secret", "write is_secret"),
        ("Environment", "spec: {TOKEN: {value: x}}\n", "spec.TOKEN", "put it under data"),
        ("Environment", "spec: {env: {TOKEN: {value: x}}}\n", "spec.env", "write data"),
        ("Environment", "spec: {data: [{name: A, value: b}]}\n", "spec.data", "write a key for each item, without dashes or brackets"),
        ("McpServer", SERVER % "image: mcp/fetch", "spec.image", "move it under docker"),
        ("McpServer", SERVER % "command: npx", "spec.command", "move it under stdio"),
        ("McpServer", SERVER % "url: 'https://x.example'", "spec.url", "move it under http"),
        ("McpServer", SERVER % "type: stdio, stdio: {command: x}", "spec.type", "remove it: stdio, http or docker says how to reach the server"),
        ("McpServer", SERVER % "stdio: {command: x, env: {A: b}}", "spec.stdio.env", BY_ENVIRONMENT),
        ("McpServer", SERVER % "stdio: {command: x}, env: [{name: A}]", "spec.env", "write env_spec"),
        ("McpServer", SERVER % "stdio: {command: x}, env_spec: {TOKEN: {}}", "spec.env_spec.TOKEN", "put it under data"),
        ("McpServer", SERVER % "stdio: {command: x}, env_spec: {type: object}", "spec.env_spec.type", "remove it: an env_spec has data alone, a map of names"),
        ("McpServer", SERVER % "stdio: {command: x}, env_spec: {data: {A: {required: true}}}", "spec.env_spec.data.A.required", "remove it: a value is needed unless it says optional: true"),
        ("McpServer", SERVER % "stdio: {command: [npx, -y]}", "spec.stdio.command", "write the command alone here, and the rest under args"),
        ("McpServer", SERVER % "stdio: {command: npx, args: -y}", "spec.stdio.args", 'write ["-y"]'),
        ("McpServer", SERVER % "http: {url: 'https://x.example', timeout: 5}", "spec.http.timeout", "write timeout_seconds"),
        ("McpServer", SERVER % "http: {url: 'https://x.example', timeout_seconds: 5m}", "spec.http.timeout_seconds", "write 300: it counts seconds"),
        # references
        ("AgentInstance", INSTANCE % "agent_id: x", "spec.agent_id", f"write agent: {NEVER_AN_ID}"),
        ("AgentInstance", INSTANCE % "agentId: x", "spec.agentId", f"write agent: {NEVER_AN_ID}"),
        ("AgentInstance", INSTANCE % "agent_ref: x", "spec.agent_ref", f"write agent: {NEVER_AN_ID}"),
        ("AgentInstance", INSTANCE % "agent: {ref: x}", "spec.agent.ref", "write name"),
        ("AgentInstance", INSTANCE % "agent: {slug: x}", "spec.agent.slug", "write name"),
        ("AgentInstance", INSTANCE % "agent: x, environment_ids: [y]", "spec.environment_ids", f"write environment_refs: {NEVER_AN_ID}"),
        ("AgentInstance", INSTANCE % "agent: x, environments: [y]", "spec.environments", "write environment_refs: values come from Environments, each by its name"),
        ("Session", INSTANCE % "agent_instance_id: x", "spec.agent_instance_id", f"write agent_instance: {NEVER_AN_ID}"),
        ("Agent", SERVERS % "mcp_server_id: x", "spec.mcp_servers[0].mcp_server_id", f"write ref: {NEVER_AN_ID}"),
        # agents
        ("Agent", "spec: {system_prompt: Be kind to all.}\n", "spec.system_prompt", "write instructions"),
        ("Agent", "spec: {prompt: Be kind to all.}\n", "spec.prompt", "write instructions"),
        ("Agent", AGENT + "  tools: [x]\n", "spec.tools", "write mcp_servers: tools come from MCP servers"),
        ("Agent", AGENT + "  skills: [x]\n", "spec.skills", "write skill_refs"),
        ("Agent", AGENT + "  model: gpt-4\n", "spec.model", "write {name: gpt-4}"),
        ("Agent", AGENT + "  temperature: 1\n", "spec.temperature", "move it under model"),
        ("Agent", AGENT + "  mcp_servers: [github]\n", "spec.mcp_servers[0]", "write {ref: github}"),
        ("Agent", MODEL % "model: gpt-4", "spec.model.model", "write name"),
        ("Agent", MODEL % "maxTokens: 5", "spec.model.maxTokens", "write max_tokens: fields are written in snake_case"),
        ("Agent", "  instructions: Answer politely.\nspec: {}\n", "metadata.instructions", "move it under spec"),
        ("Agent", "instructions: Answer politely.\n", "instructions", "move it under spec"),
        ("Agent", AGENT + "  dependsOn: [agent/x]\n", "spec.dependsOn", "move it under metadata"),
        ("Agent", AGENT + "  metadata: {}\n", "spec.metadata", "move it to the top, beside spec"),
        ("Skill", "spec: {content: x}\n", "spec.content", "write markdown_content"),
        ("AgentExecution", INSTANCE % "agent: x, prompt: y", "spec.prompt", "write message"),
        ("IamPolicy", INSTANCE % "principal: {kind: Agent, name: x}, resource: {kind: Agent, name: x}, role: admin", "spec.role", "write relation"),
        # workflows
        ("Workflow", WORKFLOW % "steps: [{name: a, set: {}}]", "spec.steps", "write tasks"),
        ("Workflow", WORKFLOW % "do: [{name: a, set: {}}]", "spec.do", "write tasks"),
        ("Workflow", WORKFLOW % "tasks: {a: {set: {}}}", "spec.tasks", "write a list: each task begins with - name: and its name"),
        ("Workflow", WORKFLOW % "tasks: [{a: {set: {}}}]", "spec.tasks[0].a", "a task's name is a field: write - name: and its name, with the task's own field below"),
        ("Workflow", TASKS % "call: http, with: {method: get}", "spec.tasks[a].call", "write http_call instead: a task's type is a field of its own, with what it needs below"),
        ("Workflow", TASKS % "kind: WORKFLOW_TASK_KIND_HTTP_CALL, task_config: {}", "spec.tasks[a].kind", "write http_call instead: a task's type is a field of its own, with what it needs below"),
        ("Workflow", TASKS % "do: [{name: b, set: {}}]", "spec.tasks[a].do", "put the list under tasks"),
        ("Workflow", TASKS % "wait: PT5S", "spec.tasks[a].wait", "write {duration: PT5S}"),
        ("Workflow", TASKS % "wait: {duration: 90s}", "spec.tasks[a].wait.duration", "write PT90S"),
        ("Workflow", TASKS % "set: {}, when: x", "spec.tasks[a].when", "write if"),
        ("Workflow", TASKS % "run: {shell: {command: x, args: [y]}}", "spec.tasks[a].run.shell.args", "write arguments"),
    ],
)  # fmt: skip
def test_a_habit_is_told_what_it_is_here(kind: str, rest: str, path: str, hint: str) -> None:
    (found,) = problems(kind, rest)
    assert (found.path, found.hint) == (path, hint)


def test_a_namespace_of_a_global_kind() -> None:
    (found,) = problems("ApiKey", "  namespace: x\nspec: {owner: ada, never_expires: true}\n")
    assert (found.code, found.hint) == ("metadata.org", "remove it")


def test_a_long_list_of_fields_is_cut_and_says_where_the_rest_is() -> None:
    (found,) = problems("Workflow", TASKS % "set: {}, zzzz: 1")
    assert found.hint is not None
    assert found.hint.startswith("fields: name, ")
    assert found.hint.endswith(" more: stigmer explain workflow.spec.tasks")


def test_what_is_written_instead_is_a_field_of_its_message() -> None:
    short = {name.rpartition(".")[2]: name for name in MESSAGES}
    for table in (habits._RENAMED, habits._OTHERWISE):
        for holder, rows in table.items():
            fields = message(short[holder]).fields
            for foreign in rows:
                assert foreign not in fields or fields[foreign].system, f"{holder}.{foreign} is a field here"
    for holder, rows in habits._RENAMED.items():
        for ours in rows.values():
            assert ours in message(short[holder]).fields, f"{holder}.{ours} is no field here"
    everywhere = {field for name in MESSAGES for field in message(name).fields}
    assert {each for row in habits._ANYWHERE.values() for each in row} <= everywhere
