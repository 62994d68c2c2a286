# SPDX-License-Identifier: Apache-2.0
"""Any sequence of batches leaves the local store as it leaves the model, and is refused for the same reasons."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from stigmer.backends.contract import (
    Backend,
    Batch,
    BatchOperation,
    Delete,
    Put,
    Release,
    Settle,
    Stored,
)
from stigmer.backends.local import LocalBackend
from stigmer.errors import RefusedError
from stigmer.resources.keys import Key
from stigmer.secrets.key_file import KeyFile
from tests.backends.builders import DEFAULT, delete, put
from tests.backends.memory import MemoryBackend, MemoryStore

KEYS = (*(Key(kind, "default", name) for kind in ("Agent", "AgentInstance") for name in "abc"), DEFAULT)


@dataclass(frozen=True)
class Step:
    """An operation in terms that mean the same to both: on what stands at `on`, if anything does."""

    on: Key
    to: Key | None
    references: tuple[Key, ...]
    protected: bool | None
    stale: bool
    title: str
    does: str

    def on_what_stands(self, backend: Backend) -> BatchOperation | None:
        at = backend.get([self.on]).get(self.on)
        if self.does == "restore":
            return self._restored(backend, at)
        if at is not None and self.does == "release":
            return Release(at.key, at.id, at.revision + self.stale)
        if at is not None and self.does == "settle":
            return Settle(at.key, at.id, at.revision + self.stale)
        if self.to is None and at is None:
            return None
        made = (
            delete(at)
            if self.to is None and at is not None
            else put(
                self.to._replace(kind=self.on.kind, org=self.on.org) if self.to and at else self.on,
                at,
                references=self.references,
                protected=self.protected,
                title=self.title,
            )
        )
        revision = made.expected_revision + self.stale
        if isinstance(made, Delete):
            return Delete(made.key, made.id, revision)
        return Put(made.key, made.id, revision, made.body, made.digest, made.references, made.protected)

    def _restored(self, backend: Backend, at: Stored | None) -> Put | None:
        """The oldest version of what stands there, or of what last did."""
        versions = backend.versions(self.on)
        if not versions:
            return None
        last = next((each for each in versions if at is not None and each.resource_id == at.id), versions[0])
        first = next(each for each in versions if each.resource_id == last.resource_id and each.number == 1)
        return Put(
            key=self.on,
            id=first.resource_id,
            expected_revision=(0 if at is None else at.revision) + self.stale,
            body=first.body,
            digest=first.digest,
            references=self.references,
            protected=self.protected,
            restores=1,
        )


steps = st.builds(
    Step,
    on=st.sampled_from(KEYS),
    to=st.one_of(st.none(), st.sampled_from(KEYS)),
    references=st.lists(st.sampled_from(KEYS), max_size=2).map(tuple),
    protected=st.none() | st.booleans(),
    stale=st.integers(0, 9).map(lambda number: number == 0),
    title=st.sampled_from("xyz"),
    does=st.sampled_from(["put", "put", "put", "restore", "release", "settle"]),
)
batches = st.tuples(
    st.lists(steps, min_size=1, max_size=5),
    st.sampled_from([None, "shop", "crm"]),
    st.booleans(),
    st.booleans(),
    st.lists(st.sampled_from(KEYS), max_size=1).map(tuple),
)


def seen(backend: Backend) -> object:
    """All that can be seen of a store, without what chance and the clock put there."""
    snapshot = backend.snapshot()
    resources = {
        key: (
            each.revision,
            each.digest,
            each.body,
            each.owner,
            each.version,
            each.applied,
            each.declared,
            each.protected,
        )
        for key, each in backend.get(KEYS).items()
    }
    histories = {
        key: sorted(
            (each.revision, each.key, each.number, each.operation, each.body, each.owner or "", each.declares)
            for each in backend.versions(key)
        )
        for key in KEYS
    }
    heads = {
        key: (head.revision, head.digest, head.owner, head.declared) for key, head in snapshot.heads.items()
    }
    return snapshot.revision, heads, resources, histories


@settings(max_examples=60, deadline=None)
@given(st.lists(batches, max_size=8))
def test_the_local_store_does_what_the_model_does(
    sequence: list[tuple[list[Step], str | None, bool, bool, tuple[Key, ...]]],
) -> None:
    model = MemoryBackend(MemoryStore())
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        local = LocalBackend.open(home / "local.db", master_key=KeyFile(home / "master.key"), create=True)
        with local:
            for made, owner, adopt, declares, requires in sequence:
                results: list[object] = []
                for backend in (model, local):
                    operations = tuple(
                        each for step in made if (each := step.on_what_stands(backend)) is not None
                    )
                    try:
                        committed = backend.apply(
                            Batch(operations, owner=owner, adopt=adopt, declares=declares, requires=requires)
                        )
                        results.append(
                            [(each.key, each.revision, each.version) for each in committed.outcomes]
                        )
                    except RefusedError as error:
                        results.append(sorted({(each.code, each.resource or "") for each in error.refusals}))
                assert results[0] == results[1]
                assert seen(model) == seen(local)
