# SPDX-License-Identifier: Apache-2.0
"""`stigmer secrets seal`: what it changes in a file and what not, to whom, and that nothing clear is left."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import BOT, Cli
from tests.secrets.age_people import ALICE, BOB, ED25519, FIXTURES, Person

LOOSE = """\
# of the shop
apiVersion: agentic.stigmer.ai/v1
kind: Environment
metadata: {name: prod}
spec:
  data:
    URL: {value: https://shop.example}
    QUOTED:   # about it
      is_secret: true
      value: 'sesame ''one'''   # beside
      description: x

    # above it
    FLOW: {is_secret: true, value: "sesame: two", description: y}
    LINES:
      is_secret: true
      # over the value
      value: |  # on its line
        sesame # three
          sesame four

    LAST: {"value":"sesame five","is_secret":true}
    KEPT:
      value_from: {env: SESAME}
---
kind: AgentExecution
apiVersion: agentic.stigmer.ai/v1
metadata:
    name:   once
spec:
    agent: bot
    message: Hello
    runtime_env:
        TOKEN: {value: sesame-six, is_secret: true}
"""
SEALED = """\
# of the shop
apiVersion: agentic.stigmer.ai/v1
kind: Environment
metadata: {name: prod}
spec:
  data:
    URL: {value: https://shop.example}
    QUOTED:   # about it
      is_secret: true
      value_from:   # beside
        age: |-
          (sealed)
      description: x

    # above it
    FLOW: {is_secret: true, value_from: {age: (sealed)}, description: y}
    LINES:
      is_secret: true
      # over the value
      value_from:  # on its line
        age: |-
          (sealed)

    LAST: {"value_from": {age: (sealed)},"is_secret":true}
    KEPT:
      value_from: {env: SESAME}
---
kind: AgentExecution
apiVersion: agentic.stigmer.ai/v1
metadata:
    name:   once
spec:
    agent: bot
    message: Hello
    runtime_env:
        TOKEN: {value_from: {age: (sealed)}, is_secret: true}
"""
PROD = """\
apiVersion: agentic.stigmer.ai/v1
kind: Environment
metadata: {name: prod}
spec:
  data:
    TOKEN: {is_secret: true, value: sesame-opens}
"""
TO_ALICE = ("-r", ALICE.recipient)
_ARMOR = re.compile(r'"?-----BEGIN AGE ENCRYPTED FILE-----.*?-----END AGE ENCRYPTED FILE-----"?', re.DOTALL)


def folded(text: str) -> str:
    """A text with a short word for each ciphertext."""
    return _ARMOR.sub("(sealed)", text)


def be(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STIGMER_AGE_IDENTITY", person.identity)


def holds_sesame(directory: Path) -> list[str]:
    return [str(each) for each in directory.rglob("*") if each.is_file() and b"sesame" in each.read_bytes()]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_only_the_values_change(cli: Cli, end: str, mark: str) -> None:
    file = cli.directory / "prod.yaml"
    file.write_bytes((mark + LOOSE.replace("\n", end)).encode())
    file.chmod(0o640)
    result = cli("secrets", "seal", "prod.yaml", *TO_ALICE)
    assert folded(file.read_bytes().decode()) == mark + SEALED.replace("\n", end)
    assert file.stat().st_mode & 0o777 == 0o640
    names = ("prod QUOTED", "prod FLOW", "prod LINES", "prod LAST", "once TOKEN")
    lines = (10, 14, 18, 22, 34)
    kinds = ("environment",) * 4 + ("agent-execution",)
    assert result.out == "".join(
        f"sealed: {kind}/{name} (prod.yaml:{line})\n"
        for kind, name, line in zip(kinds, names, lines, strict=True)
    )
    assert "5 values in 1 file sealed for 1 recipient\n" in result.err
    assert holds_sesame(cli.directory) == []
    cli("secrets", "seal", "prod.yaml", *TO_ALICE)
    cli("validate", "-f", "prod.yaml")


def test_a_store_with_the_same_values_sees_no_difference(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    be(BOB, monkeypatch)
    monkeypatch.setenv("SESAME", "sesame")
    cli.write("prod.yaml", LOOSE.partition("---")[0])
    cli("apply", "-f", ".")
    cli("secrets", "seal", "prod.yaml", "-r", BOB.recipient)
    assert cli("diff", "-f", ".").out == "No changes. 1 resource is as declared.\n"
    cli("apply", "-f", ".")
    assert len(cli("history", "environment/prod", "-o", "json").json["items"]) == 1


def test_a_clean_store_gets_the_values(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    be(ALICE, monkeypatch)
    cli.write("prod.yaml", PROD)
    cli("secrets", "seal", "prod.yaml", *TO_ALICE)
    cli("apply", "-f", ".")
    cli.write("prod.yaml", PROD)
    assert "No changes" in cli("diff", "-f", ".").out
    cli.write("prod.yaml", PROD.replace("opens", "closes"))
    assert "(secret" in cli("diff", "-f", ".", expect=1).out


def test_a_dry_run_says_what_it_would_do(cli: Cli) -> None:
    file = cli.write("prod.yaml", PROD)
    result = cli("secrets", "seal", "prod.yaml", *TO_ALICE, "--dry-run")
    assert result.out == "to be sealed: environment/prod TOKEN (prod.yaml:6)\n"
    assert file.read_text() == PROD
    told = cli("secrets", "seal", "prod.yaml", *TO_ALICE, "--dry-run", "-o", "json").json
    assert (told["written"], len(told["sealed"])) == (False, 1)


def test_what_was_done_as_json(cli: Cli) -> None:
    cli.write("prod.yaml", PROD)
    result = cli(
        "secrets", "seal", "prod.yaml", *TO_ALICE, "-r", BOB.recipient, "-r", ALICE.recipient, "-o", "json"
    )
    assert result.json == {
        "format_version": 1,
        "sealed": [{"resource": "environment/prod", "name": "TOKEN", "file": "prod.yaml", "line": 6}],
        "sealed_before": 0,
        "recipients": [ALICE.recipient, BOB.recipient],
        "written": True,
        "diagnostics": [],
    }
    again = cli("secrets", "seal", "prod.yaml", *TO_ALICE, "-o", "json").json
    assert (again["sealed"], again["sealed_before"], again["written"]) == ([], 1, False)


def test_the_project_names_recipients_and_files(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.write(
        "stigmer.yaml",
        f"""\
        name: shop
        paths: [manifests/]
        targets:
          prod: {{overlays: [overlays/]}}
        age:
          recipients: [{ALICE.recipient}, people.txt]
        """,
    )
    cli.write("people.txt", f"# who may\n{BOB.recipient}\n\n{ED25519.recipient}\n")
    cli.write("manifests/prod.yaml", PROD)
    cli.write(
        "overlays/prod.yaml",
        PROD.replace("opens", "closes").replace("apiVersion: agentic.stigmer.ai/v1\n", ""),
    )
    result = cli("secrets", "seal")
    assert "2 values in 2 files sealed for 3 recipients\n" in result.err
    assert holds_sesame(cli.directory) == []
    for person in (ALICE, BOB, ED25519):
        be(person, monkeypatch)
        assert cli("secrets", "unseal", "overlays/prod.yaml", "--name", "TOKEN").out == "sesame-closes"
    cli("apply", "--target", "prod")
    cli("diff", "--target", "prod")
    cli("diff", expect=1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "nobody is named to seal to"),
        (("-r", "nobody.txt"), "'nobody.txt' is no recipient"),
        (
            ("-r", ALICE.recipient[:-1]),
            f"'{ALICE.recipient[:24]}...' is no recipient that values can be sealed to",
        ),
        (
            ("-r", ALICE.identity),
            "this is an identity, which is secret: name the recipient that belongs to it",
        ),
        (("-r", "key.txt"), "this is an identity, which is secret: name the recipient that belongs to it"),
        (("-r", "odd.txt"), "line 2 of odd.txt is no recipient"),
        (("-r", "empty.txt"), "empty.txt names no recipient"),
    ],
)
def test_who_is_no_recipient(cli: Cli, arguments: tuple[str, ...], words: str) -> None:
    file = cli.write("prod.yaml", PROD)
    cli.write("key.txt", ALICE.identity)
    cli.write("odd.txt", f"{BOB.recipient}\nsesame\n")
    cli.write("empty.txt", "# nobody\n")
    result = cli("secrets", "seal", "prod.yaml", *arguments, expect=2)
    assert f"error: {words} [seal.recipients]" in result.err
    assert "sesame" not in result.err
    assert ALICE.identity not in result.err
    assert file.read_text() == PROD


def test_a_wrong_recipient_of_the_project_is_told_at_its_place(cli: Cli) -> None:
    text = f"name: shop\nage:\n  recipients:\n    - {ALICE.recipient}\n    - {BOB.recipient}x\n"
    cli.write("stigmer.yaml", text)
    cli.write("prod.yaml", PROD)
    assert cli("secrets", "seal", expect=2).err.startswith("stigmer.yaml:5:7: error: ")


def test_a_name_chooses_and_seals_what_is_not_marked(cli: Cli) -> None:
    text = PROD + "    URL: {value: https://shop.example}\n    API_TOKEN: {value: sesame-too}\n"
    file = cli.write("prod.yaml", text)
    result = cli("secrets", "seal", "prod.yaml", *TO_ALICE)
    assert "prod.yaml:8:17: warning: API_TOKEN looks like a secret, is not marked as one" in result.err
    assert "sesame-too" in file.read_text()
    file.write_text(text)
    cli("secrets", "seal", "prod.yaml", *TO_ALICE, "--name", "prod/API_TOKEN")
    assert folded(file.read_text()) == text.replace("value: sesame-too", "value_from: {age: (sealed)}")
    wrong = cli("secrets", "seal", "prod.yaml", *TO_ALICE, "--name", "API_TOKN", expect=5)
    assert "did you mean API_TOKEN?" in wrong.err
    cli("secrets", "seal", "prod.yaml", *TO_ALICE, "--name", "other/API_TOKEN", expect=5)


def test_a_name_that_has_a_value_in_one_place_only(cli: Cli) -> None:
    cli.write("prod.yaml", PROD)
    held = cli.write("held.yaml", PROD.replace("prod", "held").replace(", value: sesame-opens", ""))
    cli("secrets", "seal", ".", *TO_ALICE, "--name", "TOKEN")
    assert held.read_text() == PROD.replace("prod", "held").replace(", value: sesame-opens", "")
    wrong = cli("secrets", "seal", ".", *TO_ALICE, "--name", "held/TOKEN", expect=4)
    assert "held.yaml:6:5: error: TOKEN has no value here that could be sealed [seal.value]" in wrong.err


def test_again_seals_to_whom_there_is_now(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    text = PROD + "    OTHER: {is_secret: true, value: sesame-too}\n"
    file = cli.write("prod.yaml", text)
    cli("secrets", "seal", "prod.yaml", *TO_ALICE, "--name", "TOKEN")
    sealed = file.read_text()
    wrong = cli("secrets", "seal", "prod.yaml", "--again", "-r", BOB.recipient, expect=4)
    assert "[secret.unresolved]" in wrong.err
    assert file.read_text() == sealed
    key = cli.write("../alice.key", ALICE.identity)
    key.chmod(0o600)
    cli("secrets", "seal", "prod.yaml", "--again", "-i", str(key), "-r", BOB.recipient)
    be(ALICE, monkeypatch)
    cli("secrets", "unseal", "prod.yaml", expect=4)
    be(BOB, monkeypatch)
    assert cli("secrets", "unseal", "prod.yaml").out.count("opens: ") == 2
    assert holds_sesame(cli.directory) == []


def test_nothing_changes_where_something_is_against_it(cli: Cli) -> None:
    good = cli.write("a.yaml", PROD.replace("prod", "a"))
    for text, status, code in (
        (PROD + "  : x: y\n", 3, "yaml.syntax"),
        (PROD.replace("agentic.stigmer.ai", "agentic.stigmer.io"), 3, "manifest."),
        (PROD.replace("sesame-opens", "12345678"), 3, "schema.type"),
        (PROD.replace("is_secret: true", "is_secret: yes"), 3, "schema.type"),
        (PROD.replace("opens}", "opens, value_from: {env: X}}"), 3, "schema.one_of"),
        (PROD.replace("sesame-opens", "x" * 3_500_000), 4, "seal.in_place"),
        (PROD.replace("{is_secret: true, value: sesame-opens}", "&a {is_secret: true, value: x}\n    B: *a"), 4, "seal.in_place"),
        (PROD.replace("value: sesame-opens", "value: &a sesame-opens}\n    B: {value: *a"), 4, "seal.in_place"),
        (PROD.replace("{is_secret: true, value: sesame-opens}", "\n      is_secret: true\n      value:\n        # why\n        x"), 4, "seal.in_place"),
        (PROD.replace("sesame-opens", '"-----BEGIN AGE ENCRYPTED FILE-----"'), 4, "secret.ciphertext"),
    ):  # fmt: skip
        bad = cli.write("b.yaml", text)
        result = cli("secrets", "seal", "a.yaml", "b.yaml", *TO_ALICE, expect=status)
        assert f"[{code}" in result.err
        assert "nothing was changed" in result.err
        assert result.out == ""
        assert good.read_text() == PROD.replace("prod", "a")
        assert bad.read_text() == text
        assert sorted(each.name for each in cli.directory.iterdir()) == ["a.yaml", "b.yaml"]
        assert "sesame" not in result.err


def test_a_full_disk_leaves_every_file_as_it_was(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [cli.write(name, PROD.replace("prod", name[0])) for name in ("a.yaml", "b.yaml")]
    before = [each.read_text() for each in files]
    synced: list[int] = []

    def full(handle: int) -> None:
        synced.append(handle)
        if len(synced) == 2:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("stigmer.cli.rewriting.os.fsync", full)
        result = cli("secrets", "seal", ".", "-r", ALICE.recipient, expect=None)
    assert "cannot be written: No space left on device" in result.err
    assert result.status == 7
    assert [each.read_text() for each in files] == before
    assert len(list(cli.directory.iterdir())) == 2


def test_a_value_that_is_in_a_comment_too_is_told(cli: Cli) -> None:
    cli.write("prod.yaml", f"# once sesame-opens\n{PROD}")
    result = cli("secrets", "seal", "prod.yaml", *TO_ALICE)
    assert (
        "prod.yaml:1:8: warning: the value of TOKEN stands here too, in clear [secret.in_clear]" in result.err
    )
    assert "sesame" not in result.err


def test_without_files_and_project_it_says_what_to_name(cli: Cli) -> None:
    result = cli("secrets", "seal", *TO_ALICE, expect=2)
    assert "hint: name files or directories\n" in result.err


def test_what_is_not_ours_is_left(cli: Cli) -> None:
    cli.write(
        "k8s.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata: {TOKEN: {is_secret: true, value: x}}\n",
    )
    cli.write("bot.yaml", BOT)
    encrypted = (FIXTURES.parent / "sops" / "environment.yaml").read_text("utf-8")
    by_sops = cli.write("sops.yaml", encrypted)
    result = cli("secrets", "seal", ".", *TO_ALICE)
    assert by_sops.read_text("utf-8") == encrypted
    assert "passed over" in result.err
    assert "nothing to seal: no secret has its value in clear here\n" in result.err
