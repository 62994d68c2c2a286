# SPDX-License-Identifier: Apache-2.0
"""Which entries of which files a command means, and what is written into the files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from stigmer.cli.reading import find_paths
from stigmer.cli.rewriting import rewrite_all
from stigmer.errors import Diagnostic, ExitCode, Location, NotFoundError, Severity, UsageError
from stigmer.manifests.source import Found, Source, find_project_file, find_sources
from stigmer.manifests.writing_over.edits import WritingError
from stigmer.manifests.writing_over.entries import Clear, Sealed, ValueEntry, entries, said
from stigmer.manifests.writing_over.overwriting import file_of
from stigmer.resources.kinds import nearest

_UNWRITTEN = "export.unwritten"
# What is against changing manifests that are right.
_REFUSALS = ("seal.", "secret.")


@dataclass(frozen=True, slots=True)
class Read:
    """Files by how messages name them, the entries of each that may hold a secret, and what is wrong with them."""

    sources: Mapping[str, Source] = field(repr=False)
    entries: Mapping[str, Sequence[ValueEntry]]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def all(self) -> Iterator[ValueEntry]:
        """The entries of all files."""
        return (entry for found in self.entries.values() for entry in found)


def read_entries(files: Sequence[str] | None) -> Read:
    """Reads the files; without any those of the project here or above, and the overlays of its targets.

    Raises UsageError for a path that names nothing, ConfigurationError.
    """
    if not files and find_project_file(os.getcwd()) is None:
        words = "no files are named, and there is no stigmer.yaml here or above"
        raise UsageError("usage.nothing_to_read", words, hint="name files or directories")
    paths = find_paths(files)
    root = paths.project.directory if paths.project is not None else None
    found = Found()
    sources = {each.name: each for each in find_sources([*paths.paths, *paths.without], found, root=root)}
    wrong = list(found.diagnostics)
    if not sources and not wrong:
        words, hint = (
            f"there are no manifests in {', '.join(paths.paths)}",
            "manifests are files that end in .yaml or .yml",
        )
        wrong.append(Diagnostic(Severity.WARNING, "manifest.none", words, hint))
    read: dict[str, Sequence[ValueEntry]] = {}
    for name, source in sources.items():
        read[name], problems = entries(source)
        wrong += problems
    return Read(sources, read, tuple(wrong))


def named(read: Read, names: Sequence[str] | None) -> list[ValueEntry]:
    """The entries that the names mean (`STRIPE_KEY`, `prod/STRIPE_KEY`, `environment/prod/STRIPE_KEY`), without names all.

    Raises NotFoundError for a name that means none.
    """
    everything = list(read.all)
    if not names:
        return everything
    for name in names:
        if not any(_means(name, each) for each in everything):
            near = nearest(name, sorted({each.name for each in everything}))
            words = f"no manifest here has a value with the name {name}"
            raise NotFoundError("secret.unknown", words, hint=f"did you mean {near}?" if near else None)
    return [each for each in everything if any(_means(name, each) for name in names)]


def _means(name: str, entry: ValueEntry) -> bool:
    return f"/{entry.path}".endswith(f"/{name}")


def rewritten(
    read: Read, wanted: Mapping[ValueEntry, Sealed | Clear]
) -> tuple[dict[str, bytes], list[Diagnostic]]:
    """What is to be in each file, by its path, where entries say something else; and those for which that cannot be."""
    made: dict[str, bytes] = {}
    wrong = []
    for name, source in read.sources.items():
        here = {entry: wanted[entry] for entry in read.entries[name] if entry in wanted}
        try:
            if here:
                made[file_of(source)] = said(source.data, here)
        except WritingError as error:
            first = next(iter(here))
            words = f"{name} cannot be changed in place: {error}"
            hint = "write the value out where it is used, or seal it by hand: stigmer secrets seal -"
            wrong.append(first.diagnostic(Severity.ERROR, "seal.in_place", words, hint))
    return made, wrong


def write(files: Mapping[str, bytes]) -> list[Diagnostic]:
    """Writes all files or, where one cannot be written, none; what is wrong then."""
    try:
        rewrite_all(files)
    except OSError as error:
        words = f"cannot be written: {error.strerror}"
        hint = "check its permissions, and the disk"
        place = Location(str(error.filename)) if error.filename else None
        return [Diagnostic(Severity.ERROR, _UNWRITTEN, words, hint, place)]
    return []


def status_of(found: Sequence[Diagnostic]) -> ExitCode:
    """The status that goes with what was found: INVALID where a manifest is not right, REFUSED where something else is against it,
    BACKEND where a file cannot be written."""
    wrong = [each.code for each in found if each.severity is Severity.ERROR]
    if not wrong:
        return ExitCode.DONE
    if _UNWRITTEN in wrong:
        return ExitCode.BACKEND
    return ExitCode.REFUSED if all(each.startswith(_REFUSALS) for each in wrong) else ExitCode.INVALID
