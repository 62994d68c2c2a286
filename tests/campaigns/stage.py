# SPDX-License-Identifier: Apache-2.0
"""What every campaign stands on: homes to copy, manifests to apply, the command as a process, the whole store as rows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw

ROOT = Path(__file__).resolve().parents[2]
STIGMER = (sys.executable, "-m", "stigmer.cli.main")
BROKEN = (sys.executable, "-m", "tests.campaigns.broken")

# What chance and the clock put into a row; two applies of the same manifests differ in nothing else.
_BY_CHANCE = {
    *("id", "version_id", "previous_version_id", "previous_id", "resource_id", "source_id", "seq"),
    *("created_at", "updated_at", "ciphertext", "wrapped"),
}

Rows = dict[str, list[tuple[Any, ...]]]


def environment(home: Path) -> dict[str, str]:
    """Variables for a command that works on a home and knows of no other."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STIGMER_")}
    return kept | {"STIGMER_HOME": str(home), "STIGMER_BACKEND": "local", "PYTHONPATH": str(ROOT)}


def start(
    home: Path, *words: str, program: Sequence[str] = STIGMER, output: int = subprocess.PIPE
) -> subprocess.Popen[str]:
    """A command under way, its output in pipes."""
    return subprocess.Popen(
        [*program, *words],
        env=environment(home),
        cwd=home.parent,
        stdout=output,
        stderr=output,
        text=True,
    )


def run(home: Path, *words: str) -> tuple[int, str, str]:
    """A command's exit status, standard output and standard error."""
    process = start(home, *words)
    out, err = process.communicate()
    return process.returncode, out, err


def applied(home: Path, manifests: Path) -> None:
    """Applies manifests that must apply."""
    status, out, err = run(home, "apply", "-f", str(manifests))
    assert status == 0, out + err


def copy(template: Path, home: Path) -> Path:
    """A home of its own with the same store. Its configuration is left out, since that names the store by its path."""
    shutil.copytree(template, home, ignore=shutil.ignore_patterns("config.yaml"))
    return home


def write_manifests(directory: Path, count: int, word: str, names: str = "bot") -> Path:
    """About `count` manifests in a file: agents, their instances, skills, and an environment with a secret."""
    directory.mkdir(parents=True)
    documents = [
        _manifest(
            "Environment",
            f"{names}-env",
            f"{{data: {{TOKEN: {{is_secret: true, value: {word}}}, REGION: {{value: {word}}}}}}}",
        )
    ]
    for number in range(count // 3):
        name = f"{names}-{number}"
        instructions, lesson = f"You say {word}. " * 40, f"How to say {word}. " * 40
        bound = f"{{agent: {name}, description: {word}, environment_refs: [{names}-env]}}"
        documents += [
            _manifest("Agent", name, f"{{instructions: '{instructions}', skill_refs: [{name}]}}"),
            _manifest("AgentInstance", name, bound),
            _manifest("Skill", name, f"{{markdown_content: '{lesson}'}}"),
        ]
    (directory / "all.yaml").write_text("\n---\n".join(documents) + "\n")
    return directory


def _manifest(kind: str, name: str, spec: str) -> str:
    return f"apiVersion: agentic.stigmer.ai/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {spec}"


def rows(home: Path) -> Rows:
    """Every row of every table, in order."""
    with opened(home) as database:
        names = [
            name
            for (name,) in database.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
            )
        ]
        return {
            name: sorted(database.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in names
        }


def what_counts(home: Path) -> Rows:
    """As `rows`, without what chance and the clock put there and without the insides of the search index."""
    found: Rows = {}
    with opened(home) as database:
        tables: list[Any] = database.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'table'"
        ).fetchall()
        for name, sql in tables:
            if "fts" in name or "fts" in sql or name.startswith("sqlite_"):
                continue
            columns = [each[1] for each in database.execute(f'PRAGMA table_xinfo("{name}")').fetchall()]
            kept = ", ".join(f'"{column}"' for column in columns if column not in _BY_CHANCE)
            found[name] = sorted(database.execute(f'SELECT {kept} FROM "{name}"').fetchall(), key=repr)
    return found


def opened(home: Path) -> closing[apsw.Connection]:
    """The store itself, as any SQLite program opens it."""
    return closing(apsw.Connection(str(home / "local.db")))


def check_sound(home: Path) -> None:
    """The file is whole, every reference in it holds, and the search index says what the table says."""
    with opened(home) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        for (name,) in database.execute(
            "SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'"
        ).fetchall():
            database.execute(f'INSERT INTO "{name}" ("{name}", rank) VALUES (\'integrity-check\', 1)')
