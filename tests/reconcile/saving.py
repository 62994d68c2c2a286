# SPDX-License-Identifier: Apache-2.0
"""Plans on their way through a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from stigmer.backends.contract import Backend
from stigmer.cli.console import json_bytes
from stigmer.cli.plan_json import plan_json
from stigmer.manifests.manifest import Manifest
from stigmer.reconcile.plan import Change, Create, Plan, Update
from stigmer.reconcile.saved.read import restored
from stigmer.reconcile.saved.saved import About, Saved
from stigmer.reconcile.saved.secrets import sources, with_values
from stigmer.reconcile.saved.text import SECTION, opened, with_digest
from stigmer.reconcile.saved.write import section
from stigmer.secrets.sources import Surroundings


def text(made: Plan, manifests: Sequence[Manifest] = ()) -> bytes:
    """What the file of a plan holds."""
    where, wrong = sources(made, manifests)
    assert wrong == ()
    document = plan_json(made, made.diagnostics, show_unchanged=False)
    saved = Saved(made, About("local", "default", "0"), where)
    return with_digest(json_bytes({**document, SECTION: section(saved)}))


def read(data: bytes) -> Saved:
    """The plan of a file."""
    return restored(opened(data, "plan.json"), "plan.json")


def through_a_file(
    made: Plan, backend: Backend, manifests: Sequence[Manifest] = (), environ: Mapping[str, str] | None = None
) -> Plan:
    """The plan as it comes back, its secrets read again."""
    again, wrong = with_values(read(text(made, manifests)), backend, Surroundings(environ or {}))
    assert wrong == ()
    return again


def used(made: Plan) -> list[Any]:
    """All that applying uses."""
    parts: list[Any] = [made.set, made.adopt, made.base_revision, [_change(each) for each in made.changes]]
    parts += [made.unchanged, made.settled, made.source, made.moves, dict(made.expects), made.declares]
    return [*parts, made.store_id]


def _change(change: Change) -> list[Any]:
    if not isinstance(change, (Create, Update)):
        return [change]
    secrets = {
        path: (entry.fingerprint, entry.value and entry.value.reveal())
        for path, entry in change.secrets.items()
    }
    bare = replace(change, secrets={}, unresolved={})
    return [secrets, replace(bare, fields=()) if isinstance(bare, Update) else bare]
