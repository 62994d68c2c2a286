# SPDX-License-Identifier: Apache-2.0
"""What manifests may read, as far as somebody outside the project has narrowed it: variables, files, entries of the keychain.

Whoever may change a manifest can name any source in it, and so can who only proposes to. The lists are the user's and the pipeline's,
never the project's. Whether something is there is not looked at before it is known that it may be.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from stigmer.errors import UsageError

VARIABLES = {
    "env": "STIGMER_ALLOW_ENV",
    "files": "STIGMER_ALLOW_FILES",
    "keyring": "STIGMER_ALLOW_KEYRING",
}
"""The variable that says each of the lists, with commas between; empty, it lets nothing be read."""

# What an entry of each list may look like.
FORMS = {
    "env": r"^([A-Za-z_][A-Za-z0-9_]*\*?|\*)$",
    "files": r"^(/|~/|~$)",
    "keyring": r"^[^*]+$|^\*$",
}
FORM_WORDS = {
    "env": "the name of a variable, or its beginning with a * after it",
    "files": "an absolute path, or one that begins with ~/",
    "keyring": "SERVICE, SERVICE/USERNAME or *",
}
# The command's own variables hold its keys, and each process's variables are in a file of Linux's, too.
_OWN = "STIGMER_"
_ENVIRON = re.compile(r"/proc/[^/]+(/task/[^/]+)?/environ")


@dataclass(frozen=True, slots=True)
class Listing:
    """One list: who says it, as messages call them, and its entries."""

    said_by: str
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Allowed:
    """The lists of each sort; whatever is read has to be in every one of them, so that no list allows all."""

    env: tuple[Listing, ...] = ()
    files: tuple[Listing, ...] = ()
    keyring: tuple[Listing, ...] = ()

    def against_variable(self, name: str) -> str | None:
        """Why manifests may not read a variable, None where they may."""
        if name.startswith(_OWN):
            return f"{name} is a variable of stigmer's own, which no manifest reads"
        return _against(
            self.env,
            lambda entry: name == entry or (entry.endswith("*") and name.startswith(entry[:-1])),
            f"the variable {name}",
        )

    def against_file(self, path: str, home: Path | None) -> str | None:
        """Why manifests may not read a file, given without links in its path; None where they may. `home` is stigmer's own."""
        if _ENVIRON.fullmatch(path):
            return "a file that holds variables is not read: name the variable, with env"
        if home is not None and _is_below(path, str(home)):
            return "stigmer's home is its own, and no manifest reads what is in it"
        return _against(self.files, lambda entry: _is_below(path, entry), "that file")

    def against_entry(self, service: str, username: str) -> str | None:
        """Why manifests may not read an entry of the keychain, None where they may."""
        return _against(
            self.keyring,
            lambda entry: entry in ("*", service, f"{service}/{username}"),
            f"the keychain's entry for {username} under {service}",
        )


def allowed(environ: Mapping[str, str], said: Mapping[str, tuple[str, ...]]) -> Allowed:
    """The lists of the variables, and those that the user's configuration says, by their sort. Raises UsageError `usage.allow`."""
    lists: dict[str, tuple[Listing, ...]] = {}
    for sort, variable in VARIABLES.items():
        found = [Listing("config.yaml", said[sort])] if sort in said else []
        if variable in environ:
            entries = tuple(each.strip() for each in environ[variable].split(",") if each.strip())
            for entry in entries:
                _require_form(sort, variable, entry)
            found.append(Listing(variable, entries))
        lists[sort] = tuple(found)
    return Allowed(**lists)


def _require_form(sort: str, variable: str, entry: str) -> None:
    if re.search(FORMS[sort], entry) is None:
        raise UsageError(
            "usage.allow",
            f"{variable} lists '{entry}', which is not {FORM_WORDS[sort]}",
            hint="mend or unset it",
        )


def _against(lists: tuple[Listing, ...], fits: Callable[[str], bool], what: str) -> str | None:
    for each in lists:
        if not any(map(fits, each.entries)):
            return f"manifests may not read {what} here: {each.said_by} does not list it"
    return None


def _is_below(path: str, entry: str) -> bool:
    """Whether a path without links is what an entry names, or in it."""
    top = os.path.realpath(os.path.expanduser(entry))
    return path == top or path.startswith(os.path.join(top, ""))
