# SPDX-License-Identifier: Apache-2.0
"""Where secrets come from, and how a source that cannot be read is told without telling anything else."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from keyring.errors import KeyringError

from stigmer.resources.confidential import Secret, Unresolved
from stigmer.resources.resource import Env, File, Held, Keyring, Literal, SecretSource
from stigmer.secrets.sources import Missing, Surroundings, fetch

NOWHERE = "/nowhere"
BUS = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere/bus"}


def value(source: SecretSource, directory: str = NOWHERE, **environ: str) -> str:
    found = fetch(source, directory, Surroundings(environ))
    assert isinstance(found, Secret)
    assert "********" in repr(found)
    return found.reveal()


def missing(source: SecretSource, directory: str = NOWHERE, **environ: str) -> tuple[Unresolved, str]:
    found = fetch(source, directory, Surroundings(environ))
    assert isinstance(found, Missing)
    return found.shown, found.reason


def test_a_literal_is_itself_and_what_is_held_stays_so() -> None:
    assert value(Literal(Secret("x"))) == "x"
    assert fetch(Held(), NOWHERE, Surroundings()) == Held()


def test_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "of the process")
    assert value(Env("TOKEN"), TOKEN="x") == "x"
    assert value(Env("TOKEN"), TOKEN="") == ""
    assert missing(Env("TOKEN"), OTHER="x") == (Unresolved("env", "TOKEN"), "the variable TOKEN is not set")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"x", "x"),
        (b"x\n", "x"),
        (b"x\r\n", "x"),
        (b"x\n\n", "x\n"),
        (b"\nx y ", "\nx y "),
        (b"", ""),
        (b"\n", ""),
        ("é\U0001f600\n".encode(), "é\U0001f600"),
        (b"a\nb\r\nc\n", "a\nb\r\nc"),
    ],
)
def test_a_file_without_its_last_newline(tmp_path: Path, data: bytes, expected: str) -> None:
    (tmp_path / "token").write_bytes(data)
    assert value(File("token"), str(tmp_path)) == expected
    assert value(File("./token"), str(tmp_path)) == expected
    assert value(File(str(tmp_path / "token"))) == expected


def test_a_file_in_the_users_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "token").write_text("x")
    assert value(File("~/token")) == "x"


def test_a_file_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "odd").write_bytes(b"hunter2\xff")
    for path, words in (
        ("gone", "No such file"),
        (".", "Is a directory"),
        ("odd/x", "Not a directory"),
        ("odd", "is not UTF-8"),
        ("a\0b", "null byte"),
        ("/dev/zero", "larger than 16 MiB"),
    ):
        shown, reason = missing(File(path), str(tmp_path))
        assert shown == Unresolved("file", path)
        assert words in reason
        assert "hunter2" not in reason


class Keychain:
    """A keychain as the keyring library shows one."""

    priority = 5.0

    def __init__(
        self, entries: dict[tuple[str, str], str] | None = None, error: Exception | None = None
    ) -> None:
        self.entries = entries or {}
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        if self.error is not None:
            raise self.error
        return self.entries.get((service, username))


class TestKeyring:
    source = Keyring("stripe", "shop")
    shown = Unresolved("keyring", "stripe/shop")

    @pytest.fixture
    def library(self, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
        import keyring

        monkeypatch.setattr(Keychain, "__module__", "keyring.backends.SecretService")
        monkeypatch.setattr(Keychain, "priority", 5.0)
        assert keyring is sys.modules["keyring"]
        return keyring

    def use(self, monkeypatch: pytest.MonkeyPatch, library: ModuleType, chain: Keychain) -> None:
        monkeypatch.setattr(library, "get_keyring", lambda: chain)

    def test_an_entry(self, monkeypatch: pytest.MonkeyPatch, library: ModuleType) -> None:
        self.use(monkeypatch, library, Keychain({("stripe", "shop"): "x"}))
        assert value(self.source, **BUS) == "x"
        assert (
            missing(Keyring("stripe", "other"), **BUS)[1]
            == "the keychain has no entry for other under stripe"
        )

    @pytest.mark.parametrize("error", [KeyringError("locked: hunter2"), RuntimeError("no bus: hunter2")])
    def test_a_keychain_that_does_not_answer(
        self, monkeypatch: pytest.MonkeyPatch, library: ModuleType, error: Exception
    ) -> None:
        self.use(monkeypatch, library, Keychain(error=error))
        shown, reason = missing(self.source, **BUS)
        assert (shown, "hunter2" in reason) == (self.shown, False)
        assert reason.startswith("the keychain did not answer")

    @pytest.mark.parametrize(
        ("module", "priority"),
        [
            ("keyring.backends.fail", 0.0),
            ("keyring.backends.null", 1.0),
            ("keyrings.alt.file", 1.0),
            ("keyring.backends.SecretService", -1.0),
        ],
    )
    def test_what_is_no_keychain_is_not_asked(
        self, monkeypatch: pytest.MonkeyPatch, library: ModuleType, module: str, priority: float
    ) -> None:
        monkeypatch.setattr(Keychain, "__module__", module)
        monkeypatch.setattr(Keychain, "priority", priority)
        self.use(monkeypatch, library, Keychain({("stripe", "shop"): "x"}))
        assert missing(self.source, **BUS) == (self.shown, "this machine has no keychain")
