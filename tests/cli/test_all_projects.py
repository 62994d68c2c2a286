# SPDX-License-Identifier: Apache-2.0
"""`--all`: every project below the directory, each as its own set, in the order of their references."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stigmer.cli import all_projects, carrying_out
from stigmer.errors import BackendError
from tests.cli.conftest import SECRET, Cli


def skill(name: str, text: str = "Be kind.") -> str:
    return f"""\
apiVersion: agentic.stigmer.ai/v1
kind: Skill
metadata: {{name: {name}}}
spec: {{markdown_content: {text}}}
"""


def agent(name: str, *skills: str) -> str:
    return f"""\
apiVersion: agentic.stigmer.ai/v1
kind: Agent
metadata: {{name: {name}}}
spec:
  instructions: Answer every question kindly.
  skill_refs: [{", ".join(skills)}]
"""


@pytest.fixture
def mono(cli: Cli) -> Cli:
    """Three projects, of which two need what the last by path declares."""
    for name in ("desk", "shop"):
        cli.write(f"apps/{name}/stigmer.yaml", f"name: {name}\npaths: [manifests]\n")
        cli.write(f"apps/{name}/manifests/bot.yaml", agent(f"{name}-bot", "house-rules"))
    cli.write("rules/stigmer.yaml", "name: rules\npaths: [.]\n")
    cli.write("rules/house.yaml", skill("house-rules"))
    return cli


def projects(found: Any) -> list[str]:
    return [each["project"] for each in found["plans" if found["kind"] == "PlanList" else "results"]]


class TestApply:
    def test_each_is_a_set_and_a_batch_those_that_others_need_first(self, mono: Cli) -> None:
        done = mono("apply", "--all", "-o", "json").json
        assert (done["kind"], done["format_version"]) == ("ApplyResultList", 1)
        assert [
            (each["project"], each["kind"], each["set"], each["revision"]) for each in done["results"]
        ] == [
            ("rules", "ApplyResult", "rules", 1),
            ("desk", "ApplyResult", "desk", 2),
            ("shop", "ApplyResult", "shop", 3),
        ]
        assert done["not_done"] == []
        assert mono("diff", "--all").out.count("No changes.") == 3

    def test_the_text_has_a_heading_for_each(self, mono: Cli) -> None:
        said = mono("apply", "--all")
        assert said.out == (
            "Project rules (rules)\nskill/house-rules created\nDone: 1 created, 0 unchanged. Revision 1.\n\n"
            "Project desk (apps/desk)\nagent/desk-bot created\nDone: 1 created, 0 unchanged. Revision 2.\n\n"
            "Project shop (apps/shop)\nagent/shop-bot created\nDone: 1 created, 0 unchanged. Revision 3.\n"
        )
        assert "org default, set desk\n" in said.err

    def test_nothing_is_applied_where_one_cannot_be_read(self, mono: Cli) -> None:
        mono.write("apps/shop/manifests/more.yaml", agent("more").replace("instructions", "instructoins"))
        found = mono("apply", "--all", "-o", "json", expect=3).json
        assert (found["valid"], found["documents"]) == (False, 4)
        assert {each["file"] for each in found["diagnostics"]} == {"apps/shop/manifests/more.yaml"}
        assert not mono.home.exists()

    def test_nothing_is_applied_where_one_refers_to_what_is_nowhere(self, mono: Cli) -> None:
        mono.write("apps/shop/manifests/more.yaml", agent("more", "nowhere"))
        assert "[reference.missing]" in mono("apply", "--all", expect=3).err
        assert not mono.home.exists()

    def test_it_ends_at_the_first_that_is_refused_and_says_what_was_done(
        self, mono: Cli, monkeypatch: Any
    ) -> None:
        monkeypatch.delenv("BOT_TOKEN")
        mono.write("apps/desk/manifests/keys.yaml", SECRET)
        said = mono("apply", "--all", expect=4)
        assert "skill/house-rules created" in said.out
        assert said.err.endswith(
            "\nstopped at project desk, of which nothing was changed; project rules was applied; not begun: shop\n"
        )
        assert mono("get", "all", "-o", "name").out == "organization/default\nskill/house-rules\n"
        done = mono("apply", "--all", "-o", "json", expect=4).json
        assert [(each["project"], each["kind"]) for each in done["results"]] == [
            ("rules", "ApplyResult"),
            ("desk", "Plan"),
        ]
        assert done["results"][1]["diagnostics"][-1]["code"] == "secret.unresolved"
        assert done["not_done"] == ["shop"]
        monkeypatch.setenv("BOT_TOKEN", "sesame-opens")
        assert projects(mono("apply", "--all", "-o", "json").json) == ["rules", "desk", "shop"]

    def test_a_dry_run_shows_the_plans(self, mono: Cli) -> None:
        found = mono("apply", "--all", "--dry-run", "-o", "json").json
        assert (found["kind"], projects(found)) == ("PlanList", ["rules", "desk", "shop"])
        assert not mono.home.exists()

    def test_what_one_lets_go_another_takes_in_the_same_run(self, mono: Cli) -> None:
        """The plan of the second is only right once the first is applied."""
        mono("apply", "--all")
        mono.write("rules/stigmer.yaml", "name: rules\npaths: [.]\nprune: true\n")
        mono.write(
            "rules/house.yaml",
            skill("house-rules").replace("rules}", "rules, lifecycle: {deletion: orphan}}"),
        )
        mono("apply", "--all")
        (mono.directory / "rules/house.yaml").unlink()
        mono.write("rules/other.yaml", skill("other-rules"))
        mono.write("apps/shop/manifests/house.yaml", skill("house-rules"))
        mono.write("apps/shop/manifests/bot.yaml", agent("shop-bot", "house-rules", "other-rules"))
        foreseen = mono("diff", "--all", "-o", "json", expect=1).json
        done = mono("apply", "--all", "-o", "json").json
        assert [(each["project"], each["summary"]["update"]) for each in foreseen["plans"]] == [
            (each["project"], each["summary"]["updated"]) for each in done["results"]
        ]
        assert mono("diff", "--all").out.count("No changes.") == 3

    def test_a_store_that_fails_half_way_is_told_with_what_was_done(
        self, mono: Cli, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        full = BackendError("backend.full", "the disk is full")
        monkeypatch.setattr(all_projects, "carry_out", carrying_out_but("desk", full))
        done = mono("apply", "--all", "-o", "json", expect=7).json
        assert projects(done) == ["rules", "desk"]
        assert done["results"][1]["error"]["code"] == "backend.full"
        assert done["not_done"] == ["shop"]
        said = mono("apply", "--all", expect=7)
        assert "error: the disk is full [backend.full]" in said.err
        assert "stopped at project desk" in said.err

    def test_an_interrupt_says_what_was_applied(self, mono: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(all_projects, "carry_out", carrying_out_but("desk", KeyboardInterrupt()))
        said = mono("apply", "--all", expect=130)
        assert "interrupted: project rules was applied; of project desk nothing was changed" in said.err
        assert mono("get", "all", "-o", "name").out == "organization/default\nskill/house-rules\n"


def carrying_out_but(name: str, failure: BaseException) -> Callable[..., Any]:
    """Carries plans out, but that of one set fails."""
    earnest = carrying_out.carry_out

    def carry_out(planned: Any, *rest: Any) -> Any:
        if planned.plan.set == name:
            raise failure
        return earnest(planned, *rest)

    return carry_out


class TestDiff:
    def test_what_an_earlier_project_makes_counts_as_there(self, mono: Cli) -> None:
        found = mono("diff", "--all", "-o", "json", expect=1).json
        assert (found["kind"], projects(found)) == ("PlanList", ["rules", "desk", "shop"])
        assert [each["summary"]["create"] for each in found["plans"]] == [1, 1, 1]
        assert not mono.home.exists()

    def test_the_gravest_status_counts(self, mono: Cli, monkeypatch: Any) -> None:
        mono("apply", "--all")
        assert mono("diff", "--all").status == 0
        mono.write("rules/house.yaml", skill("house-rules", "Be kinder."))
        assert mono("diff", "--all", expect=None).status == 1
        assert mono("diff", "--all", "--exit-zero").status == 0
        mono.write("apps/desk/manifests/more.yaml", agent("more"))
        mono("apply", "-f", "apps/desk/manifests/more.yaml", "--set", "theirs")
        assert mono("diff", "--all", expect=None).status == 4

    def test_what_an_earlier_project_gives_up_is_missed_by_a_later_one(self, mono: Cli) -> None:
        mono.write("rules/more.yaml", skill("more-rules"))
        mono("apply", "--all")
        mono.write("rules/stigmer.yaml", "name: rules\npaths: [.]\nprune: true\n")
        (mono.directory / "rules/more.yaml").unlink()
        mono.write("apps/desk/manifests/bot.yaml", agent("desk-bot", "house-rules", "more-rules"))
        assert "skill/more-rules in org default is neither" in mono("diff", "--all", expect=3).err

    def test_it_is_one_comment_the_heaviest_first(self, mono: Cli) -> None:
        mono("apply", "--all")
        mono.write("rules/house.yaml", skill("house-rules", "Be kinder."))
        mono.write("apps/shop/stigmer.yaml", "name: shop\npaths: [manifests]\nprune: true\n")
        mono.write("apps/shop/manifests/bot.yaml", agent("new-bot"))
        comment = mono("diff", "--all", "-o", "markdown", expect=1).out
        assert comment.startswith(
            "<!-- stigmer:%2A: -->\n## Every project: 2 of 3 projects change\n\n### `shop`: "
        )
        assert comment.index("**Deletes `agent/shop-bot`**") < comment.index("### `rules`: 1 to update")
        assert comment.endswith("As declared: `desk`.\n")
        assert comment.count("<!--") == 1

    def test_a_comment_of_many_large_ones_fits(self, mono: Cli) -> None:
        for number in range(30):
            mono.write(f"more/p{number}/stigmer.yaml", f"name: p{number}\npaths: [.]\n")
            text = "\n---\n".join(agent(f"p{number}-{each}") for each in range(40))
            mono.write(f"more/p{number}/all.yaml", text)
        comment = mono("diff", "--all", "-o", "markdown", expect=1).out
        assert len(comment) < 65_000
        assert all(f"### `p{number}`: 40 to create" in comment for number in range(30))

    def test_a_comment_about_invalid_manifests_takes_the_place_of_the_plans(self, mono: Cli) -> None:
        mono.write("apps/shop/manifests/more.yaml", agent("more").replace("instructions", "instructoins"))
        comment = mono("diff", "--all", "-o", "markdown", expect=3).out
        assert comment.startswith("<!-- stigmer:%2A: -->\n### Every project: no plan, ")
        mono.write("apps/shop/stigmer.yaml", "nmae: shop\n")
        assert mono("diff", "--all", "-o", "markdown", expect=2).out.startswith("<!-- stigmer:%2A: -->\n")

    def test_programs_get_them_too(self, mono: Cli) -> None:
        assert (
            "kind: PlanList\nplans:\n  - project: rules\n"
            in mono("diff", "--all", "-o", "yaml", expect=1).out
        )
        notes = mono("diff", "--all", "-o", "github", expect=1).out.splitlines()
        assert [line.split(",")[0] for line in notes] == [
            "::notice file=rules/house.yaml",
            "::notice file=apps/desk/manifests/bot.yaml",
            "::notice file=apps/shop/manifests/bot.yaml",
        ]
        assert '"ruleId"' not in mono("diff", "--all", "-o", "sarif", expect=1).out
