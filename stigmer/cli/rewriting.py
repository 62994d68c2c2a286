# SPDX-License-Identifier: Apache-2.0
"""A file in place of another, whole or not at all; several together."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def rewrite(file: str, data: bytes) -> None:
    """Replaces what a file holds, of a link what it leads to. Its mode stays, and its owner where that is allowed.

    Raises OSError, and then nothing is changed.
    """
    rewrite_all({file: data})


def rewrite_all(files: Mapping[str, bytes]) -> None:
    """Replaces what several files hold, as `rewrite` does: all of it is written before the first file is replaced.

    Raises OSError. Nothing is changed then, unless a file that could be written beside cannot be put into its place.
    """
    drafts: dict[str, Path] = {}
    try:
        for file, data in files.items():
            target = Path(os.path.realpath(file))
            drafts[_draft(target, data, target.stat())] = target
        for draft, target in list(drafts.items()):
            os.replace(draft, target)
            del drafts[draft]
    except BaseException:
        for draft in drafts:
            os.unlink(draft)
        raise


def write_private(file: str, data: bytes) -> None:
    """Writes a file that its owner alone can read, in place of one that may be there. Raises OSError, and then nothing is changed.

    What is there and is no plain file, such as a device, is not replaced.
    """
    target = Path(os.path.realpath(file))
    if target.exists() and not target.is_file():
        raise FileExistsError(errno.EEXIST, "what is there is no plain file", file)
    _put(target, data, None)


def _put(target: Path, data: bytes, before: os.stat_result | None) -> None:
    """Puts a new file in place of the target, with the mode and the owner of `before`; of none, with the mode 0600."""
    draft = _draft(target, data, before)
    try:
        os.replace(draft, target)
    except BaseException:
        os.unlink(draft)
        raise


def _draft(target: Path, data: bytes, before: os.stat_result | None) -> str:
    """A new file beside the target, complete and on the disk; its path."""
    handle, draft = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        if before is not None:
            with suppress(PermissionError):
                os.chown(draft, before.st_uid, before.st_gid)
            os.chmod(draft, before.st_mode & 0o7777)
    except BaseException:
        os.unlink(draft)
        raise
    return draft


def create(file: str, data: bytes) -> None:
    """Makes a file, and the directories that it is in; a file or a link that is there goes. Raises OSError, and then nothing is there.

    Not waiting for the disk, since what can be made can be made again.
    """
    directory, name = os.path.split(file)
    os.makedirs(directory, exist_ok=True)
    draft = os.path.join(directory, f".{name[:200]}.{os.getpid()}.new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)  # as the umask allows
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(data)
        os.replace(draft, file)
    except BaseException:
        os.unlink(draft)
        raise
