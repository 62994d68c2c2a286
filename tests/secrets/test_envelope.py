# SPDX-License-Identifier: Apache-2.0
"""Sealed values: they open with their key in their place, and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stigmer.resources.confidential import Secret
from stigmer.secrets.envelope import Place, seal, unseal
from stigmer.secrets.fingerprint import fingerprint, new_fingerprint_key, unwrap, wrap
from stigmer.secrets.keys import MasterKey, SecretError

KEY = MasterKey(1, bytes(range(32)))
PLACE = Place("sto_1", "Environment", "env_1", "spec.data.TOKEN")


def refused(code: str, sealed: bytes, key: MasterKey = KEY, place: Place = PLACE) -> None:
    with pytest.raises(SecretError) as caught:
        unseal(sealed, key, place)
    assert (caught.value.code, caught.value.exit_code) == (code, 7)


@given(st.binary(max_size=300), st.text(max_size=20), st.integers(1, 2**32 - 1))
def test_what_is_sealed_opens_in_its_place(value: bytes, path: str, version: int) -> None:
    key, place = MasterKey(version, os.urandom(32)), replace(PLACE, path=path)
    assert unseal(seal(value, key, place), key, place) == value


@pytest.mark.parametrize("part", ["store_id", "kind", "resource_id", "path"])
def test_moved_elsewhere_it_does_not_open(part: str) -> None:
    refused("secret.unopened", seal(b"value", KEY, PLACE), place=replace(PLACE, **{part: "other"}))


def test_parts_of_a_place_do_not_run_into_each_other() -> None:
    one, two = replace(PLACE, kind="a", resource_id="bc"), replace(PLACE, kind="ab", resource_id="c")
    refused("secret.unopened", seal(b"value", KEY, one), place=two)


def test_another_key_does_not_open_it() -> None:
    refused("secret.unopened", seal(b"value", KEY, PLACE), key=MasterKey(1, os.urandom(32)))


def test_another_version_of_the_key_is_told() -> None:
    sealed = seal(b"value", KEY, PLACE)
    refused("secret.key_version", sealed, key=MasterKey(2, KEY.material))
    relabelled = sealed[:1] + (2).to_bytes(4, "big") + sealed[5:]
    refused("secret.unopened", relabelled, key=MasterKey(2, KEY.material))


def test_a_changed_byte_is_noticed_wherever_it_is() -> None:
    sealed = seal(b"value", KEY, PLACE)
    for at in range(len(sealed)):
        with pytest.raises(SecretError):
            unseal(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :], KEY, PLACE)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" * 16, b"\x02" + b"\x00" * 60])
def test_an_unknown_format_is_told(sealed: bytes) -> None:
    refused("secret.format", sealed)


def test_no_two_are_alike() -> None:
    assert len({seal(b"value", KEY, PLACE) for _ in range(100)}) == 100


def test_a_wrapped_fingerprint_key_belongs_to_key_and_store() -> None:
    key = new_fingerprint_key()
    wrapped = wrap(key, KEY, "sto_1")
    assert key not in wrapped
    assert unwrap(wrapped, KEY, "sto_1") == key
    for master, store in (
        (MasterKey(1, os.urandom(32)), "sto_1"),
        (KEY, "sto_2"),
        (MasterKey(2, KEY.material), "sto_1"),
    ):
        with pytest.raises(SecretError) as caught:
            unwrap(wrapped, master, store)
        assert caught.value.code == "secret.key_wrong"


@given(st.text(alphabet=st.characters(exclude_categories=())), st.text())
def test_fingerprints_tell_values_and_stores_apart(one: str, two: str) -> None:
    key = b"k" * 32
    assert (fingerprint(Secret(one), key) == fingerprint(Secret(two), key)) == (one == two)
    assert fingerprint(Secret(one), key) != fingerprint(Secret(one), b"j" * 32)


def test_a_fingerprint_is_that_of_rfc_2104() -> None:
    # RFC 4231, test case 2: anybody can compute it again.
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert fingerprint(Secret("what do ya want for nothing?"), b"Jefe") == expected


def test_cryptography_waits_until_a_secret_is_touched() -> None:
    code = "import stigmer.backends.local, stigmer.secrets.fingerprint, sys; sys.exit('cryptography' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
