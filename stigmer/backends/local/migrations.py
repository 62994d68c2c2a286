# SPDX-License-Identifier: Apache-2.0
"""Making a store, and bringing an older one up to date.

A store's layout has a number, and each step to the next number is a migration. What is derived from the registry is not
numbered: tables, columns and indexes that the registry asks for and the store lacks are made on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import apsw

from stigmer.backends.local import schema
from stigmer.backends.local.connection import writing
from stigmer.backends.local.files import companion, make_private_file
from stigmer.errors import BackendError, NotFoundError
from stigmer.resources.keys import DEFAULT_ORGANIZATION, new_id
from stigmer.resources.kinds import Kind, kind_named
from stigmer.resources.resource import digest, encode

APPLICATION_ID = 0x5354474D  # "STGM"


@dataclass(frozen=True, slots=True)
class Moment:
    """Who does something and when; `time` is RFC 3339 in UTC with microseconds."""

    actor: str
    time: str


@dataclass(frozen=True, slots=True)
class Migration:
    """A step of the layout: the number it leads to, and what takes a store there from the number before."""

    version: int
    change: Callable[[apsw.Connection, Moment], None]


def now() -> str:
    """This moment as the store writes it."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def bring_up_to_date(
    connection: apsw.Connection, path: Path, actor: str, migrations: Sequence[Migration]
) -> None:
    """Makes the store where there is none, migrates an older one. All of it happens or nothing does.

    Raises BackendError for a newer store and for a database that is no store of stigmer's.
    """
    if _is_current(connection, path, migrations):
        return
    with writing(connection):
        # Another process may have done it while this one waited for its turn.
        if not _is_current(connection, path, migrations):
            version = _version(connection)
            if version:
                _back_up(connection, path, version)
            _migrate(connection, version, Moment(actor, now()), migrations)


def check_readable(connection: apsw.Connection, path: Path, migrations: Sequence[Migration]) -> None:
    """Whether a store can be read as it is. Raises NotFoundError where none was made yet, BackendError where it is too old,
    too new or none of stigmer's."""
    if is_empty(connection):
        raise missing(path)
    _refuse_foreign(connection, path, migrations)
    if _version(connection) < migrations[-1].version:
        raise BackendError(
            "backend.older",
            f"{path} was made by an older stigmer",
            hint="'stigmer init' brings it up to date, with a backup",
        )


def missing(path: Path) -> NotFoundError:
    """There is no store at this place."""
    return NotFoundError(
        "backend.missing", f"there is no store at {path}", hint="'stigmer init' or 'stigmer apply' makes it"
    )


def is_empty(connection: apsw.Connection) -> bool:
    """Whether the file is not yet anybody's database: a process that was to make a store may have been stopped before."""
    return not connection.execute("SELECT count(*) FROM sqlite_schema").get


def _is_current(connection: apsw.Connection, path: Path, migrations: Sequence[Migration]) -> bool:
    if is_empty(connection):
        return False
    _refuse_foreign(connection, path, migrations)
    return _version(connection) == migrations[-1].version and not _lacking(connection)


def _refuse_foreign(connection: apsw.Connection, path: Path, migrations: Sequence[Migration]) -> None:
    if connection.pragma("application_id") != APPLICATION_ID:
        raise BackendError(
            "backend.foreign",
            f"{path} is a database, but not one of stigmer's",
            hint="choose another path in db_path",
        )
    known = migrations[-1].version
    version = _version(connection)
    unknown = _tables(connection) - _known_tables()
    if version > known or unknown:
        raise BackendError(
            "backend.newer",
            f"{path} was made by a newer stigmer (layout {version}; this one knows {known})",
            hint="upgrade stigmer",
        )


def _version(connection: apsw.Connection) -> int:
    return int(connection.pragma("user_version"))


