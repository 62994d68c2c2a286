# SPDX-License-Identifier: Apache-2.0
"""Planted secrets go through every command and every form of output, through errors and crashes; none may be found afterwards.

    python -m tests.campaigns.canaries --seed 1
    python -m tests.campaigns.canaries --leak 'a temporary file'

Looked into is what each command said, and every file that it made or changed: in the home, in the working directory, among the
temporary files. The places in which the secrets were planted are left out. `--leak` runs a build that leaks, which has to be found;
`--leak all` runs each of them.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import stigmer
from tests.campaigns import leaks
from tests.campaigns.canary_stage import Stage, planted
from tests.campaigns.canary_step import Step
from tests.campaigns.canary_steps import steps
from tests.campaigns.canary_values import Found


@dataclass(frozen=True)
class Astray:
    """A command that did not end as it was to, so that it may not have gone the way that was to be looked at."""

    where: str
    status: int
    words: str

    def __str__(self) -> str:
        return f"{self.where} ended with {self.status}\n    {self.words}"


@dataclass
class Report:
    """What a campaign saw."""

    seed: int
    leak: str | None = None
    steps: int = 0
    bytes: int = 0
    found: list[Found] = field(default_factory=list)
    astray: list[Astray] = field(default_factory=list)

    def __str__(self) -> str:
        build = "" if self.leak is None else f", a build with {self.leak}"
        return (
            f"{self.steps} commands, {self.bytes:,} bytes looked into (seed {self.seed}{build}): "
            f"{len(self.found)} canaries found, {len(self.astray)} commands went astray"
        )


def campaign(seed: int, leak: str | None = None, wanted: Sequence[Step] | None = None) -> Iterator[Report]:
    """Runs a campaign; the report after each command."""
    report = Report(seed, leak)
    with tempfile.TemporaryDirectory() as place:
        stage = Stage(Path(place).resolve(), random.Random(seed))
        planted(stage)
        for number, step in enumerate(steps(stage) if wanted is None else wanted):
            if step.prepare is not None:
                step.prepare(stage)
            output = stage.outputs / f"{number:03}"
            status = leaks.run(
                step.words,
                directory=stage.root / step.directory,
                environ={**stage.environ, **step.environ},
                given=step.given,
                output=output,
                sabotage=step.sabotage,
                leak=leak,
                terminal=step.terminal,
            )
            where = f"{number:03} stigmer {' '.join(step.words)}" + (
                f" [{step.sabotage}]" if step.sabotage else ""
            )
            if status not in step.expect:
                report.astray.append(Astray(where, status, _said(output)))
            for path, data in stage.changed(output, shows=step.shows):
                report.bytes += len(data)
                report.found += stage.search.in_bytes(data, f"{where}: {path}")
            report.steps += 1
            yield report


def _said(output: Path) -> str:
    files = (output.with_suffix(suffix) for suffix in (".err", ".out"))
    said = next((text for each in files if each.exists() and (text := each.read_text(errors="replace"))), "")
    return said[:600].replace("\n", "\n    ")


def import_everything() -> None:
    """Imports what any command may need, once for all of them."""
    for found in pkgutil.walk_packages(stigmer.__path__, "stigmer."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)


def is_found(seed: int, leak: str) -> Report:
    """The report of a leaky build, up to where it is found out."""
    for report in campaign(seed, leak):
        if report.found:
            break
    return report


def main() -> int:
    """The campaign from the command line; exits with 1 where a canary was found, or with a leak none."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.canaries")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument(
        "--leak", choices=[*leaks.LEAKS, "all"], help="a build that leaks, which has to be found"
    )
    wanted = parser.parse_args()
    import_everything()
    if wanted.leak is not None:
        named = list(leaks.LEAKS) if wanted.leak == "all" else [wanted.leak]
        missed = 0
        for name in named:
            report = is_found(wanted.seed, name)
            missed += not report.found
            print(report)
            print(f"  {report.found[0]}" if report.found else "  it was not found out", flush=True)
        return 1 if missed else 0
    *_, report = campaign(wanted.seed)
    print(report)
    for each in (*report.found, *report.astray):
        print(f"  {each}")
    return 1 if report.found or report.astray else 0


if __name__ == "__main__":
    sys.exit(main())
