# SPDX-License-Identifier: Apache-2.0
"""One command line of the canary campaign, and what several parts of it share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.campaigns.canary_stage import Stage

VALIDATE = ("text", "json", "github", "sarif", "junit")
DIFF = ("text", "json", "yaml", "markdown", "github", "sarif", "junit")
APPLY = ("text", "json", "jsonl")
GET = ("table", "wide", "yaml", "json", "name")
TEXT_OR_JSON = ("text", "json")
ANY = (0, 1, 2, 3, 4, 5, 6, 7)
"""Of a command of which it is not said how it ends, only that it is no bug."""
ENVIRONMENT = (
    "apiVersion: agentic.stigmer.ai/v1\nkind: Environment\nmetadata: {name: wrong}\nspec:\n  data:\n"
)
"""How a manifest begins that has values."""


@dataclass(frozen=True)
class Step:
    """A command line; `expect` are the exit statuses that it may end with, -N for a signal.

    `prepare` is done before; `given` goes to standard input; `environ` over the stage's variables, `sabotage` is what goes wrong;
    `terminal` says that all streams are one, `shows` that its result is a secret, so that only the rest of what it says is looked into.
    """

    words: tuple[str, ...]
    expect: tuple[int, ...] = (0,)
    given: bytes = b""
    prepare: Callable[[Stage], None] | None = None
    sabotage: str | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    directory: str = "work"
    shows: bool = False
    terminal: bool = False


def step(line: str, *expect: int, **more: object) -> Step:
    return Step(tuple(line.split()), expect or (0,), **more)  # type: ignore[arg-type]
