# SPDX-License-Identifier: Apache-2.0
"""Placeholders of a step, replaced by values at the last moment: `${.secrets.NAME}` and `${.env_vars.NAME}`, written exactly so.

What is put in is not looked at again: a value that holds a placeholder stays as it is. There is no sign that takes a placeholder's
meaning away, so `$${.secrets.NAME}` is a dollar sign and the value.

A step's texts come from the manifest, with results of expressions in them, and such results are data: an answer from somewhere
that says `${.secrets.NAME}` must not get it. Whoever puts data into a text guards it with `as_data`, and `put_in` takes the guard off.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, assert_never

from stigmer.backends.context import Confidential, ExecutionContext, Plain, RunnerFile, RunnerVariable
from stigmer.errors import ExitCode, StigmerError
from stigmer.resources.confidential import Secret
from stigmer.resources.kinds import nearest
from stigmer.resources.resource import Env, File, Held
from stigmer.secrets.sources import Surroundings, fetch

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
# The guards are `${.$}` and `${.{}`, which no expression can be.
_PUT_IN = re.compile(rf"\$\{{\.(?:([${{])|(secrets|env_vars)\.({_NAME}))\}}")
# Put one after another, texts may make a placeholder that none of them holds. Its `{` would stand before a `.` or end its text, its `$`
# would stand before that `{` or end its text: with these guarded no placeholder has a sign of data in it.
_GUARDED = re.compile(r"\$\Z|\{(?=\.|\Z)")


class PlaceholderError(StigmerError):
    """A step cannot get the values that it names."""

    def __init__(self, code: str, message: str, *, hint: str | None = None) -> None:
        super().__init__(code, message, exit_code=ExitCode.EXECUTION_FAILED, hint=hint)


class Redactor(Protocol):
    """Masks values that it was told of wherever they show."""

    def add(self, secret: Secret, /) -> None:
        """From now on this value is masked."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a runner's own sources are read from: its variables and files, as far as whoever keeps the machine lets manifests read them,
    and the directory that relative files start from."""

    surroundings: Surroundings = field(default_factory=Surroundings)
    directory: str = "."


def placeholders(value: Any) -> list[tuple[str, str]]:
    """What a JSON value asks for, each once, as it comes: `secrets` or `env_vars`, and the name."""
    found: dict[tuple[str, str], None] = {}

    def noted(text: str) -> str:
        found.update(((each[2], each[3]), None) for each in _PUT_IN.finditer(text) if each[2])
        return text

    _with_texts(value, noted)
    return list(found)


def put_in(value: Any, context: ExecutionContext, machine: Machine, redactor: Redactor) -> Any:
    """A JSON value with the values in it that its texts ask for; the one that was given stays as it is.

    What the runner alone has is read here, at each call. Each secret that is put in is told to the redactor first.
    Raises PlaceholderError: `placeholder.missing` with all names that the context has not, `placeholder.wrong_kind` for a secret by
    `.env_vars` or a plain value by `.secrets`, `placeholder.source` where the runner has no value, `placeholder.key` where two keys
    of an object become one.
    """
    asked = placeholders(value)
    missing = [name for _, name in asked if name not in context.values]
    if missing:
        raise _missing(list(dict.fromkeys(missing)), context)
    values = {each: _value(*each, context, machine) for each in asked}
    texts: dict[tuple[str, str], str] = {}
    for each, one in values.items():
        if isinstance(one, Secret):
            redactor.add(one)
        texts[each] = one.reveal() if isinstance(one, Secret) else one

    def one_text(found: re.Match[str]) -> str:
        return found[1] or texts[found[2], found[3]]

    return _with_texts(value, lambda text: _PUT_IN.sub(one_text, text))


def as_data(value: Any) -> Any:
    """A JSON value out of which no placeholder is read, nor out of what it is put together with."""
    return _with_texts(value, lambda text: _GUARDED.sub(lambda found: f"${{.{found[0]}}}", text))


def _value(source: str, name: str, context: ExecutionContext, machine: Machine) -> Secret | str:
    value = context.values[name]
    is_secret = not isinstance(value, Plain)
    if is_secret != (source == "secrets"):
        raise _wrong_kind(source, name)
    match value:
        case Plain(text):
            return text
        case Confidential(secret):
            return secret
        case RunnerVariable(variable):
            return _of_runner(name, Env(variable), machine)
        case RunnerFile(path):
            return _of_runner(name, File(path), machine)
    assert_never(value)


def _of_runner(name: str, source: Env | File, machine: Machine) -> Secret:
    read = fetch(source, machine.directory, machine.surroundings)
    if isinstance(read, Secret):
        return read
    assert not isinstance(read, Held), "a runner's source is a variable or a file"
    raise PlaceholderError(
        "placeholder.source",
        f"the secret {name} comes from the runner, and cannot be read there: {read.reason}",
        hint="give it to the runner where it says, and run it again",
    )


def _missing(names: list[str], context: ExecutionContext) -> PlaceholderError:
    listed = ", ".join(names)
    near = nearest(names[0], context.values) if len(names) == 1 else None
    them = "it" if len(names) == 1 else "them"
    hint = f"did you mean {near}?" if near else f"give {them} a value in an environment or in runtime_env"
    words = f"the context of this execution has no {listed}"
    return PlaceholderError("placeholder.missing", words, hint=hint)


def _wrong_kind(source: str, name: str) -> PlaceholderError:
    if source == "env_vars":
        words, right = f"{name} is a secret, and .env_vars reads other values alone", "secrets"
    else:
        words, right = f"{name} is no secret, and .secrets reads secrets alone", "env_vars"
    return PlaceholderError("placeholder.wrong_kind", words, hint=f"write ${{.{right}.{name}}}")


def _with_texts(value: Any, changed: Callable[[str], str]) -> Any:
    """The value with each text in it changed, keys too.

    It goes by a list of what is to be done: data may be nested deeper than calls may be.
    """
    whole = [value]
    todo: list[tuple[Any, Any]] = [(whole, 0)]
    while todo:
        holder, at = todo.pop()
        node = holder[at]
        if isinstance(node, str):
            holder[at] = changed(node)
        elif isinstance(node, list):
            holder[at] = items = list(node)
            todo.extend((items, index) for index in reversed(range(len(items))))
        elif isinstance(node, dict):
            holder[at] = made = {changed(key): each for key, each in node.items()}
            if len(made) < len(node):
                words = "two keys of a step are one when their values are put in"
                raise PlaceholderError("placeholder.key", words, hint="write different keys")
            todo.extend((made, key) for key in reversed(made))
    return whole[0]
