# SPDX-License-Identifier: Apache-2.0
"""The tables: a few that every store has, and one a kind, derived from the registry.

A kind's table holds the canonical body once, as it came; the columns that are asked for are generated from it when they are
read, and indexed where a field's options say so. What is derived can therefore be made anew at any time without touching data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from stigmer.backends.history import HISTORY_KIND
from stigmer.resources.fields import Field, message
from stigmer.resources.kinds import Kind, kinds

CORE = (
    """CREATE TABLE store (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  store_id TEXT NOT NULL,
  schema_version INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  fingerprint_key BLOB,
  created_at TEXT NOT NULL
) STRICT""",
    """CREATE TABLE api_resource_versions (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  resource_kind TEXT NOT NULL,
  resource_id TEXT NOT NULL,
  org TEXT NOT NULL,
  name TEXT NOT NULL,
  number INTEGER NOT NULL,
  operation TEXT NOT NULL CHECK (operation IN ('created', 'updated', 'deleted', 'restored')),
  digest TEXT NOT NULL,
  revision INTEGER NOT NULL,
  previous_id TEXT,
  actor TEXT NOT NULL,
  created_at TEXT NOT NULL,
  message TEXT,
  commit_id TEXT,
  commit_author TEXT,
  body TEXT NOT NULL,
  UNIQUE (resource_id, number)
) STRICT""",
    "CREATE INDEX api_resource_versions_by_key ON api_resource_versions (resource_kind, org, name)",
    """CREATE TABLE resource_references (
  source_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  org TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (source_id, kind, org, name)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX resource_references_by_target ON resource_references (kind, org, name)",
    """CREATE TABLE secret_values (
  resource_id TEXT NOT NULL,
  path TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  key_version INTEGER NOT NULL,
  ciphertext BLOB NOT NULL,
  PRIMARY KEY (resource_id, path, fingerprint)
) STRICT""",
)

# What the second layout adds: whose a version was and whether it was declared, and what is known of a set.
SETS = (
    "ALTER TABLE api_resource_versions ADD COLUMN owner TEXT",
    "ALTER TABLE api_resource_versions ADD COLUMN declares INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX api_resource_versions_by_owner ON api_resource_versions (owner, resource_id) WHERE owner IS NOT NULL",
    """CREATE TABLE resource_sets (
  name TEXT PRIMARY KEY,
  remote TEXT,
  path TEXT,
  revision INTEGER NOT NULL,
  applied_at TEXT NOT NULL,
  applied_by TEXT NOT NULL
) STRICT""",
)

# What the third layout adds: a data key for each resource with secrets, what executions that run may read, and where the master
# key is kept. What something was sealed with it says itself.
SECRETS = (
    """CREATE TABLE data_keys (
  resource_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  wrapped BLOB NOT NULL,
  PRIMARY KEY (resource_id, version)
) STRICT""",
    """CREATE TABLE contexts (
  execution_id TEXT PRIMARY KEY,
  token_hash BLOB NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  content BLOB NOT NULL
) STRICT""",
    "ALTER TABLE secret_values DROP COLUMN key_version",
    # The version of the master key that seals what is new, and what people call the place where it is kept.
    "ALTER TABLE store ADD COLUMN key_version INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE store ADD COLUMN key_place TEXT",
)

DECLARED = "declared TEXT"
"""The column of heads for what was declared where that is not the body."""

_HEAD_COLUMNS = """
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  org TEXT NOT NULL,
  name TEXT NOT NULL,
  revision INTEGER NOT NULL,
  digest TEXT NOT NULL,
  owner TEXT,
  protected INTEGER NOT NULL,
  version INTEGER NOT NULL,
  version_id TEXT NOT NULL,
  previous_version_id TEXT,
  applied_version INTEGER,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  updated_by TEXT NOT NULL,
  status TEXT,
  body TEXT NOT NULL,
  declared TEXT,
  title TEXT AS (coalesce(body ->> '$.metadata.title', name)) VIRTUAL,
  labels TEXT AS (body -> '$.metadata.labels') VIRTUAL,
  annotations TEXT AS (body -> '$.metadata.annotations') VIRTUAL,
  tags TEXT AS (body -> '$.metadata.tags') VIRTUAL,
  spec TEXT AS (body -> '$.spec') VIRTUAL"""


