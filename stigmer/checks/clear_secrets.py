# SPDX-License-Identifier: Apache-2.0
"""Secrets that are written in clear. What they are is never said, not even in part.

Three ways to know one: it is marked with `is_secret`; it stands in a text of configuration under a name that says so, or as a
password in an address; or it has, anywhere, a shape that only secrets have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from stigmer.checks.finding import Finding
from stigmer.checks.placeholders import texts
from stigmer.checks.secret_shapes import is_clear, may_have_shape, says_secret, shape_of, url_password
from stigmer.checks.world import World
from stigmer.manifests.manifest import Manifest
from stigmer.manifests.source import Source
from stigmer.resources.armor import is_ciphertext
from stigmer.resources.paths import Path
from stigmer.resources.resource import Literal

_CODE = "secret.in_clear"
_NAMED = frozenset(("Environment", "AgentExecution", "WorkflowExecution", "McpServer", "Agent", "Workflow"))
_ARGUMENT = r"(?:--?)?([A-Za-z][\w-]*)=([\s\S]*)|--?([A-Za-z][\w-]*)"
"""`--token=abc` or `TOKEN=abc`, or a flag whose value is the next argument."""
_AFTERWARDS = "then change it, since git remembers"
# Tasks that call something or hold tasks; the parts of them to look into; what is configuration, name by name.
_WALKED = frozenset(("http_call", "openapi_call", "agent_call", "run", "do", "for", "fork", "try"))
_PARTS = frozenset(("endpoint", "shell", "catch"))
_CONFIGURATION = frozenset(("authentication", "headers", "query", "environment", "env"))


def check(manifests: Sequence[Manifest], world: World) -> Iterator[Finding]:
    """Finds secrets in clear, each place once."""
    looked_at: tuple[Source, ...] = ()
    shaped, files = False, False
    for manifest in manifests:
        resource, kind = manifest.resource, manifest.resource.key.kind
        sources = manifest.origin.sources
        if sources != looked_at:
            looked_at = sources
            shaped = any(may_have_shape(each.data) for each in sources)
            files = any(b"file:" in each.data for each in sources)
        if resource.secrets:
            yield from _marked(manifest)
        named: set[Path] = set()
        if kind in _NAMED:
            for finding in _named(manifest):
                named.add(finding.path)
                yield finding
        if shaped or (files and may_have_shape(orjson.dumps(resource.body["spec"]))):
            yield from _shaped(manifest, named)


def _marked(manifest: Manifest) -> Iterator[Finding]:
    for slot in manifest.resource.secrets:
        # Written as a placeholder it is no secret yet, though nothing will be put in.
        if isinstance(slot.source, Literal) and (value := slot.source.value.reveal()) and "${" not in value:
            name, path = str(slot.steps[-1]), (*slot.steps, "value")
            if is_ciphertext(value):
                yield _ciphertext(manifest, name, path)
            else:
                yield Finding(manifest, _CODE, f"the secret {name} is written in clear", path, _source(name))


def _named(manifest: Manifest) -> Iterator[Finding]:
    """What stands under the name of a secret, and passwords in addresses, by kind."""
    spec = manifest.resource.body["spec"]
    match manifest.key.kind:
        case "Environment":
            yield from _values(manifest, spec.get("data", {}), ("spec", "data"), "value")
        case "AgentExecution" | "WorkflowExecution":
            yield from _values(manifest, spec.get("runtime_env", {}), ("spec", "runtime_env"), "value")
        case "McpServer":
            yield from _server(manifest, spec, ("spec",))
        case "Agent":
            for index, server in enumerate(spec.get("mcp_servers", ())):
                if "ref" not in server:
                    yield from _server(manifest, server, ("spec", "mcp_servers", index))
        case "Workflow":
            yield from _tasks(manifest, spec["tasks"], ("spec", "tasks"))
    if "env_spec" in spec:
        yield from _values(
            manifest, spec["env_spec"].get("data", {}), ("spec", "env_spec", "data"), "default"
        )


def _values(
    manifest: Manifest, data: Mapping[str, Mapping[str, Any]], path: Path, field: str
) -> Iterator[Finding]:
    """Entries of an environment, or defaults of an `env_spec`."""
    for name, about in data.items():
        if field not in about:
            continue
        if field == "value" and is_ciphertext(about[field]):
            yield _ciphertext(manifest, name, (*path, name, field))
            continue
        words = _clear_words(name, about[field], marked=about.get("is_secret", False))
        if words is not None:
            hint = _source(name) if field == "value" else f"remove it, {_AFTERWARDS}"
            yield Finding(manifest, _CODE, words, (*path, name, field), hint)


def _clear_words(name: str, text: str, *, marked: bool = False) -> str | None:
    """What is wrong with a text under a name; None where nothing is."""
    if marked and text and "${" not in text:
        return f"the secret {name} is written in clear"
    if says_secret(name) and is_clear(text):
        return f"{name} is a secret by its name, and is written in clear"
    if url_password(text):
        return f"the address in {name} has a password in clear"
    return None


def _server(manifest: Manifest, server: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    """Headers, query and arguments of a server, and its address."""
    hint = f"declare a name in env_spec and write it as ${{NAME}}; {_AFTERWARDS}"
    before = ""
    if "http" in server and url_password(server["http"]["url"]):
        yield Finding(manifest, _CODE, "this address has a password in clear", (*path, "http", "url"), hint)
    for place, text in texts(server):
        name = place[-1]
        if isinstance(name, int):
            said = re.fullmatch(_ARGUMENT, text) if "=" in text or text.startswith("-") else None
            name, value = (said[1] or "", said[2] or "") if said else (before, text)
            before = (said[3] or "") if said else ""
        else:
            value = text
        words = _clear_words(name, value)
        if words is not None:
            words = words if name else "this argument has a password in clear"
            yield Finding(manifest, _CODE, words, (*path, *place), hint)


def _tasks(manifest: Manifest, tasks: Sequence[Mapping[str, Any]], path: Path) -> Iterator[Finding]:
    for index, task in enumerate(tasks):
        for kind in _WALKED & task.keys():
            yield from _task(manifest, task[kind], (*path, index, kind))


def _task(manifest: Manifest, value: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    """What a task says, or a part of it that may hold configuration or tasks."""
    for field, item in value.items():
        if field in _CONFIGURATION:
            yield from _configuration(manifest, item, (*path, field))
        elif field in _PARTS:
            yield from _task(manifest, item, (*path, field))
        elif field == "tasks":
            yield from _tasks(manifest, item, (*path, field))
        elif field == "branches":
            for index, branch in enumerate(item):
                yield from _task(manifest, branch, (*path, field, index))


def _configuration(manifest: Manifest, value: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    for step, item in value.items():
        if isinstance(item, dict):
            yield from _configuration(manifest, item, (*path, step))
        elif isinstance(item, str) and (words := _clear_words(step, item)) is not None:
            hint = f"declare a name in env_spec and write it as ${{.secrets.NAME}}; {_AFTERWARDS}"
            yield Finding(manifest, _CODE, words, (*path, step), hint)


def _shaped(manifest: Manifest, named: set[Path]) -> Iterator[Finding]:
    for path, text in _strings(manifest.resource.body, ()):
        shape = shape_of(text) if may_have_shape(text.encode()) else None
        if shape is not None and path not in named:
            words = f"this looks like {_article(shape)} in clear"
            in_environment = path[-1] == "value" and path[1] in ("data", "runtime_env")
            hint = _source(str(path[-2])) if in_environment else f"take it out of the manifest, {_AFTERWARDS}"
            yield Finding(manifest, _CODE, words, path, hint)


def _strings(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text below a value, with its place."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, (dict, list)):
        for step, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _strings(item, (*path, step))


def _ciphertext(manifest: Manifest, name: str, path: Path) -> Finding:
    """A sealed value where a clear one is meant: it would be used as it is."""
    words = f"the value of {name} is an age ciphertext, and nobody opens it here"
    hint = "write it as value_from: {age: ...} in place of value"
    return Finding(manifest, "secret.ciphertext", words, path, hint)


def _source(name: str) -> str:
    return f"say where it comes from, value_from: {{env: {name}}}, or stigmer secrets seal; {_AFTERWARDS}"


def _article(shape: str) -> str:
    return f"{'an' if shape[0] in 'AEIOaeio' or shape.startswith('npm') else 'a'} {shape}"
