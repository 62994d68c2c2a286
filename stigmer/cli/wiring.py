# SPDX-License-Identifier: Apache-2.0
"""The one place that names concrete backends: a configured backend becomes an open one."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
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
from stigmer.cli.config import BackendEntry, read_config
from stigmer.cli.passphrase import key_passphrase, key_passphrase_unasked
from stigmer.cli.settings import Settings
from stigmer.errors import BackendError, UsageError
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import DEFAULT_ORGANIZATION, Key
from stigmer.resources.kinds import kind_named
from stigmer.resources.resource import digest, encode
from stigmer.secrets.key_places import VARIABLE, HomeKey, Sort

if TYPE_CHECKING:
    from stigmer.backends.local.backup import Backup
    from stigmer.backends.sealing import Rotation, Sealing


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
    with LocalBackend.open(path, master_key=_master_key(settings), home=settings.home) as backend:
        yield backend


def make(settings: Settings, *, check: bool = False) -> list[str]:
    """Makes what the home lacks: configuration, store, master key. Returns the places of what was made, as people write them.

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
        with LocalBackend.open(database, master_key=key, home=settings.home, create=True) as backend:
            # The first fingerprint of a store makes its keys, so that they are there before the first secret.
            backend.fingerprints([Secret("")])
        if check:
            from stigmer.backends.local.key_move import remember_place

            remember_place(database, str(key))
        made += [] if existed else [home.shown(database)]
        made += [] if had_key else [home.shown_place(str(key))]
    return made


def move_key(settings: Settings, sort: Sort) -> tuple[str, ...]:
    """Brings the master key of the home to a place of that sort, unless it is there. Returns the copies that were made of another key
    that was in the way.

    Raises BackendError, NotFoundError, UsageError.
    """
    _require_local(settings.backend)
    from stigmer.backends.local import key_move

    key = _master_key(dataclasses.replace(settings, master_key=sort))
    if sort is Sort.KEYCHAIN and key.named is not None:
        raise UsageError(
            "usage.master_key",
            f"{VARIABLE} names the file with the master key, which goes before any keychain",
            hint=f"copy that file to {home.shown(key.file)}, unset {VARIABLE}, and do it again",
        )
    return () if key.is_as_wanted() else key_move.move_key(settings.backend.database, key)


def key_place(settings: Settings) -> tuple[Sort, str] | None:
    """What sort of place the master key of the home is at and what people call it, None where there is none.

    Raises BackendError, UsageError.
    """
    _require_local(settings.backend)
    key = _master_key(settings)
    found, sort = key.found(), key.sort_found()
    return None if found is None or sort is None else (sort, str(found))


def health(settings: Settings) -> Health:
    """How the store is, which stays as it is. Raises BackendError, NotFoundError, UsageError."""
    _require_local(settings.backend)
    from stigmer.backends.local.health import examine

    return examine(settings.backend.database, master_key=_master_key(settings, ask=False))


def back_up(settings: Settings, target: Path, passphrase: Callable[[], Secret]) -> Backup:
    """Writes the local store into a file. Raises BackendError, NotFoundError, RefusedError, UsageError."""
    _require_local(settings.backend)
    from stigmer.backends.local import backup

    return backup.back_up(settings.backend.database, _master_key(settings), target, passphrase)


def restore(
    settings: Settings, source: Path, passphrase: Callable[[], Secret], *, replace: bool
) -> tuple[Backup, tuple[str, ...]]:
    """Makes the local store from a file; returns the places where what was there is kept, too.

    Raises BackendError, NotFoundError, RefusedError, UsageError.
    """
    _require_local(settings.backend)
    from stigmer.backends.local import backup

    home.make_config(settings.home, settings.home / home.DATABASE_FILE)
    # What the store that is replaced remembers says nothing of the one that takes its place.
    key = dataclasses.replace(_master_key(settings), remembered=lambda: None)
    if key.sort is None:
        key = dataclasses.replace(key, sort=key.sort_found())
    return backup.restore(source, settings.backend.database, key, passphrase, replace=replace)


def rotate_key(
    settings: Settings, told: Callable[[int, int], None], *, batch: int, drop_damaged: bool
) -> Rotation | None:
    """Gives the local store a new master key, or ends the rotation that is under way; None where nothing is sealed. `told` learns how
    many of how many keys are sealed anew.

    Raises BackendError, NotFoundError, UsageError.
    """
    _require_local(settings.backend)
    from stigmer.backends.local import LocalBackend, rotation

    database, key = settings.backend.database, _master_key(settings)
    _require_no_other_home(database, str(key), settings.home)
    others = dict(_others_with(str(key), settings))
    # Opened as for any change, which brings an older store up to date.
    with LocalBackend.open(database, master_key=key, home=settings.home):
        return rotation.rotate(database, key, told, batch=batch, others=others, drop_damaged=drop_damaged)


def _require_no_other_home(database: Path, key_place: str, own: Path) -> None:
    """A copied configuration names the database of the original, whose own key would not open it any more."""
    theirs = database.parent / home.MASTER_KEY_FILE
    ours = {os.path.realpath(each) for each in (key_place, own / home.MASTER_KEY_FILE)}
    if theirs.exists() and os.path.realpath(theirs) not in ours:
        there = home.shown(theirs.parent)
        raise UsageError(
            "usage.master_key",
            f"{home.shown(database)} is the store of another home, whose {home.shown(theirs)} would not open it any more",
            hint=f"rotate it there, with STIGMER_HOME={there}; if this home was copied, change db_path in its config.yaml",
        )


def _others_with(key_place: str, settings: Settings) -> Iterator[tuple[str, Path]]:
    """The stores of the other backends whose master key is kept at the same place."""
    for entry in read_config(settings.home).backends.values():
        if (
            entry.type != "local"
            or entry.database == settings.backend.database
            or not entry.database.exists()
        ):
            continue
        if str(_master_key(dataclasses.replace(settings, backend=entry))) == key_place:
            yield entry.name, entry.database


def sealing(settings: Settings) -> Sealing:
    """What the secrets of the local store are sealed with. Raises BackendError, NotFoundError, UsageError."""
    _require_local(settings.backend)
    from stigmer.backends.local.sealed import examine_sealing

    return examine_sealing(settings.backend.database, _master_key(settings))


def where(settings: Settings, owner: str | None = None) -> str:
    """The line that says where one is: backend, organization, set."""
    place = home.shown(settings.backend.database)
    line = f"backend {settings.backend.name} ({place}), org {settings.org}"
    line = line if owner is None else f"{line}, set {owner}"
    return line if settings.target is None else f"{line}, target {settings.target}"


def _master_key(settings: Settings, *, ask: bool = True) -> HomeKey:
    named = os.environ.get(VARIABLE)
    return HomeKey(
        settings.home / home.MASTER_KEY_FILE,
        os.path.realpath(settings.home),
        named=Path(os.path.abspath(os.path.expanduser(named))) if named else None,
        sort=None if settings.master_key is None else Sort(settings.master_key),
        passphrase=key_passphrase if ask else key_passphrase_unasked,
        environ=os.environ,
        remembered=partial(_remembered, settings.backend.database),
    )


def _remembered(database: Path) -> str | None:
    from stigmer.backends.local.key_move import remembered_place

    return remembered_place(database)


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
