# SPDX-License-Identifier: Apache-2.0
"""Contexts are the same in every backend, the model among them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from stigmer.backends.local import LocalBackend
from stigmer.secrets.key_file import KeyFile
from tests.backends import conformance_contexts, conformance_supply
from tests.backends.conformance_supply import Executing, Opened
from tests.backends.memory import MemoryBackend, MemoryStore


@pytest.fixture(params=["local", "model"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    if request.param == "model":
        store = MemoryStore()
        yield lambda: MemoryBackend(store)
        return
    home = tmp_path / "home"
    with ExitStack() as stack:

        def open_one_more() -> Executing:
            return stack.enter_context(
                LocalBackend.open(home / "local.db", master_key=KeyFile(home / "master.key"), create=True)
            )

        yield open_one_more


class TestSupplying(conformance_supply.Supplying):
    pass


class TestEntrusting(conformance_contexts.Entrusting):
    pass


class TestEnding(conformance_contexts.Ending):
    pass
