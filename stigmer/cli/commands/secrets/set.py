# SPDX-License-Identifier: Apache-2.0
"""`stigmer secrets set`: a value that no manifest says."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Annotated

import typer

from stigmer.backends.contract import Backend, Stored
from stigmer.cli import options, wiring
from stigmer.cli.config import find_project
from stigmer.cli.console import Console
from stigmer.cli.diagnostics import diagnostic_json, warn
from stigmer.cli.entered import entered
from stigmer.cli.options import Output
from stigmer.cli.selection import parse_environment, require_found
from stigmer.cli.set_by_hand import undone_by_apply
from stigmer.cli.settings import settle
from stigmer.cli.targets import find_target
from stigmer.errors import Diagnostic, ExitCode, NotFoundError, RefusedError, UsageError
from stigmer.reconcile.apply import Applied, apply_plan
from stigmer.reconcile.set_secret import SetSecret, Was, build_set_secret_plan
from stigmer.resources.confidential import Redacted, Secret
from stigmer.resources.keys import Key
from stigmer.resources.resource import label

EXAMPLES = (
    "stigmer secrets set prod STRIPE_KEY                   # asks for the value, and shows nothing",
    "stigmer secrets set prod TLS_KEY < tls.key",
    "pass show stripe | stigmer secrets set prod STRIPE_KEY -m 'the yearly change'",
)
_NAME = re.compile(r"[A-Z_][A-Z0-9_]*")
_TRIES = 5
_ACTIONS = {Was.NOTHING: "added", Was.CLEAR: "set", Was.SECRET: "set"}


def command(
    environment: Annotated[
        str,
        typer.Argument(metavar="ENVIRONMENT", help="Whose secret: prod, or environment/prod."),
    ],
    # More than one is refused in words of ours: those of the library would repeat a value that was given.
    names: Annotated[list[str], typer.Argument(metavar="NAME", help="The name of the secret in it.")],
    output: options.Format = Output.TEXT,
    message: options.Message = None,
    target: options.TargetName = None,
    backend: options.BackendName = None,
    org: options.Org = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """Give a secret of an environment its value, without any manifest saying it.

    The value is asked for, and not shown; or it is all that comes through a pipe, without the line end at its end. The manifest
    says NAME: {is_secret: true}, which keeps what is set here. A name that the environment does not have is added. The value that
    it has already changes nothing. Exits with 5 where there is no such environment.
    """
    console = Console(quiet=quiet, verbose=verbose)
    name = _only_name(names)
    project = find_project(os.getcwd())
    chosen = find_target(project, target)
    settings = settle(backend, org, project, os.environ, chosen)
    key = parse_environment(environment, settings.org)
    with wiring.writing(settings, create=False) as store:
        # Before anybody types a value for nothing: is the environment there, and the master key?
        _live(key, store)
        store.fingerprints([Secret("")])
        value = entered(f"Value of {name}")
        _require_some(value)
        made, applied = _set(key, name, value, store, message or f"secrets set {name}")
    console.note(wiring.where(settings))
    # The organization that whoever applies the manifests will have: no flag is there then.
    home_org = settle(backend, None, project, os.environ, chosen).org
    found = list(undone_by_apply(key, name, made.was, project, target, home_org))
    _tell(key, name, made, applied.revision, found, output, console)
    return ExitCode.DONE


def _set(key: Key, name: str, value: Secret, store: Backend, message: str) -> tuple[SetSecret, Applied]:
    """Sets it, over whatever others change of the environment meanwhile: nobody likes to type a value again."""
    for left in reversed(range(_TRIES)):
        made = build_set_secret_plan(_live(key, store), name, value, store)
        try:
            return made, apply_plan(made.plan, store, message=message)
        except RefusedError as error:
            if not left or any(each.code != "plan.stale" for each in error.refusals):
                raise
    raise AssertionError("the last try returns or raises")


def _only_name(names: Sequence[str]) -> str:
    """The name, where it is one and alone. What is wrong is not repeated: it may be the value."""
    if len(names) > 1:
        raise UsageError(
            "usage.secret",
            "a secret is never given on the command line, where others can see it",
            hint="leave all after the name away: the value is asked for, or comes through a pipe; take a new one, since shells"
            " remember what was typed",
        )
    if _NAME.fullmatch(names[0]) is None:
        raise UsageError(
            "usage.secret",
            "what follows the environment is no name of a secret: capital letters, digits and underscores, such as STRIPE_KEY",
            hint="write stigmer secrets set ENVIRONMENT NAME; the value is asked for, or comes through a pipe",
        )
    return names[0]


def _require_some(value: Secret) -> None:
    """A pipe from a command that failed brings nothing, or a line end."""
    if not value.reveal():
        raise UsageError(
            "usage.secret",
            "the value is empty, which is hardly meant",
            hint="look at what comes through the pipe",
        )


def _live(key: Key, store: Backend) -> Stored:
    found = store.get([key])
    if key not in found:
        try:
            require_found([key], store.snapshot().heads)
        except NotFoundError as error:
            mend = "apply its manifest first, without the entries that are to be set"
            raise NotFoundError(error.code, error.message, hint=error.hint or mend) from None
    return found[key]


def _tell(
    key: Key,
    name: str,
    made: SetSecret,
    revision: int,
    found: Sequence[Diagnostic],
    output: Output,
    console: Console,
) -> None:
    changed = bool(made.plan.changes)
    shown = Redacted(made.fingerprint)
    if output is Output.JSON:
        console.json(
            {
                "format_version": 1,
                "kind": "SecretSet",
                "action": _ACTIONS[made.was] if changed else "unchanged",
                "environment": key.name,
                "org": key.org,
                "name": name,
                "value": shown,
                "revision": revision,
                "diagnostics": [diagnostic_json(each) for each in found],
            }
        )
        return
    if changed:
        console.result(f"{label(key)} {_ACTIONS[made.was]} {name} {shown}\n")
    else:
        console.result(f"No changes. {name} of {label(key)} has that value already {shown}.\n")
    warn(found, console)
