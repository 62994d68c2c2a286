# SPDX-License-Identifier: Apache-2.0
"""What is measured: the commands, the floor of each, and rounds in which every one of them runs once.

A round goes through all of them, A B C A B C, so that a slower minute of the machine slows each as much as its floor.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.manifests import write_manifests, write_mistakes, write_one, write_policies
from benchmarks.measure import Usage, measure_python, sync
from benchmarks.projects import OVER, PLAIN, changed, declare, write_prunable, write_targets

_FLOORS = Path(__file__).resolve().parent / "floors"
_SET = "benchmark"
_STORE = "local.db"


@dataclass(frozen=True, slots=True)
class Figure:
    """A command to be measured: what it is called, the run that it is held against, and what it is to reach.

    `most` is a ratio to the floor, `seconds` a time; where there is neither, nothing was promised.
    """

    name: str
    floor: str
    most: float | None = None
    seconds: float | None = None


READ, INSERT, DELETE = "read and compose", "and insert the rows", "and delete the rows"
BARE = "python -c pass"
NO_OVERLAYS = "diff, no overlays"
FIGURES = (
    Figure("validate", READ, most=1.6),
    Figure("validate, policies", READ, most=2.2),
    Figure("validate, mistakes", READ, most=2.0),
    Figure("apply, first", INSERT, most=1.5),
    Figure("apply, prune a tenth", DELETE, most=2.0),
    Figure("diff, unchanged", "validate", most=1.15),
    Figure("diff, one changed", "validate", most=1.15),
    Figure("diff, overlays", NO_OVERLAYS, most=1.4),
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
        self._on("apply", self._manifests, "applied")
        self._on("apply", self._one, "one-applied")
        self._prepare_prune()
        self._prepare_targets()
        for what, home in (("all", "applied"), ("deletes", "pruned")):
            self._python(
                "-m", "benchmarks.dump", what, str(self.directory / home / _STORE), str(self._dump(what))
            )
        self.round()
        self.samples.clear()

    def _prepare_prune(self) -> None:
        write_prunable(self._prunable, self.count, self.count // 10)
        declare(self._prunable, all_of_it=True)
        self._stigmer("apply", home="whole", project=self._prunable)
        declare(self._prunable, all_of_it=False)
        self._prune()

    def _prepare_targets(self) -> None:
        write_targets(self._targeted, self.count)
        for target in (PLAIN, OVER):
            self._stigmer("apply", "--target", target, home=target, project=self._targeted)

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
            "validate": lambda: self._on("validate", self._manifests),
            "diff, unchanged": lambda: self._on("diff", self._manifests, "applied"),
            "diff, one changed": self._diff_one_changed,
            "validate, policies": lambda: self._stigmer("validate"),
            "validate, mistakes": lambda: self._on("validate", self._mistaken, status=3),
            NO_OVERLAYS: lambda: self._diff_target(PLAIN),
            "diff, overlays": lambda: self._diff_target(OVER),
            INSERT: self._insert,
            "apply, first": self._first_apply,
            DELETE: self._delete,
            "apply, prune a tenth": self._prune,
            BARE: lambda: self._python("-c", "pass")[0],
            "version": lambda: self._stigmer("version"),
            "validate, one file": lambda: self._on("validate", self._one),
            "diff, one file": lambda: self._on("diff", self._one, "one-applied"),
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
    def _prunable(self) -> Path:
        return self.directory / "prunable"

    @property
    def _targeted(self) -> Path:
        return self.directory / "targeted"

    def _dump(self, what: str) -> Path:
        return self.directory / f"rows-{what}"

    def _diff_one_changed(self) -> Usage:
        # Where it stands: another directory would be another source of the set.
        with changed(self._manifests / "team-000" / "agent-0.yaml"):
            return self._on("diff", self._manifests, "applied", status=1)

    def _diff_target(self, target: str) -> Usage:
        return self._stigmer("diff", "--target", target, home=target, project=self._targeted)

    def _first_apply(self) -> Usage:
        shutil.rmtree(self.directory / "fresh", ignore_errors=True)
        return self._on("apply", self._manifests, "fresh")

    def _insert(self) -> Usage:
        return self._write("all", self._manifests, self._fresh_floor())

    def _prune(self) -> Usage:
        home = self.directory / "pruned"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self.directory / "whole", home)
        sync(home / _STORE)
        return self._stigmer("apply", "--prune", home="pruned", project=self._prunable)

    def _delete(self) -> Usage:
        database = self._fresh_floor()
        shutil.copy(self.directory / "whole" / _STORE, database)
        sync(database)
        return self._write("deletes", self._prunable / "kept", database)

    def _fresh_floor(self) -> Path:
        for file in self.directory.glob("floor.db*"):
            file.unlink()
        return self.directory / "floor.db"

    def _write(self, what: str, path: Path, database: Path) -> Usage:
        script = str(_FLOORS / "compose_and_write.py")
        used, said = self._python(script, str(path), str(self._dump(what)), str(database))
        wall, cpu = map(float, said.split())
        return replace(used, wall=used.wall - wall, cpu=used.cpu - cpu)

    def _floor(self, script: str, path: Path) -> Usage:
        return self._python(str(_FLOORS / script), str(path))[0]

    def _on(self, command: str, path: Path, home: str = "none", *, status: int = 0) -> Usage:
        """A command with a path."""
        owner = () if command == "validate" else ("--set", _SET)
        return self._stigmer(command, "-f", str(path), *owner, home=home, status=status)

    def _stigmer(
        self, *arguments: str, home: str = "none", status: int = 0, project: Path | None = None
    ) -> Usage:
        """A command; without a path the project is meant, else the one that has the policies."""
        return self._python("-m", "stigmer", *arguments, home=home, status=status, directory=project)[0]

    def _python(
        self, *arguments: str, home: str = "none", status: int = 0, directory: Path | None = None
    ) -> tuple[Usage, str]:
        return measure_python(arguments, self.directory / home, directory or self.directory, status=status)
