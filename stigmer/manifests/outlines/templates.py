# SPDX-License-Identifier: Apache-2.0
"""Commented manifests to start from: what is required filled in, what is optional in comments that can be uncommented one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any

from stigmer.manifests.outlines.outline import Outline, is_reference, kind_outline
from stigmer.manifests.outlines.outline_words import in_short
from stigmer.manifests.outlines.samples import chosen_fields, is_telling, map_key, sample
from stigmer.manifests.render import inline, to_yaml
from stigmer.resources.kinds import Kind

_WIDTH = 80
_COLUMN = 34
_STEP = "  "

Said = Mapping[tuple[str, ...], str]
"""Values that are known, by path."""


def template(kind: Kind, name: str, org: str | None = None) -> str:
    """A manifest of a kind that manifests may declare; `name` and `org` are valid names."""
    root = kind_outline(kind)
    metadata, spec = (
        next(each for each in root.fields if each.name == part) for part in ("metadata", "spec")
    )
    title = name.replace("-", " ").capitalize()
    said = {("metadata", "name"): name, ("metadata", "title"): title, ("spec", "document", "name"): name}
    said |= {("metadata", "org"): org} if org is not None else {}
    once = " Declaring one runs it, once." if kind.executed else ""
    return "\n".join(
        [
            *_comment(kind.description + once, ""),
            f"# Comments hold what is optional. More: stigmer explain {kind.slug}.spec",
            f"apiVersion: {kind.api_version}",
            f"kind: {kind.name}",
            "metadata:",
            *_metadata(metadata, said),
            "",
            "spec:",
            *_body(spec, _STEP, said),
            "",
        ]
    )


def _metadata(metadata: Outline, said: Said) -> Iterator[str]:
    """One line a field: it is the same for every kind, and mostly known."""
    for each in metadata.fields:
        if not each.system:
            filled = each.required or (each.name == "org" and each.path in said)
            value = said.get(each.path) or sample(each)
            code = f"{_STEP}{'' if filled else '# '}{each.name}: {_flow(value)}"
            about = re.split("[:,.]", in_short(each))[0]
            yield f"{code:<{_COLUMN}}  # {about}"


def _body(holder: Outline, indent: str, said: Said) -> list[str]:
    """The fields of a map, first those that it needs, filled in."""
    fields = [each for each in holder.fields if not each.system]
    chosen = chosen_fields(holder) or [_first(holder, fields)]
    lines: list[str] = []
    for each in sorted(fields, key=lambda each: each.name not in chosen):
        lines += [""] if lines else []
        lines += _explained(each, indent)
        if each.name in chosen:
            lines += _filled(each, indent, said)
        else:
            rivals = _rivals(holder, each.name, chosen)
            lines += _comment(f"In place of {' and '.join(rivals)}:", indent) if rivals else []
            lines += _indented(to_yaml({each.name: sample(each)}), f"{indent}# ")
    return lines


def _first(holder: Outline, fields: list[Outline]) -> str:
    """The field to fill in where none has to be: a map with nothing but comments in it would be no map."""
    for names, _ in holder.groups:
        return names[0]
    return next((each.name for each in fields if is_telling(each)), fields[0].name)


def _filled(outline: Outline, indent: str, said: Said) -> Iterator[str]:
    field, value = outline.field, said.get(outline.path)
    if (
        value is not None
        or field is None
        or outline.message is None
        or is_reference(outline)
        or field.repeated
    ):
        yield from _indented(to_yaml({outline.name: value or sample(outline)}), indent)
        return
    yield f"{indent}{outline.name}:"
    if field.map:
        indent += _STEP
        yield f"{indent}{map_key(outline)}:"
    yield from _body(outline, indent + _STEP, said)


def _explained(outline: Outline, indent: str) -> Iterator[str]:
    field = outline.field
    words = in_short(outline)
    if field is not None and field.text_file:
        words += f" Or {{file: ./{outline.name.replace('_', '-')}.md}}, a file beside this one."
    if field is not None and field.repeated and not is_reference(outline):
        ones = [f"one of {', '.join(names)}" for names, exactly in outline.groups if exactly]
        words += f" Each has {'; and '.join(ones)}." if ones else ""
    yield from _comment(words, indent)


def _rivals(holder: Outline, name: str, chosen: list[str]) -> list[str]:
    """The fields filled in that must go where this one is to stand: others of its group, and what would be a secret in clear."""
    groups = [set(names) for names, _ in holder.groups]
    groups += [
        {"is_secret", each.name} for each in holder.fields if each.field is not None and each.field.secret
    ]
    return [other for other in chosen if other != name and any({name, other} <= group for group in groups)]


def _comment(text: str, indent: str) -> list[str]:
    start = f"{indent}# "
    return wrap(text, _WIDTH, initial_indent=start, subsequent_indent=start, break_on_hyphens=False)


def _indented(text: str, indent: str) -> list[str]:
    return [f"{indent}{line}".rstrip() for line in text.splitlines()]


def _flow(value: Any) -> str:
    """A small value on one line."""
    match value:
        case dict():
            return "{" + ", ".join(f"{inline(key)}: {_flow(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_flow, value)) + "]"
        case _:
            return inline(value)
