# SPDX-License-Identifier: Apache-2.0
"""`--target`: one base, several places, and what a user sees of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli

EXAMPLE = Path(__file__).parents[2] / "examples" / "targets"
PROJECT = """\
name: shop
paths: [.]
targets:
  dev:
    org: dev
  prod:
    org: acme
    overlays: [overlays/all/, overlays/prod/]
"""
BOT = """\
apiVersion: agentic.stigmer.ai/v1
kind: Agent
metadata:
  name: bot
spec:
  instructions: Answer every question kindly.
  model: {name: small}
---
apiVersion: tenancy.stigmer.ai/v1
kind: Organization
metadata: {name: acme}
spec: {}
---
apiVersion: tenancy.stigmer.ai/v1
kind: Organization
metadata: {name: dev}
spec: {}
"""
KEYS = """\
apiVersion: agentic.stigmer.ai/v1
kind: Environment
metadata: {name: keys}
spec:
  data:
    TOKEN: {value_from: {env: BOT_TOKEN}}
"""


@pytest.fixture
def shop(cli: Cli) -> Cli:
    """A project with a base and two targets, of which one has overlays."""
    cli.write("stigmer.yaml", PROJECT)
    cli.write("agents/bot.yaml", BOT)
    cli.write("overlays/all/bot.yaml", "kind: Agent\nmetadata: {name: bot, labels: {managed: git}}\n")
    cli.write("overlays/prod/bot.yaml", "kind: Agent\nmetadata: {name: bot}\nspec:\n  model: {name: large}\n")
    return cli


def live(cli: Cli, org: str, name: str = "agent/bot") -> Any:
    return cli("get", name, "--org", org, "-o", "json").json


def test_a_target_says_the_organization_and_merges_its_overlays(shop: Cli) -> None:
    applied = shop("apply", "--target", "prod", "-o", "json").json
    assert applied["set"] == "shop"
    bot = live(shop, "acme")
    assert bot["spec"]["model"] == {"name": "large"}
    assert bot["metadata"]["labels"] == {"managed": "git"}
    shop("diff", "--target", "prod", expect=0)
    assert shop("get", "agents", "--target", "prod", "-o", "name").out == "agent/bot\n"
    shop("apply", "--target", "dev")
    assert live(shop, "dev")["spec"]["model"] == {"name": "small"}


def test_a_target_says_the_backend_and_a_flag_says_another(
    shop: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write("stigmer.yaml", "name: shop\nbackend: first\ntargets: {prod: {backend: second, org: acme}}\n")
    (shop.directory / "overlays/prod/bot.yaml").unlink()
    (shop.directory / "overlays/all/bot.yaml").unlink()
    shop.home.mkdir()
    entries = "".join(
        f"  {each}: {{type: local, local: {{db_path: {each}.db}}}}\n" for each in ("first", "second", "third")
    )
    (shop.home / "config.yaml").write_text(f"backend: local\nbackends:\n{entries}")
    monkeypatch.setenv("STIGMER_BACKEND", "first")
    assert "backend second (" in shop("diff", "--target", "prod", expect=1).err
    flagged = shop("diff", "--target", "prod", "--backend", "third", "--org", "dev", expect=1).err
    assert "backend third (" in flagged
    assert "org dev, set shop, target prod" in flagged


def test_changes_are_of_the_manifest_and_problems_of_whoever_said_them(shop: Cli) -> None:
    shop("apply", "--target", "prod")
    shop.write("overlays/prod/bot.yaml", "kind: Agent\nmetadata: {name: bot}\nspec:\n  model: {name: huge}\n")
    (change,) = shop("diff", "--target", "prod", "-o", "json", expect=1).json["changes"]
    assert (change["file"], change["line"]) == ("agents/bot.yaml", 1)
    assert [each["path"] for each in change["fields"]] == ["spec.model.name"]
    shop.write(
        "overlays/prod/bot.yaml", "kind: Agent\nmetadata: {name: bot}\nspec:\n  skill_refs: [nowhere]\n"
    )
    (found,) = shop("diff", "--target", "prod", "-o", "json", expect=3).json["diagnostics"]
    assert (found["code"], found["file"], found["line"]) == ("reference.missing", "overlays/prod/bot.yaml", 4)


def test_without_a_target_every_target_is_validated_and_each_problem_told_once(shop: Cli) -> None:
    assert shop("validate").out == "5 documents, all valid\n"
    shop.write(
        "agents/more.yaml",
        BOT.split("---", maxsplit=1)[0].replace("name: bot", "name: more").replace("model:", "modl:"),
    )
    shop.write(
        "overlays/prod/bot.yaml", "kind: Agent\nmetadata: {name: bot}\nspec:\n  modle: {name: large}\n"
    )
    found = shop("validate", "-o", "json", expect=3).json
    assert [(each["code"], each["file"], each["line"]) for each in found["diagnostics"]] == [
        ("schema.unknown", "agents/more.yaml", 7),
        ("schema.unknown", "overlays/prod/bot.yaml", 4),
    ]
    assert found["diagnostics"][0]["message"] == "modl is not a field here"
    assert found["diagnostics"][1]["message"] == "modle is not a field here (target prod)"
    (only,) = shop("validate", "--target", "dev", "-o", "json", expect=3).json["diagnostics"]
    assert only["file"] == "agents/more.yaml"


def test_a_report_names_the_overlay(shop: Cli) -> None:
    shop.write("overlays/prod/bot.yaml", "kind: Agent\nmetadata: {name: bto}\n")
    assert "file=overlays/prod/bot.yaml,line=2" in shop("validate", "-o", "github", expect=3).out
    assert "overlays/prod/bot.yaml" in shop("validate", "-o", "junit", expect=3).out


def test_several_targets_side_by_side(shop: Cli) -> None:
    shop("apply", "--target", "dev")
    told = shop("diff", "--target", "dev", "--target", "prod", expect=1)
    assert told.out.startswith("           dev  prod\nagent/bot  =    +\n")
    assert "\n+ created   = as declared\n" in told.out
    assert told.out.index("Target dev\nNo changes.") < told.out.index("Target prod\n+ agent/bot")
    plans = shop("diff", "--target", "dev", "--target", "prod", "-o", "json", expect=1).json
    assert (plans["format_version"], plans["kind"]) == (1, "PlanList")
    assert [(each["target"], each["kind"], each["summary"]["create"]) for each in plans["plans"]] == [
        ("dev", "Plan", 0),
        ("prod", "Plan", 1),
    ]
    shop("diff", "--target", "dev", "--target", "prod", "--exit-zero", expect=0)


def test_the_gravest_status_of_several_targets_counts(shop: Cli) -> None:
    shop.write("overlays/prod/bot.yaml", "kind: Agent\nmetadata: {name: bto}\n")
    told = shop("diff", "--target", "prod", "--target", "dev", expect=3)
    assert "Target prod\nThe manifests are not valid.\n" in told.out
    assert "Target dev\n+ " in told.out
    plans = shop("diff", "--target", "prod", "--target", "dev", "-o", "json", expect=3).json["plans"]
    assert plans[0]["valid"] is False
    assert plans[0]["diagnostics"][0]["code"] == "overlay.unmatched"
    assert plans[1]["summary"]["create"] == 3


@pytest.mark.parametrize("flags", [("-o", "markdown"), ("--save", "plan.json")])
def test_what_shows_one_target_alone_says_so(shop: Cli, flags: tuple[str, ...]) -> None:
    err = shop("diff", "--target", "dev", "--target", "prod", *flags, expect=2).err
    assert "here are 2" in err
    assert "run it once for each target" in err


def test_versions_are_compared_without_a_target(shop: Cli) -> None:
    err = shop("diff", "--from", "1", "agent/bot", "--target", "prod", expect=2).err
    assert "--target goes with manifests" in err


def test_one_target_is_named_in_its_plan(shop: Cli) -> None:
    assert shop("diff", "--target", "dev", "-o", "json", expect=1).json["target"] == "dev"
    assert "target" not in shop("diff", "-o", "json", expect=1).json


def test_overlays_below_the_paths_are_no_manifests(shop: Cli) -> None:
    assert shop("diff", "-o", "json", expect=1).json["summary"]["create"] == 3
    shop.write("stigmer.yaml", PROJECT.replace("[.]", "['*/']"))
    assert shop("validate").out == "5 documents, all valid\n"


def test_a_target_that_is_not_there(cli: Cli) -> None:
    cli.write("agents/bot.yaml", BOT)
    assert "no stigmer.yaml here or above" in cli("diff", "--target", "prod", expect=2).err
    cli.write("stigmer.yaml", "name: shop\n")
    assert "project shop has no targets [target.unknown]" in cli("diff", "--target", "prod", expect=2).err
    cli.write("stigmer.yaml", "name: shop\ntargets: {prod: {}, dev: {}}\n")
    for command in ("validate", "diff", "apply", "graph"):
        err = cli(command, "--target", "prodd", expect=2).err
        assert "project shop has no target prodd [target.unknown]\n  hint: did you mean prod?" in err
    assert "hint: targets: prod, dev" in cli("get", "agents", "--target", "xyz", expect=2).err


def test_a_target_is_for_the_projects_own_manifests(shop: Cli) -> None:
    err = shop("diff", "-f", "agents", "--target", "prod", expect=2).err
    assert "target prod is for the manifests of its project, and -f names others" in err


def test_overlays_that_are_not_there(shop: Cli) -> None:
    shop.write("stigmer.yaml", PROJECT.replace("overlays/prod/", "overlay/prod/"))
    err = shop("diff", "--target", "prod", expect=2).err
    assert "stigmer.yaml:8:31: error: 'overlay/prod' does not exist [usage.path]" in err
    (shop.directory / "overlay/prod").mkdir(parents=True)
    (shop.directory / "overlays/all/bot.yaml").unlink()
    err = shop("diff", "--target", "prod", expect=1).err
    assert "stigmer.yaml:8:5: warning: there are no overlays in overlays/all, overlay/prod" in err


@pytest.mark.parametrize("command", ["apply", "validate"])
def test_several_targets_are_for_diff_alone(shop: Cli, command: str) -> None:
    said = shop(command, "--target", "dev", "--target", "prod", expect=2).err
    assert "only diff takes several targets" in said


def test_a_secret_of_an_overlay_is_read_beside_it(shop: Cli) -> None:
    shop.write("agents/keys.yaml", KEYS)
    over = "kind: Environment\nmetadata: {name: keys}\nspec: {data: {TOKEN: {value_from: {env: {$delete: true}, file: token}}}}\n"
    shop.write("overlays/prod/keys.yaml", over)
    assert "overlays/prod/keys.yaml:3:" in next(
        line
        for line in shop("diff", "--target", "prod", expect=1).err.splitlines()
        if line.endswith("[secret.unresolved]")
    )
    shop.write("overlays/prod/token", "sesame-opens\n")  # secret-scan: allow
    assert "[secret.unresolved]" not in shop("diff", "--target", "prod", expect=1).err
    shop("apply", "--target", "prod")
    shop("diff", "--target", "prod", expect=0)


def test_a_secret_in_clear_in_an_overlay_is_seen(shop: Cli) -> None:
    shop.write("agents/keys.yaml", KEYS)
    over = "kind: Environment\nmetadata: {name: keys}\nspec:\n  data:\n    DB_PASSWORD: {value: hunter-zwei-drei}\n"  # secret-scan: allow
    shop.write("overlays/prod/keys.yaml", over)
    found = shop("validate", "-o", "json").json["diagnostics"]
    assert [(each["code"], each["file"], each["line"]) for each in found] == [
        ("secret.in_clear", "overlays/prod/keys.yaml", 5)
    ]
    assert "hunter" not in shop("validate").out


def test_a_set_that_targets_share_in_one_backend_is_not_pruned(shop: Cli) -> None:
    """What one of them has in its own organization would be gone."""
    shop("apply", "--target", "dev")
    for command in ("diff", "apply"):
        err = shop(command, "--target", "prod", "--prune", expect=2).err
        assert "stigmer.yaml:6:3: error: pruning for target prod would take away what" in err
        assert "[target.shared]" in err
    assert live(shop, "dev")["metadata"]["name"] == "bot"
    shop.write("stigmer.yaml", PROJECT.replace("org: dev", "org: acme"))
    shop("validate", "--target", "dev")


def test_targets_that_lead_to_one_place_are_warned_of(shop: Cli) -> None:
    shop.write(
        "stigmer.yaml",
        "name: shop\ntargets:\n  a: {backend: local, org: acme}\n  b: {backend: local, org: acme}\n",
    )
    assert "stigmer.yaml:4:3: warning: targets a and b have the same backend and org" in shop("validate").out


def test_the_example_has_two_targets(cli: Cli) -> None:
    shutil.copytree(EXAMPLE, cli.directory, dirs_exist_ok=True)
    assert cli("validate", "--strict").out == "8 documents, all valid\n"
    cli("apply", "--target", "dev")
    told = cli("diff", "--target", "dev", "--target", "prod", expect=1).out
    assert "agent/help-desk           =    +\n" in told
    cli("apply", "--target", "prod")
    tools = live(cli, "help-desk", "agent/help-desk")["spec"]["mcp_servers"][0]["enabled_tools"]
    assert tools == ["answer_ticket", "find_ticket"]


def test_the_graph_of_a_target(shop: Cli) -> None:
    shop.write(
        "agents/rules.yaml",
        "apiVersion: agentic.stigmer.ai/v1\nkind: Skill\nmetadata: {name: rules}\nspec: {markdown_content: Be kind.}\n",
    )
    shop.write("overlays/prod/bot.yaml", "kind: Agent\nmetadata: {name: bot}\nspec: {skill_refs: [rules]}\n")
    assert shop("graph", "-o", "json").json["references"] == []
    (reference,) = shop("graph", "--target", "prod", "-o", "json").json["references"]
    assert reference["path"] == "spec.skill_refs[0]"


def test_a_plan_that_was_saved_for_a_target_is_applied_to_it(shop: Cli, tmp_path: Path) -> None:
    shop("diff", "--target", "prod", "--save", "plan.json", expect=1)
    shop("apply", "--plan", "plan.json", "--target", "prod")
    assert live(shop, "acme")["spec"]["model"] == {"name": "large"}
