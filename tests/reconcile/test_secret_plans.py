# SPDX-License-Identifier: Apache-2.0
"""Secrets on their way: from every source, seen by fingerprint alone, kept where nobody can read them now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from stigmer.backends.contract import Backend
from stigmer.errors import RefusedError
from stigmer.manifests.manifest import Manifest
from stigmer.reconcile.apply import apply_plan
from stigmer.reconcile.plan import Create, Plan, Update
from stigmer.resources.confidential import Redacted, Secret, Unresolved
from tests.reconcile.declared import codes, declare, key, live, plan, refusals, settle, shown
from tests.secrets.age_people import fixture

CLEAR = "correct-horse-battery"
FROM_ENV = "value_from: {env: TOKEN}"


def env(entry: str, directory: str = "/nowhere", name: str = "e", more: str = "") -> list[Manifest]:
    """An environment with one secret."""
    return declare(f"env/{name}", f"data: {{TOKEN: {{{entry}}}{more}}}", directory=directory)


def fingerprint(backend: Backend, value: str) -> str:
    return backend.fingerprints([Secret(value)])[0]


def held(backend: Backend, name: str = "env/e") -> str | None:
    """The fingerprint of the secret that the backend holds."""
    found: str | None = orjson.loads(live(backend, name).body)["spec"]["data"]["TOKEN"].get("fingerprint")
    return found


def shown_secret(made: Plan) -> Any:
    (change,) = made.changes
    assert isinstance(change, Create)
    return change.after["spec"]["data"]["TOKEN"]["value"]


@pytest.mark.parametrize(
    "entry",
    [
        f"is_secret: true, value: {CLEAR}",
        FROM_ENV,
        f"{FROM_ENV}, is_secret: false",
        "value_from: {file: ./token}",
    ],
)
def test_every_source_leads_to_the_same_secret(backend: Backend, tmp_path: Path, entry: str) -> None:
    (tmp_path / "token").write_text(CLEAR + "\n")
    declared = env(entry, str(tmp_path))
    made = plan(backend, declared, environ={"TOKEN": CLEAR})
    assert (made.diagnostics, made.unresolved) == ((), ())
    assert shown_secret(made) == Redacted(fingerprint(backend, CLEAR))
    assert CLEAR not in repr(made)
    settle(backend, declared, environ={"TOKEN": CLEAR})
    assert held(backend) == fingerprint(backend, CLEAR)
    assert CLEAR.encode() not in live(backend, "env/e").body
    for other in (FROM_ENV, f"is_secret: true, value: {CLEAR}", "is_secret: true"):
        assert plan(backend, env(other), environ={"TOKEN": CLEAR}).changes == ()


def test_a_rotated_value_is_a_redacted_change(backend: Backend) -> None:
    settle(backend, env(FROM_ENV), environ={"TOKEN": CLEAR})
    made = plan(backend, env(FROM_ENV), environ={"TOKEN": CLEAR + "-2"})
    old, new = (fingerprint(backend, value) for value in (CLEAR, CLEAR + "-2"))
    assert shown(made) == [
        f"update environment/e: spec.data.TOKEN.value replace (secret {old[:8]}) -> (secret {new[:8]})"
    ]
    assert CLEAR not in repr(made)
    settle(backend, env(FROM_ENV), environ={"TOKEN": CLEAR + "-2"})
    assert held(backend) == new
    settle(backend, env(FROM_ENV), environ={"TOKEN": CLEAR})
    assert held(backend) == old


def test_the_name_of_a_source_is_no_part_of_it(backend: Backend) -> None:
    settle(backend, env(FROM_ENV), environ={"TOKEN": CLEAR})
    assert plan(backend, env("value_from: {env: OTHER}"), environ={"OTHER": CLEAR}).changes == ()


def test_an_empty_value_is_a_value(backend: Backend) -> None:
    settle(backend, env(FROM_ENV), environ={"TOKEN": ""})
    assert held(backend) == fingerprint(backend, "")


def test_what_the_runner_fetches_is_never_stored(backend: Backend) -> None:
    settle(backend, env("value_from: {runner: {env: TOKEN}}"), environ={"TOKEN": CLEAR})
    assert held(backend) is None
    assert refusals(plan(backend, env("is_secret: true"))) == [("secret.missing", "spec.data.TOKEN")]


class TestHeld:
    def test_the_backend_keeps_what_it_has(self, backend: Backend) -> None:
        settle(backend, env(FROM_ENV), environ={"TOKEN": CLEAR})
        settle(backend, env("is_secret: true, description: kept"))
        assert held(backend) == fingerprint(backend, CLEAR)

    def test_where_it_has_none_the_plan_is_refused(self, backend: Backend) -> None:
        made = plan(backend, env("is_secret: true"))
        assert refusals(made) == [("secret.missing", "spec.data.TOKEN")]
        assert str(made.refusals[0].location) == "e.yaml:4:15"
        assert made.refusals[0].message.startswith("spec.data.TOKEN has neither value nor value_from")
        with pytest.raises(RefusedError):
            apply_plan(made, backend, keep_unresolved=True)
        settle(backend, env("value: open"))
        assert refusals(plan(backend, env("is_secret: true"))) == [("secret.missing", "spec.data.TOKEN")]


class TestUnresolved:
    def test_what_was_never_stored_is_shown_by_its_source(self, backend: Backend) -> None:
        made = plan(backend, env(FROM_ENV))
        assert shown_secret(made) == Unresolved("env", "TOKEN")
        assert codes(made.diagnostics) == [("warning", "secret.unresolved")]
        (told,) = made.unresolved
        assert told.message == "spec.data.TOKEN: the variable TOKEN is not set"
        assert (told.path, str(told.location)) == ("spec.data.TOKEN.value_from", "e.yaml:4:23")
        assert made.refusals == ()

    @pytest.mark.parametrize("keep", [False, True])
    def test_it_is_not_applied_without_a_value(self, backend: Backend, keep: bool) -> None:
        with pytest.raises(RefusedError) as caught:
            apply_plan(plan(backend, env(FROM_ENV)), backend, keep_unresolved=keep)
        assert codes(caught.value.refusals) == [("error", "secret.unresolved")]
        assert key("env/e") not in backend.snapshot().heads

    def test_it_is_no_difference_where_a_value_is_stored(self, backend: Backend) -> None:
        settle(backend, env(FROM_ENV), environ={"TOKEN": CLEAR})
        made = plan(backend, env(FROM_ENV))
        assert (made.changes, len(made.unchanged)) == ((), 1)
        assert codes(made.diagnostics) == [("warning", "secret.unresolved")]

    def test_it_is_kept_when_asked_for(self, backend: Backend) -> None:
        settle(backend, env(FROM_ENV), environ={"TOKEN": CLEAR})
        changed = env(FROM_ENV, more=", PLAIN: {value: x}")
        made = plan(backend, changed)
        assert shown(made) == ["update environment/e: spec.data.PLAIN add {'value': 'x'}"]
        with pytest.raises(RefusedError) as caught:
            apply_plan(made, backend)
        assert caught.value.code == "secret.unresolved"
        settle(backend, changed, keep_unresolved=True)
        assert held(backend) == fingerprint(backend, CLEAR)
        assert plan(backend, changed, environ={"TOKEN": CLEAR}).changes == ()

    def test_one_without_a_stored_value_is_enough_to_refuse(self, backend: Backend) -> None:
        settle(backend, env(FROM_ENV), environ={"TOKEN": CLEAR})
        made = plan(backend, env(FROM_ENV, more=", NEW: {value_from: {env: NEW}}"))
        assert shown(made) == [
            "update environment/e: spec.data.NEW add {'is_secret': True, 'value': Unresolved(source='env', name='NEW')}"
        ]
        with pytest.raises(RefusedError) as caught:
            apply_plan(made, backend, keep_unresolved=True)
        assert [each.path for each in caught.value.refusals] == ["spec.data.NEW.value_from"]

    @pytest.mark.parametrize(
        ("source", "shown_as"),
        [
            ("{file: gone}", Unresolved("file", "gone")),
            (f"{{age: {orjson.dumps(fixture('x25519')).decode()}}}", Unresolved("age", "ciphertext")),
        ],
    )
    def test_other_sources(self, backend: Backend, tmp_path: Path, source: str, shown_as: Unresolved) -> None:
        made = plan(backend, env(f"value_from: {source}", str(tmp_path)))
        assert shown_secret(made) == shown_as
        assert len(made.unresolved) == 1


def test_a_secret_that_becomes_open_and_back(backend: Backend) -> None:
    settle(backend, env(FROM_ENV), environ={"TOKEN": CLEAR})
    made = plan(backend, env("value: open"))
    assert [line.partition(": ")[2].partition(" ")[0] for line in shown(made)] == [
        "spec.data.TOKEN.is_secret",
        "spec.data.TOKEN.value",
    ]
    settle(backend, env("value: open"))
    settle(backend, env(FROM_ENV), environ={"TOKEN": CLEAR})
    assert held(backend) == fingerprint(backend, CLEAR)


def test_many_secrets_of_many_resources_stay_apart(backend: Backend) -> None:
    declared = [
        manifest
        for number in range(5)
        for manifest in declare(
            f"env/e{number}",
            "data: {"
            + ", ".join(f"S{each}: {{value_from: {{env: S{(number + each) % 3}}}}}" for each in range(4))
            + ", GONE: {is_secret: true, value: x}}",
        )
    ]
    environ = {f"S{each}": f"value-{each}" for each in range(3)}
    settle(backend, declared, environ=environ)
    for number in range(5):
        data = orjson.loads(live(backend, f"env/e{number}").body)["spec"]["data"]
        for each in range(4):
            assert data[f"S{each}"]["fingerprint"] == fingerprint(backend, environ[f"S{(number + each) % 3}"])


def test_no_clear_value_is_in_a_plan(backend: Backend, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(CLEAR)
    declared = env("value_from: {file: token}", str(tmp_path), "a") + env(
        f"is_secret: true, value: {CLEAR}", name="b"
    )
    made = plan(backend, [*declared, *env(FROM_ENV, name="c")], environ={"TOKEN": CLEAR})
    assert [type(each) for each in made.changes] == [Create] * 3
    for change in made.changes:
        assert CLEAR not in repr(change) + str(change)
        assert isinstance(change, Create | Update)
        assert CLEAR.encode() not in change.encoded
    assert CLEAR not in repr(made)
    assert CLEAR not in repr(declared)
