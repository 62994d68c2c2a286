# SPDX-License-Identifier: Apache-2.0
"""The power fails at every write: no store is corrupt, and what was acknowledged is there.

    python -m tests.campaigns.power --images 5000 --seed 1

A store is made and changed by real batches while a VFS records what SQLite writes; then the disk is cut at every write, several
times over, in each of the ways in which a disk may lose what was not synced (see tests/campaigns/disk.py). Each image is opened,
checked, compared with the states there were, and changed once more. `--synchronous NORMAL` is the seeded bug: it loses
acknowledged batches, and the campaign has to notice.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import apsw

from stigmer.backends.contract import Batch, BatchOperation, Release, SecretEntry, SetSource
from stigmer.backends.local import LocalBackend
from stigmer.backends.local.connection import open_writer
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import Key
from stigmer.secrets.key_file import KeyFile
from tests.backends.builders import delete, put
from tests.campaigns import stage
from tests.campaigns.disk import Event, Mark, Mode, Recorder, Sync, states

_KINDS = ("Agent", "Skill", "Environment")


@dataclass(frozen=True)
class Image:
    """One image: after which event it was cut, how, and what was wrong with the store in it."""

    event: int
    mode: Mode
    wrong: str = ""


@dataclass(frozen=True)
class Recording:
    """What was written, and how the store stood after each acknowledgement, of which the first is that of the store itself."""

    events: Sequence[Event]
    stood: dict[int, stage.Rows]
    key: bytes


def record(place: Path, batches: int, seed: int, synchronous: str) -> Recording:
    """Makes a store and commits batches to it, closing and opening it in between."""
    chance = random.Random(seed)
    recorder = Recorder()
    home = place / "home"
    stood: dict[int, stage.Rows] = {}

    def opened_so(path: Path, busy_timeout: float) -> apsw.Connection:
        connection = open_writer(path, busy_timeout)
        connection.pragma("synchronous", synchronous)
        # A checkpoint every few batches, not every few thousand.
        connection.wal_autocheckpoint(24)
        return connection

    with patch("stigmer.backends.local.store.open_writer", opened_so), recorder.recording():
        store = _opened(home)
        recorder.mark("made")
        store.fingerprints([Secret("")])  # makes the keys, which is a commit of its own
        recorder.mark("keys")
        for number in range(batches):
            if chance.random() < 0.15:
                store.close()
                store = _opened(home)
            committed = store.apply(_batch(store, number, chance))
            recorder.mark(committed.revision)
        store.close()
    for number, batch_end in enumerate(_ends(recorder.events), 1):
        stood[number] = _replayed(place / "replayed", recorder.events[:batch_end], home)
    return Recording(recorder.events, stood, (home / "master.key").read_bytes())


def _opened(home: Path) -> LocalBackend:
    return LocalBackend.open(home / "local.db", master_key=KeyFile(home / "master.key"), create=True)


def _batch(store: LocalBackend, number: int, chance: random.Random) -> Batch:
    """Resources made, changed, deleted and released at random; some carry secrets, some fill pages."""
    heads = store.snapshot().heads
    operations: list[BatchOperation] = []
    for kind in chance.sample(_KINDS, chance.randint(1, len(_KINDS))):
        key = Key(kind, "default", f"r{chance.randrange(6)}")
        at = store.get([key]).get(key)
        if key in heads and at is not None and chance.random() < 0.2:
            operations.append(delete(at))
        elif at is not None and at.owner is not None and chance.random() < 0.1:
            operations.append(Release(at.key, at.id, at.revision))
        elif kind == "Environment":
            secret = Secret(f"value {number}")
            (mark,) = store.fingerprints([secret])
            spec = {"data": {"TOKEN": {"is_secret": True, "fingerprint": mark}}}
            secrets = {"spec.data.TOKEN": SecretEntry(mark, secret)}
            operations.append(put(key, at, spec=spec, secrets=secrets))
        else:
            field = "instructions" if kind == "Agent" else "markdown_content"
            words = f"Say {number}. " * chance.choice([1, 50, 2000])
            operations.append(put(key, at, spec={field: words}))
    return Batch(tuple(operations), owner="shop", source=SetSource(None, "here"))


def _ends(events: Sequence[Event]) -> list[int]:
    """After how many events the store was acknowledged, then each batch."""
    return [number + 1 for number, event in enumerate(events) if isinstance(event, Mark)]


def _replayed(home: Path, events: Sequence[Event], original: Path) -> stage.Rows:
    """How the store stands where all of the events are on the disk."""
    *_, (_, disk) = states(events)
    _put(home, disk.image(Mode.ALL, random.Random(0)), (original / "master.key").read_bytes())
    return stage.rows(home)


def _put(home: Path, files: dict[str, bytes], key: bytes) -> None:
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o700)
    for name, data in files.items():
        (home / name).write_bytes(data)
    (home / "master.key").write_bytes(key)
    (home / "master.key").chmod(0o600)


def campaign(
    images: int, seed: int, batches: int = 60, synchronous: str = "FULL"
) -> Iterator[tuple[Recording, Image]]:
    """Records, then cuts so many images, spread over every write, and looks at each."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory).resolve()
        made = record(place, batches, seed, synchronous)
        cuts = [number for number, event in enumerate(made.events) if not isinstance(event, (Mark, Sync))]
        wanted = Counter(cuts[number % len(cuts)] for number in _spread(images, len(cuts)))
        modes = list(Mode)
        acknowledged, turn = 0, 0
        for number, disk in states(made.events):
            if isinstance(made.events[number], Mark):
                acknowledged += 1
            for _ in range(wanted[number]):
                mode, turn = modes[turn % len(modes)], turn + 1
                _put(place / "image", disk.image(mode, chance), made.key)
                yield made, Image(number, mode, _wrong(place / "image", made, acknowledged, chance))


