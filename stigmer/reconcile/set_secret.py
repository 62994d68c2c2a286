# SPDX-License-Identifier: Apache-2.0
"""One secret of an environment gets another value, by hand: nobody's manifest declares that, and no manifest has to say the value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from stigmer.backends.contract import Backend, SecretEntry, Stored
from stigmer.errors import Diagnostic, Severity
from stigmer.reconcile.diff import compare
from stigmer.reconcile.plan import Plan, Unchanged, Update
from stigmer.resources.confidential import Secret
from stigmer.resources.display import display
from stigmer.resources.held import held_secrets
from stigmer.resources.keys import DEFAULT_ORGANIZATION
from stigmer.resources.kinds import kind_named
from stigmer.resources.links import links
from stigmer.resources.paths import Path
from stigmer.resources.resource import digest, encode, label


class Was(StrEnum):
    """What an entry of an environment was before."""

    NOTHING = "nothing"
    CLEAR = "clear"
    SECRET = "secret"
    RUNNER = "runner"


@dataclass(frozen=True, slots=True)
class SetSecret:
    """The plan that sets one secret, its whole fingerprint, and what the entry was. A plan without changes has nothing to do."""

    plan: Plan
    fingerprint: str
    was: Was


def steps_of(name: str) -> Path:
    """Where the entry with a name stands in an environment's body."""
    return ("spec", "data", name)


def entry_was(body: Mapping[str, Any], name: str) -> Was:
    """What the entry is in the canonical body of an environment."""
    entry = body.get("spec", {}).get("data", {}).get(name)
    if entry is None:
        return Was.NOTHING
    if "value_from" in entry:
        return Was.RUNNER
    return Was.SECRET if entry.get("is_secret") else Was.CLEAR


def build_set_secret_plan(stored: Stored, name: str, value: Secret, backend: Backend) -> SetSecret:
    """What gives the entry of a live environment that value; an entry that is not there is added, a clear one becomes a secret.

    The plan is refused where the value is the runner's. Raises BackendError.
    """
    body = orjson.loads(stored.body)
    was = entry_was(body, name)
    (fingerprint,) = backend.fingerprints([value])
    if was is Was.RUNNER:
        return SetSecret(_plan(stored, backend, refusal=_on_the_runner(stored, name)), fingerprint, was)
    data = body["spec"].get("data", {})
    before = data.get(name, {})
    kept = {"description": before["description"]} if "description" in before else {}
    entry = {"is_secret": True, **kept, "fingerprint": fingerprint}
    wanted = {**body, "spec": {**body["spec"], "data": {**data, name: entry}}}
    encoded = encode(wanted)
    found = digest(encoded)
    if found == stored.digest:
        return SetSecret(_plan(stored, backend), fingerprint, was)
    kind, org = kind_named(stored.key.kind), stored.key.org
    path = ".".join(map(str, steps_of(name)))
    secrets = {held: SecretEntry(told) for held, told in held_secrets(kind, wanted)}
    change = Update(
        key=stored.key,
        encoded=encoded,
        digest=found,
        references=tuple(sorted(links(kind, wanted) - {DEFAULT_ORGANIZATION})),
        secrets={**secrets, path: SecretEntry(fingerprint, value)},
        id=stored.id,
        revision=stored.revision,
        fields=compare(kind, display(kind, body, org), display(kind, wanted, org)),
    )
    return SetSecret(_plan(stored, backend, change), fingerprint, was)


def _plan(
    stored: Stored, backend: Backend, change: Update | None = None, refusal: Diagnostic | None = None
) -> Plan:
    info = backend.info()
    return Plan(
        set=None,
        adopt=False,
        base_revision=info.revision,
        changes=() if change is None else (change,),
        unchanged=(Unchanged(stored.key, None),) if change is None else (),
        diagnostics=() if refusal is None else (refusal,),
        declares=False,
        store_id=info.store_id,
    )


def _on_the_runner(stored: Stored, name: str) -> Diagnostic:
    resource = label(stored.key)
    return Diagnostic(
        Severity.ERROR,
        "secret.on_runner",
        f"{name} of {resource} is read on the runner, and no store has it",
        "set it there, or give the entry another source in its manifest",
        resource=resource,
    )
