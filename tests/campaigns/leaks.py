# SPDX-License-Identifier: Apache-2.0
"""A command in a process of its own that may be sabotaged, and builds that leak, for a campaign to prove that it would see them.

The process is a fork of this one, since a hundred commands that import everything anew would take minutes. A sabotage makes
something go wrong that a sound build survives without a trace; a leak makes a build that is not sound.
"""

from __future__ import annotations

import base64
import faulthandler
import os
import pty
import resource
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from stigmer.backends.contract import Batch, Committed, Put, SecretEntry
from stigmer.backends.local import LocalBackend, vault
from stigmer.backends.local.vault import Vault
from stigmer.cli import excerpt, main
from stigmer.reconcile import seal
from stigmer.reconcile.saved import write
from stigmer.resources.confidential import Secret
from stigmer.secrets import envelope, fingerprint, keys, memory, sources
from stigmer.secrets.redaction import Redactor

KEYCHAIN = "tests.secrets.keychains"
_ROOM = 100_000


def run(
    words: Sequence[str],
    *,
    directory: Path,
    environ: Mapping[str, str],
    given: bytes,
    output: Path,
    sabotage: str | None = None,
    leak: str | None = None,
    terminal: bool = False,
) -> int:
    """Runs a command whose streams are files beside `output`, or a terminal; its exit status, negative where a signal ended it."""
    leader, follower = pty.openpty() if terminal else (None, None)
    stdin = output.with_suffix(".in")
    stdin.write_bytes(given)
    sys.stdout.flush()
    sys.stderr.flush()
    process = os.fork()
    if process == 0:
        try:
            _become(directory, environ, _streams(stdin, output) if follower is None else (follower,) * 3)
            stdin.unlink(missing_ok=True)
            if sabotage in ANEW:
                anew = (sys.executable, "-m", __spec__.name, sabotage or "", leak or "", *words)
                os.execv(anew[0], anew)
            sys.exit(_command(sabotage or "", leak or "", *words))
        except SystemExit as end:
            sys.stdout.flush()
            os._exit(end.code if isinstance(end.code, int) else 1)
        finally:
            os._exit(99)
    if leader is not None and follower is not None:
        os.close(follower)
        output.with_suffix(".out").write_bytes(b"".join(_read(leader)))
        os.close(leader)
        stdin.unlink(missing_ok=True)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def _streams(stdin: Path, output: Path) -> tuple[int, ...]:
    writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    written = [os.open(output.with_suffix(suffix), writing, 0o600) for suffix in (".out", ".err")]
    return (os.open(stdin, os.O_RDONLY), *written)


def _read(terminal: int) -> Iterator[bytes]:
    """What is said on a terminal until nobody has it open any more, of which Linux makes an error."""
    with suppress(OSError):
        while said := os.read(terminal, 65536):
            yield said


def _command(sabotage: str, leak: str, *words: str) -> int:
    for name, made in ((sabotage, SABOTAGES), (leak, LEAKS)):
        if name:
            made[name]()
    sys.argv = ["stigmer", *words]
    return main.main()


def _become(directory: Path, environ: Mapping[str, str], streams: Sequence[int]) -> None:
    """Makes this process like one that was just started, as far as a command can tell."""
    faulthandler.disable()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(directory)
    os.environ.clear()
    os.environ.update(environ)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, "r" if number == 0 else "w", closefd=False)  # noqa: SIM115 - open as long as the process
        for number in range(3)
    )
    tempfile.tempdir = None
    for name in [each for each in sys.modules if each.partition(".")[0] == "keyring" or each == KEYCHAIN]:
        del sys.modules[name]  # which keychain there is, it finds out once a process
    # Whoever dies may leave a core.
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


def _replace(owner: Any, name: str, made: Any) -> None:
    patch.object(owner, name, made).start()


def _in_the_transaction(end: Callable[[], None]) -> Callable[[], None]:
    def sabotage() -> None:
        keep = Vault.keep

        def kept(self: Vault, *about: Any) -> None:
            keep(self, *about)
            end()

        _replace(Vault, "keep", kept)

    return sabotage


def _bug_while_sealing() -> None:
    def broken(value: bytes, key: object, place: object) -> bytes:
        raise RuntimeError(f"no room for {key!r} at {place!r}")

    _replace(vault, "seal", broken)


def _bug_about_a_batch() -> None:
    def broken(self: object, batch: object) -> None:
        raise RuntimeError(f"cannot write {batch} or {batch!r}")

    _replace(LocalBackend, "apply", broken)


