# SPDX-License-Identifier: Apache-2.0
"""Two processes that apply at once: what comes out is what one after the other would give, or one is refused with exit 4.

python -m tests.campaigns.races --races 100 --seed 1
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.campaigns import stage

SCENARIOS = ("same", "contested", "disjoint")
REFUSED = 4


@dataclass(frozen=True)
class Race:
    """One race: what the two wanted, their exit codes, which serial order it came out as, what was wrong with it."""

    scenario: str
    codes: tuple[int, int]
    order: str
    wrong: str = ""


@dataclass(frozen=True)
class _End:
    """How a store stands after some order, and what `diff` of each side's manifests exits with."""

    rows: stage.Rows
    diffs: tuple[int, int]


class Track:
    """A store, two directories of manifests, and every way in which applying them one after the other can end."""

    def __init__(self, place: Path, scenario: str, size: int) -> None:
        self.place = place
        self.scenario = scenario
        place.mkdir()
        self.template = place / "template"
        stage.applied(self.template, stage.write_manifests(place / "first", size // 2, "one"))
        second = {"same": ("two", "bot"), "contested": ("three", "bot"), "disjoint": ("three", "tutor")}[
            scenario
        ]
        self.sides = (
            stage.write_manifests(place / "x", size, "two"),
            stage.write_manifests(place / "y", size, *second),
        )
        self.ends = {order: self._serial(order) for order in ("xy", "yx", "x", "y")}

    def _serial(self, order: str) -> _End:
        home = stage.copy(self.template, self.place / f"serial-{order}")
        for side in order:
            stage.applied(home, self.sides["xy".index(side)])
        return self._end(home)

    def _end(self, home: Path) -> _End:
        stage.check_sound(home)
        codes = [stage.run(home, "diff", "-f", str(side))[0] for side in self.sides]
        return _End(stage.what_counts(home), (codes[0], codes[1]))

    def race(self, head_start: float) -> Race:
        """One race; the second starts so many seconds later."""
        home = stage.copy(self.template, self.place / "race")
        processes = []
        for side in self.sides:
            processes.append(stage.start(home, "apply", "-f", str(side)))
            time.sleep(head_start)
            head_start = 0
        told = [process.communicate() for process in processes]
        codes = (processes[0].returncode, processes[1].returncode)
        end = self._end(home)
        shutil.rmtree(home)
        allowed = {(0, 0): ("xy", "yx"), (0, REFUSED): ("x",), (REFUSED, 0): ("y",)}.get(codes, ())
        order = next((each for each in allowed if self.ends[each] == end), "")
        wrong = "" if order else f"no serial order ends so: {told}"
        for code, (out, err) in zip(codes, told, strict=True):
            if code == REFUSED and "make it again" not in out + err:
                wrong = f"a refusal that does not say why: {out}{err}"
        return Race(self.scenario, codes, order, wrong)


def campaign(races: int, seed: int, size: int) -> Iterator[Race]:
    """Runs races, each scenario in its turn."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        tracks = [Track(Path(place).resolve() / scenario, scenario, size) for scenario in SCENARIOS]
        for number in range(races):
            yield tracks[number % len(tracks)].race(chance.choice([0, 0, 0.01, 0.03, 0.06]))


def summary(seed: int, races: list[Race]) -> str:
    """How many races came out how."""
    counts = Counter((race.scenario, *race.codes, race.order) for race in races)
    lines = [
        f"  {scenario}: exits {first} and {second}, as {order or 'nothing serial'}: {count}"
        for (scenario, first, second, order), count in sorted(counts.items())
    ]
    return "\n".join([f"{len(races)} races (seed {seed})", *lines])


def main() -> int:
    """The campaign from the command line; exits with 1 where a race came out wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.races")
    parser.add_argument("--races", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--size", type=int, default=300, help="how many manifests an apply writes")
    wanted = parser.parse_args()
    races = list(campaign(wanted.races, wanted.seed, wanted.size))
    print(summary(wanted.seed, races))
    wrong = [race for race in races if race.wrong]
    for race in wrong:
        print(f"  {race}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
