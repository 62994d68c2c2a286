# SPDX-License-Identifier: Apache-2.0
"""`docs/reference/resources.md`: every kind and every field."""

from __future__ import annotations

from collections import Counter

from tools.gen.model import METADATA, REFERENCE, Kind, Message, Model
from tools.gen.prose import NOTICE, Prose

PATH = "docs/reference/resources.md"
_ORIGINS = {"manifest": "a manifest", "command": "a command", "runner": "a runner", "system": "the system"}
_INTRO = """
# Resources

Every kind of resource, and every field that it has. The same facts are in `schemas/` as JSON Schema, which
editors understand, and in `proto/`, from which this page is made.

A manifest is one YAML document with `apiVersion`, `kind`, `metadata` and `spec`. `status` belongs to the
system: it is shown and never written. An unknown field is an error.

Some types are written in more than one way:

- A **reference** is `name`, `org/name`, `name@version` or `org/name@version`; or a map of `name`, `org` and
  `version`. Without `org` it means the organization of the resource that refers.
- A **duration** is ISO 8601 in days and smaller units, as `PT1H30M`; or a map of `days`, `hours`, `minutes`,
  `seconds` and `milliseconds`.
- A **timestamp** is RFC 3339, as `2030-01-31T00:00:00Z`.
- A text that may be `{file: path}` is read from that file, which lies next to the manifest or below it.
"""


def reference_page(model: Model) -> str:
    """The page."""
    shared = _shared(model)
    prose = Prose(model)
    levels = {METADATA: 2}
    metadata = [prose.section(m, levels.get(m.full_name, 3)) for m in model.reachable(METADATA)]
    kinds = sorted(model.kinds, key=lambda kind: kind.name)
    parts = [
        NOTICE + _INTRO,
        _overview(kinds),
        *metadata,
        *(_kind(kind, model, prose, shared) for kind in kinds),
        "## Shared types\n\nThese are used by more than one kind.\n",
        *(prose.section(message, 3) for message in shared),
    ]
    return "\n".join(parts)


def _overview(kinds: list[Kind]) -> str:
    rows = [
        f"| [{kind.name}](#{kind.name.lower()}) | `{kind.api_version}` | `{kind.singular}`, `{kind.plural}` "
        f"| `{kind.id_prefix}` | {_scope(kind)} | {_made_by(kind)} | {kind.comment} |\n"
        for kind in kinds
    ]
    head = "| Kind | apiVersion | On the command line | Id prefix | Scope | Made by | What it is |\n"
    return "## Kinds\n\n" + head + "|---|---|---|---|---|---|---|\n" + "".join(rows)


def _kind(kind: Kind, model: Model, prose: Prose, shared: list[Message]) -> str:
    root = model.message(kind.message)
    apart = {METADATA, REFERENCE, *(message.full_name for message in shared)}
    lines = [f"## {kind.name}\n\n{kind.comment}\n"]
    if not kind.declarable:
        lines.append(f"Only {_made_by(kind)} makes one: a manifest of this kind is refused.\n")
    elif kind.executed:
        lines.append("Declaring one asks for it to be executed, once.\n")
    for name in ("spec", "status"):
        field = root.field(name)
        if field is None or field.message is None:
            continue
        own = [message for message in model.reachable(field.message) if message.full_name not in apart]
        apart |= {message.full_name for message in own}
        lines += [prose.section(message, 3) for message in own]
    return "\n".join(lines)


def _shared(model: Model) -> list[Message]:
    """The messages that more than one kind uses, by name. Those of the metadata stand with it."""
    users = Counter(m.full_name for kind in model.kinds for m in model.reachable(kind.message))
    apart = {REFERENCE, *(message.full_name for message in model.reachable(METADATA))}
    shared = [model.message(name) for name, count in users.items() if count > 1 and name not in apart]
    return sorted(shared, key=lambda message: message.short_name)


def _scope(kind: Kind) -> str:
    return "global" if kind.scope == "global" else "organization"


def _made_by(kind: Kind) -> str:
    return " or ".join(_ORIGINS[origin] for origin in kind.made_by)
