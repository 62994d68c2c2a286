# SPDX-License-Identifier: Apache-2.0
"""The entry point. What needs no command line, the version, is answered before anything is imported."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Runs the command line of this process; gives its exit status, or ends the process with it."""
    _open_closed_streams()
    try:
        from stigmer.cli.version import answer

        text = answer(sys.argv[1:])
        if text is not None:
            sys.stdout.write(text)
            sys.stdout.flush()
            return 0
        return _command_line()
    except BrokenPipeError:
        _discard_output()  # whoever read it, `head` for one, has seen enough
        return 0
    except OSError as error:
        _discard_output()
        return _unwritten(error)
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - what reports bugs has one itself
        # Not shown by Python: the words of an error may quote a secret, and its traceback says nothing to a user.
        words = f"this is a bug in stigmer ({type(error).__name__}), and it could not be reported"
        sys.stderr.write(f"error: {words} [bug]\n")
        return 70


def _command_line() -> int:
    import gc

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


def _open_closed_streams() -> None:
    """Gives the process the streams that it was started without: no file of ours takes their numbers, and what is said goes nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115 - open as long as the process


def _discard_output() -> None:
    """Lets what could not be written go: Python flushes at exit, and must find somewhere to."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unwritten(error: OSError) -> int:
    """A full disk, for one. The only failure that escapes `run` besides a reader that went away."""
    from stigmer.cli.console import Style
    from stigmer.cli.diagnostics import diagnostic_text
    from stigmer.errors import Diagnostic, ExitCode, Severity

    words = f"the output cannot be written: {error.strerror}"
    found = Diagnostic(Severity.ERROR, "output.unwritten", words)
    sys.stderr.write(diagnostic_text(found, Style.of(sys.stderr)))
    return ExitCode.BACKEND


if __name__ == "__main__":
    sys.exit(main())
