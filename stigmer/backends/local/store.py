# SPDX-License-Identifier: Apache-2.0
"""The local backend: the contract over one SQLite file."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import apsw

from stigmer.backends.contract import (
    CONTEXT_LIFETIME,
    Batch,
    Committed,
    Head,
    Hit,
    Put,
    Release,
    SetRecord,
    Settle,
    Snapshot,
    Stored,
    StoreInfo,
    Version,
)
from stigmer.backends.history import HISTORY_KIND, version_resource
from stigmer.backends.local import rows
from stigmer.backends.local.checks import refusals, still_referred
from stigmer.backends.local.connection import open_reader, open_writer, reading, use_wal, writing
from stigmer.backends.local.faults import faults_named
from stigmer.backends.local.files import (
    make_private_directory,
    make_private_file,
    tighten_files,
    tighten_home,
)
from stigmer.backends.local.live import Live, read_live, referrers
from stigmer.backends.local.migrations import (
    MIGRATIONS,
    Moment,
    bring_up_to_date,
    check_readable,
    is_empty,
    missing,
    now,
)
from stigmer.backends.local.schema import stored_kinds
from stigmer.backends.local.search import search
from stigmer.backends.local.vault import Vault
from stigmer.backends.local.writes import Writer
from stigmer.errors import Diagnostic, NotFoundError, RefusedError
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import DEFAULT_ORGANIZATION, Key
from stigmer.secrets.keys import KeyPlace

if TYPE_CHECKING:
    from stigmer.backends.context import ExecutionContext, Grant
    from stigmer.backends.local.contexts import Contexts

BUSY_TIMEOUT = 10.0
"""Seconds for which a writer waits for another."""


class LocalBackend:
    """A store in a SQLite file; see `stigmer.backends.contract.Backend`. One handle is for one thread at a time."""

    def __init__(
        self, path: Path, connection: apsw.Connection, master_key: KeyPlace, *, read_only: bool
    ) -> None:
        self._path = path
        self._connection = connection
        self._store_id = str(connection.execute("SELECT store_id FROM store").get)
        self._vault = Vault(connection, self._store_id, master_key, read_only=read_only)
        kinds = stored_kinds()
        if read_only:
            present = {
                name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            }
            kinds = tuple(kind for kind in kinds if kind.table in present)
        self._kinds = {kind.name: kind for kind in kinds}

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        master_key: KeyPlace,
        home: Path | None = None,
        create: bool = False,
        read_only: bool = False,
        busy_timeout: float = BUSY_TIMEOUT,
    ) -> Self:
        """Opens the store at `path`; `create` makes it where there is none, and `read_only` never changes anything.

        `master_key` is where the master key is kept, or will be once there are secrets; `home` is a directory of stigmer's own, of
        which all modes are tightened where the store lies in it; `busy_timeout` is in seconds. Opened for writing, an older store is
        backed up and migrated, and its modes are tightened. Raises NotFoundError `backend.missing` and
        BackendError.
        """
        with faults_named(path):
            if read_only:
                return cls._open_reader(path, master_key, busy_timeout)
            if create:
                make_private_directory(path.parent)
                make_private_file(path)
            elif not path.exists():
                raise missing(path)
            if path.parent == home:
                tighten_home(path.parent)
            tighten_files(path)
            connection = open_writer(path, busy_timeout)
            try:
                if not create and is_empty(connection):
                    raise missing(path)
                bring_up_to_date(connection, path, _actor(), MIGRATIONS)
                use_wal(connection)
                return cls(path, connection, master_key, read_only=False)
            except BaseException:
                connection.close()
                raise

    @classmethod
    def _open_reader(cls, path: Path, master_key: KeyPlace, busy_timeout: float) -> Self:
        if not path.exists():
            raise missing(path)
        connection = open_reader(path, busy_timeout)
        try:
            check_readable(connection, path, MIGRATIONS)
            return cls(path, connection, master_key, read_only=True)
        except BaseException:
            connection.close()
            raise

    @staticmethod
    def exists(path: Path) -> bool:
        """Whether there is a store at the place, or a database of somebody else. Raises BackendError where it cannot be told."""
        if not path.exists():
            return False
        with faults_named(path):
            connection = open_reader(path, BUSY_TIMEOUT)
            try:
                return not is_empty(connection)
            finally:
                connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the use of the store. Closing twice does nothing."""
        with faults_named(self._path):
            self._connection.close()

    def info(self) -> StoreInfo:
        """Who this store is."""
        with faults_named(self._path):
            return StoreInfo(
                self._store_id,
                self._revision(),
                DEFAULT_ORGANIZATION.name,
                f"local database {self._path}",
                _actor(),
            )

    def _revision(self) -> int:
        return int(self._connection.execute("SELECT revision FROM store").get)

    def snapshot(self) -> Snapshot:
        """The heads of all resources, of one moment."""
        heads: dict[Key, Head] = {}
        with faults_named(self._path), reading(self._connection):
            revision = self._revision()
            for kind in self._kinds.values():
                sql = f"SELECT org, name, id, revision, digest, owner, applied_version IS version FROM {kind.table}"
                # Fetched whole: it takes a fifth less time than row by row.
                found: list[tuple[Any, ...]] = self._connection.execute(sql).fetchall()
                for org, name, id_, changed, digest, owner, declared in found:
                    heads[Key(kind.name, org, name)] = Head(id_, changed, digest, owner, bool(declared))
        return Snapshot(revision, heads)

    def get(self, keys: Iterable[Key]) -> Mapping[Key, Stored]:
        """The resources that exist among `keys`."""
        with faults_named(self._path), reading(self._connection):
            return self._get(keys)

    def _get(self, keys: Iterable[Key]) -> Mapping[Key, Stored]:
        found: dict[Key, Stored] = {}
        wanted = set(keys)
        for id_ in (key.name for key in wanted if key.kind == HISTORY_KIND):
            for row in self._connection.execute(f"{rows.VERSION} WHERE id = ?", (id_,)):
                resource = version_resource(rows.version(row))
                if resource.key in wanted:
                    found[resource.key] = resource
        for kind, org, names in rows.names_by_place(wanted):
            if kind.name not in self._kinds:
                continue
            sql = f"{rows.STORED.format(table=kind.table)} WHERE r.org = ? AND r.name IN (SELECT value FROM json_each(?))"
            for row in self._connection.execute(sql, (org, names)):
                resource = rows.stored(kind.name, row)
                found[resource.key] = resource
        return found

    def list(
        self, kind: str, *, org: str | None = None, labels: Mapping[str, str] | None = None
    ) -> Iterator[Stored]:
        """Resources of a kind, by org and name, in every org where `org` is None; `labels` must all match."""
        if kind == HISTORY_KIND:
            return self._list_history(org) if not labels else iter(())
        if kind not in self._kinds:
            return iter(())
        where, values = ["(?1 IS NULL OR r.org = ?1)"], [org]
        for name, value in (labels or {}).items():
            at = len(values) + 1
            where.append(
                f"EXISTS (SELECT 1 FROM json_each(r.labels) WHERE key = ?{at} AND value = ?{at + 1})"
            )
            values += [name, value]
        table = self._kinds[kind].table
        sql = f"{rows.STORED.format(table=table)} WHERE {' AND '.join(where)} ORDER BY r.org, r.name"
        with faults_named(self._path):
            found = self._connection.execute(sql, values).fetchall()
        return (rows.stored(kind, row) for row in found)

    def _list_history(self, org: str | None) -> Iterator[Stored]:
        sql = f"{rows.VERSION} WHERE ?1 IS NULL OR org = ?1 ORDER BY org, id"
        with faults_named(self._path):
            found = self._connection.execute(sql, (org,)).fetchall()
        return (version_resource(rows.version(row)) for row in found)

    def referrers(self, keys: Iterable[Key]) -> Mapping[Key, Sequence[Key]]:
        """Who refers to each of the keys that somebody refers to, in key order."""
        with faults_named(self._path), reading(self._connection):
            found = referrers(self._connection, set(keys))
        return {key: sorted(sources) for key, sources in found.items()}

    def fingerprints(self, values: Sequence[Secret]) -> Sequence[str]:
        """Keyed fingerprints of clear values: 64 hexadecimal digits each, equal for equal values of one store.

        The first of a store makes its key, and the master key where there is none. Of a read-only handle on a store without
        secrets they hold for that handle alone.
        """
        with faults_named(self._path):
            return self._vault.fingerprints(values)

    def apply(self, batch: Batch) -> Committed:
        """Commits the batch or changes nothing; see the contract."""
        with faults_named(self._path):
            if not batch.operations and batch.source is None:
                return Committed(self._revision(), ())
            with writing(self._connection):
                live = read_live(self._connection, batch)
                against = self._against(batch, live)
                if against:
                    raise RefusedError(against)
                changes = any(not isinstance(operation, Settle) for operation in batch.operations)
                revision = self._revision() + changes
                writer = Writer(batch, live, revision, Moment(_actor(), now()))
                outcomes = writer.gather()
                writer.write(self._connection)
                for operation, outcome in zip(batch.operations, outcomes, strict=True):
                    if isinstance(operation, Put) and operation.secrets:
                        self._vault.keep(operation, outcome.id)
            return Committed(revision, outcomes)

    def _against(self, batch: Batch, live: Live) -> Sequence[Diagnostic]:
        removed = sorted(live.leaving - live.arriving)
        inside = {
            operation.id for operation in batch.operations if not isinstance(operation, (Release, Settle))
        }
        secrets = (
            self._vault.missing(operation)
            for operation in batch.operations
            if isinstance(operation, Put) and operation.secrets
        )
        return [
            *refusals(batch, live),
            *still_referred(removed, referrers(self._connection, removed, inside)),
            *chain.from_iterable(secrets),
        ]

    def sets(self) -> Mapping[str, SetRecord]:
        """What is remembered of the sets that were applied as a whole, by name."""
        with faults_named(self._path):
            records = [rows.set_record(row) for row in self._connection.execute(f"{rows.SET} ORDER BY name")]
        return {record.name: record for record in records}

    def set_versions(self, owner: str) -> Sequence[Version]:
        """The histories of all resources that a set owns or ever owned, by resource, the newest version first."""
        sql = (
            f"{rows.VERSION} WHERE resource_id IN (SELECT resource_id FROM api_resource_versions WHERE owner = ?)"
            " ORDER BY resource_kind, resource_id, number DESC"
        )
        with faults_named(self._path):
            return tuple(rows.version(row) for row in self._connection.execute(sql, (owner,)))

    def versions(self, key: Key) -> Sequence[Version]:
        """The history of whatever had this key, newest first; it survives deletion and goes along with a renaming."""
        sql = (
            f"{rows.VERSION} WHERE resource_id IN (SELECT resource_id FROM api_resource_versions"
            " WHERE resource_kind = ? AND org = ? AND name = ?) ORDER BY seq DESC"
        )
        with faults_named(self._path):
            return tuple(rows.version(row) for row in self._connection.execute(sql, key))

    def search(self, text: str, *, org: str | None = None, limit: int = 20) -> Sequence[Hit]:
        """Skills whose name, title, description or text match all the words, the best first."""
        if "Skill" not in self._kinds:
            return ()
        with faults_named(self._path):
            return search(self._connection, text, org, limit)

    @property
    def _contexts(self) -> Contexts:
        from stigmer.backends.local.contexts import Contexts  # runners alone ask for them

        return Contexts(self._connection, self._vault)

    def open_context(
        self, execution_id: str, *, lifetime: timedelta = CONTEXT_LIFETIME, now: datetime | None = None
    ) -> Grant:
        """Makes the context of an execution; see the contract."""
        from stigmer.backends.supply import supplied

        with faults_named(self._path):
            self._vault.ready()
            with reading(self._connection):
                values = supplied(self._execution(execution_id), self._get, self._vault.reveal)
            return self._contexts.open(execution_id, values, now, lifetime)

    def _execution(self, execution_id: str) -> Stored:
        from stigmer.resources.needs import EXECUTIONS

        for kind in (self._kinds[name] for name in EXECUTIONS if name in self._kinds):
            sql = f"{rows.STORED.format(table=kind.table)} WHERE r.id = ?"
            for row in self._connection.execute(sql, (execution_id,)):
                return rows.stored(kind.name, row)
        raise NotFoundError("context.execution", f"there is no execution with the id {execution_id}")

    def get_context(
        self, execution_id: str, token: Secret, *, now: datetime | None = None
    ) -> ExecutionContext:
        """What the execution may read, in clear; see the contract."""
        with faults_named(self._path):
            self._vault.ready()
            return self._contexts.get(execution_id, token, now)

    def renew_context(
        self,
        execution_id: str,
        token: Secret,
        *,
        lifetime: timedelta = CONTEXT_LIFETIME,
        now: datetime | None = None,
    ) -> datetime:
        """Lets the context last for this time from now; see the contract."""
        with faults_named(self._path):
            self._vault.ready()
            return self._contexts.renew(execution_id, token, now, lifetime)

    def end_context(self, execution_id: str, token: Secret | None = None) -> bool:
        """Deletes the context of an execution; see the contract."""
        with faults_named(self._path):
            return self._contexts.end(execution_id, token)

    def sweep_contexts(self, now: datetime | None = None) -> Sequence[str]:
        """Deletes the contexts whose time ran out; see the contract."""
        with faults_named(self._path):
            return self._contexts.sweep(now)


def _actor() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
