# SPDX-License-Identifier: Apache-2.0
"""`stigmer doctor` opens everything that is sealed, and names what does not open by its resource and field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import apsw
import pytest

from tests.cli.conftest import Cli

NAMES = [f"TOKEN_{number}" for number in range(8)]


@pytest.fixture
def shop(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """A project with two environments of eight secrets each, applied."""
    monkeypatch.setenv("HOME", str(cli.directory))
    cli.write("stigmer.yaml", "name: shop\npaths: [manifests]\n")
    for name in NAMES:
        monkeypatch.setenv(name, f"sesame-{name}")
    for environment in ("prod", "test"):
        declare(cli, environment)
    cli("apply")
    return cli


def declare(cli: Cli, environment: str, description: str = "As it was.", names: list[str] = NAMES) -> None:
    data = ", ".join(f"{name}: {{value_from: {{env: {name}}}}}" for name in names)
    cli.write(
        f"manifests/{environment}.yaml",
        f"""\
        apiVersion: agentic.stigmer.ai/v1
        kind: Environment
        metadata: {{name: {environment}}}
        spec: {{description: {description}, data: {{{data}}}}}
        """,
    )


def change(cli: Cli, sql: str) -> int:
    """Changes rows of the store behind its back, and says how many."""
    connection = apsw.Connection(str(cli.home / "local.db"))
    connection.execute(sql).fetchall()
    found = connection.changes()
    connection.close()
    return found


def of(environment: str, *names: str) -> str:
    """Which rows hold these secrets of an environment."""
    paths = ", ".join(f"'spec.data.{name}'" for name in names)
    return f"resource_id = (SELECT id FROM environments WHERE name = '{environment}') AND path IN ({paths})"


def told(cli: Cli, expect: int = 0, name: str = "secrets") -> list[dict[str, Any]]:
    result = cli("doctor", "-o", "json", expect=expect)
    assert "sesame" not in result.out + result.err
    return [each for each in result.json["examinations"] if each["name"] == name]


def test_where_everything_opens_one_line_says_so(shop: Cli) -> None:
    (found,) = told(shop)
    assert (found["status"], found["message"]) == ("ok", "all 16 sealed values open")


def test_of_a_store_without_secrets_nothing_is_said(cli: Cli) -> None:
    cli("init")
    assert told(cli) == []


def test_a_damaged_value_is_told_with_its_resource_and_field_and_a_mend(shop: Cli) -> None:
    assert (
        change(shop, f"UPDATE secret_values SET ciphertext = zeroblob(50) WHERE {of('prod', NAMES[3])}") == 1
    )
    (found,) = told(shop, expect=7)
    assert found["code"] == "secret.format"
    assert found["message"].startswith("the secret spec.data.TOKEN_3 of environment/prod is of a format")
    assert "give it another value, or restore the store from a backup" in found["hint"]


def test_a_value_that_is_gone_is_told(shop: Cli) -> None:
    assert change(shop, f"DELETE FROM secret_values WHERE {of('test', NAMES[0])}") == 1
    (found,) = told(shop, expect=7)
    assert found["code"] == "secret.gone"
    assert found["message"] == "the secret spec.data.TOKEN_0 of environment/test is not in the store any more"


def test_of_many_the_first_five_are_named_and_all_are_counted(shop: Cli) -> None:
    other = "substr(ciphertext, 1, 40) || x'00' || substr(ciphertext, 42)"
    assert change(shop, f"UPDATE secret_values SET ciphertext = CAST({other} AS BLOB)") == 16
    found = told(shop, expect=7)
    assert [each.get("code") for each in found] == ["secret.unopened"] * 5 + [None]
    assert len({each["message"] for each in found}) == 6
    assert found[-1]["message"] == "in all, 16 of 16 sealed values cannot be read"


def test_a_damaged_data_key_is_told_once(shop: Cli) -> None:
    sql = (
        "UPDATE data_keys SET wrapped = CAST(substr(wrapped, 1, 40) || x'00' || substr(wrapped, 42) AS BLOB)"
    )
    assert change(shop, f"{sql} WHERE resource_id = (SELECT id FROM environments WHERE name = 'prod')") == 1
    first, last = told(shop, expect=7)
    assert first["message"].startswith("the data key of environment/prod does not open")
    assert last["message"] == "in all, 8 of 16 sealed values cannot be read"


def test_what_only_the_history_needs_is_a_warning(shop: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = f"{of('prod', NAMES[0])} OR {of('test', *NAMES)}"
    assert change(shop, f"UPDATE secret_values SET ciphertext = x'' WHERE {rows}") == 9
    monkeypatch.setenv(NAMES[0], "sesame-again")
    (Path(shop.directory) / "manifests/test.yaml").unlink()
    shop("apply", "--prune", "--max-delete-percent", "100")
    assert told(shop) == []
    (found,) = told(shop, name="secrets-former")
    assert found["status"] == "warning"
    assert found["message"] == "9 sealed values of former versions and deleted resources cannot be read"


def test_a_new_value_mends_and_so_does_an_apply_that_brings_the_old_one(
    shop: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = of("prod", *NAMES[:2])
    assert change(shop, f"UPDATE secret_values SET ciphertext = zeroblob(50) WHERE {rows}") == 2
    assert "No changes" in shop("apply").out  # nothing that a plan compares was changed
    assert len(told(shop, expect=7)) == 2
    monkeypatch.setenv(NAMES[0], "sesame-anew")
    shop("apply")
    (found,) = told(shop, name="secrets-former")
    assert found["message"] == "1 sealed value of former versions and deleted resources cannot be read"
    monkeypatch.setenv(NAMES[0], f"sesame-{NAMES[0]}")
    shop("apply")
    assert told(shop)[0]["message"] == "all 18 sealed values open"  # both environments changed


def test_where_the_key_does_not_fit_no_value_is_told_to_be_damaged(shop: Cli) -> None:
    key = shop.home / "master.key"
    key.write_bytes(key.read_bytes()[:-8] + b"AAAAAA=\n")
    assert told(shop, expect=7) == []
