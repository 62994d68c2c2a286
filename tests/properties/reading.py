# SPDX-License-Identifier: Apache-2.0
"""Drawn sets taken the way of a manifest: read from bytes, planned and applied."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from stigmer.backends.contract import Backend
from stigmer.backends.local import LocalBackend
from stigmer.manifests.load import LoadOptions, load_sources
from stigmer.manifests.manifest import Manifest
from stigmer.manifests.source import Source
from stigmer.reconcile.build import build_plan
from stigmer.reconcile.options import PlanOptions
from stigmer.reconcile.plan import Plan
from stigmer.secrets.key_file import KeyFile
from stigmer.secrets.sources import Surroundings
from tests.backends.memory import MemoryBackend, MemoryStore
from tests.properties.strategies import ManifestSet

Backends = dict[str, Backend]


@contextmanager
def place() -> Iterator[Path]:
    """A directory for one example."""
    with TemporaryDirectory() as directory:
        yield Path(directory).resolve()


@contextmanager
def fresh_backends() -> Iterator[Backends]:
    """A new store of each kind, by name."""
    with place() as home, ExitStack() as stack:
        local = LocalBackend.open(home / "local.db", master_key=KeyFile(home / "master.key"), create=True)
        yield {"model": MemoryBackend(MemoryStore()), "local": stack.enter_context(local)}


def read(drawn: ManifestSet, text: str | None = None) -> tuple[Manifest, ...]:
    """The manifests of a set, or of another text in its place."""
    with place() as directory:
        for name, content in drawn.files.items():
            (directory / name).write_bytes(content.encode())
        data = (drawn.text if text is None else text).encode()
        source = Source("drawn.yaml", data, str(directory), str(directory), named=True)
        loaded = load_sources([source], LoadOptions())
    assert loaded.diagnostics == ()
    assert loaded.documents == len(drawn.documents)
    return loaded.manifests


def plan_of(
    drawn: ManifestSet, backend: Backend, set_name: str | None = None, *, force: bool = False
) -> Plan:
    """The plan for a set."""
    with place() as directory:
        for name, content in drawn.files.items():
            (directory / name).write_bytes(content.encode())
        source = Source("drawn.yaml", drawn.text.encode(), str(directory), str(directory), named=True)
        loaded = load_sources([source], LoadOptions())
        assert loaded.diagnostics == ()
        # Secrets in files are read while the plan is made.
        options = PlanOptions(set=set_name, force=force)
        return build_plan(loaded.manifests, backend, options, Surroundings(drawn.environ))
