# SPDX-License-Identifier: Apache-2.0
"""What is foreseen of a store is what it becomes: every question gets the answer that it gets once the plan is carried out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stigmer.backends.contract import Backend, Stored
from stigmer.backends.local import LocalBackend
from stigmer.manifests.manifest import Manifest
from stigmer.reconcile.apply import apply_plan
from stigmer.reconcile.build import build_plan
from stigmer.reconcile.foreseen import Foreseen
from stigmer.reconcile.options import PlanOptions
from stigmer.resources.keys import Key
from stigmer.secrets.key_file import KeyFile
from stigmer.secrets.sources import Surroundings
from tests.reconcile.declared import agent, declare, plan, settle


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[LocalBackend]:
    with LocalBackend.open(
        tmp_path / "store.db", master_key=KeyFile(tmp_path / "key"), create=True
    ) as opened:
        yield opened


def heads(backend: Backend) -> dict[Key, tuple[Any, ...]]:
    found = backend.snapshot().heads
    return {key: (each.digest, each.owner, each.declared) for key, each in found.items()}


def without_times(stored: Stored) -> tuple[Any, ...]:
    return (
        stored.key,
        stored.digest,
        stored.body,
        stored.owner,
        stored.applied,
        stored.declared,
        stored.protected,
    )


def everything(backend: Backend) -> dict[str, Any]:
    """All answers that do not depend on when and by whom."""
    keys = list(backend.snapshot().heads)
    gone = [Key("Agent", "default", "old"), Key("Agent", "default", "former")]
    return {
        "heads": heads(backend),
        "bodies": {key: without_times(each) for key, each in backend.get([*keys, *gone]).items()},
        "agents": [without_times(each) for each in backend.list("Agent")],
        "labelled": [without_times(each) for each in backend.list("Agent", labels={"tier": "gold"})],
        "elsewhere": [without_times(each) for each in backend.list("Agent", org="elsewhere")],
        "referrers": {key: list(found) for key, found in backend.referrers([*keys, *gone]).items()},
    }


def before() -> list[Manifest]:
    return [
        *declare("skill/rules", "markdown_content: Be kind."),
        *declare("skill/tone", "markdown_content: Be brief."),
        *agent("bot", "skill_refs: [rules]"),
        *agent("old", "skill_refs: [tone]"),
        *agent("former", "skill_refs: [rules]", "labels: {tier: gold}"),
        *agent("kept", "", "lifecycle: {deletion: orphan}"),
        *agent("guarded", "", "lifecycle: {deletion: protect}"),
    ]


def after() -> list[Manifest]:
    return [
        *declare("skill/rules", "markdown_content: Be kinder."),
        *declare("skill/tone", "markdown_content: Be brief."),
        *agent("bot", "skill_refs: [tone]"),
        *agent("latter", "skill_refs: [rules, tone]", "labels: {tier: gold}, renamed_from: former"),
        *agent("guarded", "", "lifecycle: {deletion: allow}"),
        *agent("new", "skill_refs: [tone]", "labels: {tier: gold}"),
        *declare("agent-instance/i", "agent: new"),
    ]


def test_every_question_gets_the_answer_that_it_gets_afterwards(backend: LocalBackend) -> None:
    settle(backend, before(), set="shop")
    found = build_plan(after(), backend, PlanOptions("shop", prune=True), Surroundings())
    assert found.refusals == ()
    assert {type(each).__name__ for each in found.changes} == {"Create", "Update", "Delete", "Release"}
    foreseen = Foreseen(backend)
    foreseen.add(found)
    told = everything(foreseen)
    apply_plan(found, backend)
    assert told == everything(backend)


def test_a_second_plan_is_foreseen_over_the_first(backend: LocalBackend) -> None:
    foreseen = Foreseen(backend)
    foreseen.add(plan(foreseen, before(), set="shop"))
    foreseen.add(build_plan(after(), foreseen, PlanOptions("shop", prune=True), Surroundings()))
    told = everything(foreseen)
    settle(backend, before(), set="shop")
    apply_plan(build_plan(after(), backend, PlanOptions("shop", prune=True), Surroundings()), backend)
    assert told == everything(backend)


def test_without_a_plan_it_is_the_store(backend: LocalBackend) -> None:
    settle(backend, before())
    assert everything(Foreseen(backend)) == everything(backend)
    assert Foreseen(backend).info() == backend.info()


def test_nothing_can_be_changed_in_what_is_only_foreseen(backend: LocalBackend) -> None:
    foreseen = Foreseen(backend)
    with pytest.raises(NotImplementedError):
        apply_plan(plan(foreseen, before()), foreseen)
    assert backend.snapshot().revision == 0
