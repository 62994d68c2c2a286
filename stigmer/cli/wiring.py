# SPDX-License-Identifier: Apache-2.0
"""The one place that names concrete backends: a configured backend becomes an open one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from stigmer.backends.contract import (
    Backend,
    Batch,
    Committed,
    Head,
    Hit,
    SetRecord,
    Snapshot,
    Stored,
    StoreInfo,
    Version,
)
from stigmer.backends.health import Health
from stigmer.cli import home
from stigmer.cli.config import BackendEntry
from stigmer.cli.settings import Settings
from stigmer.errors import BackendError, UsageError
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import DEFAULT_ORGANIZATION, Key
from stigmer.resources.kinds import kind_named
from stigmer.resources.resource import digest, encode

if TYPE_CHECKING:
    from stigmer.backends.local.backup import Backup


@contextmanager
def reading(settings: Settings) -> Iterator[Backend]:
    """The backend, to be read; where there is no store yet an empty one, and nothing is made. Raises BackendError, UsageError."""
    _require_local(settings.backend)
    from stigmer.backends.local import LocalBackend

    path = settings.backend.database
    if not LocalBackend.exists(path):
        yield EmptyBackend()
        return
    with LocalBackend.open(path, master_key=_master_key(settings), read_only=True) as backend:
        yield backend


@contextmanager
def writing(settings: Settings, *, create: bool) -> Iterator[Backend]:
    """The backend, to be changed. Where there is no store yet it is made, home and all, or an empty one stands in for it.

    Raises BackendError, UsageError.
    """
    if create:
        make(settings)
    _require_local(settings.backend)
    from stigmer.backends.local import LocalBackend

    path = settings.backend.database
    if not create and not LocalBackend.exists(path):
        yield EmptyBackend()
        return
    with LocalBackend.open(path, master_key=_master_key(settings)) as backend:
        yield backend


def make(settings: Settings, *, check: bool = False) -> list[str]:
    """Makes what the home lacks: configuration, store, master key. Returns the paths of what was made, as people write them.

    With `check` a store that is there is opened too, which brings an older one up to date and tells whether its key is the right one.
    Raises BackendError, UsageError.
    """
    _require_local(settings.backend)
    from stigmer.backends.local import LocalBackend

    database, key = settings.backend.database, _master_key(settings)
    made = []
    if home.make_config(settings.home, settings.home / home.DATABASE_FILE):
        made.append(home.shown(settings.home / home.CONFIG_FILE))
    existed = LocalBackend.exists(database)
    if check or not existed:
        had_key = key.exists()
        with LocalBackend.open(database, master_key=key, create=True) as backend:
            # The first fingerprint of a store makes its keys, so that they are there before the first secret.
            backend.fingerprints([Secret("")])
        made += [] if existed else [home.shown(database)]
        made += [] if had_key else [home.shown(key)]
    return made


def health(settings: Settings) -> Health:
    """How the store is, which stays as it is. Raises BackendError, NotFoundError, UsageError."""
    _require_local(settings.backend)
    from stigmer.backends.local.health import examine

    return examine(settings.backend.database, master_key=_master_key(settings))


def back_up(settings: Settings, target: Path, passphrase: Callable[[], Secret]) -> Backup:
    """Writes the local store into a file. Raises BackendError, NotFoundError, RefusedError, UsageError."""
    _require_local(settings.backend)
    from stigmer.backends.local import backup

    return backup.back_up(settings.backend.database, _master_key(settings), target, passphrase)


def restore(
    settings: Settings, source: Path, passphrase: Callable[[], Secret], *, replace: bool
) -> tuple[Backup, tuple[Path, ...]]:
    """Makes the local store from a file; returns the files that what was there is kept in, too.

    Raises BackendError, NotFoundError, RefusedError, UsageError.
    """
    _require_local(settings.backend)
    from stigmer.backends.local import backup

    home.make_config(settings.home, settings.home / home.DATABASE_FILE)
    database, key = settings.backend.database, _master_key(settings)
    return backup.restore(source, database, key, passphrase, replace=replace)


def where(settings: Settings, owner: str | None = None) -> str:
    """The line that says where one is: backend, organization, set."""
    place = home.shown(settings.backend.database)
    line = f"backend {settings.backend.name} ({place}), org {settings.org}"
    line = line if owner is None else f"{line}, set {owner}"
    return line if settings.target is None else f"{line}, target {settings.target}"


def _master_key(settings: Settings) -> Path:
    return settings.home / home.MASTER_KEY_FILE


def _require_local(backend: BackendEntry) -> None:
    if backend.type != "local":
        raise UsageError(
            "backend.unsupported",
            f"backend {backend.name} is of type {backend.type}, which this version of stigmer cannot reach",
            hint="name a local backend with --backend",
        )


class EmptyBackend:
    """A store that is not there yet, as it will be when it has been made; see `stigmer.backends.contract.Backend`."""

    def __init__(self) -> None:
        body = {
            "apiVersion": kind_named(DEFAULT_ORGANIZATION.kind).api_version,
            "kind": DEFAULT_ORGANIZATION.kind,
        }
        encoded = encode({**body, "metadata": {"name": DEFAULT_ORGANIZATION.name}})
        now = datetime.now(UTC)
        self._stored = {
            DEFAULT_ORGANIZATION: Stored(
                DEFAULT_ORGANIZATION, "", 0, digest(encoded), encoded, None, 1, "", None, now, "", now, ""
            )
        }
        self._key: bytes | None = None

    def info(self) -> StoreInfo:
        """A store that has no id yet."""
        return StoreInfo("", 0, DEFAULT_ORGANIZATION.name, "a store that is not there yet")

    def snapshot(self) -> Snapshot:
        """The organization that every store begins with."""
        return Snapshot(0, {key: Head("", 0, each.digest, None) for key, each in self._stored.items()})

    def get(self, keys: Iterable[Key]) -> Mapping[Key, Stored]:
        """That organization, where it is asked for."""
        return {key: self._stored[key] for key in keys if key in self._stored}

    def list(
        self, kind: str, *, org: str | None = None, labels: Mapping[str, str] | None = None
    ) -> Iterator[Stored]:
        """That organization, where its kind is asked for."""
        return iter(each for key, each in self._stored.items() if key.kind == kind and not org and not labels)

    def referrers(self, keys: Iterable[Key]) -> Mapping[Key, Sequence[Key]]:
        """Nobody refers to anything."""
        return {}

    def fingerprints(self, values: Sequence[Secret]) -> Sequence[str]:
        """Fingerprints under a key that lasts as long as this object: there is nothing that they could be compared with."""
        from stigmer.secrets.fingerprint import fingerprint, new_fingerprint_key

        key = self._key = self._key or new_fingerprint_key()
        return [fingerprint(value, key) for value in values]

    def apply(self, batch: Batch) -> Committed:
        """Refuses: what is not there cannot be changed."""
        raise BackendError("backend.missing", "there is no store", hint="stigmer init makes one")

    def sets(self) -> Mapping[str, SetRecord]:
        """Nothing was applied yet."""
        return {}

    def set_versions(self, owner: str) -> Sequence[Version]:
        """Nothing ever happened."""
        return ()

    def versions(self, key: Key) -> Sequence[Version]:
        """Nothing ever happened."""
        return ()

    def search(self, text: str, *, org: str | None = None, limit: int = 20) -> Sequence[Hit]:
        """There is nothing to find."""
        return ()

    def close(self) -> None:
        """Nothing to end."""
