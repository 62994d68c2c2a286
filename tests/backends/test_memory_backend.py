# SPDX-License-Identifier: Apache-2.0
"""The model keeps the contract itself."""

from __future__ import annotations

import pytest

from tests.backends import conformance, conformance_history, conformance_values
from tests.backends.memory import MemoryBackend, MemoryStore


@pytest.fixture
def opened() -> conformance.Opened:
    store = MemoryStore()
    return lambda: MemoryBackend(store)


class TestReading(conformance.Reading):
    pass


class TestWriting(conformance.Writing):
    pass


class TestRelating(conformance.Relating):
    pass


class TestRemembering(conformance_history.Remembering):
    pass


class TestSettling(conformance_history.Settling):
    pass


class TestRestoring(conformance_history.Restoring):
    pass


class TestOwning(conformance_history.Owning):
    pass


class TestConfiding(conformance_values.Confiding):
    pass


class TestSearching(conformance_values.Searching):
    pass


class TestSharing(conformance.Sharing):
    pass
