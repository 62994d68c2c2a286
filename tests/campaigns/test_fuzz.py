# SPDX-License-Identifier: Apache-2.0
"""The fuzzed documents of every run, and the proof that a bug among them would be seen."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest


def fuzz(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The campaign in a process of its own, since its memory is measured."""
    command = [
        sys.executable,
        "-m",
        "tests.campaigns.fuzz",
        "--seed",
        str(random.randrange(2**32)),
        *arguments,
    ]
    print(" ".join(command))
    environ = {**os.environ, "TMPDIR": str(directory)}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("slice", range(2))  # so that two workers share them
def test_no_document_ends_in_a_traceback_or_out_of_bounds(slice: int, tmp_path: Path) -> None:
    ended = fuzz(tmp_path, "--documents", "5000")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.startswith("5,000 documents")


def test_a_bug_in_putting_errors_into_words_is_found(tmp_path: Path) -> None:
    ended = fuzz(tmp_path, "--documents", "300", "--break")
    assert ended.returncode == 1
    assert "IndexError" in ended.stdout
