# SPDX-License-Identifier: Apache-2.0
"""`apply -o jsonl`: a JSON object a line, and whatever happens the last one says how it ended. And what an interrupt leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stigmer.backends.local import LocalBackend
from stigmer.cli.apply_events import EVENTS
from stigmer.errors import BackendError
from tests.cli.conftest import BOT, SECRET, Cli, Result

LAST = {"done", "foreseen", "refused", "invalid", "error", "interrupted"}


@pytest.fixture(autouse=True)
def _manifests(cli: Cli) -> None:
    cli.write("bot.yaml", BOT)
    cli.write("keys.yaml", SECRET)


def events(result: Result) -> list[dict[str, Any]]:
    """What was told; whatever it is, it must be what every follower relies on."""
    lines = [json.loads(line) for line in result.out.splitlines()]
    assert result.out.endswith("\n")
    assert {line["format_version"] for line in lines} == {1}
    assert {line["event"] for line in lines} <= EVENTS.keys()
    assert ["exit_code" in line for line in lines] == [False] * (len(lines) - 1) + [True]
    assert (lines[-1]["exit_code"], lines[-1]["event"] in LAST) == (result.status, True)
    return lines


def names(found: list[dict[str, Any]]) -> list[str]:
    return [each["event"] for each in found]


def test_an_apply_from_beginning_to_end(cli: Cli) -> None:
    result = cli("apply", "-f", ".", "--set", "shop", "-o", "jsonl")
    told = events(result)
    assert names(told) == ["reading", "planning", "planned", "applying", "applied", "applied", "done"]
    _, planning, planned, applying, first, second, done = told
    assert planning["documents"] == 2
    assert (planned["set"], planned["base_revision"], planned["summary"]["create"]) == ("shop", 0, 2)
    assert applying["changes"] == 2
    for each in (first, second):
        assert (each["action"], each["org"], each["revision"]) == ("created", "default", 1)
    applied = [
        {name: value for name, value in each.items() if name not in ("format_version", "event")}
        for each in (first, second)
    ]
    assert done["kind"] == "ApplyResult"
    assert (done["revision"], done["resources"]) == (1, applied)
    assert "sesame" not in result.out


def test_the_page_lists_every_event() -> None:
    page = (Path(__file__).parents[2] / "docs/how-to/apply-a-saved-plan.md").read_text("utf-8")
    assert [f"| `{name}` | {words} |" for name, words in EVENTS.items()] == [
        line for line in page.splitlines() if line.startswith("| `") and "." not in line.split("`")[1]
    ]


def test_nothing_to_do_is_done_too(cli: Cli) -> None:
    cli("apply", "-f", ".")
    told = events(cli("apply", "-f", ".", "-o", "jsonl"))
    assert names(told)[-1] == "done"
    assert (told[-1]["summary"]["unchanged"], told[-1]["resources"]) == (2, [])


def test_what_is_found_is_told_once(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli("apply", "-f", ".")
    monkeypatch.delenv("BOT_TOKEN")
    result = cli("apply", "-f", ".", "-o", "jsonl", "--keep-unresolved")
    (found,) = [each for each in events(result) if each["event"] == "diagnostic"]
    assert (found["severity"], found["code"], found["file"]) == ("warning", "secret.unresolved", "keys.yaml")
    assert "secret.unresolved" not in result.err


def test_a_refusal_ends_with_the_plan_and_why(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOT_TOKEN")
    told = events(cli("apply", "-f", ".", "-o", "jsonl", expect=4))
    assert names(told) == ["reading", "planning", "planned", "diagnostic", "refused"]
    assert (told[-1]["kind"], len(told[-1]["changes"])) == ("Plan", 2)
    assert told[-1]["diagnostics"][0]["severity"] == "error"


def test_a_dry_run_ends_with_the_plan(cli: Cli) -> None:
    told = events(cli("apply", "-f", ".", "-o", "jsonl", "--dry-run"))
    assert names(told) == ["reading", "planning", "planned", "foreseen"]
    assert told[-1]["summary"]["create"] == 2


def test_manifests_that_are_not_right(cli: Cli) -> None:
    cli.write("bot.yaml", BOT.replace("spec:", "sepc:"))
    told = events(cli("apply", "-f", ".", "-o", "jsonl", expect=3))
    assert names(told) == ["reading", "invalid"]
    assert told[-1]["valid"] is False
    cli.write("bot.yaml", BOT.replace("  instructions: |", "  skill_refs: [none]\n  instructions: |"))
    told = events(cli("apply", "-f", ".", "-o", "jsonl", expect=3))
    assert names(told)[-1] == "invalid"


def test_wrong_usage(cli: Cli) -> None:
    for arguments in (("-f", "nowhere"), ("--nonsense",), ("-f", ".", "--plan", "p")):
        (told,) = events(cli("apply", "-o", "jsonl", *arguments, expect=2))[-1:]
        assert told["error"]["code"].startswith("usage.")


def test_other_commands_do_not_know_the_form(cli: Cli) -> None:
    result = cli("get", "agents", "-o", "jsonl", expect=2)
    assert result.out == ""
    assert "error:" in result.err


def test_a_backend_that_fails(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise BackendError("backend.full", "there is no room", hint="free space")

    monkeypatch.setattr("stigmer.cli.carrying_out.apply_plan", fail)
    told = events(cli("apply", "-f", ".", "-o", "jsonl", expect=7))
    assert names(told)[-2:] == ["applying", "error"]
    assert told[-1]["error"] == {"code": "backend.full", "message": "there is no room", "hint": "free space"}


def test_a_bug(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("stigmer.cli.carrying_out.apply_plan", fail)
    told = events(cli("apply", "-f", ".", "-o", "jsonl", expect=70))
    assert told[-1]["error"]["code"] == "bug"


@pytest.mark.parametrize("place", ["prepare", "plan"])
def test_an_interrupt_on_the_way_to_the_plan(cli: Cli, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"stigmer.cli.commands.apply.{place}", interrupt)
    told = events(cli("apply", "-f", ".", "-o", "jsonl", expect=130))
    assert (told[-1]["event"], told[-1]["error"]["code"]) == ("interrupted", "interrupted")
    assert (
        "interrupted: nothing was changed, the store is as it was [interrupted]"
        in cli("apply", "-f", ".", expect=130).err
    )


def test_an_interrupt_before_and_after_the_commit(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = LocalBackend.apply

    def before(*_: object) -> None:
        raise KeyboardInterrupt

    def after(store: LocalBackend, batch: Any) -> None:
        commit(store, batch)
        raise KeyboardInterrupt

    monkeypatch.setattr(LocalBackend, "apply", before)
    result = cli("apply", "-f", ".", expect=130)
    assert "interrupted: nothing was changed, the store is as it was" in result.err
    assert cli("get", "agents", "-o", "name").out == ""
    monkeypatch.setattr(LocalBackend, "apply", after)
    told = events(cli("apply", "-f", ".", "-o", "jsonl", expect=130))
    assert "interrupted: all of it was applied already, at revision 1" in told[-1]["error"]["message"]
    assert cli("get", "agents", "-o", "name").out == "agent/bot\n"


def test_a_saved_plan_tells_the_same(cli: Cli) -> None:
    cli("init")
    cli("diff", "-f", ".", "--save", "plan.json", expect=1)
    told = events(cli("apply", "--plan", "plan.json", "-o", "jsonl"))
    assert names(told) == ["reading", "planned", "applying", "applied", "applied", "done"]
    told = events(cli("apply", "--plan", "plan.json", "-o", "jsonl", expect=4))
    assert names(told) == ["reading", "planned", "diagnostic", "refused"]
    assert told[-1]["diagnostics"][0]["code"] == "plan.stale"
    told = events(cli("apply", "--plan", "bot.yaml", "-o", "jsonl", expect=2))
    assert told[-1]["error"]["code"] == "plan.unreadable"


def test_lines_come_as_things_happen_and_ctrl_c_ends_them_well(cli: Cli) -> None:
    """A process that waits in the middle of an apply has told all that came before, and an interrupt is its last line."""
    cli("init")
    program = (
        "import signal, sys, time; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from stigmer.backends.local.writes import Writer; from stigmer.cli.main import main; "
        "Writer.write = lambda *_: time.sleep(60); sys.exit(main())"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, "apply", "-f", ".", "-o", "jsonl"],
        cwd=cli.directory,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        seen = []
        while "applying" not in seen:
            seen.append(json.loads(running.stdout.readline())["event"])
        running.send_signal(signal.SIGINT)
        rest, err = running.communicate(timeout=30)
    assert running.returncode == 130
    (last,) = [json.loads(line) for line in rest.splitlines()]
    assert (last["event"], last["exit_code"]) == ("interrupted", 130)
    assert "the store is as it was" in last["error"]["message"]
    assert "Traceback" not in err
    assert cli("get", "agents", "-o", "name").out == ""
