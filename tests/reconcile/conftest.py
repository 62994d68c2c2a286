# SPDX-License-Identifier: Apache-2.0
"""Two backends to plan against: the model in memory and the local store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from stigmer.backends.contract import Backend
from stigmer.backends.local import LocalBackend
from tests.backends.memory import MemoryBackend, MemoryStore

pytest.register_assert_rewrite("tests.reconcile.declared")


@pytest.fixture(params=["memory", "local"])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    """A new store."""
    if request.param == "memory":
        yield MemoryBackend(MemoryStore())
        return
    home = tmp_path / "home"
    with closing(LocalBackend.open(home / "local.db", master_key=home / "master.key", create=True)) as opened:
        yield opened
