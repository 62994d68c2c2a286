# SPDX-License-Identifier: Apache-2.0
"""References: short and long forms mean the same, and have one canonical form."""

from __future__ import annotations

from typing import Any

import pytest

from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named
from stigmer.resources.references import parse_reference, reference_key, short_reference

SKILL, ACCOUNT = kind_named("Skill"), kind_named("IdentityAccount")
DIGEST = "0" * 64


@pytest.mark.parametrize(
    ("spellings", "canonical", "short"),
    [
        (
            [
                "policy",
                "acme/policy",
                "policy@latest",
                {"name": "policy"},
                {"name": "policy", "org": "acme"},
                {"name": "policy", "version": "latest"},
            ],
            {"name": "policy", "org": "acme"},
            "policy",
        ),
        (
            ["policy@stable", "acme/policy@stable", {"name": "policy", "version": "stable"}],
            {"name": "policy", "org": "acme", "version": "stable"},
            "policy@stable",
        ),
        (
            [f"zoo/policy@{DIGEST}", {"name": "policy", "org": "zoo", "version": DIGEST}],
            {"name": "policy", "org": "zoo", "version": DIGEST},
            f"zoo/policy@{DIGEST}",
        ),
    ],
)
def test_spellings_of_a_reference(spellings: list[Any], canonical: dict[str, str], short: str) -> None:
    for spelling in spellings:
        assert parse_reference(spelling, SKILL, "acme") == canonical
    assert short_reference(canonical, "acme") == short
    assert parse_reference(short, SKILL, "acme") == canonical
    assert reference_key(canonical, SKILL) == Key("Skill", canonical["org"], "policy")


def test_a_global_kind_is_named_without_an_organization() -> None:
    assert (
        parse_reference("ada", ACCOUNT, "acme")
        == {"name": "ada"}
        == parse_reference({"name": "ada"}, ACCOUNT, "")
    )
    assert reference_key({"name": "ada"}, ACCOUNT) == Key("IdentityAccount", "", "ada")
    assert short_reference({"name": "ada"}, "acme") == "ada"
    for spelling in ("acme/ada", {"name": "ada", "org": "acme"}):
        with pytest.raises(ValueError, match="IdentityAccount is global"):
            parse_reference(spelling, ACCOUNT, "acme")
