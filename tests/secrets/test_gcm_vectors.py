# SPDX-License-Identifier: Apache-2.0
"""What is sealed is AES-256-GCM as NIST defines it: their vectors go through our format, and another implementation opens it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace

import cryptography_vectors
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from stigmer.secrets.envelope import Place, seal, unseal
from stigmer.secrets.keys import DataKey, MasterKey, SealingKey, SecretError

# The header's five bytes: the format, which is the sort of key, and the version of the key.
DATA_KEY_1, MASTER_KEY_7 = bytes.fromhex("0200000001"), bytes.fromhex("0100000007")
PLACE = Place("sto_1", "Environment", "env_1", "spec.data.TOKEN")


@dataclass(frozen=True)
class Vector:
    """One of NIST's: `plaintext` is None where it is not to open."""

    key: bytes
    nonce: bytes
    bound: bytes
    ciphertext: bytes
    tag: bytes
    plaintext: bytes | None


class Bound(Place):
    """A place that is bound to just these bytes."""

    __slots__ = ("_bytes",)

    def __init__(self, bound: bytes) -> None:
        super().__init__("", "", "", "")
        object.__setattr__(self, "_bytes", bound)

    def associated_data(self, key: SealingKey) -> bytes:
        found: bytes = self._bytes  # type: ignore[attr-defined]
        return found


def vectors(file: str) -> Iterator[Vector]:
    """Those with a nonce of 96 bits and a tag of 128: no others are what we write or take."""
    lengths: dict[str, str] = {}
    fields: dict[str, str] = {}
    with cryptography_vectors.open_vector_file(f"ciphers/AES/GCM/{file}", "r") as lines:
        for line in (*map(str.strip, lines), ""):
            name, _, value = (part.strip() for part in line.strip("[]").partition("="))
            if line.startswith("["):
                lengths[name] = value
            elif line == "FAIL" or "=" in line:
                fields[name] = value
            elif fields and (lengths["IVlen"], lengths["Taglen"]) == ("96", "128"):
                key, nonce, bound, ciphertext, tag = (
                    bytes.fromhex(fields[each]) for each in ("Key", "IV", "AAD", "CT", "Tag")
                )
                opens = None if "FAIL" in fields else bytes.fromhex(fields["PT"])
                yield Vector(key, nonce, bound, ciphertext, tag, opens)
                fields = {}
            else:
                fields = {}


ENCRYPT = tuple(vectors("gcmEncryptExtIV256.rsp"))
DECRYPT = tuple(vectors("gcmDecrypt256.rsp"))


def test_these_are_all_the_vectors_that_there_are() -> None:
    assert len(ENCRYPT) == len(DECRYPT) == 25 * 15
    assert Counter(each.plaintext is None for each in DECRYPT) == {False: 184, True: 191}
    assert {len(each.key) for each in (*ENCRYPT, *DECRYPT)} == {32}
    assert {len(each.bound) for each in ENCRYPT} == {0, 16, 20, 48, 90}


def test_sealing_gives_what_nist_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for each in ENCRYPT:
        monkeypatch.setattr("stigmer.secrets.envelope.os", SimpleNamespace(urandom=lambda _: each.nonce))  # noqa: B023
        assert each.plaintext is not None
        sealed = seal(each.plaintext, DataKey(1, each.key), Bound(each.bound))
        assert sealed == DATA_KEY_1 + each.nonce + each.ciphertext + each.tag
        sealed = seal(each.plaintext, MasterKey(7, each.key), Bound(each.bound))
        assert sealed == MASTER_KEY_7 + each.nonce + each.ciphertext + each.tag


@pytest.mark.parametrize("given", [ENCRYPT, DECRYPT], ids=["encrypt", "decrypt"])
def test_opening_gives_or_refuses_what_nist_says(given: tuple[Vector, ...]) -> None:
    for each in given:
        sealed = DATA_KEY_1 + each.nonce + each.ciphertext + each.tag
        if each.plaintext is None:
            with pytest.raises(SecretError) as caught:
                unseal(sealed, DataKey(1, each.key), Bound(each.bound))
            assert caught.value.code == "secret.unopened"
        else:
            assert unseal(sealed, DataKey(1, each.key), Bound(each.bound)) == each.plaintext


def blocks(key: bytes, given: bytes) -> bytes:
    """Each block of 16 bytes through the AES block cipher."""
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return encryptor.update(given) + encryptor.finalize()


def gcm(key: bytes, nonce: bytes, text: bytes, bound: bytes, *, sealing: bool) -> tuple[bytes, bytes]:
    """The other text and the tag, as NIST SP 800-38D defines them, in plain arithmetic."""
    counters = [nonce + number.to_bytes(4, "big") for number in range(1, 2 + -(-len(text) // 16))]
    mask, *stream = (blocks(key, each) for each in counters)
    other = bytes(a ^ b for a, b in zip(text, b"".join(stream), strict=False))
    ciphertext = other if sealing else text
    lengths = (8 * len(bound)).to_bytes(8, "big") + (8 * len(ciphertext)).to_bytes(8, "big")
    hashed = padded(bound) + padded(ciphertext) + lengths
    subkey, state = int.from_bytes(blocks(key, bytes(16)), "big"), 0
    for at in range(0, len(hashed), 16):
        state = times(state ^ int.from_bytes(hashed[at : at + 16], "big"), subkey)
    return other, (state ^ int.from_bytes(mask, "big")).to_bytes(16, "big")


def padded(text: bytes) -> bytes:
    return text + bytes(-len(text) % 16)


def times(one: int, two: int) -> int:
    """The product in GF(2^128), whose bits count from the left."""
    product = 0
    for bit in range(127, -1, -1):
        product ^= two if one >> bit & 1 else 0
        two = two >> 1 ^ (0xE1 << 120 if two & 1 else 0)
    return product


def test_the_other_implementation_is_right_itself() -> None:
    for each in ENCRYPT[::7]:
        assert each.plaintext is not None
        found = gcm(each.key, each.nonce, each.plaintext, each.bound, sealing=True)
        assert found == (each.ciphertext, each.tag)


@given(st.binary(max_size=70), st.sampled_from([(DataKey, 2), (MasterKey, 1)]), st.integers(1, 2**32 - 1))
def test_another_implementation_opens_what_we_seal(
    value: bytes, sort: tuple[type[SealingKey], int], version: int
) -> None:
    key = sort[0](version, os.urandom(32))
    sealed = seal(value, key, PLACE)
    header, nonce, ciphertext, tag = sealed[:5], sealed[5:17], sealed[17:-16], sealed[-16:]
    assert header == bytes([sort[1]]) + version.to_bytes(4, "big")
    bound = f'[{sort[1]},"sto_1","Environment","env_1","spec.data.TOKEN",{version}]'.encode()
    assert gcm(key.material, nonce, ciphertext, bound, sealing=False) == (value, tag)


@given(st.binary(max_size=70), st.binary(min_size=12, max_size=12), st.integers(1, 2**32 - 1))
def test_we_open_what_another_implementation_seals(value: bytes, nonce: bytes, version: int) -> None:
    key = DataKey(version, os.urandom(32))
    bound = f'[2,"sto_1","Environment","env_1","spec.data.TOKEN",{version}]'.encode()
    ciphertext, tag = gcm(key.material, nonce, value, bound, sealing=True)
    header = b"\x02" + version.to_bytes(4, "big")
    assert unseal(header + nonce + ciphertext + tag, key, PLACE) == value
