# SPDX-License-Identifier: Apache-2.0
"""What was measured, as a table and as JSON."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.measure import Usage
from benchmarks.suite import FIGURES, MOST_MEMORY, Figure, Samples


@dataclass(frozen=True, slots=True)
class Result:
    """A figure with the medians of its runs and of its floor's."""

    figure: Figure
    usage: Usage
    floor: Usage

    @property
    def ratio(self) -> float:
        """How many times its floor it took."""
        return self.usage.wall / self.floor.wall

    @property
    def misses(self) -> list[str]:
        """What it was to reach and did not."""
        found = []
        if self.figure.most is not None and self.ratio > self.figure.most:
            found.append("ratio")
        if self.figure.seconds is not None and self.usage.wall > self.figure.seconds:
            found.append("time")
        if self.usage.memory > MOST_MEMORY:
            found.append("memory")
        return found

    @property
    def target(self) -> str:
        """What it is to reach, in words."""
        if self.figure.most is not None:
            return f"<= {self.figure.most:g} x"
        return "" if self.figure.seconds is None else f"<= {self.figure.seconds * 1000:.0f} ms"


def results(samples: Samples) -> list[Result]:
    """The medians of every figure."""
    return [
        Result(each, median_usage(samples[each.name]), median_usage(samples[each.floor])) for each in FIGURES
    ]


def median_usage(usages: Sequence[Usage]) -> Usage:
    """The median of each of what was used."""
    return Usage(
        wall=median(each.wall for each in usages),
        cpu=median(each.cpu for each in usages),
        memory=median(each.memory for each in usages),
    )


def machine() -> str:
    """What it was measured on."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, {python}"


def table(found: Sequence[Result]) -> str:
    """A line a figure: its medians, its floor's, how they compare, and what they are to reach."""
    lines = [
        f"{'command':<20} {'wall':>9} {'cpu':>9} {'memory':>9}   {'floor':<20} {'wall':>9} {'ratio':>6}   target"
    ]
    for each in found:
        mark = f"   MISSED: {', '.join(each.misses)}" if each.misses else ""
        lines.append(
            f"{each.figure.name:<20} {_time(each.usage.wall)} {_time(each.usage.cpu)} {each.usage.memory:>5.0f} MiB"
            f"   {each.figure.floor:<20} {_time(each.floor.wall)} {each.ratio:>6.2f}   {each.target:<10}{mark}".rstrip()
        )
    return "\n".join([*lines, f"No command may use more than {MOST_MEMORY} MiB."])


def _time(seconds: float) -> str:
    return f"{seconds * 1000:>6.0f} ms"


def as_json(found: Sequence[Result], *, manifests: int, size: int, runs: int) -> dict[str, Any]:
    """The same for programs: seconds and MiB."""
    return {
        "machine": machine(),
        "manifests": manifests,
        "bytes": size,
        "runs": runs,
        "figures": [
            {
                "name": each.figure.name,
                **usage_json(each.usage),
                "floor": {"name": each.figure.floor, **usage_json(each.floor)},
                "ratio": round(each.ratio, 3),
                "target_ratio": each.figure.most,
                "target_seconds": each.figure.seconds,
                "misses": each.misses,
            }
            for each in found
        ],
    }


def usage_json(usage: Usage) -> dict[str, float]:
    """What was used, for programs: seconds and MiB."""
    return {"wall": round(usage.wall, 4), "cpu": round(usage.cpu, 4), "memory": round(usage.memory, 1)}
