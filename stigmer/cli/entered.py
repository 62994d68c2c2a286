# SPDX-License-Identifier: Apache-2.0
"""One secret value that somebody enters: at the terminal without an echo, or through a pipe; never as an argument, where others
could see it."""

from __future__ import annotations

import sys

import typer

from stigmer.errors import UsageError
from stigmer.resources.confidential import Secret


def entered(prompt: str) -> Secret:
    """The value: asked for twice at a terminal, else all of standard input without one line end at its end.

    Raises UsageError where nothing comes, and for what is no text.
    """
    if sys.stdin.isatty():
        said: str = typer.prompt(prompt, hide_input=True, confirmation_prompt=True, err=True)
        return _checked(said)
    return _checked(_piped().removesuffix("\n").removesuffix("\r"))


def _piped() -> str:
    try:
        text = sys.stdin.buffer.read().decode()
    except UnicodeDecodeError:
        words = "what comes through standard input is no text in UTF-8"
        raise UsageError(
            "usage.secret", words, hint="encode it, in base64 for example, and decode it where it is used"
        ) from None
    if not text:
        words = "nothing comes through standard input"
        raise UsageError(
            "usage.secret", words, hint="pipe the value into the command, or run it at a terminal"
        )
    return text


def _checked(text: str) -> Secret:
    if "\0" in text or any("\ud800" <= each <= "\udfff" for each in text):
        words = "a value is a text in UTF-8 without a NUL"
        raise UsageError("usage.secret", words, hint="encode it, in base64 for example")
    return Secret(text)
