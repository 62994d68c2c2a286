# SPDX-License-Identifier: Apache-2.0
"""A plan that went through a file is the plan that it was, and the file holds no secret. For any sets, on both stores."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from stigmer.backends.contract import Backend
from stigmer.manifests.load import LoadOptions, load
from stigmer.manifests.manifest import Manifest
from stigmer.reconcile.apply import apply_plan
from stigmer.reconcile.build import build_plan
from stigmer.reconcile.options import PlanOptions
from stigmer.reconcile.plan import Plan
from stigmer.secrets.sources import Surroundings
from tests.properties.reading import fresh_backends, place
from tests.properties.strategies import ManifestSet, evolutions
from tests.reconcile.saving import text, through_a_file, used


@given(evolutions(), st.sampled_from([None, "shop"]))
def test_what_is_saved_is_what_is_applied(drawn: tuple[ManifestSet, ManifestSet], owner: str | None) -> None:
    with fresh_backends() as backends, place() as directory:
        for backend in backends.values():
            for each in drawn:
                manifests = written(each, directory)
                made = planned(manifests, each, backend, owner)
                again = through_a_file(made, backend, manifests, each.environ)
                assert used(again) == used(made)
                saved = text(made, manifests).decode()
                assert [value for value in each.environ.values() if value in saved] == []
                apply_plan(again, backend)
                assert planned(manifests, each, backend, owner).changes == ()


def written(drawn: ManifestSet, directory: Path) -> Sequence[Manifest]:
    """The manifests of a set, in a file that can be read again."""
    for name, content in drawn.files.items():
        (directory / name).write_bytes(content.encode())
    file = directory / "drawn.yaml"
    file.write_bytes(drawn.text.encode())
    loaded = load([str(file)], LoadOptions())
    assert loaded.diagnostics == ()
    return loaded.manifests


def planned(manifests: Sequence[Manifest], drawn: ManifestSet, backend: Backend, owner: str | None) -> Plan:
    """What applying them would do."""
    return build_plan(manifests, backend, PlanOptions(set=owner), Surroundings(drawn.environ))
