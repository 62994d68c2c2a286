# SPDX-License-Identifier: Apache-2.0
"""`stigmer secrets seal -`: one value through a pipe, sealed and printed to be pasted into a manifest."""

from __future__ import annotations

import io
import sys

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_seal import PROD, TO_ALICE, be, folded
from tests.secrets.age_people import ALICE


def pipe(text: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))


def test_one_value_through_a_pipe_is_printed_to_be_pasted(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe(b"sesame\nopens\n\n", monkeypatch)
    result = cli("secrets", "seal", "-", *TO_ALICE)
    assert folded(result.out) == "value_from:\n  age: |-\n    (sealed)\n"
    assert "sesame" not in result.err
    pasted = "\n".join(f"      {line}" for line in result.out.splitlines())
    cli.write("prod.yaml", PROD.partition("    TOKEN")[0] + f"    TOKEN:\n{pasted}\n")
    be(ALICE, monkeypatch)
    assert cli("secrets", "unseal", "prod.yaml", "--name", "TOKEN").out == "sesame\nopens\n"
    pipe(b"sesame", monkeypatch)
    named = cli("secrets", "seal", "-", *TO_ALICE, "--name", "prod/TOKEN").out
    assert folded(named) == "TOKEN:\n  is_secret: true\n  value_from:\n    age: |-\n      (sealed)\n"
    pipe(b"sesame", monkeypatch)
    told = cli("secrets", "seal", "-", *TO_ALICE, "-o", "json").json
    assert (folded(told["age"]), told["recipients"]) == ("(sealed)", [ALICE.recipient])


@pytest.mark.parametrize("text", [b"", b"\n", b"\xff", b"a\0b"])
def test_what_is_no_value_is_not_sealed(cli: Cli, monkeypatch: pytest.MonkeyPatch, text: bytes) -> None:
    pipe(text, monkeypatch)
    assert "[usage.secret]" in cli("secrets", "seal", "-", *TO_ALICE, expect=2).err


@pytest.mark.parametrize(
    "arguments",
    [("-", "prod.yaml"), ("-", "--again"), ("-", "--dry-run"), ("-", "--name", "A", "--name", "B"), ("prod.yaml", "-i", "x")],
)  # fmt: skip
def test_what_does_not_go_together(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    cli.write("prod.yaml", PROD)
    pipe(b"sesame", monkeypatch)
    assert "[usage.arguments]" in cli("secrets", "seal", *arguments, *TO_ALICE, expect=2).err
