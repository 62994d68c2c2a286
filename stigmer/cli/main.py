# SPDX-License-Identifier: Apache-2.0
"""The entry point. What needs no command line, the version, is answered before anything is imported."""

from __future__ import annotations

import sys


def main() -> int:
    """Runs the command line of this process; gives its exit status, or ends the process with it."""
    try:
        from stigmer.cli.version import answer

        text = answer(sys.argv[1:])
        if text is not None:
            sys.stdout.write(text)
            sys.stdout.flush()
            return 0
        return _command_line()
    except BrokenPipeError:
        return _reader_gone()
    except KeyboardInterrupt:
        return 130


def _command_line() -> int:
    import gc
    import os

    # One command and the process ends: what it makes is better freed at once than searched for cycles again and again.
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a file name need not be text
    from stigmer.cli.app import run

    status = run(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is closed and written; what is left, and was kept for that, goes with the process (see `stigmer.cli.kept`).
    os._exit(status)


def _reader_gone() -> int:
    """Whoever read the output, `head` for one, has seen enough. Python flushes at exit, and must find somewhere to."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