@dataclass(frozen=True, slots=True)
class Derived:
    """A column that is generated from the body or the status: its name and the expression that gives it."""

    name: str
    expression: str

    @property
    def definition(self) -> str:
        """The column as a table declares it."""
        return f"{self.name} AS ({self.expression}) VIRTUAL"


@cache
def stored_kinds() -> tuple[Kind, ...]:
    """The kinds that have a table of heads: all but the history itself."""
    return tuple(kind for kind in kinds() if kind.name != HISTORY_KIND)


def table_sql(kind: Kind) -> str:
    """The kind's table."""
    columns = "".join(f",\n  {column.definition}" for column in derived_columns(kind))
    # Not STRICT: a generated column of JSON has whatever type its value has.
    return f"CREATE TABLE {kind.table} ({_HEAD_COLUMNS}{columns},\n  UNIQUE (org, name)\n)"


def derived_columns(kind: Kind) -> tuple[Derived, ...]:
    """The columns that fields' options ask for."""
    return tuple(dict.fromkeys((*_indexed(kind), *searched_columns(kind))))


def searched_columns(kind: Kind) -> tuple[Derived, ...]:
    """The columns of the fields that full-text search looks into."""
    return tuple(_derived(path, field) for path, field in _fields(kind) if field.searchable)


def _indexed(kind: Kind) -> tuple[Derived, ...]:
    return tuple(_derived(path, field) for path, field in _fields(kind) if field.indexed)


def _derived(path: tuple[str, ...], field: Field) -> Derived:
    column, inner = path[0], path[1:]
    source, steps = ("body", path) if column == "spec" else ("status", inner)
    if field.is_reference:
        steps = (*steps, "name")
    return Derived("_".join(path), f"{source} ->> '$.{'.'.join(steps)}'")


def _fields(kind: Kind) -> Iterator[tuple[tuple[str, ...], Field]]:
    """Single fields of spec and status, those of messages within included, by their paths."""
    yield from _below(("spec",), kind.spec, frozenset())
    if kind.status is not None:
        yield from _below(("status",), kind.status, frozenset())


def _below(
    path: tuple[str, ...], name: str, outer: frozenset[str]
) -> Iterator[tuple[tuple[str, ...], Field]]:
    if name in outer:
        return
    for field in message(name).fields.values():
        if field.repeated or field.map:
            continue
        yield (*path, field.name), field
        if field.message is not None and not field.is_reference:
            yield from _below((*path, field.name), field.message, outer | {name})


def search_table(kind: Kind) -> str:
    """The name of the kind's full-text index."""
    return f"{kind.table}_search"


def derived_sql(kind: Kind) -> dict[str, str]:
    """Indexes, full-text tables and triggers of the kind by name, in the order in which they are made."""
    made = {}
    for column in _indexed(kind):
        name = f"{kind.table}_by_{column.name}"
        made[name] = f"CREATE INDEX {name} ON {kind.table} ({column.name}) WHERE {column.name} IS NOT NULL"
    if searched_columns(kind):
        made.update(_search_sql(kind))
    return made


def _search_sql(kind: Kind) -> dict[str, str]:
    search = search_table(kind)
    names = ("name", "title", *(column.name for column in searched_columns(kind)))
    columns = ", ".join(names)
    old, new = (", ".join(f"{side}.{name}" for name in names) for side in ("old", "new"))
    remove = f"INSERT INTO {search} ({search}, rowid, {columns}) VALUES ('delete', old.seq, {old});"
    add = f"INSERT INTO {search} (rowid, {columns}) VALUES (new.seq, {new});"
    events = {
        "inserted": ("INSERT", add),
        "deleted": ("DELETE", remove),
        "updated": ("UPDATE OF name, body", remove + " " + add),
    }
    made = {
        search: (
            f"CREATE VIRTUAL TABLE {search} USING fts5({columns}, content='{kind.table}', content_rowid='seq', "
            "tokenize='unicode61 remove_diacritics 2')"
        )
    }
    for event, (when, action) in events.items():
        name = f"{search}_{event}"
        made[name] = f"CREATE TRIGGER {name} AFTER {when} ON {kind.table} BEGIN {action} END"
    return made
