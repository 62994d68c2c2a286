# SPDX-License-Identifier: Apache-2.0
"""What secrets cost: environments that hold them beside the same with plain values, and contexts that are read.

    python -m benchmarks.secrets [--secrets N] [--runs N] [--json FILE]

Secrets come from variables, as in a pipeline. Each command runs on secrets and on plain values in turn, after one round of everything
that does not count. The table has medians; the ratio is of what the same takes without secrets.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.contexts import SECRETS_IN_A_CONTEXT, Reading
from benchmarks.measure import CommandFailed, Usage, measure_python, sync
from benchmarks.report import machine, median_usage, usage_json

MOST = 1.5
"""How many times as long as without secrets an apply may take."""

MOST_SECONDS = 0.005
"""How long reading the context of an execution may take."""

_FIRST, _CHANGED = "first", "changed"


@dataclass(frozen=True, slots=True)
class Shape:
    """So many environments with so many entries each."""

    name: str
    environments: int
    entries: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command used with secrets and without, medians of the runs; `most` is the ratio that it is to keep below, if any."""

    name: str
    secret: Usage
    plain: Usage
    most: float | None

    @property
    def wall(self) -> float:
        """How many times the time it takes with secrets."""
        return self.secret.wall / self.plain.wall

    @property
    def cpu(self) -> float:
        """How many times the work."""
        return self.secret.cpu / self.plain.cpu

    @property
    def misses(self) -> bool:
        """Whether it takes more than it should."""
        return self.most is not None and self.wall > self.most


def write_environments(directory: Path, shape: Shape, told: str, *, secret: bool) -> None:
    """Writes the environments, a file each. Values are told apart by a word and their number, or stand in variables."""
    directory.mkdir(parents=True)
    for environment in range(shape.environments):
        lines = ["apiVersion: agentic.stigmer.ai/v1", "kind: Environment", "metadata:"]
        lines += [f"  name: environment-{environment}", "spec:", "  data:"]
        for entry in range(shape.entries):
            number = environment * shape.entries + entry
            held = f"value_from: {{env: {_variable(number)}}}" if secret else f"value: {_value(told, number)}"
            lines += [f"    NAME_{entry}:", f"      {held}"]
        file = directory / f"environment-{environment}.yaml"
        file.write_text("\n".join([*lines, ""]), "utf-8")


def _variable(number: int) -> str:
    return f"BENCHMARK_VALUE_{number}"


def _value(told: str, number: int) -> str:
    return f"{told}-{number:06}-of-a-length-as-keys-have"


