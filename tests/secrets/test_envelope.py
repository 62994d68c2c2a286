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
from stigmer.secrets.keys import MasterKey, MasterKeys, SecretError

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


def test_another_key_does_not_open_it() -> None:
    refused("secret.unopened", seal(b"value", KEY, PLACE), key=MasterKey(1, os.urandom(32)))


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" * 16, b"\x03" + b"\x00" * 60])
def test_an_unknown_format_is_told(sealed: bytes) -> None:
    refused("secret.format", sealed)


def test_no_two_are_alike() -> None:
    assert len({seal(b"value", KEY, PLACE) for _ in range(100)}) == 100


def test_a_wrapped_fingerprint_key_belongs_to_key_and_store() -> None:
    key = new_fingerprint_key()
    wrapped = wrap(key, KEY, "sto_1")
    assert key not in wrapped
    assert unwrap(wrapped, MasterKeys((KEY,)), "sto_1") == key
    for master, store, code in (
        (MasterKey(1, os.urandom(32)), "sto_1", "secret.key_wrong"),
        (KEY, "sto_2", "secret.key_wrong"),
        (MasterKey(2, KEY.material), "sto_1", "secret.key_version"),
    ):
        with pytest.raises(SecretError) as caught:
            unwrap(wrapped, MasterKeys((master,)), store)
        assert caught.value.code == code


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
