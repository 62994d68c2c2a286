# SPDX-License-Identifier: Apache-2.0
"""The whole life of a change, as a team lives it: somebody's clone, the pipeline's clone, one store, one pull request after another."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from stigmer.backends.local import LocalBackend
from stigmer.secrets.key_file import KeyFile
from tests.action.platform import Platform
from tests.action.repository import Ran, Repository
from tests.reconcile.declared import meddle

BOT = "manifests/support-bot.yaml"
TOLD = "manifests/support-bot.md"
POLICY = "manifests/return-policy.yaml"


@dataclass(slots=True)
class Team:
    """A developer's clone, the pipeline's, and the platform where they meet. Paths are those of the project `shop`."""

    ann: Repository
    pipeline: Repository
    platform: Platform
    monkeypatch: pytest.MonkeyPatch
    pulls: int = 0

    def edit(self, name: str, old: str, new: str) -> None:
        self.ann.edit(f"shop/{name}", old, new)

    def opens_a_pull_request(self, branch: str, message: str, *, expect: int = 0, arguments: str = "") -> Ran:
        """Commits what was edited on a branch of its own; the pipeline shows what it changes."""
        self.pulls += 1
        self.ann.git("checkout", "--quiet", "-b", branch)
        return self.pushes(message, expect=expect, arguments=arguments)

    def pushes(self, message: str, *, expect: int = 0, arguments: str = "") -> Ran:
        self.ann.commit(message)
        self.ann.git("push", "--quiet", "origin", "HEAD")
        branch = self.ann.git("branch", "--show-current")
        self.pipeline.git("fetch", "--quiet", "origin")
        self.pipeline.git("checkout", "--quiet", "--detach", f"origin/{branch}")
        return self.pipeline.script(
            "preview",
            platform=self.platform,
            number=self.pulls,
            directory="shop",
            arguments=arguments,
            expect=expect,
        )

    def merges(self, message: str, *, expect: int = 0, arguments: str = "") -> Ran:
        """Squashes the branch into main; the pipeline applies main."""
        branch = self.ann.git("branch", "--show-current")
        self.ann.git("checkout", "--quiet", "main")
        self.ann.git("merge", "--quiet", "--squash", branch)
        self.ann.commit(message)
        self.ann.git("push", "--quiet", "origin", "main")
        return self.applies(expect=expect, arguments=arguments)

    def applies(self, *, expect: int = 0, arguments: str = "") -> Ran:
        self.pipeline.git("fetch", "--quiet", "origin")
        self.pipeline.git("checkout", "--quiet", "--detach", "origin/main")
        return self.pipeline.script("apply", directory="shop", arguments=arguments, expect=expect)

    def asks(self, *arguments: str, expect: int = 0) -> Ran:
        """What the pipeline's stigmer says in the project."""
        return self.pipeline.run("sh", "-c", 'cd shop && exec stigmer "$@"', "sh", *arguments, expect=expect)

    def meddles(self, name: str, why: str, **changes: Any) -> None:
        """Somebody changes a live resource with another tool than git."""
        self.monkeypatch.setenv("LOGNAME", "ada")
        home = Path(self.ann.environ["STIGMER_HOME"])
        with LocalBackend.open(home / "local.db", master_key=KeyFile(home / "master.key")) as store:
            meddle(store, name, message=why, **changes)

    @property
    def comment(self) -> str:
        """The one comment on the pull request."""
        (body,) = self.platform.bodies(self.pulls)
        return body

    def live(self, name: str) -> Any:
        return json.loads(self.asks("get", name, "-o", "json").out)

    def history(self, name: str) -> list[str]:
        """The lines of its history, the newest first."""
        return self.asks("history", name).out.splitlines()[1:]


