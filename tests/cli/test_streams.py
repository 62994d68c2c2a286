# SPDX-License-Identifier: Apache-2.0
"""A process without some of its streams, with a full disk behind one, or in a directory that is gone."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = ("version", "explain agent", "new skill gift", "schema skill", "doctor")
FULL = Path("/dev/full")


def shell(line: str, directory: Path) -> subprocess.CompletedProcess[str]:
    """Runs a line in which `stigmer` is this one, with an empty home."""
    function = f'stigmer() {{ {shlex.quote(sys.executable)} -m stigmer.cli.main "$@"; }}; '
    environ = {"PATH": os.defpath, "HOME": str(directory), "PYTHONPATH": os.getcwd()}
    return subprocess.run(
        ["sh", "-c", function + line], check=False, cwd=directory, env=environ, capture_output=True, text=True
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_closed_streams_are_no_failure(tmp_path: Path, command: str) -> None:
    for closed in (">&-", "2>&-", "<&-", "<&- >&- 2>&-"):
        result = shell(f"stigmer {command} {closed}", tmp_path)
        assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.skipif(not FULL.exists(), reason="a device of Linux")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_is_told(tmp_path: Path, command: str) -> None:
    result = shell(f"stigmer {command} > {FULL}", tmp_path)
    assert result.returncode == 7
    assert (
        result.stderr == "error: the output cannot be written: No space left on device [output.unwritten]\n"
    )


def test_a_reader_that_goes_away_is_no_failure(tmp_path: Path) -> None:
    result = shell("{ stigmer schema; echo $? >&2; } | true", tmp_path)
    assert result.stderr == "0\n"


@pytest.mark.parametrize(
    "command",
    ["validate", "validate -o sarif", "fmt", "graph -f x", "doctor", "new project", "schema --install s"],
)
def test_a_directory_that_is_gone(tmp_path: Path, command: str) -> None:
    result = shell(f"mkdir gone; cd gone; rmdir ../gone; stigmer {command}", tmp_path)
    assert result.returncode == 2
    assert result.stderr.startswith("error: the working directory is not there any more [usage.path]\n")
