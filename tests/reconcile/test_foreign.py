# SPDX-License-Identifier: Apache-2.0
"""Labels and annotations belong to whoever set them, key by key."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from stigmer.backends.contract import Backend
from stigmer.manifests.manifest import Manifest
from tests.reconcile.declared import agent, key, label_live, live, plan, refusals, settle, shown


@pytest.fixture(params=["labels", "annotations"])
def part(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Writers:
    """A manifest and somebody else, who both write labels (or annotations) of one agent."""

    def __init__(self, backend: Backend, part: str) -> None:
        self.backend = backend
        self.part = part

    def bot(self, **ours: str) -> list[Manifest]:
        entries = ", ".join(f'{name}: "{value}"' for name, value in ours.items())
        return agent("bot", "", f"{self.part}: {{{entries}}}" if ours else "")

    def apply(self, **ours: str) -> None:
        settle(self.backend, self.bot(**ours))

    def other(self, **theirs: str | None) -> None:
        label_live(self.backend, "agent/bot", self.part, **theirs)

    @property
    def there(self) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads(live(self.backend, "agent/bot").body)["metadata"]
        return dict(found.get(self.part, {}))

    def would(self, **ours: str) -> list[str]:
        path = f"update agent/bot: metadata.{self.part}"
        return [each.removeprefix(path) for each in shown(plan(self.backend, self.bot(**ours)))]


@pytest.fixture
def both(backend: Backend, part: str) -> Writers:
    return Writers(backend, part)


def test_a_key_of_somebody_else_stays_and_is_no_difference(both: Writers) -> None:
    both.apply(mine="1")
    both.other(theirs="2")
    versions = len(both.backend.versions(key("agent/bot")))
    assert both.would(mine="1") == []
    both.apply(mine="1")
    assert len(both.backend.versions(key("agent/bot"))) == versions
    assert both.would(mine="2") == [".mine replace 1 -> 2"]
    both.apply(mine="2")
    assert both.there == {"mine": "2", "theirs": "2"}


def test_a_key_that_the_manifest_drops_goes_and_theirs_stays(both: Writers) -> None:
    both.apply(a="1", b="1")
    both.other(theirs="2")
    assert both.would(a="1") == [".b remove 1"]
    both.apply(a="1")
    assert both.there == {"a": "1", "theirs": "2"}
    both.apply()
    assert both.there == {"theirs": "2"}
    both.apply()


def test_our_key_that_somebody_changed_or_took_is_drift(both: Writers) -> None:
    both.apply(a="1", b="1")
    both.other(a="x", b=None, theirs="2")
    assert both.would(a="1", b="1") == [".a replace x -> 1 (drift)", ".b add 1 (drift)"]
    both.apply(a="1", b="1")
    assert both.there == {"a": "1", "b": "1", "theirs": "2"}


def test_what_is_left_of_ours_when_they_took_a_key_goes_without_a_conflict(both: Writers) -> None:
    both.apply(a="1", b="1")
    both.other(b=None)
    assert both.would() == [".a remove 1"]
    both.apply()
    assert both.there == {}


def test_their_key_that_the_manifest_says_too_becomes_ours(both: Writers) -> None:
    both.apply(a="1")
    both.other(theirs="2")
    assert both.would(a="1", theirs="2") == []
    both.apply(a="1", theirs="2")
    assert both.would(a="1") == [".theirs remove 2"]
    both.apply(a="1")
    assert both.there == {"a": "1"}


def test_their_key_that_the_manifest_says_otherwise_is_a_conflict(both: Writers) -> None:
    both.apply(a="1")
    both.other(theirs="2")
    made = plan(both.backend, both.bot(a="1", theirs="3"))
    assert refusals(made) == [("plan.conflict", f"metadata.{both.part}.theirs")]


def test_a_key_that_they_take_back_was_never_ours(both: Writers) -> None:
    both.apply(a="1")
    both.other(theirs="2")
    both.apply(a="2")
    both.other(theirs=None)
    assert both.would(a="2") == []
    both.other(theirs="3")
    assert both.would() == [".a remove 2"]
    both.apply()
    assert both.there == {"theirs": "3"}


def test_the_systems_keys_stay(both: Writers) -> None:
    both.apply(a="1")
    both.other(**{"stigmer.ai/managed": "yes"})
    both.apply(b="1")
    both.apply()
    assert both.there == {"stigmer.ai/managed": "yes"}


def test_first_labels_beside_theirs(both: Writers) -> None:
    both.apply()
    both.other(theirs="2")
    assert both.would(a="1") == [".a add 1"]
    both.apply(a="1")
    assert both.there == {"a": "1", "theirs": "2"}


def test_following_what_others_write_does_not_make_it_ours(both: Writers) -> None:
    ignored = f"lifecycle: {{ignore_changes: [metadata.{both.part}]}}"
    settle(both.backend, agent("bot", "", f'{both.part}: {{a: "1"}}, {ignored}'))
    both.other(a="x", theirs="2")
    followed = agent("bot", "description: d", f'{both.part}: {{a: "1"}}, {ignored}')
    settle(both.backend, followed)
    assert both.there == {"a": "x", "theirs": "2"}
    assert plan(both.backend, followed).settled == ()
    both.apply(a="1")
    assert both.there == {"a": "1", "theirs": "2"}
