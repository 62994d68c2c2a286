# SPDX-License-Identifier: Apache-2.0
"""Expressions of workflows that jq cannot read or that use names that cannot be there, and placeholders that nobody declares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from stigmer.checks.expressions.compiling import Reading, read
from stigmer.checks.expressions.scan import Broken, Expression, Part, Placeholder, code_only, parts, whole
from stigmer.checks.expressions.words import UNAVAILABLE
from stigmer.checks.finding import Finding
from stigmer.checks.workflows.walk import IN_EXPORTS, Names, Reads, Use, uses
from stigmer.checks.world import World
from stigmer.manifests.manifest import Manifest
from stigmer.resources.kinds import nearest

_ELSEWHERE: Mapping[str, str] = {
    "$context": "it is there from the first task on",
    "$task": "it is there in tasks alone",
    "$input": "what comes in is . here; $input is there from the body of a task on",
    "$output": "it is there in `export.as` alone; elsewhere what comes in is .",
    "$error": "it is there in a `catch` alone",
    "$item": "it is there in the tasks of a `for` alone",
    "$index": "it is there in the tasks of a `for` alone",
}
_NAMED = re.compile(r"(?<![\w\])}?.\"])(\.(?:secrets|env_vars)|\$secrets)\.([A-Za-z_]\w*)", re.ASCII)


_ROOM = 2_000
"""How much the different expressions of a workflow may weigh together."""

_SHORT = 200
"""Up to so many characters an expression weighs one; one of the largest weighs 401, and may take a fifth of a second."""


_Declared = Mapping[str, Mapping[str, Any]]
"""The `data` of an `env_spec`."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A text of a workflow, and what the workflow's `env_spec` declares."""

    manifest: Manifest
    use: Use
    declared: _Declared

    def finding(
        self, code: str, message: str, hint: str | None = None, start: int | None = None, length: int = 0
    ) -> Finding:
        """A finding about the whole text, or about so many characters of it from `start`."""
        word = None if start is None else _word(self.use.text, start, length)
        return Finding(self.manifest, code, message, self.use.path, hint, word=word)

    def source(self, name: str) -> str:
        """Which placeholder reads a declared name."""
        return "secrets" if self.declared[name].get("is_secret") else "env_vars"


def check(manifests: Sequence[Manifest], world: World) -> Iterator[Finding]:
    """Finds what is wrong with the expressions and the placeholders of workflows. All expressions are compiled together."""
    texts: dict[tuple[str, Reads], list[Part]] = {}
    used = [(manifest, uses(manifest.resource.body["spec"])) for manifest in manifests]
    for manifest, found in used:
        room = _ROOM
        for number, use in enumerate(found):
            key = use.text, use.reads
            if key not in texts:
                texts[key] = _parts(use)
                room -= sum(_weight(part) for part in texts[key])
            if room < 0:
                words = (
                    "this workflow has too many expressions: this one and those after it are not looked at"
                )
                hint = "divide it into several workflows"
                yield Finding(manifest, "workflow.expression", words, use.path, hint)
                del texts[key], found[number:]
                break
    expressions = [part.text for found in texts.values() for part in found if isinstance(part, Expression)]
    readings = read(expressions)
    for manifest, found in used:
        declared = manifest.resource.body["spec"].get("env_spec", {}).get("data", {})
        for use in found:
            for part in texts[use.text, use.reads]:
                if not _is_fine(part, use.names, declared, readings):
                    yield from _findings(_Place(manifest, use, declared), part, readings)


