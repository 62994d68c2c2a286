# SPDX-License-Identifier: Apache-2.0
"""The value of a secret that sops encrypted in a manifest, and whose identities open it: stigmer's own, and those that sops looks for."""

from __future__ import annotations

from pathlib import Path

from stigmer.resources.armor import ArmorError
from stigmer.resources.confidential import Secret, Unresolved
from stigmer.resources.paths import Path as Steps
from stigmer.resources.resource import SOPS_KEY, Sops
from stigmer.secrets.age import (
    DamagedError,
    Identities,
    NoIdentityError,
    decrypt,
    default_files,
    exposed_identity,
    identities,
    in_file,
    in_text,
)
from stigmer.secrets.sops.opening import Locked, Opened, Tampered, open_file
from stigmer.secrets.sops.values import ValueDamaged
from stigmer.secrets.sources import Damaged, Missing, Surroundings

_KEPT = "sops"
_SHOWN = Unresolved("sops", "ciphertext")
_HINT = "take the file as sops last wrote it; a change is made with sops edit"
_KEYS, _KEY_FILE, _SSH_FILE = "SOPS_AGE_KEY", "SOPS_AGE_KEY_FILE", "SOPS_AGE_SSH_PRIVATE_KEY_FILE"
_SSH_KEYS = ("id_ed25519", "id_rsa")


def unsealed(source: Sops, surroundings: Surroundings) -> Secret | Missing | Damaged:
    """The value, exactly as it was encrypted; why not, where no identity opens the file or it was changed since."""
    match open_for(source.file, surroundings):
        case Opened(values):
            value = values.get((source.start, source.steps))
            return value or _damaged("the rule of its sops block does not cover this value", source.steps)
        case Locked(reason):
            return Missing(_SHOWN, reason, (SOPS_KEY,))
        case Tampered(reason, place):
            start, steps = place or (None, ())
            return _damaged(reason, steps if start == source.start else (SOPS_KEY, "mac"))


def _damaged(reason: str, at: Steps) -> Damaged:
    words = f"the file was changed since sops encrypted it: {reason}"
    return Damaged("sops.mac", words, _HINT, _SHOWN, at)


def open_for(data: bytes, surroundings: Surroundings) -> Opened | Locked | Tampered:
    """A file, opened once for all of its values."""
    files: dict[bytes, Opened | Locked | Tampered] = surroundings.kept.setdefault(_KEPT, {})
    if data not in files:
        found = _identities(surroundings, ssh=b"recipient: ssh-" in data)

        def unwrap(armored: str) -> bytes | None:
            try:
                return decrypt(armored, found)
            except NoIdentityError:
                return None
            except (ArmorError, DamagedError):
                raise ValueDamaged("the data key in its sops block was changed") from None

        files[data] = open_file(data, unwrap, found.failing)
    return files[data]


def _identities(surroundings: Surroundings, *, ssh: bool) -> Identities:
    """All that may open a file of sops, looked for once; the user's own keys of `ssh` only where one may be among its recipients."""
    name = f"{_KEPT} identities{' of ssh' * ssh}"
    if name not in surroundings.kept:
        own, sops = identities(surroundings), _of_sops(surroundings, ssh=ssh)
        surroundings.kept[name] = own + sops
        told = map(exposed_identity, set(sops.exposed) - set(own.exposed))
        surroundings.warnings.extend(each for each in told if each not in surroundings.warnings)
    found: Identities = surroundings.kept[name]
    return found


def _of_sops(surroundings: Surroundings, *, ssh: bool) -> Identities:
    """The identities that sops would look for."""
    environ, found = surroundings.environ, Identities()
    if keys := environ.get(_KEYS):
        found += in_text("\n".join(keys.split()), _KEYS)
    for name in (_KEY_FILE, _SSH_FILE):
        if said := environ.get(name):
            found += in_file(Path(said), f"the file of {name}")
    places = [each for each in default_files(surroundings) if str(each) not in identities(surroundings).where]
    if ssh and (home := environ.get("HOME")):
        places += [Path(home, ".ssh", name) for name in _SSH_KEYS]
    for path in places:
        if path.exists():
            found += in_file(path)
    return found
