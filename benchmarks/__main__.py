# SPDX-License-Identifier: Apache-2.0
"""`python -m benchmarks [--manifests N] [--runs N] [--json FILE]`: measures, and prints what it measured.

Exits with 1 where a command failed, and with 0 however long they took.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.measure import CommandFailed
from benchmarks.report import as_json, machine, results, table
from benchmarks.suite import Suite


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmarks and gives the exit status."""
    asked = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="stigmer-benchmark-") as directory:
        suite = Suite(Path(directory), asked.manifests)
        try:
            _progress("making the manifests, and running everything once")
            suite.prepare()
            size = suite.size
            for number in range(1, asked.runs + 1):
                suite.round(partial(_progress, f"run {number} of {asked.runs}: "))
        except CommandFailed as failure:
            _progress("")
            print(f"a command failed: {failure}", file=sys.stderr)
            return 1
    _progress("")
    found = results(suite.samples)
    print(f"{asked.manifests:,} manifests, {size / 1e6:.1f} MB; median of {asked.runs} runs; {machine()}\n")
    print(table(found))
    if asked.json is not None:
        report = as_json(found, manifests=asked.manifests, size=size, runs=asked.runs)
        asked.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure whole commands.")
    parser.add_argument("--manifests", type=int, default=10_000, metavar="N", help="how many manifests")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="how often everything runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file as well")
    return parser


def _progress(words: str, rest: str = "") -> None:
    """One line of what is being done, on a terminal only."""
    if sys.stderr.isatty():
        print(f"\r\033[K{words}{rest}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
