# SPDX-License-Identifier: Apache-2.0
"""What a workflow can do: whom its tasks call, what they reach, run and read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from stigmer.manifests import yaml
from stigmer.meaning.hosts import reaching
from stigmer.meaning.meaning import Capability
from stigmer.meaning.powers import Power, short_digest
from stigmer.meaning.sides import Side
from stigmer.resources.keys import Key
from stigmer.resources.needs import asked_by, reference

_SECRET = re.compile(r"[.$]secrets\.([A-Za-z_]\w*)")

Task = Mapping[str, Any]


def workflow_powers(key: Key, side: Side) -> Iterator[Power]:
    """What the workflow can do by itself, whatever its instances bind; what it reaches is asked for by `workflow_hosts`."""
    body = side.body(key)
    if body is None:
        return
    for task in tasks_of(body["spec"]["tasks"]):
        yield from _calls(task)
        yield from _programs(task)
    asked = asked_by(key, side)
    names = {
        name
        for asker in (asked.askers if asked is not None else ())
        for name, about in asker.names.items()
        if about.get("is_secret")
    }
    for name in names.union(_SECRET.findall(orjson.dumps(body["spec"]["tasks"]).decode())):
        yield Power(Capability.SECRET, name)


def workflow_hosts(key: Key, side: Side, values: Mapping[str, str]) -> Iterator[Power]:
    """What the workflow can reach where its environment holds these values."""
    body = side.body(key)
    for task in tasks_of(body["spec"]["tasks"]) if body is not None else ():
        for address in _addresses(task):
            yield reaching(address, values)


def tasks_of(tasks: Sequence[Task]) -> Iterator[Task]:
    """All tasks, and those within them."""
    for task in tasks:
        yield task
        for holder in ("do", "for", "try"):
            yield from tasks_of(task.get(holder, {}).get("tasks", ()))
        yield from tasks_of(task.get("try", {}).get("catch", {}).get("tasks", ()))
        for branch in task.get("fork", {}).get("branches", ()):
            yield from tasks_of(branch["tasks"])


def _calls(task: Task) -> Iterator[Power]:
    for holder, field, kind in (("agent_call", "agent", "Agent"), ("run", "workflow", "Workflow")):
        ref = task.get(holder, {}).get(field)
        if ref is not None:
            yield Power(Capability.CALL, ref["name"], reference(ref, kind))


def _programs(task: Task) -> Iterator[Power]:
    run, name = task.get("run", {}), task["name"]
    if "shell" in run:
        # The first word alone: whatever else a line for a shell says may be a password.
        what = f"{run['shell']['command'].split()[0]} in a shell"
        yield _program(what, run["shell"], f"run {what} with other arguments")
    if "script" in run:
        what = f"the script of task {name}"
        yield _program(what, run["script"], f"run another script in task {name}")
    if "activity_call" in task:
        yield _program(f"the activity {task['activity_call']['activity']}", None, "")


def _program(what: str, detail: Any, changed: str) -> Power:
    digest = "" if detail is None else short_digest(detail)
    return Power(Capability.COMMAND, what, detail=digest, changed=changed)


def _addresses(task: Task) -> Iterator[str]:
    """Every address that a task says it reaches; those of an API whose document lies elsewhere are not known here."""
    for holder in ("http_call", "openapi_call"):
        call = task.get(holder, {})
        endpoint = call.get("endpoint", {})
        token = {**endpoint, **call}.get("authentication", {}).get("oauth2", {}).get("token_url")
        document = call.get("document", {})
        yield from (each for each in (endpoint.get("uri"), document.get("uri"), token) if each is not None)
        yield from _servers(document.get("content", ""))
    service = task.get("grpc_call", {}).get("service")
    if service is not None:
        yield f"https://{service['host']}:{service['port']}"


def _servers(document: str) -> Iterator[str]:
    """The addresses that the document of an API names: OpenAPI's servers, Swagger's host."""
    try:
        found = next(iter(yaml.read(document.encode()))).value
    except (yaml.YamlError, StopIteration):
        return
    if not isinstance(found, dict):
        return
    if isinstance(found.get("host"), str):
        yield f"https://{found['host']}"
    servers = found.get("servers")
    for server in servers if isinstance(servers, list) else ():
        if isinstance(server, dict) and "://" in str(server.get("url")):
            yield str(server["url"])
