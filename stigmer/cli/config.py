# SPDX-License-Identifier: Apache-2.0
"""The user's `config.yaml` and the project's `stigmer.yaml`, read as manifests are, so that every problem has its line."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stigmer import __version__
from stigmer.checks.policies.policy import Policy
from stigmer.cli.failures import ConfigurationError
from stigmer.cli.home import CONFIG_FILE, DATABASE_FILE, default_config
from stigmer.cli.settings_file import SettingsFile
from stigmer.errors import Diagnostic, Location, Severity
from stigmer.manifests.source import find_project_file, shown
from stigmer.resources.paths import Path as Steps

LOCAL = "local"


@dataclass(frozen=True, slots=True)
class BackendEntry:
    """A backend that can be named. `database` is the file of a local one."""

    name: str
    type: str
    database: Path
    organization: str | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """The user's configuration. `backend` is the current one, None where the file names none; `local` is always there. `identity` is the
    file with the user's age identities, `master_key` where a new master key is kept, `allow` the lists of what manifests may read."""

    backends: Mapping[str, BackendEntry]
    backend: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    identity: Path | None = None
    master_key: str | None = None
    allow: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Target:
    """Where else a project may be applied to. `overlays` are the paths of what is merged over its manifests, in their order."""

    name: str
    backend: str | None = None
    org: str | None = None
    overlays: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """A project: its set, its paths, its targets, what else it says about applying them, its policies, the checks it silences, with
    reasons, and the age recipients that its secrets are sealed to, or files of them."""

    directory: str
    name: str
    paths: tuple[str, ...]
    document: SettingsFile
    org: str | None = None
    backend: str | None = None
    silence: Mapping[str, str] = field(default_factory=dict)
    policies: tuple[Policy, ...] = ()
    prune: bool = False
    max_delete_percent: int | None = None
    targets: Mapping[str, Target] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    recipients: tuple[str, ...] = ()


def read_config(home: Path) -> Config:
    """The configuration in the home, or what holds without one. Raises ConfigurationError."""
    local = BackendEntry(LOCAL, "local", home / DATABASE_FILE)
    if _is_as_made(home, local.database):
        return Config({LOCAL: local}, LOCAL)
    document = SettingsFile.read(str(home / CONFIG_FILE))
    if document is None:
        return Config({LOCAL: local})
    document.check("config")
    current: Any = document.value.get("backend")
    said: dict[str, tuple[dict[str, Any], Steps]]
    said = {name: (entry, ("backends", name)) for name, entry in document.value.get("backends", {}).items()}
    if isinstance(current, dict):  # the short form: in place of its name the backend, called by its type
        said[current["type"]] = (current, ("backend",))
        current = current["type"]
    backends = {LOCAL: local}
    warnings = []
    for name, (entry, steps) in said.items():
        on_disk, cloud = entry.get("local") or {}, entry.get("cloud") or {}
        database = home / os.path.expanduser(on_disk.get("db_path") or DATABASE_FILE)
        backends[name] = BackendEntry(name, entry["type"], database, cloud.get("organization"))
        if cloud.get("token") is not None:
            words = f"the token of backend {name} lies in clear in this file"
            place = document.locate((*steps, "cloud", "token"))
            warnings.append(Diagnostic(Severity.WARNING, "config.token", words, location=place))
    said_identity = (document.value.get("age") or {}).get("identity")
    identity = None if said_identity is None else home / os.path.expanduser(said_identity)
    said_allow = (document.value.get("allow") or {}).items()
    allow = {sort: tuple(entries) for sort, entries in said_allow if entries is not None}
    return Config(backends, current, tuple(warnings), identity, document.value.get("master_key"), allow)


def _is_as_made(home: Path, database: Path) -> bool:
    """Whether the configuration is still what `init` wrote, as most are: then nothing has to be imported to know what it says."""
    try:
        return (home / CONFIG_FILE).read_text("utf-8") == default_config(database)
    except (OSError, UnicodeDecodeError):
        return False


def find_project(start: str) -> Project | None:
    """The project of a directory, None where there is none. Raises ConfigurationError, also for a stigmer older than it requires."""
    path = find_project_file(start)
    if path is None:
        return None
    document = SettingsFile.read(path)
    if document is None:
        words, place = "the project file is empty", Location(shown(path))
        raise ConfigurationError([Diagnostic(Severity.ERROR, "settings.required", words, "add name:", place)])
    document.check("project")
    said: dict[str, Any] = document.value
    if said.get("requires") is not None:
        _check_requirement(said["requires"], document)
    directory = os.path.dirname(path)
    targets = {name: _target(name, each, directory) for name, each in said.get("targets", {}).items()}
    return Project(
        directory=directory,
        name=said["name"],
        paths=tuple(_relative(os.path.join(directory, each)) for each in said.get("paths", (".",))),
        document=document,
        org=said.get("org"),
        backend=said.get("backend"),
        silence=said.get("silence", {}),
        policies=tuple(_policy(each) for each in said.get("policies", ())),
        prune=said.get("prune", False),
        max_delete_percent=said.get("max_delete_percent"),
        targets=targets,
        diagnostics=tuple(_rivals(targets, document)),
        recipients=tuple((said.get("age") or {}).get("recipients", ())),
    )


def _target(name: str, said: dict[str, Any], directory: str) -> Target:
    overlays = tuple(_relative(os.path.join(directory, each)) for each in said.get("overlays", ()))
    return Target(name, said.get("backend"), said.get("org"), overlays)


def _rivals(targets: Mapping[str, Target], document: SettingsFile) -> Iterator[Diagnostic]:
    """Targets that lead to the same place, where each would undo the other."""
    places: dict[tuple[str, str | None], str] = {}
    for name, target in targets.items():
        if target.backend is None:
            continue
        first = places.setdefault((target.backend, target.org), name)
        if first != name:
            words = f"targets {first} and {name} have the same backend and org, so each undoes the other"
            place = document.locate(("targets", name), key=True)
            hint = "give one of them another backend or another org"
            yield Diagnostic(Severity.WARNING, "target.shared", words, hint, place)


def _policy(said: dict[str, Any]) -> Policy:
    return Policy(
        name=said["name"],
        rule=said["rule"],
        message=said["message"],
        kinds=None if said.get("kinds") is None else tuple(said["kinds"]),
        severity=Severity(said.get("severity", Severity.ERROR)),
        at=said.get("at"),
        on_change=said.get("on") == "change",
    )


def _relative(path: str) -> str:
    normal = os.path.normpath(path)
    return shown(normal) if normal != os.getcwd() else "."


def _check_requirement(requirement: str, document: SettingsFile) -> None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    place = document.locate(("requires",))
    try:
        fits = SpecifierSet(requirement).contains(__version__, prereleases=True)
    except InvalidSpecifier:
        words = f"'{requirement}' is not a version requirement such as >=0.2"
        raise ConfigurationError(
            [Diagnostic(Severity.ERROR, "settings.value", words, location=place)]
        ) from None
    if not fits:
        words = f"this project requires stigmer {requirement}, and this is {__version__}"
        hint = "install a stigmer that fits"
        raise ConfigurationError([Diagnostic(Severity.ERROR, "project.requires", words, hint, place)])
