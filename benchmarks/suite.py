# SPDX-License-Identifier: Apache-2.0
"""What is measured: the commands, the floor of each, and rounds in which every one of them runs once.

A round goes through all of them, A B C A B C, so that a slower minute of the machine slows each as much as its floor.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.manifests import (
    SECRET_VARIABLE,
    write_manifests,
    write_mistakes,
    write_one,
    write_policies,
)
from benchmarks.measure import Usage, measure

ROOT = Path(__file__).resolve().parent.parent
_FLOORS = Path(__file__).resolve().parent / "floors"
_SET = "benchmark"


@dataclass(frozen=True, slots=True)
class Figure:
    """A command to be measured: what it is called, the run that it is held against, and what it is to reach.

    `most` is a ratio to the floor, `seconds` a time; where there is neither, nothing was promised.
    """

    name: str
    floor: str
    most: float | None = None
    seconds: float | None = None


READ, INSERT, BARE = "read and compose", "and insert the rows", "python -c pass"
FIGURES = (
    Figure("validate", READ, most=1.6),
    Figure("validate, policies", READ, most=2.2),
    Figure("validate, mistakes", READ, most=2.0),
    Figure("apply, first", INSERT, most=1.5),
    Figure("diff, unchanged", "validate", most=1.15),
    Figure("version", BARE, most=2.5),
    Figure("validate, one file", BARE, most=13, seconds=0.13),
    Figure("diff, one file", "validate, one file", seconds=0.15),
)
MOST_MEMORY = 400
"""MiB that no command may exceed."""

Samples = Mapping[str, list[Usage]]


@dataclass(slots=True)
class Suite:
    """One set of manifests, made in a directory, and everything that is run on it."""

    directory: Path
    count: int
    samples: defaultdict[str, list[Usage]] = field(default_factory=lambda: defaultdict(list))

    def prepare(self) -> None:
        """Makes the manifests, a store that has them applied, and its rows. Each command has run once then, so caches are warm."""
        write_manifests(self._manifests, self.count)
        write_one(self._one)
        write_mistakes(self._mistaken, self.count)
        write_policies(self.directory / "stigmer.yaml")
        self._stigmer("apply", self._manifests, "applied")
        self._stigmer("apply", self._one, "one-applied")
        store = self.directory / "applied" / "local.db"
        self._python("-m", "benchmarks.dump", str(store), str(self._dump))
        self.round()
        self.samples.clear()

    def round(self, tell: Callable[[str], None] = lambda name: None) -> None:
        """Runs everything once and keeps what each used; `tell` hears what runs next."""
        for name, run in self._runs().items():
            tell(name)
            self.samples[name].append(run())

    @property
    def size(self) -> int:
        """How many bytes the manifests have."""
        return sum(file.stat().st_size for file in self._manifests.rglob("*.yaml"))

    def _runs(self) -> dict[str, Callable[[], Usage]]:
        return {
            READ: lambda: self._floor("read_and_compose.py", self._manifests),
            "validate": lambda: self._stigmer("validate", self._manifests),
            "validate, policies": lambda: self._stigmer("validate"),
            "validate, mistakes": lambda: self._stigmer("validate", self._mistaken, status=3),
            "diff, unchanged": lambda: self._stigmer("diff", self._manifests, "applied"),
            INSERT: self._insert,
            "apply, first": self._first_apply,
            BARE: lambda: self._python("-c", "pass")[0],
            "version": lambda: self._python("-m", "stigmer", "version")[0],
            "validate, one file": lambda: self._stigmer("validate", self._one),
            "diff, one file": lambda: self._stigmer("diff", self._one, "one-applied"),
        }

    @property
    def _manifests(self) -> Path:
        return self.directory / "manifests"

    @property
    def _mistaken(self) -> Path:
        return self.directory / "mistaken"

    @property
    def _one(self) -> Path:
        return self.directory / "one.yaml"

    @property
    def _dump(self) -> Path:
        return self.directory / "rows"

    def _first_apply(self) -> Usage:
        shutil.rmtree(self.directory / "fresh", ignore_errors=True)
        return self._stigmer("apply", self._manifests, "fresh")

    def _insert(self) -> Usage:
        for file in self.directory.glob("floor.db*"):
            file.unlink()
        script, database = _FLOORS / "compose_and_insert.py", self.directory / "floor.db"
        used, said = self._python(str(script), str(self._manifests), str(self._dump), str(database))
        wall, cpu = map(float, said.split())
        return replace(used, wall=used.wall - wall, cpu=used.cpu - cpu)

    def _floor(self, script: str, path: Path) -> Usage:
        return self._python(str(_FLOORS / script), str(path))[0]

    def _stigmer(
        self, command: str, path: Path | None = None, home: str = "none", *, status: int = 0
    ) -> Usage:
        """A command with the path; without one the project is meant, which has the policies."""
        files = () if path is None else ("-f", str(path))
        owner = () if command == "validate" else ("--set", _SET)
        return self._python("-m", "stigmer", command, *files, *owner, home=home, status=status)[0]

    def _python(self, *arguments: str, home: str = "none", status: int = 0) -> tuple[Usage, str]:
        environ = _environment() | {"STIGMER_HOME": str(self.directory / home)}
        return measure((sys.executable, *arguments), environ, str(self.directory), status=status)


def _environment() -> dict[str, str]:
    """An ordinary user's: nothing that changes what stigmer does, or keeps Python from caching what it compiles."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name != "CI" and not name.startswith(("STIGMER_", "PYTHON"))
    }
    return kept | {"PYTHONPATH": str(ROOT), SECRET_VARIABLE: "not a secret to anybody"}
