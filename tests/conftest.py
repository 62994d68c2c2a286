# SPDX-License-Identifier: Apache-2.0
"""What all tests share: a store of each kind, and how hard Hypothesis looks.

That is `STIGMER_TEST_PROFILE=ci` (the default), `long` or `first`. The seed of a run is in pytest's header.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import random
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

import stigmer
from stigmer.backends.contract import Backend
from stigmer.secrets.key_file import KeyFile

# Modules that others import and that assert; here, so that it is before any of them is imported.
pytest.register_assert_rewrite("tests.reconcile.declared")

_SLOW_TO_DRAW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)

settings.register_profile(
    "ci", max_examples=50, deadline=None, print_blob=True, suppress_health_check=_SLOW_TO_DRAW
)
settings.register_profile(
    "long", max_examples=1000, deadline=None, print_blob=True, suppress_health_check=_SLOW_TO_DRAW
)
# The first failure as it was drawn, without the minutes that making it smaller can take.
settings.register_profile("first", settings.get_profile("ci"), phases=(Phase.explicit, Phase.generate))
_TO_A_KEYCHAIN = ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "PYTHON_KEYRING_BACKEND")
PROFILE = os.environ.get("STIGMER_TEST_PROFILE", "ci")
settings.load_profile(PROFILE)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Chooses a seed where none was given, so that every run can be repeated by the one its header names.

    Hypothesis also draws the constants of the modules that are loaded, so all of them are, whichever test comes first. And takes the way
    to the keychain of whoever runs this out of the environment, of all processes that tests start, too.
    """
    for name in _TO_A_KEYCHAIN:
        os.environ.pop(name, None)
    for found in pkgutil.walk_packages(stigmer.__path__, "stigmer."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    if config.getoption("--hypothesis-seed") is None:
        config.option.hypothesis_seed = random.randrange(2**32)


def pytest_report_header(config: pytest.Config) -> str:
    """Says how to run the same examples again."""
    return f"hypothesis profile {PROFILE}; the same examples again: --hypothesis-seed={config.getoption('--hypothesis-seed')}"


@pytest.fixture(autouse=True, scope="session")
def nothing_kept() -> Iterator[None]:
    """A command keeps what it made until its process ends; a process of tests runs thousands of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("stigmer.cli.kept._KEPT", deque[object](maxlen=0))
        yield


@pytest.fixture(params=["memory", "local"])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    """A new store, once the model in memory and once the local one."""
    # Here, since most tests need no store.
    from stigmer.backends.local import LocalBackend
    from tests.backends.memory import MemoryBackend, MemoryStore

    if request.param == "memory":
        yield MemoryBackend(MemoryStore())
        return
    home = tmp_path / "home"
    with closing(
        LocalBackend.open(home / "local.db", master_key=KeyFile(home / "master.key"), create=True)
    ) as opened:
        yield opened
