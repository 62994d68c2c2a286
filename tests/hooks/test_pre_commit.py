# SPDX-License-Identifier: Apache-2.0
"""The hooks as a user has them: named in a repository's configuration, installed by pre-commit, met at `git commit`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.hooks.pages import ROOT, fences
from tools.tracked import tracked_files

PRE_COMMIT = [sys.executable, "-m", "pre_commit"]

BOT = """\
apiVersion: agentic.stigmer.ai/v1
kind: Agent
metadata:
  name: bot
spec:
  instructions: Answer every question kindly.
"""


PAGE = "validate-before-a-commit.md"


def config(repository: str, commit: str) -> str:
    """The configuration that the page gives, filled in."""
    return fences(PAGE, "yaml")[0].replace("ADDRESS", repository).replace("COMMIT", commit)


@dataclass(frozen=True)
class Repository:
    """A directory with git in it, and the environment in which commands run there."""

    directory: Path
    environment: dict[str, str]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.directory,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def git(self, *arguments: str) -> str:
        done = self.run("git", *arguments)
        assert done.returncode == 0, done.stdout
        return done.stdout.strip()

    def write(self, name: str, text: str) -> None:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def commit(self, *, accepted: bool) -> str:
        """Commits everything. What the user then sees."""
        self.git("add", "--all")
        before = self.run("git", "rev-parse", "--verify", "HEAD").stdout
        done = self.run("git", "commit", "--message", "a change")
        assert (done.returncode == 0) == accepted, done.stdout
        assert (self.run("git", "rev-parse", "--verify", "HEAD").stdout != before) == accepted
        return done.stdout


def repository(directory: Path) -> Repository:
    """An empty repository, for which neither the user's configuration nor the hook in which these tests may run counts."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "PYTHON", "STIGMER_"))
    }
    environment = kept | {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.com",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.com",
        "PRE_COMMIT_HOME": str(directory.parent / "pre-commit"),
        "PRE_COMMIT_COLOR": "never",
    }
    directory.mkdir()
    made = Repository(directory, environment)
    made.git("init", "--quiet", "--initial-branch", "main")
    return made


def this_checkout(directory: Path) -> Repository:
    """A repository with the files of this checkout as they are now, committed or not."""
    made = repository(directory)
    for file in tracked_files():
        (directory / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, directory / file)
    made.git("add", "--all")
    made.git("commit", "--quiet", "--message", "as it is")
    return made


def install(user: Repository) -> None:
    """Installs the hooks, with what they need from the package index; skips the test where there is none."""
    done = user.run(*PRE_COMMIT, "install", "--install-hooks")
    if done.returncode:
        probe = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--no-deps",
            "--retries=0",
            "--timeout=10",
            "--dest",
        ]
        index = user.run(*probe, str(user.directory.parent / "probe"), "hatchling")
        if index.returncode:
            pytest.skip(f"the package index cannot be reached: {index.stdout.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stdout
    assert [*Path(user.environment["PRE_COMMIT_HOME"]).glob("*/py_env-*/bin/stigmer")]


def test_commits(tmp_path: Path) -> None:
    """One story, because what it takes, installing stigmer with all it needs, is done once."""
    stigmer = this_checkout(tmp_path / "stigmer")
    user = repository(tmp_path / "shop")
    user.write(
        ".pre-commit-config.yaml",
        config(stigmer.directory.as_uri(), stigmer.git("rev-parse", "HEAD")),
    )
    install(user)

    # What is right passes.
    user.write("stigmer.yaml", "name: shop\n")
    user.write("agents/bot.yaml", BOT)
    seen = user.commit(accepted=True)
    assert re.search(r"^stigmer validate\.+Passed$", seen, re.MULTILINE)
    assert re.search(r"^stigmer fmt\.+Passed$", seen, re.MULTILINE)

    # What is wrong is refused, with the words, the line and the hint on the screen.
    user.write("agents/bot.yaml", BOT.replace("kind: Agent", "kind: Agnet"))
    seen = user.commit(accepted=False)
    assert re.search(r"^stigmer validate\.+Failed$", seen, re.MULTILINE)
    assert "- exit code: 3\n" in seen
    assert (
        "agents/bot.yaml:2:7: error: Agnet is not a kind [manifest.kind]\n  hint: did you mean Agent?\n"
        in seen
    )

    # So is a commit of something else, as long as the project is wrong.
    user.git("commit", "--quiet", "--no-verify", "--message", "in a hurry")
    user.write("docs/notes.md", "Notes.\n")
    assert "agents/bot.yaml:2:7: error:" in user.commit(accepted=False)
    user.write("agents/bot.yaml", BOT)
    user.commit(accepted=True)

    # What can be no manifest, and no text of one, is none of the hooks' business.
    user.write("program.py", "print()\n")
    seen = user.commit(accepted=True)
    assert re.search(r"^stigmer validate\.+\(no files to check\)Skipped$", seen, re.MULTILINE)

    # Another order of the fields is put right, and shown to the user before it is committed.
    head, metadata, spec = (
        BOT.partition("metadata:")[0],
        "metadata:\n  name: two\n",
        BOT.partition("spec:")[2],
    )
    user.write("agents/two.yaml", f"{head}spec:{spec}{metadata}")
    seen = user.commit(accepted=False)
    assert re.search(r"^stigmer validate\.+Passed$", seen, re.MULTILINE)
    assert re.search(r"^stigmer fmt\.+Failed$", seen, re.MULTILINE)
    assert "- files were modified by this hook\n" in seen
    assert (user.directory / "agents/two.yaml").read_text() == f"{head}{metadata}spec:{spec}"
    user.commit(accepted=True)


HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}


def test_pre_commit_can_read_the_hooks() -> None:
    file = str(ROOT / ".pre-commit-hooks.yaml")
    done = subprocess.run(
        [*PRE_COMMIT, "validate-manifest", file], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("file", "hooks"),
    [
        ("stigmer.yaml", {"stigmer-validate", "stigmer-fmt"}),
        ("agents/bot.yml", {"stigmer-validate", "stigmer-fmt"}),
        ("agents/.stigmerignore", {"stigmer-validate", "stigmer-fmt"}),
        ("texts/instructions.md", {"stigmer-validate"}),
        ("program.py", set()),
        ("notes.md.txt", set()),
        ("my.stigmerignore", set()),
    ],
)
def test_files_that_a_hook_is_for(file: str, hooks: set[str]) -> None:
    assert {name for name, hook in HOOKS.items() if re.search(hook["files"], file)} == hooks


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_looks_at_the_whole_project(name: str) -> None:
    assert HOOKS[name]["pass_filenames"] is False
    assert HOOKS[name]["language"] == "python"
