# SPDX-License-Identifier: Apache-2.0
"""The files of a store and their modes: nobody but their owner reads them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_LOOSE = 0o077


def make_private_file(path: Path) -> None:
    """Makes the file with mode 0600 unless there is one. SQLite gives its companion files the mode of the database."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return


def make_private_directory(path: Path) -> None:
    """Makes the directory with mode 0700 unless there is one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        return


def tighten_home(directory: Path) -> None:
    """Takes others' rights to a directory away, unless it is one that is meant for many, as its sticky bit says."""
    mode = directory.stat().st_mode
    if mode & _LOOSE and not mode & stat.S_ISVTX:
        directory.chmod(0o700)


def tighten_files(database: Path) -> None:
    """Takes others' rights to a database and the files that SQLite keeps beside it away."""
    for path in (
        database,
        companion(database, "-wal"),
        companion(database, "-shm"),
        companion(database, "-journal"),
    ):
        try:
            if path.stat().st_mode & _LOOSE:
                path.chmod(0o600)
        except FileNotFoundError:
            continue


def is_exposed(path: Path) -> bool:
    """Whether others than its owner have rights to a file."""
    return bool(path.stat().st_mode & _LOOSE)


def companion(database: Path, suffix: str) -> Path:
    """A file beside the database whose name is the database's and a suffix."""
    return database.with_name(database.name + suffix)
