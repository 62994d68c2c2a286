# SPDX-License-Identifier: Apache-2.0
"""The description of the action: it can be read, and nothing that it takes is for nothing."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.action.repository import ACTION

TEXT = (ACTION / "action.yml").read_text("utf-8")
SCRIPTS = "".join(
    (ACTION / name).read_text("utf-8") for name in ("common.sh", "preview.sh", "apply.sh", "comment.py")
)


@pytest.fixture
def action() -> Any:
    return yaml.safe_load(TEXT)


def test_every_input_is_described_and_used(action: Any) -> None:
    for name, said in action["inputs"].items():
        assert said["description"], name
        assert re.search(rf"inputs\.{name}\b", TEXT), name
    used = set(re.findall(r"inputs\.([a-z-]+)", TEXT))
    assert used == action["inputs"].keys()


def test_every_output_is_told_by_the_step_that_it_is_taken_from(action: Any) -> None:
    identified = {step.get("id") for step in action["runs"]["steps"]}
    for name, said in action["outputs"].items():
        assert said["value"] == f"${{{{ steps.run.outputs.{name} }}}}"
        assert f"{name}=" in SCRIPTS
    assert "run" in identified


def test_what_the_steps_pass_on_is_what_the_scripts_read(action: Any) -> None:
    passed = {name for step in action["runs"]["steps"] for name in step["env"] if name.startswith("ACTION_")}
    read = set(re.findall(r"\bACTION_[A-Z]+", SCRIPTS)) - {"ACTION_CHANGES"}
    assert passed == read


def test_no_input_is_part_of_the_text_of_a_script(action: Any) -> None:
    assert all("${{" not in step["run"] for step in action["runs"]["steps"])


@pytest.mark.parametrize("command", ["../preview", "-c", "previe", ""])
def test_another_command_is_refused(action: Any, command: str, tmp_path: Path) -> None:
    script = tmp_path / "step.sh"
    script.write_text(action["runs"]["steps"][1]["run"])
    environ = {"COMMAND": command, "GITHUB_ACTION_PATH": str(ACTION), "PATH": "/usr/bin:/bin"}
    ran = subprocess.run(
        ["sh", "-e", script], env=environ, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    assert ran.stdout.startswith("::error title=stigmer::command is preview or apply")
