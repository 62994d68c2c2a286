# SPDX-License-Identifier: Apache-2.0
"""What a command has read is in nothing that it says or leaves behind, whatever goes wrong and however it ends."""

from __future__ import annotations

import base64
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyrage
import pytest

from stigmer.backends.local import LocalBackend
from stigmer.cli.known_secrets import masked_where_told
from stigmer.cli.options import DiffOutput
from stigmer.cli.progress import Progress
from stigmer.errors import BackendError
from stigmer.resources.confidential import MASK, Secret
from stigmer.secrets.forms import forms
from tests.campaigns import stage
from tests.cli.conftest import SECRET, Cli

VALUE = "sesame-opens"  # what the fixture `cli` sets; secret-scan: allow
CANARY = "kanarienvogel/7+Xq9"  # secret-scan: allow
OTHER = "Wellensittich-%d-=?"  # secret-scan: allow


@pytest.fixture
def broken(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], Cli]:
    """A command line with a secret to apply, where something happens in place of applying."""
    cli.write("keys.yaml", SECRET)

    def breaking(happens: Callable[[], object]) -> Cli:
        monkeypatch.setattr(LocalBackend, "apply", lambda *about: happens())
        return cli

    return breaking


Breaking = Callable[[Callable[[], object]], Cli]


def raising(error: Exception) -> Callable[[], object]:
    def happens() -> object:
        raise error

    return happens


@pytest.mark.parametrize(
    "told", [VALUE, base64.b64encode(b"u:" + VALUE.encode()).decode(), quote(json.dumps(VALUE)), VALUE.encode().hex()]
)  # fmt: skip
@pytest.mark.parametrize("form", ["text", "json", "jsonl"])
def test_an_error_that_quotes_a_secret_is_masked(broken: Breaking, form: str, told: str) -> None:
    cli = broken(raising(BackendError("backend.busy", f"refused: {told}, it says", hint=f"not {told}")))
    result = cli("apply", "-f", "keys.yaml", "-o", form, expect=7)
    assert "refused: " in result.out + result.err
    assert MASK in result.out + result.err
    assert told not in result.out + result.err


@pytest.mark.parametrize("form", DiffOutput)
def test_no_form_of_a_diff_that_fails_quotes_a_secret(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, form: DiffOutput
) -> None:
    cli("init")
    cli.write("keys.yaml", SECRET)
    error = BackendError("backend.busy", f"refused: {VALUE}, it says", hint=f"not {VALUE}")
    monkeypatch.setattr(LocalBackend, "fingerprints", lambda *about: raising(error)())
    result = cli("diff", "-f", "keys.yaml", "-o", form, expect=7)
    assert "refused: " in result.out + result.err
    assert VALUE not in result.out + result.err


def test_a_report_of_a_bug_does_not_hold_what_was_read(broken: Breaking) -> None:
    chain = ValueError(f"input_value={VALUE!r}")
    error = KeyError({"token": VALUE, "bytes": VALUE.encode(), "url": f"https://x/?t={quote(VALUE)}"})
    error.__cause__ = chain
    cli = broken(raising(error))
    result = cli("apply", "-f", "keys.yaml", expect=70)
    (report,) = cli.home.glob("stigmer-bug-*.txt")
    text = report.read_text()
    assert "KeyError" in text
    assert "input_value" in text
    assert MASK in text
    assert VALUE not in text + result.out + result.err


