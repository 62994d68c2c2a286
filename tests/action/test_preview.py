# SPDX-License-Identifier: Apache-2.0
"""What a pull request shows: its comment, its annotations, the page of its run, and whether its check passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.action.platform import Platform
from tests.action.repository import ACTION, Repository

MARK = "<!-- stigmer:shop: -->\n"
SKILL = """\
apiVersion: agentic.stigmer.ai/v1
kind: Skill
metadata: {name: tone}
spec: {markdown_content: Be kind.}
"""


@pytest.mark.parametrize("shell", ["sh", "bash --posix"])
def test_a_change_is_a_comment_that_the_next_push_writes_over(
    repository: Repository, platform: Platform, shell: str
) -> None:
    repository.edit("manifests/bot.yaml", "kindly", "briefly")
    ran = repository.script("preview", platform=platform, shell=shell)
    (comment,) = platform.bodies(7)
    assert comment.startswith(f"{MARK}### `shop`: 1 to update, 1 unchanged")
    assert "- Answer every question kindly.\n+ Answer every question briefly.\n" in comment
    assert ran.page == comment
    assert ran.outputs == {"exit-code": "0", "changes": "true"}
    repository.edit("manifests/bot.yaml", "briefly", "at length")
    repository.script("preview", platform=platform, shell=shell)
    (comment,) = platform.bodies(7)
    assert "+ Answer every question at length.\n" in comment
    assert repository.left_over() == []


def test_nothing_was_changed_by_looking(repository: Repository, platform: Platform) -> None:
    repository.edit("manifests/bot.yaml", "kindly", "briefly")
    repository.script("preview", platform=platform)
    assert "kindly" in repository.stigmer("get", "agent/bot", "-o", "yaml").out


def test_where_nothing_changes_nobody_is_bothered(repository: Repository, platform: Platform) -> None:
    ran = repository.script("preview", platform=platform)
    assert platform.bodies(7) == []
    assert "no changes, 2 unchanged" in ran.page
    assert ran.outputs == {"exit-code": "0", "changes": "false"}


def test_manifests_that_are_not_valid_fail_at_their_line_and_the_comment_says_so(
    repository: Repository, platform: Platform
) -> None:
    repository.edit("manifests/bot.yaml", "kindly", "briefly")
    repository.script("preview", platform=platform)
    repository.edit("manifests/bot.yaml", "instructions", "instructoins")
    ran = repository.script("preview", platform=platform, expect=3)
    errors = [line for line in ran.out.splitlines() if line.startswith("::error")]
    assert errors[0].startswith("::error file=manifests/bot.yaml,line=7,")
    assert len(errors) == len(set(errors))
    (comment,) = platform.bodies(7)
    assert comment.startswith(f"{MARK}### `shop`: no plan, ")
    assert "briefly" not in comment
    assert ran.outputs["exit-code"] == "3"


def test_what_only_the_backend_knows_to_be_wrong_is_at_its_line_too(
    repository: Repository, platform: Platform
) -> None:
    repository.write(
        "manifests/bot.yaml",
        (repository.directory / "manifests/bot.yaml").read_text() + "  skill_refs: [nowhere]\n",
    )
    ran = repository.script("preview", platform=platform, expect=3)
    (error,) = [line for line in ran.out.splitlines() if line.startswith("::error")]
    assert error.startswith("::error file=manifests/bot.yaml,line=8,")
    assert "reference.missing" in error


def test_a_plan_that_would_be_refused_fails_and_says_why(repository: Repository, platform: Platform) -> None:
    repository.environ["STIGMER_ORG"] = "default"
    repository.write("other/bot.yaml", (repository.directory / "manifests/bot.yaml").read_text())
    repository.stigmer("apply", "-f", "other", "--set", "desk", "--adopt", "--quiet")
    repository.edit("manifests/bot.yaml", "kindly", "briefly")
    ran = repository.script("preview", platform=platform, expect=4)
    assert "::error file=manifests/bot.yaml,line=1,col=1,title=set.owned::" in ran.out
    (comment,) = platform.bodies(7)
    assert "**Refused for 1 reason**" in comment
    assert "is owned by set desk" in comment
    assert ran.outputs["exit-code"] == "4"


def test_a_fork_without_secrets_sees_its_diff_on_the_page_of_the_run(
    repository: Repository, platform: Platform
) -> None:
    platform.may_write = False
    del repository.environ["SHOP_TOKEN"]
    repository.edit("manifests/bot.yaml", "kindly", "briefly")
    ran = repository.script("preview", platform=platform)
    assert "+ Answer every question briefly." in ran.page
    assert "is not set" in ran.page
    assert "the variable SHOP_TOKEN is not set" in ran.err
    assert "keys</code>" not in ran.page
    assert "::notice title=stigmer::the token may not comment" in ran.out
    assert "::error" not in ran.out
    assert platform.bodies(7) == []


@pytest.mark.parametrize(
    "arguments", ["$(touch pwned)", "; touch pwned", "`touch pwned`", "--set x && touch pwned", "* -f"]
)
def test_arguments_are_words_and_never_commands(
    repository: Repository, platform: Platform, arguments: str
) -> None:
    repository.script("preview", platform=platform, arguments=arguments, expect=2)
    repository.script("apply", arguments=arguments, expect=2)
    assert not (repository.directory / "pwned").exists()


def test_no_argument_takes_the_comment_away(repository: Repository, platform: Platform) -> None:
    repository.edit("manifests/bot.yaml", "kindly", "briefly")
    ran = repository.script("preview", platform=platform, arguments="--exit-zero -o json")
    assert ran.outputs == {"exit-code": "0", "changes": "true"}
    assert platform.bodies(7)[0].startswith(MARK)


def test_a_star_is_no_pattern(repository: Repository, platform: Platform) -> None:
    ran = repository.script("preview", platform=platform, arguments="--adopt --set manif*", expect=2)
    assert "'manif*' is no name of a set" in ran.err


def test_arguments_are_for_both_programs_as_far_as_they_take_them(
    repository: Repository, platform: Platform
) -> None:
    repository.write(
        "elsewhere/bot.yaml",
        (repository.directory / "manifests/bot.yaml").read_text().replace("name: bot", "name: other"),
    )
    repository.write("elsewhere/notes.yaml", "shopping: [milk]\n")
    ran = repository.script(
        "preview",
        platform=platform,
        arguments="-f elsewhere --set other --max-delete-percent 50 --strict",
        expect=3,
    )
    assert "::error file=elsewhere/notes.yaml" in ran.out
    assert "usage." not in ran.out
    (repository.directory / "elsewhere/notes.yaml").unlink()
    repository.script("preview", platform=platform, arguments="-f elsewhere --set other --strict")
    assert platform.bodies(7)[-1].startswith("<!-- stigmer:other: -->\n### `other`: 1 to create")


def test_a_target_has_a_comment_of_its_own(repository: Repository, platform: Platform) -> None:
    repository.edit("manifests/bot.yaml", "kindly", "briefly")
    repository.script("preview", platform=platform)
    repository.script("preview", platform=platform, target="prod")
    assert [body.split("\n")[0] for body in platform.bodies(7)] == [MARK[:-1], "<!-- stigmer:shop:prod -->"]


def test_without_a_comment_the_page_of_the_run_has_it(repository: Repository, platform: Platform) -> None:
    repository.edit("manifests/bot.yaml", "kindly", "briefly")
    assert "briefly" in repository.script("preview", platform=platform, comment="false").page
    assert platform.calls == []


def test_in_a_plain_shell_it_is_printed(repository: Repository) -> None:
    repository.edit("manifests/bot.yaml", "kindly", "briefly")
    ran = repository.run("sh", f"{ACTION}/preview.sh")
    first, second, *_ = ran.out.splitlines()
    assert first == MARK.strip()
    assert second.startswith("### `shop`: 1 to update, 1 unchanged")
    assert "pull request" not in ran.out
    repository.edit("manifests/bot.yaml", "instructions", "instructoins")
    ran = repository.run("sh", f"{ACTION}/preview.sh", expect=3)
    assert ran.out.startswith(f"{MARK}### `shop`: no plan, ")
    assert "::error" not in ran.out
    assert "manifests/bot.yaml:7:3: error: instructoins is not a field here" in ran.err


def test_a_failure_of_the_command_is_told_where_the_plan_would_be(
    repository: Repository, platform: Platform
) -> None:
    repository.edit("manifests/bot.yaml", "kindly", "briefly")
    repository.script("preview", platform=platform)
    repository.environ["STIGMER_BACKEND"] = "acme"
    ran = repository.script("preview", platform=platform, expect=2)
    (comment,) = platform.bodies(7)
    assert "backend acme is not configured" in comment
    assert ran.outputs == {"exit-code": "2", "changes": "true"}
    assert "::error title=backend.unknown::" in ran.out


class TestOfEveryProject:
    @pytest.fixture
    def desk(self, repository: Repository) -> Repository:
        """A second project, which the first one refers to."""
        repository.git("mv", "stigmer.yaml", "manifests/stigmer.yaml")
        repository.write("manifests/stigmer.yaml", "name: shop\npaths: [.]\n")
        repository.write("zest/stigmer.yaml", "name: zest\npaths: [.]\n")
        repository.write("zest/tone.yaml", SKILL)
        repository.stigmer("apply", "--all", "--adopt", "--quiet")
        return repository

    def test_they_share_one_comment(self, desk: Repository, platform: Platform) -> None:
        desk.edit("zest/tone.yaml", "tone", "taste")
        bot = (desk.directory / "manifests/bot.yaml").read_text()
        desk.write("manifests/bot.yaml", bot + "  skill_refs: [taste]\n")
        ran = desk.script("preview", platform=platform, arguments="--all")
        assert ran.out.startswith("commented")  # and nothing of a project that is not here
        (comment,) = platform.bodies(7)
        assert comment.startswith("<!-- stigmer:%2A: -->\n## Every project: 2 of 2 projects change\n")
        desk.write("manifests/bot.yaml", bot)
        desk.edit("zest/tone.yaml", "taste", "tone")
        desk.script("preview", platform=platform, arguments="--all")
        (comment,) = platform.bodies(7)
        assert "As declared: `shop`, `zest`." in comment

    def test_what_is_not_valid_is_told_at_its_line(self, desk: Repository, platform: Platform) -> None:
        desk.edit("zest/tone.yaml", "markdown_content", "markdown")
        ran = desk.script("preview", platform=platform, arguments="--all", expect=3)
        assert "::error file=zest/tone.yaml,line=4," in ran.out

    def test_apply_says_whether_any_changed(self, desk: Repository) -> None:
        assert desk.script("apply", arguments="--all").outputs["changes"] == "false"
        desk.edit("zest/tone.yaml", "Be kind", "Be kinder")
        assert desk.script("apply", arguments="--all").outputs["changes"] == "true"


class TestAgainstABase:
    def test_only_what_the_branch_changes_is_shown_and_no_store_is_needed(
        self, repository: Repository, platform: Platform
    ) -> None:
        repository.environ["STIGMER_HOME"] += "-never"
        del repository.environ["STIGMER_BACKEND"]
        repository.git("checkout", "--quiet", "-b", "tone")
        repository.edit("manifests/bot.yaml", "kindly", "briefly")
        repository.commit("briefly")
        repository.script("preview", platform=platform, base="main")
        (comment,) = platform.bodies(7)
        assert comment.startswith(f"{MARK}### `shop`: 1 to update, 1 unchanged")
        assert not Path(repository.environ["STIGMER_HOME"]).exists()
        assert repository.git("worktree", "list").count("\n") == 0
        assert repository.left_over() == []

    def test_what_was_removed_shows_with_prune_whatever_the_clone_is_called(
        self, repository: Repository, platform: Platform
    ) -> None:
        repository.git("remote", "add", "origin", "https://example.com/acme/shop.git")
        (repository.directory / "manifests/bot.yaml").unlink()
        repository.script("preview", platform=platform, base="main", arguments="--prune")
        assert "**Deletes `agent/bot`**" in platform.bodies(7)[0]

    def test_a_project_that_is_new_is_all_new(self, repository: Repository, platform: Platform) -> None:
        repository.write("desk/stigmer.yaml", "name: desk\npaths: [.]\n")
        repository.write("desk/bot.yaml", (repository.directory / "manifests/bot.yaml").read_text())
        repository.script("preview", platform=platform, base="main", directory="desk")
        assert platform.bodies(7)[0].startswith(
            "<!-- stigmer:desk: -->\n### `desk`: 1 to create, 0 unchanged"
        )

    def test_a_base_that_cannot_be_applied_is_told(self, repository: Repository, platform: Platform) -> None:
        del repository.environ["SHOP_TOKEN"]
        ran = repository.script("preview", platform=platform, base="main", expect=4)
        assert "the variable SHOP_TOKEN is not set" in ran.err
        assert ran.page.startswith("### No preview: the manifests of main could not be applied")
        assert "the variable SHOP_TOKEN is not set" in ran.page
        assert ran.outputs == {"exit-code": "4", "changes": "true"}
        assert repository.git("worktree", "list").count("\n") == 0

    def test_a_base_that_is_not_there_is_told(self, repository: Repository) -> None:
        ran = repository.script("preview", base="nowhere", expect=2)
        assert "invalid reference: nowhere" in ran.err
        assert ran.page == "### No preview: there is no commit nowhere here to compare with\n"
