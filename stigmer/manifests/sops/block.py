# SPDX-License-Identifier: Apache-2.0
"""The block that sops adds to a document: who can open the file, and which of its values are encrypted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from stigmer.resources.armor import ArmorError, stanzas
from stigmer.resources.paths import Path

ONLY_VALUES = (
    "encrypt values alone: sops encrypt --encrypted-regex '^value$', "
    "or encrypted_regex: ^value$ in the creation rule of .sops.yaml"
)
"""What mends a document of which more is encrypted than may be."""

_DEFAULT_RULE = "unencrypted_suffix"
_RULES = (
    "encrypted_regex",
    "unencrypted_regex",
    "encrypted_suffix",
    "unencrypted_suffix",
    "encrypted_comment_regex",
    "unencrypted_comment_regex",
)
_OTHER_KEYS = {
    "kms": "AWS KMS",
    "gcp_kms": "GCP KMS",
    "azure_kv": "Azure Key Vault",
    "hc_vault": "HashiCorp Vault",
    "hckms": "HuaweiCloud KMS",
    "pgp": "PGP",
}
_LONGEST_PATTERN = 1000


class BlockError(Exception):
    """A block that is not as sops writes it, in words; `path` is where in it."""

    def __init__(self, words: str, path: Path = ()) -> None:
        super().__init__(words)
        self.words = words
        self.path = path


@dataclass(frozen=True, slots=True)
class Rule:
    """Which values sops encrypts: the setting that says so (`encrypted_regex`) and what it says (`^value$`)."""

    name: str
    said: str

    def encrypts(self, path: Path) -> bool | None:
        """Whether the value at a path is one of them; None where comments decide, which nothing here reads."""
        keys = [step for step in path if isinstance(step, str)]
        match self.name:
            case "encrypted_regex":
                return any(map(_finder(self.said), keys))
            case "unencrypted_regex":
                return not any(map(_finder(self.said), keys))
            case "encrypted_suffix":
                return any(key.endswith(self.said) for key in keys)
            case "unencrypted_suffix":
                return not any(key.endswith(self.said) for key in keys)
            case _:
                return None

    def __str__(self) -> str:
        return f"{self.name}: {self.said}"


@dataclass(frozen=True, slots=True)
class DataKey:
    """The key of a file, as an armored age ciphertext for one recipient (`age1...`)."""

    recipient: str
    armored: str


@dataclass(frozen=True, slots=True)
class Block:
    """What the block says.

    `mac` is the encrypted digest of all values and `last_modified` what it is bound to; `age` are the data keys by their recipients;
    `others` the key services besides age, by their names; `groups` whether the data key is split among groups of keys;
    `mac_only_encrypted` whether the digest leaves out what is not encrypted.
    """

    rule: Rule
    mac: str
    last_modified: str
    age: tuple[DataKey, ...]
    others: tuple[str, ...]
    groups: bool
    mac_only_encrypted: bool


def read_block(value: Any) -> Block:
    """The block of a document, by the value under its key. Raises BlockError."""
    if not isinstance(value, Mapping):
        raise BlockError("it is not a map")
    block = Block(
        _rule(value),
        _text(value, "mac"),
        _text(value, "lastmodified"),
        tuple(_data_keys(value.get("age"))),
        tuple(name for key, name in _OTHER_KEYS.items() if value.get(key)),
        bool(value.get("key_groups")),
        value.get("mac_only_encrypted") in (True, "true"),
    )
    if not (block.age or block.others or block.groups):
        raise BlockError("it names nobody who can open the file")
    return block


def _rule(value: Mapping[str, Any]) -> Rule:
    said = [name for name in _RULES if value.get(name)]
    if len(said) > 1:
        raise BlockError(f"it has both {said[0]} and {said[1]}", (said[1],))
    if not said:
        return Rule(_DEFAULT_RULE, "_unencrypted")
    rule = Rule(said[0], _text(value, said[0]))
    if rule.name in ("encrypted_regex", "unencrypted_regex") and not _is_pattern(rule.said):
        raise BlockError(f"{rule.name} is a pattern that stigmer cannot read", (rule.name,))
    return rule


def _text(value: Mapping[str, Any], key: str) -> str:
    found = value.get(key)
    if found is None:
        raise BlockError(f"it has no {key}")
    if not isinstance(found, str) or not found:
        raise BlockError(f"its {key} is no text", (key,))
    return found


def _data_keys(recipients: Any) -> Iterable[DataKey]:
    if recipients is None:
        return
    if not isinstance(recipients, list):
        raise BlockError("its age is not a list", ("age",))
    for index, each in enumerate(recipients):
        found = each.get("enc") if isinstance(each, Mapping) else None
        if not isinstance(found, str):
            raise BlockError("a recipient has no enc", ("age", index))
        try:
            stanzas(found)
        except ArmorError as error:
            words = f"the data key of a recipient is no age ciphertext: {error}"
            raise BlockError(words, ("age", index, "enc")) from None
        yield DataKey(str(each.get("recipient", "")), found)


def _is_pattern(said: str) -> bool:
    """Whether it means here what it means to sops."""
    if len(said) > _LONGEST_PATTERN or "[:" in said:
        return False
    try:
        _finder(said)
    except ValueError:
        return False
    return True


@cache
def _finder(said: str) -> Any:
    # The patterns of sops are those of Go, as these are but for little; Python's are others, and some of them never end.
    from jsonschema_rs import RegexOptions, validator_for

    return validator_for({"pattern": said}, pattern_options=RegexOptions()).is_valid
