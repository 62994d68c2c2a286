# SPDX-License-Identifier: Apache-2.0
"""A rotation of the master key killed at every row: each secret can be read at each moment, and the next rotation goes on.

    python -m tests.campaigns.rotation --resources 40 --seed 1

A store has secrets of every sort: live, of former versions, of deleted resources, of a context, sealed by data keys and as a former
stigmer did by the master key itself. A process rotates its key a row a transaction and is killed at its first step, in a copy of the
store at its second, and so on to the last: at each row, before and after each commit, before and after the key is written. After each
kill everything is opened, by a process that has not yet read the key and by one that had read the old one, something new is written,
and the rotation is run again, killed once more at a step of chance, and run to its end. Then one version is left, and no file holds the
old key or anything that it sealed. `--break` names a seeded bug, which has to be caught.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest.mock import patch

import apsw

from stigmer.backends.local.connection import open_writer
from stigmer.backends.local.rotation import rotate
from stigmer.backends.local.vault import Vault
from stigmer.secrets.envelope import Place, seal, sealed_by, unseal
from stigmer.secrets.key_file import KeyFile
from stigmer.secrets.keys import MasterKey, MasterKeys, SecretError
from tests.campaigns.rotation_stage import Remembering, Truth, build, check, leftovers, tell_something_new

Step = Callable[[str], None]


@dataclass(frozen=True)
class Kill:
    """One kill: its number, the step that was being taken, and what was wrong afterwards."""

    number: int
    step: str
    wrong: str = ""


@dataclass
class Report:
    """What a campaign saw."""

    seed: int
    secrets: int
    kills: list[Kill] = field(default_factory=list)

    @property
    def failures(self) -> list[Kill]:
        """Kills after which something could not be read, or that the next rotation did not mend."""
        return [kill for kill in self.kills if kill.wrong]

    def __str__(self) -> str:
        steps = ", ".join(f"{number} {step}" for step, number in Counter(k.step for k in self.kills).items())
        return (
            f"{len(self.kills)} kills (seed {self.seed}, {self.secrets} secrets): {steps}; "
            f"{len(self.failures)} left something that could not be read or did not end"
        )


def campaign(resources: int, seed: int, broken: str | None = None) -> Iterator[Report]:
    """Kills a rotation at each of its steps in turn; the report after each kill."""
    chance = random.Random(seed)
    # In memory where there is such a place: a process is killed here, not a disk.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as directory:
        place = Path(directory).resolve()
        truth = build(place / "template", resources, chance)
        report = Report(seed, len(truth.values))
        number = 0
        while True:
            number += 1
            home = place / f"killed-{number}"
            shutil.copytree(place / "template", home)
            step = _rotated_until(number, home, broken)
            if step is None:
                return
            try:
                _look(home, truth, chance)
                wrong = ""
            except (AssertionError, SecretError) as error:
                wrong = f"{type(error).__name__}: {error}"
            report.kills.append(Kill(number, step, wrong))
            shutil.rmtree(home)
            yield report


def _look(home: Path, truth: Truth, chance: random.Random) -> None:
    """All that has to hold after a kill."""
    old = truth.keys
    check(home, truth, KeyFile(home / "master.key"))
    check(home, truth, Remembering(KeyFile(home / "master.key"), old))
    left = KeyFile(home / "master.key").load()
    truth = tell_something_new(home, truth, Remembering(KeyFile(home / "master.key"), old))
    again = _rotated_until(chance.randrange(1, 60), home, None)
    check(home, truth, KeyFile(home / "master.key"))
    if again is not None:
        rotate(home / "local.db", KeyFile(home / "master.key"), lambda *_: None, batch=1)
    check(home, truth, KeyFile(home / "master.key"))
    check(home, truth, Remembering(KeyFile(home / "master.key"), old))
    now = KeyFile(home / "master.key").load()
    assert len(now.versions) == 1, "an old version of the key is left"
    # One that was under way is ended; only where none was, another is begun, and where that was killed after its end, a third.
    under_way = len(left.versions) > 1
    assert (
        now.current == left.current
        if under_way and again is None
        else now.current.version >= left.current.version
    )
    assert leftovers(home, truth) == [], "something of the old key is left in a file"


def _rotated_until(number: int, home: Path, broken: str | None) -> str | None:
    """Rotates in a process that is killed at that step; the step, or None where it came to its end before."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        status = 3
        try:
            _rotate_and_die(number, home, broken, writing)
            status = 0
        except BaseException:  # noqa: BLE001 - whatever it is, this process must not go on as the test
            if broken is None:
                traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as told:
        step = told.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return step
    assert os.WEXITSTATUS(status) == 0 or broken, "the rotation failed"
    return None


