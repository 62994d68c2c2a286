# SPDX-License-Identifier: Apache-2.0
"""The local backend keeps the contract."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from stigmer.backends.contract import Backend
from stigmer.backends.local import LocalBackend
from stigmer.secrets.key_file import KeyFile
from tests.backends import conformance, conformance_history, conformance_values


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[conformance.Opened]:
    home = tmp_path / "home"
    with ExitStack() as stack:

        def open_one_more() -> Backend:
            return stack.enter_context(
                LocalBackend.open(home / "local.db", master_key=KeyFile(home / "master.key"), create=True)
            )

        yield open_one_more


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


class TestBlaming(conformance_history.Blaming):
    pass


class TestConfiding(conformance_values.Confiding):
    pass


class TestSearching(conformance_values.Searching):
    pass


class TestSharing(conformance.Sharing):
    pass
