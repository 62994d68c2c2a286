# SPDX-License-Identifier: Apache-2.0
"""No nonce comes twice, whichever process seals.

    python -m tests.campaigns.nonces --count 1000000 --processes 4

AES-GCM gives away what it protects where a key meets a nonce twice. So values are sealed by the real `seal` under one key, in
processes that are forked after the first value was sealed, and no two of all nonces may be alike; each of their 96 bits must also be
as often 0 as 1, which counters and clocks are not. `--break copied` is the seeded bug: the processes draw from one copied generator,
and the campaign has to notice; `--break counted` has nonces that differ and are no chance.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from types import SimpleNamespace
from unittest.mock import patch

from stigmer.secrets.envelope import Place, seal
from stigmer.secrets.keys import DataKey, new_data_key

_PLACE = Place("sto_1", "Environment", "env_1", "spec.data.TOKEN")
_HEADER, _NONCE = 5, 12
_SIGMAS = 6.0  # by chance one run in five million has a bit that is further off


@dataclass(frozen=True)
class Found:
    """How many values were sealed, how many nonces came again, and how far the worst bit is off, in standard deviations."""

    sealed: int
    again: int
    off: float

    @property
    def wrong(self) -> bool:
        """Whether a nonce came twice, or they are no chance."""
        return self.again > 0 or self.off > _SIGMAS

    def __str__(self) -> str:
        return f"{self.sealed:,} values sealed, {self.again:,} nonces came again, bits off by at most {self.off:.1f} sigma"


def campaign(number: int, processes: int) -> Found:
    """Seals so many values in so many processes, this one among them."""
    key = new_data_key(1)
    nonces = _drawn(key, 1)
    shares = [(number - 1) // processes + (index < (number - 1) % processes) for index in range(processes)]
    readers = [_forked(key, share) for share in shares[1:]]
    nonces += _drawn(key, shares[0])
    for descriptor, child in readers:
        with os.fdopen(descriptor, "rb") as file:
            nonces += file.read()
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
            raise RuntimeError("a process that seals has failed")
    each = [nonces[at : at + _NONCE] for at in range(0, len(nonces), _NONCE)]
    return Found(len(each), len(each) - len(set(each)), _off(each))


def _drawn(key: DataKey, number: int) -> bytes:
    """The nonces of so many sealed values, one after the other."""
    return b"".join(seal(b"value", key, _PLACE)[_HEADER : _HEADER + _NONCE] for _ in range(number))


def _forked(key: DataKey, number: int) -> tuple[int, int]:
    """A process that seals: where its nonces are read from, and its id."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return reading, child
    status = 1
    try:
        os.close(reading)
        with os.fdopen(writing, "wb") as file:
            file.write(_drawn(key, number))
        status = 0
    finally:
        os._exit(status)


def _off(nonces: list[bytes]) -> float:
    """How far the bit that is least evenly 0 and 1 is off the middle, in standard deviations."""
    ones = [
        sum(byte >> bit & 1 for byte in column)
        for column in (bytes(nonce[at] for nonce in nonces) for at in range(_NONCE))
        for bit in range(8)
    ]
    deviation = math.sqrt(len(nonces)) / 2
    return max(abs(each - len(nonces) / 2) / deviation for each in ones)


@contextmanager
def broken(how: str) -> Iterator[None]:
    """While it lasts, nonces are drawn wrongly."""
    numbers, copied = count(), random.Random(1)
    draws: dict[str, Callable[[int], bytes]] = {
        "copied": copied.randbytes,
        "counted": lambda size: (time.time_ns() << 16 | next(numbers) & 0xFFFF).to_bytes(size, "big"),
    }
    with patch("stigmer.secrets.envelope.os", SimpleNamespace(urandom=draws[how])):
        yield


def main() -> int:
    """The campaign from the command line; exits with 1 where nonces are not as they must be."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.nonces")
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--break", dest="broken", choices=("copied", "counted"), help="has to fail")
    wanted = parser.parse_args()
    if wanted.broken:
        with broken(wanted.broken):
            found = campaign(wanted.count, wanted.processes)
    else:
        found = campaign(wanted.count, wanted.processes)
    print(found)
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
