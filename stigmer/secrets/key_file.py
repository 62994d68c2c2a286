# SPDX-License-Identifier: Apache-2.0
"""The master key in a file that only its owner reads, as it is or under a passphrase.

The first line says what the file is. Plain, each further one holds the number of a version and 32 random bytes in base64, oldest
first; under a passphrase the second one holds what opens with it.
"""

from __future__ import annotations

import base64
import glob
import os
from contextlib import suppress
from dataclasses import astuple, dataclass, field
from pathlib import Path

from stigmer.resources.confidential import Secret
from stigmer.secrets.key_text import keys_of, lines_of
from stigmer.secrets.keys import MasterKeys, SecretError
from stigmer.secrets.passphrase import AskPassphrase, Wrapped, not_opened, unwrap_keys, wrap_keys

HEADER = "stigmer master key: whoever has it can read every secret of the store; without it nobody can"
PROTECTED_HEADER = (
    "stigmer master key under a passphrase: whoever has both can read every secret of the store"
)
_METHOD = "argon2id"
_BOUND_TO = "master key file"
_LOOSE = 0o077
_MOST_BYTES = 4096
_PUT_BACK = "put the key back, or restore a backup: stigmer explain {}"

# Protected files that this process has opened, by their content, so that it asks once for a passphrase and computes once with it.
_OPENED: dict[bytes, tuple[MasterKeys, Secret]] = {}


def nobody(*, new: bool) -> Secret:
    """Where there is nobody to say a passphrase. Raises SecretError `secret.passphrase_needed`."""
    state = "is to go" if new else "is"
    raise SecretError(
        "secret.passphrase_needed",
        f"the master key {state} under a passphrase, and nobody can be asked for it",
        hint="set STIGMER_MASTER_KEY_PASSPHRASE_FILE to a file that holds it, mode 0600",
    )


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A file of mode 0600; see `stigmer.secrets.key_places.OwnPlace`. Its directory must exist before a key is put there.

    `protected` says that a new key goes under a passphrase; a file that is there stays as it is, or becomes it by `rewrite`.
    """

    path: Path
    passphrase: AskPassphrase = field(default=nobody, repr=False, compare=False)
    protected: bool = False

    def __str__(self) -> str:
        return str(self.path)

    def exists(self) -> bool:
        """Whether there is such a file. Raises SecretError `secret.key_unreadable` where that cannot be told."""
        try:
            self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise _unreadable(self.path, error) from error
        return True

    def is_protected(self) -> bool:
        """Whether the key in the file is under a passphrase. Raises SecretError where it cannot be read."""
        return _is_protected(read_private(self.path))

    def load(self) -> MasterKeys:
        """The key in the file; see `KeyPlace`. Asks for a passphrase where there is one; raises what asking raises, and SecretError
        `secret.passphrase`."""
        content = read_private(self.path)
        return self._opened(content)[0] if _is_protected(content) else parsed(content, self.path)

    def put(self, keys: MasterKeys) -> MasterKeys:
        """Makes the file where there is none; see `KeyPlace`."""
        draft = self._draft(keys, self.passphrase(new=True) if self.protected else None)
        try:
            os.link(draft, self.path)  # unlike a rename, it never replaces a key that is there
            sync_directory(self.path.parent)
        except FileExistsError:
            return self.load()
        except OSError as error:
            raise unwritable(self.path, error) from error
        finally:
            draft.unlink()
        return keys

    def replace(self, keys: MasterKeys) -> None:
        """Replaces the file, under the passphrase that it is under; see `KeyPlace`."""
        content = read_private(self.path) if self.exists() else b""
        self._replace(keys, self._opened(content)[1] if _is_protected(content) else None)

    def rewrite(self, keys: MasterKeys) -> None:
        """Makes or replaces the file, under a new passphrase or without any, as `protected` says; see `OwnPlace`."""
        self._replace(keys, self.passphrase(new=True) if self.protected else None)

    def remove(self) -> None:
        """Takes the file away; see `OwnPlace`."""
        try:
            for path in (self._behind_links, self.path):
                path.unlink(missing_ok=True)
                sync_directory(path.parent)
        except OSError as error:
            raise unwritable(self.path, error) from error

    def copy_aside(self, stamp: str) -> str:
        """Keeps the file under a second name; see `OwnPlace`."""
        file = self._behind_links
        aside = file.with_name(f"{file.name}.before-restore-{stamp}")
        try:
            os.link(file, aside)
            sync_directory(file.parent)
        except OSError as error:
            raise unwritable(self.path, error) from error
        return str(aside)

    def _replace(self, keys: MasterKeys, passphrase: Secret | None) -> None:
        draft = self._draft(keys, passphrase)
        try:
            draft.replace(self._behind_links)
            # What a killed process left may hold a version that goes now.
            for left in draft.parent.glob(f".{glob.escape(self._behind_links.name)}.*.new"):
                left.unlink(missing_ok=True)
            sync_directory(draft.parent)
        except OSError as error:
            raise unwritable(self.path, error) from error
        finally:
            draft.unlink(missing_ok=True)

    @property
    def _behind_links(self) -> Path:
        """Who keeps the key elsewhere, behind a link, wants a new one there too, and no old one left."""
        return Path(os.path.realpath(self.path))

    def _draft(self, keys: MasterKeys, passphrase: Secret | None) -> Path:
        if passphrase is None:
            return write_draft(self._behind_links, "\n".join([HEADER, *lines_of(keys), ""]))
        content = _protected(keys, passphrase)
        _OPENED[content.encode()] = keys, passphrase
        return write_draft(self._behind_links, content)

    def _opened(self, content: bytes) -> tuple[MasterKeys, Secret]:
        found = _OPENED.get(content)
        if found is None:
            wrapped = _wrapped(content, self.path)
            passphrase = self.passphrase(new=False)
            try:
                found = _OPENED[content] = unwrap_keys(wrapped, passphrase, _BOUND_TO), passphrase
            except SecretError:
                raise not_opened(str(self.path)) from None
        return found


def write_draft(path: Path, text: str) -> Path:
    """Writes a text into a new file of mode 0600 beside the path, on the disk when it returns. Raises SecretError."""
    draft = path.with_name(f".{path.name}.{os.urandom(8).hex()}.new")
    try:
        with os.fdopen(
            os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600), "w"
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except BaseException as error:
        with suppress(OSError):
            draft.unlink()
        if isinstance(error, OSError):
            raise unwritable(path, error) from error
        raise
    return draft


def sync_directory(directory: Path) -> None:
    """Sees that what was made in a directory, renamed or removed is so on the disk."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def unwritable(path: Path, error: OSError) -> SecretError:
    """A key that cannot be written."""
    words = f"the master key {path} cannot be written ({error.strerror})"
    return SecretError("secret.key_unwritable", words, hint="check its directory")


