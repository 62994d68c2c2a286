# SPDX-License-Identifier: Apache-2.0
"""Every text of a workflow that may hold expressions: where it is, how it is read, and which variables are there.

The registry says which fields hold expressions. For every message the way to them is compiled once, so that a workflow costs what it
uses. What the registry does not know stands in the tables here: which fields are one expression as a whole, and which variables are
there at which stage.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple

from stigmer.resources.fields import Field, message
from stigmer.resources.paths import Path

Names = frozenset[str]
"""Names of variables, with their `$`."""


class Reads(Enum):
    """How a text is read."""

    TEMPLATE = "text with `${ }` in it"
    BARE = "one expression, with `${ }` or without"
    WHOLE = "one expression, in `${ }`"


class Use(NamedTuple):
    """A text that may hold expressions, and the variables that are there."""

    path: Path
    text: str
    reads: Reads
    names: Names


EVERYWHERE: Names = frozenset({"$workflow", "$runtime", "$secrets"})
IN_TASKS: Names = EVERYWHERE | {"$context", "$task"}
IN_BODIES: Names = IN_TASKS | {"$input"}
IN_EXPORTS: Names = IN_BODIES | {"$output"}

_PACKAGE = "stigmer.agentic.workflow.v1."
_SPEC, _TASK = f"{_PACKAGE}WorkflowSpec", f"{_PACKAGE}WorkflowTask"
_BARE = {"from", "as", "when", "except_when", "while", "in"}
_WHOLE = {(_TASK, "if"), (_TASK, "set"), (f"{_PACKAGE}ListenSignal", "data")}
_WORKFLOW_STAGES = {"input": EVERYWHERE, "output": EVERYWHERE | {"$context"}}
_TASK_STAGES = {"if": IN_TASKS, "input": IN_TASKS, "export": IN_EXPORTS}


@dataclass(frozen=True, slots=True)
class _Around:
    """What is there at a place: all names, and those of them that the tasks within see too, of loops and errors."""

    names: Names
    own: Names = frozenset()


_Step = Callable[[Any, Path, _Around, list[Use]], None]


def uses(spec: dict[str, Any]) -> list[Use]:
    """The texts of a workflow's spec that may hold expressions."""
    found: list[Use] = []
    _step(_SPEC)(spec, ("spec",), _Around(EVERYWHERE), found)
    return found


@cache
def _step(name: str) -> _Step:
    """What to do with a value of the message."""
    steps = {
        field.name: step
        for field in message(name).fields.values()
        if (step := _field_step(name, field)) is not None
    }
    match name.removeprefix(_PACKAGE):
        case "WorkflowSpec":
            return partial(_staged, steps, _WORKFLOW_STAGES, EVERYWHERE)
        case "WorkflowTask":
            return partial(_staged, steps, _TASK_STAGES, IN_BODIES)
        case "ForTask":
            return partial(_bound, steps, {"each": "item", "at": "index"}, {"in"})
        case "TryCatch":
            return partial(_bound, steps, {"as": "error"}, set())
        case _:
            return partial(_fields, steps)


def _field_step(name: str, field: Field) -> _Step | None:
    if field.expression:
        whole = Reads.WHOLE if (name, field.name) in _WHOLE else Reads.TEMPLATE
        return partial(_value, Reads.BARE if field.name in _BARE else whole)
    if field.message is None or not _holds_expressions(field.message):
        return None
    return partial(_items if field.repeated else _message, field.message)


@cache
def _holds_expressions(name: str) -> bool:
    """Whether anything in or below the message is an expression."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        found = message(waiting.pop())
        if found.name not in seen:
            seen.add(found.name)
            if any(field.expression for field in found.fields.values()):
                return True
            waiting += [field.message for field in found.fields.values() if field.message is not None]
    return False


def _message(name: str, value: Any, path: Path, around: _Around, found: list[Use]) -> None:
    """Goes into a value of the message. Looked up when used, because tasks contain tasks."""
    _step(name)(value, path, around, found)


def _items(name: str, value: Any, path: Path, around: _Around, found: list[Use]) -> None:
    step = _step(name)
    for index, item in enumerate(value):
        step(item, (*path, index), around, found)


def _fields(steps: dict[str, _Step], value: Any, path: Path, around: _Around, found: list[Use]) -> None:
    for key, item in value.items():
        step = steps.get(key)
        if step is not None:
            step(item, (*path, key), around, found)


def _staged(
    steps: dict[str, _Step],
    stages: dict[str, Names],
    rest: Names,
    value: Any,
    path: Path,
    around: _Around,
    found: list[Use],
) -> None:
    """As `_fields`, each field at its stage."""
    for key, item in value.items():
        step = steps.get(key)
        if step is not None:
            step(item, (*path, key), _at_stage(stages.get(key, rest), around.own), found)


@lru_cache(maxsize=1024)
def _at_stage(stage: Names, own: Names) -> _Around:
    return _Around(stage | own, own)


def _bound(
    steps: dict[str, _Step],
    bound: dict[str, str],
    outside: set[str],
    value: Any,
    path: Path,
    around: _Around,
    found: list[Use],
) -> None:
    """As `_fields`, where all but some fields see variables too that fields of the value may name."""
    more = {f"${value.get(field, usual)}" for field, usual in bound.items()}
    inside = _Around(around.names | more, around.own | more)
    for key, item in value.items():
        step = steps.get(key)
        if step is not None:
            step(item, (*path, key), around if key in outside else inside, found)


def _value(reads: Reads, value: Any, path: Path, around: _Around, found: list[Use]) -> None:
    if isinstance(value, str):
        if reads is not Reads.TEMPLATE or "${" in value:
            found.append(Use(path, value, reads, around.names))
    elif isinstance(value, dict):
        for key, item in value.items():
            _value(Reads.TEMPLATE, item, (*path, key), around, found)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _value(Reads.TEMPLATE, item, (*path, index), around, found)
