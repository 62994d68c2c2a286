# SPDX-License-Identifier: Apache-2.0
"""The comment on a pull request: one, kept up to date, and never somebody else's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.action.platform import Platform

COMMENT = Path(__file__).resolve().parents[2] / "action/comment.py"
MARK = "<!-- stigmer:shop: -->"


def comment(platform: Platform, directory: Path, body: str, *, changes: bool = True, number: int = 7) -> str:
    """Puts a page on the pull request; what was said. It must never fail."""
    event, page = directory / "event.json", directory / "page.md"
    event.write_text(
        json.dumps({"pull_request": {"number": number}} if number else {"ref": "refs/heads/main"})
    )
    page.write_text(body)
    ran = subprocess.run(
        [sys.executable, COMMENT, page],
        env=os.environ
        | {
            "GITHUB_API_URL": platform.address,
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_EVENT_PATH": str(event),
            "ACTION_TOKEN": "made-up",  # secret-scan: allow
            "ACTION_CHANGES": "true" if changes else "false",
            "no_proxy": "127.0.0.1",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stderr == ""
    return ran.stdout


def test_the_comment_is_written_once_and_then_kept_up_to_date(platform: Platform, tmp_path: Path) -> None:
    platform.add(7, "looks good", "ann")
    assert comment(platform, tmp_path, f"{MARK}\none\n") == "commented\n"
    assert comment(platform, tmp_path, f"{MARK}\ntwo\n") == "the comment is up to date\n"
    assert comment(platform, tmp_path, f"{MARK}\ntwo\n") == "the comment is as it was\n"
    assert platform.bodies(7) == ["looks good", f"{MARK}\ntwo\n"]


def test_another_set_or_target_has_a_comment_of_its_own(platform: Platform, tmp_path: Path) -> None:
    comment(platform, tmp_path, f"{MARK}\none\n")
    comment(platform, tmp_path, "<!-- stigmer:shop:prod -->\none\n")
    assert len(platform.bodies(7)) == 2


def test_nothing_to_change_is_only_said_where_something_was_said(platform: Platform, tmp_path: Path) -> None:
    comment(platform, tmp_path, f"{MARK}\nNo changes.\n", changes=False)
    assert platform.bodies(7) == []
    comment(platform, tmp_path, f"{MARK}\none\n")
    comment(platform, tmp_path, f"{MARK}\nNo changes.\n", changes=False)
    assert platform.bodies(7) == [f"{MARK}\nNo changes.\n"]


def test_a_comment_of_somebody_else_is_left_alone(platform: Platform, tmp_path: Path) -> None:
    platform.add(7, f"{MARK}\nI pretend", "mallory")
    comment(platform, tmp_path, f"{MARK}\none\n")
    assert platform.bodies(7) == [f"{MARK}\nI pretend", f"{MARK}\none\n"]


def test_a_token_of_a_person_updates_that_persons_comment(platform: Platform, tmp_path: Path) -> None:
    platform.login = "ann"
    comment(platform, tmp_path, f"{MARK}\none\n")
    comment(platform, tmp_path, f"{MARK}\ntwo\n")
    assert platform.bodies(7) == [f"{MARK}\ntwo\n"]


def test_the_comment_is_found_behind_hundreds_of_others(platform: Platform, tmp_path: Path) -> None:
    for number in range(250):
        platform.add(7, f"number {number}", "ann")
    platform.add(7, f"{MARK}\none\n")
    comment(platform, tmp_path, f"{MARK}\ntwo\n")
    assert len(platform.bodies(7)) == 251
    assert platform.bodies(7)[-1] == f"{MARK}\ntwo\n"


def test_a_token_that_may_not_comment_is_no_failure(platform: Platform, tmp_path: Path) -> None:
    platform.may_write = False
    said = comment(platform, tmp_path, f"{MARK}\none\n")
    assert said.startswith("::notice title=stigmer::the token may not comment")


def test_a_platform_that_does_not_answer_is_no_failure(tmp_path: Path) -> None:
    said = comment(Platform(address="http://127.0.0.1:1"), tmp_path, f"{MARK}\none\n")
    assert said.startswith("::notice title=stigmer::the comment could not be written")


def test_a_run_without_a_pull_request_comments_nothing(platform: Platform, tmp_path: Path) -> None:
    assert "no pull request" in comment(platform, tmp_path, f"{MARK}\none\n", number=0)
    assert platform.calls == []
