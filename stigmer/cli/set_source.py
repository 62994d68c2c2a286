# SPDX-License-Identifier: Apache-2.0
"""Where manifests come from: what git says of the place, else the place itself."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path

from stigmer.backends.contract import Commit, SetSource
from stigmer.cli.git import commit_of, remote_of
from stigmer.cli.reading import Paths
from stigmer.cli.repository import repository_of
from stigmer.manifests.source import STANDARD_INPUT
from stigmer.reconcile.whole import plain, source_of


def set_source(paths: Paths) -> SetSource | None:
    """The source of all that the paths hold: the project's directory, else the paths themselves; None of standard input.

    In a clone of a repository elsewhere they are relative to its top, with `/` between names. Else they are absolute; those of a
    clone of a directory of this machine are as they would be there, so that a repository and its clones are one source.
    """
    if paths.project is not None:
        places = [os.path.realpath(paths.project.directory)]
    elif STANDARD_INPUT in paths.paths:
        return None
    else:
        places = [os.path.realpath(each) for each in paths.paths]
    repository = _repository(places)
    remote = None if repository is None else remote_of(repository)
    if repository is None or remote is None:
        return source_of(None, [Path(each).as_posix() for each in places])
    inside = [Path(os.path.relpath(each, repository)).as_posix() for each in places]
    if os.path.isabs(remote):
        return source_of(None, [posixpath.normpath(posixpath.join(remote, each)) for each in inside])
    return source_of(remote, inside)


def commit_of_manifests(paths: Paths) -> Commit | None:
    """The commit of the repository that the manifests are in; None where they are in none, or in several."""
    places = [
        os.path.realpath(each if os.path.exists(each) else plain(each))
        for each in paths.paths
        if each != STANDARD_INPUT
    ]
    repository = _repository(places) if places else None
    return None if repository is None else commit_of(repository, places)


def _repository(places: list[str]) -> Path | None:
    return repository_of(Path(os.path.commonpath(places)))
