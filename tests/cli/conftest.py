# SPDX-License-Identifier: Apache-2.0
"""A command line to run in this process: a home and a working directory of its own, and what came out of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from stigmer.cli.app import run

BOT = """\
apiVersion: agentic.stigmer.ai/v1
kind: Agent
metadata:
  name: bot
spec:
  instructions: |
    Answer every question kindly.

    Be short.
"""
INSTANCE = """\
apiVersion: agentic.stigmer.ai/v1
kind: AgentInstance
metadata:
  name: night-shift
spec:
  agent: bott
"""
SECRET = """\
apiVersion: agentic.stigmer.ai/v1
kind: Environment
metadata:
  name: keys
spec:
  data:
    TOKEN:
      is_secret: true
      value_from: {env: BOT_TOKEN}
"""


@dataclass(frozen=True)
class Result:
    """What a command gave."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Cli:
    """Runs commands in a directory."""

    directory: Path
    home: Path
    capture: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str, expect: int | None = 0) -> Result:
        status = run(arguments)
        out, err = self.capture.readouterr()
        assert expect is None or status == expect, f"exit {status}\n{out}\n{err}"
        return Result(status, out, err)

    def write(self, name: str, text: str) -> Path:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), "utf-8")
        return path


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """A command line with an empty home, in an empty directory."""
    for name in ("CI", "NO_COLOR", "STIGMER_BACKEND", "STIGMER_ORG", "_STIGMER_COMPLETE"):
        monkeypatch.delenv(name, raising=False)
    directory = tmp_path / "work"
    directory.mkdir()
    home = tmp_path / "home"
    monkeypatch.setenv("STIGMER_HOME", str(home))
    monkeypatch.setenv("BOT_TOKEN", "sesame-opens")
    monkeypatch.chdir(directory)
    return Cli(directory, home, capsys)


@pytest.fixture
def steady(tmp_path: Path) -> Callable[[str], str]:
    """Text with what differs from run to run replaced: ids, times, fingerprints, digests, the directory, the user."""
    import getpass

    rules = (
        (re.escape(str(tmp_path)), "TMP"),
        (r"\b([a-z]{3,4})_[0-9a-z]{26}\b", r"\1_ULID"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
        (r"\b\d+s ago", "NOW"),
        (r"v1:[0-9a-f]{64}", "DIGEST"),
        (r'("fingerprint": )"[0-9a-f]{8}"', r'\1"8HEX"'),
        (r"\(secret [0-9a-f]{8}\)", "(secret 8HEX)"),
        (rf'("(?:created|updated)_by": )"{re.escape(getpass.getuser())}"', r'\1"USER"'),
        (rf"\b{re.escape(getpass.getuser())}\b", "USER"),
    )

    def replaced(text: str) -> str:
        for pattern, replacement in rules:
            text = re.sub(pattern, replacement, text)
        return text

    return replaced
