# SPDX-License-Identifier: Apache-2.0
"""The people of `tests/fixtures/age`: made-up recipients with their identities, and the ciphertexts that the real programs made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

FIXTURES = Path(__file__).parents[1] / "fixtures" / "age"
WORD = "sesame, öffne dich"

_SSH = "OPENSSH PRIVATE KEY-----"  # put together here, so that no line looks like a key


@dataclass(frozen=True)
class Person:
    """Somebody to seal to, and what opens it then."""

    recipient: str
    identity: str


def _people() -> dict[str, Person]:
    said = yaml.safe_load((FIXTURES / "identities.yaml").read_text("utf-8"))
    return {
        name: Person(
            each["recipient"],
            f"-----BEGIN {_SSH}\n{each['identity']}-----END {_SSH}\n"
            if each["recipient"].startswith("ssh-")
            else each["identity"],
        )
        for name, each in said.items()
    }


_PEOPLE = _people()
ALICE, BOB, ED25519, RSA, LOCKED = (_PEOPLE[name] for name in ("alice", "bob", "ed25519", "rsa", "locked"))


def fixture(name: str) -> str:
    """A ciphertext of the fixtures."""
    return (FIXTURES / f"{name}.age").read_text("utf-8")
