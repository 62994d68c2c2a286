# SPDX-License-Identifier: Apache-2.0
"""What `lifecycle.ignore_changes` may name: a field of the kind that can differ without making it another resource."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from stigmer.resources.fields import Field, Message, message, written_fields
from stigmer.resources.kinds import Kind, nearest
from stigmer.resources.paths import WrittenStep, item_step, written_steps

_IDENTITY = "it says which resource this is"
_WHOLE = "it holds what is ignored"
_OWN = {
    ("apiVersion",): _IDENTITY,
    ("kind",): _IDENTITY,
    ("metadata", "name"): _IDENTITY,
    ("metadata", "org"): _IDENTITY,
    ("metadata", "renamed_from"): _IDENTITY,
    ("metadata",): _WHOLE,
    ("metadata", "lifecycle"): _WHOLE,
    ("metadata", "lifecycle", "ignore_changes"): _WHOLE,
}


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why a path cannot be ignored, and what to write."""

    code: str
    words: str
    hint: str | None


def ignore_problem(kind: Kind, written: str) -> Unusable | None:
    """What stands in the way of ignoring what a path names, None where nothing does."""
    steps = written_steps(written)
    if steps is None:
        hint = "write it as spec.model.name or spec.mcp_servers[github]"
        return Unusable("schema.format", f"'{written}' is not a field path", hint)
    reason = _OWN.get(tuple(step.name for step in steps[:3]))
    if reason is not None:
        hint = "name a field below spec, or one of metadata such as metadata.labels"
        return Unusable("ignore.field", f"'{written}' cannot be ignored: {reason}", hint)
    return _below(kind, message(kind.message), steps)


def _below(kind: Kind, root: Message, steps: Sequence[WrittenStep]) -> Unusable | None:
    """Goes down the fields of the messages as far as they have a shape."""
    about: Message | None = root
    field: Field | None = None
    for index, step in enumerate(steps):
        wrong: str | None = None
        mended: str | None = None
        if about is not None:
            field = written_fields(about.name).get(step.name)
            if field is None or field.system:
                wrong = f"there is no {step.name} {_where(steps[:index])}"
                mended = _nearest(kind, about, steps, index)
        elif field is None or not (field.map or field.repeated):
            wrong = f"{_written(steps[:index])} has nothing below it"
            mended = _written(steps[:index])
        elif field.map:
            field = replace(field, map=False)
        elif field.repeated and not _is_item(field, step):
            wrong = f"{_written(steps[:index])} is a list"
            mended = _written(steps[:index]) + _as_item(field, step) + _rest(steps, index)
        elif field.repeated:
            field = replace(field, repeated=False, set=False, named_by=())
        if wrong is not None:
            hint = None if mended is None else f"did you mean {mended}?"
            return Unusable(
                "ignore.field", f"'{_written(steps)}' names no field of {kind.name}: {wrong}", hint
            )
        assert field is not None
        if field.type in ("value", "struct", "list") and not (field.map or field.repeated):
            return None  # JSON of the user's own, of any shape
        inner = field.message if not (field.map or field.repeated or field.is_reference) else None
        about = None if inner is None else message(inner)
    return None


def _is_item(field: Field, step: WrittenStep) -> bool:
    return step.is_item and bool(field.named_by or field.set or step.name.isdecimal())


def _as_item(field: Field, step: WrittenStep) -> str:
    """What was probably meant by a step that names no item of a list: the item itself, or a field of some item."""
    if field.set:
        return item_step(step.name)
    inner = written_fields(field.message) if field.message is not None else {}
    if field.named_by:
        return f"[NAME]{step.written}" if step.name in inner else item_step(step.name)
    return f"[0]{step.written}" if step.name in inner else "[0]"


def _nearest(kind: Kind, about: Message, steps: Sequence[WrittenStep], index: int) -> str | None:
    """The path with the wrong step mended, None where nothing comes near."""
    if index == 0:
        below = f"spec.{_written(steps)}"
        if ignore_problem(kind, below) is None:
            return below
    near = nearest(steps[index].name, _names(about))
    return (
        None if near is None else f"{_written(steps[:index])}.{near}{_rest(steps, index)}".removeprefix(".")
    )


def _names(about: Message) -> Iterable[str]:
    return (name for name, field in written_fields(about.name).items() if not field.system)


def _written(steps: Sequence[WrittenStep]) -> str:
    return "".join(step.written for step in steps).removeprefix(".")


def _rest(steps: Sequence[WrittenStep], index: int) -> str:
    return "".join(step.written for step in steps[index + 1 :])


def _where(steps: Sequence[WrittenStep]) -> str:
    return f"under {_written(steps)}" if steps else "at the top, beside spec"
