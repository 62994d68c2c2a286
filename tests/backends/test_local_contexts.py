# SPDX-License-Identifier: Apache-2.0
"""Contexts in a SQLite file: sealed, gone without a trace, whole or not there after a crash."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import apsw
import pytest

from stigmer.backends.context import ContextDeniedError
from stigmer.backends.local import LocalBackend
from stigmer.backends.local.rotation import rotate
from stigmer.errors import BackendError
from stigmer.resources.confidential import Secret
from stigmer.secrets.envelope import sealed_by, unwrap_data_key
from stigmer.secrets.key_file import KeyFile
from tests.backends.builders import refusals
from tests.backends.conformance import PROD
from tests.backends.conformance_contexts import HOUR, NOON
from tests.backends.conformance_supply import OTHER, RUN, agent, environment, execution, instance, read, shown

CLEAR = "canary-of-the-environment"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "local.db"


@pytest.fixture
def backend(path: Path) -> Iterator[LocalBackend]:
    with opened(path, create=True) as backend:
        agent(backend)
        environment(backend, PROD, KEY=Secret(CLEAR), PLAIN=f"plain-{CLEAR}-value")
        instance(backend, PROD)
        yield backend


def opened(path: Path, **how: Any) -> LocalBackend:
    return LocalBackend.open(path, master_key=KeyFile(path.with_name("master.key")), **how)


def rows(path: Path, sql: str) -> list[Any]:
    connection = apsw.Connection(str(path))
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def change(path: Path, sql: str, *values: Any) -> None:
    connection = apsw.Connection(str(path))
    try:
        connection.execute(sql, values)
    finally:
        connection.close()


def on_disk(path: Path) -> bytes:
    """All that lies in the home of a store."""
    return b"".join(each.read_bytes() for each in sorted(path.parent.iterdir()))


def test_nothing_in_a_context_lies_on_the_disk_in_clear(backend: LocalBackend, path: Path) -> None:
    id_ = execution(backend, OWN=Secret(f"own-{CLEAR}"))
    grant = backend.open_context(id_)
    lying = on_disk(path)
    assert f"own-{CLEAR}".encode() not in lying
    assert grant.token.reveal().encode() not in lying
    ((content, token_hash),) = rows(path, "SELECT content, token_hash FROM contexts")
    assert CLEAR.encode() not in content  # the plain value neither, which the environment's body shows
    assert (content[0], len(token_hash)) == (2, 32)


@pytest.mark.parametrize("how", ["end", "sweep", "open again"])
def test_what_is_deleted_is_overwritten_and_its_key_goes_too(
    backend: LocalBackend, path: Path, how: str
) -> None:
    id_ = execution(backend, OWN=Secret("its own"))
    kept = rows(path, "SELECT resource_id, wrapped FROM data_keys")
    backend.open_context(id_, lifetime=HOUR, now=NOON)
    ((content,),) = rows(path, "SELECT content FROM contexts")
    match how:
        case "end":
            backend.end_context(id_)
        case "sweep":
            backend.sweep_contexts(NOON + HOUR)
        case _:
            backend.open_context(id_)
            backend.end_context(id_)
    backend.close()
    assert content not in on_disk(path)
    assert rows(path, "SELECT * FROM contexts") == []
    assert rows(path, "SELECT resource_id, wrapped FROM data_keys") == kept


def test_each_opening_has_a_data_key_of_its_own_and_the_one_before_goes(
    backend: LocalBackend, path: Path
) -> None:
    id_ = execution(backend)
    seen = []
    for _ in range(3):
        backend.open_context(id_)
        ((wrapped,),) = rows(path, "SELECT wrapped FROM data_keys WHERE resource_id LIKE 'context/%'")
        seen.append(wrapped)
    master, store_id = KeyFile(path.with_name("master.key")).load().current, backend.info().store_id
    assert len({unwrap_data_key(each, 1, master, store_id, f"context/{id_}").material for each in seen}) == 3


def test_a_store_without_secrets_gets_its_keys_for_a_context(path: Path) -> None:
    with opened(path, create=True) as backend:
        agent(backend)
        environment(backend, PROD, PLAIN="plain")
        instance(backend, PROD)
        assert list(read(backend, execution(backend))) == ["PLAIN"]
    assert path.with_name("master.key").exists()


def test_a_reader_reads_a_context_and_changes_none(backend: LocalBackend, path: Path) -> None:
    id_ = execution(backend)
    grant = backend.open_context(id_)
    with opened(path, read_only=True) as reader:
        assert shown(reader.get_context(id_, grant.token).values)["KEY"] == ("secret", CLEAR)
        for refused in (reader.end_context, reader.open_context):
            with pytest.raises(BackendError) as caught:
                refused(id_)
            assert caught.value.code == "backend.readonly"
    assert backend.end_context(id_) is True


def test_a_context_of_another_execution_does_not_open_in_its_place(backend: LocalBackend, path: Path) -> None:
    one, two = execution(backend, RUN), execution(backend, OTHER)
    mine = backend.open_context(one)
    backend.open_context(two)
    change(
        path,
        "UPDATE contexts SET content = (SELECT content FROM contexts WHERE execution_id = ?) WHERE execution_id = ?",
        two,
        one,
    )
    with pytest.raises(BackendError) as caught:
        backend.get_context(one, mine.token)
    assert caught.value.code == "secret.unopened"
    assert one in caught.value.message
    # Nor with the key of the other beside it.
    change(
        path,
        "UPDATE data_keys SET wrapped = (SELECT wrapped FROM data_keys WHERE resource_id = ?) WHERE resource_id = ?",
        f"context/{two}",
        f"context/{one}",
    )
    with pytest.raises(BackendError):
        backend.get_context(one, mine.token)
    assert backend.get_context(one, backend.open_context(one).token)


def test_what_was_changed_is_told_and_opening_again_mends_it(backend: LocalBackend, path: Path) -> None:
    id_ = execution(backend)
    grant = backend.open_context(id_)
    for damage in (
        "UPDATE contexts SET content = CAST(substr(content, 1, length(content) - 1) || x'00' AS BLOB)",
        "UPDATE contexts SET content = x'02'",
        "UPDATE data_keys SET wrapped = zeroblob(length(wrapped)) WHERE resource_id LIKE 'context/%'",
        "DELETE FROM data_keys WHERE resource_id LIKE 'context/%'",
    ):
        change(path, damage)
        with pytest.raises(BackendError) as caught:
            backend.get_context(id_, grant.token)
        assert caught.value.code in ("secret.unopened", "secret.format", "secret.key_version")
        assert id_ in caught.value.message
        assert "run it again" in (caught.value.hint or "")
        grant = backend.open_context(id_)
        assert backend.get_context(id_, grant.token)


def test_a_new_master_key_leaves_contexts_open(backend: LocalBackend, path: Path) -> None:
    one, two = execution(backend, RUN), execution(backend, OTHER)
    before = backend.open_context(one)
    assert rotate(path, KeyFile(path.with_name("master.key")), lambda *_: None) is not None
    assert shown(backend.get_context(one, before.token).values)["KEY"] == ("secret", CLEAR)
    assert read(backend, two)["KEY"] == ("secret", CLEAR)
    with opened(path) as another:
        assert another.get_context(one, before.token)
    assert {sealed_by(wrapped).version for (wrapped,) in rows(path, "SELECT wrapped FROM data_keys")} == {2}


def test_a_secret_that_the_store_lost_is_named_and_one_that_is_won_over_is_not_missed(
    backend: LocalBackend, path: Path
) -> None:
    lacking, other = execution(backend, RUN), execution(backend, OTHER, KEY=Secret("its own"))
    change(path, "DELETE FROM secret_values WHERE resource_id LIKE 'env_%'")
    assert refusals(lambda: backend.open_context(lacking)) == {("secret.missing", "environment/prod")}
    assert read(backend, other)["KEY"] == ("secret", "its own")


def test_an_end_and_a_token_that_are_written_into_the_file_open_nothing(
    backend: LocalBackend, path: Path
) -> None:
    id_ = execution(backend)
    grant = backend.open_context(id_, lifetime=timedelta(0))
    change(path, "UPDATE contexts SET expires_at = '9999-12-31T23:59:59.999999Z'")
    token = Secret("of-somebody-else")
    for refused in (backend.get_context, backend.renew_context):
        with pytest.raises(BackendError) as caught:
            refused(id_, grant.token)
        assert caught.value.code == "secret.unopened"
    grant = backend.open_context(id_)
    change(path, "UPDATE contexts SET token_hash = ?", sha256(token.reveal().encode()).digest())
    for refused in (backend.get_context, backend.renew_context):
        with pytest.raises(ContextDeniedError):
            refused(id_, grant.token)
        with pytest.raises(BackendError) as caught:
            refused(id_, token)
        assert caught.value.code == "secret.unopened"


def test_what_is_renewed_is_sealed_anew_under_another_key(backend: LocalBackend, path: Path) -> None:
    id_ = execution(backend)
    grant = backend.open_context(id_, lifetime=HOUR, now=NOON)
    seen = rows(path, "SELECT wrapped FROM data_keys WHERE resource_id LIKE 'context/%'")
    with opened(path) as another:
        assert (
            another.renew_context(id_, grant.token, lifetime=HOUR, now=NOON + HOUR / 2) == NOON + HOUR * 1.5
        )
    now = rows(path, "SELECT wrapped FROM data_keys WHERE resource_id LIKE 'context/%'")
    assert (len(now), now == seen) == (1, False)
    found = backend.get_context(id_, grant.token, now=NOON + HOUR * 1.25)
    assert (shown(found.values)["KEY"], found.expires_at) == (("secret", CLEAR), NOON + HOUR * 1.5)


def die_opening(path: Path, execution_id: str, at: str) -> None:
    """A process that opens a context and is killed before that is committed: when it has sealed it, or when all is written."""
    child = os.fork()
    if child != 0:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        return

    def die(*_: object) -> bool:
        os.kill(os.getpid(), signal.SIGKILL)
        return True

    try:
        with opened(path) as dying:
            if at == "sealed":
                dying._connection.create_scalar_function("die", die)
                dying._connection.execute(
                    "CREATE TEMP TRIGGER dying BEFORE INSERT ON main.contexts BEGIN SELECT die(); END"
                )
            else:
                dying._connection.set_commit_hook(die)
            dying.open_context(execution_id)
    finally:
        os._exit(0)


@pytest.mark.parametrize("at", ["sealed", "written"])
def test_killed_while_a_context_is_made_there_is_none_or_the_one_before(
    backend: LocalBackend, path: Path, at: str
) -> None:
    one, two = execution(backend, RUN), execution(backend, OTHER)
    before = backend.open_context(one)
    backend.close()
    die_opening(path, one, at)
    die_opening(path, two, at)
    keys = rows(path, "SELECT resource_id FROM data_keys WHERE resource_id LIKE 'context/%'")
    assert keys == [(f"context/{one}",)]
    with opened(path) as after:
        assert shown(after.get_context(one, before.token).values)["KEY"] == ("secret", CLEAR)
        assert after.end_context(two) is False
        assert read(after, two)["KEY"] == ("secret", CLEAR)
