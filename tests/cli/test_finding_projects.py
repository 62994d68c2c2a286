# SPDX-License-Identifier: Apache-2.0
"""Which projects `--all` takes, in what order, and what it will not take."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_all_projects import agent, mono, projects, skill

__all__ = ["mono"]


def taken(cli: Cli) -> list[str]:
    return projects(cli("diff", "--all", "--exit-zero", "-o", "json").json)


def test_equals_are_taken_by_path(cli: Cli) -> None:
    for place, name in (("b", "one"), ("a/z", "two"), ("a", "three"), ("c", "four")):
        cli.write(f"{place}/stigmer.yaml", f"name: {name}\npaths: [here.yaml]\n")
        cli.write(f"{place}/here.yaml", skill(name))
    assert taken(cli) == ["three", "two", "one", "four"]


def test_a_chain_is_taken_from_its_end(cli: Cli) -> None:
    for name, needs in (("a", "b"), ("b", "c"), ("c", "")):
        cli.write(f"{name}/stigmer.yaml", f"name: {name}\n")
        kind = agent(name, *[f"{needs}-rules"] * bool(needs))
        cli.write(f"{name}/all.yaml", f"{kind}---\n{skill(f'{name}-rules')}")
    assert taken(cli) == ["c", "b", "a"]


def test_hidden_and_ignored_directories_are_left_out(mono: Cli) -> None:
    for place in (".cache/x", "node_modules/y", "apps/old"):
        mono.write(f"{place}/stigmer.yaml", f"name: {place[-1]}x\n")
        mono.write(f"{place}/all.yaml", "this: [is not right")
    mono.write(".stigmerignore", "node_modules/\n/apps/old/\n")
    assert taken(mono) == ["rules", "desk", "shop"]


def test_a_project_alone_in_this_directory_is_taken(cli: Cli) -> None:
    cli.write("stigmer.yaml", "name: alone\n")
    cli.write("all.yaml", skill("rules"))
    assert taken(cli) == ["alone"]


def test_one_in_the_paths_of_another_is_passed_over_with_a_warning(mono: Cli) -> None:
    mono.write("apps/stigmer.yaml", "name: apps\n")
    said = mono("diff", "--all", "--exit-zero", "-o", "json")
    assert projects(said.json) == ["rules", "apps"]
    assert [(each["code"], each["file"]) for each in said.json["diagnostics"]] == [
        ("project.inside", "apps/desk/stigmer.yaml"),
        ("project.inside", "apps/shop/stigmer.yaml"),
    ]
    mono.write("apps/stigmer.yaml", "name: apps\npaths: [own]\n")
    mono.write("apps/own/all.yaml", skill("own"))
    assert taken(mono) == ["apps", "rules", "desk", "shop"]


class TestParting:
    """What goes from one project goes after who has to let go of it."""

    @pytest.fixture
    def pruned(self, cli: Cli) -> Cli:
        """Two projects that always prune; the one that comes later by path refers to the other."""
        for name in ("a", "b"):
            cli.write(f"{name}/stigmer.yaml", f"name: {name}\nprune: true\n")
        cli.write("a/rules.yaml", f"{skill('old-rules')}---\n{skill('rules')}")
        cli.write("b/bot.yaml", agent("bot", "old-rules"))
        cli("apply", "--all")
        return cli

    def test_a_reference_and_what_it_named_go_in_one_run(self, pruned: Cli) -> None:
        pruned.write("a/rules.yaml", skill("rules"))
        pruned.write("b/bot.yaml", agent("bot"))
        assert taken(pruned) == ["b", "a"]
        done = pruned("apply", "--all", "-o", "json").json
        assert [each["summary"]["deleted"] for each in done["results"]] == [0, 1]

    def test_a_resource_that_moves_is_taken_over_before_it_would_be_deleted(self, pruned: Cli) -> None:
        known = pruned("get", "skill/rules", "-o", "json").json["metadata"]["id"]
        pruned.write("a/rules.yaml", skill("old-rules"))
        pruned.write("b/rules.yaml", skill("rules"))
        pruned.write("b/bot.yaml", agent("bot"))
        assert "owned by set a" in pruned("apply", "--all", expect=4).err
        pruned("apply", "--all", "--adopt")
        assert pruned("get", "skill/rules", "-o", "json").json["metadata"]["id"] == known
        assert pruned("diff", "--all").status == 0

    def test_references_of_the_manifests_come_first(self, pruned: Cli) -> None:
        """Then there is no order for both, and pruning is refused."""
        pruned.write("a/rules.yaml", skill("rules"))
        pruned.write("b/bot.yaml", agent("bot", "rules"))
        said = pruned("apply", "--all", expect=4)
        assert "[delete.referenced]" in said.err
        pruned("apply", "--all", "--no-prune")
        pruned("apply", "--all")

    def test_a_new_name_waits_until_nobody_uses_the_old_one(self, pruned: Cli) -> None:
        named = skill("older-rules").replace("rules}", "rules, renamed_from: old-rules}")
        pruned.write("a/rules.yaml", f"{named}---\n{skill('rules')}")
        pruned.write("b/bot.yaml", agent("bot", "older-rules"))
        found = pruned("diff", "--all", "-o", "json", expect=4).json
        assert projects(found) == ["a", "b"]
        assert [each["code"] for each in found["plans"][0]["diagnostics"]] == ["rename.referenced"]
        pruned.write("b/bot.yaml", agent("bot"))
        assert taken(pruned) == ["b", "a"]
        pruned("apply", "--all")


def test_projects_in_a_circle_are_refused_with_the_references(mono: Cli) -> None:
    mono.write("rules/instance.yaml", agent("judge", "shop-rules"))
    mono.write("apps/shop/manifests/rules.yaml", skill("shop-rules"))
    said = mono("apply", "--all", expect=3)
    assert "[graph.projects]" in said.err
    assert "agent/judge refers to skill/shop-rules at rules/instance.yaml:6:16" in said.err
    assert "agent/shop-bot refers to skill/house-rules at apps/shop/manifests/bot.yaml:6:16" in said.err
    assert not mono.home.exists()


def test_a_resource_that_two_declare_is_an_error_at_the_second(mono: Cli) -> None:
    mono.write("rules/more.yaml", agent("shop-bot"))
    (found,) = mono("diff", "--all", "-o", "json", expect=3).json["diagnostics"]
    assert (found["code"], found["file"]) == ("manifest.duplicate", "rules/more.yaml")
    assert "apps/shop/manifests/bot.yaml:1, in project shop" in found["message"]


def test_two_of_one_name_are_refused(mono: Cli) -> None:
    mono.write("apps/shop/stigmer.yaml", "name: desk\npaths: [manifests]\n")
    assert (
        "apps/shop/stigmer.yaml:1:7: error: two projects are called desk"
        in mono("diff", "--all", expect=2).err
    )


def test_everything_that_is_wrong_with_project_files_is_told_at_once(mono: Cli) -> None:
    mono.write("apps/shop/stigmer.yaml", "nmae: desk\n")
    mono.write("apps/desk/stigmer.yaml", "")
    said = mono("apply", "--all", expect=2).err
    assert "apps/shop/stigmer.yaml" in said
    assert "apps/desk/stigmer.yaml" in said


def test_a_target_is_for_projects_that_have_it(mono: Cli) -> None:
    assert (
        "projects desk, shop, rules have no target prod"
        in mono("diff", "--all", "--target", "prod", expect=2).err
    )
    for place in ("apps/desk", "apps/shop", "rules"):
        file = mono.directory / place / "stigmer.yaml"
        file.write_text(file.read_text() + "targets: {prod: {org: default}}\n")
    found = mono("diff", "--all", "--target", "prod", "-o", "json", expect=1).json
    assert [each["target"] for each in found["plans"]] == ["prod"] * 3


def test_projects_of_other_backends_know_nothing_of_each_other(mono: Cli) -> None:
    mono.home.mkdir()
    entries = "".join(
        f"  {each}: {{type: local, local: {{db_path: {each}.db}}}}\n" for each in ("here", "there")
    )
    (mono.home / "config.yaml").write_text(f"backend: here\nbackends:\n{entries}")
    mono.write("apps/shop/stigmer.yaml", "name: shop\npaths: [manifests]\nbackend: there\n")
    (found,) = mono("apply", "--all", "-o", "json", expect=3).json["diagnostics"]
    assert (found["code"], found["resource"]) == ("reference.missing", "agent/shop-bot")
    mono.write("apps/shop/manifests/rules.yaml", skill("house-rules"))
    done = mono("apply", "--all", "-o", "json").json
    assert [(each["project"], each["revision"]) for each in done["results"]] == [
        ("shop", 1),
        ("rules", 1),
        ("desk", 2),
    ]


def test_without_any_there_is_nothing_to_do(cli: Cli) -> None:
    assert "there is no stigmer.yaml here or below" in cli("apply", "--all", expect=2).err


@pytest.mark.parametrize(
    "arguments",
    [
        ("apply", "-f", "rules"),
        ("apply", "--set", "x"),
        ("apply", "--plan", "plan.json"),
        ("apply", "-o", "jsonl"),
        ("diff", "--save", "plan.json"),
        ("diff", "--from", "1", "agent/bot"),
        ("diff", "--target", "a", "--target", "b"),
        ("diff", "-o", "junit"),
    ],
    ids=" ".join,
)
def test_what_speaks_of_one_project_cannot_be_said_of_all(mono: Cli, arguments: tuple[str, ...]) -> None:
    said = mono(*arguments, "--all", expect=2)
    assert "usage.arguments" in said.out + said.err
    assert not (mono.directory / "plan.json").exists()
