# SPDX-License-Identifier: Apache-2.0
"""The conformance suite: every promise of the backend contract, held against each backend by a subclass.

A subclass gives the fixture `opened`: a function that opens one more handle on the store of the test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest

from stigmer.backends.contract import Backend, Batch, Operation, SecretEntry
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import Key
from stigmer.resources.kinds import Kind, kinds
from tests.backends.builders import DEFAULT, apply, body_of, delete, live, put, refusals

Opened = Callable[[], Backend]

BOT, TUTOR = Key("Agent", "default", "bot"), Key("Agent", "default", "tutor")
DESK = Key("AgentInstance", "default", "desk")
PROD = Key("Environment", "default", "prod")
POLICY = Key("Skill", "default", "return-policy")


class Handles:
    """The fixtures of every part of the suite."""

    @pytest.fixture
    def backend(self, opened: Opened) -> Backend:
        return opened()


class Reading(Handles):
    """What is stored comes back as it was."""

    def test_a_new_store_holds_the_default_organization(self, backend: Backend) -> None:
        snapshot = backend.snapshot()
        assert snapshot.revision == 0
        assert list(snapshot.heads) == [DEFAULT]
        default = live(backend, DEFAULT)
        assert default.body == (
            b'{"apiVersion":"tenancy.stigmer.ai/v1","kind":"Organization","metadata":{"name":"default"}}'
        )
        assert default.owner is None
        assert [each.operation for each in backend.versions(DEFAULT)] == [Operation.CREATED]

    def test_info_names_the_store(self, backend: Backend) -> None:
        info = backend.info()
        assert info.store_id
        assert info.description
        assert (info.revision, info.organization) == (0, "default")
        apply(backend, put(BOT))
        assert backend.info() == replace(info, revision=1)

    @pytest.mark.parametrize(
        "text", ["é", "日本", "\U0001f600", "'; DROP TABLE agents; --", "a\u0000b", "x" * 100_000]
    )
    def test_bodies_come_back_byte_for_byte(self, backend: Backend, text: str) -> None:
        operation = put(BOT, spec={"instructions": text, "model": {"temperature": 0.1, "max_tokens": 2**53}})
        apply(backend, operation)
        stored = live(backend, BOT)
        assert stored.body == operation.body
        assert stored.digest == operation.digest
        assert backend.versions(BOT)[0].body == operation.body

    def test_get_gives_what_exists_among_the_keys(self, backend: Backend) -> None:
        apply(backend, put(BOT), put(DESK))
        found = backend.get(
            [BOT, TUTOR, DESK, BOT, Key("Nothing", "default", "x"), Key("Agent", "other", "bot")]
        )
        assert set(found) == {BOT, DESK}
        assert all(key == stored.key for key, stored in found.items())
        assert backend.get([]) == {}

    def test_list_goes_by_org_and_name(self, backend: Backend) -> None:
        keys = [Key("Agent", org, name) for org in ("acme", "zoo") for name in ("a", "b", "c")]
        apply(backend, *(put(key) for key in reversed(keys)))
        assert [each.key for each in backend.list("Agent")] == keys
        assert [each.key for each in backend.list("Agent", org="zoo")] == keys[3:]
        assert list(backend.list("Agent", org="nowhere")) == []
        assert list(backend.list("Workflow")) == []
        assert list(backend.list("Nothing")) == []

    def test_labels_must_all_match(self, backend: Backend) -> None:
        odd = {'k8s.io/x"y': "1", "a": "b"}
        apply(
            backend,
            put(BOT, labels=odd),
            put(TUTOR, labels={"a": "b"}),
            put(Key("Agent", "default", "plain")),
        )
        assert [each.key for each in backend.list("Agent", labels={"a": "b"})] == [BOT, TUTOR]
        assert [each.key for each in backend.list("Agent", labels=odd)] == [BOT]
        assert list(backend.list("Agent", labels={"a": "b", "c": "d"})) == []
        assert len(list(backend.list("Agent", labels={}))) == 3

    def test_what_was_listed_stays_while_the_store_changes(self, backend: Backend) -> None:
        apply(backend, put(BOT), put(TUTOR))
        for stored in backend.list("Agent"):
            apply(backend, delete(stored))
        assert list(backend.list("Agent")) == []

    def test_versions_are_resources_of_their_own_kind(self, backend: Backend) -> None:
        apply(backend, put(BOT), message="first")
        apply(backend, put(BOT, live(backend, BOT), title="Changed"))
        history = list(backend.list("ApiResourceVersion", org="default"))
        assert {each.id for each in history} == {each.id for each in backend.versions(BOT)}
        newest = backend.versions(BOT)[0]
        shown = backend.get([Key("ApiResourceVersion", "default", newest.id)])
        spec = orjson.loads(next(iter(shown.values())).body)["spec"]
        assert (spec["name"], spec["number"], spec["resource_kind"]) == ("bot", 2, "API_RESOURCE_KIND_AGENT")
        assert spec["snapshot"]["metadata"]["title"] == "Changed"
        assert list(backend.list("ApiResourceVersion", labels={"a": "b"})) == []

    @pytest.mark.parametrize(
        "kind", [kind for kind in kinds() if kind.declarable], ids=lambda kind: kind.singular
    )
    def test_every_kind_that_a_person_declares_lives_and_dies(self, backend: Backend, kind: Kind) -> None:
        key = Key(kind.name, "" if kind.is_global else "default", "one")
        (made,) = apply(backend, put(key)).outcomes
        assert made.id.startswith(f"{kind.id_prefix}_")
        apply(backend, put(key, live(backend, key), title="Changed"))
        assert [each.version for each in backend.list(kind.name) if each.key == key] == [2]
        apply(backend, delete(live(backend, key)))
        assert key not in backend.snapshot().heads
        assert [each.number for each in backend.versions(key)] == [3, 2, 1]


class Writing(Handles):
    """Batches commit as a whole, at one revision, over what they were planned from."""

    def test_a_batch_is_one_revision(self, backend: Backend) -> None:
        committed = apply(backend, put(BOT), put(DESK), put(PROD))
        assert committed.revision == 1
        assert [(each.key, each.revision, each.version) for each in committed.outcomes] == [
            (BOT, 1, 1),
            (DESK, 1, 1),
            (PROD, 1, 1),
        ]
        heads = backend.snapshot().heads
        assert {heads[each.key].id for each in committed.outcomes} == {each.id for each in committed.outcomes}
        assert {heads[key].revision for key in (BOT, DESK, PROD)} == {1}
        assert apply(backend, put(TUTOR)).revision == 2
        assert backend.snapshot().heads[BOT].revision == 1

    def test_an_empty_batch_commits_nothing(self, backend: Backend) -> None:
        apply(backend, put(BOT))
        committed = backend.apply(Batch(()))
        assert (committed.revision, committed.outcomes) == (1, ())
        assert backend.info().revision == 1

    def test_a_refused_batch_changes_nothing_and_tells_every_reason(self, backend: Backend) -> None:
        apply(backend, put(BOT, protected=True), put(TUTOR), owner="shop")
        before = backend.snapshot()
        bot, tutor = live(backend, BOT), live(backend, TUTOR)
        apply(backend, put(TUTOR, tutor, title="New"))
        batch = Batch(
            (
                put(POLICY),
                delete(bot),
                put(TUTOR, tutor),
                put(DESK, references=(Key("Agent", "default", "nobody"),)),
                put(PROD, secrets={"spec.data.X": SecretEntry("0" * 64)}),
            ),
            owner="other",
            requires=(Key("Organization", "", "acme"),),
        )
        assert refusals(lambda: backend.apply(batch)) == {
            ("delete.protected", "agent/bot"),
            ("set.owned", "agent/bot"),
            ("set.owned", "agent/tutor"),
            ("plan.stale", "agent/tutor"),
            ("reference.missing", "agent-instance/desk"),
            ("secret.missing", "environment/prod"),
            ("reference.missing", "organization/acme"),
        }
        after = backend.snapshot()
        assert after.revision == before.revision + 1
        assert set(after.heads) == set(before.heads)
        assert not backend.versions(POLICY)

    def test_what_exists_is_not_created_again(self, backend: Backend) -> None:
        apply(backend, put(BOT))
        assert refusals(lambda: apply(backend, put(BOT))) == {("plan.stale", "agent/bot")}

    def test_only_the_revision_that_was_planned_from_is_changed(self, backend: Backend) -> None:
        apply(backend, put(BOT))
        first = live(backend, BOT)
        apply(backend, put(BOT, first, title="Second"))
        assert refusals(lambda: apply(backend, put(BOT, first))) == {("plan.stale", "agent/bot")}
        assert refusals(lambda: apply(backend, delete(first))) == {("plan.stale", "agent/bot")}
        apply(backend, delete(live(backend, BOT)))
        assert refusals(lambda: apply(backend, put(BOT, first))) == {("plan.stale", "agent/bot")}
        assert refusals(lambda: apply(backend, delete(first))) == {("plan.stale", "agent/bot")}

    def test_one_batch_changes_a_resource_once(self, backend: Backend) -> None:
        assert refusals(lambda: apply(backend, put(BOT), put(BOT))) == {("plan.stale", "agent/bot")}
        apply(backend, put(BOT))
        bot = live(backend, BOT)
        assert refusals(lambda: apply(backend, put(BOT, bot), delete(bot))) == {("plan.stale", "agent/bot")}
        assert refusals(lambda: apply(backend, put(BOT, bot), put(TUTOR, bot))) == {
            ("plan.stale", "agent/tutor")
        }

    def test_a_change_keeps_what_does_not_change(self, backend: Backend) -> None:
        started = datetime.now(UTC)
        apply(backend, put(BOT, protected=True), owner="shop")
        before = live(backend, BOT)
        apply(backend, put(BOT, before, title="New"))
        after = live(backend, BOT)
        assert (after.id, after.created_at, after.created_by) == (
            before.id,
            before.created_at,
            before.created_by,
        )
        assert started <= before.created_at <= after.updated_at
        assert after.owner == "shop"
        assert (after.version, after.previous_version_id) == (2, before.version_id)
        assert before.created_by

    def test_two_resources_swap_their_names(self, backend: Backend) -> None:
        apply(backend, put(BOT), put(TUTOR))
        bot, tutor = live(backend, BOT), live(backend, TUTOR)
        apply(backend, put(TUTOR, bot), put(BOT, tutor))
        assert (live(backend, TUTOR).id, live(backend, BOT).id) == (bot.id, tutor.id)

    def test_a_renamed_resource_keeps_its_id_and_history(self, backend: Backend) -> None:
        apply(backend, put(BOT))
        bot = live(backend, BOT)
        assert apply(backend, put(TUTOR, bot)).outcomes[0].id == bot.id
        assert BOT not in backend.snapshot().heads
        assert [each.key for each in backend.versions(TUTOR)] == [TUTOR, BOT]
        assert backend.versions(BOT) == backend.versions(TUTOR)
        apply(backend, put(BOT))
        assert live(backend, BOT).id != bot.id

    def test_a_name_that_is_taken_is_not_taken_over(self, backend: Backend) -> None:
        apply(backend, put(BOT), put(TUTOR))
        assert refusals(lambda: apply(backend, put(TUTOR, live(backend, BOT)))) == {
            ("plan.stale", "agent/tutor")
        }

    def test_a_name_given_up_is_free_in_the_same_batch(self, backend: Backend) -> None:
        apply(backend, put(BOT), put(DESK))
        bot, desk = live(backend, BOT), live(backend, DESK)
        apply(backend, put(TUTOR, bot), put(BOT), delete(desk), put(DESK))
        assert live(backend, TUTOR).id == bot.id
        assert live(backend, BOT).id != bot.id
        assert (live(backend, DESK).version, live(backend, DESK).id != desk.id) == (1, True)

    def test_a_large_batch_is_like_a_small_one(self, backend: Backend) -> None:
        keys = [Key("Agent", f"org-{number % 3}", f"bot-{number}") for number in range(1500)]
        apply(backend, *(put(key, references=(DEFAULT,)) for key in keys))
        found = backend.get(keys)
        assert set(found) == set(keys)
        assert (
            len({each.id for each in found.values()})
            == len({each.version_id for each in found.values()})
            == 1500
        )
        committed = apply(backend, *(put(key, found[key], title="Again") for key in keys))
        assert [each.key for each in committed.outcomes] == keys
        apply(backend, *(delete(each) for each in backend.list("Agent")))
        assert list(backend.snapshot().heads) == [DEFAULT]


class Relating(Handles):
    """References, protection and ownership."""

    def test_a_reference_needs_its_target(self, backend: Backend) -> None:
        desk = put(DESK, references=(BOT, PROD))
        assert refusals(lambda: apply(backend, desk)) == {("reference.missing", "agent-instance/desk")}
        apply(backend, put(PROD))
        apply(backend, desk, put(BOT))
        assert refusals(
            lambda: apply(
                backend, put(DESK, live(backend, DESK), references=(BOT,)), delete(live(backend, BOT))
            )
        ) == {("reference.missing", "agent-instance/desk")}

    def test_a_resource_may_refer_to_itself(self, backend: Backend) -> None:
        apply(backend, put(BOT, references=(BOT, BOT)))
        apply(backend, delete(live(backend, BOT)))

    def test_what_is_referred_to_stays(self, backend: Backend) -> None:
        apply(backend, put(BOT), put(DESK, references=(BOT,)))
        assert refusals(lambda: apply(backend, delete(live(backend, BOT)))) == {
            ("delete.referenced", "agent/bot")
        }
        assert refusals(lambda: apply(backend, put(TUTOR, live(backend, BOT)))) == {
            ("delete.referenced", "agent/bot")
        }
        apply(backend, delete(live(backend, BOT)), delete(live(backend, DESK)))

    def test_a_reference_that_is_changed_frees_its_target(self, backend: Backend) -> None:
        apply(backend, put(BOT), put(TUTOR), put(DESK, references=(BOT,)))
        apply(backend, delete(live(backend, BOT)), put(DESK, live(backend, DESK), references=(TUTOR,)))
        assert refusals(lambda: apply(backend, delete(live(backend, TUTOR)))) == {
            ("delete.referenced", "agent/tutor")
        }

    def test_a_target_is_renamed_with_what_refers_to_it(self, backend: Backend) -> None:
        apply(backend, put(BOT), put(DESK, references=(BOT,)))
        apply(backend, put(TUTOR, live(backend, BOT)), put(DESK, live(backend, DESK), references=(TUTOR,)))

    def test_a_target_may_be_replaced(self, backend: Backend) -> None:
        apply(backend, put(BOT), put(DESK, references=(BOT,)))
        apply(backend, delete(live(backend, BOT)), put(BOT))

    def test_what_a_batch_requires_must_exist_when_it_commits(self, backend: Backend) -> None:
        batch = Batch((put(DESK),), requires=(BOT, DEFAULT))
        assert refusals(lambda: backend.apply(batch)) == {("reference.missing", "agent/bot")}
        apply(backend, put(BOT))
        gone = Batch((put(DESK), delete(live(backend, BOT))), requires=(BOT,))
        assert refusals(lambda: backend.apply(gone)) == {("reference.missing", "agent/bot")}
        backend.apply(batch)

    def test_protection_holds_until_a_later_put_lifts_it(self, backend: Backend) -> None:
        apply(backend, put(BOT, protected=True))
        assert refusals(lambda: apply(backend, delete(live(backend, BOT)))) == {
            ("delete.protected", "agent/bot")
        }
        apply(backend, put(BOT, live(backend, BOT), title="Says nothing of it"))
        assert refusals(lambda: apply(backend, delete(live(backend, BOT)))) == {
            ("delete.protected", "agent/bot")
        }
        apply(backend, put(BOT, live(backend, BOT), protected=False))
        apply(backend, delete(live(backend, BOT)))

    def test_referrers_are_told_by_key(self, backend: Backend) -> None:
        apply(backend, put(BOT), put(TUTOR), put(DESK, references=(BOT,)), put(PROD, references=(BOT,)))
        assert backend.referrers([BOT, TUTOR, POLICY]) == {BOT: [DESK, PROD]}
        apply(backend, put(DESK, live(backend, DESK)))
        assert backend.referrers([BOT]) == {BOT: [PROD]}
        assert backend.referrers([]) == {}

    def test_the_default_organization_is_always_there(self, backend: Backend) -> None:
        apply(backend, put(DEFAULT, live(backend, DEFAULT), title="Ours"))
        refused = {("delete.protected", "organization/default")}
        assert refusals(lambda: apply(backend, delete(live(backend, DEFAULT)))) == refused
        elsewhere = Key("Organization", "", "elsewhere")
        assert refusals(lambda: apply(backend, put(elsewhere, live(backend, DEFAULT)))) == refused


class Sharing:
    """Two handles on one store."""

    def test_what_one_commits_the_other_sees(self, opened: Opened) -> None:
        one, two = opened(), opened()
        assert one.info() == two.info()
        apply(one, put(BOT))
        assert two.snapshot() == one.snapshot()
        apply(two, put(BOT, live(two, BOT), title="New"))
        assert live(one, BOT) == live(two, BOT)
        assert one.versions(BOT) == two.versions(BOT)
        assert one.fingerprints([Secret("x")]) == two.fingerprints([Secret("x")])

    def test_the_second_of_two_plans_is_stale(self, opened: Opened) -> None:
        one, two = opened(), opened()
        apply(one, put(BOT))
        planned = live(two, BOT)
        apply(one, put(BOT, live(one, BOT), title="One"))
        assert refusals(lambda: apply(two, put(BOT, planned, title="Two"))) == {("plan.stale", "agent/bot")}
        assert live(two, BOT).body == body_of(BOT, title="One")

    def test_closing_one_leaves_the_other(self, opened: Opened) -> None:
        one, two = opened(), opened()
        one.close()
        one.close()
        apply(two, put(BOT))
