# SPDX-License-Identifier: Apache-2.0
"""How secrets look where resources are shown, and that what is shown can be applied without changing any."""

from __future__ import annotations

import re

import pytest
from ruamel.yaml import YAML

from tests.cli.conftest import SECRET, Cli
from tests.cli.test_secrets_set import put

_SYSTEM = ("id", "revision", "version", "created_at", "created_by", "updated_at", "updated_by", "set")


@pytest.fixture
def live(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """An environment with a secret that a variable gave, and one that was set by hand."""
    cli.write("keys.yaml", SECRET)
    cli("apply", "-f", "keys.yaml")
    put(cli, monkeypatch, "keys", "HAND", value=b"second-word")
    monkeypatch.delenv("BOT_TOKEN")  # from now on nobody but the store has any of them
    return cli


def fingerprints(cli: Cli) -> list[str]:
    return [each["value"]["fingerprint"] for each in cli("secrets", "list", "-o", "json").json["items"]]


def test_what_export_writes_keeps_every_value(live: Cli) -> None:
    before, exported = fingerprints(live), live("export").out
    assert (
        re.findall(r"is_secret: true\n +# kept in the backend, fingerprint ([0-9a-f]{8})", exported) == before
    )
    live.write("exported.yaml", exported)
    live("apply", "-f", "exported.yaml")
    assert fingerprints(live) == before
    assert live("diff", "-f", "exported.yaml").out.startswith("No changes.")


def test_what_get_writes_keeps_every_value_once_the_systems_part_is_gone(live: Cli) -> None:
    before, shown = fingerprints(live), live("get", "environment/keys", "-o", "yaml").out
    assert re.findall(r"is_secret: true\n +# value: \(secret ([0-9a-f]{8})\)", shown) == before
    editor = YAML()
    document = editor.load(shown)
    for name in _SYSTEM:
        document["metadata"].pop(name, None)
    with (live.directory / "shown.yaml").open("w") as file:
        editor.dump(document, file)
    live("apply", "-f", "shown.yaml")
    assert fingerprints(live) == before
    assert live("diff", "-f", "shown.yaml").out.startswith("No changes.")


def test_as_json_a_secret_is_redacted_with_its_fingerprint(live: Cli) -> None:
    data = live("get", "environment/keys", "-o", "json").json["spec"]["data"]
    assert [data[name]["value"] for name in sorted(data)] == [
        {"redacted": True, "fingerprint": each} for each in fingerprints(live)
    ]


def test_an_environment_that_was_exported_elsewhere_says_which_values_are_missing(
    live: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    live.write("exported.yaml", live("export").out)
    monkeypatch.setenv("STIGMER_HOME", str(live.home.parent / "other"))
    refused = live("apply", "-f", "exported.yaml", expect=4)
    assert refused.err.count("[secret.missing]") == 2
