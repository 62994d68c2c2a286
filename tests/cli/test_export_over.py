# SPDX-License-Identifier: Apache-2.0
"""`stigmer export -d` over manifests that are there: only what differs is written."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import BOT, SECRET, Cli
from tests.cli.test_export import CAREFUL, changed_live


def test_a_manifest_that_is_there_keeps_all_but_what_differs(cli: Cli) -> None:
    cli.write("m/bot.yaml", CAREFUL)
    cli("apply", "-f", "m")
    changed_live(cli, CAREFUL.replace("temperature: 0", "temperature: 0.5\n    max_tokens: 100"))
    result = cli("export", "-d", "m")
    assert result.out == "m/bot.yaml updated\n"
    assert Path("m/bot.yaml").read_text() == CAREFUL.replace(
        "temperature: 0", "temperature: 0.5\n    max_tokens: 100"
    )
    assert "No changes" in cli("diff", "-f", "m").out


def test_a_manifest_that_says_so_already_is_left_alone(cli: Cli) -> None:
    file = cli.write("m/bot.yaml", CAREFUL)
    cli("apply", "-f", "m")
    before = file.stat()
    result = cli("export", "-d", "m")
    assert (result.out, file.stat().st_mtime_ns, file.stat().st_ino) == (
        "",
        before.st_mtime_ns,
        before.st_ino,
    )
    assert "1 resource unchanged" in result.err


def test_a_source_of_a_secret_stays(cli: Cli) -> None:
    cli.write("m/env.yaml", SECRET)
    cli("apply", "-f", "m")
    changed_live(cli, SECRET.replace("  data:\n", "  description: Keys\n  data:\n    PLAIN: {value: x}\n"))
    cli("export", "-d", "m")
    text = Path("m/env.yaml").read_text()
    assert "value_from: {env: BOT_TOKEN}" in text
    assert "description: Keys" in text
    assert "PLAIN:" in text


def test_a_text_in_a_file_is_written_there(cli: Cli) -> None:
    cli.write(
        "m/bot.yaml", BOT.partition("  instructions")[0] + "  instructions: {file: ./bot.md}  # by hand\n"
    )
    text = cli.write("m/bot.md", "Answer every question.\n")
    manifest = Path("m/bot.yaml").read_bytes()
    cli("apply", "-f", "m")
    changed_live(cli, BOT)
    assert cli("export", "-d", "m").out == "m/bot.md updated\n"
    assert text.read_text() == "Answer every question kindly.\n\nBe short.\n"
    assert Path("m/bot.yaml").read_bytes() == manifest


def test_a_text_that_two_share_is_not_changed_for_both(cli: Cli) -> None:
    one = BOT.partition("  instructions")[0] + "  instructions: {file: ./bot.md}\n"
    cli.write("m/both.yaml", f"{one}---\n{one.replace('name: bot', 'name: other')}")
    text = cli.write("m/bot.md", "Answer every question.\n")
    cli("apply", "-f", "m")
    changed_live(cli, BOT)
    cli("export", "-d", "m")
    assert text.read_text() == "Answer every question.\n"
    assert "No changes" in cli("diff", "-f", "m").out


def test_modes_stay(cli: Cli) -> None:
    file = cli.write("m/bot.yaml", CAREFUL)
    cli("apply", "-f", "m")
    file.chmod(0o640)
    changed_live(cli, BOT)
    cli("export", "-d", "m")
    assert file.stat().st_mode & 0o777 == 0o640


def test_what_an_alias_stands_for_is_not_changed_in_two_places(cli: Cli) -> None:
    text = BOT.replace("name: bot\n", "name: bot\n  labels: &both {a: b}\n  annotations: *both\n")
    file = cli.write("m/bot.yaml", text)
    cli("apply", "-f", "m")
    changed_live(
        cli, text.replace("&both ", "").replace("*both", "{a: b}").replace("labels: {a: b}", "labels: {a: c}")
    )
    result = cli("export", "-d", "m", expect=4)
    assert "error: agent/bot cannot be changed in place" in result.err
    assert "export.in_place" in result.err
    assert file.read_text() == text


def test_a_manifest_under_an_overlay_is_left_to_a_person(cli: Cli) -> None:
    cli.write("stigmer.yaml", "name: shop\npaths: [m]\ntargets: {prod: {overlays: [prod]}}\n")
    file = cli.write("m/bot.yaml", CAREFUL)
    cli.write("prod/bot.yaml", CAREFUL.partition("spec:")[0] + "spec:\n  description: In production\n")
    cli("apply", "--target", "prod")
    assert "1 resource unchanged" in cli("export", "-d", "m", "--target", "prod").err
    changed_live(cli, BOT)
    assert "an overlay is merged over it" in cli("export", "-d", "m", "--target", "prod", expect=4).err
    assert file.read_text() == CAREFUL