@dataclass(slots=True)
class Life:
    """Environments of one shape, made in a directory, and the commands that run on them with secrets and without."""

    directory: Path
    shape: Shape
    samples: defaultdict[tuple[str, bool], list[Usage]] = field(default_factory=lambda: defaultdict(list))

    def prepare(self) -> None:
        """Makes the manifests, and stores that have them applied. Each command has run once then, so caches are warm."""
        write_environments(self.directory / "secret", self.shape, "", secret=True)
        for told in (_FIRST, _CHANGED):
            write_environments(self.directory / "plain" / told, self.shape, told, secret=False)
        for secret in (True, False):
            self._run("apply", _FIRST, self._applied(secret), secret=secret)
        self.round()
        self.samples.clear()

    def round(self, tell: Callable[[str], None] = lambda name: None) -> None:
        """Runs everything once, with secrets and without in turn, and keeps what each used."""
        for name, run in self._commands().items():
            for secret in (False, True):
                tell(f"{name}, {'secrets' if secret else 'plain'}")
                self.samples[name, secret].append(run(secret))

    def costs(self) -> list[Cost]:
        """The medians of what was used."""
        return [
            Cost(
                name,
                median_usage(self.samples[name, True]),
                median_usage(self.samples[name, False]),
                MOST if name.startswith("apply") else None,
            )
            for name in self._commands()
        ]

    def _commands(self) -> Mapping[str, Callable[[bool], Usage]]:
        return {
            f"apply, first, {self.shape.name}": self._first,
            f"apply, all changed, {self.shape.name}": self._all_changed,
            f"diff, unchanged, {self.shape.name}": self._unchanged,
        }

    def _first(self, secret: bool) -> Usage:
        home = self.directory / "fresh"
        shutil.rmtree(home, ignore_errors=True)
        return self._run("apply", _FIRST, home, secret=secret)

    def _all_changed(self, secret: bool) -> Usage:
        home = self.directory / "again"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self._applied(secret), home)
        sync(home / "local.db")
        # The configuration of a home names its database, and these are of the other home.
        (home / "config.yaml").unlink()
        return self._run("apply", _CHANGED, home, secret=secret)

    def _unchanged(self, secret: bool) -> Usage:
        return self._run("diff", _FIRST, self._applied(secret), secret=secret)

    def _applied(self, secret: bool) -> Path:
        return self.directory / ("secret-applied" if secret else "plain-applied")

    def _run(self, command: str, told: str, home: Path, *, secret: bool) -> Usage:
        path = self.directory / "secret" if secret else self.directory / "plain" / told
        number = self.shape.environments * self.shape.entries
        variables = {_variable(each): _value(told, each) for each in range(number)} if secret else {}
        arguments = ("-m", "stigmer", command, "-f", str(path))
        return measure_python(arguments, home, self.directory, variables=variables)[0]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, and gives the exit status: 1 where a command failed."""
    asked = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="stigmer-secrets-") as directory:
        shapes = (Shape("one", 1, asked.secrets), Shape("one each", asked.secrets, 1))
        lives = [Life(Path(directory, shape.name), shape) for shape in shapes]
        try:
            for life in lives:
                _progress("making the environments, and running everything once")
                life.prepare()
            for number in range(1, asked.runs + 1):
                for life in lives:
                    life.round(lambda name, number=number: _progress(f"run {number} of {asked.runs}: {name}"))  # type: ignore[misc]
            _progress("reading contexts")
            reading = _read_contexts(Path(directory))
        except CommandFailed as failure:
            _progress("")
            print(f"a command failed: {failure}", file=sys.stderr)
            return 1
    _progress("")
    costs = [cost for life in lives for cost in life.costs()]
    print(f"{asked.secrets:,} secrets; median of {asked.runs} runs; {machine()}\n")
    print(table(costs, reading))
    if asked.json is not None:
        report = as_json(costs, reading, secrets=asked.secrets, runs=asked.runs)
        asked.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.secrets", description="Measure what secrets cost."
    )
    parser.add_argument("--secrets", type=int, default=1000, metavar="N", help="how many secrets")
    parser.add_argument("--runs", type=int, default=7, metavar="N", help="how often everything runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file as well")
    return parser


def _read_contexts(directory: Path) -> Reading:
    """In a process of its own, as a runner is."""
    _, said = measure_python(("-m", "benchmarks.contexts", str(directory)), directory, directory)
    return Reading(**json.loads(said))


def table(costs: Sequence[Cost], reading: Reading) -> str:
    """A line for each command, and one for each way to read a context."""
    lines = [
        f"{'command':<28} {'wall':>9} {'cpu':>9} {'memory':>9}   {'plain':>9} {'cpu':>9}   {'ratio':>5} {'cpu':>5}   target"
    ]
    for each in costs:
        target = "" if each.most is None else f"<= {each.most:g} x" + ("   MISSED" if each.misses else "")
        line = (
            f"{each.name:<28} {_time(each.secret.wall)} {_time(each.secret.cpu)} {each.secret.memory:>5.0f} MiB"
            f"   {_time(each.plain.wall)} {_time(each.plain.cpu)}   {each.wall:>5.2f} {each.cpu:>5.2f}   {target}"
        )
        lines.append(line.rstrip())
    lines += ["", f"{f'a context of {SECRETS_IN_A_CONTEXT} secrets':<28} {'wall':>9} {'cpu':>9}   target"]
    for name, (wall, cpu) in asdict(reading).items():
        target = f"<= {MOST_SECONDS * 1000:g} ms" if name.startswith("read") else ""
        missed = "   MISSED" if target and wall > MOST_SECONDS else ""
        lines.append(
            f"{name.replace('_', ' '):<28} {_small_time(wall)} {_small_time(cpu)}   {target}{missed}".rstrip()
        )
    return "\n".join(lines)


def _time(seconds: float) -> str:
    return f"{seconds * 1000:>6.0f} ms"


def _small_time(seconds: float) -> str:
    return f"{seconds * 1000:>6.2f} ms"


def as_json(costs: Sequence[Cost], reading: Reading, *, secrets: int, runs: int) -> dict[str, Any]:
    """The same for programs: seconds and MiB."""
    return {
        "machine": machine(),
        "secrets": secrets,
        "runs": runs,
        "commands": [
            {
                "name": each.name,
                **usage_json(each.secret),
                "plain": usage_json(each.plain),
                "ratio": round(each.wall, 3),
                "cpu_ratio": round(each.cpu, 3),
                "target_ratio": each.most,
            }
            for each in costs
        ],
        "context": {"secrets": SECRETS_IN_A_CONTEXT, "target_seconds": MOST_SECONDS, **asdict(reading)},
    }


def _progress(words: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
