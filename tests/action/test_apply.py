# SPDX-License-Identifier: Apache-2.0
"""What a merge does: the manifests are applied, the history says by which commit, and the page of the run tells it."""

from __future__ import annotations

import json

import pytest

from tests.action.repository import ACTION, Repository


@pytest.mark.parametrize("shell", ["sh", "bash --posix"])
def test_the_manifests_are_applied_and_the_history_says_by_which_commit(
    repository: Repository, shell: str
) -> None:
    repository.edit("manifests/bot.yaml", "kindly", "briefly")
    commit = repository.commit("Answer briefly (#12)")
    ran = repository.script("apply", shell=shell)
    assert ran.out == "agent/bot updated\nDone: 1 updated, 1 unchanged. Revision 2.\n"
    assert ran.page.startswith("### stigmer applied\n\n    agent/bot updated\n    Done: 1 updated")
    assert ran.outputs == {"exit-code": "0", "changes": "true"}
    last = repository.stigmer("history", "agent/bot").out.splitlines()[1]
    assert f"{commit[:8]} Ann  Answer briefly (#12)" in last
    assert repository.left_over() == []


def test_a_second_time_there_is_nothing_to_do(repository: Repository) -> None:
    ran = repository.script("apply")
    assert ran.outputs == {"exit-code": "0", "changes": "false"}
    assert ran.out == "No changes. 2 resources are as declared.\n"


@pytest.mark.parametrize(
    "subject", ["--prune", "-m", "$(touch pwned) `touch pwned`", 'a "quoted" one; touch pwned']
)
def test_a_commit_may_be_called_anything(repository: Repository, subject: str) -> None:
    repository.edit("manifests/bot.yaml", "kindly", "briefly")
    repository.commit(subject)
    repository.script("apply")
    assert repository.stigmer("history", "agent/bot").out.splitlines()[1].endswith(subject)
    assert not (repository.directory / "pwned").exists()


def test_a_message_among_the_arguments_is_taken(repository: Repository) -> None:
    repository.edit("manifests/bot.yaml", "kindly", "briefly")
    repository.script("apply", arguments="-m nightly")
    assert repository.stigmer("history", "agent/bot").out.splitlines()[1].endswith("nightly")


def test_what_is_refused_fails_with_the_plan_and_the_reason(repository: Repository) -> None:
    del repository.environ["SHOP_TOKEN"]
    repository.edit("manifests/bot.yaml", "kindly", "briefly")
    ran = repository.script("apply", expect=4)
    assert "Refused." in ran.out
    assert "the variable SHOP_TOKEN is not set [secret.unresolved]" in ran.err
    assert ran.page.startswith("### stigmer did not apply (exit 4)\n\n    ~ agent/bot")
    assert "the variable SHOP_TOKEN is not set" in ran.page
    assert ran.outputs == {"exit-code": "4", "changes": "true"}
    assert "kindly" in repository.stigmer("get", "agent/bot", "-o", "yaml").out


def test_a_saved_plan_is_applied_as_it_was_looked_at(repository: Repository) -> None:
    repository.edit("manifests/bot.yaml", "kindly", "briefly")
    repository.stigmer("diff", "--save", "plan.json", "--exit-zero")
    assert repository.script("apply", arguments="--plan plan.json").outputs["changes"] == "true"
    assert "applied already" in repository.script("apply", arguments="--plan plan.json", expect=4).page


def test_in_a_plain_shell_it_is_told_once(repository: Repository) -> None:
    repository.edit("manifests/bot.yaml", "kindly", "briefly")
    ran = repository.run("sh", f"{ACTION}/apply.sh")
    assert ran.out == "agent/bot updated\nDone: 1 updated, 1 unchanged. Revision 2.\n"
    assert repository.stigmer("history", "agent/bot").out.splitlines()[1].endswith("a shop")


def test_outside_of_git_there_is_no_message(repository: Repository) -> None:
    repository.run("rm", "-rf", ".git")
    repository.edit("manifests/bot.yaml", "kindly", "briefly")
    repository.script("apply", arguments="--adopt")
    last = json.loads(repository.stigmer("history", "agent/bot", "-o", "json").out)["items"][0]
    assert last["operation"] == "updated"
    assert "message" not in last
