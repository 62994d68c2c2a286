# SPDX-License-Identifier: Apache-2.0
"""The life of a store, driven at random beside a model in memory: edits, renames, moves, applies, changes from outside, prunes,
deletions, rollbacks, and applies that somebody overtakes.

    STIGMER_LIVES=10000 python -m pytest tests/campaigns/test_life.py

What has to hold: a diff predicts the apply, the diff after it is empty, nobody's resources but the set's are touched, revisions only
grow, and what is refused changes nothing.
"""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test

from stigmer.backends.contract import BatchOperation, Put
from stigmer.errors import NotFoundError, RefusedError, UsageError
from stigmer.reconcile.apply import _operation, apply_plan
from stigmer.reconcile.delete import build_delete_plan
from stigmer.reconcile.plan import Change, Update
from stigmer.reconcile.rollback import build_rollback_plan, build_set_rollback_plan
from stigmer.resources.keys import Key
from tests.campaigns.life_model import OURS, THEIRS, Applying, How, Manifest, Said, Thing, key
from tests.campaigns.life_store import Beside, thing_of

SKILLS = [key("Skill", name) for name in ("s0", "s1", "s2", "s3")]
AGENTS = [key("Agent", name) for name in ("a0", "a1", "a2", "a3")]
LIVES = int(os.environ.get("STIGMER_LIVES", "0"))

mostly, seldom = st.sampled_from([True, True, True, False]), st.sampled_from([False, False, False, True])
words = st.sampled_from(["one", "two", "three"])
keys = st.sampled_from(SKILLS + AGENTS)
labels = st.dictionaries(st.sampled_from(["team", "tier"]), words, max_size=2)
others = st.dictionaries(st.sampled_from(["team", "tier", "cost"]), words | st.none(), max_size=2)
sayings = st.builds(
    Said,
    word=words,
    refs=st.lists(st.sampled_from(SKILLS), max_size=2, unique=True).map(sorted).map(tuple),
    labels=labels.map(lambda said: tuple(sorted(said.items()))),
    deletion=st.sampled_from([None, None, None, None, "allow", "protect", "orphan", "orphan"]),
)
hows = st.builds(
    How,
    prune=st.sampled_from([True, True, False]),
    adopt=st.booleans(),
    heal=st.sampled_from([True, True, True, False]),
    force=st.booleans(),
)


