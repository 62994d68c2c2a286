# SPDX-License-Identifier: Apache-2.0
"""The home: where stigmer keeps its configuration, its local database and its master key."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from stigmer.errors import BackendError

CONFIG_FILE = "config.yaml"
DATABASE_FILE = "local.db"
MASTER_KEY_FILE = "master.key"


def home_directory(environ: Mapping[str, str]) -> Path:
    """`$STIGMER_HOME`, else `~/.stigmer`."""
    said = environ.get("STIGMER_HOME")
    return Path(os.path.abspath(os.path.expanduser(said))) if said else Path.home() / ".stigmer"


def shown(path: Path) -> str:
    """A path as people write it, with `~` for their home directory."""
    try:
        below = path.relative_to(Path.home())
        return f"~/{below}" if below.parts else "~"
    except ValueError:
        return str(path)


def shown_place(place: str) -> str:
    """What a store says of the place of its key, with a path in it as people write it."""
    return shown(Path(place)) if os.path.isabs(place) else place


def make_config(home: Path, database: Path) -> bool:
    """Makes the home and the configuration where they are not there, or completes the configuration; whether anything was done.

    Raises BackendError where that cannot be written.
    """
    path = home / CONFIG_FILE
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists():
            return _complete(path, database)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(default_config(database))
    except FileExistsError:
        return False  # another process makes the same home at this moment
    except OSError as error:
        reason = error.strerror or str(error)
        raise BackendError(
            "home.unwritable",
            f"{shown(home)} cannot be made or written ({reason})",
            hint="set STIGMER_HOME to a directory of yours",
        ) from error
    return True


def default_config(database: Path) -> str:
    """The configuration as `init` writes it."""
    return f"backend: local\nbackends:\n  local: {{type: local, local: {{db_path: {_quoted(database)}}}}}\n"


def _complete(path: Path, database: Path) -> bool:
    """Says in a configuration that names no backend that the local one is meant; comments and layout stay."""
    text = path.read_text("utf-8")
    if any(line.startswith("backend:") for line in text.splitlines()):
        return False
    from io import BytesIO

    from ruamel.yaml import YAML  # only for editing: it keeps what people wrote

    from stigmer.cli.rewriting import rewrite

    editor = YAML()
    editor.preserve_quotes = True
    document = editor.load(text) or {}
    if "backend" in document:
        return False
    document["backend"] = "local"
    document.setdefault("backends", {}).setdefault(
        "local", {"type": "local", "local": {"db_path": shown(database)}}
    )
    completed = BytesIO()
    editor.dump(document, completed)
    rewrite(str(path), completed.getvalue())
    return True


def _quoted(path: Path) -> str:
    text = shown(path)
    return (
        text
        if all(letter.isalnum() or letter in "~/._-" for letter in text)
        else f"'{text.replace(chr(39), chr(39) * 2)}'"
    )
