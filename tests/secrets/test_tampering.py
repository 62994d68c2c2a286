# SPDX-License-Identifier: Apache-2.0
"""Whatever is changed of something sealed, or of where it is said to belong, it does not open, and the code says why."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from stigmer.secrets.envelope import Place, seal, unseal, unwrap_data_key, wrap_data_key
from stigmer.secrets.fingerprint import new_fingerprint_key, unwrap, wrap
from stigmer.secrets.keys import DataKey, MasterKey, MasterKeys, SealingKey, SecretError

DATA, MASTER = DataKey(3, os.urandom(32)), MasterKey(3, os.urandom(32))
PLACE = Place("sto_1", "Environment", "env_1", "spec.data.TOKEN")
HEADER, NONCE, TAG = 5, 12, 16
KEYS = pytest.mark.parametrize("key", [DATA, MASTER], ids=["data key", "master key"])
PARTS = ("store_id", "kind", "resource_id", "path")


def code(sealed: bytes, key: SealingKey, place: Place = PLACE) -> str:
    """With which code it is refused."""
    with pytest.raises(SecretError) as caught:
        unseal(sealed, key, place)
    assert caught.value.exit_code == 7
    assert b"value" not in str(caught.value).encode()
    return caught.value.code


def wrapping(sealed: bytes, version: int = 1, *, master: MasterKey = MASTER, of: str = "env_1") -> str:
    """With which code a data key is refused, as a resource of the first store would have it."""
    with pytest.raises(SecretError) as caught:
        unwrap_data_key(sealed, version, master, "sto_1", of)
    return caught.value.code


@KEYS
def test_every_flipped_bit_is_noticed(key: SealingKey) -> None:
    sealed = seal(b"value of a secret", key, PLACE)
    for bit in range(8 * len(sealed)):
        at = bit // 8
        changed = sealed[:at] + bytes([sealed[at] ^ 1 << bit % 8]) + sealed[at + 1 :]
        expected = "secret.format" if at == 0 else "secret.key_version" if at < HEADER else "secret.unopened"
        assert code(changed, key) == expected, f"bit {bit}"


@KEYS
def test_every_two_flipped_bits_of_the_tag_are_noticed(key: SealingKey) -> None:
    sealed = seal(b"", key, PLACE)
    tag = int.from_bytes(sealed[-TAG:], "big")
    for one in range(8 * TAG):
        for two in range(one):
            assert code(sealed[:-TAG] + (tag ^ 1 << one ^ 1 << two).to_bytes(TAG, "big"), key)


@KEYS
def test_every_shortening_is_noticed_at_either_end(key: SealingKey) -> None:
    sealed = seal(b"value of a secret", key, PLACE)
    for length in range(len(sealed)):
        expected = "secret.format" if length < HEADER + NONCE + TAG else "secret.unopened"
        assert code(sealed[:length], key) == expected, f"{length} bytes"
        assert code(sealed[:HEADER] + sealed[len(sealed) - length :][HEADER:], key) == expected
    for at in range(HEADER, len(sealed)):  # a byte is missing in the middle
        assert code(sealed[:at] + sealed[at + 1 :], key) == "secret.unopened"


@KEYS
def test_every_lengthening_is_noticed_wherever_it_is(key: SealingKey) -> None:
    sealed = seal(b"value of a secret", key, PLACE)
    for more in (b"\0", b"\xff", sealed[-1:], bytes(TAG), sealed):
        for at in range(HEADER, len(sealed) + 1):
            changed = sealed[:at] + more + sealed[at:]
            assert code(changed, key) == "secret.unopened", f"{len(more)} bytes at {at}"


@KEYS
@pytest.mark.parametrize("part", PARTS)
def test_every_changed_bit_of_its_place_is_noticed(key: SealingKey, part: str) -> None:
    sealed, said = seal(b"value", key, PLACE), getattr(PLACE, part)
    for at, letter in enumerate(said):
        for bit in range(7):
            other = said[:at] + chr(ord(letter) ^ 1 << bit) + said[at + 1 :]
            assert code(sealed, key, replace(PLACE, **{part: other})) == "secret.unopened"
    for other in ("", said[:-1], said + " ", said.upper(), said + "\0"):
        assert code(sealed, key, replace(PLACE, **{part: other})) == "secret.unopened"


def test_what_two_places_say_is_not_exchanged_between_their_parts() -> None:
    sealed = seal(b"value", DATA, PLACE)
    for one in PARTS:
        for two in PARTS:
            if one != two:
                swapped = replace(PLACE, **{one: getattr(PLACE, two), two: getattr(PLACE, one)})
                assert code(sealed, DATA, swapped) == "secret.unopened"
    quoted = replace(PLACE, kind='Environment","env_1', resource_id="spec.data.TOKEN")
    assert code(sealed, DATA, quoted) == "secret.unopened"


@pytest.mark.parametrize("version", [1, 2, 4, 2**32 - 1])
def test_another_version_of_the_same_key_is_noticed_also_where_the_header_lies(version: int) -> None:
    sealed = seal(b"value", DATA, PLACE)
    other = DataKey(version, DATA.material)
    assert code(sealed, other) == "secret.key_version"
    assert code(sealed[:1] + version.to_bytes(4, "big") + sealed[5:], other) == "secret.unopened"


def test_a_master_key_and_a_data_key_of_the_same_bytes_are_told_apart() -> None:
    as_master = MasterKey(DATA.version, DATA.material)
    sealed = seal(b"value", DATA, PLACE)
    assert code(sealed, as_master) == "secret.key_version"
    assert code(b"\x01" + sealed[1:], as_master) == "secret.unopened"


def test_the_parts_of_two_values_do_not_make_a_third() -> None:
    one, two = seal(b"value one", DATA, PLACE), seal(b"value two", DATA, PLACE)
    assert one[:HEADER] == two[:HEADER]
    for cut in range(HEADER + 1, len(one)):
        assert code(one[:cut] + two[cut:], DATA) == "secret.unopened"


def test_a_data_key_opens_as_that_of_its_resource_and_version_alone() -> None:
    key = DataKey(1, os.urandom(32))
    wrapped = wrap_data_key(key, MASTER, "sto_1", "env_1")
    assert unwrap_data_key(wrapped, 1, MASTER, "sto_1", "env_1") == key
    assert wrapping(wrapped, of="env_2") == "secret.unopened"
    assert wrapping(wrapped, version=2) == "secret.unopened"
    assert wrapping(wrap_data_key(key, MASTER, "sto_2", "env_1")) == "secret.unopened"
    assert wrapping(wrapped, master=MasterKey(3, os.urandom(32))) == "secret.unopened"
    assert wrapping(wrapped, master=MasterKey(4, MASTER.material)) == "secret.key_version"
    # Neither a value nor the key of the fingerprints passes for one, though the same key sealed them.
    assert wrapping(seal(os.urandom(32), MASTER, PLACE)) == "secret.unopened"
    assert wrapping(wrap(os.urandom(32), MASTER, "sto_1")) == "secret.unopened"
    assert wrapping(b"\x02" + wrapped[1:]) == "secret.key_version"
    for bit in range(8 * len(wrapped)):
        changed = bytearray(wrapped)
        changed[bit // 8] ^= 1 << bit % 8
        assert wrapping(bytes(changed)) in {"secret.format", "secret.key_version", "secret.unopened"}


def test_a_fingerprint_key_opens_as_that_of_its_store_alone() -> None:
    key = new_fingerprint_key()
    wrapped = wrap(key, MASTER, "sto_1")
    kept = MasterKeys((MASTER,))
    assert unwrap(wrapped, kept, "sto_1") == key
    other = wrap_data_key(DataKey(1, key), MASTER, "sto_1", "sto_1")
    tries = [(wrapped, "sto_2"), (other, "sto_1"), (wrapped[:-1], "sto_1"), (wrapped + b"\0", "sto_1")]
    for changed, store in tries:
        with pytest.raises(SecretError) as caught:
            unwrap(changed, kept, store)
        assert caught.value.code == "secret.key_wrong"
    for bit in range(8 * len(wrapped)):
        at = bit // 8
        flipped = wrapped[:at] + bytes([wrapped[at] ^ 1 << bit % 8]) + wrapped[at + 1 :]
        expected = "secret.format" if at == 0 else "secret.key_version" if at < HEADER else "secret.key_wrong"
        with pytest.raises(SecretError) as caught:
            unwrap(flipped, kept, "sto_1")
        assert caught.value.code == expected