def _spread(images: int, cuts: int) -> Iterator[int]:
    """So many numbers of cuts: all of them equally often, and what is left over evenly spread."""
    for turn in range(images // cuts):
        yield from (number + turn * cuts for number in range(cuts))
    rest = images % cuts
    yield from (number * cuts // rest for number in range(rest))


def _wrong(home: Path, made: Recording, acknowledged: int, chance: random.Random) -> str:
    """What is wrong with the store of an image; empty where nothing is."""
    database = home / "local.db"
    if not acknowledged and (not database.exists() or not database.stat().st_size):
        return ""
    try:
        stage.check_sound(home)
        found = stage.rows(home)
    except (apsw.Error, AssertionError) as error:
        return f"damaged: {error}"
    allowed = [made.stood[each] for each in (acknowledged, acknowledged + 1) if each in made.stood]
    if acknowledged and found not in allowed:
        earlier = [each for each, rows in made.stood.items() if rows == found]
        return f"lost: it is as after batch {earlier[0]}" if earlier else "a state that never was"
    with _opened(home) as store:
        store.apply(_batch(store, -1, chance))
    return ""


def summary(seed: int, made: Recording, images: Sequence[Image]) -> str:
    """What was seen, in a line."""
    wrong = Counter(image.wrong.partition(":")[0] for image in images if image.wrong)
    cuts = len({image.event for image in images})
    told = ", ".join(f"{count} {word}" for word, count in sorted(wrong.items())) or "all whole, nothing lost"
    return (
        f"{len(images)} images (seed {seed}) of {len(made.events)} events, {len(made.stood) - 2} batches, cut at "
        f"{cuts} writes: {told}"
    )


def main() -> int:
    """The campaign from the command line; exits with 1 where an image was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.power")
    parser.add_argument("--images", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--batches", type=int, default=60)
    parser.add_argument(
        "--synchronous", choices=("FULL", "NORMAL"), default="FULL", help="NORMAL has to fail"
    )
    wanted = parser.parse_args()
    seen: list[tuple[Recording, Image]] = []
    for each in campaign(wanted.images, wanted.seed, wanted.batches, wanted.synchronous):
        seen.append(each)
        if sys.stderr.isatty():
            print(f"\r{len(seen)} of {wanted.images}", end="", file=sys.stderr, flush=True)
    images = [image for _, image in seen]
    print(summary(wanted.seed, seen[0][0], images))
    wrong = [image for image in images if image.wrong]
    for image in wrong[:20]:
        print(f"  {image}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
