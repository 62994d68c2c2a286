# SPDX-License-Identifier: Apache-2.0
"""Stores of other releases: older ones are backed up and migrated, newer ones refused."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from stigmer.backends.local import LocalBackend
from stigmer.backends.local.migrations import MIGRATIONS, Migration, Moment
from stigmer.errors import BackendError
from stigmer.resources.keys import Key
from stigmer.secrets.key_file import KeyFile
from tests.backends.builders import apply, live, put

NEXT = MIGRATIONS[-1].version + 1
BOT, POLICY = Key("Agent", "default", "bot"), Key("Skill", "default", "policy")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with an agent and a skill."""
    path = tmp_path / "home" / "local.db"
    with opened(path, create=True) as backend:
        apply(backend, put(BOT), put(POLICY, spec={"markdown_content": "Thirty days."}))
    return path


def opened(path: Path, *, create: bool = False, read_only: bool = False) -> LocalBackend:
    return LocalBackend.open(
        path, master_key=KeyFile(path.with_name("master.key")), create=create, read_only=read_only
    )


def backups(path: Path) -> list[Path]:
    return sorted(path.parent.glob("*.backup-*"))


def alter(path: Path, *statements: str) -> None:
    database = apsw.Connection(str(path))
    for statement in statements:
        database.execute(statement).fetchall()
    database.close()


def learn(monkeypatch: pytest.MonkeyPatch, *statements: str) -> None:
    """Makes this stigmer one that knows one layout more."""

    def change(connection: apsw.Connection, _: Moment) -> None:
        for statement in statements:
            connection.execute(statement)

    monkeypatch.setattr("stigmer.backends.local.store.MIGRATIONS", (*MIGRATIONS, Migration(NEXT, change)))


def test_an_older_store_is_backed_up_and_migrated(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learn(monkeypatch, "ALTER TABLE store ADD COLUMN motto TEXT", "UPDATE store SET motto = 'onwards'")
    with opened(path) as backend:
        assert live(backend, BOT).version == 1
    (backup,) = backups(path)
    assert backup.stat().st_mode & 0o777 == 0o600
    database = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    assert database.execute("SELECT motto, schema_version FROM store").fetchall() == [("onwards", NEXT)]
    database.close()
    opened(path).close()
    assert backups(path) == [backup]
    monkeypatch.undo()
    with opened(backup) as old:
        assert set(old.snapshot().heads) >= {BOT, POLICY}


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        learn(patched, "ALTER TABLE store ADD COLUMN motto TEXT", "INSERT INTO nowhere VALUES (1)")
        with pytest.raises(apsw.SQLError):
            opened(path)
    with opened(path) as backend:
        assert live(backend, BOT).version == 1
    assert len(backups(path)) == 1


def test_a_reader_does_not_migrate(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learn(monkeypatch, "ALTER TABLE store ADD COLUMN motto TEXT")
    with pytest.raises(BackendError) as caught:
        opened(path, read_only=True)
    assert (caught.value.code, caught.value.exit_code) == ("backend.older", 7)
    assert not backups(path)


@pytest.mark.parametrize("change", ["PRAGMA user_version = 99", "CREATE TABLE robots (id)"])
@pytest.mark.parametrize("read_only", [False, True])
def test_a_newer_store_is_refused(path: Path, change: str, *, read_only: bool) -> None:
    alter(path, change)
    content = path.read_bytes()
    with pytest.raises(BackendError) as caught:
        opened(path, read_only=read_only)
    assert (caught.value.code, caught.value.exit_code) == ("backend.newer", 7)
    assert caught.value.hint == "upgrade stigmer"
    assert path.read_bytes() == content
    assert not backups(path)


def test_what_the_registry_asks_for_is_made_in_a_store_that_lacks_it(path: Path) -> None:
    alter(
        path,
        "DROP TABLE sessions",
        "DROP INDEX agent_instances_by_spec_agent",
        "ALTER TABLE agent_instances DROP COLUMN spec_agent",
        "DROP TRIGGER skills_search_inserted",
        "DROP TABLE skills_search",
    )
    with opened(path, read_only=True) as reader:
        assert set(reader.snapshot().heads) >= {BOT, POLICY}
        assert list(reader.list("Session")) == []
    with opened(path) as backend:
        apply(backend, put(Key("Session", "default", "one")))
        apply(backend, put(Key("Skill", "default", "other"), spec={"markdown_content": "Thirty more."}))
        assert {hit.key.name for hit in backend.search("thirty")} == {"policy", "other"}
    assert len(backups(path)) == 1


def test_what_is_asked_for_often_is_found_by_index(path: Path) -> None:
    desk = Key("AgentInstance", "default", "desk")
    with opened(path) as backend:
        apply(
            backend,
            put(
                desk, spec={"agent": {"name": "bot", "org": "default"}}, title="Front desk", labels={"a": "b"}
            ),
        )
    database = apsw.Connection(str(path))
    query = "SELECT name, title, labels, spec FROM agent_instances WHERE spec_agent = 'bot'"
    assert database.execute(query).fetchall() == [
        ("desk", "Front desk", '{"a":"b"}', '{"agent":{"name":"bot","org":"default"}}')
    ]
    assert "agent_instances_by_spec_agent" in str(database.execute(f"EXPLAIN QUERY PLAN {query}").fetchall())
    database.close()
