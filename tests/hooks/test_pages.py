# SPDX-License-Identifier: Apache-2.0
"""The pages about pipelines say what works: their commands are run as they stand there, on a project with one mistake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from tests.hooks.pages import ROOT, fences

GITHUB = "annotate-a-pull-request.md"
GITLAB = "validate-in-gitlab.md"
HOOK = "validate-before-a-commit.md"
PAGES = (GITHUB, GITLAB, HOOK)

BOT = """\
apiVersion: agentic.stigmer.ai/v1
kind: Agnet
metadata:
  name: bot
spec:
  instructions: Answer every question kindly.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a project that has one mistake, the one that the pages show."""
    for name, text in {"stigmer.yaml": "name: shop\n", "agents/bot.yaml": BOT, ".git/HEAD": ""}.items():
        file = tmp_path / "shop" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "shop"


def shell(project: Path, script: str, *, expect: int) -> str:
    """Runs a script as a pipeline does. What it prints."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("GIT", "STIGMER_"))
    }
    environment |= {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "RUNNER_TEMP": str(project.parent),
    }
    done = subprocess.run(
        ["sh", "-eu", "-c", script], cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == expect, done.stderr
    return done.stdout


def commands(value: Any) -> list[str]:
    """Every command of stigmer's in a pipeline, in order."""
    if isinstance(value, dict):
        return [each for inner in value.values() for each in commands(inner)]
    if isinstance(value, list):
        return [each for inner in value for each in commands(inner)]
    return [value] if isinstance(value, str) and value.startswith("stigmer ") else []


def squeezed(text: str) -> str:
    """Text without indentation."""
    return "\n".join(line.strip() for line in text.splitlines())


@pytest.mark.parametrize("page", PAGES)
def test_every_block_is_yaml(page: str) -> None:
    blocks = fences(page, "yaml")
    assert blocks
    assert all(yaml.safe_load(block) for block in blocks)


def test_the_pages_lead_to_each_other() -> None:
    for page in PAGES:
        text = (ROOT / "docs/how-to" / page).read_text("utf-8")
        assert all(f"]({other})" in text for other in PAGES if other != page)


def test_a_step_annotates(project: Path) -> None:
    [command] = commands(yaml.safe_load(fences(GITHUB, "yaml")[0]))
    assert shell(project, command, expect=3) == fences(GITHUB, "text")[0]
    (project / "agents/bot.yaml").write_text(BOT.replace("Agnet", "Agent"))
    assert shell(project, command, expect=0) == ""


def test_code_scanning_gets_what_the_step_wrote(project: Path) -> None:
    job = yaml.safe_load(fences(GITHUB, "yaml")[1])["jobs"]["validate"]
    [command] = commands(job)
    shell(project, command, expect=3)
    upload = job["steps"][-1]
    assert upload["uses"].startswith("github/codeql-action/upload-sarif@")
    file = upload["with"]["sarif_file"].replace("${{ runner.temp }}", str(project.parent))
    [result] = json.loads(Path(file).read_text("utf-8"))["runs"][0]["results"]
    assert result["ruleId"] == "manifest.kind"
    # The step before it has failed, so this one has to say that it runs all the same.
    assert upload["if"].startswith("always() && steps.validate.outcome")
    assert [step["id"] for step in job["steps"] if "id" in step] == ["validate"]


def test_gitlab_gets_what_the_job_wrote(project: Path) -> None:
    job = yaml.safe_load(fences(GITLAB, "yaml")[0])["manifests"]
    [command] = commands(job)
    shell(project, command, expect=3)
    text = (project / job["artifacts"]["reports"]["junit"]).read_text("utf-8")
    assert ElementTree.fromstring(text.encode()).find("testsuite/testcase/failure") is not None
    assert squeezed(fences(GITLAB, "xml")[0]) in squeezed(text)
    assert job["artifacts"]["when"] == "always"


def test_a_job_may_enter_a_directory_first(project: Path) -> None:
    (project / ".git/HEAD").unlink()
    (project / ".git").rmdir()
    (project.parent / ".git").mkdir()
    shell(project.parent, "cd shop && stigmer validate -o junit > ../stigmer.xml", expect=3)
    assert (
        "cd shop && stigmer validate -o junit > ../stigmer.xml" in (ROOT / "docs/how-to" / GITLAB).read_text()
    )
    assert 'file="shop/agents/bot.yaml"' in (project.parent / "stigmer.xml").read_text()


def test_git_alone_can_run_it(project: Path) -> None:
    """The script of the page, as the hook of a repository that knows nothing of pre-commit."""
    [script] = fences(HOOK, "sh")
    shell(project, "rm -r .git && git init --quiet", expect=0)
    hook = project / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(script)
    hook.chmod(0o755)
    commit = "git add --all && git -c user.name=A -c user.email=a@example.com commit --quiet --message all"
    shell(project, commit, expect=1)
    (project / "agents/bot.yaml").write_text(BOT.replace("Agnet", "Agent"))
    shell(project, commit, expect=0)
