# SPDX-License-Identifier: Apache-2.0
"""SIGKILL at random moments of `apply`: the store is as before or as after, never between, and the next apply converges.

    python -m tests.campaigns.kill --kills 200 --seed 1

Half of the moments are spread over the whole command; the others over what is left of it once it has opened the store. A process is stopped before it is killed, and asked for in between: where nobody else can get
the right to write, it was inside its transaction. `--break` runs a command that commits in two halves, which has to be caught.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import apsw

from tests.campaigns import stage


@dataclass(frozen=True)
class Kill:
    """One kill: when, in seconds from the start or from the opening of the store; whether in the transaction; what it left."""

    moment: float
    on_store: bool
    inside: bool
    left: str
    converged: bool


@dataclass
class Report:
    """What a campaign saw."""

    seed: int
    duration: float
    kills: list[Kill] = field(default_factory=list)

    @property
    def failures(self) -> list[Kill]:
        """Kills that left what may never be."""
        return [kill for kill in self.kills if kill.left == "between" or not kill.converged]

    def __str__(self) -> str:
        left = Counter(kill.left for kill in self.kills)
        inside = sum(kill.inside for kill in self.kills)
        return (
            f"{len(self.kills)} kills (seed {self.seed}, an apply takes {self.duration:.2f} s): "
            f"{left['before']} left the state before, {left['after']} the state after, {left['between']} one between; "
            f"{inside} hit the transaction; {sum(not kill.converged for kill in self.kills)} did not converge"
        )


class Campaign:
    """Kills applies of the same change to the same store."""

    def __init__(self, place: Path, size: int, program: Sequence[str]) -> None:
        self.place = place
        self.program = program
        self.manifests = stage.write_manifests(place / "second", size, "two")
        first = stage.write_manifests(place / "first", size * 2 // 3, "one")
        self.template = place / "template"
        stage.applied(self.template, first)
        self.before = stage.rows(self.template)
        timed = [self._timed(f"timed-{number}") for number in range(3)]
        self.duration = statistics.median(whole for whole, _ in timed)
        self.tail = statistics.median(tail for _, tail in timed)
        self.after = stage.what_counts(place / "timed-0")
        assert self.after != stage.what_counts(self.template)

    def _timed(self, name: str) -> tuple[float, float]:
        """How long an apply takes, in seconds, and how much of that is left when it first opens the store."""
        home = stage.copy(self.template, self.place / name)
        began = time.monotonic()
        process = self._start(home, stage.STIGMER)
        _wait_for_store(home, process.pid)
        opened = time.monotonic()
        assert process.wait() == 0
        return time.monotonic() - began, time.monotonic() - opened

    def _start(self, home: Path, program: Sequence[str]) -> subprocess.Popen[str]:
        return stage.start(
            home, "apply", "-f", str(self.manifests), program=program, output=subprocess.DEVNULL
        )

    def run(self, kills: int, seed: int) -> Iterator[Kill]:
        """The kills, one after the other."""
        chance = random.Random(seed)
        for number in range(kills):
            on_store = bool(number % 2)
            length = self.tail if on_store else self.duration
            yield self._kill(
                self.place / f"killed-{number}", chance.uniform(0, length * 1.05), on_store=on_store
            )

    def _kill(self, home: Path, moment: float, *, on_store: bool) -> Kill:
        stage.copy(self.template, home)
        process = self._start(home, self.program)
        if on_store:
            _wait_for_store(home, process.pid)
        time.sleep(moment)
        # Not by its Popen, which would collect a process that has ended, and with it the way to tell.
        os.kill(process.pid, signal.SIGSTOP)
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        inside = False
        if os.WIFSTOPPED(status):
            inside = _is_locked(home)
            process.kill()
            process.wait()
        else:
            process.returncode = os.waitstatus_to_exitcode(status)
        kill = Kill(moment, on_store, inside, self._left(home), self._converges(home))
        shutil.rmtree(home)
        return kill

    def _left(self, home: Path) -> str:
        stage.check_sound(home)
        if stage.rows(home) == self.before:
            return "before"
        return "after" if stage.what_counts(home) == self.after else "between"

    def _converges(self, home: Path) -> bool:
        if stage.run(home, "apply", "-f", str(self.manifests))[0] != 0:
            return False
        stage.check_sound(home)
        same = stage.what_counts(home) == self.after
        return same and stage.run(home, "diff", "-f", str(self.manifests))[0] == 0


def _wait_for_store(home: Path, pid: int) -> None:
    """Waits until a process has the store open, as the log beside it shows, or has ended."""
    ended = os.WEXITED | os.WNOHANG | os.WNOWAIT
    while not (home / "local.db-wal").exists() and os.waitid(os.P_PID, pid, ended) is None:
        time.sleep(0.0005)


def _is_locked(home: Path) -> bool:
    """Whether a transaction that writes is under way in another process."""
    with stage.opened(home) as database:
        database.set_busy_timeout(0)
        try:
            database.execute("SELECT revision FROM store").fetchall()
        except (apsw.BusyError, apsw.ProtocolError):
            return False  # it was opening or closing the file: a transaction keeps nobody from reading
        try:
            database.execute("BEGIN IMMEDIATE")
        except apsw.BusyError:
            return True
        database.execute("ROLLBACK")
        return False


def campaign(kills: int, seed: int, size: int, *, broken: bool = False) -> Iterator[Report]:
    """Runs a campaign; the report after each kill."""
    with tempfile.TemporaryDirectory() as place:
        made = Campaign(Path(place).resolve(), size, stage.BROKEN if broken else stage.STIGMER)
        report = Report(seed, made.duration)
        for kill in made.run(kills, seed):
            report.kills.append(kill)
            yield report


def main() -> int:
    """The campaign from the command line; exits with 1 where a kill left what may never be."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.kill")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--size", type=int, default=600, help="how many manifests an apply writes")
    parser.add_argument(
        "--break", dest="broken", action="store_true", help="with the seeded bug; has to fail"
    )
    wanted = parser.parse_args()
    for report in campaign(wanted.kills, wanted.seed, wanted.size, broken=wanted.broken):
        if sys.stderr.isatty():
            print(f"\r{len(report.kills)} of {wanted.kills}", end="", file=sys.stderr, flush=True)
    print(report)
    for kill in report.failures:
        print(f"  {kill}")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
