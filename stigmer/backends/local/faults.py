# SPDX-License-Identifier: Apache-2.0
"""What SQLite and the operating system report, in words that say what a person can do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from stigmer.errors import BackendError

_FAULTS: tuple[tuple[tuple[type[apsw.Error], ...], str, str, str], ...] = (
    (
        (apsw.BusyError, apsw.LockedError, apsw.ProtocolError),
        "backend.busy",
        "{path} is in use by another process",
        "try again when it has finished",
    ),
    (
        (apsw.FullError,),
        "backend.full",
        "there is no room to write {path}",
        "free space on its disk and try again",
    ),
    (
        (apsw.ReadOnlyError,),
        "backend.readonly",
        "{path} cannot be written",
        "check the permissions of the file and its directory",
    ),
    (
        (apsw.CorruptError, apsw.NotADBError),
        "backend.damaged",
        "{path} is damaged or is not a database",
        "restore it from a backup; the files beside it that hold 'backup' in their names were made before migrations",
    ),
    (
        (apsw.CantOpenError, apsw.PermissionsError, apsw.AuthError),
        "backend.unreachable",
        "{path} cannot be opened",
        "check that its directory exists and that you may read and write there",
    ),
    (
        (apsw.IOError,),
        "backend.io",
        "reading or writing {path} failed",
        "check its disk; nothing was changed",
    ),
)


@contextmanager
def faults_named(path: Path) -> Iterator[None]:
    """Turns what SQLite and the operating system report about the store at `path` into BackendError.

    What is left (a syntax error, a broken constraint) is a bug in stigmer and passes through.
    """
    try:
        yield
    except apsw.Error as error:
        for types, code, message, hint in _FAULTS:
            if isinstance(error, types):
                raise BackendError(code, f"{message.format(path=path)} ({error})", hint=hint) from error
        raise
    except OSError as error:
        raise _system_fault(error, path) from error


def _system_fault(error: OSError, path: Path) -> BackendError:
    reason = error.strerror or str(error)
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return BackendError(
                "backend.full",
                f"there is no room to write {path} ({reason})",
                hint="free space on its disk and try again",
            )
        case errno.EROFS:
            return BackendError("backend.readonly", f"{path} cannot be written ({reason})")
        case errno.EIO:
            return BackendError(
                "backend.io", f"reading or writing {path} failed ({reason})", hint="check its disk"
            )
        case _:
            return BackendError(
                "backend.unreachable",
                f"{path} cannot be opened ({reason})",
                hint="check that its directory exists and that you may read and write there",
            )
