# SPDX-License-Identifier: Apache-2.0
"""A plan that went through a file does what it would have done, or nothing where the store is not what it was made from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from stigmer.backends.contract import Backend, SetSource
from stigmer.cli.console import json_bytes
from stigmer.cli.plan_json import plan_json
from stigmer.errors import Location
from stigmer.manifests.manifest import Manifest
from stigmer.reconcile.apply import apply_plan
from stigmer.reconcile.delete import build_delete_plan
from stigmer.reconcile.plan import Create, Delete, Plan, Release, Settled, Update, Wanted
from stigmer.reconcile.saved.secrets import sources, with_values
from stigmer.reconcile.saved.standing import done_by, fitted, stale
from stigmer.reconcile.saved.text import SECTION, PlanFileError, opened, with_digest
from stigmer.resources.resource import digest
from stigmer.secrets.sources import Surroundings
from tests.reconcile.declared import agent, codes, declare, key, live, meddle, plan, settle, spec
from tests.reconcile.saving import read, text, through_a_file, used

POLICY = declare("skill/policy", "markdown_content: x")
ENV = {"TOKEN": "correct-horse-battery"}  # secret-scan: allow
KEYS = declare("env/e", "data: {T: {value_from: {env: TOKEN}}, U: {is_secret: true}, PLAIN: {value: x}}")


class TestThereAndBack:
    def test_everything_that_a_plan_may_hold_comes_back(self) -> None:
        here = Location("a.yaml", 3)
        wanted: dict[str, Any] = {
            "encoded": b'{"a":1.0}',
            "digest": digest(b'{"a":1.0}'),
            "references": (key("skill/s"),),
        }
        made = Plan(
            set="shop",
            adopt=True,
            base_revision=7,
            changes=(
                Create(key=key("agent/a"), **wanted, protected=True, restores=3, id="agt_1", location=here),
                Update(
                    key=key("agent/b"),
                    **wanted,
                    declared=b'{"b":2}',
                    protected=False,
                    id="agt_2",
                    revision=4,
                    fields=(),
                    renamed_from=key("agent/c"),
                ),
                Release(key("agent/d"), "agt_3", 5, "shop"),
                Delete(key("agent/e"), "agt_4", 6, here),
                Delete(key("org/f"), "org_4", 6),
            ),
            unchanged=(),
            settled=(Settled(key("agent/g"), "agt_5", 2, b"{}"), Settled(key("agent/h"), "agt_6", 2)),
            source=SetSource("https://git.example/shop", "manifests"),
            moves=True,
            expects={key("skill/s"): 3},
            declares=False,
            store_id="sto_1",
        )
        assert used(read(text(made)).plan) == used(made)

    def test_a_plan_with_secrets_drift_and_renames_does_the_same(self, backend: Backend) -> None:
        before = agent("old", "skill_refs: [policy]") + POLICY + agent("plain")
        settle(backend, before, set="shop")
        settle(backend, declare("env/e", "data: {U: {is_secret: true, value: kept}}"), set="shop")
        meddle(backend, "agent/plain", instructions="Answer rudely.")
        wanted = agent("new", "skill_refs: [policy]", "renamed_from: old") + POLICY + agent("plain") + KEYS
        made = plan(backend, wanted, set="shop", environ=ENV)
        again = through_a_file(made, backend, wanted, ENV)
        assert used(again) == used(made)
        shown = plan_json(made, made.diagnostics, show_unchanged=True)
        assert orjson.loads(json_bytes(plan_json(again, made.diagnostics, show_unchanged=True))) == (
            orjson.loads(json_bytes(shown))
        )
        apply_plan(again, backend)
        assert plan(backend, wanted, set="shop", environ=ENV).changes == ()
        assert spec(backend, "agent/plain")["instructions"] == "Answer politely."

    def test_a_deletion_comes_back(self, backend: Backend) -> None:
        settle(backend, agent("bot"))
        made = build_delete_plan([(key("agent/bot"), None)], backend)
        apply_plan(through_a_file(made, backend, []), backend)
        assert key("agent/bot") not in backend.snapshot().heads

    def test_it_is_not_written_for_a_secret_that_nobody_could_read_again(self, backend: Backend) -> None:
        clear = declare("env/e", "data: {T: {is_secret: true, value: in-clear}}")  # secret-scan: allow
        _, wrong = sources(plan(backend, clear), clear)  # its file is nowhere, as that of standard input
        assert codes(wrong) == [("error", "plan.secret")]
        assert wrong[0].path == "spec.data.T"


class TestTheFile:
    def test_any_edit_shows(self, backend: Backend) -> None:
        data = text(plan(backend, agent("bot")))
        assert read(data).plan.changes
        for place in range(0, len(data), 7):
            other = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
            with pytest.raises(PlanFileError):
                read(other)
        for other in (data + b"\n", data[:-1], data.replace(b"    ", b"   "), data[: len(data) // 2]):
            with pytest.raises(PlanFileError) as caught:
                read(other)
            assert caught.value.code == "plan.edited"

    @pytest.mark.parametrize("part", ["body", "key", "digest"])
    def test_one_that_is_signed_anew_and_does_not_hold_together_is_refused(
        self, backend: Backend, part: str
    ) -> None:
        document = orjson.loads(text(plan(backend, agent("bot"))))
        del document["digest"]
        document[SECTION]["operations"][0][part] = "x"
        with pytest.raises(PlanFileError) as caught:
            read(with_digest(json_bytes(document)))
        assert caught.value.code == "plan.edited"

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "plan.unreadable"),
            (b"kind: Plan\n", "plan.unreadable"),
            (b"[]", "plan.unreadable"),
            (b'{"kind": "List"}', "plan.unreadable"),
            (b'{"kind": "Plan", "format_version": 1}', "plan.unreadable"),
            (b'{"kind": "Plan", "format_version": 2, "apply": {}}', "plan.format"),
            (b'{"kind": "Plan", "format_version": 1, "apply": {"format_version": 9}}', "plan.format"),
            (b'{"kind": "Plan", "format_version": 1, "apply": {}}', "plan.edited"),
        ],
    )
    def test_what_is_no_plan_is_told_from_what_was_one(self, data: bytes, code: str) -> None:
        with pytest.raises(PlanFileError) as caught:
            opened(data, "plan.json")
        assert (caught.value.code, caught.value.message.startswith("plan.json ")) == (code, True)


class TestStanding:
    def made(self, backend: Backend) -> Plan:
        """A plan that updates, creates, deletes nothing and refers to a skill that it leaves alone."""
        settle(backend, agent("bot") + POLICY + agent("still"))
        return plan(backend, agent("bot", "skill_refs: [policy]") + agent("new"))

    def told(self, made: Plan, backend: Backend) -> list[str]:
        heads = backend.snapshot().heads
        found = stale(made, heads, backend)
        assert {each.code for each in found} <= {"plan.stale"}
        return [each.message for each in found]

    def test_what_the_plan_does_not_speak_of_may_change(self, backend: Backend) -> None:
        made = self.made(backend)
        settle(backend, agent("still", "description: other") + agent("another"))
        assert self.told(made, backend) == []
        apply_plan(made, backend)

    @pytest.mark.parametrize(
        ("change", "resource", "words"),
        [
            (agent("bot", "description: other"), "agent/bot", "was changed after revision"),
            (
                declare("skill/policy", "markdown_content: y"),
                "skill/policy",
                "is referred to, and was changed",
            ),
            (agent("new", "description: other"), "agent/new", "exists by now"),
        ],
    )
    def test_what_was_touched_since_is_named_with_who_did_it(
        self, backend: Backend, change: list[Manifest], resource: str, words: str
    ) -> None:
        made = self.made(backend)
        settle(backend, change, set="shop")
        (message,) = self.told(made, backend)
        version = backend.versions(key(resource))[0]
        assert message.startswith(f"{resource} {words}")
        assert f"at revision {version.revision} by {version.actor} in set shop" in message

    def test_what_is_gone_is_named(self, backend: Backend) -> None:
        made = self.made(backend)
        apply_plan(
            build_delete_plan([(key("agent/bot"), None), (key("skill/policy"), None)], backend), backend
        )
        assert [each.partition(" (deleted at")[0] for each in self.told(made, backend)] == [
            "agent/bot does not exist any more",
            "skill/policy is needed and does not exist any more",
        ]

    def test_two_that_swap_names_are_not_in_each_others_way(self, backend: Backend) -> None:
        settle(backend, agent("a") + agent("b", "description: b"))
        wanted = agent("c", "", "renamed_from: a") + agent("b", "description: b")
        assert self.told(plan(backend, wanted), backend) == []

    def test_a_plan_that_was_applied_is_known_as_such(self, backend: Backend) -> None:
        made = self.made(backend)
        assert done_by(made, backend.snapshot().heads, backend) is None
        applied = apply_plan(made, backend)
        (message,) = self.told(made, backend)
        assert message.startswith(
            f"this plan was applied already: all of it is live, at revision {applied.revision}"
        )
        settle(backend, agent("bot", "description: moved on"))
        assert "applied already" not in " ".join(self.told(made, backend))

    def test_so_is_one_that_only_deleted(self, backend: Backend) -> None:
        settle(backend, agent("bot"))
        made = build_delete_plan([(key("agent/bot"), None)], backend)
        assert self.told(made, backend) == []
        apply_plan(made, backend)
        assert "applied already" in self.told(made, backend)[0]

    def test_a_plan_for_a_store_to_come_takes_the_ids_that_came(self, backend: Backend) -> None:
        org = declare("org/default", "description: ours")
        made = plan(backend, org)
        (update,) = made.changes
        assert isinstance(update, Update)
        blank = replace(made, store_id="", changes=(replace(update, id=""),))
        assert fitted(blank, backend.snapshot().heads).changes == made.changes
        assert fitted(made, backend.snapshot().heads) is made


class TestSecretsAgain:
    def test_another_value_or_none_is_refused(self, backend: Backend) -> None:
        declared = declare("env/e", "data: {T: {value_from: {env: TOKEN}}}")
        saved = read(text(plan(backend, declared, environ=ENV), declared))
        for environ, words in (({}, "the variable TOKEN is not set"), ({"TOKEN": "x"}, "another value now")):
            _, wrong = with_values(saved, backend, Surroundings(environ))
            assert codes(wrong) == [("error", "plan.secret")]
            assert words in wrong[0].message
            assert wrong[0].path == "spec.data.T"
        made, wrong = with_values(saved, backend, Surroundings(ENV))
        assert wrong == ()
        apply_plan(made, backend)
        assert orjson.loads(live(backend, "env/e").body)["spec"]["data"]["T"]["fingerprint"]

    def test_what_only_the_store_has_needs_no_source(self, backend: Backend) -> None:
        settle(backend, declare("env/e", "data: {U: {is_secret: true, value: kept}}"))
        held = declare("env/e", "data: {U: {is_secret: true}, PLAIN: {value: x}}")
        saved = read(text(plan(backend, held), held))
        assert saved.sources == {key("env/e"): {}}
        made, wrong = with_values(saved, backend, Surroundings())
        assert wrong == ()
        assert all(isinstance(each, Wanted) for each in made.changes)
        apply_plan(made, backend)
        assert plan(backend, held).changes == ()
