# SPDX-License-Identifier: Apache-2.0
"""Placeholders in the arguments, headers and query of MCP servers that their `env_spec` does not declare.

A server that an agent describes in place has the agent's `env_spec`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from stigmer.checks.finding import Finding
from stigmer.checks.world import World
from stigmer.manifests.manifest import Manifest
from stigmer.resources.kinds import nearest
from stigmer.resources.paths import Path

_PLACEHOLDER = re.compile(r"\$\{([^{}]*)\}")
_NAME = re.compile(r"[A-Z_][A-Z0-9_]*")
_NONE: Mapping[str, str] = {}
# What somebody meant to be a name: in small letters, with spaces around it, or as workflows write placeholders.
_MEANT = re.compile(r"\s*(?:\.?(?:secrets|env_vars|env)\.)?([A-Za-z_][A-Za-z0-9_]*)\s*")


def check(manifests: Sequence[Manifest], world: World) -> Iterator[Finding]:
    """Finds placeholders that nothing will be put in for."""
    for manifest in manifests:
        spec = manifest.resource.body["spec"]
        declared = spec.get("env_spec", {}).get("data", {})
        if manifest.key.kind == "McpServer":
            yield from _server(manifest, spec, ("spec",), declared)
            continue
        for index, server in enumerate(spec.get("mcp_servers", ())):
            if "ref" not in server:
                yield from _server(manifest, server, ("spec", "mcp_servers", index), declared)


def texts(server: Mapping[str, Any]) -> list[tuple[Path, str]]:
    """The texts of a server in which placeholders are put in, with their places: arguments, headers and query."""
    http = server.get("http")
    if http is not None:
        return [
            (("http", field, name), text)
            for field in ("headers", "query_params")
            for name, text in http.get(field, _NONE).items()
        ]
    transport = "stdio" if "stdio" in server else "docker"
    return [
        ((transport, "args", index), text) for index, text in enumerate(server[transport].get("args", ()))
    ]


def _server(
    manifest: Manifest, server: Mapping[str, Any], path: Path, declared: Collection[str]
) -> Iterator[Finding]:
    for place, text in texts(server):
        for found in _PLACEHOLDER.finditer(text) if "${" in text else ():
            if found[1] not in declared:
                finding = _undeclared(manifest, (*path, *place), found, declared)
                if finding is not None:
                    yield finding


def _undeclared(
    manifest: Manifest, place: Path, found: re.Match[str], declared: Collection[str]
) -> Finding | None:
    """What is wrong with a placeholder; None where it is likely to be something else, such as text for a shell."""
    written = found[0]
    meant = _MEANT.fullmatch(found[1])
    whose = "env_spec" if manifest.key.kind == "McpServer" else "the agent's env_spec"
    if meant is None:
        return None
    if not _NAME.fullmatch(found[1]):
        if meant[1].upper() not in declared:
            return None
        words = f"{written} is no placeholder here: one is a name of {whose} and nothing else"
        hint = f"did you mean ${{{meant[1].upper()}}}?"
    else:
        words = f"{written} names nothing that {whose} declares"
        near = nearest(found[1], declared)
        hint = f"did you mean ${{{near}}}?" if near else f"declare {found[1]} in {whose}"
    return Finding(manifest, "placeholder.undeclared", words, place, hint, word=written)
