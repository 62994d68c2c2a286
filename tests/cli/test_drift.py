# SPDX-License-Identifier: Apache-2.0
"""Drift and conflicts as a user meets them: what the screen says, what the pipeline reads, and what each way out does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing

import pytest

from stigmer.backends.contract import Backend
from stigmer.backends.local import LocalBackend
from stigmer.secrets.key_file import KeyFile
from tests.cli.conftest import SECRET, Cli
from tests.reconcile.declared import label_live, live, meddle

MANIFEST = """\
apiVersion: agentic.stigmer.ai/v1
kind: Agent
metadata:
  name: bot
spec:
  description: said
  instructions: |
    Answer every question kindly.

    Be short.
  model: {name: gpt, temperature: 0.2}
"""


@pytest.fixture
def store(cli: Cli) -> Iterator[Backend]:
    """The store in which the agent was applied, to write into as somebody else."""
    cli.write("bot.yaml", MANIFEST)
    cli("apply", "-f", ".")
    with closing(
        LocalBackend.open(cli.home / "local.db", master_key=KeyFile(cli.home / "master.key"), create=False)
    ) as opened:
        yield opened


def edit(cli: Cli, old: str, new: str) -> None:
    assert old in MANIFEST
    cli.write("bot.yaml", MANIFEST.replace(old, new))


def about_fields(cli: Cli, text: str) -> str:
    """What is said of the resource's fields, with whoever and whenever replaced."""
    said = re.split(r"^What this means:|^Plan:", text, maxsplit=1, flags=re.MULTILINE)[0]
    return re.sub(r"by \S+ on \d{4}-\d\d-\d\d \d\d:\d\d UTC", "by WHO on WHEN", said).rstrip("\n")


def test_drift_is_told_with_who_did_it_and_why(cli: Cli, store: Backend) -> None:
    meddle(store, "agent/bot", message="hotfix", description="tuned", model={"name": "gpt"})
    assert about_fields(cli, cli("diff", "-f", ".", expect=1).out) == (
        "~ agent/bot  (bot.yaml:1)\n"
        "    ~ spec.description: tuned -> said\n"
        "      # drift: changed since the last apply, by WHO on WHEN, revision 2: hotfix\n"
        "    + spec.model.temperature: 0.2\n"
        "      # drift, by the same change"
    )
    cli("apply", "-f", ".")
    assert cli("diff", "-f", ".").out.startswith("No changes.")


def test_a_conflict_shows_all_three_values(cli: Cli, store: Backend) -> None:
    said = "Answer every question kindly.\n\nBe %s.\n"
    meddle(store, "agent/bot", description="tuned", instructions=said % "long")
    cli.write("bot.yaml", MANIFEST.replace("said", "meant").replace("Be short", "Be brief"))
    result = cli("diff", "-f", ".", expect=4)
    assert about_fields(cli, result.out) == (
        "~ agent/bot  (bot.yaml:1)\n"
        "    ~ spec.description: tuned -> meant\n"
        "      # conflict: changed in the manifest, and live since the last apply, by WHO on WHEN, revision 2\n"
        "      # last applied: said\n"
        "    ~ spec.instructions:\n"
        "      # conflict, by the same change\n"
        "      # last applied:\n"
        "      #   Answer every question kindly.\n"
        "      #\n"
        "      #   Be short.\n"
        "        @@ -1,3 +1,3 @@\n"
        "          Answer every question kindly.\n"
        "\n"
        "        - Be long.\n"
        "        + Be brief."
    )
    assert (
        'bot.yaml:6:16: error: spec.description was changed on both sides since the last apply: to "meant" in'
        in (result.err)
    )
    assert '"Be brief." (line 3) in the manifest, to "Be long." (line 3) by' in result.err
    assert "ignore_changes: [spec.description]" in result.err


def test_a_conflict_in_json(cli: Cli, store: Backend) -> None:
    meddle(store, "agent/bot", message="hotfix", description="tuned", icon_url="https://x.example")
    edit(cli, "said", "meant")
    plan = cli("diff", "-f", ".", "-o", "json", expect=4).json
    icon, description = plan["changes"][0]["fields"]
    by = description.pop("changed_by")
    assert description == {
        "path": "spec.description",
        "op": "replace",
        "before": "tuned",
        "after": "meant",
        "cause": "both",
        "applied": "said",
    }
    assert (by["revision"], by["message"]) == (2, "hotfix")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", by["at"])
    assert by["actor"]
    assert icon == {
        "path": "spec.icon_url",
        "op": "remove",
        "before": "https://x.example",
        "cause": "drift",
        "changed_by": by,
    }
    assert [(each["code"], each["path"]) for each in plan["diagnostics"] if each["severity"] == "error"] == [
        ("plan.conflict", "spec.description")
    ]


def test_a_conflict_is_not_applied(cli: Cli, store: Backend) -> None:
    meddle(store, "agent/bot", description="tuned")
    edit(cli, "said", "meant")
    cli("apply", "-f", ".", expect=4)
    assert b'"tuned"' in live(store, "agent/bot").body


