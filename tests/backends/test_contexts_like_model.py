# SPDX-License-Identifier: Apache-2.0
"""Whatever is done to contexts, in whatever order and at whatever time, the local store answers as the model does."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from stigmer.backends.local import LocalBackend
from stigmer.errors import StigmerError
from stigmer.resources.confidential import Secret
from stigmer.secrets.key_file import KeyFile
from tests.backends.conformance import PROD
from tests.backends.conformance_contexts import NOON
from tests.backends.conformance_supply import (
    OTHER,
    RUN,
    Executing,
    agent,
    environment,
    execution,
    instance,
    shown,
)
from tests.backends.memory import MemoryBackend, MemoryStore


@dataclass(frozen=True)
class Step:
    """Something that is done to the context of an execution; `token` is the number of one that was told before, of whichever execution."""

    does: str
    execution: int
    token: int
    minutes: int
    lifetime: int


@dataclass
class Played:
    """A backend with two executions, and the tokens that it told."""

    backend: Executing
    ids: list[str] = field(default_factory=list)
    tokens: list[Secret] = field(default_factory=lambda: [Secret("never told")])

    def __post_init__(self) -> None:
        agent(self.backend)
        environment(self.backend, PROD, KEY=Secret("value 0"))
        instance(self.backend, PROD)
        self.ids = [execution(self.backend, key) for key in (RUN, OTHER)]

    def play(self, step: Step) -> object:
        """What comes of a step, in terms that mean the same to all backends."""
        backend, id_ = self.backend, self.ids[step.execution]
        token = self.tokens[step.token % len(self.tokens)]
        now, lifetime = NOON + timedelta(minutes=step.minutes), timedelta(minutes=step.lifetime)
        match step.does:
            case "open":
                grant = backend.open_context(id_, lifetime=lifetime, now=now)
                self.tokens.append(grant.token)
                return grant.expires_at
            case "get":
                context = backend.get_context(id_, token, now=now)
                return shown(context.values), context.expires_at
            case "renew":
                return backend.renew_context(id_, token, lifetime=lifetime, now=now)
            case "end":
                return backend.end_context(id_)
            case "end mine":
                return backend.end_context(id_, token)
            case "sweep":
                return [self.ids.index(each) for each in backend.sweep_contexts(now)]
        environment(backend, PROD, KEY=Secret(f"value {step.minutes}"))
        return None


STEPS = st.builds(
    Step,
    does=st.sampled_from(
        ["open", "open", "get", "get", "get", "renew", "end", "end mine", "sweep", "change"]
    ),
    execution=st.integers(0, 1),
    token=st.integers(0, 5),
    minutes=st.integers(0, 9),
    lifetime=st.integers(0, 9),
)


def answer(played: Played, step: Step) -> object:
    """What comes of a step; of a refusal its code."""
    try:
        return played.play(step)
    except StigmerError as error:
        return error.code


@settings(max_examples=15, deadline=None)
@given(st.lists(STEPS, max_size=20))
def test_the_local_store_does_with_contexts_what_the_model_does(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        key = KeyFile(home / "master.key")
        with LocalBackend.open(home / "local.db", master_key=key, create=True) as local:
            one, other = Played(MemoryBackend(MemoryStore())), Played(local)
            for step in steps:
                assert answer(one, step) == answer(other, step)
            assert one.backend.info().revision == local.info().revision