def _weight(part: Part) -> int:
    """How long the compiler may take for it: one is a short expression, which takes a millisecond where it is wrong."""
    if not isinstance(part, Expression):
        return 1
    length = len(part.text)
    if length > _SHORT:
        length = len(code_only(part.text).replace(" ", ""))
    return 1 + (length // _SHORT) ** 2


def _is_fine(part: Part, names: Names, declared: _Declared, readings: Mapping[str, Reading]) -> bool:
    """Whether a part is certainly right; most are, and must not cost more than this."""
    if isinstance(part, Placeholder):
        entry = declared.get(part.name)
        return entry is not None and entry.get("is_secret", False) == (part.source == "secrets")
    if isinstance(part, Broken):
        return False
    reading = readings[part.text]
    return reading.broken is None and reading.names <= names and not reading.environment


def _parts(use: Use) -> list[Part]:
    if use.reads is Reads.TEMPLATE:
        return parts(use.text)
    return [whole(use.text, bare=use.reads is Reads.BARE)]


def _findings(place: _Place, part: Part, readings: Mapping[str, Reading]) -> Iterator[Finding]:
    match part:
        case Placeholder():
            yield from _placeholder(place, part)
        case Broken():
            yield _broken(place, part)
        case Expression(text, start):
            reading = readings[text]
            if reading.broken is not None:
                yield _no_jq(place, part, reading.broken)
            for name, at in reading.variables.items():
                if name not in place.use.names:
                    yield _variable(place, name, start + at)
            if reading.environment:
                yield from _written_as_expression(place, part)
        case _:
            assert_never(part)


def _broken(place: _Place, broken: Broken) -> Finding:
    if broken.length == 0 or not broken.column:
        return _at(place, broken, broken.message)
    return _at(place, broken, f"{broken.message} ({_column(place.use.text, broken.start)})")


def _at(place: _Place, broken: Broken, message: str) -> Finding:
    start = broken.start if broken.length else None
    return place.finding("workflow.expression", message, broken.hint, start, broken.length)


def _no_jq(place: _Place, expression: Expression, broken: Broken) -> Finding:
    name = expression.text.strip()
    if name in place.declared and place.use.text.startswith("${", expression.start - 2):
        hint = f"did you mean ${{.{place.source(name)}.{name}}}?"
        words = f"jq has no function {name}"
        return place.finding(
            "workflow.expression", words, hint, expression.start - 2, len(expression.text) + 3
        )
    shifted = Broken(
        broken.message, expression.start + broken.start, broken.length, broken.hint, broken.column
    )
    return _broken(place, shifted)


def _variable(place: _Place, name: str, start: int) -> Finding:
    names = place.use.names
    own = sorted(names - IN_EXPORTS)
    words = f"there is no {name} here"
    hint: str | None
    if name in UNAVAILABLE:
        words, hint = f"{name} is not available in a workflow", UNAVAILABLE[name]
    elif name in _ELSEWHERE and not own:
        hint = _ELSEWHERE[name]
    else:
        near = nearest(name, names) if name not in _ELSEWHERE else None
        hint = f"did you mean {near}?" if near else f"there are {_listed(names)}"
    return place.finding("workflow.variable", words, hint, start, len(name))


def _listed(names: Names) -> str:
    return ", ".join(sorted(names - IN_EXPORTS) + sorted(names & IN_EXPORTS))


def _placeholder(place: _Place, part: Placeholder) -> Iterator[Finding]:
    entry = place.declared.get(part.name)
    name_at = part.start + len(f"${{.{part.source}.")
    if entry is None:
        near = nearest(part.name, place.declared)
        hint = (
            f"did you mean {near}?"
            if near
            else f"declare it in spec.env_spec.data, as {part.name}: "
            + ("{is_secret: true}" if part.source == "secrets" else "{}")
        )
        words = f"{part.name} is not in the workflow's env_spec"
        yield place.finding("placeholder.undeclared", words, hint, name_at, len(part.name))
    elif place.source(part.name) != part.source:
        is_secret = part.source == "env_vars"
        kind, reads = ("a secret", "other values") if is_secret else ("no secret", "secrets")
        words = f"{part.name} is {kind}, and .{part.source} reads {reads} alone"
        hint = f"did you mean ${{.{place.source(part.name)}.{part.name}}}?"
        whole_length = name_at + len(part.name) + 1 - part.start
        yield place.finding("placeholder.undeclared", words, hint, part.start, whole_length)


def _written_as_expression(place: _Place, expression: Expression) -> Iterator[Finding]:
    """Declared names that jq would look for in the input."""
    for found in _NAMED.finditer(code_only(expression.text)):
        name = found[2]
        if name not in place.declared:
            continue
        mend = f"${{.{place.source(name)}.{name}}}"
        if found[1] == "$secrets":
            words = f"{found[0]} is not the secret: expressions never see values of secrets"
        else:
            words = f"{found[0]} in an expression is a field of the input, not of the environment"
        if expression.text.strip() == found[0] and place.use.text.strip() in (
            found[0],
            f"${{{expression.text}}}",
        ):
            yield place.finding(
                "placeholder.expression", words, f'write "{mend}": a placeholder has no spaces'
            )
        else:
            hint = f"put {mend} beside the expression, not into it"
            yield place.finding(
                "placeholder.expression", words, hint, expression.start + found.start(), len(found[0])
            )


def _column(text: str, start: int) -> str:
    """Where a place is in its expression, which begins after the last `${` before it."""
    begin = text.rfind("${", 0, start)
    begin = 0 if begin < 0 else begin + 2
    before = text[begin:start].lstrip()
    lines = before.count("\n")
    column = f"column {len(before.rpartition(chr(10))[2]) + 1} of the expression"
    return f"line {lines + 1}, {column}" if lines else column


def _word(text: str, start: int, length: int) -> str:
    """What to look for to find the place: the word there, and as much after it as shows that no earlier one is meant."""
    end = start + length
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else line_end
    while end < line_end and text.find(text[start:end]) < start:
        end += 1
    return text[start:end]
