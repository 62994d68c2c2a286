# SPDX-License-Identifier: Apache-2.0
"""Which file each exported resource goes to: into its manifest where there is one, else into a file of its own or the one for all."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from stigmer.cli.exporting.selected import Exported, clashing
from stigmer.cli.writing import refused
from stigmer.errors import Diagnostic, Location, Severity
from stigmer.manifests.manifest import Manifest
from stigmer.manifests.render import to_yaml
from stigmer.manifests.source import shown
from stigmer.manifests.writing_over.overwriting import Overwriting, file_of, fits_file, is_within
from stigmer.resources.fields import written_fields
from stigmer.resources.keys import Key
from stigmer.resources.resource import label

ONE_FILE = "resources.yaml"
_SEPARATOR = "---\n"
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Target:
    """Where to: a directory, and the one file for what no manifest declares yet, None for a file a resource.

    `alone` says that it is that file only, whatever else is in the directory; `split` that long texts get files of their own.
    """

    directory: str
    one_file: str | None = None
    force: bool = False
    alone: bool = False
    split: bool = False

    @property
    def path(self) -> str:
        """What is exported to."""
        return self.one_file if self.alone and self.one_file is not None else self.directory

    def holds(self, manifest: Manifest) -> bool:
        """Whether a manifest is in there."""
        file = file_of(manifest.origin.source)
        return file == self.one_file if self.alone else file.startswith(os.path.join(self.directory, ""))


@dataclass(frozen=True, slots=True)
class File:
    """A file to write: what is to be in it, whether it is new, and the resources that it is for, as `kind/name`."""

    path: str
    data: bytes = field(repr=False)
    new: bool
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Files:
    """All files to write, what is in the way, and how many resources their manifests say already."""

    files: tuple[File, ...]
    diagnostics: tuple[Diagnostic, ...]
    unchanged: int


def lay_out(found: Iterable[Exported], manifests: Sequence[Manifest], target: Target, org: str) -> Files:
    """What is to be written for the resources. `manifests` are those that are in the directory, `org` that of what says none."""
    by_key: dict[Key, Manifest] = {each.key: each for each in manifests}
    over = Overwriting(manifests, org, within=target.directory)
    new: list[Exported] = []
    unchanged = 0
    for each in found:
        manifest = by_key.get(each.key)
        if manifest is None:
            new.append(each)
        elif not over.put(manifest, each.body):
            unchanged += 1
    files = {
        each.path: File(
            each.path, each.data, False, tuple(manifest.resource.label for manifest in each.manifests)
        )
        for each in over.files()
    }
    sources = {file_of(each.origin.source): each.origin.source.data for each in manifests}
    problems = list(map(refused, over.failures))
    if target.one_file is None:
        both = clashing([*new, *(Exported(key, {}) for key in by_key)])
        for each in new:
            path = _path(each, target.directory, both)
            if path is None:
                problems.append(_no_name(each))
                continue
            for file in _own_files(each, path, org, split=target.split):
                problems += _in_the_way(file.path, target)
                files[file.path] = file
    elif new:
        path = target.one_file
        before = files[path].data if path in files else sources.get(path)
        problems += _in_the_way(path, target) if before is None else ()
        names = (*(files[path].resources if path in files else ()), *(label(each.key) for each in new))
        files[path] = File(path, _joined(before, _text(new, org)), before is None, names)
    return Files(tuple(files[path] for path in sorted(files)), tuple(problems), unchanged)


def _text(found: Sequence[Exported], org: str) -> str:
    return _SEPARATOR.join(to_yaml(each.document(org)) for each in found)


def _own_files(each: Exported, path: str, org: str, *, split: bool) -> Iterator[File]:
    """The file of a resource, and before it that of the long text in it, if that is to have one."""
    document = each.document(org)
    fields = written_fields(each.kind.spec).values() if split else ()
    for text_field in (about.name for about in fields if about.text_file):
        text = document["spec"].get(text_field)
        if isinstance(text, str) and "\n" in text and fits_file(text):
            file = os.path.splitext(path)[0] + ".md"
            document["spec"][text_field] = {"file": os.path.basename(file)}
            yield File(file, text.encode(), True, (label(each.key),))
    yield File(path, to_yaml(document).encode(), True, (label(each.key),))


def _joined(before: bytes | None, text: str) -> bytes:
    """A stream with more documents at its end."""
    if before is None:
        return text.encode()
    start = "" if before.endswith(b"\n") else "\n"
    more = f"{start}{_SEPARATOR}{text}"
    return before + (more.replace("\n", "\r\n") if b"\r\n" in before else more).encode()


def _path(each: Exported, directory: str, both: set[tuple[str, str]]) -> str | None:
    """The file of a resource, in a directory of its organization's where others have one of this name; None where its name is none
    of a file."""
    key = each.key
    parts = [key.org, key.name] if key.org and (key.kind, key.name) in both else [key.name]
    if not all(map(_FILE_NAME.fullmatch, parts)):
        return None
    return os.path.join(directory, each.kind.plural_slug, *parts[:-1], f"{parts[-1]}.yaml")


def _no_name(each: Exported) -> Diagnostic:
    words = f"{label(each.key)} has a name that is not one of a file"
    return Diagnostic(
        Severity.ERROR, "export.name", words, "export it to standard output", resource=label(each.key)
    )


def _in_the_way(path: str, target: Target) -> Iterable[Diagnostic]:
    """What keeps a new file from being made."""
    place = Location(shown(path))
    if not is_within(os.path.dirname(path), target.directory):
        words = f"{shown(os.path.dirname(path))} is a link that leads out of {shown(target.directory)}"
        yield Diagnostic(
            Severity.ERROR, "export.link", words, "name the directory that it leads to, or remove it", place
        )
    elif not target.force and os.path.lexists(path):
        words = "the file is there already, and is no manifest of what is to be written to it"
        yield Diagnostic(
            Severity.ERROR, "export.exists", words, "move it away, or write over it with --force", place
        )
