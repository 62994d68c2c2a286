# SPDX-License-Identifier: Apache-2.0
"""Values that are sealed to age recipients (https://age-encryption.org), and the identities that open them.

Identities are looked for in `STIGMER_AGE_IDENTITY` alone where it is set, else in the file that the user's configuration names, else in
`age.key` in the home and where SOPS keeps its keys. Neither a message nor an error repeats anything of them.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stigmer.errors import Diagnostic, Severity
from stigmer.resources.armor import BEGIN, ArmorError, stanzas
from stigmer.resources.confidential import Secret, Unresolved
from stigmer.secrets.sources import Damaged, Missing

if TYPE_CHECKING:
    from stigmer.secrets.sources import Surroundings

VARIABLE = "STIGMER_AGE_IDENTITY"
KEY_FILE = "age.key"

_KEPT = "age"
_SUPPORTED = frozenset({"X25519", "ssh-ed25519", "ssh-rsa"})
_IDENTITY = "AGE-SECRET-KEY-1"
_PRIVATE_KEY = "PRIVATE KEY-----"
_OPENSSH = f"OPENSSH {_PRIVATE_KEY}"
_LARGEST_FILE = 1024 * 1024
_SHOWN = Unresolved("age", "ciphertext")
_NO_MATCH = "No matching keys found"  # as the library says that no identity is meant


class NoIdentityError(Exception):
    """No identity that is here opens a ciphertext; the words say which were tried."""


class DamagedError(Exception):
    """A ciphertext that an identity here is meant for, and that was changed since it was made."""


class RecipientError(ValueError):
    """A text that names nobody to seal to; the words do not repeat what may be a secret."""


@dataclass(frozen=True, slots=True)
class Identities:
    """The identities that are here. `where` are the places that have some, `troubles` what cannot be used of them, in words,
    `exposed` the files that others can read."""

    keys: tuple[Any, ...] = field(default=(), repr=False)
    where: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()

    def __add__(self, other: Identities) -> Identities:
        return Identities(
            self.keys + other.keys,
            self.where + other.where,
            self.troubles + other.troubles,
            self.exposed + other.exposed,
        )

    @property
    def failing(self) -> str:
        """Why a value stays sealed, in words."""
        if self.keys:
            places = " and ".join(self.where)
            count = len(self.keys)
            words = f"the identity in {places} does not open it" if count == 1 else ""
            words = words or f"none of the {count} identities in {places} opens it"
        elif self.troubles:
            words = "no age identity is here that can be used"
        else:
            words = f"no age identity is here ({VARIABLE} is not set)"
        return "; ".join([words, *self.troubles])


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to seal to, as they are written (`age1...`, `ssh-ed25519 ...`)."""

    text: str
    key: Any = field(repr=False, compare=False)


def unsealed(armored: str, surroundings: Surroundings) -> Secret | Missing | Damaged:
    """The value of a sealed one, exactly as it was sealed; why not, where no identity opens it or it was changed."""
    return unsealed_by(armored, identities(surroundings))


def unsealed_by(armored: str, found: Identities) -> Secret | Missing | Damaged:
    """The same with identities that were found before."""
    try:
        return Secret(decrypt(armored, found).decode())
    except NoIdentityError as error:
        return Missing(_SHOWN, str(error))
    except ArmorError as error:
        return Damaged("secret.armor", f"this is no age ciphertext: {error}", error.hint, _SHOWN)
    except DamagedError:
        words, hint = "the sealed value was changed since it was sealed", "seal the value anew"
    except UnicodeDecodeError:
        words, hint = (
            "what is sealed is no text in UTF-8",
            "seal a text: other values have no form in a manifest",
        )
    return Damaged("secret.damaged", words, hint, _SHOWN)


def decrypt(armored: str, found: Identities) -> bytes:
    """What a ciphertext holds. Raises ArmorError for what is none, NoIdentityError, and DamagedError."""
    kinds = stanzas(armored)
    if not _SUPPORTED.intersection(kinds):
        named = ", ".join(dict.fromkeys(each for each in kinds if not each.endswith("-grease")))
        raise NoIdentityError(f"it is sealed to recipients of a kind that is not supported ({named})")
    if not found.keys:
        raise NoIdentityError(found.failing)
    import pyrage

    try:
        opened: bytes = pyrage.decrypt(armored.strip().encode(), found.keys)
    except pyrage.DecryptError as error:
        if str(error) == _NO_MATCH:
            raise NoIdentityError(found.failing) from None
        raise DamagedError from None
    return opened


def encrypt(value: Secret, recipients: Sequence[Recipient]) -> str:
    """A value sealed to at least one recipient: armored, without a line end at its end."""
    import pyrage

    keys = [each.key for each in recipients]
    armored: bytes = pyrage.encrypt(value.reveal().encode(), keys, armored=True)
    return armored.decode().rstrip("\n")


def recipient(text: str, called: str) -> Recipient:
    """The recipient that a text names, which messages call so. Raises RecipientError."""
    import pyrage

    if _IDENTITY in text.upper() or _PRIVATE_KEY in text:
        raise RecipientError("this is an identity, which is secret: name the recipient that belongs to it")
    try:
        if text.startswith("age1"):
            return Recipient(text, pyrage.x25519.Recipient.from_str(text))
        if text.startswith("ssh-"):
            kind, key = text.split()[:2]
            return Recipient(f"{kind} {key}", pyrage.ssh.Recipient.from_str(f"{kind} {key}"))
    except (pyrage.RecipientError, ValueError):
        raise RecipientError(f"{called} is no recipient that values can be sealed to") from None
    raise RecipientError(f"{called} is no recipient")


