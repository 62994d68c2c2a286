# SPDX-License-Identifier: Apache-2.0
"""The part of the conformance suite about what was: history, what was declared, what comes back, and whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import orjson

from stigmer.backends.contract import (
    Backend,
    Batch,
    Commit,
    Put,
    Release,
    SecretEntry,
    SetSource,
    Settle,
    Stored,
    Version,
)
from stigmer.errors import RefusedError
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import Key
from tests.backends.builders import apply, body_of, delete, live, put, refusals
from tests.backends.conformance import BOT, DESK, POLICY, PROD, TUTOR, Handles, Opened


class Remembering(Handles):
    """History, and what was last declared."""

    def test_every_change_is_a_version(self, backend: Backend) -> None:
        apply(backend, put(BOT), message="first", commit=Commit("abc123", "Ann <ann@example.com>"))
        apply(backend, put(BOT, live(backend, BOT), title="New"))
        gone = live(backend, BOT)
        apply(backend, delete(gone), message="gone")
        deleted, updated, created = backend.versions(BOT)
        assert [each.operation for each in (created, updated, deleted)] == ["created", "updated", "deleted"]
        assert [each.number for each in (created, updated, deleted)] == [1, 2, 3]
        assert [each.revision for each in (created, updated, deleted)] == [1, 2, 3]
        assert [each.previous_id for each in (created, updated, deleted)] == [None, created.id, updated.id]
        assert {each.resource_id for each in (created, updated, deleted)} == {gone.id}
        assert (created.body, updated.body) == (body_of(BOT), body_of(BOT, title="New"))
        assert (deleted.body, deleted.digest) == (gone.body, gone.digest)
        assert (created.message, updated.message, deleted.message) == ("first", None, "gone")
        assert (created.commit, updated.commit) == (Commit("abc123", "Ann <ann@example.com>"), None)
        assert all(each.actor and each.created_at.tzinfo for each in (created, updated, deleted))
        assert updated.id == gone.version_id

    def test_who_had_the_key_before_is_remembered(self, backend: Backend) -> None:
        apply(backend, put(BOT))
        apply(backend, delete(live(backend, BOT)))
        apply(backend, put(BOT))
        versions = backend.versions(BOT)
        assert [each.operation for each in versions] == ["created", "deleted", "created"]
        assert versions[0].number == 1
        assert versions[0].resource_id != versions[1].resource_id
        assert versions[0].previous_id is None

    def test_what_never_was_has_no_history(self, backend: Backend) -> None:
        assert list(backend.versions(BOT)) == []

    def test_what_was_last_declared_is_remembered(self, backend: Backend) -> None:
        apply(backend, put(BOT, title="Declared"))
        assert live(backend, BOT).applied is None
        apply(backend, put(BOT, live(backend, BOT), title="Changed"), declares=False)
        assert live(backend, BOT).applied == body_of(BOT, title="Declared")
        assert next(backend.list("Agent")).applied == body_of(BOT, title="Declared")
        apply(backend, put(BOT, live(backend, BOT), title="Changed again"), declares=False)
        assert live(backend, BOT).applied == body_of(BOT, title="Declared")
        apply(backend, put(BOT, live(backend, BOT), title="Declared"), declares=False)
        assert live(backend, BOT).applied is None
        apply(backend, put(BOT, live(backend, BOT), title="Changed"), declares=False)
        apply(backend, put(BOT, live(backend, BOT), title="Changed"))
        assert live(backend, BOT).applied is None

    def test_what_was_never_declared_has_nothing_applied(self, backend: Backend) -> None:
        apply(backend, put(BOT), declares=False)
        apply(backend, put(BOT, live(backend, BOT), title="Changed"), declares=False)
        assert live(backend, BOT).applied is None


def settle(at: Stored, declared: bytes | None = None) -> Settle:
    """Says that what stands there is declared."""
    return Settle(at.key, at.id, at.revision, declared)


def declared(backend: Backend, key: Key) -> bool:
    return backend.snapshot().heads[key].declared


class Settling(Handles):
    """What is live is taken for declared, and what is declared is less than what is live."""

    def test_a_head_tells_whether_what_is_live_was_declared(self, backend: Backend) -> None:
        apply(backend, put(BOT))
        apply(backend, put(TUTOR), declares=False)
        assert (declared(backend, BOT), declared(backend, TUTOR)) == (True, False)
        assert (live(backend, BOT).declared, live(backend, TUTOR).declared) == (True, False)
        apply(backend, put(BOT, live(backend, BOT), title="Changed"), declares=False)
        assert not declared(backend, BOT)
        assert live(backend, BOT).declared

    def test_settling_changes_only_what_drift_is_measured_against(self, backend: Backend) -> None:
        apply(backend, put(BOT))
        apply(backend, put(BOT, live(backend, BOT), title="Changed"), declares=False)
        before, history = live(backend, BOT), list(backend.versions(BOT))
        committed = apply(backend, settle(before))
        assert (committed.revision, backend.info().revision) == (2, 2)
        assert [(each.key, each.revision, each.version) for each in committed.outcomes] == [(BOT, 2, 2)]
        assert live(backend, BOT) == replace(before, applied=None)
        assert list(backend.versions(BOT)) == history
        assert declared(backend, BOT)

    def test_settling_beside_a_change(self, backend: Backend) -> None:
        apply(backend, put(BOT), put(TUTOR), declares=False)
        committed = apply(backend, settle(live(backend, BOT)), put(TUTOR, live(backend, TUTOR), title="T"))
        assert committed.revision == 2
        assert [(each.revision, each.version) for each in committed.outcomes] == [(1, 1), (2, 2)]

    def test_what_is_not_as_it_was_planned_is_not_settled(self, backend: Backend) -> None:
        apply(backend, put(BOT))
        old = live(backend, BOT)
        apply(backend, put(BOT, old, title="Changed"), declares=False)
        stale = {("plan.stale", "agent/bot")}
        assert refusals(lambda: apply(backend, settle(old))) == stale
        apply(backend, delete(live(backend, BOT)))
        assert refusals(lambda: apply(backend, settle(old))) == stale

    def test_less_is_declared_than_is_live(self, backend: Backend) -> None:
        less = body_of(BOT)
        apply(backend, replace(put(BOT, labels={"seen": "1"}), declared=less))
        assert (live(backend, BOT).applied, declared(backend, BOT)) == (less, True)
        apply(backend, put(BOT, live(backend, BOT), title="Changed"), declares=False)
        assert live(backend, BOT).applied == less
        more = body_of(BOT, title="Changed")
        apply(backend, settle(live(backend, BOT), body_of(BOT, title="X")))
        assert live(backend, BOT).applied == body_of(BOT, title="X")
        apply(backend, settle(live(backend, BOT), more))
        assert (live(backend, BOT).applied, live(backend, BOT).body) == (None, more)

    def test_a_put_that_declares_all_forgets_what_was_less(self, backend: Backend) -> None:
        apply(backend, replace(put(BOT, labels={"seen": "1"}), declared=body_of(BOT)))
        apply(backend, put(BOT, live(backend, BOT), title="New"))
        assert live(backend, BOT).applied is None


def restoring(version: Version, at: Stored | None = None, **said: object) -> Put:
    """Brings back a version of what stands there, or of what is gone."""
    return Put(
        key=version.key,
        id=version.resource_id,
        expected_revision=0 if at is None else at.revision,
        body=version.body,
        digest=version.digest,
        restores=version.number,
        **said,  # type: ignore[arg-type]
    )


class Restoring(Handles):
    """Versions come back, and what was deleted comes back as itself."""

    def versions(self, backend: Backend, key: Key = BOT) -> Sequence[Version]:
        return list(reversed(backend.versions(key)))

    def test_a_version_comes_back_as_a_new_one(self, backend: Backend) -> None:
        apply(backend, put(BOT, title="One"))
        apply(backend, put(BOT, live(backend, BOT), title="Two"))
        first = self.versions(backend)[0]
        apply(backend, restoring(first, live(backend, BOT)), declares=False, message="back")
        found = live(backend, BOT)
        assert (found.body, found.version, found.revision) == (first.body, 3, 3)
        assert found.applied == body_of(BOT, title="Two")
        last = self.versions(backend)[-1]
        assert (last.operation, last.message, last.declares) == ("restored", "back", False)

    def test_what_was_deleted_comes_back_as_itself(self, backend: Backend) -> None:
        apply(backend, put(BOT, title="One"), owner="shop")
        was = live(backend, BOT)
        apply(backend, delete(was))
        created, deleted = self.versions(backend)
        assert (created.owner, deleted.owner) == ("shop", "shop")
        (outcome,) = apply(backend, restoring(created), declares=False).outcomes
        assert (outcome.id, outcome.revision, outcome.version) == (was.id, 3, 3)
        found = live(backend, BOT)
        assert (found.id, found.owner, found.body, found.version) == (was.id, "shop", was.body, 3)
        assert (found.created_at, found.created_by) == (was.created_at, was.created_by)
        assert (found.previous_version_id, found.applied) == (deleted.id, None)
        assert [each.operation for each in self.versions(backend)] == ["created", "deleted", "restored"]
        apply(backend, put(BOT, found, title="Two"))
        assert live(backend, BOT).version == 4

    def test_what_comes_back_knows_what_was_declared(self, backend: Backend) -> None:
        apply(backend, put(BOT, title="Declared"))
        apply(backend, put(BOT, live(backend, BOT), title="Changed"), declares=False)
        apply(backend, delete(live(backend, BOT)), declares=False)
        changed = self.versions(backend)[1]
        apply(backend, restoring(changed), declares=False)
        assert live(backend, BOT).applied == body_of(BOT, title="Declared")

    def test_a_deletion_declares_no_body(self, backend: Backend) -> None:
        apply(backend, put(BOT, title="Declared"), owner="shop")
        apply(backend, put(BOT, live(backend, BOT), title="Changed"), declares=False)
        at = live(backend, BOT)
        apply(backend, Release(BOT, at.id, at.revision))
        apply(backend, delete(live(backend, BOT)))
        created, changed, released, deleted = self.versions(backend)
        declares = [each.declares for each in (created, changed, released, deleted)]
        assert declares == [True, False, False, True]
        apply(backend, restoring(changed), declares=False)
        assert live(backend, BOT).applied == body_of(BOT, title="Declared")

    def test_references_and_protection_come_back_as_they_are_said(self, backend: Backend) -> None:
        apply(backend, put(DESK, references=(BOT,)), put(BOT, protected=True))
        apply(backend, put(BOT, live(backend, BOT), protected=False))
        apply(backend, delete(live(backend, DESK)), delete(live(backend, BOT)))
        bot, desk = self.versions(backend)[0], self.versions(backend, DESK)[0]
        missing = refusals(lambda: apply(backend, restoring(desk, references=(BOT,))))
        assert missing == {("reference.missing", "agent-instance/desk")}
        apply(backend, restoring(desk, references=(BOT,)), restoring(bot, protected=True))
        assert live(backend, BOT).protected
        assert backend.referrers([BOT]) == {BOT: [DESK]}
        assert refusals(lambda: apply(backend, delete(live(backend, BOT)))) == {
            ("delete.protected", "agent/bot"),
            ("delete.referenced", "agent/bot"),
        }

    def test_secrets_come_back_with_their_version(self, backend: Backend) -> None:
        (one,) = backend.fingerprints([Secret("one")])
        path = "spec.data.TOKEN"
        spec = {"data": {"TOKEN": {"is_secret": True, "fingerprint": one}}}
        apply(backend, put(PROD, spec=spec, secrets={path: SecretEntry(one, Secret("one"))}))
        apply(backend, delete(live(backend, PROD)))
        created = self.versions(backend, PROD)[0]
        apply(backend, restoring(created, secrets={path: SecretEntry(one)}))
        assert orjson.loads(live(backend, PROD).body)["spec"] == spec
        apply(backend, delete(live(backend, PROD)))
        other = restoring(created, secrets={path: SecretEntry("f" * 64)})
        assert refusals(lambda: apply(backend, other)) == {("secret.missing", "environment/prod")}

    def test_only_a_version_that_there_was_comes_back(self, backend: Backend) -> None:
        apply(backend, put(BOT))
        apply(backend, delete(live(backend, BOT)))
        created = self.versions(backend)[0]
        stale = {("plan.stale", "agent/bot")}
        assert refusals(lambda: apply(backend, replace(restoring(created), restores=7))) == stale
        other = body_of(BOT, title="Made up")
        assert refusals(lambda: apply(backend, replace(restoring(created), body=other, digest="d"))) == stale
        assert refusals(lambda: apply(backend, replace(restoring(created), restores=None))) == stale
        assert refusals(lambda: apply(backend, replace(restoring(created), expected_revision=1))) == stale

    def test_a_name_that_was_taken_meanwhile_is_not_taken_back(self, backend: Backend) -> None:
        apply(backend, put(BOT))
        apply(backend, delete(live(backend, BOT)))
        apply(backend, put(BOT, title="Another"))
        created = self.versions(backend)[0]
        assert refusals(lambda: apply(backend, restoring(created))) == {("plan.stale", "agent/bot")}

    def test_what_is_there_does_not_come_back_as_if_it_were_gone(self, backend: Backend) -> None:
        apply(backend, put(BOT))
        (created,) = self.versions(backend)
        assert refusals(lambda: apply(backend, restoring(created))) == {("plan.stale", "agent/bot")}


HERE, THERE = SetSource("git.example.com/acme/shop", "."), SetSource("git.example.com/acme/crm", "shop")


class Owning(Handles):
    """Sets: whose a resource is, where a set comes from, and all that it ever had."""

    def test_a_set_owns_what_it_puts(self, backend: Backend) -> None:
        apply(backend, put(BOT), owner="shop")
        assert backend.snapshot().heads[BOT].owner == "shop"
        refused = {("set.owned", "agent/bot")}
        assert refusals(lambda: apply(backend, put(BOT, live(backend, BOT)), owner="crm")) == refused
        assert refusals(lambda: apply(backend, delete(live(backend, BOT)), owner="crm")) == refused
        apply(backend, put(BOT, live(backend, BOT)))
        assert live(backend, BOT).owner == "shop"
        apply(backend, put(BOT, live(backend, BOT)), owner="crm", adopt=True)
        assert live(backend, BOT).owner == "crm"

    def test_a_set_takes_what_nobody_owns(self, backend: Backend) -> None:
        apply(backend, put(BOT))
        apply(backend, put(BOT, live(backend, BOT)), owner="shop")
        assert live(backend, BOT).owner == "shop"

    def test_a_released_resource_is_nobodys_and_stays(self, backend: Backend) -> None:
        apply(backend, put(DESK, references=(BOT,)), put(BOT, title="Bot"), owner="shop")
        was = live(backend, BOT)
        (outcome,) = apply(backend, Release(BOT, was.id, was.revision), owner="shop").outcomes
        assert (outcome.id, outcome.revision, outcome.version) == (was.id, 2, 2)
        found = live(backend, BOT)
        assert (found.owner, found.body, found.revision, found.version) == (None, was.body, 2, 2)
        assert (declared(backend, BOT), found.applied) == (True, None)
        assert [(each.operation, each.owner) for each in backend.versions(BOT)] == [
            ("updated", None),
            ("created", "shop"),
        ]
        assert backend.referrers([BOT]) == {BOT: [DESK]}
        assert refusals(lambda: apply(backend, Release(BOT, was.id, was.revision))) == {
            ("plan.stale", "agent/bot")
        }

    def test_what_drifted_stays_drifted_when_it_is_released(self, backend: Backend) -> None:
        apply(backend, put(BOT), owner="shop")
        apply(backend, put(BOT, live(backend, BOT), title="Changed"), declares=False)
        at = live(backend, BOT)
        apply(backend, Release(BOT, at.id, at.revision))
        assert (declared(backend, BOT), live(backend, BOT).applied) == (False, body_of(BOT))

    def test_a_released_resource_still_needs_what_it_refers_to(self, backend: Backend) -> None:
        apply(backend, put(DESK, references=(BOT,)), put(BOT), owner="shop")
        desk = live(backend, DESK)
        batch = Batch((Release(DESK, desk.id, desk.revision), delete(live(backend, BOT))))
        assert refusals(lambda: backend.apply(batch)) == {("delete.referenced", "agent/bot")}

    def test_a_set_remembers_where_it_comes_from(self, backend: Backend) -> None:
        assert backend.sets() == {}
        apply(backend, put(BOT), owner="shop")
        assert backend.sets() == {}
        apply(backend, put(TUTOR), owner="shop", source=HERE)
        record = backend.sets()["shop"]
        assert (record.name, record.source, record.revision) == ("shop", HERE, 2)
        assert record.applied_by
        assert record.applied_at.tzinfo

    def test_a_set_is_not_taken_from_elsewhere(self, backend: Backend) -> None:
        apply(backend, put(BOT), owner="shop", source=HERE)
        apply(backend, put(TUTOR), owner="crm", source=THERE)
        batch = Batch((put(POLICY),), owner="shop", source=THERE)
        assert refusals(lambda: backend.apply(batch)) == {("set.source", None)}
        assert backend.sets()["shop"].source == HERE
        apply(backend, put(POLICY), owner="shop")
        backend.apply(Batch((), owner="shop", source=THERE, adopt=True))
        assert backend.sets()["shop"].source == THERE
        assert list(backend.sets()) == ["crm", "shop"]

    def test_remembering_a_source_is_no_revision(self, backend: Backend) -> None:
        apply(backend, put(BOT), owner="shop")
        assert backend.apply(Batch((), owner="shop", source=HERE)).revision == 1
        assert backend.info().revision == 1
        assert backend.sets()["shop"].source == HERE

    def test_the_histories_of_a_set_are_those_of_all_it_ever_owned(self, backend: Backend) -> None:
        apply(backend, put(BOT), put(TUTOR), owner="shop")
        apply(backend, put(POLICY), owner="crm")
        bot = live(backend, BOT)
        apply(backend, Release(BOT, bot.id, bot.revision))
        apply(backend, delete(live(backend, TUTOR)))
        found = [(each.key, each.number, each.owner) for each in backend.set_versions("shop")]
        of_bot = [(BOT, 2, None), (BOT, 1, "shop")]
        of_tutor = [(TUTOR, 2, "shop"), (TUTOR, 1, "shop")]
        assert found in (of_bot + of_tutor, of_tutor + of_bot)
        assert list(backend.set_versions("nobody")) == []

    def test_a_plan_expects_what_it_refers_to_as_it_was(self, backend: Backend) -> None:
        apply(backend, put(BOT), put(TUTOR))
        batch = Batch((put(DESK, references=(BOT,)),), expects={BOT: 1, TUTOR: 1})
        apply(backend, put(BOT, live(backend, BOT), title="New"))
        assert refusals(lambda: backend.apply(batch)) == {("plan.stale", "agent/bot")}
        apply(backend, delete(live(backend, TUTOR)))
        assert refusals(lambda: backend.apply(batch)) == {
            ("plan.stale", "agent/bot"),
            ("plan.stale", "agent/tutor"),
        }
        backend.apply(replace(batch, expects={BOT: 2}))


class Blaming:
    """Who was slower is told who was faster."""

    def test_a_refusal_names_the_last_change(self, opened: Opened) -> None:
        first, second = opened(), opened()
        apply(first, put(BOT))
        seen = live(second, BOT)
        apply(first, put(BOT, live(first, BOT), title="Faster"), owner="shop", message="quick")
        told = refused_words(second, put(BOT, seen, title="Slower"))
        assert "updated at revision 2 by" in told
        assert "in set shop" in told
        assert "quick" in told
        assert "created at revision" not in told
        apply(first, delete(live(first, BOT)), message="gone")
        assert "deleted at revision 3 by" in refused_words(second, put(BOT, seen, title="Slower"))
        apply(first, put(BOT))
        assert "created at revision 4 by" in refused_words(second, put(BOT))


def refused_words(backend: Backend, operation: Put) -> str:
    try:
        apply(backend, operation)
    except RefusedError as error:
        return error.message
    raise AssertionError("it was not refused")