def _rotate_and_die(number: int, home: Path, broken: str | None, pipe: int) -> None:
    """Counts the steps of a rotation, and ends this process at one of them as a power cut would."""
    taken = 0

    def step(name: str) -> None:
        nonlocal taken
        taken += 1
        if taken == number:
            os.write(pipe, name.encode())
            os.kill(os.getpid(), signal.SIGKILL)

    with ExitStack() as stack:
        if broken is not None:
            BUGS[broken](stack)
        _set_traps(stack, step)
        key = KeyFile(home / "master.key")
        rotate(home / "local.db", key, lambda *_: step("after a commit"), batch=1)


def _set_traps(stack: ExitStack, step: Step) -> None:
    """Lets `step` be called at each row, each commit, and each time a key is written."""

    def opened(path: Path, busy_timeout: float) -> apsw.Connection:
        connection = open_writer(path, busy_timeout)
        connection.set_update_hook(lambda _type, _database, table, _row: step(f"at a row of {table}"))

        def before() -> bool:
            step("before a commit")
            return False

        connection.set_commit_hook(before)
        return connection

    def moved(self: Path, target: Path) -> Path:
        step("beside the key, before it is replaced")
        return move(self, target)

    def replaced(self: KeyFile, keys: MasterKeys) -> None:
        step("before the key is written")
        with patch.object(Path, "replace", moved):
            replace(self, keys)
        step("after the key is written")

    move, replace = Path.replace, KeyFile.replace
    stack.enter_context(patch("stigmer.backends.local.rotation.open_writer", opened))
    stack.enter_context(patch.object(KeyFile, "replace", replaced))


def _dropped_early(stack: ExitStack) -> None:
    """The old version goes as soon as there is a new one; the process itself remembers it."""
    replace, load = KeyFile.replace, KeyFile.load
    known: dict[int, MasterKey] = {}

    def replaced(self: KeyFile, keys: MasterKeys) -> None:
        known.update({key.version: key for key in keys.versions})
        replace(self, MasterKeys(keys.versions[-1:]))

    def loaded(self: KeyFile) -> MasterKeys:
        known.update({key.version: key for key in load(self).versions})
        return MasterKeys(tuple(known[number] for number in sorted(known)))

    stack.enter_context(patch.object(KeyFile, "replace", replaced))
    stack.enter_context(patch.object(KeyFile, "load", loaded))


def _written_late(stack: ExitStack) -> None:
    """The new version is written when the rotation ends, not when it begins."""
    replace, load = KeyFile.replace, KeyFile.load
    pending: list[MasterKeys] = []

    def replaced(self: KeyFile, keys: MasterKeys) -> None:
        if pending:
            replace(self, keys)
        pending.append(keys)

    def loaded(self: KeyFile) -> MasterKeys:
        return pending[-1] if pending else load(self)

    stack.enter_context(patch.object(KeyFile, "replace", replaced))
    stack.enter_context(patch.object(KeyFile, "load", loaded))


def _sealed_for_elsewhere(stack: ExitStack) -> None:
    """A value of the old format is sealed anew for another field."""
    resealed = Vault.resealed

    def moved(self: Vault, place: Place, sealed: bytes) -> bytes:
        again = resealed(self, place, sealed)
        key = self._sealing_key(sealed_by(again), place)
        return seal(unseal(again, key, place), key, replace(place, path=f"{place.path}.x"))

    stack.enter_context(patch.object(Vault, "resealed", moved))


BUGS = {
    "dropped-early": _dropped_early,
    "written-late": _written_late,
    "elsewhere": _sealed_for_elsewhere,
}


def main() -> int:
    """The campaign from the command line; exits with 1 where something could not be read."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.rotation")
    parser.add_argument("--resources", type=int, default=40)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--break", dest="broken", choices=list(BUGS), help="with a seeded bug; has to fail")
    wanted = parser.parse_args()
    report = Report(wanted.seed, 0)
    for report in campaign(wanted.resources, wanted.seed, wanted.broken):
        if sys.stderr.isatty():
            print(f"\r{len(report.kills)}", end="", file=sys.stderr, flush=True)
    print(report)
    for kill in report.failures:
        print(f"  {kill}")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
