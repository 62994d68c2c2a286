# SPDX-License-Identifier: Apache-2.0
"""What is exported diffs to nothing, into an empty directory and over the manifests of before."""

from __future__ import annotations

from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from stigmer.backends.contract import Backend
from stigmer.cli.exporting.files import Target, lay_out
from stigmer.cli.exporting.selected import Wanted, find
from stigmer.cli.selection import parse_selection
from stigmer.cli.writing import write
from stigmer.errors import Diagnostic
from stigmer.manifests.load import LoadOptions, load
from stigmer.reconcile.apply import apply_plan
from stigmer.reconcile.build import build_plan
from stigmer.reconcile.options import PlanOptions
from stigmer.reconcile.plan import Plan
from stigmer.resources.keys import Key
from stigmer.secrets.sources import Surroundings
from tests.properties.reading import fresh_backends, place, plan_of
from tests.properties.strategies import ManifestSet, evolutions, manifest_sets

# Line ends are LF in what is stored, and UTF-8 has no halves of characters.
texts = st.text(st.characters(codec="utf-8"), max_size=200) | st.text(
    "ab: #-\n\t'\"\\|>%@&*!{}[],", max_size=40
)

_BUILT_IN = Key("Organization", "", "default")  # declared only where it says something


def export(backend: Backend, directory: Path, *, one_file: bool = False) -> None:
    """Exports everything into a directory, over what is there."""
    found = find(backend, Wanted(parse_selection(["all"], "default")))
    loaded = load([str(directory)], LoadOptions())
    assert loaded.valid
    single = str(directory / "all.yaml") if one_file else None
    files = lay_out(found, loaded.manifests, Target(str(directory), single), "default")
    assert files.diagnostics == ()
    for each in files.files:
        assert write(each.path, each.data, new=each.new) is None


def refusals(plan: Plan) -> list[Diagnostic]:
    """What is against the plan; a declared execution that was not run is in no backend, though others may come after it."""
    missing = [
        each for each in plan.refusals if each.code == "reference.missing" and "-execution/" in each.message
    ]
    return [each for each in plan.refusals if each not in missing]


def diffs_to_nothing(backend: Backend, directory: Path, declared: set[Key], environ: dict[str, str]) -> None:
    loaded = load([str(directory)], LoadOptions())
    assert loaded.diagnostics == ()
    assert {each.key for each in loaded.manifests} - {_BUILT_IN} == declared
    plan = build_plan(loaded.manifests, backend, PlanOptions(), Surroundings(environ))
    assert plan.changes == ()
    assert refusals(plan) == []


@given(manifest_sets(), st.booleans())
def test_an_export_into_nothing(drawn: ManifestSet, one_file: bool) -> None:
    with fresh_backends() as backends, place() as home:
        for name, backend in backends.items():
            apply_plan(plan_of(drawn, backend), backend)
            directory = home / name
            directory.mkdir()
            export(backend, directory, one_file=one_file)
            # The secrets are in the backend, whatever the environment says now.
            diffs_to_nothing(backend, directory, set(backend.snapshot().heads) - {_BUILT_IN}, {})


@given(evolutions())
def test_an_export_over_the_manifests_of_before(drawn: tuple[ManifestSet, ManifestSet]) -> None:
    before, after = drawn
    with fresh_backends() as backends, place() as home:
        for name, backend in backends.items():
            directory = home / name
            directory.mkdir()
            apply_plan(plan_of(before, backend), backend)
            export(backend, directory)
            apply_plan(plan_of(after, backend), backend)
            export(backend, directory)
            loaded = load([str(directory)], LoadOptions())
            plan = build_plan(loaded.manifests, backend, PlanOptions(), Surroundings())
            assert plan.changes == ()
            assert refusals(plan) == []


@given(texts.filter(str.strip), texts)
@example("\n\n x \t\n", " ")
@example("a" * 30_000, "null")
@example("yes", "012")
@example(" - a: # b", "~")
@example("\ta\n", "\u2028")
def test_texts_of_all_shapes(instructions: str, label: str) -> None:
    drawn = ManifestSet()
    metadata = {"name": "bot", "annotations": {"note": label}}
    spec = {"instructions": f"0123456789{instructions}", "env_spec": {"data": {}}, "skill_refs": []}
    drawn.documents[Key("Agent", "default", "bot")] = {
        "apiVersion": "agentic.stigmer.ai/v1",
        "kind": "Agent",
        "metadata": metadata,
        "spec": spec,
    }
    with fresh_backends() as backends, place() as directory:
        backend = backends["local"]
        apply_plan(plan_of(drawn, backend), backend)
        export(backend, directory)
        diffs_to_nothing(backend, directory, set(drawn.documents), {})