@pytest.fixture
def team(tmp_path: Path, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Team:
    ann = Repository.made(tmp_path)
    ann.stigmer("new", "project", "shop")
    ann.commit("A shop")
    ann.git("init", "--quiet", "--bare", "--initial-branch=main", str(tmp_path / "origin.git"))
    ann.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    ann.git("push", "--quiet", "--set-upstream", "origin", "main")
    return Team(ann, ann.clone("pipeline"), platform, monkeypatch)


def test_the_life_of_a_change(team: Team) -> None:
    first_apply(team)
    preview_and_merge(team)
    drift_is_found_at_night_and_healed(team)
    rollback_of_one_resource(team)
    rollback_of_the_set(team)
    rename(team)
    removal(team)
    protection(team)
    assert json.loads(team.asks("diff", "--prune", "-o", "json").out)["changes"] == []
    assert team.ann.left_over() == []


def first_apply(team: Team) -> None:
    done = team.applies()
    assert "agent/support-bot created\n" in done.out
    assert done.out.endswith("Done: 6 created, 0 unchanged. Revision 1.\n")


def preview_and_merge(team: Team) -> None:
    team.edit(TOLD, "Be brief, friendly and exact.", "Be brief and exact.")
    shown = team.opens_a_pull_request("exact", "Drop the friendliness")
    assert team.comment.startswith("<!-- stigmer:shop: -->\n### `shop`: 1 to update, 5 unchanged")
    assert "- - Be brief, friendly and exact.\n+ - Be brief and exact.\n" in team.comment
    assert shown.outputs["changes"] == "true"

    team.edit(TOLD, "Be brief and exact.", "Be kind and exact.")
    team.pushes("Kind, then")
    assert "+ - Be kind and exact.\n" in team.comment  # the same comment, and still only one

    done = team.merges("Be kind and exact (#1)")
    assert done.out == "agent/support-bot updated\nDone: 1 updated, 5 unchanged. Revision 2.\n"
    commit = team.ann.git("rev-parse", "main")
    newest, _ = team.history("agent/support-bot")
    assert "pipeline" in newest
    assert newest.endswith(f"{commit[:8]} Ann  Be kind and exact (#1)")


def drift_is_found_at_night_and_healed(team: Team) -> None:
    assert team.asks("diff", "--drift", "refuse").status == 0
    team.meddles("skill/return-policy", "hotfix for ticket 12", markdown_content="No returns.")
    team.meddles("agent/support-bot", "hotfix for ticket 12", description="Out of order.")
    night = team.asks("diff", "--drift", "refuse", expect=4)
    assert "manifests/support-bot.yaml:9:16: error: " in night.err
    assert "by ada on " in night.err
    assert "hotfix for ticket 12" in night.out
    assert night.err.count("[plan.drift]") == 2
    assert "Refused." in night.out

    assert team.applies().out == (
        "skill/return-policy updated\nagent/support-bot updated\nDone: 2 updated, 4 unchanged. Revision 5.\n"
    )
    assert team.asks("diff", "--drift", "refuse").out == "No changes. 6 resources are as declared.\n"


def rollback_of_one_resource(team: Team) -> None:
    by_ada = team.history("agent/support-bot")[1]
    assert by_ada.startswith("3        updated, undeclared")
    assert " ada " in by_ada
    back = team.asks("rollback", "agent/support-bot", "--to", "1", "-m", "too cold")
    assert "the next apply undoes this [rollback.undone]" in back.err
    assert "Be brief, friendly and exact." in team.live("agent/support-bot")["spec"]["instructions"]
    assert "too cold" in team.asks("diff", "--drift", "refuse", expect=4).out

    team.edit(TOLD, "Be kind and exact.", "Be brief, friendly and exact.")
    team.opens_a_pull_request("warm", "Back to brief and friendly")
    assert team.platform.bodies(team.pulls) == []  # it is live already, so there is nothing to show
    assert team.merges("Back to brief and friendly (#2)").outputs["changes"] == "false"
    assert team.asks("diff", "--drift", "refuse").status == 0


def rollback_of_the_set(team: Team) -> None:
    before = team.live("agent/support-bot")
    team.edit(TOLD, "Be brief", "Be extremely brief")
    team.edit(POLICY, "30 days", "3 days")
    team.opens_a_pull_request("strict", "Stricter")
    assert "2 to update" in team.comment
    team.merges("Stricter (#3)")
    revision = before["metadata"]["revision"]
    shown = team.asks("rollback", "--set", "shop", "--revision", str(revision), "--dry-run")
    assert "Plan: 2 to update" in shown.out
    team.asks("rollback", "--set", "shop", "--revision", str(revision), "--yes")
    assert team.live("agent/support-bot")["spec"] == before["spec"]
    assert "30 days" in team.live("skill/return-policy")["spec"]["markdown_content"]
    team.ann.git("revert", "--no-edit", "HEAD")
    team.ann.git("push", "--quiet", "origin", "main")
    assert team.applies().outputs["changes"] == "false"


def rename(team: Team) -> None:
    known = team.live("skill/return-policy")["metadata"]["id"]
    team.edit(POLICY, "name: return-policy\n", "name: returns\n  renamed_from: return-policy\n")
    team.edit(BOT, "skill_refs: [return-policy]", "skill_refs: [returns]")
    team.opens_a_pull_request("returns", "A shorter name", arguments="--prune")
    assert (
        "<code>~ skill/returns</code> 1 field, renamed from <code>skill/return-policy</code>" in team.comment
    )
    team.merges("A shorter name (#4)", arguments="--prune")
    assert team.live("skill/returns")["metadata"]["id"] == known
    assert team.history("skill/returns")[-1].split()[:3] == ["1", "return-policy", "created"]
    team.asks("get", "skill/return-policy", expect=5)


def removal(team: Team) -> None:
    (team.ann.directory / "shop/manifests/answer-question.yaml").unlink()
    team.opens_a_pull_request("simpler", "No workflow any more", arguments="--prune")
    assert "**Deletes `workflow/answer-question`**" in team.comment
    done = team.merges("No workflow any more (#5)", arguments="--prune")
    assert "workflow/answer-question deleted\n" in done.out
    assert team.history("workflow/answer-question")[0].split()[1] == "deleted"


def protection(team: Team) -> None:
    team.edit(POLICY, "name: returns\n", "name: returns\n  lifecycle: {deletion: protect}\n")
    team.opens_a_pull_request("safe", "Keep the returns", arguments="--prune")
    team.merges("Keep the returns (#6)", arguments="--prune")

    (team.ann.directory / "shop" / POLICY).unlink()
    team.edit(BOT, "skill_refs: [returns]", "skill_refs: []")
    shown = team.opens_a_pull_request("careless", "No returns", arguments="--prune", expect=4)
    assert "title=delete.protected::" in shown.out
    assert "**Refused for 1 reason**" in team.comment
    done = team.merges("No returns (#7)", arguments="--prune", expect=4)
    assert "skill/returns is protected from deletion" in done.page
    assert team.live("skill/returns")["metadata"]["lifecycle"] == {"deletion": "protect"}
    assert team.live("agent/support-bot")["spec"]["skill_refs"] == ["returns"]  # nothing of it was applied

    team.ann.git("revert", "--no-edit", "HEAD")
    team.ann.git("push", "--quiet", "origin", "main")
    assert team.applies(arguments="--prune").outputs["changes"] == "false"
