# SPDX-License-Identifier: Apache-2.0
"""One process from start to end: how long it took, how much work it did, how much memory it held."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process used: `wall` and `cpu` (user and system) in seconds, `memory` the largest resident set in MiB."""

    wall: float
    cpu: float
    memory: float


class CommandFailed(Exception):
    """A measured command ended as it should not; the message has its command line and what it said."""


def measure(
    command: Sequence[str], environ: Mapping[str, str], directory: str, *, status: int = 0
) -> tuple[Usage, str]:
    """Runs a command in a directory; what it used, and its standard output. Raises CommandFailed unless it exits with `status`."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=errors, env=environ, cwd=directory)
        # The kernel counts for a single process only here; what `resource` tells is of all children together.
        _, code, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(code)
        said, complained = (_text(stream) for stream in (output, errors))
    if process.returncode != status:
        raise CommandFailed(f"{' '.join(command)} exited {process.returncode}\n{said}{complained}")
    return Usage(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024), said


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode(errors="replace")
