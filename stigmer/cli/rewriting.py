# SPDX-License-Identifier: Apache-2.0
"""A file in place of another, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def rewrite(file: str, data: bytes) -> None:
    """Replaces what a file holds, of a link what it leads to. Its mode stays, and its owner where that is allowed.

    Raises OSError, and then nothing is changed.
    """
    target = Path(os.path.realpath(file))
    before = target.stat()
    handle, draft = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        with suppress(PermissionError):
            os.chown(draft, before.st_uid, before.st_gid)
        os.chmod(draft, before.st_mode & 0o7777)
        os.replace(draft, target)
    except BaseException:
        os.unlink(draft)
        raise
