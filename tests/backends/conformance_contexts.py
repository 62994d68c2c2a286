# SPDX-License-Identifier: Apache-2.0
"""The part of the conformance suite about the contexts of executions: who may read them, and how they end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from stigmer.backends.context import ContextDeniedError
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import Key
from tests.backends.builders import apply, delete, live, refusals
from tests.backends.conformance import DESK, PROD
from tests.backends.conformance_supply import (
    OTHER,
    RUN,
    Executing,
    Handles,
    Opened,
    agent,
    environment,
    execution,
    instance,
    read,
    shown,
)

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Entrusting(Handles):
    """Who reads a context, and until when."""

    @pytest.fixture
    def run(self, backend: Executing) -> str:
        """An execution whose environment has a secret."""
        agent(backend)
        environment(backend, PROD, KEY=Secret("the key of prod"))
        instance(backend, PROD)
        return execution(backend)

    def denied(self, backend: Executing, id_: str, token: Secret, now: datetime | None = None) -> str:
        """What whoever is not let in is told, which is the same for reading and renewing."""
        with pytest.raises(ContextDeniedError) as caught:
            backend.get_context(id_, token, now=now)
        with pytest.raises(ContextDeniedError) as again:
            backend.renew_context(id_, token, now=now)
        assert str(caught.value) == str(again.value)
        assert (caught.value.code, caught.value.exit_code) == ("context.denied", 6)
        return f"{caught.value} {caught.value.hint}"

    def test_a_token_is_told_once_and_never_shows(self, backend: Executing, run: str) -> None:
        one, two = backend.open_context(run), backend.open_context(run)
        assert one.token.reveal() != two.token.reveal()
        assert len(one.token.reveal()) >= 43
        context = backend.get_context(run, two.token)
        assert context.execution_id == one.execution_id == run
        assert one.token.reveal() not in repr(one)
        assert "the key of prod" not in repr(context)

    def test_whoever_is_not_let_in_learns_nothing(self, backend: Executing, run: str) -> None:
        other = execution(backend, OTHER)
        mine, theirs = backend.open_context(run), backend.open_context(other)
        late = mine.expires_at
        words = {
            self.denied(backend, run, theirs.token),
            self.denied(backend, other, mine.token),
            self.denied(backend, run, Secret("")),
            self.denied(backend, run, Secret(mine.token.reveal() + "x")),
            self.denied(backend, "aex_00000000000000000000000000", mine.token),
            self.denied(backend, "", Secret("\ud800")),
            self.denied(backend, run, mine.token, now=late),
        }
        backend.end_context(run)
        words.add(self.denied(backend, run, mine.token))
        assert len(words) == 1
        assert backend.get_context(other, theirs.token)

    def test_time_runs_out_and_is_renewed(self, backend: Executing, run: str) -> None:
        grant = backend.open_context(run, lifetime=HOUR, now=NOON)
        assert grant.expires_at == NOON + HOUR
        almost = NOON + HOUR - timedelta(microseconds=1)
        assert backend.get_context(run, grant.token, now=almost).expires_at == NOON + HOUR
        assert backend.renew_context(run, grant.token, lifetime=HOUR, now=almost) == almost + HOUR
        assert backend.get_context(run, grant.token, now=NOON + HOUR).expires_at == almost + HOUR
        self.denied(backend, run, grant.token, almost + HOUR)

    def test_a_moment_is_the_same_in_every_time_zone(self, backend: Executing, run: str) -> None:
        east, west = timezone(timedelta(hours=9)), timezone(timedelta(hours=-9))
        grant = backend.open_context(run, lifetime=HOUR, now=NOON.astimezone(east))
        assert grant.expires_at == NOON + HOUR
        assert backend.get_context(run, grant.token, now=NOON)
        assert backend.sweep_contexts(NOON) == backend.sweep_contexts(NOON.astimezone(east)) == []
        self.denied(backend, run, grant.token, NOON + HOUR)
        assert backend.sweep_contexts((NOON + HOUR).astimezone(west)) == [run]

    def test_it_is_open_now_unless_a_moment_is_said(self, backend: Executing, run: str) -> None:
        grant = backend.open_context(run)
        assert datetime.now(UTC) < grant.expires_at < datetime.now(UTC) + HOUR
        assert backend.get_context(run, grant.token)
        assert backend.renew_context(run, grant.token) >= grant.expires_at
        assert backend.sweep_contexts() == []

    def test_a_secret_that_is_changed_meanwhile_does_not_change_it(
        self, backend: Executing, run: str
    ) -> None:
        grant = backend.open_context(run)
        environment(backend, PROD, KEY=Secret("rotated"))
        apply(backend, delete(live(backend, DESK)))
        assert shown(backend.get_context(run, grant.token).values) == {"KEY": ("secret", "the key of prod")}

    def test_opened_again_it_is_of_today_and_the_token_before_opens_nothing(
        self, backend: Executing, run: str
    ) -> None:
        before = backend.open_context(run)
        environment(backend, PROD, KEY=Secret("rotated"))
        grant = backend.open_context(run)
        assert shown(backend.get_context(run, grant.token).values) == {"KEY": ("secret", "rotated")}
        self.denied(backend, run, before.token)

    def test_what_cannot_be_opened_leaves_the_one_that_is_open(self, backend: Executing, run: str) -> None:
        grant = backend.open_context(run)
        agent(backend, NEEDED={})
        refusals(lambda: backend.open_context(run))
        assert backend.get_context(run, grant.token)


class Ending(Handles):
    """Contexts go, and leave nothing; resources do not know of them."""

    @pytest.fixture
    def runs(self, backend: Executing) -> tuple[str, str]:
        """Two executions, one of them with a secret of its own."""
        agent(backend)
        environment(backend, PROD, KEY=Secret("the key of prod"))
        instance(backend, PROD)
        return execution(backend, RUN, OWN=Secret("of its own")), execution(backend, OTHER)

    def test_ending_is_always_possible_and_ends_one(self, backend: Executing, runs: tuple[str, str]) -> None:
        one, two = runs
        assert backend.end_context(one) is False
        backend.open_context(one)
        kept = backend.open_context(two)
        assert backend.end_context(one) is True
        assert backend.end_context(one) is False
        assert backend.end_context("") is False
        assert backend.get_context(two, kept.token)

    def test_a_context_may_end_after_its_execution_is_gone(
        self, backend: Executing, runs: tuple[str, str]
    ) -> None:
        grant = backend.open_context(runs[0])
        apply(backend, delete(live(backend, RUN)))
        assert backend.get_context(runs[0], grant.token)
        assert backend.end_context(runs[0]) is True

    def test_who_was_taken_over_does_not_end_the_successors_context(
        self, backend: Executing, runs: tuple[str, str]
    ) -> None:
        one, _ = runs
        dead, alive = backend.open_context(one), backend.open_context(one)
        assert backend.end_context(one, dead.token) is False
        assert backend.get_context(one, alive.token)
        assert backend.end_context(one, alive.token) is True
        assert backend.end_context(one, alive.token) is False

    def test_sweeping_takes_those_whose_time_ran_out(self, backend: Executing, runs: tuple[str, str]) -> None:
        one, two = runs
        backend.open_context(one, lifetime=HOUR, now=NOON)
        kept = backend.open_context(two, lifetime=2 * HOUR, now=NOON)
        assert backend.sweep_contexts(NOON) == []
        assert backend.sweep_contexts(NOON + HOUR) == [one]
        assert backend.sweep_contexts(NOON + HOUR) == []
        assert backend.get_context(two, kept.token, now=NOON + HOUR)
        assert backend.sweep_contexts(NOON + 2 * HOUR) == [two]

    def test_an_execution_that_ended_keeps_its_own_secrets_and_can_run_again(
        self, backend: Executing, runs: tuple[str, str]
    ) -> None:
        for end in (backend.end_context, lambda _: backend.sweep_contexts(NOON + HOUR)):
            backend.open_context(runs[0], lifetime=HOUR, now=NOON)
            end(runs[0])
            assert read(backend, runs[0]) == {
                "KEY": ("secret", "the key of prod"),
                "OWN": ("secret", "of its own"),
            }

    def test_resources_know_nothing_of_contexts(self, backend: Executing, runs: tuple[str, str]) -> None:
        def seen() -> object:
            return (
                backend.info(),
                backend.snapshot(),
                list(backend.list("ExecutionContext")),
                [backend.versions(key) for key in (RUN, PROD, Key("ExecutionContext", "default", runs[0]))],
                list(backend.list("ApiResourceVersion")),
                live(backend, RUN),
            )

        before = seen()
        grant = backend.open_context(runs[0])
        assert seen() == before
        backend.get_context(runs[0], grant.token)
        backend.renew_context(runs[0], grant.token)
        assert seen() == before
        assert grant.token.reveal() not in repr(seen())
        backend.end_context(runs[0])
        backend.sweep_contexts()
        assert seen() == before

    def test_two_handles_share_them(self, opened: Opened) -> None:
        one, two = opened(), opened()
        agent(one)
        environment(one, PROD, KEY=Secret("the key of prod"))
        instance(one, PROD)
        id_ = execution(one)
        grant = one.open_context(id_, lifetime=HOUR, now=NOON)
        assert shown(two.get_context(id_, grant.token, now=NOON).values) == {
            "KEY": ("secret", "the key of prod")
        }
        two.renew_context(id_, grant.token, lifetime=2 * HOUR, now=NOON)
        assert one.sweep_contexts(NOON + HOUR) == []
        taken = two.open_context(id_, now=NOON)
        with pytest.raises(ContextDeniedError):
            one.get_context(id_, grant.token, now=NOON)
        assert one.end_context(id_, taken.token) is True
        assert two.end_context(id_) is False
