# SPDX-License-Identifier: Apache-2.0
"""Files that the real sops made are opened whole, with every value as it was, and refused where anything was changed since."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from stigmer.manifests import yaml
from stigmer.manifests.load import LoadOptions, load_sources
from stigmer.manifests.sops.block import BlockError, Rule, read_block
from stigmer.manifests.source import Source
from stigmer.resources.confidential import Secret
from stigmer.secrets.sops.opening import Opened, Tampered
from stigmer.secrets.sops.scalars import mac_bytes
from stigmer.secrets.sops.source import open_for
from stigmer.secrets.sources import Damaged, Missing, Surroundings, fetch
from tests.secrets.sops_files import FILES, identity, recipient, said, written

EXPECTED = {"STRIPE_KEY": "made-up-key", "REGION": "eu"}
SOPS = shutil.which("sops")

Values = Mapping[str, "str | Missing | Damaged"]


def with_keys(*names: str) -> Surroundings:
    return Surroundings({"SOPS_AGE_KEY": "\n".join(map(identity, names or ("keys",)))})


def opened(text: str, surroundings: Surroundings | None = None) -> Values:
    """What each encrypted value of the manifests gives, by its name, of several manifests by theirs before it."""
    loaded = load_sources([Source("a.yaml", text.encode(), "/", "/", named=True)], LoadOptions())
    assert loaded.diagnostics == ()
    found: dict[str, str | Missing | Damaged] = {}
    surroundings = surroundings or with_keys()
    for manifest in loaded.manifests:
        for slot in manifest.resource.secrets:
            value = fetch(slot.source, "/", surroundings)
            name = str(slot.steps[-1])
            name = f"{manifest.key.name}/{name}" if len(loaded.manifests) > 1 else name
            found[name] = value.reveal() if isinstance(value, Secret) else value  # type: ignore[assignment]
    return found


def refusal(text: str) -> str:
    """Why every value of a file is refused, which is for one reason."""
    values = opened(text).values()
    reasons = {each.reason for each in values if isinstance(each, Damaged) and each.code == "sops.mac"}
    assert len(reasons) == 1
    assert all(isinstance(each, Damaged) for each in values)
    return reasons.pop()


@pytest.mark.parametrize(
    "name",
    ["environment", "encrypted-suffix", "unencrypted-regex", "mac-only-encrypted", "several"],
)
def test_a_file_of_sops_opens(name: str) -> None:
    assert opened(said(f"{name}.yaml")) == EXPECTED


def test_a_file_for_an_ssh_key_opens_with_it(tmp_path: Path) -> None:
    surroundings = Surroundings({"SOPS_AGE_SSH_PRIVATE_KEY_FILE": str(written(tmp_path, "ssh"))})
    assert opened(said("ssh.yaml"), surroundings) == EXPECTED


def test_the_users_own_ssh_key_is_tried_for_such_a_file(tmp_path: Path) -> None:
    (tmp_path / ".ssh").mkdir()
    written(tmp_path, "ssh").rename(tmp_path / ".ssh" / "id_ed25519")
    assert opened(said("ssh.yaml"), Surroundings({"HOME": str(tmp_path)})) == EXPECTED


def test_values_that_a_comment_marks_open() -> None:
    assert opened(said("encrypted-comment-regex.yaml")) == {"TOKEN": "by-comment"}


def test_every_document_of_a_file_opens() -> None:
    assert opened(said("two.yaml")) == {"one/TOKEN": "of-one", "two/TOKEN": "of-two"}


def test_texts_come_back_to_the_byte() -> None:
    (clear,) = yaml.read((FILES / "clear" / "texts.yaml").read_bytes())
    expected = {name: entry["value"] for name, entry in clear.value["spec"]["data"].items()}
    assert len(expected) == 16
    assert opened(said("texts.yaml")) == expected


@pytest.mark.parametrize("name", ["STIGMER_AGE_IDENTITY", "SOPS_AGE_KEY_FILE", "SOPS_AGE_KEY"])
def test_an_identity_is_found_where_sops_or_stigmer_looks(name: str, tmp_path: Path) -> None:
    surroundings = Surroundings({name: identity() if name == "SOPS_AGE_KEY" else str(written(tmp_path))})
    assert opened(said("environment.yaml"), surroundings) == EXPECTED


def test_an_identity_is_found_in_the_file_of_sops(tmp_path: Path) -> None:
    keys = tmp_path / "sops" / "age" / "keys.txt"
    keys.parent.mkdir(parents=True)
    written(tmp_path).rename(keys)
    assert opened(said("environment.yaml"), Surroundings({"XDG_CONFIG_HOME": str(tmp_path)})) == EXPECTED


def test_one_of_several_identities_opens() -> None:
    assert opened(said("environment.yaml"), with_keys("other", "keys")) == EXPECTED


@pytest.mark.parametrize(
    ("name", "keys", "words"),
    [
        ("environment", None, "no age identity is here"),
        ("environment", "other", "does not open it"),
        ("groups", "keys", "groups of keys"),
        ("pgp", "keys", "PGP alone"),
        ("comments-mac-only", "keys", "by comments"),
    ],
)
def test_a_file_that_nobody_here_can_open_says_why(name: str, keys: str | None, words: str) -> None:
    surroundings = with_keys(keys) if keys is not None else Surroundings()
    for value in opened(said(f"{name}.yaml"), surroundings).values():
        assert isinstance(value, Missing)
        assert words in value.reason


def test_whom_a_file_is_for_is_said() -> None:
    (value, *_) = opened(said("environment.yaml"), Surroundings()).values()
    assert isinstance(value, Missing)
    assert recipient()[:16] in value.reason


ENVIRONMENT = said("environment.yaml")
STRIPE, REGION = re.findall(r"ENC\[AES256_GCM,data:\S+type:str\]", ENVIRONMENT)[:2]


def test_a_value_that_was_changed_is_refused() -> None:
    letter = STRIPE[len("ENC[AES256_GCM,data:")]
    changed = STRIPE.replace(f"data:{letter}", f"data:{'A' if letter != 'A' else 'B'}", 1)
    assert "STRIPE_KEY does not open" in refusal(ENVIRONMENT.replace(STRIPE, changed))


@pytest.mark.parametrize("part", ["iv", "tag"])
def test_a_nonce_or_tag_that_was_changed_is_refused(part: str) -> None:
    changed = re.sub(rf"{part}:(.)", lambda found: f"{part}:{'A' if found[1] != 'A' else 'B'}", STRIPE)
    assert "STRIPE_KEY does not open" in refusal(ENVIRONMENT.replace(STRIPE, changed))


def test_values_that_changed_places_are_refused() -> None:
    swapped = ENVIRONMENT.replace(STRIPE, "?").replace(REGION, STRIPE).replace("?", REGION)
    assert "another place" in refusal(swapped)


def test_values_of_two_documents_that_changed_places_are_refused() -> None:
    text = said("two.yaml")
    one, two = (each for each in re.findall(r"value: (ENC\S+)", text))
    assert "MAC does not fit" in refusal(text.replace(one, "?").replace(two, one).replace("?", two))


def test_a_value_under_another_name_is_refused() -> None:
    assert "another place" in refusal(ENVIRONMENT.replace("REGION:", "PLACE:"))


def test_a_value_of_another_file_is_refused() -> None:
    other = re.findall(r"ENC\[AES256_GCM,data:\S+type:str\]", said("several.yaml"))[0]
    assert "another place or file" in refusal(ENVIRONMENT.replace(STRIPE, other))


@pytest.mark.parametrize("name", ["environment", "mac-only-encrypted"])
def test_a_value_that_was_taken_away_is_refused(name: str) -> None:
    text = re.sub(r"        REGION:\n.*\n", "", said(f"{name}.yaml"))
    assert "MAC does not fit" in refusal(text)


def test_what_stands_in_clear_is_under_the_mac() -> None:
    assert "MAC does not fit" in refusal(ENVIRONMENT.replace("team: shop", "team: thieves"))
    assert "MAC does not fit" in refusal(ENVIRONMENT.replace("is_secret: true", "is_secret: false"))
    assert "MAC does not fit" in refusal(
        ENVIRONMENT.replace("    name: keys", "    name: keys\n    title: x")
    )


def test_values_in_another_order_are_refused() -> None:
    kind = "kind: Environment\n"
    assert "MAC does not fit" in refusal(kind + ENVIRONMENT.replace(kind, ""))


def test_comments_and_layout_may_change() -> None:
    text = ENVIRONMENT.replace("# who pays", "# who paid").replace("team: shop", '"team":   "shop"')
    assert opened(text.replace("\n", "\r\n")) == EXPECTED


def test_with_a_mac_over_encrypted_values_alone_the_others_may_change() -> None:
    text = said("mac-only-encrypted.yaml").replace("team: shop", "team: bakery")
    assert opened(text) == EXPECTED
    assert "MAC does not fit" in refusal(text.replace("    mac_only_encrypted: true\n", ""))


def test_nor_does_such_a_mac_let_a_value_in_that_was_added_in_clear() -> None:
    text = said("mac-only-encrypted.yaml")
    added = text.replace("        REGION:\n", "        ADDED:\n            value: evil\n        REGION:\n")
    assert added != text
    found = open_for(added.encode(), with_keys())
    assert isinstance(found, Tampered)
    assert "ADDED is in clear" in found.reason


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('lastmodified: "20', 'lastmodified: "21'),
        ("mac: ENC[AES256_GCM,data:", "mac: ENC[AES256_GCM,data:AAAA"),
    ],
)
def test_a_mac_that_does_not_open_is_refused(before: str, after: str) -> None:
    assert "MAC does not open" in refusal(ENVIRONMENT.replace(before, after))


def test_the_mac_of_another_file_is_refused() -> None:
    mac = re.search(r"mac: (ENC\S+)", said("several.yaml"))
    assert mac is not None
    assert "MAC does not open" in refusal(re.sub(r"mac: ENC\S+", f"mac: {mac[1]}", ENVIRONMENT))


def test_a_data_key_that_was_changed_is_refused() -> None:
    lines = ENVIRONMENT.splitlines(keepends=True)
    last = next(number for number, line in enumerate(lines) if "-----END AGE" in line) - 1
    lines[last] = lines[last].replace(lines[last].strip()[:4], "AAAA")
    assert "data key in its sops block was changed" in refusal("".join(lines))


def test_a_rule_that_was_changed_is_refused() -> None:
    rule = "encrypted_regex: ^value$"
    assert "MAC does not fit" in refusal(ENVIRONMENT.replace(rule, "encrypted_regex: ^nothing$"))


@pytest.mark.parametrize(
    ("rule", "path", "encrypted"),
    [
        (Rule("encrypted_regex", "^value$"), ("spec", "data", "A", "value"), True),
        (Rule("encrypted_regex", "^value$"), ("spec", "value_from", "env"), False),
        (Rule("encrypted_regex", "^(data|stringData)$"), ("spec", "data", "A", "value"), True),
        (Rule("encrypted_regex", "(?i)VALUE"), ("spec", "list", 0, "value"), True),
        (Rule("unencrypted_regex", "^metadata$"), ("metadata", "name"), False),
        (Rule("unencrypted_regex", "^metadata$"), ("kind",), True),
        (Rule("encrypted_suffix", "value"), ("spec", "A", "value"), True),
        (Rule("encrypted_suffix", "value"), ("spec", "A", "description"), False),
        (Rule("unencrypted_suffix", "_unencrypted"), ("all_unencrypted", "name"), False),
        (Rule("unencrypted_suffix", "_unencrypted"), ("kind",), True),
        (Rule("encrypted_comment_regex", "secret"), ("kind",), None),
    ],
)
def test_a_rule_says_what_is_encrypted(
    rule: Rule, path: tuple[str | int, ...], encrypted: bool | None
) -> None:
    assert rule.encrypts(path) is encrypted


@pytest.mark.parametrize("pattern", ["(", "[[:alpha:]]", "(?=a)", "x" * 1001])
def test_a_pattern_that_would_mean_something_else_here_is_refused(pattern: str) -> None:
    (document,) = yaml.read(ENVIRONMENT.encode())
    with pytest.raises(BlockError, match="a pattern that stigmer cannot read"):
        read_block({**document.value["sops"], "encrypted_regex": pattern})


def test_a_pattern_that_takes_for_ever_elsewhere_does_not() -> None:
    assert Rule("encrypted_regex", "^(a+)+$").encrypts(("a" * 5000 + "!",)) is False


# What sops itself adds to the MAC for a plain scalar of YAML.
SCALARS = {
    "text": "text", "yes": "yes", "true": "True", "False": "False", "~": None, "": None, "Null": None,
    "12": "12", "+7": "7", "-0": "0", "0777": "511", "0o17": "15", "-0o17": "-15", "0xFF": "255", "0b101": "5",
    "1_000": "1000", "089": "89", "1.50": "1.5", "3.0": "3", ".5": "0.5", "-0.0": "-0", "1e3": "1000",
    "1e22": "10000000000000000000000", "1e-7": "0.0000001", "9223372036854775807": "9223372036854775807",
    "123456789012345678901234567890": "123456789012345680000000000000", ".inf": "+Inf", "-.INF": "-Inf", ".nan": "NaN",
    "2026-01-01": "2026-01-01T00:00:00Z", "2026-1-2": "2026-01-02T00:00:00Z", "2026-13-01": "2026-13-01",
    "2026-01-01T10:00:00.120+02:00": "2026-01-01T10:00:00.12+02:00", "2026-01-01 10:00:00": "2026-01-01T10:00:00Z",
    "2026-01-01T10:00:00+00:00": "2026-01-01T10:00:00Z", "2026-01-01T25:00:00Z": "2026-01-01T25:00:00Z",
    "1.2.3": "1.2.3", "-": "-", "0x": "0x", "1e": "1e", "_1": "_1",
}  # fmt: skip


# What no manifest can hold, and -0.0, which sops writes as -0, reads as 0 and then refuses.
UNREADABLE = {
    "-",
    "-0.0",
    ".inf",
    "-.INF",
    ".nan",
    "1e22",
    "9223372036854775807",
    "123456789012345678901234567890",
}


@pytest.mark.parametrize(("written", "expected"), SCALARS.items())
def test_a_scalar_counts_in_the_mac_as_sops_reads_it(written: str, expected: str | None) -> None:
    found = mac_bytes(written, "plain", plain=True)
    assert found == (None if expected is None else expected.encode())


def test_a_quoted_scalar_counts_as_it_stands() -> None:
    assert mac_bytes("0777", "text", plain=False) == b"0777"
    assert mac_bytes("12", "tag:yaml.org,2002:str", plain=True) == b"12"


def test_values_of_all_kinds_are_under_the_mac() -> None:
    text = said("scalars.yaml")
    for changed in (text, text.replace("octal_clear: 511", "octal_clear: 0777")):
        found = open_for(changed.encode(), with_keys())
        assert isinstance(found, Opened)
        assert found.values[0, ("text",)].reveal() == "plain"
    assert not isinstance(
        open_for(text.replace("octal_clear: 511", "octal_clear: 512").encode(), with_keys()), Opened
    )


@pytest.mark.skipif(SOPS is None, reason="the program sops is not on PATH")
@pytest.mark.parametrize("name", ["environment", "two", "texts"])
def test_what_sops_makes_now_opens_here(name: str, tmp_path: Path) -> None:
    made = encrypted_now((FILES / "clear" / f"{name}.yaml").read_text("utf-8"), tmp_path)
    assert opened(made) == opened(said(f"{name}.yaml"))


@pytest.mark.skipif(SOPS is None, reason="the program sops is not on PATH")
def test_scalars_count_as_the_sops_here_reads_them(tmp_path: Path) -> None:
    """The MAC of a file with all scalars, none of them written by sops, fits as sops says it does."""
    values = "".join(f"    - {each}\n" for each in SCALARS if each not in UNREADABLE)
    clear = said("clear/environment.yaml").replace("  labels: {team: shop}", "  labels:\n" + values)
    keep = ["--unencrypted-regex", "^(labels|apiVersion|kind|name|description|is_secret)$"]
    made = encrypted_now(clear, tmp_path, keep)
    again = re.sub(r"(?s)    labels:\n.*?(?=spec:)", f"    labels:\n{values}", made)
    assert again != made
    assert decrypted_now(again, tmp_path) == decrypted_now(made, tmp_path)
    for text in (made, again):
        assert isinstance(open_for(text.encode(), with_keys()), Opened)


def encrypted_now(clear: str, directory: Path, rule: list[str] | None = None) -> str:
    """A text as the sops here encrypts it."""
    path = directory / "clear.yaml"
    path.write_text(clear, "utf-8")
    command = [
        "sops",
        "encrypt",
        "--age",
        recipient(),
        *(rule or ["--encrypted-regex", "^value$"]),
        str(path),
    ]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def decrypted_now(text: str, directory: Path) -> str:
    """What the sops here makes of a file, which it refuses where the MAC does not fit."""
    path = directory / "encrypted.yaml"
    path.write_text(text, "utf-8")
    environment = {**os.environ, "SOPS_AGE_KEY": identity()}
    command = ["sops", "decrypt", str(path)]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