class Life(Beside):
    """What people do to a repository of manifests and to a store."""

    # The repository

    @initialize(first=st.dictionaries(keys, sayings, min_size=2, max_size=6))
    def begin(self, first: dict[Key, Said]) -> None:
        self.edit(first, complete=True, tidy=False)

    @rule(several=st.dictionaries(keys, sayings, min_size=1, max_size=3), complete=mostly, tidy=seldom)
    def edit(self, several: dict[Key, Said], complete: bool, tidy: bool) -> None:
        """Mostly with what is referred to; sometimes `renamed_from`, which has done its work, goes."""
        for of, said in several.items():
            written = said if of.kind == "Agent" else replace(said, refs=())
            former = self.manifests.get(of, Manifest(of, written))
            self.manifests[of] = replace(
                former, said=written, renamed_from=None if tidy else former.renamed_from
            )
            for ref in written.refs if complete else ():
                self.manifests.setdefault(ref, Manifest(ref, Said()))

    @precondition(lambda self: self.manifests)
    @rule(data=st.data(), complete=mostly)
    def remove(self, data: st.DataObject, complete: bool) -> None:
        """Mostly with what refers to it taken out."""
        of = data.draw(st.sampled_from(sorted(self.manifests)))
        del self.manifests[of]
        for each in list(self.manifests.values()) if complete else ():
            refs = tuple(ref for ref in each.said.refs if ref != of)
            self.manifests[each.key] = replace(each, said=replace(each.said, refs=refs))

    @precondition(lambda self: self.manifests)
    @rule(data=st.data(), file=st.sampled_from(["a", "b"]))
    def move(self, data: st.DataObject, file: str) -> None:
        of = data.draw(st.sampled_from(sorted(self.manifests)))
        self.manifests[of] = replace(self.manifests[of], file=file)

    @precondition(lambda self: self.manifests)
    @rule(data=st.data())
    def rename(self, data: st.DataObject) -> None:
        """As an editor does it: the manifest, what refers to it, and `renamed_from`."""
        of = data.draw(st.sampled_from(sorted(self.manifests)))
        taken = {*self.manifests, *(each.former for each in self.manifests.values())}
        free = [each for each in (*SKILLS, *AGENTS) if each.kind == of.kind and each not in taken]
        if not free or any(each.former == of for each in self.manifests.values()):
            return
        to = data.draw(st.sampled_from(free))
        self.manifests[to] = replace(self.manifests.pop(of), key=to, renamed_from=of.name)
        for each in list(self.manifests.values()):
            refs = tuple(sorted({to if ref == of else ref for ref in each.said.refs}))
            self.manifests[each.key] = replace(each, said=replace(each.said, refs=refs))

    # The store, by us

    # Twice, so that it is drawn as often as it happens in a life.
    @rule(how=hows)
    def apply_again(self, how: How) -> None:
        self.apply(how)

    @rule(how=hows)
    def apply(self, how: How) -> None:
        expected = Applying(self.manifests, self.live, how, self._deleted_outside())
        before = self._dump()
        plan = self._plan(how)
        refused = {each.code for each in plan.refusals}
        if "rename.taken" in expected.against:
            # Which of the two is live depends on whom one asks, and with it what else is against them.
            assert "rename.taken" in refused
        else:
            assert refused == expected.against, (plan.refusals, expected.against)
        self._causes_are_right(plan)
        if refused:
            self._refused(plan, before)
            return
        applied = apply_plan(plan, self.store)
        assert (applied.revision > self.revision) == bool(plan.changes)
        self._as_planned(plan, before)
        self._becomes(expected.after)
        self._nothing_left(how)

    @precondition(lambda self: self.live)
    @rule(how=hows, data=st.data(), word=words)
    def be_overtaken(self, how: How, data: st.DataObject, word: str) -> None:
        """Somebody changes something between the plan and its apply."""
        of = data.draw(st.sampled_from(sorted(self.live)))
        plan, expected = self._plan(how), Applying(self.manifests, self.live, how, self._deleted_outside())
        if plan.refusals:
            return
        self._change_outside(of, word, {})
        touched = {
            each.renamed_from or each.key if isinstance(each, Update) else each.key for each in plan.changes
        }
        touched |= {each.key for each in plan.settled} | plan.expects.keys()
        before = self._dump()
        if of in touched:
            self._refused(plan, before)
            return
        apply_plan(plan, self.store)
        self._as_planned(plan, before)
        # The change that came in between is still there.
        self._becomes({**expected.after, of: self.live[of]})

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        there = data.draw(st.lists(st.sampled_from(sorted(self.live)), min_size=1, max_size=2, unique=True))
        before = self._dump()
        plan = build_delete_plan([(each, None) for each in there], self.store)
        left = [each for each in self.live.values() if each.key not in there]
        needed = any(ref in there for each in left for ref in each.said.refs)
        if needed or any(self.live[each].protected for each in there):
            self._refused(plan, before)
            return
        apply_plan(plan, self.store)
        self._as_planned(plan, before)
        self._becomes({each.key: each for each in left})

    @precondition(lambda self: self.past)
    @rule(data=st.data(), back=st.integers(1, 4))
    def roll_back(self, data: st.DataObject, back: int) -> None:
        of = data.draw(st.sampled_from(sorted({each.key for each in self.past.values()})))
        own = self._own(self.store.versions(of)[0])
        version = own[min(back, len(own) - 1)]
        then = self.past.get((version.resource_id, version.number))
        before = self._dump()
        if then is None:
            with pytest.raises(UsageError, match="is its deletion"):
                build_rollback_plan(version, own, self.store)
            return
        plan = build_rollback_plan(version, own, self.store)
        if plan.refusals:
            self._refused(plan, before)
            return
        apply_plan(plan, self.store)
        self._as_planned(plan, before)
        again = build_rollback_plan(version, self._own(version), self.store)
        assert (again.changes, again.refusals) == ((), ())
        if of in self.live and version.key == own[0].key == of:
            self._becomes({**self.live, of: self.live[of].as_it_was(then)})
        else:
            self._learn()  # it came back, or has another name by now
            (stored,) = (each for each in self._dump().values() if each.id == version.resource_id)
            assert stored.owner == own[0].owner

    @rule(ago=st.integers(0, 6))
    def roll_the_set_back(self, ago: int) -> None:
        """What it comes to is not foretold: that it does what it says, and to nobody else, is."""
        before = self._dump()
        to = max(self.revision - ago, 1)
        try:
            plan = build_set_rollback_plan(OURS, to, self.store)
        except NotFoundError:
            return  # it had nothing then
        if plan.refusals:
            self._refused(plan, before)
            return
        theirs = {each.id for each in before.values() if each.owner == THEIRS}
        assert not theirs & {each.id for each in plan.changes}, "it is another set's"
        apply_plan(plan, self.store)
        self._as_planned(plan, before)
        again = build_set_rollback_plan(OURS, to, self.store)
        assert (again.changes, again.refusals) == ((), ())
        self._learn()
        if to in self.owned and not any(each.code == "rollback.left" for each in plan.diagnostics):
            assert self._owned() == self.owned[to]

    # Now and then, since it takes as long as all the rest.
    @rule(now=seldom)
    def back_up_and_restore(self, now: bool) -> None:
        if now:
            before = self._dump()
            self.move_house()
            assert self._dump() == before

    # The store, by others

    @precondition(lambda self: self.live)
    @rule(data=st.data(), word=words, said=others)
    def change_outside(self, data: st.DataObject, word: str, said: dict[str, str | None]) -> None:
        self._change_outside(data.draw(st.sampled_from(sorted(self.live))), word, said)

    def _change_outside(self, of: Key, word: str, said: dict[str, str | None]) -> None:
        """Somebody changes what is live by hand; None takes a label away."""
        now = self.live[of]
        found = {**dict(now.said.labels), **said}
        kept = tuple(sorted((name, value) for name, value in found.items() if value is not None))
        self._put(replace(now, said=replace(now.said, word=word, labels=kept)), owner=None, declares=False)

    @rule(of=keys, word=words)
    def arrive_in_another_set(self, of: Key, word: str) -> None:
        if of not in self.live:
            said = Said(word)
            self._put(Thing(of, said, THEIRS, said, called=of.name), owner=THEIRS, declares=True)

    # What always holds

    @invariant()
    def the_store_is_as_the_model(self) -> None:
        assert {each for each in self.store.snapshot().heads if each.kind != "Organization"} == set(self.live)
        for stored in self.store.get(self.live).values():
            assert thing_of(stored) == self.live[stored.key], (thing_of(stored), self.live[stored.key])

    @invariant()
    def revisions_only_grow(self) -> None:
        now = self.store.info().revision
        assert now >= self.revision
        self.revision = now
        self.owned[now] = self._owned()


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=LIVES or 300,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    phases=[each for each in Phase if each is not Phase.explain],  # which takes minutes
)


@pytest.mark.parametrize(
    "bug", ["stigmer.reconcile.build.keep_foreign", "stigmer.reconcile.apply._operation"]
)
def test_a_store_that_does_something_else_is_caught(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Labels of others that go, and a renamed resource that gets another id."""

    def anew(change: Change) -> BatchOperation:
        operation = _operation(change)
        if isinstance(change, Update) and change.renamed_from and isinstance(operation, Put):
            return replace(operation, id=None, expected_revision=0)
        return operation

    monkeypatch.setattr(bug, anew if bug.endswith("_operation") else lambda body, live, applied: body)
    once = settings(
        TestLife.settings, max_examples=100, derandomize=True, phases=[Phase.generate], database=None
    )
    with pytest.raises((AssertionError, RefusedError)):
        run_state_machine_as_test(Life, settings=once)
