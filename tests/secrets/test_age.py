# SPDX-License-Identifier: Apache-2.0
"""Sealed values: what the age program made opens here and the other way round, and what does not open says why."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_ssh_private_key,
)

from stigmer.resources.armor import BEGIN, END, ArmorError, stanzas
from stigmer.resources.confidential import Secret, Unresolved
from stigmer.resources.resource import Age, File
from stigmer.secrets.age import VARIABLE, Recipient, RecipientError, encrypt, recipient
from stigmer.secrets.sources import Damaged, Missing, Surroundings, fetch
from tests.secrets.age_people import ALICE, BOB, ED25519, FIXTURES, LOCKED, RSA, WORD, Person, fixture

EVERYBODY = {"alice": ALICE, "bob": BOB, "ed25519": ED25519, "rsa": RSA}


def opened(armored: str, identity: str) -> Secret | Missing | Damaged:
    found = fetch(Age(armored), "/nowhere", Surroundings({VARIABLE: identity}))
    assert isinstance(found, (Secret, Missing, Damaged))
    return found


def value(armored: str, identity: str) -> str:
    found = opened(armored, identity)
    assert isinstance(found, Secret), found
    return found.reveal()


def missing(armored: str, surroundings: Surroundings) -> str:
    found = fetch(Age(armored), "/nowhere", surroundings)
    assert isinstance(found, Missing)
    assert found.shown == Unresolved("age", "ciphertext")
    return found.reason


def damaged(armored: str, identity: str = ALICE.identity) -> tuple[str, str]:
    found = opened(armored, identity)
    assert isinstance(found, Damaged)
    return found.code, found.reason


def to(*people: Person) -> list[Recipient]:
    return [recipient(each.recipient, "it") for each in people]


def rearmored(data: bytes) -> str:
    text = base64.b64encode(data).decode()
    return "\n".join([BEGIN, *(text[at : at + 64] for at in range(0, len(text), 64)), END])


def as_pem(key: RSAPrivateKey | EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def unarmored(armored: str) -> bytes:
    return base64.b64decode("".join(armored.strip().splitlines()[1:-1]))


@pytest.mark.parametrize(
    ("name", "who", "expected"),
    [
        ("x25519", "alice", WORD),
        ("several", "alice", WORD),
        ("several", "bob", WORD),
        ("several", "ed25519", WORD),
        ("ssh-ed25519", "ed25519", WORD),
        ("ssh-rsa", "rsa", WORD),
        ("lines", "alice", "first line\nsecond line\n"),
        ("nothing", "alice", ""),
    ],
)
def test_what_age_sealed_opens_here(name: str, who: str, expected: str) -> None:
    assert value(fixture(name), EVERYBODY[who].identity) == expected


@pytest.mark.parametrize("who", ["alice", "ed25519"])
def test_what_was_sealed_here_age_opened(who: str) -> None:
    assert (FIXTURES / f"stigmer.{who}").read_bytes() == WORD.encode()
    assert value(fixture("stigmer"), EVERYBODY[who].identity) == WORD


@pytest.mark.skipif(shutil.which("age") is None, reason="the age program is not on the PATH")
@pytest.mark.parametrize("who", ["alice", "ed25519", "rsa"])
def test_the_age_program_and_this_one_open_what_the_other_seals(tmp_path: Path, who: str) -> None:
    long = "x" * 200_000 + "\n"  # several of age's chunks
    key, theirs = tmp_path / "key", tmp_path / "theirs"
    key.write_text(EVERYBODY[who].identity + "\n")
    key.chmod(0o600)
    ours = encrypt(Secret(long), to(BOB, EVERYBODY[who]))
    told = subprocess.run(["age", "-d", "-i", key], input=ours.encode(), capture_output=True, check=True)
    assert told.stdout == long.encode()
    command = ["age", "-a", "-r", EVERYBODY[who].recipient, "-o", str(theirs)]
    subprocess.run(command, input=long.encode(), check=True)
    assert value(theirs.read_text(), str(key)) == long


@pytest.mark.parametrize(
    "text", ["", "x", "\n", "a\r\nb", "ä\U0001f511\u2028", " x ", "-----\n", "x" * 65536]
)
def test_a_value_comes_back_exactly(text: str) -> None:
    assert value(encrypt(Secret(text), to(ALICE)), ALICE.identity) == text


def test_only_the_recipients_open_it() -> None:
    armored = encrypt(Secret(WORD), to(ALICE, RSA))
    assert value(armored, ALICE.identity) == value(armored, RSA.identity) == WORD
    for other in (BOB, ED25519):
        assert isinstance(opened(armored, other.identity), Missing)
    assert value(armored, f"# two of them\n\n{BOB.identity}\r\n{ALICE.identity}\n") == WORD


def test_no_two_sealed_values_are_equal() -> None:
    assert len({encrypt(Secret(WORD), to(ALICE)) for _ in range(20)}) == 20


def test_white_space_around_it_and_line_ends_do_not_matter() -> None:
    armored = fixture("x25519")
    for each in (f"\n\n{armored}\n ", armored.rstrip("\n"), armored.replace("\n", "\r\n")):
        assert value(each, ALICE.identity) == WORD


def test_identities_are_looked_for_in_one_place_after_the_other(tmp_path: Path) -> None:
    armored = fixture("x25519")
    home, config, other = tmp_path / "home", tmp_path / "keys.txt", tmp_path / "user"
    files = (home / "age.key", other / ".config" / "sops" / "age" / "keys.txt", config)
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(BOB.identity)
        file.chmod(0o600)
    here = {"XDG_CONFIG_HOME": str(other / ".config")}
    words = f"none of the 2 identities in {files[0]} and {files[1]} opens it"
    assert missing(armored, Surroundings(here, home)) == words
    files[1].write_text(ALICE.identity)
    assert isinstance(fetch(Age(armored), "/", Surroundings(here, home)), Secret)
    # What somebody names is all that counts.
    assert missing(armored, Surroundings(here, home, config)) == f"the identity in {config} does not open it"
    config.write_text(ALICE.identity)
    assert isinstance(fetch(Age(armored), "/", Surroundings(here, home, config)), Secret)
    said = {**here, VARIABLE: BOB.identity}
    assert (
        missing(armored, Surroundings(said, home, config)) == f"the identity in {VARIABLE} does not open it"
    )
    assert isinstance(fetch(Age(armored), "/", Surroundings({**here, VARIABLE: ""}, home, config)), Secret)


def test_without_an_identity_it_says_what_to_set() -> None:
    words = f"no age identity is here ({VARIABLE} is not set)"
    assert missing(fixture("x25519"), Surroundings({})) == words


def test_an_identity_that_cannot_be_used_is_told_and_never_repeated(tmp_path: Path) -> None:
    locked, odd, bad = tmp_path / "locked", tmp_path / "odd", tmp_path / "bad"
    locked.write_text(fixture("passphrase"))
    odd.write_bytes(b"\xff\xfe")
    bad.write_text(f"{ALICE.identity[:-4]}\n")
    none = "no age identity is here that can be used; "
    where = f"the file of {VARIABLE}"
    for said, words in {
        str(tmp_path / "gone"): f"{where} cannot be read: No such file or directory",
        str(tmp_path): f"{where} cannot be read: Is a directory",
        str(locked): f"{where} is locked with a passphrase",
        str(odd): f"{where} is no file of identities",
        str(bad): f"line 1 of {where} is no identity",
        LOCKED.identity: f"the private key in {VARIABLE} is locked with a passphrase",
        ED25519.identity[:200]: f"the private key in {VARIABLE} is damaged",
        ED25519.identity.replace("AAAA", "AAAB", 1): f"the private key in {VARIABLE} is damaged",
        as_pem(
            generate_private_key(SECP256R1())
        ): f"the private key in {VARIABLE} is of another kind than ed25519 and RSA",
        ALICE.identity[:-4]: f"line 1 of {VARIABLE} is no identity",
        "AGE-PLUGIN-YUBIKEY-1QQQ\n": f"line 1 of {VARIABLE} needs a plugin, which is not supported",
    }.items():
        reason = missing(fixture("x25519"), Surroundings({VARIABLE: said}))
        assert reason == none + words
        assert ALICE.identity[20:40] not in reason
        assert said not in reason


def test_a_key_of_ssh_may_be_in_another_form() -> None:
    key = load_ssh_private_key(RSA.identity.encode(), None)
    assert isinstance(key, RSAPrivateKey)
    assert value(fixture("ssh-rsa"), as_pem(key)) == WORD


def test_one_bad_line_leaves_the_other_identities() -> None:
    assert value(fixture("x25519"), f"nonsense\n{ALICE.identity}") == WORD
    reason = missing(fixture("x25519"), Surroundings({VARIABLE: f"nonsense\n{BOB.identity}"}))
    assert reason == f"the identity in {VARIABLE} does not open it; line 1 of {VARIABLE} is no identity"


@pytest.mark.parametrize(("mode", "told"), [(0o600, 0), (0o400, 0), (0o640, 1), (0o604, 1)])
def test_a_file_that_others_can_read_is_warned_of_once(tmp_path: Path, mode: int, told: int) -> None:
    key = tmp_path / "key"
    key.write_text(ALICE.identity)
    key.chmod(mode)
    surroundings = Surroundings({VARIABLE: str(key)})
    for _ in range(3):
        assert isinstance(fetch(Age(fixture("x25519")), "/", surroundings), Secret)
    assert [each.code for each in surroundings.warnings] == ["secret.identity_exposed"] * told


def test_what_is_sealed_and_no_text_is_told() -> None:
    assert damaged(fixture("bytes")) == ("secret.damaged", "what is sealed is no text in UTF-8")


def test_no_flipped_bit_opens() -> None:
    data = unarmored(fixture("x25519"))
    for at in range(len(data)):
        flipped = bytearray(data)
        flipped[at] ^= 1 << at % 8
        assert not isinstance(opened(rearmored(bytes(flipped)), ALICE.identity), Secret), at
    # In the payload it is known that the identity is the right one.
    changed = rearmored(data[:-1] + bytes([data[-1] ^ 1]))
    assert damaged(changed) == ("secret.damaged", "the sealed value was changed since it was sealed")


def test_nothing_cut_off_opens() -> None:
    data = unarmored(fixture("lines"))
    for length in range(len(data)):
        assert isinstance(opened(rearmored(data[:length]), ALICE.identity), (Missing, Damaged)), length


def test_the_kinds_of_recipients_can_be_told_without_an_identity() -> None:
    assert stanzas(fixture("several")) == ("X25519", "X25519", "ssh-ed25519")
    assert stanzas(fixture("ssh-rsa")) == ("ssh-rsa",)


def test_recipients_that_need_a_plugin_are_told_from_wrong_identities() -> None:
    data = unarmored(fixture("x25519")).replace(b"-> X25519 ", b"-> piv-p256 QQ ")
    reason = missing(rearmored(data), Surroundings({VARIABLE: ALICE.identity}))
    assert reason == "it is sealed to recipients of a kind that is not supported (piv-p256)"


@pytest.mark.parametrize(
    ("armored", "words"),
    [
        ("", f"it does not begin with {BEGIN}"),
        ("sesame", f"it does not begin with {BEGIN}"),
        (BEGIN, f"it does not end with {END}"),
        (f"{BEGIN}\n{END}", "there is no age ciphertext in it"),
        (f"{BEGIN}\n\n{END}", "line 2 of it has not 64 characters"),
        (f"{BEGIN}\n{'A' * 63}\nAAAA\n{END}", "line 2 of it has not 64 characters"),
        (f"{BEGIN}\n{'A' * 64}\n{'A' * 65}\n{END}", "line 3 of it has not 64 characters"),
        (f"{BEGIN}\n{'A' * 62}==\nAAAA\n{END}", "line 2 of it is not base64"),
        (f"{BEGIN}\n{'*' * 64}\n{END}", "line 2 of it is not base64"),
        (f"{BEGIN}\nAAA\n{END}", "line 2 of it is not base64"),
        (rearmored(b"sesame"), "there is no age ciphertext in it"),
        (rearmored(b"age-encryption.org/v2\n"), "it is of another version of age"),
        (rearmored(b"age-encryption.org/v1\n"), "its header does not hold together"),
        (
            rearmored(b"age-encryption.org/v1\n-> X25519\n" + b"\n--- " + b"A" * 43 + b"\n"),
            "its end is missing",
        ),
        (fixture("passphrase"), "it is sealed with a passphrase, which nobody is asked for"),
    ],
)
def test_what_is_no_ciphertext_is_told_without_an_identity(armored: str, words: str) -> None:
    with pytest.raises(ArmorError) as caught:
        stanzas(armored)
    assert str(caught.value) == words
    assert damaged(armored) == ("secret.armor", f"this is no age ciphertext: {words}")


@pytest.mark.parametrize(
    "said", ["", "sesame", "age1", ALICE.recipient[:-1], "ssh-ed25519", "ssh-dss AAAA", "agE1x"]
)
def test_what_is_no_recipient_is_refused(said: str) -> None:
    with pytest.raises(RecipientError, match=r"^it is no recipient"):
        recipient(said, "it")


@pytest.mark.parametrize("person", [ALICE, RSA])
def test_an_identity_in_the_place_of_a_recipient_is_not_repeated(person: Person) -> None:
    with pytest.raises(RecipientError) as caught:
        recipient(person.identity, "it")
    assert str(caught.value) == "this is an identity, which is secret: name the recipient that belongs to it"


def test_no_manifest_reads_the_identities_themselves(tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("said", "config", "sops/age/keys.txt", "harmless")}
    for file in files.values():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(ALICE.identity)
    (tmp_path / "link").symlink_to(files["said"])
    environ = {VARIABLE: str(files["said"]), "XDG_CONFIG_HOME": str(tmp_path)}
    surroundings = Surroundings(environ, tmp_path / "home", files["config"])
    for name in ("said", "config", "sops/age/keys.txt", "link", "../" + tmp_path.name + "/said"):
        found = fetch(File(name), str(tmp_path), surroundings)
        assert isinstance(found, Missing), name
        assert found.reason.endswith("it holds age identities, which no manifest reads")
    assert isinstance(fetch(File("harmless"), str(tmp_path), surroundings), Secret)
