# SPDX-License-Identifier: Apache-2.0
"""References to versions of skills that nobody tagged."""

from __future__ import annotations

import pytest

from stigmer.backends.contract import Backend
from stigmer.manifests.manifest import Manifest
from tests.checks.seen import codes, hints, messages
from tests.reconcile.declared import agent, declare, settle

CODE = "skill.version"


def skill(tag: str | None, text: str = "Some text.") -> list[Manifest]:
    said = f"tag: {tag}, " if tag else ""
    return declare("skill/returns", f"{said}markdown_content: {text}")


def bot(version: str) -> list[Manifest]:
    return agent("bot", f"skill_refs: [returns@{version}]")


@pytest.mark.parametrize("version", ["stable", "latest", "0" * 64])
def test_a_tag_that_is_there_the_latest_version_and_digests_are_fine(version: str, backend: Backend) -> None:
    assert codes([*bot(version), *skill("stable")]) == []
    assert codes([*bot(version), *skill("stable")], backend) == []


def test_a_slip_of_the_pen_is_told_without_a_backend() -> None:
    assert messages([*bot("stabel"), *skill("stable")], code=CODE) == [
        "skill/returns carries the tag stable, not stabel"
    ]
    assert hints([*bot("stabel"), *skill("stable")], code=CODE) == ["did you mean returns@stable?"]


@pytest.mark.parametrize(
    ("asked", "tag"),
    [("v4", "v5"), ("v1.2.0", "v1.2.1"), ("2026-10", "2026-11"), ("stable", "draft"), ("stable", None)],
)
def test_what_an_older_version_may_have_carried_is_not_told_without_a_backend(
    asked: str, tag: str | None
) -> None:
    assert codes([*bot(asked), *skill(tag)]) == []


@pytest.mark.parametrize(("asked", "tag"), [("v4", "v5"), ("stable", "draft"), ("stable", None)])
def test_with_a_backend_it_is(asked: str, tag: str | None, backend: Backend) -> None:
    assert messages([*bot(asked), *skill(tag)], backend, code=CODE) == [
        f"no version of skill/returns carries the tag {asked}"
    ]


def test_an_older_live_version_may_carry_the_tag(backend: Backend) -> None:
    settle(backend, skill("v4"))
    settle(backend, skill("v5", "Another text."))
    assert codes([*bot("v4"), *skill("v6")], backend) == []
    assert codes(bot("v4"), backend) == []
    assert codes(bot("v3"), backend) == [CODE]
    assert codes(bot("v3")) == []


def test_sub_agents_refer_to_versions_too(backend: Backend) -> None:
    helper = agent(
        "bot", "sub_agents: [{name: helper, instructions: Help, skill_refs: [{name: returns, version: odd}]}]"
    )
    assert codes([*helper, *skill("stable")], backend) == [CODE]


def test_a_skill_that_is_nowhere_is_the_matter_of_another_check(backend: Backend) -> None:
    assert codes(bot("stable"), backend) == []


def test_a_skill_of_another_organization_is_another_one(backend: Backend) -> None:
    other = declare("skill/returns", "tag: stable, markdown_content: Text.", "org: acme")
    assert codes([*agent("bot", "skill_refs: [acme/returns@stable]"), *other, *skill(None)], backend) == []
    assert codes([*bot("stable"), *other, *skill(None)], backend) == [CODE]
