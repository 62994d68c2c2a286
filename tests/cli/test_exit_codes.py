# SPDX-License-Identifier: Apache-2.0
"""Every exit status that this version gives, and what the user is told beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from stigmer import __version__
from stigmer.cli.app import COMMANDS, command_lines
from stigmer.errors import BackendError
from tests.cli.conftest import BOT, SECRET, Cli


@pytest.fixture(autouse=True)
def _manifests(cli: Cli) -> None:
    cli.write("agents/bot.yaml", BOT)
    cli.write("keys.yaml", SECRET)


def environment() -> dict[str, str]:
    """The environment of a process that runs this checkout."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def process(*arguments: str, directory: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Runs the real entry point."""
    command: Sequence[str] = (sys.executable, "-m", "stigmer.cli.main", *arguments)
    return subprocess.run(
        command, cwd=directory, input=stdin, env=environment(), capture_output=True, text=True, check=False
    )


def test_diff_exits_with_1_for_differences_and_0_without(cli: Cli) -> None:
    cli("diff", "-f", ".", expect=1)
    cli("diff", "-f", ".", "--exit-zero", expect=0)
    cli("apply", "-f", ".", expect=0)
    cli("diff", "-f", ".", expect=0)


def test_diff_and_get_without_a_home_make_nothing(cli: Cli) -> None:
    cli("diff", "-f", ".", expect=1)
    cli("validate", "-f", ".")
    cli("apply", "-f", ".", "--dry-run")
    assert cli("get", "agents", "-o", "name").out == ""
    cli("get", "agent/bot", expect=5)
    cli("history", "agent/bot", expect=5)
    cli("delete", "agent/bot", expect=5)
    assert not cli.home.exists()


