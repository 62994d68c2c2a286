# SPDX-License-Identifier: Apache-2.0
"""A plan with what it takes to carry it out elsewhere and later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from stigmer.backends.contract import Commit
from stigmer.reconcile.plan import Plan
from stigmer.resources.keys import Key
from stigmer.resources.resource import Age, Env, File, Keyring


@dataclass(frozen=True, slots=True)
class InManifest:
    """A secret that is written in a manifest in clear: the file, the root that its texts may not leave, and the organization of
    manifests that say none."""

    file: str
    root: str
    org: str


@dataclass(frozen=True, slots=True)
class Reread:
    """Where the value of a secret is read again. `directory` is what relative files start from, itself relative to the working
    directory where it may be."""

    source: Env | File | Keyring | Age | InManifest
    directory: str = "."


Sources = Mapping[Key, Mapping[str, Reread]]
"""Where the secrets of each resource are read again, by field path. What is not here only the store has, and keeps."""


@dataclass(frozen=True, slots=True)
class About:
    """Where a plan was made: the name of the backend, the organization of what names none, the version of stigmer, the project's
    target and the commit of the manifests, where there is one."""

    backend: str
    org: str
    version: str
    target: str | None = None
    commit: Commit | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """A plan as it comes out of a file: no secret of it has a value yet."""

    plan: Plan
    about: About
    sources: Sources = field(default_factory=dict)