def test_the_identity_that_opens_sealed_values_is_masked_as_they_are(
    broken: Breaking, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = pyrage.x25519.Identity.generate()
    sealed = pyrage.encrypt(CANARY.encode(), [identity.to_public()], armored=True).decode()
    cli = broken(raising(BackendError("backend.busy", f"no {identity} and no {CANARY}")))
    (cli.directory / "id.txt").write_text(f"# created today\n{identity}\n")
    (cli.directory / "id.txt").chmod(0o600)
    monkeypatch.setenv("STIGMER_AGE_IDENTITY", str(cli.directory / "id.txt"))
    cli.write("keys.yaml", SECRET.replace("{env: BOT_TOKEN}", f"{{age: {json.dumps(sealed)}}}"))
    assert f"no {MASK} and no {MASK}" in cli("apply", "-f", "keys.yaml", expect=7).err


def test_a_report_of_a_bug_does_not_hold_what_was_typed_where_no_secret_belongs(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("init")
    key = "sk-ant-" + "a1B2c3D4e5" * 4  # secret-scan: allow
    monkeypatch.setattr("stigmer.cli.app.program", raising(RuntimeError("broken")))
    text = ""
    for arguments in (
        ("apply", "-m", key, "-f", f"https://me:{CANARY[:8]}x9@example.com/a.yaml"),
        ("secrets", "set", "prod", "TOKEN", CANARY, f"--value={CANARY}", "-o", "json"),
    ):
        cli(*arguments, expect=70)
        (report,) = cli.home.glob("stigmer-bug-*.txt")
        text += report.read_text()
        report.unlink()
    assert f"arguments: apply -m {MASK} -f {MASK}" in text
    assert f"arguments: secrets set {MASK} {MASK} {MASK} --value={MASK} -o {MASK}" in text
    assert CANARY not in text
    assert key not in text


def test_what_libraries_say_of_a_secret_is_masked(cli: Cli) -> None:
    cli.write("keys.yaml", SECRET)
    # In a process of its own: pytest takes warnings, logs and what threads raise for itself.
    program = f"""
import logging, sys, threading, warnings
from stigmer.backends.local import LocalBackend
from stigmer.cli.app import run
from stigmer.errors import BackendError
def talking(*about):
    logging.getLogger("a.library").warning("a log: %s", {VALUE!r})
    warnings.warn("a warning: " + {VALUE!r})
    thread = threading.Thread(target=lambda: int("a thread: " + {VALUE!r}))
    thread.start()
    thread.join()
    sys.stderr.write("pieces: " + {VALUE[:5]!r})
    sys.stderr.writelines([{VALUE[5:]!r}, "\\n"])
    raise BackendError("backend.busy", "refused")
LocalBackend.apply = talking
sys.exit(run(["apply", "-f", "keys.yaml"]))
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 7, ended.stderr
    for said in ("a log: ", "a warning: ", "a thread: ", "pieces: "):
        assert f"{said}{MASK}" in ended.stderr
    assert VALUE not in ended.stdout + ended.stderr


def test_progress_is_masked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with masked_where_told():
        Secret(VALUE)
        progress = Progress(quiet=False)
        progress._next = 0.0
        with progress:
            progress.phase(f"asking for {VALUE}")
    told = capsys.readouterr().err
    assert f"asking for {MASK}" in told
    assert VALUE not in told


def test_what_only_happens_to_be_the_same_stays_in_a_result(cli: Cli) -> None:
    cli.write("keys.yaml", SECRET.replace("  name: keys\n", f"  name: keys\n  labels: {{gate: {VALUE}}}\n"))
    assert f"gate: {VALUE}" in cli("diff", "-f", "keys.yaml", expect=1).out
    result = cli("diff", "-f", "keys.yaml", "-o", "json", expect=1)
    assert result.json["changes"][0]["after"]["metadata"]["labels"] == {"gate": VALUE}


def test_one_command_does_not_mask_what_another_has_read(cli: Cli) -> None:
    cli.write("keys.yaml", SECRET)
    cli("apply", "-f", "keys.yaml")
    assert f"'{VALUE}'" in cli(VALUE, expect=2).err


def test_a_failure_to_report_shows_no_traceback(cli: Cli) -> None:
    program = f"""
import sys
from stigmer.cli import app, failures, main
def broken(*about): raise RuntimeError({VALUE!r})
app.program = failures._write_report = broken
sys.argv = ["stigmer", "apply"]
sys.exit(main.main())
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 70
    assert (
        ended.stderr == "error: this is a bug in stigmer (RuntimeError), and it could not be reported [bug]\n"
    )


def _in_a_child(program: str, directory: Path) -> subprocess.CompletedProcess[str]:
    """Runs a program that may write a core as large as it likes."""

    def unlimited() -> None:
        _, most = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (most, most))

    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=directory,
        env=os.environ | {"PYTHONPATH": str(stage.ROOT)},
        preexec_fn=unlimited,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("held", [f"Secret({CANARY!r})", f"MasterKeys((MasterKey(1, {CANARY.encode()!r}),))"])
def test_a_crash_after_a_secret_was_read_leaves_no_core(tmp_path: Path, held: str) -> None:
    ended = _in_a_child(
        "import os, sys\n"
        "from stigmer.cli.known_secrets import masked_where_told\n"
        "from stigmer.resources.confidential import Secret\n"
        "from stigmer.secrets.keys import MasterKey, MasterKeys\n"
        "with masked_where_told():\n"
        f"    held = {held}\n"
        "    import ctypes, resource\n"
        "    print(resource.getrlimit(resource.RLIMIT_CORE))\n"
        "    print(sys.platform != 'linux' or ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0, flush=True)\n"
        "    os.abort()\n",
        tmp_path,
    )
    assert ended.returncode == -signal.SIGABRT
    assert ended.stdout.splitlines() == ["(0, 0)", "True"]
    assert list(tmp_path.iterdir()) == []


def test_a_command_without_secrets_does_not_change_what_a_crash_leaves(tmp_path: Path) -> None:
    ended = _in_a_child(
        "import resource\nfrom stigmer.cli.app import run\nrun(['explain', 'agent'])\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE)[0])\n",
        tmp_path,
    )
    assert ended.stdout.splitlines()[-1] == str(resource.getrlimit(resource.RLIMIT_CORE)[1])


_MANIFEST = f"""\
apiVersion: agentic.stigmer.ai/v1
kind: Environment
metadata: {{name: keys}}
spec:
  data:
    READ: {{value_from: {{env: CANARY}}}}
    WRITTEN: {{is_secret: true, value: {OTHER!r}}}
"""
_FILLED = "".join(f"    MORE_{number}: {{value_from: {{env: CANARY}}}}\n" for number in range(300))

_KILLED = """
import os, signal, sys
from stigmer.backends.local import vault
from stigmer.backends.local.store import LocalBackend
from stigmer.cli.main import main
def kill(*about): os.kill(os.getpid(), signal.SIGKILL)
keep, apply = vault.Vault.keep, LocalBackend.apply
def kept(*about):
    keep(*about)
    kill()
def applied(*about):
    apply(*about)
    kill()
{}
sys.argv[0] = "stigmer"
sys.exit(main())
"""
_MOMENTS = {
    "in the transaction": "vault.Vault.keep = kept",
    "after the commit": "LocalBackend.apply = applied",
    "before the transaction": "LocalBackend.apply = kill",
}
_LEAK = "seal = vault.seal\nvault.seal = lambda value, *about: seal(value, *about) + value\n"


def _left_behind(root: Path, manifest: Path) -> Iterator[tuple[Path, str]]:
    """Files with a canary in any form, and which form."""
    told = {form.text.encode() for canary in (CANARY, OTHER) for form in forms(canary)}
    told |= {canary.encode("utf-16-le") for canary in (CANARY, OTHER)}
    for path in root.rglob("*"):
        if path.is_file() and path != manifest:
            content = path.read_bytes()
            yield from ((path, form.decode(errors="replace")) for form in told if form in content)


def _killed(root: Path, moment: str, leak: str = "") -> list[tuple[Path, str]]:
    manifest = root / "keys.yaml"
    manifest.write_text(_MANIFEST + _FILLED)
    home, scratch = root / "home", root / "tmp"
    scratch.mkdir()
    program: Any = (
        sys.executable,
        "-c",
        _KILLED.format(leak + _MOMENTS[moment]),
        "apply",
        "-f",
        str(manifest),
    )
    environ = stage.environment(home) | {"CANARY": CANARY, "TMPDIR": str(scratch)}
    ended = subprocess.run(program, env=environ, cwd=root, capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert (home / "local.db").exists()
    return list(_left_behind(root, manifest))


@pytest.mark.parametrize("moment", _MOMENTS)
def test_an_apply_that_is_killed_leaves_no_clear_value_in_any_file(tmp_path: Path, moment: str) -> None:
    assert _killed(tmp_path, moment) == []


def test_a_build_that_stores_clear_values_would_be_seen(tmp_path: Path) -> None:
    assert {path.name for path, _ in _killed(tmp_path, "after the commit", _LEAK)} & {
        "local.db",
        "local.db-wal",
    }
