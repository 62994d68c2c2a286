# SPDX-License-Identifier: Apache-2.0
"""The home and what lies there: its owner and modes, the configuration, the store, the master key, room on the disk."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from stigmer.backends.health import Health
from stigmer.cli import wiring
from stigmer.cli.config import Project, read_config
from stigmer.cli.console import count
from stigmer.cli.doctor.sealed import sealed
from stigmer.cli.doctor.told import Told, error, failed, ok, unused, warned, warning
from stigmer.cli.home import CONFIG_FILE, shown, shown_place
from stigmer.cli.passphrase import KEY_FILE_VARIABLE
from stigmer.cli.settings import Settings
from stigmer.errors import ExitCode, StigmerError
from stigmer.secrets.key_places import Sort

_LOOSE = 0o077
_LITTLE = 200 * 2**20  # bytes free, below which a migration with its backup may not find room
_TOO_LITTLE = 10 * 2**20


def directory(home: Path) -> Iterator[Told]:
    """The directory itself."""
    try:
        found = home.stat()
    except FileNotFoundError:
        words = f"there is no home yet at {shown(home)}: diff compares with nothing, apply makes it"
        yield unused("home", words, "stigmer init")
        return
    except OSError as failure:
        mend = "set STIGMER_HOME to a directory of yours"
        yield _broken("home", f"{shown(home)} cannot be looked at ({failure.strerror})", mend)
        return
    if not stat.S_ISDIR(found.st_mode):
        mend = "move it away, or set STIGMER_HOME to a directory of yours"
        yield _broken("home", f"{shown(home)} is not a directory", mend)
        return
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        mend = "check its permissions, or set STIGMER_HOME to a directory of yours"
        yield _broken("home", f"{shown(home)} cannot be read and written", mend)
    elif found.st_uid != os.geteuid():
        mend = "run stigmer as its owner, or set STIGMER_HOME to a directory of yours"
        yield warning("home", f"{shown(home)} belongs to another user ({found.st_uid})", mend)
    elif found.st_mode & _LOOSE and not found.st_mode & stat.S_ISVTX:
        words = f"others may look into {shown(home)} (mode {stat.S_IMODE(found.st_mode):04o})"
        yield warning("home", words, f"chmod 700 {shown(home)}")
    else:
        yield ok("home", f"{shown(home)} is there, and yours alone")


def configuration(home: Path) -> Iterator[Told]:
    """`config.yaml`."""
    file = shown(home / CONFIG_FILE)
    try:
        config = read_config(home)
    except StigmerError as failure:
        yield from failed("config", failure)
        return
    if not os.path.exists(home / CONFIG_FILE):
        yield unused("config", f"there is no {file}: the local backend is meant", "stigmer init")
        return
    backends = ", ".join(sorted(config.backends))
    yield ok("config", f"{file} is valid and names {count(len(config.backends), 'backend')}: {backends}")
    yield from warned("config", config.diagnostics)


def backend(settings: Settings, project: Project | None, environ: Mapping[str, str]) -> Told:
    """Which backend is meant, and who says so."""
    if environ.get("STIGMER_BACKEND"):
        said = "STIGMER_BACKEND says so"
    elif project is not None and project.backend is not None:
        said = "stigmer.yaml says so"
    elif settings.named:
        said = f"{shown(settings.home / CONFIG_FILE)} says so"
    else:
        said = "nobody names another"
    entry = settings.backend
    return ok("backend", f"the backend is {entry.name}, of type {entry.type}: {said}")


def store(settings: Settings) -> Iterator[Told]:
    """The store of the current backend, and its master key."""
    try:
        health = wiring.health(settings)
    except StigmerError as failure:
        if failure.exit_code is ExitCode.NOT_FOUND:
            place = shown(settings.backend.database)
            yield unused("store", f"there is no store yet at {place}", "stigmer init")
        else:
            yield from failed("store", failure)
        return
    yield from _health(health, settings)


def _health(health: Health, settings: Settings) -> Iterator[Told]:
    place = shown(settings.backend.database)
    for told in health.damage:
        words = "; ".join(line for line in told.splitlines() if not line.startswith("***"))
        mend = "put a copy in its place: stigmer explain backend.damaged"
        yield _broken("store", f"{place} is damaged: {words}", mend, "backend.damaged")
    if not health.damage:
        size = f"{health.bytes / 2**20:,.1f} MiB"
        holds = f"{count(health.resources, 'resource')} at revision {health.revision:,}, {size}"
        yield ok("store", f"{place} is sound: {holds}")
    for file in health.exposed:
        yield warning("store-mode", f"others may read {shown(Path(file))}", f"chmod 600 {shown(Path(file))}")
    if health.busy:
        words = f"another process is writing to {place} at this moment"
        yield warning("store-lock", words, "wait until it has finished", "backend.busy")
    if _is_untried(health) or (health.key is None and not health.damage):
        yield from _master_key(settings, tried=health.key is None)
    elif health.key is not None:
        yield from failed("master-key", health.key)
    if health.opening is not None:
        yield from sealed(health.opening)


def _is_untried(health: Health) -> bool:
    return isinstance(health.key, StigmerError) and health.key.code == "secret.passphrase_needed"


def _master_key(settings: Settings, *, tried: bool) -> Iterator[Told]:
    """The key, of which it is known that it fits where anything needs it, unless it was not tried."""
    try:
        found = wiring.key_place(settings)
    except StigmerError as failure:
        yield from failed("master-key", failure)
        return
    if found is None:
        yield ok("master-key", "there is no master key, and nothing is sealed that needs one")
        return
    sort, place = found[0], shown_place(found[1])
    if sort is Sort.KEYCHAIN:
        yield ok("master-key", f"the master key is in {place}, and is the store's")
    elif os.stat(found[1]).st_mode & _LOOSE:
        yield warning("master-key", f"others may read {place}", f"chmod 600 {place}")
    elif not tried:
        words = f"{place} is under a passphrase, so that nobody knows whether it is the store's"
        yield unused("master-key", words, f"{KEY_FILE_VARIABLE}=FILE stigmer doctor")
    else:
        protected = ", under a passphrase" if sort is Sort.PASSPHRASE else ""
        yield ok("master-key", f"{place} is the store's{protected}, and yours alone")


def passphrase_file(environ: Mapping[str, str]) -> Iterator[Told]:
    """The file with the passphrase of the master key, where a variable names one."""
    file = environ.get(KEY_FILE_VARIABLE)
    if file and os.path.isfile(file) and os.stat(file).st_mode & _LOOSE:
        yield warning("passphrase", f"others may read {shown(Path(file))}", f"chmod 600 {shown(Path(file))}")


def room(place: Path) -> Iterator[Told]:
    """Room on the disk of a directory, or of the nearest above that is there."""
    while not os.path.exists(place) and place != place.parent:
        place = place.parent
    try:
        free = shutil.disk_usage(place).free
    except OSError:
        return
    size = f"{free / 2**30:,.0f} GiB" if free >= 2**30 else f"{free / 2**20:,.0f} MiB"
    words = f"{size} free on the disk of {shown(place)}"
    if free < _TOO_LITTLE:
        yield _broken("disk", words, "free some", "backend.full")
    elif free < _LITTLE:
        yield warning("disk", words, "free some: a migration first makes a copy of the store")
    else:
        yield ok("disk", words)


def _broken(name: str, words: str, mend: str, code: str | None = None) -> Told:
    return error(name, words, mend, status=ExitCode.BACKEND, code=code)
