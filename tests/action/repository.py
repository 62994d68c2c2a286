# SPDX-License-Identifier: Apache-2.0
"""A git repository with a project, and the scripts of the action run in it as a pipeline would, with the real program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from textwrap import dedent

from tests.action.platform import Platform

ACTION = Path(__file__).resolve().parents[2] / "action"
PROGRAMS = Path(sys.executable).parent


@dataclass(frozen=True)
class Ran:
    """What a script, or the program, did: its status and both streams; of a script the page of the run and the outputs too."""

    status: int
    out: str
    err: str
    page: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Repository:
    """A clone, with a home of its own. `environ` is all that its processes see."""

    directory: Path
    scratch: Path
    environ: dict[str, str]

    @classmethod
    def made(cls, scratch: Path) -> Repository:
        """An empty repository on branch main, with `local` as the backend of its pipelines."""
        environ = {
            "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(scratch / "user"),
            "STIGMER_HOME": str(scratch / "home"),
            "STIGMER_BACKEND": "local",
            "TMPDIR": str(scratch / "tmp"),
            "CI": "true",
            "LOGNAME": "pipeline",
            "no_proxy": "127.0.0.1",
        }
        for name in ("user", "tmp", "repository"):
            (scratch / name).mkdir()
        made = cls(scratch / "repository", scratch, environ)
        made.git("init", "--quiet", "--initial-branch=main")
        made.git("config", "user.name", "Ann")
        made.git("config", "user.email", "ann@example.com")
        return made

    def clone(self, name: str) -> Repository:
        """A clone of the same remote, as a pipeline makes one."""
        directory = self.scratch / name
        self.git("clone", "--quiet", self.git("remote", "get-url", "origin"), str(directory))
        return replace(self, directory=directory)

    def run(self, *command: str, environ: Mapping[str, str] | None = None, expect: int | None = 0) -> Ran:
        """Runs a program in the repository."""
        done = subprocess.run(
            command,
            cwd=self.directory,
            env=self.environ | dict(environ or {}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert expect is None or done.returncode == expect, (
            f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def git(self, *arguments: str) -> str:
        return self.run("git", *arguments).out.strip()

    def stigmer(self, *arguments: str, expect: int | None = 0) -> Ran:
        return self.run("stigmer", *arguments, expect=expect)

    def write(self, name: str, text: str) -> Path:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), "utf-8")
        return path

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.directory / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    def commit(self, message: str) -> str:
        """Commits all that is there; the commit's id."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", f"--message={message}")
        return self.git("rev-parse", "HEAD")

    def script(
        self,
        name: str,
        *,
        platform: Platform | None = None,
        number: int = 7,
        shell: str = "sh",
        expect: int | None = 0,
        **inputs: str,
    ) -> Ran:
        """Runs a script of the action with its inputs, as a step of a run that belongs to a pull request on the platform."""
        files = {each: self.scratch / each for each in ("output", "page.md", "event.json")}
        for each in files.values():
            each.unlink(missing_ok=True)
        files["event.json"].write_text(json.dumps({"pull_request": {"number": number}}))
        environ = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(files["output"]),
            "GITHUB_STEP_SUMMARY": str(files["page.md"]),
            "GITHUB_EVENT_PATH": str(files["event.json"]),
            "GITHUB_API_URL": "http://127.0.0.1:1" if platform is None else platform.address,
            "GITHUB_REPOSITORY": "acme/shop",
            "RUNNER_TEMP": self.environ["TMPDIR"],
            "ACTION_TOKEN": "made-up",  # secret-scan: allow
            **{f"ACTION_{each.upper()}": value for each, value in inputs.items()},
        }
        ran = self.run(*shell.split(), str(ACTION / f"{name}.sh"), environ=environ, expect=expect)
        told = files["output"].read_text().splitlines() if files["output"].exists() else []
        page = files["page.md"].read_text() if files["page.md"].exists() else ""
        return Ran(ran.status, ran.out, ran.err, page, dict(line.split("=", 1) for line in told))

    def left_over(self) -> list[str]:
        """What the scripts left where temporary files lie."""
        return sorted(each.name for each in Path(self.environ["TMPDIR"]).iterdir())