def read_private(path: Path) -> bytes:
    """The content of a file that only its owner may read. Raises SecretError."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_MOST_BYTES)
    except FileNotFoundError:
        words = f"the master key {path} is missing"
        raise SecretError("secret.key_missing", words, hint=_PUT_BACK.format("secret.key_missing")) from None
    except OSError as error:
        raise _unreadable(path, error) from error
    if mode & _LOOSE:
        raise SecretError(
            "secret.key_exposed",
            f"others may read the master key {path} (mode {mode & 0o777:04o})",
            hint=f"chmod 600 {path}",
        )
    return content


def _unreadable(path: Path, error: OSError) -> SecretError:
    words = f"the master key {path} cannot be read ({error.strerror})"
    hint = "let the user who runs stigmer read it, and nobody else"
    return SecretError("secret.key_unreadable", words, hint=hint)


def parsed(content: bytes, path: Path) -> MasterKeys:
    """The keys that a plain file holds. Raises SecretError `secret.key_malformed`."""
    try:
        header, *lines = content.decode("ascii").splitlines()
        if header == HEADER:
            return keys_of(lines)
    except ValueError:
        pass  # what is wrong with it is not told, since that could tell of the key
    raise _malformed(path)


def _malformed(path: Path) -> SecretError:
    hint = _PUT_BACK.format("secret.key_malformed")
    return SecretError("secret.key_malformed", f"{path} is not a master key", hint=hint)


def _is_protected(content: bytes) -> bool:
    return content.startswith(PROTECTED_HEADER.encode())


def _protected(keys: MasterKeys, passphrase: Secret) -> str:
    wrapped = wrap_keys(keys, passphrase, _BOUND_TO)
    words = (each if isinstance(each, int) else base64.b64encode(each).decode() for each in astuple(wrapped))
    return f"{PROTECTED_HEADER}\n{_METHOD} {' '.join(map(str, words))}\n"


def _wrapped(content: bytes, path: Path) -> Wrapped:
    try:
        _, line = content.decode("ascii").splitlines()
        method, memory, passes, lanes, *rest = line.split(" ")
        salt, nonce, ciphertext = (base64.b64decode(each, validate=True) for each in rest)
        if method == _METHOD:
            return Wrapped(int(memory), int(passes), int(lanes), salt, nonce, ciphertext)
    except ValueError:  # binascii.Error is one
        pass
    raise _malformed(path)
