# SPDX-License-Identifier: Apache-2.0
"""The keychain: found where there is one, told apart from what only looks like one, and never waited for without an end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend

from stigmer.resources.confidential import Secret, Unresolved
from stigmer.resources.resource import File, Keyring
from stigmer.secrets import keychain
from stigmer.secrets.keychain import Keychain, KeychainError, find_keychain, is_keychain
from stigmer.secrets.sources import Missing, Surroundings, fetch
from tests.secrets import keychains
from tests.secrets.keychains import Forgetful, Kept, Locked, OnlyTells, PlaintextKeyring, Silent, made

BUS = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere/bus"}


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> keychains.Use:
    return keychains.use_in(monkeypatch, tmp_path)


def found() -> Keychain:
    keychain = find_keychain(os.environ)
    assert keychain is not None
    return keychain


def test_what_is_kept_can_be_read_and_removed(use: keychains.Use) -> None:
    use(Kept)
    assert found().read("stigmer", "ann") is None
    found().keep("stigmer", "ann", "one")
    found().keep("stigmer", "ann", "two")
    assert found().read("stigmer", "ann") == "two"
    found().remove("stigmer", "ann")
    found().remove("stigmer", "ann")
    assert found().read("stigmer", "ann") is None


def named(name: str, module: str, base: type[KeyringBackend] = Kept) -> type[KeyringBackend]:
    """A class as a package would bring it."""
    return type(name, (base,), {"__module__": module, "priority": 5.0})


@pytest.mark.parametrize(
    "kind",
    [
        keyring.backends.fail.Keyring,
        keyring.backends.null.Keyring,
        keyring.backends.chainer.ChainerBackend,
        named("PlaintextKeyring", "keyrings.alt.file"),
        named("EncryptedKeyring", "keyrings.alt.file"),
        named("Keyring", "keyrings.alt.Gnome"),
        named("Ours", "company.keyring", named("PlaintextKeyring", "keyrings.alt.file")),
        PlaintextKeyring,
    ],
    ids=lambda each: f"{each.__module__}.{each.__name__}",
)
def test_what_is_no_keychain(kind: type[KeyringBackend]) -> None:
    assert not is_keychain(made(kind))


@pytest.mark.parametrize("module", ["SecretService", "kwallet", "libsecret", "macOS", "Windows"])
def test_the_keychains_of_operating_systems(module: str) -> None:
    assert is_keychain(made(named("Keyring", f"keyring.backends.{module}")))


@pytest.mark.parametrize(
    "name",
    [
        "keyring.backends.fail.Keyring",
        "keyring.backends.null.Keyring",
        "tests.secrets.keychains.PlaintextKeyring",
        "tests.secrets.keychains.Unable",
        "tests.secrets.keychains.NotThere",
        "no.such.module.Keyring",
        "nonsense",
    ],
)
def test_a_backend_that_a_variable_names_and_that_is_none_is_not_used(use: keychains.Use, name: str) -> None:
    use(name)
    assert find_keychain(os.environ) is None


class Chain(keyring.backends.chainer.ChainerBackend):
    """A chain as the library makes one where it finds several backends."""

    backends: tuple[KeyringBackend, ...] = ()


Chain.__module__ = "keyring.backends.chainer"


def test_of_a_chain_only_the_members_that_are_keychains_are_used(
    use: keychains.Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(Kept)
    monkeypatch.setattr("keyring.get_keyring", Chain)
    monkeypatch.setattr(Chain, "backends", (made(OnlyTells), made(PlaintextKeyring), made(Kept)))
    assert [type(each) for each in found().members] == [OnlyTells, Kept]
    found().keep("stigmer", "ann", "one")
    assert found().read("stigmer", "ann") == "one"
    monkeypatch.setattr(Chain, "backends", (made(PlaintextKeyring), made(keyring.backends.fail.Keyring)))
    assert find_keychain(os.environ) is None
    monkeypatch.setattr(Chain, "backends", ())
    assert find_keychain(os.environ) is None


@pytest.mark.parametrize("backend", [Forgetful, OnlyTells])
def test_one_that_does_not_keep_what_it_is_given_is_found_out(
    use: keychains.Use, backend: type[KeyringBackend]
) -> None:
    use(backend)
    with pytest.raises(KeychainError, match="does not keep what it is given"):
        found().keep("stigmer", "ann", "one")


def test_a_locked_one_says_so_and_nothing_of_what_the_library_said(use: keychains.Use) -> None:
    use(Locked)
    with pytest.raises(KeychainError, match=r"^is locked$"):
        found().read("stigmer", "ann")


def test_one_that_never_answers_is_not_waited_for_without_an_end(
    use: keychains.Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(Silent)
    monkeypatch.setattr(keychain, "PATIENCE", 0.05)
    with pytest.raises(KeychainError, match=r"did not answer within 0\.05 seconds"):
        found().read("stigmer", "ann")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere keychains need no bus")
@pytest.mark.parametrize(
    ("environ", "imported"),
    [
        ({}, False),
        ({"DBUS_SESSION_BUS_ADDRESS": ""}, False),
        ({"XDG_RUNTIME_DIR": "/nowhere"}, False),
        ({"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}, True),
        (BUS, True),
        ({"XDG_RUNTIME_DIR": "{tmp}"}, True),
    ],
)
def test_without_the_bus_of_a_session_the_library_is_not_imported(
    environ: dict[str, str], imported: bool, tmp_path: Path
) -> None:
    (tmp_path / "bus").touch()
    script = (
        "import os, sys; from stigmer.secrets.keychain import find_keychain;"
        "find_keychain(os.environ); print('keyring' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", script],
        env={name: value.format(tmp=tmp_path) for name, value in environ.items()},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == str(imported)


@pytest.mark.parametrize("service", ["stigmer", "Stigmer"])
def test_no_manifest_reads_what_stigmer_keeps_for_itself(use: keychains.Use, service: str) -> None:
    use(Kept)
    found().keep("stigmer", "ann", "the master key")  # secret-scan: allow
    assert fetch(Keyring(service, "ann"), "/", Surroundings(os.environ)) == Missing(
        Unresolved("keyring", f"{service}/ann"),
        "the entries of stigmer are its own, and no manifest reads them",
    )


@pytest.mark.parametrize("name", ["STIGMER_MASTER_KEY_FILE", "STIGMER_MASTER_KEY_PASSPHRASE_FILE"])
def test_no_manifest_reads_the_files_of_the_master_key(tmp_path: Path, name: str) -> None:
    (tmp_path / "own").write_text("sesame")
    (tmp_path / "link").symlink_to("own")
    environ = {name: str(tmp_path / "link")}
    for path in ("own", "link", f"../{tmp_path.name}/own"):
        found = fetch(File(path), str(tmp_path), Surroundings(environ))
        assert isinstance(found, Missing)
        assert "belongs to the master key" in found.reason
    assert isinstance(fetch(File("own"), str(tmp_path), Surroundings()), Secret)


def test_what_others_keep_a_manifest_reads(use: keychains.Use) -> None:
    use(Kept)
    found().keep("stripe", "ann", "sesame")
    value = fetch(Keyring("stripe", "ann"), "/", Surroundings(os.environ))
    assert isinstance(value, Secret)
    assert value.reveal() == "sesame"