def test_a_dry_run_says_what_apply_would_and_changes_nothing(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "2 to create" in cli("apply", "-f", ".", "--dry-run", expect=0).out
    monkeypatch.delenv("BOT_TOKEN")
    result = cli("apply", "-f", ".", "--dry-run", expect=4)
    assert "error: spec.data.TOKEN: the variable BOT_TOKEN is not set [secret.unresolved]" in result.err
    assert cli("get", "agents", "-o", "name").out == ""


def test_an_unresolved_secret_refuses_an_apply_unless_the_stored_one_is_kept(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("apply", "-f", ".")
    monkeypatch.delenv("BOT_TOKEN")
    changed = SECRET.replace("name: keys", "name: keys\n  title: Keys")
    cli.write("keys.yaml", changed)
    assert "[secret.unresolved]" in cli("apply", "-f", "keys.yaml", expect=4).err
    cli("apply", "-f", "keys.yaml", "--keep-unresolved", expect=0)
    monkeypatch.setenv("BOT_TOKEN", "sesame-opens")
    cli("diff", "-f", "keys.yaml", expect=0)


def test_manifests_that_are_not_valid_exit_with_3_everywhere(cli: Cli) -> None:
    cli.write("agents/bot.yaml", BOT.replace("kind: Agent", "kind: Agnt"))
    for command in ("validate", "diff", "apply", "delete"):
        result = cli(command, "-f", ".", expect=3)
        assert "did you mean Agent?" in result.out + result.err
    assert not cli.home.exists()


def test_a_cycle_exits_with_3(cli: Cli) -> None:
    other = BOT.replace("name: bot", "name: other\n  depends_on: [agent/bot]")
    cli.write(
        "agents/bot.yaml",
        BOT.replace("name: bot", "name: bot\n  depends_on: [agent/other]") + "---\n" + other,
    )
    for command in ("validate", "diff", "apply"):
        result = cli(command, "-f", ".", expect=3)
        assert "agent/bot -> agent/other -> agent/bot" in result.out + result.err


def test_one_mistake_is_told_once(cli: Cli) -> None:
    """What refers to a manifest that could not be read is not reported beside it."""
    cli.write("agents/bot.yaml", BOT.replace("instructions:", "instruction:"))
    instance = BOT.split("spec:")[0].replace("kind: Agent", "kind: AgentInstance") + "spec: {agent: bot}\n"
    cli.write("instance.yaml", instance)
    assert "reference" not in cli("validate", "-f", ".", expect=3).out


def test_another_set_is_refused_unless_adopted(cli: Cli) -> None:
    cli("apply", "-f", ".", "--set", "shop")
    result = cli("apply", "-f", ".", "--set", "other", expect=4)
    assert "[set.owned]" in result.err
    cli("apply", "-f", ".", "--set", "other", "--adopt", expect=0)
    assert cli("get", "agent/bot", "-o", "json").json["metadata"]["set"] == "other"


def test_a_resource_that_is_needed_is_not_deleted(cli: Cli) -> None:
    instance = BOT.split("spec:")[0].replace("kind: Agent", "kind: AgentInstance") + "spec: {agent: bot}\n"
    cli.write("instance.yaml", instance)
    cli("apply", "-f", ".")
    assert "[delete.referenced]" in cli("delete", "agent/bot", expect=4).err
    cli("delete", "-f", ".", expect=0)
    assert cli("get", "all", "-o", "name").out == "organization/default\n"


def test_not_found_names_the_nearest_and_the_organization_that_has_it(cli: Cli) -> None:
    cli("apply", "-f", ".")
    assert "did you mean agent/bot?" in cli("get", "agent/bott", expect=5).err
    assert "did you mean agent/bot?" in cli("delete", "agent/bott", expect=5).err
    assert "add --org default" in cli("get", "agent/bot", "--org", "acme", expect=5).err


def test_ci_needs_a_named_backend(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    for command in ("diff", "apply"):
        assert "[backend.unnamed]" in cli(command, "-f", ".", expect=2).err
    cli("validate", "-f", ".", expect=0)
    cli("diff", "-f", ".", "--backend", "local", expect=1)
    monkeypatch.setenv("STIGMER_BACKEND", "local")
    cli("apply", "-f", ".", expect=0)
    monkeypatch.delenv("STIGMER_BACKEND")
    cli("diff", "-f", ".", expect=0)  # the configuration that apply made names one


def test_a_damaged_database_exits_with_7(cli: Cli) -> None:
    cli("init")
    (cli.home / "local.db").write_bytes(b"not a database, though long enough to be taken for one" * 100)
    for arguments in (("get", "agents"), ("diff", "-f", "."), ("apply", "-f", ".")):
        assert "[backend.damaged]" in cli(*arguments, expect=7).err


def test_a_lost_master_key_is_told_by_init_and_never_replaced(cli: Cli) -> None:
    cli("apply", "-f", ".")
    (cli.home / "master.key").unlink()
    assert "[secret.key_missing]" in cli("init", expect=7).err
    assert "[secret.key_missing]" in cli("diff", "-f", ".", expect=7).err
    assert not (cli.home / "master.key").exists()


def test_an_unwritable_home_exits_with_7(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STIGMER_HOME", "/dev/null/home")
    result = cli("init", expect=7)
    assert "[home.unwritable]" in result.err
    assert "STIGMER_HOME" in result.err


def test_a_bug_exits_with_70_and_writes_a_report(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli("init")

    def fail(*_: object, **__: object) -> None:
        hidden = "sesame-opens"
        raise RuntimeError(len(hidden))

    monkeypatch.setattr("stigmer.cli.examining.read", fail)
    result = cli("validate", "-f", ".", expect=70)
    assert "Traceback" not in result.err
    (report,) = cli.home.glob("stigmer-bug-*.txt")
    assert str(report) in result.err
    assert report.stat().st_mode & 0o777 == 0o600
    text = report.read_text()
    assert "RuntimeError" in text
    assert "validate -f ." in text
    report.unlink()  # the next one has the same name, if it is of the same second
    assert cli("validate", "-f", ".", "-o", "json", expect=70).json["error"]["code"] == "bug"


def test_an_interrupt_exits_with_130(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("stigmer.cli.examining.read", interrupt)
    assert cli("validate", "-f", ".", expect=130).out == ""


def test_backend_errors_keep_their_status(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise BackendError("backend.full", "there is no room", hint="free space")

    monkeypatch.setattr("stigmer.cli.carrying_out.apply_plan", fail)
    result = cli("apply", "-f", ".", "-o", "json", expect=7)
    assert result.json == {
        "error": {"code": "backend.full", "message": "there is no room", "hint": "free space"}
    }


@pytest.mark.parametrize("flag", ["--wait"])
def test_flags_of_later_versions_are_wrong_usage(cli: Cli, flag: str) -> None:
    assert "no such option" in cli("apply", "-f", ".", flag, expect=2).err.lower()


@pytest.mark.parametrize("words", [*command_lines(), ("secrets",)], ids=" ".join)
def test_every_command_has_help_with_examples(cli: Cli, words: tuple[str, ...]) -> None:
    text = cli(*words, "--help").out
    assert f"Usage: stigmer {' '.join(words)}" in text
    assert "Examples:\n" in text
    examples = text.partition("Examples:\n")[2].strip().splitlines()
    assert len(examples) >= 2
    assert all("stigmer" in line for line in examples)


def test_without_a_command_there_is_help(cli: Cli) -> None:
    result = cli(expect=2)
    assert result.out == ""
    for command in COMMANDS:
        assert f"  {command} " in result.err


def test_the_process_answers_the_version(cli: Cli) -> None:
    for arguments in (("version",), ("--version",)):
        result = process(*arguments, directory=cli.directory)
        assert (result.returncode, result.stdout, result.stderr) == (0, f"stigmer {__version__}\n", "")
    assert cli("version").out == cli("--version").out == f"stigmer {__version__}\n"
    assert cli("version", "-o", "json").json["version"] == __version__
    assert (
        process("version", "-o", "json", directory=cli.directory).stdout == cli("version", "-o", "json").out
    )


def test_the_process_reads_standard_input(cli: Cli) -> None:
    result = process(
        "validate", "-f", "-", directory=cli.directory, stdin=BOT.replace("kind: Agent", "kind: X")
    )
    assert result.returncode == 3
    assert result.stdout.startswith("<stdin>:2:7: error: X is not a kind")


def test_a_reader_that_went_away_is_no_error(cli: Cli) -> None:
    many = "---\n".join(BOT.replace("name: bot", f"name: bot-{number}") for number in range(2000))
    cli.write("many.yaml", many)
    command = [sys.executable, "-m", "stigmer.cli.main", "diff", "-f", "many.yaml", "-q"]
    with subprocess.Popen(
        command, cwd=cli.directory, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline() == b"+ agent/bot-0  (many.yaml:1)\n"
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


def test_an_interrupted_process_shows_no_traceback(cli: Cli) -> None:
    # A shell's background job, and so perhaps this test, ignores interrupts and hands that on.
    heeding = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    program = heeding + "import sys; from stigmer.cli.main import main; sys.exit(main())"
    with subprocess.Popen(
        [sys.executable, "-c", program, "validate", "-f", "-"],
        cwd=cli.directory,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdin is not None
        running.stdin.write(b"a" * 65536 * 4)  # returns when the command has begun to read
        running.send_signal(signal.SIGINT)
        out, err = running.communicate()
    assert running.returncode == 130
    assert (out, err) == (b"", b"")


def test_light_commands_import_nothing_heavy(cli: Cli) -> None:
    heavy = ("pydantic", "apsw", "cryptography", "grpc", "google.protobuf", "deepdiff", "ruamel", "keyring")
    code = (
        "import sys; from stigmer.cli.app import run; "
        "status = run(['validate', '-f', 'agents/bot.yaml', '-q']); "
        f"print([name for name in {heavy!r} if name in sys.modules], status)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=cli.directory,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.splitlines()[-1].endswith("[] 0"), result.stdout