def _objects(connection: apsw.Connection) -> dict[str, tuple[str, str]]:
    """Type and SQL of everything in the database, by name, apart from what SQLite keeps for itself."""
    rows = connection.execute(
        "SELECT name, type, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return {name: (type_, sql) for name, type_, sql in rows}


def _tables(connection: apsw.Connection) -> set[str]:
    return {name for name, (type_, _) in _objects(connection).items() if type_ == "table"}


def _known_tables() -> set[str]:
    core = {"store", "api_resource_versions", "resource_references", "resource_sets"}
    known = core | {"secret_values", "data_keys", "contexts"} | {kind.table for kind in schema.stored_kinds()}
    for kind in schema.stored_kinds():
        if schema.searched_columns(kind):
            search = schema.search_table(kind)
            known |= {
                search,
                *(f"{search}_{part}" for part in ("data", "idx", "docsize", "config", "content")),
            }
    return known


def _lacking(connection: apsw.Connection) -> list[Kind]:
    """The kinds of which the store lacks something that the registry asks for."""
    objects = _objects(connection)
    return [
        kind
        for kind in schema.stored_kinds()
        if kind.table not in objects
        or any(objects.get(name, ("", ""))[1] != sql for name, sql in schema.derived_sql(kind).items())
    ]


def _migrate(
    connection: apsw.Connection, version: int, moment: Moment, migrations: Sequence[Migration]
) -> None:
    for migration in migrations:
        if migration.version > version:
            migration.change(connection, moment)
    _derive(connection)
    latest = migrations[-1].version
    connection.execute("UPDATE store SET schema_version = ?", (latest,))
    connection.pragma("user_version", latest)
    connection.pragma("application_id", APPLICATION_ID)


def _derive(connection: apsw.Connection) -> None:
    for kind in _lacking(connection):
        objects = _objects(connection)
        if kind.table not in objects:
            connection.execute(schema.table_sql(kind))
        columns = {row[1] for row in connection.execute(f"PRAGMA table_xinfo({kind.table})")}
        for column in schema.derived_columns(kind):
            if column.name not in columns:
                connection.execute(f"ALTER TABLE {kind.table} ADD COLUMN {column.definition}")
        for name, sql in schema.derived_sql(kind).items():
            type_, present = objects.get(name, ("", ""))
            if present == sql:
                continue
            if present:
                connection.execute(f"DROP {type_} {name}")
            connection.execute(sql)
            if name == schema.search_table(kind):
                connection.execute(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")


def _back_up(connection: apsw.Connection, path: Path, version: int) -> None:
    """Copies the store as it is into a file beside it. The caller's transaction keeps every writer out meanwhile."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    target = companion(path, f".backup-{version}-{stamp}")
    make_private_file(target)
    source = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    copy = apsw.Connection(str(target), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        with copy.backup("main", source, "main") as backup:
            backup.step(-1)
        copy.pragma("journal_mode", "delete")  # one file, complete in itself
    finally:
        copy.close()
        source.close()


def _make_core(connection: apsw.Connection, moment: Moment) -> None:
    for statement in schema.CORE:
        connection.execute(statement)
    connection.execute(
        "INSERT INTO store (one, store_id, schema_version, revision, created_at) VALUES (1, ?, 0, 0, ?)",
        (new_id("sto"), moment.time),
    )
    _make_default_organization(connection, moment)


def _make_default_organization(connection: apsw.Connection, moment: Moment) -> None:
    kind = kind_named(DEFAULT_ORGANIZATION.kind)
    name = DEFAULT_ORGANIZATION.name
    body = encode({"apiVersion": kind.api_version, "kind": kind.name, "metadata": {"name": name}})
    resource_id, version_id = new_id(kind.id_prefix), new_id("ver")
    connection.execute(schema.table_sql(kind))
    connection.execute(
        f"INSERT INTO {kind.table} (id, org, name, revision, digest, protected, version, version_id,"
        " created_at, created_by, updated_at, updated_by, body) VALUES (?, '', ?, 0, ?, 1, 1, ?, ?, ?, ?, ?, ?)",
        (
            resource_id,
            name,
            digest(body),
            version_id,
            moment.time,
            moment.actor,
            moment.time,
            moment.actor,
            body.decode(),
        ),
    )
    connection.execute(
        "INSERT INTO api_resource_versions (id, resource_kind, resource_id, org, name, number, operation, digest, revision,"
        " actor, created_at, body) VALUES (?, ?, ?, '', ?, 1, 'created', ?, 0, ?, ?, ?)",
        (version_id, kind.name, resource_id, name, digest(body), moment.actor, moment.time, body.decode()),
    )


def _add_sets(connection: apsw.Connection, moment: Moment) -> None:
    """Whose a version was is known of the current ones alone, and of which was declared those that drift is measured against."""
    for statement in schema.SETS:
        connection.execute(statement)
    present = _tables(connection)
    for kind in schema.stored_kinds():
        if kind.table not in present:
            continue
        if "declared" not in {row[1] for row in connection.execute(f"PRAGMA table_xinfo({kind.table})")}:
            connection.execute(f"ALTER TABLE {kind.table} ADD COLUMN {schema.DECLARED}")
        connection.execute(
            "UPDATE api_resource_versions AS v SET owner = r.owner, declares = v.number IS r.applied_version"
            f" FROM {kind.table} AS r WHERE v.resource_id = r.id AND v.number IN (r.version, r.applied_version)"
        )


def _add_data_keys(connection: apsw.Connection, moment: Moment) -> None:
    """What a master key sealed itself stays as it is and opens; a rotation seals it anew, under data keys."""
    for statement in schema.SECRETS:
        connection.execute(statement)


MIGRATIONS: tuple[Migration, ...] = (
    Migration(1, _make_core),
    Migration(2, _add_sets),
    Migration(3, _add_data_keys),
)