def _bug_while_reading() -> None:
    def broken(value: Secret, key: bytes) -> str:
        raise RuntimeError(f"cannot tell {value} and %r: {value!r:>40}" % (value,))

    _replace(vault, "fingerprint", broken)


def _little_room() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_ROOM, _ROOM))


SABOTAGES: dict[str, Callable[[], None]] = {
    "killed": _in_the_transaction(lambda: os.kill(os.getpid(), signal.SIGKILL)),
    "interrupted": _in_the_transaction(lambda: os.kill(os.getpid(), signal.SIGINT)),
    "aborted": _in_the_transaction(os.abort),
    "bug while sealing": _bug_while_sealing,
    "bug about a batch": _bug_about_a_batch,
    "bug while reading": _bug_while_reading,
    "disk full": _little_room,
}
"""What may go wrong, by name."""


ANEW = frozenset({"aborted"})
"""What is only to be seen in a program of its own: the core of a fork holds whatever the campaign remembers, too."""


def _without_the_filter() -> None:
    """What is said is not looked through, so that what is behind that shows."""
    _replace(Redactor, "add", lambda self, secret: None)


def _shows_itself() -> None:
    _without_the_filter()
    _replace(Secret, "__repr__", lambda self: f"Secret({self.reveal()})")
    _replace(Secret, "__str__", Secret.reveal)


def _stores_clear_values() -> None:
    sealing = envelope.seal
    _replace(vault, "seal", lambda value, key, place: sealing(value, key, place)[:17] + value)


def _stores_hashless_fingerprints() -> None:
    made = lambda value, key: value.reveal().encode().hex()[:64].ljust(64, "0")  # noqa: E731
    _replace(vault, "fingerprint", made)
    _replace(fingerprint, "fingerprint", made)


def _reports_variables() -> None:
    import traceback

    _without_the_filter()

    def made(error: BaseException) -> list[str]:
        return list(traceback.TracebackException.from_exception(error, capture_locals=True).format())

    _replace(traceback, "format_exception", made)


def _tells_what_it_reads(tell: Callable[[str], object]) -> Callable[[], None]:
    def leak() -> None:
        fetch = sources.fetch

        def fetched(*about: Any) -> Any:
            value = fetch(*about)
            if isinstance(value, Secret):
                tell(value.reveal())
            return value

        _replace(seal, "fetch", fetched)

    return leak


def _logs(value: str) -> None:
    os.write(2, f"read {value!r}\n".encode())  # past whatever looks at what is said


def _keeps_a_file(value: str) -> None:
    with tempfile.NamedTemporaryFile("w", delete=False) as file:
        file.write(value)


def _caches(value: str) -> None:
    with open(Path(os.environ["STIGMER_HOME"]) / "values.cache", "ab") as file:
        file.write(base64.urlsafe_b64encode(b"1:" + value.encode()))


def _saves_values() -> None:
    entry_of = write._secret

    def entry(secret: SecretEntry, where: Any) -> Any:
        value = {} if secret.value is None else {"value": secret.value.reveal()}
        return {**entry_of(secret, where), **value}

    _replace(write, "_secret", entry)


def _says_it_in_the_history() -> None:
    apply = LocalBackend.apply

    def told(self: LocalBackend, batch: Batch) -> Committed:
        puts = [each for each in batch.operations if isinstance(each, Put)]
        values = [entry.value.reveal() for put in puts for entry in put.secrets.values() if entry.value]
        return apply(self, replace(batch, message=" ".join(["sealed", *values])))

    _replace(LocalBackend, "apply", told)


def _shows_every_line() -> None:
    _without_the_filter()
    _replace(excerpt, "_may_be_shown", lambda lines, number: True)


def _leaves_cores() -> None:
    for module in (memory, keys):
        _replace(module, "keep_out_of_core_dumps", lambda: None)


LEAKS: dict[str, Callable[[], None]] = {
    "a secret that shows itself": _shows_itself,
    "values stored in clear": _stores_clear_values,
    "fingerprints without a key": _stores_hashless_fingerprints,
    "reports with variables": _reports_variables,
    "cores": _leaves_cores,
    "lines of manifests on a terminal": _shows_every_line,
    "a log of what is read": _tells_what_it_reads(_logs),
    "a temporary file": _tells_what_it_reads(_keeps_a_file),
    "a cache in base64": _tells_what_it_reads(_caches),
    "values in a saved plan": _saves_values,
    "values in the history": _says_it_in_the_history,
}
"""Builds that leak, by name: what makes one of this process."""


if __name__ == "__main__":
    sys.exit(_command(*sys.argv[1:]))
