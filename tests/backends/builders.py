# SPDX-License-Identifier: Apache-2.0
"""Resources and batches in a few words, for tests of backends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from stigmer.backends.contract import (
    Backend,
    Batch,
    BatchOperation,
    Committed,
    Delete,
    Put,
    SecretEntry,
    Stored,
)
from stigmer.errors import RefusedError
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named
from stigmer.resources.resource import digest, encode

DEFAULT = Key("Organization", "", "default")


def body_of(key: Key, spec: Mapping[str, Any] | None = None, **metadata: Any) -> bytes:
    """A canonical body; no schema has seen it."""
    place = {"name": key.name, **({"org": key.org} if key.org else {})}
    kind = kind_named(key.kind)
    return encode(
        {
            "apiVersion": kind.api_version,
            "kind": key.kind,
            "metadata": {**place, **metadata},
            "spec": dict(spec or {}),
        }
    )


def put(
    key: Key,
    at: Stored | None = None,
    *,
    spec: Mapping[str, Any] | None = None,
    references: tuple[Key, ...] = (),
    protected: bool | None = None,
    secrets: Mapping[str, SecretEntry] | None = None,
    **metadata: Any,
) -> Put:
    """Creates the resource, or changes the one that stands `at` it."""
    body = body_of(key, spec, **metadata)
    return Put(
        key=key,
        id=None if at is None else at.id,
        expected_revision=0 if at is None else at.revision,
        body=body,
        digest=digest(body),
        references=references,
        protected=protected,
        secrets=secrets or {},
    )


def delete(at: Stored) -> Delete:
    """Deletes what stands there."""
    return Delete(at.key, at.id, at.revision)


def apply(backend: Backend, *operations: BatchOperation, **of_batch: Any) -> Committed:
    """Commits a batch of these."""
    return backend.apply(Batch(operations, **of_batch))


def live(backend: Backend, key: Key) -> Stored:
    """The resource, which must be there."""
    return backend.get([key])[key]


def refusals(act: Callable[[], object]) -> set[tuple[str, str | None]]:
    """Code and resource of every reason for which what is done is refused."""
    with pytest.raises(RefusedError) as caught:
        act()
    assert caught.value.exit_code == 4
    return {(each.code, each.resource) for each in caught.value.refusals}
