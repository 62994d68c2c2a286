# SPDX-License-Identifier: Apache-2.0
"""Two to eight processes that apply overlapping sets at once: what comes out is what some of them would give one after the other.

    python -m tests.campaigns.races --races 500 --seed 1

Whoever was slower is refused with exit 4 and told who was faster; nobody's lock outlives its process, also of one that is killed.
The order in which they committed is read from the history; the winners are then applied in that order, alone, to a copy of the store
as it was before, and the two stores must be equal. `--break` compares with the winners in another order, which has to be noticed.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import apsw

from stigmer.backends.local import LocalBackend
from stigmer.errors import RefusedError
from stigmer.manifests.load import LoadOptions, load
from stigmer.reconcile.apply import apply_plan
from stigmer.reconcile.build import build_plan
from stigmer.reconcile.options import PlanOptions
from stigmer.secrets.key_file import KeyFile
from stigmer.secrets.sources import Surroundings
from tests.campaigns import stage

DONE, REFUSED, KILLED = 0, 4, -9
_NAMES = [f"bot-{number}" for number in range(8)]


@dataclass(frozen=True)
class Side:
    """What one process applies: manifests, as which set, and whether it takes others' resources."""

    manifests: Path
    set: str
    adopt: bool

    @property
    def words(self) -> list[str]:
        """The command."""
        adopt = ["--adopt"] if self.adopt else []
        return ["apply", "-f", str(self.manifests), "--set", self.set, "-m", self.name, *adopt]

    @property
    def name(self) -> str:
        """By which the history knows it."""
        return self.manifests.stem


@dataclass(frozen=True)
class Race:
    """One race: how the processes ended, how many of them changed something, and what was wrong; empty where nothing was."""

    codes: tuple[int, ...]
    committed: int
    wrong: str = ""


