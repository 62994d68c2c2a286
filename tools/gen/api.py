# SPDX-License-Identifier: Apache-2.0
"""`docs/api/backend-interface.md`: every call of a backend, its request and its response."""

from __future__ import annotations

from collections import Counter

from tools.gen.model import REFERENCE, Method, Model, Service
from tools.gen.prose import NOTICE, Prose

PATH = "docs/api/backend-interface.md"
_RESOURCES_PAGE = "../reference/resources.md"
_INTRO = """
# The backend interface

What a backend answers over gRPC. The protos are in `proto/stigmer/backend/v1/`; any language that protobuf
knows can speak them. Kinds, their specs and their statuses are described in
[Resources](../reference/resources.md).
"""


def api_page(model: Model) -> str:
    """The page."""
    return NOTICE + _INTRO + "".join(_service(service, model) for service in model.services)


def _service(service: Service, model: Model) -> str:
    roots = [name for method in service.methods for name in (method.request, method.response)]
    own = {name for name in roots if Counter(roots)[name] == 1}
    apart = _resources(model)
    # What calls fail with is in no response, but in the same package.
    package = service.full_name.rpartition(".")[0]
    beside = [name for name in model.messages if name.rpartition(".")[0] == package]
    held = model.reachable(*(name for name in roots if name in model.messages), *beside)
    used = [message for message in held if message.full_name not in own | apart]
    prose = Prose(model, {message.full_name for message in used}, _RESOURCES_PAGE, wire=True)
    name = service.full_name.rpartition(".")[2]
    parts = [f"\n## {name}\n\n`{service.full_name}`\n\n{service.comment}\n\n", _overview(service)]
    parts += [_method(method, model, prose, own) for method in service.methods]
    if used:
        parts.append("\n## Messages\n\nThese are parts of requests, of responses and of errors.\n")
        parts += ["\n" + prose.section(message, 3) for message in sorted(used, key=lambda m: m.short_name)]
    return "".join(parts)


def _overview(service: Service) -> str:
    rows = (f"| [{m.name}](#{m.name.lower()}) | {_first_sentence(m.comment)} |\n" for m in service.methods)
    return "| Call | What it does |\n|---|---|\n" + "".join(rows)


def _method(method: Method, model: Model, prose: Prose, own: set[str]) -> str:
    lines = [f"\n### {method.name}\n\n{method.comment}\n"]
    sides = (
        ("Request", method.request, method.client_streaming),
        ("Response", method.response, method.server_streaming),
    )
    for title, name, streaming in sides:
        many = ", a stream of them" if streaming else ""
        short = name.rpartition(".")[2]
        message = model.messages.get(name)
        if message is None:
            lines.append(f"\n{title}: `{name}`{many}.\n")
        elif name in own:
            lines.append(f"\n{title}: `{short}`{many}. {message.comment}\n\n{prose.table(message)}")
        else:
            lines.append(f"\n{title}: [{short}](#{short.lower()}){many}.\n")
    return "".join(lines)


def _resources(model: Model) -> set[str]:
    """What the page of the resources describes."""
    roots = (kind.message for kind in model.kinds)
    return {message.full_name for message in model.reachable(*roots)} | {REFERENCE}


def _first_sentence(text: str) -> str:
    head, separator, _ = text.replace("\n", " ").partition(". ")
    return head + "." if separator else head
