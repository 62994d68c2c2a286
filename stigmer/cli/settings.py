# SPDX-License-Identifier: Apache-2.0
"""Which backend and which organization a command means: flags over the target that a flag names over variables over the project over
the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stigmer.cli.config import LOCAL, BackendEntry, Config, Project, Target, read_config
from stigmer.cli.home import home_directory
from stigmer.errors import Diagnostic, UsageError
from stigmer.resources.keys import DEFAULT_ORG
from stigmer.resources.kinds import nearest
from stigmer.secrets.allowed import Allowed, allowed
from stigmer.secrets.sources import Surroundings


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for one command. `named` says that somebody named the backend; `said_org` is None where nobody did that.

    `identity` is the file with the user's age identities that the configuration names, `allowed` what manifests may read, `master_key` where it keeps a new master key.
    """

    home: Path
    backend: BackendEntry
    named: bool
    org: str
    said_org: str | None
    target: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    identity: Path | None = None
    allowed: Allowed = field(default_factory=Allowed)
    master_key: str | None = None


def surroundings_of(settings: Settings, environ: Mapping[str, str]) -> Surroundings:
    """What the reading of secrets may look at."""
    return Surroundings(environ, home=settings.home, identity=settings.identity, allowed=settings.allowed)


def organization(
    flag: str | None, project: Project | None, environ: Mapping[str, str], target: Target | None = None
) -> str | None:
    """The organization that a flag, the target, a variable or the project says."""
    said = flag or (target.org if target is not None else None) or environ.get("STIGMER_ORG")
    return said or (project.org if project is not None else None)


def settle(
    backend: str | None,
    org: str | None,
    project: Project | None,
    environ: Mapping[str, str],
    target: Target | None = None,
) -> Settings:
    """Settles what the flags leave open. Raises UsageError for a backend that is not configured, ConfigurationError."""
    home = home_directory(environ)
    config = read_config(home)
    said = (
        backend
        or (target.backend if target is not None else None)
        or environ.get("STIGMER_BACKEND")
        or (project.backend if project is not None else None)
        or config.backend
    )
    entry = _entry(said or LOCAL, config)
    return Settings(
        home=home,
        backend=entry,
        named=said is not None,
        org=organization(org, project, environ, target) or entry.organization or DEFAULT_ORG,
        said_org=org or (target.org if target is not None else None) or environ.get("STIGMER_ORG"),
        target=target.name if target is not None else None,
        diagnostics=config.diagnostics,
        identity=config.identity,
        allowed=allowed(environ, config.allow),
        master_key=config.master_key,
    )


def require_named_in_ci(settings: Settings, environ: Mapping[str, str]) -> None:
    """Refuses, on a build machine, the local backend that stands in for one that nobody named. Raises UsageError."""
    if not settings.named and environ.get("CI", "").lower() not in ("", "0", "false"):
        raise UsageError(
            "backend.unnamed",
            "CI is set and nobody named a backend, so this would speak to a throw-away local database",
            hint="name one with --backend or STIGMER_BACKEND",
        )


def _entry(name: str, config: Config) -> BackendEntry:
    entry = config.backends.get(name)
    if entry is None:
        near = nearest(name, config.backends)
        raise UsageError(
            "backend.unknown",
            f"backend {name} is not configured",
            hint=f"did you mean {near}?" if near else "backends: " + ", ".join(sorted(config.backends)),
        )
    return entry
