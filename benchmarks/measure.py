# SPDX-License-Identifier: Apache-2.0
"""One process from start to end: how long it took, how much work it did, how much memory it held."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from benchmarks.manifests import SECRET_VARIABLE

_ROOT = Path(__file__).resolve().parent.parent
_TO_A_KEYCHAIN = ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR")


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


def measure_python(
    arguments: Sequence[str],
    home: Path,
    directory: Path,
    *,
    status: int = 0,
    variables: Mapping[str, str] | None = None,
) -> tuple[Usage, str]:
    """The same of the Python that runs this, as an ordinary user would run it, with a home of stigmer and more variables."""
    environ = _environment() | {"STIGMER_HOME": str(home)} | dict(variables or {})
    return measure((sys.executable, *arguments), environ, str(directory), status=status)


def sync(file: Path) -> None:
    """What was copied is on the disk before the time is taken, so that no command waits for it."""
    with file.open("rb") as copied:
        os.fsync(copied.fileno())


def _environment() -> dict[str, str]:
    """An ordinary user's: nothing that changes what stigmer does, or keeps Python from caching what it compiles.

    Nothing leads to a keychain either: no benchmark leaves keys there.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("CI", *_TO_A_KEYCHAIN) and not name.startswith(("STIGMER_", "PYTHON"))
    }
    if sys.platform == "darwin":  # where the keychain is always there
        kept["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    return kept | {"PYTHONPATH": str(_ROOT), SECRET_VARIABLE: "not a secret to anybody"}


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode(errors="replace")
