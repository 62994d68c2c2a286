# SPDX-License-Identifier: Apache-2.0
"""Sealed values in manifests: how every command takes them, and `stigmer secrets unseal`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_seal import PROD, be, folded
from tests.secrets.age_people import ALICE, BOB, fixture

SEALED = (
    PROD.partition("    TOKEN")[0]
    + """\
    TOKEN:  # of the shop
      is_secret: true
      value_from:
        age: |-
%s
      description: What it is for
"""
)


def sealed(name: str = "x25519", text: str | None = None) -> str:
    """A manifest with a ciphertext of the fixtures, or one that is given."""
    armored = fixture(name) if text is None else text
    return SEALED % "\n".join(f"          {line}" for line in armored.strip().splitlines())


def test_who_has_no_identity_gets_a_diff_and_no_apply(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    file = cli.write("prod.yaml", sealed())
    result = cli("diff", "-f", ".", expect=1)
    assert (
        "prod.yaml:8:7: warning: spec.data.TOKEN: no age identity is here (STIGMER_AGE_IDENTITY is not set)"
        in result.err
    )
    assert "[secret.unresolved]" in cli("apply", "-f", ".", expect=4).err
    be(BOB, monkeypatch)
    assert "does not open it [secret.unresolved]" in cli("apply", "-f", ".", expect=4).err
    be(ALICE, monkeypatch)
    cli("apply", "-f", ".")
    monkeypatch.delenv("STIGMER_AGE_IDENTITY")
    assert "No changes" in cli("diff", "-f", ".").out
    file.write_text(file.read_text().replace("What it is for", "For what it is"))
    cli("apply", "-f", ".", expect=4)
    cli("apply", "-f", ".", "--keep-unresolved")
    be(ALICE, monkeypatch)
    assert "No changes" in cli("diff", "-f", ".").out


def test_the_configuration_names_the_identity(cli: Cli, tmp_path: Path) -> None:
    cli.write("prod.yaml", sealed())
    cli("init")
    (cli.home / "keys.txt").write_text(ALICE.identity)
    config = cli.home / "config.yaml"
    config.write_text(config.read_text() + "age: {identity: keys.txt}\n")
    result = cli("diff", "-f", ".", expect=1)
    assert f"others can read the age identities in {cli.home / 'keys.txt'}" in result.err
    (cli.home / "keys.txt").chmod(0o600)
    assert "warning" not in cli("apply", "-f", ".").err
    assert "[settings.unknown]" in _with_identity_in_project(cli)


def _with_identity_in_project(cli: Cli) -> str:
    cli.write("stigmer.yaml", "name: shop\nage: {identity: keys.txt}\n")
    return cli("diff", expect=2).err


def test_the_home_may_have_an_identity(cli: Cli) -> None:
    cli.write("prod.yaml", sealed())
    cli("init")
    key = cli.home / "age.key"
    key.write_text(ALICE.identity)
    key.chmod(0o600)
    cli("apply", "-f", ".")


def test_a_changed_ciphertext_is_refused_where_it_stands(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = fixture("x25519").strip().splitlines()
    lines[-2] = lines[-2][:-8] + "AAAAAAA="
    cli.write("prod.yaml", sealed(text="\n".join(lines)))
    cli("validate", "-f", ".")
    be(ALICE, monkeypatch)
    words = "prod.yaml:9:14: error: spec.data.TOKEN: the sealed value was changed since it was sealed"
    for command in ("diff", "apply"):
        assert f"{words} [secret.damaged]" in cli(command, "-f", ".", expect=4).err
    assert "[secret.damaged]" in cli("apply", "-f", ".", "--keep-unresolved", expect=4).err


@pytest.mark.parametrize(
    "change", [lambda text: text[:-60], lambda text: fixture("passphrase"), lambda text: "age"]
)
def test_what_is_no_ciphertext_is_not_valid(cli: Cli, change: Callable[[str], str]) -> None:
    cli.write("prod.yaml", sealed(text=change(fixture("x25519").strip())))
    result = cli("validate", "-f", ".", expect=3)
    assert result.out.startswith("prod.yaml:9:14: error: this is no age ciphertext: ")
    assert "[secret.armor]" in result.out


def test_a_ciphertext_in_the_place_of_a_value_is_told(cli: Cli) -> None:
    text = sealed().replace("value_from:\n        age: |-", "value: |-")
    cli.write("prod.yaml", text)
    result = cli("validate", "-f", ".")
    assert (
        "the value of TOKEN is an age ciphertext, and nobody opens it here [secret.ciphertext]" in result.out
    )
    cli.write("prod.yaml", text.replace("      is_secret: true\n", ""))
    assert "[secret.ciphertext]" in cli("validate", "-f", ".").out
    assert "secret.in_clear" not in cli("validate", "-f", ".").out


def test_a_sealed_value_is_no_secret_in_clear(cli: Cli) -> None:
    cli.write("prod.yaml", sealed().replace("      is_secret: true\n", "").replace("TOKEN", "API_KEY"))
    result = cli("validate", "-f", ".", "--strict")
    assert result.err + result.out == "1 document, all valid\n"


def test_looking_at_a_sealed_value_loads_nothing_that_opens_it(cli: Cli) -> None:
    cli.write("prod.yaml", sealed())
    code = "from stigmer.cli.app import run; import sys; run(['validate', '-f', '.']); sys.exit('pyrage' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=cli.directory, check=True, capture_output=True)


def test_a_saved_plan_opens_it_where_the_identity_is(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    be(ALICE, monkeypatch)
    cli("init")
    manifest = cli.write("prod.yaml", sealed())
    cli("diff", "-f", ".", "--save", "../plan.json", expect=1)
    text = (cli.directory.parent / "plan.json").read_text()
    assert "sesame" not in text
    assert fixture("x25519").splitlines()[1] in text
    manifest.unlink()
    be(BOB, monkeypatch)
    wrong = cli("apply", "--plan", "../plan.json", expect=4).err
    assert "[plan.secret]" in wrong
    assert "hint: run this where an identity is that opens it\n" in wrong
    be(ALICE, monkeypatch)
    cli("apply", "--plan", "../plan.json")
    manifest.write_text(sealed())
    assert "No changes" in cli("diff", "-f", ".").out


def test_fmt_leaves_the_ciphertext_as_it_is(cli: Cli) -> None:
    file = cli.write("prod.yaml", sealed())
    cli("fmt", "-f", ".")
    block = sealed()[sealed().index("      value_from") :].partition("      description")[0]
    assert block in file.read_text()
    cli("fmt", "-f", ".", "--check")


def test_an_export_over_it_leaves_it(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    be(ALICE, monkeypatch)
    file = cli.write("prod.yaml", sealed())
    cli("apply", "-f", ".")
    file.write_text(sealed().replace("What it is for", "Something else"))
    cli("export", "-d", ".")
    assert file.read_text() == sealed()


def test_unseal_says_what_opens_and_shows_nothing(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    file = cli.write("prod.yaml", sealed())
    result = cli("secrets", "unseal", "prod.yaml", expect=4)
    assert (result.out, result.err.splitlines()[-1]) == ("", "1 value cannot be opened here")
    be(ALICE, monkeypatch)
    result = cli("secrets", "unseal", "prod.yaml")
    assert result.out == "opens: environment/prod TOKEN (prod.yaml:8)\n"
    assert "sesame" not in result.err
    told = cli("secrets", "unseal", "prod.yaml", "-o", "json").json
    entry = {"resource": "environment/prod", "name": "TOKEN", "file": "prod.yaml", "line": 8}
    assert told == {"format_version": 1, "opened": [entry], "written": False, "diagnostics": []}
    assert file.read_text() == sealed()


def test_unseal_prints_one_value_exactly(cli: Cli, tmp_path: Path) -> None:
    cli.write("prod.yaml", sealed("lines"))
    key = tmp_path / "key"
    key.write_text(ALICE.identity)
    key.chmod(0o600)
    result = cli("secrets", "unseal", "prod.yaml", "--name", "TOKEN", "-i", str(key))
    assert (result.out, result.err) == ("first line\nsecond line\n", "")
    wrong = cli("secrets", "unseal", "prod.yaml", "--name", "TOKN", "-i", str(key), expect=5)
    assert "did you mean TOKEN?" in wrong.err
    cli.write("two.yaml", sealed("lines").replace("name: prod", "name: two"))
    wrong = cli("secrets", "unseal", ".", "--name", "TOKEN", "-i", str(key), expect=2)
    assert "this means 2 sealed values: environment/prod/TOKEN, environment/two/TOKEN" in wrong.err
    assert cli("secrets", "unseal", ".", "--name", "two/TOKEN", "-i", str(key)).out == result.out
    wrong = cli("secrets", "unseal", "prod.yaml", "--name", "TOKEN", "-i", str(key), "-o", "json", expect=2)
    assert "first line" not in wrong.out + wrong.err


def test_unseal_in_place_warns_and_seals_back(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    be(ALICE, monkeypatch)
    file = cli.write("prod.yaml", sealed("lines"))
    cli("apply", "-f", ".")
    result = cli("secrets", "unseal", "prod.yaml", "--in-place")
    expected = sealed("lines").partition("      value_from")[0]
    expected += "      value: |\n        first line\n        second line\n      description: What it is for\n"
    assert file.read_text() == expected
    assert "warning: this file holds secrets in clear now [secret.in_clear]\n" in result.err
    assert "hint: before you commit it: stigmer secrets seal prod.yaml\n" in result.err
    assert "first line" not in result.out + result.err
    assert "No changes" in cli("diff", "-f", ".").out
    cli("secrets", "seal", "prod.yaml", "-r", ALICE.recipient)
    assert folded(file.read_text()) == folded(sealed("lines"))
    assert "No changes" in cli("diff", "-f", ".").out


@pytest.mark.parametrize(
    ("marked", "flow"),
    [("", False), ("      is_secret: false\n", False), ("", True), ("is_secret: false, ", True)],
)
def test_what_is_in_clear_is_still_a_secret(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, marked: str, flow: bool
) -> None:
    be(ALICE, monkeypatch)
    text = sealed().replace("      is_secret: true\n", marked)
    if flow:
        inner = json.dumps(fixture("x25519"))
        text = f"{PROD.partition('    TOKEN')[0]}    TOKEN: {{{marked}value_from: {{age: {inner}}}}}\n"
    file = cli.write("prod.yaml", text)
    cli("apply", "-f", ".")
    cli("secrets", "unseal", "prod.yaml", "--in-place")
    assert "is_secret: true" in file.read_text()
    said = cli("diff", "-f", ".")
    assert "No changes" in said.out
    assert "sesame" not in said.out + said.err
    cli("secrets", "seal", "prod.yaml", "-r", ALICE.recipient)
    assert "sesame" not in file.read_text()


def test_unseal_in_place_writes_nothing_unless_all_of_it_opens(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    be(BOB, monkeypatch)
    files = [cli.write("a.yaml", sealed("several")), cli.write("b.yaml", sealed().replace("prod", "b"))]
    before = [each.read_text() for each in files]
    result = cli("secrets", "unseal", ".", "--in-place", "-o", "json", expect=4)
    assert json.loads(result.out)["written"] is False
    assert [each.read_text() for each in files] == before
    cli("secrets", "unseal", "a.yaml", "--in-place")
    assert "sesame" in files[0].read_text()


def test_a_comment_beside_a_ciphertext_is_not_lost(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    be(ALICE, monkeypatch)
    text = sealed().replace("        age: |-", "        # of May\n        age: |-")
    file = cli.write("prod.yaml", text)
    assert "[seal.in_place]" in cli("secrets", "unseal", "prod.yaml", "--in-place", expect=4).err
    assert file.read_text() == text
