# SPDX-License-Identifier: Apache-2.0
"""What `explain` prints: the story of a field, a kind or a code, as lines for people and as an object for programs."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from textwrap import wrap
from typing import Any

from stigmer.cli.console import Style
from stigmer.codes import Code, without_links
from stigmer.manifests.outlines.outline import Outline, is_reference, remarks, tree
from stigmer.manifests.outlines.outline_words import default_words, in_short, rules, short_type, type_words
from stigmer.manifests.outlines.samples import excerpt
from stigmer.manifests.render import to_yaml
from stigmer.resources.kinds import kinds

_NARROWEST, _WIDEST = 60, 100
_LONGEST_NAME, _LONGEST_TYPE = 28, 20


def kinds_text(style: Style) -> str:
    """All kinds, in a line each."""
    rows = [(kind.slug, "", kind.description) for kind in kinds()]
    lines = [style.paint("bold", "Kinds:"), *_rows(rows, style, _width()), "", "More: stigmer explain KIND"]
    return "\n".join(lines) + "\n"


def kinds_json() -> dict[str, Any]:
    """The same as an object."""
    return {
        "format_version": 1,
        "kinds": [{"kind": kind.name, "description": kind.description} for kind in kinds()],
    }


def outline_text(outline: Outline, style: Style, *, recursive: bool) -> str:
    """The whole story of what may stand at a place."""
    width = _width()
    lines = [style.paint("bold", str(outline)), ""]
    for paragraph in (_head(outline), *remarks(outline)):
        lines += [*wrap(paragraph, width), ""]
    lines += _bullets(outline, width)
    lines += _values(outline, style, width)
    lines += _fields(outline, style, width, recursive=recursive)
    if not outline.system:
        lines += [style.paint("bold", "To write it:"), "", to_yaml(excerpt(outline))]
    lines += _more(outline, style)
    return "\n".join(lines).rstrip("\n") + "\n"


def outline_json(outline: Outline, *, recursive: bool) -> dict[str, Any]:
    """The same as an object; the fields of its fields only if `recursive`."""
    said = {"format_version": 1, "kind": outline.kind.name, **_json(outline)}
    if not outline.system:
        said["example"] = to_yaml(excerpt(outline))
    said["fields"] = _fields_json(outline, recursive, (outline.message,))
    return said


def code_text(code: Code, style: Style) -> str:
    """What a code means and what mends it."""
    paragraphs = [f"{_sentence(code.means)} {without_links(code.more)}".strip(), _sentence(_exit(code))]
    if code.mend:
        paragraphs.append(f"To mend it: {without_links(code.mend)}.")
    if code.check:
        paragraphs.append(
            f"To silence it, with a reason: `silence: {{{code.name}: why}}` in stigmer.yaml, or on the resource the annotation "
            f"`silence.stigmer.ai/{code.name}: why`."
        )
    lines = [style.paint("bold", code.name)]
    for paragraph in paragraphs:
        lines += ["", *wrap(paragraph, _width(), break_long_words=False, break_on_hyphens=False)]
    return "\n".join(lines) + "\n"


def code_json(code: Code) -> dict[str, Any]:
    """A code as an object."""
    return {
        "format_version": 1,
        "code": code.name,
        "means": without_links(code.means),
        "more": without_links(code.more),
        "mend": without_links(code.mend),
        "exit": code.exit,
        "check": code.check,
    }


def _head(outline: Outline) -> str:
    """Type, whether it must be there, and the default."""
    words = type_words(outline)
    if not outline.path or outline.system:
        return words
    default = default_words(outline)
    needed = "required" if outline.required else "optional"
    return f"{words}; {needed if default is None else f'{needed}, default {default}'}"


def _bullets(outline: Outline, width: int) -> list[str]:
    told = [
        line
        for rule in rules(outline)
        for line in wrap(rule, width, initial_indent="- ", subsequent_indent="  ")
    ]
    return [*told, ""] if told else []


def _values(outline: Outline, style: Style, width: int) -> list[str]:
    told = {value: about for value, about in outline.values.items() if about}
    if not told:
        return []
    rows = [(value, "", about) for value, about in told.items()]
    return [style.paint("bold", "Values:"), *_rows(rows, style, width), ""]


def _fields(outline: Outline, style: Style, width: int, *, recursive: bool) -> list[str]:
    """The fields, and with them those of the spec where the kind as a whole is told."""
    if recursive:
        below = [each for each in tree(outline) if each is not outline]
    else:
        below = [
            inner
            for each in outline.fields
            for inner in (each, *(each.fields if each.path == ("spec",) else ()))
        ]
    shown = [each for each in below if outline.system or not each.system]
    if not shown:
        return []
    rows = [
        (
            "  " * (len(each.path) - len(outline.path) - 1) + _starred(each),
            short_type(each),
            in_short(each),
        )
        for each in shown
    ]
    lines = [style.paint("bold", _fields_heading(outline, shown)), *_rows(rows, style, width), ""]
    made = [each.name for each in outline.fields if each not in shown]
    if made:
        lines += [*wrap(f"Made by the system, and shown by `get`: {', '.join(made)}.", width), ""]
    return lines


def _more(outline: Outline, style: Style) -> list[str]:
    lines = []
    if outline.fields:
        lines.append(f"More: stigmer explain {outline}{'.spec' if not outline.path else ''}.FIELD")
    if not outline.path and not outline.system:
        lines.append(f"      stigmer new {outline} NAME, for a manifest with all of it")
    return [style.paint("dim", line) for line in lines]


def _fields_heading(outline: Outline, shown: list[Outline]) -> str:
    of = ""
    if outline.field is not None and (outline.field.repeated or outline.field.map):
        of = " of each"
    if is_reference(outline):
        of = " of the long form"
    return f"Fields{of}{' (* is required)' if any(each.required for each in shown) else ''}:"


def _rows(rows: list[tuple[str, str, str]], style: Style, width: int) -> Iterator[str]:
    """A table of name, type and words, the words wrapped in their own column."""
    first = min(_LONGEST_NAME, max(len(name) for name, _, _ in rows))
    second = min(_LONGEST_TYPE, max(len(type_) for _, type_, _ in rows))
    margin = 2 + first + 2 + (second + 2 if second else 0)
    for name, type_, words in rows:
        pieces = wrap(words, max(width - margin, 24)) or [""]
        head = f"  {style.paint('cyan', name)}{' ' * (first - len(name))}  "
        if second:
            head += f"{style.paint('dim', type_)}{' ' * (second - len(type_))}  "
        if len(name) > first or len(type_) > max(second, 0):
            yield head.rstrip()
            head = " " * margin
        yield f"{head}{pieces[0]}".rstrip()
        yield from (" " * margin + piece for piece in pieces[1:])


def _starred(outline: Outline) -> str:
    return outline.name + ("*" if outline.required and not outline.system else "")


def _json(outline: Outline) -> dict[str, Any]:
    field = outline.field
    said = {
        "path": ".".join(outline.path),
        "type": type_words(outline),
        "required": outline.required and not outline.system,
        "default": (outline.schema or {}).get("default"),
        "description": " ".join(remarks(outline)),
        "rules": rules(outline),
        "one_of": [list(names) for names, exactly in outline.groups if exactly],
        "at_most_one_of": [list(names) for names, exactly in outline.groups if not exactly],
        "system": outline.system,
        "immutable": field is not None and field.immutable,
        "secret": field is not None and field.secret,
        "set": field is not None and field.set,
        "file": field is not None and field.text_file,
        "values": [{"value": value, "description": about} for value, about in outline.values.items()],
    }
    return {key: value for key, value in said.items() if value is not None}


def _fields_json(outline: Outline, recursive: bool, above: tuple[str | None, ...]) -> list[dict[str, Any]]:
    found = []
    for each in outline.fields:
        entry = {"name": each.name, **_json(each)}
        if recursive and each.message not in above:
            entry["fields"] = _fields_json(each, recursive, (*above, each.message))
        found.append(entry)
    return found


def _sentence(text: str) -> str:
    plain = without_links(text)
    return plain[:1].upper() + plain[1:] + "."


def _exit(code: Code) -> str:
    return re.sub(r"\b\d+\b", r"an error (exit status \g<0>)", code.exit)


def _width() -> int:
    return min(max(shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)
