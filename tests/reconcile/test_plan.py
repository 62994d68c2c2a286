# SPDX-License-Identifier: Apache-2.0
"""Plans and what becomes of them: what is shown is what happens, and after it nothing is left to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stigmer.backends.contract import Backend
from stigmer.errors import RefusedError
from stigmer.manifests.load import LoadOptions, load
from stigmer.manifests.manifest import Manifest
from stigmer.reconcile.apply import apply_plan
from stigmer.reconcile.delete import build_delete_plan
from stigmer.reconcile.plan import Create, Update
from stigmer.resources.keys import Key
from tests.reconcile.declared import (
    SAID,
    agent,
    codes,
    declare,
    key,
    live,
    meddle,
    plan,
    refusals,
    settle,
    shown,
    spec,
)

EXAMPLES = Path(__file__).parents[2] / "examples" / "manifests"
POLICY = declare("skill/policy", "markdown_content: x")


class TestApplying:
    def test_create_update_unchanged(self, backend: Backend) -> None:
        first = agent("bot", "skill_refs: [policy]") + POLICY
        made = plan(backend, first)
        assert shown(made) == ["create skill/policy", "create agent/bot"]
        assert (made.count(Create), made.count(Update), made.unchanged, made.refusals) == (2, 0, (), ())
        applied = apply_plan(made, backend, message="why")
        assert [(each.action, each.key) for each in applied.resources] == [
            ("created", key("skill/policy")),
            ("created", key("agent/bot")),
        ]
        assert applied.revision == backend.snapshot().revision
        assert {each.id for each in applied.resources} == {
            live(backend, name).id for name in ("agent/bot", "skill/policy")
        }
        assert backend.versions(key("agent/bot"))[0].message == "why"

        second = agent("bot", "skill_refs: [policy], model: {temperature: 0}") + POLICY
        made = plan(backend, second)
        assert shown(made) == ["update agent/bot: spec.model add {'temperature': 0}"]
        assert [each.key for each in made.unchanged] == [key("skill/policy")]
        assert [(each.action, each.revision) for each in apply_plan(made, backend).resources] == [
            ("updated", applied.revision + 1)
        ]
        assert spec(backend, "agent/bot")["model"] == {"temperature": 0}
        assert plan(backend, second).changes == ()

    def test_applying_nothing_changes_nothing(self, backend: Backend) -> None:
        settle(backend, POLICY)
        before = backend.snapshot()
        applied = apply_plan(plan(backend, POLICY), backend)
        assert (applied.revision, applied.resources) == (before.revision, ())
        assert backend.snapshot() == before

    def test_another_spelling_is_no_change(self, backend: Backend) -> None:
        settle(backend, agent("bot", "skill_refs: [policy@latest]") + POLICY)
        assert (
            plan(backend, agent("bot", "skill_refs: [{name: policy, org: default}]") + POLICY).changes == ()
        )

    def test_a_create_shows_how_it_will_be(self, backend: Backend) -> None:
        (change,) = plan(backend, agent("bot", "model: {temperature: 0}")).changes
        assert isinstance(change, Create)
        assert change.after["spec"] == {"instructions": SAID, "model": {"temperature": 0}}
        assert str(change.location) == "bot.yaml:1:1"

    def test_a_plan_that_is_stale_is_refused(self, backend: Backend) -> None:
        settle(backend, agent("bot"))
        update, create = plan(backend, agent("bot", "description: a")), plan(backend, agent("new"))
        settle(backend, agent("bot", "description: b") + agent("new"))
        before = backend.snapshot()
        for stale in (update, create):
            with pytest.raises(RefusedError) as caught:
                apply_plan(stale, backend)
            assert codes(caught.value.refusals) == [("error", "plan.stale")]
        assert backend.snapshot() == before

    def test_all_or_nothing(self, backend: Backend) -> None:
        made = plan(backend, agent("bot", "skill_refs: [gone]") + POLICY)
        assert refusals(made) == [("reference.missing", "spec.skill_refs[0]")]
        with pytest.raises(RefusedError):
            apply_plan(made, backend)
        assert key("skill/policy") not in backend.snapshot().heads

    def test_a_circle_is_refused(self, backend: Backend) -> None:
        made = plan(
            backend, agent("a", "", "depends_on: [agent/b]") + agent("b", "", "depends_on: [agent/a]")
        )
        assert refusals(made) == [("graph.cycle", "metadata.depends_on[0]")]

    def test_the_examples_apply_to_no_further_change(self, backend: Backend) -> None:
        manifests = list(load([str(EXAMPLES)], LoadOptions(org="acme", root=str(EXAMPLES))).manifests)
        environ = {"SHOP_STRIPE_KEY": "sk", "SHOP_SUPPORT_TOKEN": "tok"}
        executions = [each for each in manifests if each.resource.kind.executed]
        made = plan(backend, manifests, environ=environ)
        assert made.refusals == ()
        applied = settle(backend, manifests, environ=environ)
        assert len(applied.resources) == len(manifests) - len(executions)
        assert len(made.unchanged) == len(executions) > 0


class TestOwnership:
    def test_a_set_owns_what_it_applies(self, backend: Backend) -> None:
        settle(backend, POLICY, set="shop")
        assert live(backend, "skill/policy").owner == "shop"
        for other in ("bank", None):
            made = plan(backend, POLICY, set=other)
            assert refusals(made) == [("set.owned", None)]
            assert made.refusals[0].location is not None
        assert "owned by set shop" in plan(backend, POLICY, set="bank").refusals[0].message

    def test_adopt_takes_it_over(self, backend: Backend) -> None:
        settle(backend, POLICY, set="shop")
        made = plan(backend, POLICY, set="bank", adopt=True)
        assert shown(made) == ["update skill/policy: metadata.set replace shop -> bank"]
        settle(backend, POLICY, set="bank", adopt=True)
        assert live(backend, "skill/policy").owner == "bank"

    def test_what_nobody_owns_is_taken_and_shown(self, backend: Backend) -> None:
        settle(backend, POLICY)
        assert shown(plan(backend, POLICY, set="shop")) == ["update skill/policy: metadata.set add shop"]
        settle(backend, POLICY, set="shop")
        assert live(backend, "skill/policy").owner == "shop"

    def test_without_a_set_an_owner_stays_when_adopted(self, backend: Backend) -> None:
        settle(backend, POLICY, set="shop")
        changed = declare("skill/policy", "markdown_content: y")
        assert refusals(plan(backend, changed)) == [("set.owned", None)]
        settle(backend, changed, adopt=True)
        assert live(backend, "skill/policy").owner == "shop"


class TestRenaming:
    def test_the_id_and_the_history_stay(self, backend: Backend) -> None:
        settle(backend, agent("old"))
        before = live(backend, "agent/old")
        renamed = agent("new", "", "renamed_from: old")
        made = plan(backend, renamed)
        assert shown(made) == ["update agent/new: metadata.name replace old -> new"]
        (change,) = made.changes
        assert isinstance(change, Update)
        assert change.renamed_from == key("agent/old")
        settle(backend, renamed)
        assert key("agent/old") not in backend.snapshot().heads
        assert live(backend, "agent/new").id == before.id
        assert [each.number for each in backend.versions(key("agent/new"))] == [2, 1]
        settle(backend, agent("new"))

    def test_with_nothing_to_rename_it_is_a_create(self, backend: Backend) -> None:
        assert shown(plan(backend, agent("new", "", "renamed_from: old"))) == ["create agent/new"]

    def test_once_done_another_may_take_the_old_name(self, backend: Backend) -> None:
        renamed = agent("new", "", "renamed_from: old")
        settle(backend, renamed)
        settle(backend, renamed + agent("old"))

    def test_one_resource_does_not_become_two(self, backend: Backend) -> None:
        settle(backend, agent("old"))
        for rival in (agent("old"), agent("newer", "", "renamed_from: old")):
            for declared in (
                [*agent("new", "", "renamed_from: old"), *rival],
                [*rival, *agent("new", "", "renamed_from: old")],
            ):
                made = plan(backend, declared)
                assert refusals(made) == [("rename.taken", "metadata.renamed_from")]

    def test_who_still_uses_the_old_name_is_told(self, backend: Backend) -> None:
        settle(backend, POLICY)
        renamed = declare("skill/rules", "markdown_content: x", "renamed_from: policy")
        made = plan(backend, renamed + agent("bot", "skill_refs: [policy]"))
        assert refusals(made) == [("reference.missing", "spec.skill_refs[0]")]
        settle(backend, renamed + agent("bot", "skill_refs: [rules]"))

    def test_who_is_not_among_the_manifests_and_uses_it_is_named(self, backend: Backend) -> None:
        settle(backend, POLICY + agent("bot", "skill_refs: [policy]"))
        renamed = declare("skill/rules", "markdown_content: x", "renamed_from: policy")
        made = plan(backend, renamed)
        assert refusals(made) == [("rename.referenced", "metadata.renamed_from")]
        assert "agent/bot" in made.refusals[0].message
        with pytest.raises(RefusedError):
            apply_plan(made, backend)

    def test_a_secret_keeps_its_value(self, backend: Backend) -> None:
        settle(backend, declare("env/old", "data: {T: {value_from: {env: T}}}"), environ={"T": "x"})
        settle(backend, declare("env/new", "data: {T: {is_secret: true}}", "renamed_from: old"))


class TestImmutableFields:
    def test_a_change_is_refused(self, backend: Backend) -> None:
        accounts = declare("ida/ada", "email: a@b.c") + declare("ida/bob", "email: b@b.c")
        settle(backend, declare("api-key/k", "owner: ada, never_expires: true") + accounts)
        made = plan(backend, declare("api-key/k", "owner: bob, never_expires: true") + accounts)
        assert refusals(made) == [("field.immutable", "spec.owner")]
        assert str(made.refusals[0].location) == "k.yaml:4:15"
        with pytest.raises(RefusedError):
            apply_plan(made, backend)
        assert spec(backend, "api-key/k")["owner"] == "ada"


class TestIgnoredChanges:
    def test_a_live_value_stays(self, backend: Backend) -> None:
        def bot(said: str) -> list[Manifest]:
            return agent("bot", said, "lifecycle: {ignore_changes: [spec.model.temperature]}")

        settle(backend, bot("model: {temperature: 1, name: a}"))
        meddle(backend, "agent/bot", model={"temperature": 2, "name": "a"})
        assert plan(backend, bot("model: {temperature: 1, name: a}")).changes == ()
        settle(backend, bot("model: {temperature: 0, name: b}"))
        assert spec(backend, "agent/bot")["model"] == {"temperature": 2, "name": "b"}
        settle(backend, bot("model: {name: b}"))
        assert spec(backend, "agent/bot")["model"] == {"temperature": 2, "name": "b"}
        settle(backend, bot(""))
        assert spec(backend, "agent/bot")["model"] == {"temperature": 2}
        settle(backend, bot("model: {name: b}"))
        meddle(backend, "agent/bot", model={"name": "b"})
        settle(backend, bot("model: {temperature: 0, name: b, max_tokens: 5}"))
        assert spec(backend, "agent/bot")["model"] == {"name": "b", "max_tokens": 5}

    @pytest.mark.parametrize(
        ("path", "first", "live_spec", "then", "left"),
        [
            (
                "spec.description",
                "description: a",
                {"description": "l"},
                "description: b",
                {"description": "l"},
            ),
            ("spec.description", "description: a", {"description": None}, "description: b", {}),
            ("spec.skill_refs", "", {"skill_refs": []}, "", {"skill_refs": []}),
        ],
    )
    def test_whole_fields(
        self,
        backend: Backend,
        path: str,
        first: str,
        live_spec: dict[str, Any],
        then: str,
        left: dict[str, object],
    ) -> None:
        how = f"lifecycle: {{ignore_changes: [{path}]}}"
        settle(backend, agent("bot", first, how))
        meddle(backend, "agent/bot", **live_spec)
        assert plan(backend, agent("bot", then, how)).changes == ()
        settle(backend, agent("bot", f"{then}, model: {{name: n}}".lstrip(", "), how))
        assert spec(backend, "agent/bot") == {"instructions": SAID, "model": {"name": "n"}, **left}

    def test_a_field_of_a_named_item_and_an_odd_key(self, backend: Backend) -> None:
        server = declare("mcp/x", "stdio: {command: c}")
        how = 'lifecycle: {ignore_changes: ["spec.mcp_servers[x].enabled_tools", "metadata.labels[\\"k8s.io/x\\"]"]}'
        settle(
            backend,
            agent("bot", "mcp_servers: [{ref: x, enabled_tools: [a]}]", 'labels: {k8s.io/x: "1"}, ' + how)
            + server,
        )
        meddle(
            backend,
            "agent/bot",
            mcp_servers=[{"ref": {"name": "x", "org": "default"}, "enabled_tools": ["b"]}],
        )
        changed = agent(
            "bot",
            "mcp_servers: [{ref: x, enabled_tools: [c], approval: never}]",
            'labels: {k8s.io/x: "2"}, ' + how,
        )
        assert shown(plan(backend, changed + server)) == [
            "update agent/bot: spec.mcp_servers[x].approval add never"
        ]
        settle(backend, changed + server)
        assert spec(backend, "agent/bot")["mcp_servers"] == [
            {"ref": "x", "enabled_tools": ["b"], "approval": "never"}
        ]

    def test_a_create_takes_what_the_manifest_says(self, backend: Backend) -> None:
        settle(backend, agent("bot", "description: a", "lifecycle: {ignore_changes: [spec.description]}"))
        assert spec(backend, "agent/bot")["description"] == "a"

    def test_an_ignored_secret_stays_and_its_source_is_not_needed(self, backend: Backend) -> None:
        def env(value: str) -> list[Manifest]:
            data = f"data: {{T: {{value_from: {{env: T}}}}, PLAIN: {{value: {value}}}}}"
            return declare("env/e", data, "lifecycle: {ignore_changes: [spec.data.T]}")

        settle(backend, env("a"), environ={"T": "first"})
        before = spec(backend, "env/e")["data"]["T"]
        for environ in ({"T": "second"}, {}):
            assert plan(backend, env("a"), environ=environ).diagnostics == ()
            assert plan(backend, env("a"), environ=environ).changes == ()
        settle(backend, env("b"), environ={"T": "second"})
        settle(backend, env("c"))
        assert spec(backend, "env/e")["data"] == {"T": before, "PLAIN": {"value": "c"}}
        meddle(backend, "env/e", data={"PLAIN": {"value": "c"}})
        settle(backend, env("d"))
        assert spec(backend, "env/e")["data"] == {"PLAIN": {"value": "d"}}


class TestDrift:
    def test_a_live_change_is_shown_as_drift_and_undone(self, backend: Backend) -> None:
        bot = agent("bot", "description: said")
        settle(backend, bot)
        meddle(backend, "agent/bot", description="meddled")
        assert shown(plan(backend, bot)) == [
            "update agent/bot: spec.description replace meddled -> said (drift)"
        ]
        settle(backend, bot)
        assert spec(backend, "agent/bot")["description"] == "said"
        assert shown(plan(backend, agent("bot", "description: new"))) == [
            "update agent/bot: spec.description replace said -> new"
        ]

    def test_each_field_has_its_own_cause(self, backend: Backend) -> None:
        settle(backend, agent("bot", "description: a"))
        meddle(backend, "agent/bot", model={"name": "live"})
        made = plan(backend, agent("bot", "description: b"))
        assert shown(made) == [
            "update agent/bot: spec.model remove {'name': 'live'} (drift)",
            "update agent/bot: spec.description replace a -> b",
        ]
        assert made.refusals == ()

    def test_what_both_changed_is_a_conflict(self, backend: Backend) -> None:
        settle(backend, agent("bot", "description: a"))
        meddle(backend, "agent/bot", description="live")
        made = plan(backend, agent("bot", "description: mine"))
        assert shown(made) == ["update agent/bot: spec.description replace live -> mine (both)"]
        assert refusals(made) == [("plan.conflict", "spec.description")]
        assert str(made.refusals[0].location) == "bot.yaml:4:53"
        with pytest.raises(RefusedError) as caught:
            apply_plan(made, backend)
        assert (caught.value.code, caught.value.exit_code) == ("plan.conflict", 4)
        assert spec(backend, "agent/bot")["description"] == "live"
        assert plan(backend, agent("bot", "description: live")).changes == ()

    def test_the_same_change_by_both_is_none(self, backend: Backend) -> None:
        settle(backend, agent("bot", "description: a"))
        meddle(backend, "agent/bot", description="same", model={"name": "live"})
        made = plan(backend, agent("bot", "description: same"))
        assert shown(made) == ["update agent/bot: spec.model remove {'name': 'live'} (drift)"]


class TestExecutions:
    def test_they_count_as_unchanged_and_nothing_is_recorded(self, backend: Backend) -> None:
        asked = declare("aex/once", "agent: bot, message: Hello")
        settle(backend, agent("bot"))
        before = backend.snapshot()
        made = plan(backend, asked)
        assert (made.changes, [each.key for each in made.unchanged]) == ((), [key("aex/once")])
        (told,) = made.diagnostics
        assert (told.severity, told.code, told.resource) == (
            "info",
            "execution.not_run",
            "agent-execution/once",
        )
        apply_plan(made, backend)
        assert backend.snapshot() == before

    def test_what_they_refer_to_must_be_there(self, backend: Backend) -> None:
        made = plan(backend, declare("wex/once", "workflow: gone"))
        assert refusals(made) == [("reference.missing", "spec.workflow")]


class TestProtection:
    @pytest.mark.parametrize("rest", ["", "lifecycle: {ignore_changes: [spec.model]}"])
    def test_it_stays_when_the_manifest_falls_silent_and_the_plan_says_so(
        self, backend: Backend, rest: str
    ) -> None:
        settle(backend, agent("bot", "", "lifecycle: {deletion: protect}"))
        silent = plan(backend, agent("bot", "", rest))
        assert [each.code for each in silent.diagnostics] == ["lifecycle.kept"]
        apply_plan(silent, backend)
        bot = Key("Agent", "default", "bot")
        with pytest.raises(RefusedError) as refused:
            apply_plan(build_delete_plan([(bot, None)], backend), backend)
        assert refused.value.code == "delete.protected"
        lifted = plan(backend, agent("bot", "", "lifecycle: {deletion: allow}"))
        assert lifted.diagnostics == ()
        apply_plan(lifted, backend)
        apply_plan(build_delete_plan([(bot, None)], backend), backend)
