# SPDX-License-Identifier: Apache-2.0
"""Plans that delete: what refers goes first, and what is needed stays."""

from __future__ import annotations

import pytest

from stigmer.backends.contract import Backend, Batch, Delete
from stigmer.errors import NotFoundError, RefusedError
from stigmer.reconcile.apply import apply_plan
from stigmer.reconcile.delete import build_delete_plan
from tests.reconcile.declared import agent, codes, declare, key, live, plan, settle, shown

POLICY = declare("skill/policy", "markdown_content: x")


def delete(backend: Backend, *names: str) -> list[str]:
    made = build_delete_plan([(key(name), None) for name in names], backend)
    apply_plan(made, backend)
    return shown(made)


def test_what_refers_goes_first(backend: Backend) -> None:
    settle(backend, agent("bot", "skill_refs: [policy]") + POLICY + declare("ain/desk", "agent: bot"))
    assert delete(backend, "skill/policy", "agent/bot", "ain/desk") == [
        "delete agent-instance/desk",
        "delete agent/bot",
        "delete skill/policy",
    ]
    assert list(backend.snapshot().heads) == [key("org/default")]


def test_the_order_does_not_depend_on_that_of_the_names(backend: Backend) -> None:
    settle(backend, agent("b") + agent("a", "", "depends_on: [agent/b]") + agent("c"))
    names = ["agent/c", "agent/b", "agent/a"]
    orders = [
        shown(build_delete_plan([(key(name), None) for name in each], backend))
        for each in (names, names[::-1])
    ]
    assert orders[0] == orders[1]
    assert orders[0].index("delete agent/a") < orders[0].index("delete agent/b")


def test_what_is_not_there_is_not_found(backend: Backend) -> None:
    settle(backend, agent("support"))
    with pytest.raises(NotFoundError) as caught:
        delete(backend, "agent/support", "agent/suport", "skill/gone")
    assert (caught.value.code, caught.value.exit_code) == ("resource.not_found", 5)
    assert caught.value.message == "agent/suport, skill/gone not found"
    assert caught.value.hint == "did you mean agent/support?"


def test_what_is_needed_or_protected_stays(backend: Backend) -> None:
    settle(
        backend,
        agent("bot", "skill_refs: [policy]") + POLICY + agent("kept", "", "lifecycle: {deletion: protect}"),
    )
    before = backend.snapshot()
    for name, code in (
        ("skill/policy", "delete.referenced"),
        ("agent/kept", "delete.protected"),
        ("org/default", "delete.protected"),
    ):
        with pytest.raises(RefusedError) as caught:
            delete(backend, name)
        assert codes(caught.value.refusals) == [("error", code)]
    assert backend.snapshot() == before
    settle(backend, agent("kept", "", "lifecycle: {deletion: allow}"))
    assert delete(backend, "agent/kept") == ["delete agent/kept"]


def test_a_stale_deletion_is_refused(backend: Backend) -> None:
    settle(backend, agent("bot"))
    made = build_delete_plan([(key("agent/bot"), None)], backend)
    settle(backend, agent("bot", "description: new"))
    with pytest.raises(RefusedError) as caught:
        apply_plan(made, backend)
    assert caught.value.code == "plan.stale"


def test_what_was_deleted_is_created_anew(backend: Backend) -> None:
    settle(backend, agent("bot"))
    first = live(backend, "agent/bot")
    backend.apply(Batch((Delete(first.key, first.id, first.revision),)))
    assert shown(plan(backend, agent("bot"))) == ["create agent/bot"]
    settle(backend, agent("bot"))
    assert live(backend, "agent/bot").id != first.id


def test_of_equals_the_first_goes_first(backend: Backend) -> None:
    settle(backend, POLICY + [each for name in "cab" for each in agent(name, "skill_refs: [policy]")])
    assert delete(backend, "skill/policy", "agent/b", "agent/c", "agent/a") == [
        "delete agent/a",
        "delete agent/b",
        "delete agent/c",
        "delete skill/policy",
    ]