def test_it_can_be_forced(cli: Cli, store: Backend) -> None:
    meddle(store, "agent/bot", description="tuned", model=None)
    edit(cli, "said", "meant")
    forced = cli("diff", "-f", ".", "--force-conflicts", expect=1)
    assert "warning: spec.description was changed on both sides" in forced.err
    cli("apply", "-f", ".", "--force-conflicts")
    assert cli("diff", "-f", ".").out.startswith("No changes.")
    edit(cli, "said", "meant again")
    (field,) = cli("diff", "-f", ".", "-o", "json", expect=1).json["changes"][0]["fields"]
    assert field["cause"] == "manifest"


def test_the_live_value_can_be_taken(cli: Cli, store: Backend) -> None:
    meddle(store, "agent/bot", description="tuned")
    edit(cli, "said", "tuned")
    assert cli("diff", "-f", ".").out.startswith("No changes.")
    assert cli("apply", "-f", ".", "-o", "json").json["revision"] == 2
    edit(cli, "said", "next")
    (field,) = cli("diff", "-f", ".", "-o", "json", expect=1).json["changes"][0]["fields"]
    assert (field["cause"], field["before"]) == ("manifest", "tuned")


def test_the_field_can_be_left_to_others(cli: Cli, store: Backend) -> None:
    meddle(store, "agent/bot", description="tuned")
    ignored = MANIFEST.replace(
        "  name: bot\n", "  name: bot\n  lifecycle: {ignore_changes: [spec.description]}\n"
    )
    cli.write("bot.yaml", ignored.replace("said", "meant"))
    cli("apply", "-f", ".")
    revision = store.info().revision
    assert cli("diff", "-f", ".").out.startswith("No changes.")
    cli("apply", "-f", ".")
    assert store.info().revision == revision
    assert b'"tuned"' in live(store, "agent/bot").body


def test_drift_can_be_refused(cli: Cli, store: Backend) -> None:
    meddle(store, "agent/bot", description="tuned")
    for command in ("diff", "apply"):
        result = cli(command, "-f", ".", "--drift", "refuse", expect=4)
        assert 'spec.description drifted: changed to "tuned" by' in result.err
        assert "[plan.drift]" in result.err
    assert b'"tuned"' in live(store, "agent/bot").body
    assert cli("diff", "-f", ".", "--drift", "heal", expect=1)


def test_a_drifted_secret_stays_secret(cli: Cli, store: Backend) -> None:
    cli.write("keys.yaml", SECRET)
    cli("apply", "-f", ".")
    meddle(store, "environment/keys", data={"TOKEN": {"value": "in the open"}})
    result = cli("diff", "-f", ".", "--drift", "refuse", expect=4)
    assert "(secret " in result.out
    assert "(secret " in result.err
    assert "sesame" not in result.out + result.err


def test_labels_of_others_stay(cli: Cli, store: Backend) -> None:
    cli.write("bot.yaml", MANIFEST.replace("  name: bot\n", "  name: bot\n  labels: {mine: a, gone: b}\n"))
    cli("apply", "-f", ".")
    label_live(store, "agent/bot", theirs="c", mine="changed")
    cli.write("bot.yaml", MANIFEST.replace("  name: bot\n", "  name: bot\n  labels: {mine: a}\n"))
    said = cli("diff", "-f", ".", expect=1).out
    assert "- metadata.labels.gone: b\n" in said
    assert "~ metadata.labels.mine: changed -> a\n" in said
    assert "theirs" not in said
    cli("apply", "-f", ".")
    assert cli("get", "agent/bot", "-o", "json").json["metadata"]["labels"] == {"mine": "a", "theirs": "c"}
    assert cli("diff", "-f", ".").out.startswith("No changes.")


def test_validate_tells_a_path_that_names_no_field(cli: Cli) -> None:
    ignored = "  name: bot\n  lifecycle:\n    ignore_changes:\n      - spec.description\n      - spec.model.temprature\n"
    cli.write("bot.yaml", MANIFEST.replace("  name: bot\n", ignored))
    (found,) = cli("validate", "-f", ".", "-o", "json", expect=3).json["diagnostics"]
    assert (found["code"], found["line"], found["column"]) == ("ignore.field", 8, 9)
    assert found["hint"] == "did you mean spec.model.temperature?"


def test_what_somebody_deleted_has_drifted(cli: Cli, store: Backend) -> None:
    cli("delete", "agent/bot", "-m", "not needed")
    assert cli("diff", "-f", ".", expect=1).out.startswith("+ agent/bot")
    refused = cli("diff", "-f", ".", "--drift", "refuse", expect=4)
    assert re.search(r"agent/bot drifted: deleted by .*, and still declared \[plan.drift\]", refused.err)
    cli("rollback", "agent/bot", "--to", "previous")
    assert cli("diff", "-f", ".", "--drift", "refuse").out.startswith("No changes.")


def test_what_was_pruned_and_is_declared_again_has_not_drifted(cli: Cli) -> None:
    project = "name: shop\nprune: true\n"
    cli.write("stigmer.yaml", project)
    cli.write("bot.yaml", MANIFEST)
    cli.write("other.yaml", MANIFEST.replace("name: bot", "name: other"))
    cli("apply")
    (cli.directory / "bot.yaml").unlink()
    cli("apply")
    cli.write("bot.yaml", MANIFEST)
    cli("diff", "--drift", "refuse", expect=1)
