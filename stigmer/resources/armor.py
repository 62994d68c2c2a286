# SPDX-License-Identifier: Apache-2.0
"""An age ciphertext from outside: its armor and its header, as https://age-encryption.org/v1 tells them. Nothing is opened here."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error

BEGIN = "-----BEGIN AGE ENCRYPTED FILE-----"
END = "-----END AGE ENCRYPTED FILE-----"

_VERSION = b"age-encryption.org/v1"
_COLUMNS = 64
_LEAST_PAYLOAD = 32  # a nonce and the tag of a text of no characters
_LINE = re.compile(rb"[A-Za-z0-9+/]{0,64}")
_STANZA = re.compile(rb"-> ([\x21-\x7e]+)(?: [\x21-\x7e]+)*")
_MAC = re.compile(rb"--- [A-Za-z0-9+/]{43}")


class ArmorError(ValueError):
    """A text that is no armored age ciphertext, or none that anybody here could open; the words say why, the hint what to do."""

    def __init__(self, words: str, hint: str = "copy it again, whole, or seal the value anew") -> None:
        super().__init__(words)
        self.hint = hint


def is_ciphertext(text: str) -> bool:
    """Whether a text is meant as an armored ciphertext, right or not."""
    return text.lstrip().startswith(BEGIN)


def stanzas(armored: str) -> tuple[str, ...]:
    """What the file key of a ciphertext is wrapped for, such as `X25519`, once for each recipient. Raises ArmorError."""
    header = _header(_unarmored(armored))
    found = []
    while header and not header[0].startswith(b"---"):
        match = _STANZA.fullmatch(header.pop(0))
        if match is None:
            raise ArmorError("its header does not hold together")
        found.append(match[1].decode())
        while header and len(header[0]) == _COLUMNS and _LINE.fullmatch(header[0]):
            header.pop(0)
        if not header or not _LINE.fullmatch(header.pop(0)):
            raise ArmorError("its header does not hold together")
    if not found or len(header) != 1 or not _MAC.fullmatch(header[0]):
        raise ArmorError("its header does not hold together")
    if "scrypt" in found:
        raise ArmorError(
            "it is sealed with a passphrase, which nobody is asked for",
            "seal it to recipients: stigmer secrets seal -",
        )
    return tuple(found)


def _unarmored(armored: str) -> bytes:
    lines = armored.strip().splitlines()
    if not lines or lines[0] != BEGIN:
        raise ArmorError(
            f"it does not begin with {BEGIN}", "make one with stigmer secrets seal, or with age --armor"
        )
    if lines[-1] != END:
        raise ArmorError(f"it does not end with {END}")
    body = lines[1:-1]
    for number, line in enumerate(body, 2):
        last = number == len(body) + 1
        if len(line) > _COLUMNS or (len(line) < _COLUMNS and not last) or not line:
            raise ArmorError(f"line {number} of it has not {_COLUMNS} characters")
        try:
            b64decode(line if last else line.replace("=", "*"), validate=True)
        except (Base64Error, ValueError):
            raise ArmorError(f"line {number} of it is not base64") from None
    return b64decode("".join(body))


def _header(data: bytes) -> list[bytes]:
    """The lines of the header but the first, up to that with the MAC."""
    if not data.startswith(_VERSION + b"\n"):
        other = data.startswith(_VERSION[:-2])
        raise ArmorError("it is of another version of age" if other else "there is no age ciphertext in it")
    start = data.find(b"\n--- ")
    end = data.find(b"\n", start + 1)
    if start < 0 or end < 0:
        raise ArmorError("its header does not hold together")
    if len(data) - end - 1 < _LEAST_PAYLOAD:
        raise ArmorError("its end is missing")
    return data[len(_VERSION) + 1 : end].split(b"\n")
