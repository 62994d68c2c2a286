# SPDX-License-Identifier: Apache-2.0
"""A web for programs that draw: Mermaid, DOT, and JSON for all others. An arrow goes from what refers to what is referred to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stigmer.cli.console import visible
from stigmer.cli.web import Link, Web, full_name, grouped
from stigmer.resources.kinds import kind_named

_GLOBAL = "every organization"


def as_mermaid(web: Web) -> str:
    """A flowchart with a box for each organization and kind."""
    return "".join(f"{line}\n" for line in _mermaid(web))


def _mermaid(web: Web) -> Iterator[str]:
    ids = {key: f"n{number}" for number, key in enumerate(web.keys)}
    yield "flowchart LR"
    for number, (org, by_kind) in enumerate(grouped(web.keys).items()):
        yield f'  subgraph o{number}["{_for_mermaid(org or _GLOBAL)}"]'
        for kind, keys in by_kind.items():
            yield f'    subgraph o{number}{kind}["{kind_named(kind).name}"]'
            for key in keys:
                style = "" if key in web.places else ":::missing"
                yield f'      {ids[key]}["{_for_mermaid(key.name)}"]{style}'
            yield "    end"
        yield "  end"
    for link in web.links:
        yield f'  {ids[link.source]} -->|"{_for_mermaid(_short(link))}"| {ids[link.target]}'
    if any(key not in web.places for key in web.keys):
        yield "  classDef missing stroke-dasharray: 4 4"


def _for_mermaid(text: str) -> str:
    """Text inside of double quotes; what Mermaid would read otherwise as the number of its character."""
    return "".join(letter if letter not in '"#<>&`;\n' else f"#{ord(letter)};" for letter in visible(text))


def as_dot(web: Web) -> str:
    """A directed graph for Graphviz, with a cluster for each organization and kind."""
    return "".join(f"{line}\n" for line in _dot(web))


def _dot(web: Web) -> Iterator[str]:
    yield "digraph stigmer {"
    yield "  rankdir=LR"
    yield "  node [shape=box]"
    for org, by_kind in grouped(web.keys).items():
        yield f"  subgraph {_for_dot(f'cluster {org}')} {{"
        yield f"    label={_for_dot(org or _GLOBAL)}"
        for kind, keys in by_kind.items():
            yield f"    subgraph {_for_dot(f'cluster {org} {kind}')} {{"
            yield f"      label={_for_dot(kind_named(kind).name)}"
            for key in keys:
                style = "" if key in web.places else " style=dashed"
                yield f"      {_for_dot(full_name(key))} [label={_for_dot(key.name)}{style}]"
            yield "    }"
        yield "  }"
    for link in web.links:
        ends = f"{_for_dot(full_name(link.source))} -> {_for_dot(full_name(link.target))}"
        yield f"  {ends} [label={_for_dot(_short(link))}]"
    yield "}"


def _for_dot(text: str) -> str:
    return '"' + visible(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _short(link: Link) -> str:
    return link.field.removeprefix("spec.")


def as_json(web: Web) -> dict[str, Any]:
    """Resources and references; a resource without a file is not among the manifests."""
    return {
        "resources": [
            {
                "resource": full_name(key),
                "kind": key.kind,
                **({"org": key.org} if key.org else {}),
                "name": key.name,
                **({"file": place.file, "line": place.line} if (place := web.places.get(key)) else {}),
                "declared": key in web.places,
            }
            for key in web.keys
        ],
        "references": [
            {
                "from": full_name(link.source),
                "to": full_name(link.target),
                "path": link.field,
                **({"version": link.version} if link.version is not None else {}),
            }
            for link in web.links
        ],
    }
