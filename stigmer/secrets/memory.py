# SPDX-License-Identifier: Apache-2.0
"""What becomes of the memory of a process that holds secrets and crashes: nothing is written to a disk."""

from __future__ import annotations

import resource
import sys
from contextlib import suppress
from functools import cache

_PR_SET_DUMPABLE = 4


@cache
def keep_out_of_core_dumps() -> None:
    """From now on no core of this process is written, for as long as it lives; a process that it starts begins with none either.

    On Linux it is also not dumpable: the limit says nothing to a program that the system hands cores to, and no other process of the
    same user can read the memory, a debugger for one. Where the system does not let us, it stays as it was.
    """
    with suppress(OSError, ValueError):  # a sandbox may forbid it
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes  # here, since few commands meet a secret

        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
