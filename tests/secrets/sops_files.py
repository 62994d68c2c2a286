# SPDX-License-Identifier: Apache-2.0
"""The files that the real sops made, and the identities that open them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from stigmer.manifests import yaml

FILES = Path(__file__).parents[1] / "fixtures" / "sops"


def said(name: str) -> str:
    """What is in one of the files."""
    return (FILES / name).read_text("utf-8")


@cache
def _identities() -> dict[str, str]:
    (document,) = yaml.read((FILES / "identities.yaml").read_bytes())
    found: dict[str, str] = document.value
    return found


def identity_file(name: str = "keys") -> str:
    """A file of identities as age and OpenSSH write it: `keys` opens most of the files, `other` and `ssh` one each."""
    return _identities()[name]


def identity(name: str = "keys") -> str:
    """The identity alone."""
    return identity_file(name).splitlines()[1]


def recipient(name: str = "keys") -> str:
    """Who is meant by an identity of age."""
    return identity_file(name).splitlines()[0].removeprefix("# public key: ")


def written(directory: Path, name: str = "keys") -> Path:
    """A file of identities, which its owner alone can read."""
    path = directory / f"{name}.txt"
    path.touch(0o600)
    path.write_text(identity_file(name), "utf-8")
    return path
