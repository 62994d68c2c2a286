# SPDX-License-Identifier: Apache-2.0
"""Whether time and memory grow no faster than the manifests.

    python -m benchmarks.scale [--sizes N...] [--runs N] [--json FILE]

The same commands run on ever more manifests. For each step from one size to the next the exponents are told, of what goes beyond
that which the command takes for next to nothing: with 1 it grows as the manifests do, with 2 as their square.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import CommandFailed, Usage, measure_python
from benchmarks.projects import changed, declare, write_prunable
from benchmarks.report import machine, median_usage, usage_json

SIZES = (10_000, 30_000, 100_000)
COMMANDS = ("validate", "apply, first", "diff, unchanged", "diff, one changed", "apply, prune 1 %")

_TOGETHER = 100  # documents in a file: what is asked is what a manifest costs, not what a file does
_NEXT_TO_NOTHING = 20  # manifests, which also bring everything into its caches


@dataclass(frozen=True, slots=True)
class Point:
    """What a command used on so many manifests, medians of the runs, and what it uses for next to nothing."""

    command: str
    manifests: int
    usage: Usage
    least: Usage

    @property
    def beyond(self) -> Usage:
        """What goes beyond the least."""
        used, least = self.usage, self.least
        return Usage(used.wall - least.wall, used.cpu - least.cpu, used.memory - least.memory)

    @property
    def per_thousand(self) -> float:
        """Seconds for a thousand manifests."""
        return self.usage.wall / self.manifests * 1000

    @property
    def bytes_each(self) -> float:
        """Bytes of memory for each manifest."""
        return self.usage.memory * 2**20 / self.manifests


@dataclass(frozen=True, slots=True)
class Growth:
    """The exponents with which time, work and memory grow from one size to another; None where too little was used to tell."""

    wall: float | None
    cpu: float | None
    memory: float | None


def growth(before: Point, after: Point) -> Growth:
    """How a command grows between two sizes."""
    more = math.log(after.manifests / before.manifests)

    def exponent(then: float, now: float) -> float | None:
        return math.log(now / then) / more if then > 0 and now > 0 else None

    then, now = before.beyond, after.beyond
    return Growth(
        exponent(then.wall, now.wall), exponent(then.cpu, now.cpu), exponent(then.memory, now.memory)
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, and gives the exit status: 1 where a command failed."""
    asked = _parser().parse_args(arguments)
    points: list[Point] = []
    try:
        least = _measured(_NEXT_TO_NOTHING, max(3, asked.runs))
        for size in sorted(asked.sizes):
            found = _measured(size, asked.runs)
            points += [Point(command, size, found[command], least[command]) for command in COMMANDS]
    except CommandFailed as failure:
        _progress("")
        print(f"a command failed: {failure}", file=sys.stderr)
        return 1
    _progress("")
    print(f"{_TOGETHER} manifests a file; median of {asked.runs} runs; {machine()}\n")
    print(table(points))
    if asked.json is not None:
        asked.json.write_text(json.dumps(as_json(points, asked.runs), indent=2) + "\n", "utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scale", description="Measure how commands grow with the manifests."
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N", help="how many manifests")
    parser.add_argument("--runs", type=int, default=1, metavar="N", help="how often everything runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file as well")
    return parser


def _measured(size: int, runs: int) -> dict[str, Usage]:
    """What every command used on so many manifests."""
    samples: defaultdict[str, list[Usage]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="stigmer-scale-") as directory:
        _progress(f"{size:,}: making the manifests")
        project, home = Path(directory, "project"), Path(directory, "home")
        first = write_prunable(project, size, max(1, size // 100), together=_TOGETHER)
        for number in range(1, runs + 1):
            for command, run in _life(project, home, first).items():
                _progress(f"{size:,}, run {number} of {runs}: {command}")
                samples[command].append(run())
    return {command: median_usage(samples[command]) for command in COMMANDS}


def _life(project: Path, home: Path, file: Path) -> Mapping[str, Callable[[], Usage]]:
    """The life of a project, from nothing to where a part of it is gone; `file` is the one that is changed."""

    def run(*arguments: str, status: int = 0) -> Usage:
        return measure_python(("-m", "stigmer", *arguments), home, project, status=status)[0]

    def validate() -> Usage:
        shutil.rmtree(home, ignore_errors=True)
        declare(project, all_of_it=True)
        return run("validate")

    def diff_changed() -> Usage:
        with changed(file):
            return run("diff", status=1)

    def prune() -> Usage:
        declare(project, all_of_it=False)
        return run("apply", "--prune")

    steps = (validate, lambda: run("apply"), lambda: run("diff"), diff_changed, prune)
    return dict(zip(COMMANDS, steps, strict=True))


def table(points: Sequence[Point]) -> str:
    """A line for each command and size, with the growth from the size before."""
    head = f"{'command':<20} {'manifests':>9} {'wall':>9} {'cpu':>9} {'per 1,000':>10} {'memory':>10} {'each':>9}"
    lines = [f"{head}   {'wall^':>6} {'cpu^':>6} {'memory^':>7}"]
    before: Point | None = None
    for each in points_by_command(points):
        usage = each.usage
        line = (
            f"{each.command:<20} {each.manifests:>9,} {usage.wall:>7.2f} s {usage.cpu:>7.2f} s"
            f" {each.per_thousand * 1000:>7.0f} ms {usage.memory:>6.0f} MiB {each.bytes_each / 1024:>5.1f} KiB"
        )
        if before is not None and before.command == each.command:
            found = growth(before, each)
            line += f"   {_shown(found.wall)} {_shown(found.cpu)}  {_shown(found.memory)}"
        lines.append(line)
        before = each
    return "\n".join(lines)


def _shown(exponent: float | None) -> str:
    return f"{'-':>6}" if exponent is None else f"{exponent:>6.2f}"


def points_by_command(points: Sequence[Point]) -> list[Point]:
    """The points, those of a command together and by size."""
    return sorted(points, key=lambda each: (COMMANDS.index(each.command), each.manifests))


def as_json(points: Sequence[Point], runs: int) -> dict[str, Any]:
    """The same for programs: seconds, MiB and bytes; `growth` is from the smallest size to the largest."""
    found = []
    for command in COMMANDS:
        sizes = [each for each in points_by_command(points) if each.command == command]
        told = [
            {"manifests": each.manifests, **usage_json(each.usage), "bytes_each": round(each.bytes_each)}
            for each in sizes
        ]
        whole = asdict(growth(sizes[0], sizes[-1])) if len(sizes) > 1 else None
        found.append({"name": command, "sizes": told, "growth": whole})
    return {"machine": machine(), "runs": runs, "commands": found}


def _progress(words: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
