# SPDX-License-Identifier: Apache-2.0
"""Whatever valid manifests say, the checks come to an end, and what they find has a place and a known code."""

from __future__ import annotations

from hypothesis import given

from stigmer.checks.run import run_checks
from stigmer.checks.silence import silenceable
from stigmer.checks.world import World
from stigmer.errors import Severity
from stigmer.manifests.manifest import Manifest
from stigmer.reconcile.apply import apply_plan
from tests.backends.memory import MemoryBackend, MemoryStore
from tests.properties.reading import plan_of, read
from tests.properties.strategies import ManifestSet, manifest_sets


def _told(declared: tuple[Manifest, ...], world: World) -> list[str]:
    found = [finding.diagnostic(Severity.WARNING) for finding in run_checks(world)]
    for each in found:
        assert each.code in silenceable()
        assert each.location is not None
        assert each.location.line >= 1
    return [each.code for each in found]


@given(drawn=manifest_sets())
def test_checks_come_to_an_end(drawn: ManifestSet) -> None:
    declared = read(drawn)
    _told(declared, World(declared))
    _told(declared, World(declared, MemoryBackend(MemoryStore())))


@given(drawn=manifest_sets())
def test_what_is_declared_beside_is_the_same_as_what_is_live(drawn: ManifestSet) -> None:
    """A manifest alone, with the others live, is told of as it is among all of them."""
    declared = read(drawn)
    backend = MemoryBackend(MemoryStore())
    apply_plan(plan_of(drawn, backend), backend)
    for manifest in declared:
        alone = [
            each for each in run_checks(World([manifest], backend)) if each.code != "environment.missing"
        ]
        among = [
            each
            for each in run_checks(World(declared, backend))
            if each.manifest is manifest and each.code != "environment.missing"
        ]
        assert [(each.code, each.message) for each in alone] == [(each.code, each.message) for each in among]
