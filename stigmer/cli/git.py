# SPDX-License-Identifier: Apache-2.0
"""What git says of a directory: which repository it is a clone of, and which commit is checked out.

The `git` program is asked, for at most a few seconds, and where it is missing or fails it is as if there were no repository.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from stigmer.backends.contract import Commit

PATIENCE = 10.0
"""Seconds after which git is not waited for any longer."""

_SCP = re.compile(r"(?:[^@/:]+@)?(\[[^]]+\]|[^/:]+):(?!//)(.*)", re.DOTALL)
_URL = re.compile(r"([a-z][a-z0-9+.-]*)://(?:[^/]*@)?([^/?#]*)/?([^?#]*).*", re.DOTALL | re.IGNORECASE)
_PORTS = {"https": "443", "http": "80", "ssh": "22", "git": "9418"}


def remote_of(repository: Path) -> str | None:
    """What the repository at the directory is a clone of, normalized, so that all its clones say the same.

    That is its remote `origin`, else the first by name; an absolute path where that is a directory of this machine. None without
    a remote, and where git cannot tell.
    """
    told = _git(repository, "config", "--local", "--includes", "--null", "--get-regexp", r"^remote\..*\.url$")
    if told is None or told[0] != 0:
        return None
    addresses: dict[str, str] = {}
    for entry in filter(None, told[1].split("\0")):
        name, _, address = entry.partition("\n")
        addresses.setdefault(name, address)
    return normalized(addresses.get("remote.origin.url") or addresses[min(addresses)], repository)


def normalized(address: str, repository: Path) -> str:
    """The address of a remote without what differs from clone to clone: `git@host:a/b.git` is `host/a/b`, as any URL of it.

    Scheme, user, password, query, a usual port, `.git` and slashes at the end go; the host is in lower case. A path of this machine
    becomes absolute, as seen from the repository.
    """
    scheme, host, path = _parts(address)
    if host is None:
        found = os.path.realpath(os.path.join(repository, path))
        return found.removesuffix("/.git").removesuffix(".git") or "/"
    host = host.lower()
    name, colon, port = host.rpartition(":")
    if colon and port.isdigit() and _PORTS.get(scheme) == port:
        host = name
    path = re.sub(r"/{2,}", "/", path).strip("/").removesuffix(".git").strip("/")
    return f"{host}/{path}" if path else host


def _parts(address: str) -> tuple[str, str | None, str]:
    """Scheme, host and path of an address; the host is None of a path of this machine."""
    url = _URL.fullmatch(address)
    if url is not None:
        scheme, host, path = url[1].lower(), url[2], url[3]
        return (scheme, None, f"/{path}") if scheme == "file" else (scheme, host, path)
    scp = _SCP.fullmatch(address)
    return ("ssh", scp[1], scp[2]) if scp is not None else ("file", None, address)


def commit_of(repository: Path, paths: Sequence[str]) -> Commit | None:
    """The commit that is checked out, `-dirty` where tracked files among the absolute paths are not as it has them.

    Also where git cannot tell whether they are. None without a commit.
    """
    told = _git(
        repository, "log", "-1", "--no-show-signature", "--encoding=UTF-8", "--format=%H%x00%an <%ae>", "HEAD"
    )
    if told is None or told[0] != 0:
        return None
    id_, _, author = told[1].strip().partition("\0")
    clean = _git(repository, "diff", "--quiet", "--no-ext-diff", "--no-textconv", "HEAD", "--", *paths)
    return Commit(id_ if clean is not None and clean[0] == 0 else f"{id_}-dirty", author)


def _git(repository: Path, *arguments: str) -> tuple[int, str] | None:
    """Exit status and output; None where git cannot be run or takes too long."""
    import subprocess  # only where there is a repository

    command = ("git", "--literal-pathspecs", "--no-optional-locks", "-c", "core.fsmonitor=false", *arguments)
    # Whatever says where another repository lies, as in a hook, says nothing about this one.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(
            command,
            cwd=repository,
            env={**environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.returncode, done.stdout.decode("utf-8", "replace")
