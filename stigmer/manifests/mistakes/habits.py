# SPDX-License-Identifier: Apache-2.0
"""What people bring along from Kubernetes, from other tools for agents and workflows, and from older manifests: what it is here.

A row is a field that is not known here and what to do instead; the messages are those of the protos, by their short names. A field
that is called otherwise here is only offered where the message has it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from stigmer.resources.fields import Message


@dataclass(frozen=True, slots=True)
class Habit:
    """What a field of other systems is here: the mend, and the field that was meant where it is one beside it."""

    hint: str
    field: str | None = None


# Wherever there is such a field: the first of these.
_ANYWHERE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("secret", "sensitive", "is_sensitive", "encrypted", "masked"), ("is_secret",)),
    **dict.fromkeys(("system_prompt", "prompt", "system", "system_message", "persona"), ("instructions",)),
    **dict.fromkeys(("skills", "skill_ids", "skill"), ("skill_refs",)),
    **dict.fromkeys(
        ("env", "envs", "environment", "environments", "env_vars", "env_from", "environment_spec", "secrets"),
        ("env_spec", "runtime_env", "environment_refs"),
    ),
    **dict.fromkeys(("desc", "summary"), ("description",)),
    **dict.fromkeys(("steps", "do", "jobs", "activities"), ("tasks",)),
    **dict.fromkeys(("timeout", "timeout_secs"), ("timeout_seconds",)),
    **dict.fromkeys(("cwd", "workdir", "working_directory", "dir"), ("working_dir",)),
    **dict.fromkeys(("sse", "streamable_http"), ("http",)),
    **dict.fromkeys(("container",), ("docker",)),
}
_RENAMED: dict[str, dict[str, str]] = {
    "Metadata": {
        "namespace": "org",
        "organization": "org",
        **dict.fromkeys(("display_name", "displayname", "label"), "title"),
        **dict.fromkeys(("generate_name", "slug", "uname"), "name"),
        **dict.fromkeys(("depends", "needs", "requires"), "depends_on"),
    },
    "Lifecycle": dict.fromkeys(
        ("prevent_destroy", "deletion_policy", "deletion_protection", "protect"), "deletion"
    ),
    "AgentSpec": {
        **dict.fromkeys(("tools", "mcp", "servers", "mcp_server_refs", "mcp_server_usages"), "mcp_servers"),
        **dict.fromkeys(("llm", "model_name", "model_id", "engine", "llm_config"), "model"),
        **dict.fromkeys(("agents", "subagents", "sub_agent_refs", "handoffs"), "sub_agents"),
        "icon": "icon_url",
    },
    "AgentModel": dict.fromkeys(("model", "id", "model_name", "deployment"), "name"),
    "AgentMcpServer": {
        **dict.fromkeys(
            ("mcp_server", "server", "mcp_server_ref", "mcp_server_id", "mcp_server_name"), "ref"
        ),
        **dict.fromkeys(("tools", "allowed_tools", "tool_selection", "tool_selections"), "enabled_tools"),
        **dict.fromkeys(("approvals", "require_approval", "tool_approvals"), "approval"),
    },
    "SubAgent": {"tools": "mcp_servers"},
    "McpServerSpec": {
        **dict.fromkeys(("tools", "allowed_tools", "enabled_tools"), "default_enabled_tools"),
        "icon": "icon_url",
    },
    "StdioServer": dict.fromkeys(("arguments", "parameters"), "args") | {"cmd": "command"},
    "HttpServer": dict.fromkeys(("uri", "endpoint", "address", "server_url"), "url"),
    "VolumeMount": {
        **dict.fromkeys(("mount_path", "target", "container"), "container_path"),
        **dict.fromkeys(("source", "host", "path"), "host_path"),
    },
    "DockerServer": dict.fromkeys(("command", "cmd", "arguments", "entrypoint"), "args"),
    "EnvSpec": dict.fromkeys(("variables", "vars", "properties", "env", "values"), "data"),
    "EnvironmentSpec": dict.fromkeys(
        ("variables", "vars", "env", "values", "string_data", "secrets"), "data"
    ),
    "AgentExecutionSpec": dict.fromkeys(("prompt", "input", "query", "text"), "message"),
    "WorkflowExecutionSpec": dict.fromkeys(("inputs", "payload", "arguments"), "input"),
    "SkillSpec": {
        **dict.fromkeys(("content", "body", "markdown", "text", "skill_md"), "markdown_content"),
        "version": "tag",
    },
    "WorkflowSpec": dict.fromkeys(("on", "trigger", "triggers"), "schedule"),
    "WorkflowTask": {
        **dict.fromkeys(("http", "request"), "http_call"),
        **dict.fromkeys(("openapi", "open_api"), "openapi_call"),
        "grpc": "grpc_call",
        **dict.fromkeys(("activity", "function"), "activity_call"),
        "agent": "agent_call",
        **dict.fromkeys(("foreach", "for_each", "loop"), "for"),
        "parallel": "fork",
        **dict.fromkeys(("delay", "sleep"), "wait"),
        **dict.fromkeys(("human", "approval", "wait_for_approval", "user_input"), "human_input"),
        **dict.fromkeys(("throw", "error"), "raise"),
        **dict.fromkeys(("when", "condition"), "if"),
        **dict.fromkeys(("next", "goto", "transition"), "then"),
        "id": "name",
    },
    "HttpCall": {"verb": "method", "url": "endpoint", "params": "query", "data": "body"},
    "HttpEndpoint": {"url": "uri", "href": "uri", "auth": "authentication"},
    "RunShell": {"args": "arguments", "cmd": "command", "env": "environment"},
    "RunScript": dict.fromkeys(("source", "script"), "code") | {"lang": "language"},
    "ForTask": {"items": "in", "iterator": "each", "item": "each", "index": "at"},
    "SwitchCase": {"condition": "when", "if": "when", "next": "then", "goto": "then"},
    "RetryPolicy": {"interval": "delay", "wait": "delay"},
    "IamPolicySpec": {
        **dict.fromkeys(("subject", "member", "user", "subjects"), "principal"),
        **dict.fromkeys(("role", "permission", "role_ref"), "relation"),
        "object": "resource",
    },
    "ApiKeySpec": {
        **dict.fromkeys(("expires", "expiry", "expiration", "ttl", "expires_in"), "expires_at"),
        **dict.fromkeys(("user", "account", "identity_account", "identity"), "owner"),
    },
    "ResourceReference": dict.fromkeys(("ref", "slug", "id", "uid", "key"), "name")
    | {"namespace": "org", "tag": "version"},
    "IamPrincipal": {"type": "kind", "id": "name"},
    "IamResource": {"type": "kind", "id": "name", "namespace": "org"},
    "ValueSource": dict.fromkeys(("env_var", "variable", "from_env"), "env"),
}

_KUBERNETES_KEEPS = "remove it: Kubernetes keeps this, and stigmer its own"
_ENVIRONMENTS = "remove it: name the values in env_spec, and give them in an Environment"
_SOURCES = "write where the value comes from: env, file, keyring, age or runner"
TASK_CONTENT = ("with", "task_config", "config")
_OTHERWISE: dict[str, dict[str, str]] = {
    "Metadata": {
        **dict.fromkeys(
            (
                *(
                    "uid",
                    "resource_version",
                    "creation_timestamp",
                    "generation",
                    "managed_fields",
                    "self_link",
                ),
                *("owner_references", "finalizers", "deletion_timestamp"),
            ),
            _KUBERNETES_KEEPS,
        ),
    },
    "EnvironmentValue": {
        **dict.fromkeys(("type", "required"), "remove it: every value is a string"),
    },
    "EnvironmentDeclaration": {
        "type": "remove it: every value is a string",
        "required": "remove it: a value is needed unless it says optional: true",
        "value": "remove it: this says what is needed, and an Environment gives it",
        "value_from": "remove it: this says what is needed, and an Environment gives it",
    },
    "EnvSpec": {"type": "remove it: an env_spec has data alone, a map of names"},
    "ValueSource": dict.fromkeys(
        ("secret_key_ref", "config_map_key_ref", "field_ref", "secret_ref", "vault"), _SOURCES
    ),
    "McpServerSpec": dict.fromkeys(
        ("type", "transport", "server_type"), "remove it: stdio, http or docker says how to reach the server"
    ),
    "StdioServer": dict.fromkeys(("env", "environment", "env_vars", "env_spec"), _ENVIRONMENTS),
    "HttpServer": dict.fromkeys(("env", "environment", "env_vars", "env_spec"), _ENVIRONMENTS),
    "DockerServer": dict.fromkeys(("env", "environment", "env_vars", "env_spec"), _ENVIRONMENTS),
    "AgentMcpServer": dict.fromkeys(("env", "environment", "env_vars", "env_spec"), _ENVIRONMENTS),
    "AgentModel": dict.fromkeys(
        ("api_key", "apikey", "token"), "remove it: put the key into an Environment of the agent's instance"
    ),
    "ApiKeySpec": dict.fromkeys(
        ("key", "value", "token", "hash", "key_hash"),
        "remove it: the system makes the key and keeps its hash",
    ),
    "WorkflowTask": {
        **dict.fromkeys(TASK_CONTENT, "put what is in it under the task's own field, such as http_call"),
        "depends_on": "remove it: tasks run in their order, and then leads elsewhere",
        "needs": "remove it: tasks run in their order, and then leads elsewhere",
    },
}
_CALLS = {
    "http": "http_call",
    "grpc": "grpc_call",
    "openapi": "openapi_call",
    "agent": "agent_call",
    "activity": "activity_call",
    "function": "activity_call",
}
_REFERENCE_ENDS = re.compile(r"_(?:id|ids|ref|refs|name|names|slug|slugs|uid|key)$")
_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def habit(name: str, value: Any, holder: Message) -> Habit | None:
    """What a field that the message does not have is here, None for one that nobody brings along."""
    snake = snake_case(name)
    if snake != name and _offered(snake, holder):
        return Habit(f"write {snake}: fields are written in snake_case", snake)
    short = holder.name.rpartition(".")[2]
    for ours in (_RENAMED.get(short, {}).get(snake, ""), *_ANYWHERE.get(snake, ())):
        if _offered(ours, holder):
            return Habit(_renamed(snake, ours, holder), ours)
    advice = _OTHERWISE.get(short, {}).get(snake)
    if advice is not None:
        return Habit(advice, "env" if advice is _SOURCES else None)
    if short == "WorkflowTask":
        return _task(snake, value, holder)
    if short in ("EnvSpec", "EnvironmentSpec") and name.isupper():
        return Habit("put it under data", "data")
    return _reference(snake, holder)


def snake_case(name: str) -> str:
    """A name as fields are written."""
    return _WORD_STARTS.sub("_", name).replace("-", "_").lower()


def _offered(name: str, holder: Message) -> bool:
    field = holder.fields.get(name)
    return field is not None and not field.system


def _renamed(foreign: str, ours: str, holder: Message) -> str:
    why = {
        "namespace": "stigmer's namespaces are organizations",
        "generate_name": "stigmer makes up no names",
        "tools": "tools come from MCP servers",
        "url": "the address goes into it as uri" if ours == "endpoint" else "",
        "prevent_destroy": "with protect as its value",
    }.get(foreign)
    if not why and ours == "environment_refs":
        why = "values come from Environments, each by its name"
    elif not why and holder.fields[ours].is_reference and _REFERENCE_ENDS.search(foreign):
        why = "a reference is a name, never an id"
    return f"write {ours}: {why}" if why else f"write {ours}"


def _task(name: str, value: Any, holder: Message) -> Habit | None:
    """Tasks that say their type in a field, as Serverless Workflow and older manifests do, or have their name for a key."""
    if name in ("call", "type", "kind", "uses", "task_type"):
        word = value.lower() if isinstance(value, str) else ""
        named = _CALLS.get(word) or next((each for each in holder.fields if word.endswith(each)), None)
        words = "a task's type is a field of its own, with what it needs below"
        return Habit(f"write {named} instead: {words}" if named else f"remove it: {words}", named)
    return None


def task_by_key(item: Any, holder: Message) -> str | None:
    """The name of a task that is written as its key (`- charge: {...}`), None for one that is not."""
    if not isinstance(item, dict) or holder.name.rpartition(".")[2] != "WorkflowTask" or len(item) != 1:
        return None
    ((name, value),) = item.items()
    return name if isinstance(value, dict) and name not in holder.fields else None


def _reference(name: str, holder: Message) -> Habit | None:
    """`agent_id`, `agent_ref`, `environment_ids`: the field that holds the reference."""
    stem = _REFERENCE_ENDS.sub("", name)
    for candidate in (stem, f"{stem}_refs", f"{stem}s", f"{stem.removesuffix('s')}_refs", f"{stem}_ref"):
        field = holder.fields.get(candidate)
        if candidate != name and field is not None and (field.is_reference or field.message is not None):
            if stem == name and not field.is_reference:
                continue
            why = ": a reference is a name, never an id" if field.is_reference else ""
            return Habit(f"write {candidate}{why}", candidate)
    return None
