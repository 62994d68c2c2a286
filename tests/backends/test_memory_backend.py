# SPDX-License-Identifier: Apache-2.0
"""The model keeps the contract itself."""

from __future__ import annotations

import pytest

from tests.backends import conformance
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


class TestRemembering(conformance.Remembering):
    pass


class TestConfiding(conformance.Confiding):
    pass


class TestSearching(conformance.Searching):
    pass


class TestSharing(conformance.Sharing):
    pass