def identities(surroundings: Surroundings) -> Identities:
    """The identities that are here, looked for once."""
    if _KEPT not in surroundings.kept:
        looked = surroundings.kept[_KEPT] = _looked_for(surroundings)
        surroundings.warnings.extend(map(exposed_identity, looked.exposed))
    found: Identities = surroundings.kept[_KEPT]
    return found


def exposed_identity(file: str) -> Diagnostic:
    """What is said of a file with identities that others can read."""
    words = f"others can read the age identities in {file}, and so open what is sealed to them"
    return Diagnostic(Severity.WARNING, "secret.identity_exposed", words, hint="chmod 600 that file")


def in_file(path: Path, shown: str | None = None) -> Identities:
    """The identities in a file, which messages call `shown`. One that cannot be used at all is among the troubles."""
    name = shown or str(path)
    try:
        status = path.stat()
        with path.open("rb") as opened:
            data = opened.read(_LARGEST_FILE)
        text = data.decode()
    except OSError as error:
        return Identities(troubles=(f"{name} cannot be read: {error.strerror}",))
    except UnicodeDecodeError:
        return Identities(troubles=(f"{name} is no file of identities",))
    found = in_text(text, name)
    if found.keys and stat.S_ISREG(status.st_mode) and status.st_mode & 0o077:
        return found + Identities(exposed=(name,))
    return found


def in_text(text: str, where: str) -> Identities:
    """The identities in a text: age's, one a line beside comments, or a private key of ssh."""
    import pyrage

    Secret(text)  # so that it is masked from here on, as what it opens is
    if _PRIVATE_KEY in text:
        return _of_ssh(text, where)
    if text.startswith((BEGIN, "age-encryption.org/")):
        return Identities(troubles=(f"{where} is locked with a passphrase",))
    keys, troubles = [], []
    for number, line in enumerate(map(str.strip, text.splitlines()), 1):
        if not line or line.startswith("#"):
            continue
        try:
            keys.append(pyrage.x25519.Identity.from_str(line))
        except pyrage.IdentityError:
            plugin = line.startswith("AGE-PLUGIN-")
            why = "needs a plugin, which is not supported" if plugin else "is no identity"
            troubles.append(f"line {number} of {where} {why}")
    return Identities(tuple(keys), (where,) if keys else (), tuple(troubles[:1]))


def _of_ssh(text: str, where: str) -> Identities:
    """The identity that a private key of ssh is, as OpenSSH or PEM has it."""
    import pyrage
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        load_pem_private_key,
        load_ssh_private_key,
    )

    data = text.strip().encode() + b"\n"
    load = load_ssh_private_key if _OPENSSH in text else load_pem_private_key
    try:
        # Read here and written anew: pyrage panics over a key that is damaged.
        key = load(data, None)
        if not isinstance(key, (ed25519.Ed25519PrivateKey, rsa.RSAPrivateKey)):
            raise UnsupportedAlgorithm("another kind")
        plain = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        return Identities((pyrage.ssh.Identity.from_buffer(plain),), (where,))
    except TypeError:
        why = "is locked with a passphrase"
    except UnsupportedAlgorithm:
        why = "is of another kind than ed25519 and RSA"
    except (ValueError, pyrage.IdentityError):
        why = "is damaged"
    return Identities(troubles=(f"the private key in {where} {why}",))


def _looked_for(surroundings: Surroundings) -> Identities:
    said = surroundings.environ.get(VARIABLE)
    if said:
        return _said(said, surroundings.environ)
    if surroundings.identity is not None:
        return in_file(surroundings.identity)
    found = Identities()
    for path in default_files(surroundings):
        if path.exists():
            found += in_file(path)
    return found


def default_files(surroundings: Surroundings) -> list[Path]:
    """Where identities are looked for if nothing says where they are: in the home, and where SOPS keeps them."""
    places = [] if surroundings.home is None else [surroundings.home / KEY_FILE]
    user, config = surroundings.environ.get("HOME"), surroundings.environ.get("XDG_CONFIG_HOME")
    if config:
        places.append(Path(config, "sops", "age", "keys.txt"))
    elif user:
        below = "Library/Application Support" if sys.platform == "darwin" else ".config"
        places.append(Path(user, below, "sops", "age", "keys.txt"))
    return places


def is_identity_file(path: str, surroundings: Surroundings) -> bool:
    """Whether a path, with all links followed, is one of the files that identities are looked for in, whichever of them counts."""
    said = [surroundings.environ.get(name) for name in (VARIABLE, "SOPS_AGE_KEY_FILE")]
    files = [
        Path(os.path.expanduser(each)) for each in said if each and "\n" not in each and "\0" not in each
    ]
    files += [surroundings.identity] if surroundings.identity is not None else []
    return any(os.path.realpath(each) == path for each in [*files, *default_files(surroundings)])


def _said(said: str, environ: Mapping[str, str]) -> Identities:
    """What the variable holds: identities themselves, or the path of a file with some. Whatever it is, it is not repeated."""
    if _IDENTITY in said.upper() or _PRIVATE_KEY in said or "\n" in said:
        return in_text(said, VARIABLE)
    path = Path(os.path.expanduser(said))
    return in_file(path, f"the file of {VARIABLE}")
