# SPDX-License-Identifier: Apache-2.0
"""`--prune` as a user meets it: what diff shows is what apply deletes, and what is refused says why and changes nothing."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli

PROJECT = "name: shop\npaths: [manifests/]\n"


def manifest(name: str, spec: str = "instructions: Answer every question kindly.", metadata: str = "") -> str:
    return f"""\
        apiVersion: agentic.stigmer.ai/v1
        kind: Agent
        metadata: {{name: {name}, {metadata}}}
        spec: {{{spec}}}
        """


@pytest.fixture
def shop(cli: Cli) -> Cli:
    """A project of four agents and a skill, applied."""
    cli.write("stigmer.yaml", PROJECT)
    for name in ("ada", "bob", "eve"):
        cli.write(f"manifests/{name}.yaml", manifest(name))
    cli.write("manifests/clerk.yaml", manifest("clerk", "instructions: Look it up., skill_refs: [policy]"))
    skill = manifest("policy", "markdown_content: Thirty days.").replace("kind: Agent", "kind: Skill")
    cli.write("manifests/policy.yaml", skill)
    cli("apply")
    return cli


def remove(cli: Cli, *names: str) -> None:
    for name in names:
        (cli.directory / f"manifests/{name}.yaml").unlink()


def names(cli: Cli) -> list[str]:
    return cli("get", "agents", "skills", "-o", "name", "-q").out.split()


def test_diff_shows_what_apply_deletes(shop: Cli) -> None:
    remove(shop, "clerk", "policy")
    shop("diff", expect=0)
    shown = shop("diff", "--prune", "-o", "json", expect=1).json
    assert shown["summary"] == {"create": 0, "update": 0, "delete": 2, "execute": 0, "unchanged": 3}
    assert [(each["action"], each["name"]) for each in shown["changes"]] == [
        ("delete", "clerk"),
        ("delete", "policy"),
    ]
    done = shop("apply", "--prune", "-o", "json").json
    assert [(each["action"], each["name"]) for each in done["resources"]] == [
        ("deleted", "clerk"),
        ("deleted", "policy"),
    ]
    assert names(shop) == ["agent/ada", "agent/bob", "agent/eve"]
    shop("diff", "--prune", expect=0)


def test_the_project_can_ask_for_it_and_the_flag_takes_it_back(shop: Cli) -> None:
    shop.write("stigmer.yaml", PROJECT + "prune: true\nmax_delete_percent: 20\n")
    remove(shop, "eve")
    assert shop("diff", expect=1).out.startswith("- agent/eve\n")
    shop("diff", "--no-prune", expect=0)
    shop("apply", "--no-prune")
    assert "agent/eve" in names(shop)
    shop("apply")
    assert "agent/eve" not in names(shop)


def test_a_file_that_moves_takes_nothing_away(shop: Cli) -> None:
    (shop.directory / "manifests/sub").mkdir()
    (shop.directory / "manifests/eve.yaml").rename(shop.directory / "manifests/sub/who.yaml")
    shop("diff", "--prune", expect=0)


def refused(cli: Cli, code: str, *arguments: str) -> str:
    """What is said where pruning is refused, by diff and by apply alike, and nothing was changed."""
    before = names(cli)
    diff = cli("diff", "--prune", *arguments, expect=4)
    apply = cli("apply", "--prune", *arguments, expect=4)
    assert f"[{code}]" in diff.err
    assert f"[{code}]" in apply.err
    assert names(cli) == before
    return diff.err


def test_a_directory_that_was_emptied_is_no_wish(shop: Cli) -> None:
    remove(shop, "ada", "bob", "eve", "clerk", "policy")
    assert "no manifests" in refused(shop, "prune.empty", "--max-delete-percent", "100")


def test_too_many_are_refused_until_told(shop: Cli) -> None:
    remove(shop, "ada", "bob", "clerk", "policy")
    said = refused(shop, "prune.guard")
    assert "4 of the 5 resources of set shop" in said
    assert "--max-delete-percent 80" in said
    shop("apply", "--prune", "--max-delete-percent", "80")
    assert names(shop) == ["agent/eve"]


def test_what_is_still_needed_stays_and_the_place_is_told(shop: Cli) -> None:
    remove(shop, "policy")
    said = refused(shop, "delete.referenced")
    assert "manifests/clerk.yaml:4:" in said
    assert "agent/clerk" in said


def test_protection_does_not_vanish_with_the_manifest(shop: Cli) -> None:
    shop.write("manifests/eve.yaml", manifest("eve", metadata="lifecycle: {deletion: protect}"))
    shop("apply")
    remove(shop, "eve")
    assert "agent/eve is protected" in refused(shop, "delete.protected")


def test_an_orphan_is_let_go(shop: Cli) -> None:
    shop.write("manifests/eve.yaml", manifest("eve", metadata="lifecycle: {deletion: orphan}"))
    shop("apply")
    remove(shop, "eve")
    shown = shop("diff", "--prune", "-o", "json", expect=1).json
    assert shown["summary"]["delete"] == 0
    (field,) = shown["changes"][0]["fields"]
    assert (field["path"], field["op"], field["before"]) == ("metadata.set", "remove", "shop")
    shop("apply", "--prune")
    assert "agent/eve" in names(shop)
    shop("diff", "--prune", expect=0)


def test_manifests_with_errors_prune_nothing(shop: Cli) -> None:
    remove(shop, "eve")
    shop.write("manifests/ada.yaml", manifest("ada", "instructions: 5"))
    shop("apply", "--prune", expect=3)
    assert "agent/eve" in names(shop)


def test_a_path_that_is_not_there_prunes_nothing(shop: Cli) -> None:
    shop.write("stigmer.yaml", PROJECT.replace("[manifests/]", "[manifests/, more/]"))
    shop("apply", "--prune", expect=2)


@pytest.mark.parametrize("document", ["kind: Deployment\n", "apiVersion: apps/v1\nkind: Deployment\n"])
def test_what_would_be_passed_over_is_an_error_where_it_could_be_taken_for_gone(
    shop: Cli, document: str
) -> None:
    shop.write("manifests/eve.yaml", document)
    assert shop("diff", expect=0).err.count("passed over") == 1
    assert "[manifest.stranger]" in shop("apply", "--prune", expect=3).err
    assert "agent/eve" in names(shop)


def test_what_looks_like_a_rename_is_named_with_what_to_write(shop: Cli) -> None:
    remove(shop, "clerk")
    shop.write("manifests/desk.yaml", manifest("desk", "instructions: Look it up., skill_refs: [policy]"))
    said = shop("diff", "--prune", expect=1).err
    assert "manifests/desk.yaml:3:18: warning: agent/desk looks like agent/clerk" in said
    assert "renamed_from: clerk" in said
    shop.write(
        "manifests/desk.yaml",
        manifest("desk", "instructions: Look it up., skill_refs: [policy]", "renamed_from: clerk"),
    )
    assert shop("diff", "--prune", "-o", "json", expect=1).json["summary"]["update"] == 1
    shop("apply", "--prune")
    versions = shop("history", "agent/desk", "-o", "json").json["items"]
    assert [each["name"] for each in versions] == ["desk", "clerk"]