def campaign(races: int, seed: int, *, broken: bool = False) -> Iterator[Race]:
    """Runs races, each of its own processes on a store of its own."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as directory:
        for number in range(races):
            place = Path(directory).resolve() / str(number)
            yield _race(place, chance, broken=broken)
            shutil.rmtree(place)


def _race(place: Path, chance: random.Random, *, broken: bool) -> Race:
    place.mkdir()
    before, home = place / "before", place / "home"
    before.mkdir(mode=0o700)
    _apply(before, _side(place, "first", chance))
    stage.copy(before, home)
    sides = [_side(place, f"side-{number}", chance) for number in range(chance.randint(2, 8))]
    processes = []
    for side in sides:
        processes.append(stage.start(home, *side.words))
        time.sleep(chance.choice([0, 0, 0, 0.02, 0.1]))
    if chance.random() < 0.2:
        time.sleep(chance.uniform(0, 0.3))
        chance.choice(processes).kill()
    told = [_ended(process) for process in processes]
    codes = tuple(process.returncode for process in processes)
    order = _committed(home)
    wrong = _left_behind(home) or _words_wrong(codes, told, order) or _order_wrong(codes, order)
    if not wrong:
        again = stage.copy(before, place / "again")
        for name in reversed(order) if broken else order:
            with suppress(RefusedError):
                _apply(again, next(side for side in sides if side.name == name))
        differs = _differs(home, again)
        wrong = f"no serial order: {order}: {differs}" if differs else ""
    return Race(codes, len(order), wrong)


def _differs(home: Path, again: Path) -> str:
    """In what the stores differ, a row of each table; not in where the sets come from, which the replay does not say."""
    found, replayed = stage.what_counts(home), stage.what_counts(again)
    told = []
    for name in sorted({*found, *replayed} - {"resource_sets"}):
        left, right = ([repr(row) for row in rows.get(name, [])] for rows in (found, replayed))
        if left != right:
            told.append(
                f"{name}: {list(Counter(left) - Counter(right))[:1]}, replayed {list(Counter(right) - Counter(left))[:1]}"
            )
    return "; ".join(told)


def _side(place: Path, name: str, chance: random.Random) -> Side:
    """Manifests of some agents with their skills and environments, words of their own in each."""
    manifests = place / "sides" / f"{name}.yaml"
    manifests.parent.mkdir(exist_ok=True)
    names = sorted(chance.sample(_NAMES, chance.randint(1, 4)))
    texts = []
    for bot in names:
        words = f"You say {chance.randrange(3)} as {name}."
        texts += [
            _manifest("Skill", bot, f"{{markdown_content: {words}}}"),
            _manifest("Agent", bot, f"{{instructions: {words}, skill_refs: [{bot}]}}"),
            _manifest("Environment", bot, f"{{data: {{TOKEN: {{is_secret: true, value: {words}}}}}}}"),
        ]
    manifests.write_text("\n---\n".join(texts) + "\n")
    return Side(manifests, chance.choice(["shop", "shop", "crm"]), adopt=chance.random() < 0.4)


def _manifest(kind: str, name: str, spec: str) -> str:
    return f"apiVersion: agentic.stigmer.ai/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {spec}"


def _ended(process: subprocess.Popen[str]) -> str:
    """All that a process said; one that hangs is ended, and that is a failure."""
    try:
        return "".join(process.communicate(timeout=60))
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return "it did not end"


def _apply(home: Path, side: Side) -> None:
    """As the process does, without the process."""
    loaded = load([str(side.manifests)], LoadOptions())
    assert loaded.valid, loaded.diagnostics
    with LocalBackend.open(home / "local.db", master_key=KeyFile(home / "master.key"), create=True) as store:
        plan = build_plan(loaded.manifests, store, PlanOptions(side.set, side.adopt), Surroundings())
        apply_plan(plan, store, message=side.name)


def _committed(home: Path) -> list[str]:
    """Who changed something, in the order of revisions, after the first."""
    with stage.opened(home) as database:
        sql = "SELECT DISTINCT revision, message FROM api_resource_versions WHERE message LIKE 'side-%' ORDER BY revision"
        return [str(message) for _, message in database.execute(sql)]


def _left_behind(home: Path) -> str:
    """What a process that has ended still holds, or has broken."""
    try:
        stage.check_sound(home)
        with stage.opened(home) as database:
            database.set_busy_timeout(0)
            database.execute("BEGIN IMMEDIATE")
            database.execute("ROLLBACK")
    except (apsw.Error, AssertionError) as error:
        return f"something is left behind: {error}"
    return ""


def _words_wrong(codes: Sequence[int], told: Sequence[str], order: Sequence[str]) -> str:
    for code, words in zip(codes, told, strict=True):
        if code not in (DONE, REFUSED, KILLED):
            return f"exit {code}: {words}"
        if code == REFUSED and "plan.stale" in words and not any(f": {name}" in words for name in order):
            return f"a refusal that does not name who was faster: {words}"
        # Of two that are the first to apply parts of a set, the slower one is told where the set came from meanwhile.
        if code == REFUSED and not any(why in words for why in ("plan.stale", "set.owned", "set.source")):
            return f"a refusal that does not say why: {words}"
    return ""


def _order_wrong(codes: Sequence[int], order: Sequence[str]) -> str:
    if len(set(order)) != len(order):
        return f"somebody committed twice: {order}"
    refused = [f"side-{number}" for number, code in enumerate(codes) if code == REFUSED]
    both = set(refused) & set(order)
    return f"refused and committed: {both}" if both else ""


def summary(seed: int, races: Sequence[Race]) -> str:
    """How many races came out how."""
    ends = Counter(code for race in races for code in race.codes)
    sizes = Counter(len(race.codes) for race in races)
    contested = sum(REFUSED in race.codes for race in races)
    return (
        f"{len(races)} races (seed {seed}) of {min(sizes)} to {max(sizes)} processes: {ends[DONE]} done, {ends[REFUSED]} refused, "
        f"{ends[KILLED]} killed; {contested} races with a loser; {sum(bool(race.wrong) for race in races)} wrong"
    )


def main() -> int:
    """The campaign from the command line; exits with 1 where a race came out wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.races")
    parser.add_argument("--races", type=int, default=500)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument(
        "--break", dest="broken", action="store_true", help="compare with another order; has to fail"
    )
    wanted = parser.parse_args()
    races = []
    for race in campaign(wanted.races, wanted.seed, broken=wanted.broken):
        races.append(race)
        if sys.stderr.isatty():
            print(f"\r{len(races)} of {wanted.races}", end="", file=sys.stderr, flush=True)
    print(summary(wanted.seed, races))
    wrong = [race for race in races if race.wrong]
    for race in wrong[:10]:
        print(f"  {race}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
