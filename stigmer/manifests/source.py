# SPDX-License-Identifier: Apache-2.0
"""Where manifests are: files, directories, globs and standard input become sources, each bytes with a name and a root."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import is_normalized

from stigmer.errors import Diagnostic, Location, Severity, UsageError
from stigmer.manifests.yaml import MAX_BYTES

PROJECT_FILE = "stigmer.yaml"
IGNORE_FILE = ".stigmerignore"
STANDARD_INPUT = "-"
_SUFFIXES = (".yaml", ".yml")
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of one file. `name` is how messages call it, `directory` what its relative paths start from, `root` what
    they may not leave. `named` says that the user named the file itself, rather than a directory it is in."""

    name: str
    data: bytes = field(repr=False)  # may hold secrets
    directory: str
    root: str
    named: bool


@dataclass(slots=True)
class Found:
    """What a search for sources came upon besides the sources: files that cannot be read, and links that lead out."""

    diagnostics: list[Diagnostic] = field(default_factory=list)


def find_sources(
    paths: Sequence[str], found: Found, *, root: str | None = None, without: Collection[str] = ()
) -> Iterator[Source]:
    """The sources that the paths name, in order, each file once, but for what lies in one of the directories `without`.

    A path is a file, a directory (walked for `*.yaml` and `*.yml`, sorted), a glob, or `-`. `root` is the project's directory;
    without one it is that of the nearest project file above, else the directory given, else that of the file. Raises UsageError
    for a path that names nothing and for an ignore file that cannot be used.
    """
    seen: set[str] = set()
    places: dict[str, _Place] = {}
    for path in paths:
        if path == STANDARD_INPUT:
            here = os.getcwd()
            yield Source("<stdin>", sys.stdin.buffer.read(MAX_BYTES + 1), here, root or here, named=True)
            continue
        for file, walked, link in _files(path, found, without):
            directory, name = os.path.split(file)
            place = places.get(directory)
            if place is None or place.walked != walked:
                place = places[directory] = _place(directory, walked, root)
            real = os.path.realpath(file) if link else place.real + name
            if real in seen:
                continue
            seen.add(real)
            if not (_inside(real, place.real_root) if link else place.inside):
                how = "is a link that leads out of" if link else "lies outside"
                found.diagnostics.append(_unreadable(file, f"{how} the source root"))
                continue
            try:
                data = _read(file)
            except OSError as error:
                found.diagnostics.append(_unreadable(file, f"cannot be read: {error.strerror}"))
                continue
            yield Source(place.shown + name, data, place.directory, place.root, named=walked is None)


@dataclass(frozen=True, slots=True)
class _Place:
    """A directory that holds sources, looked at once for all of them: as it is named, shown and really found, its root, and
    whether it lies in there."""

    walked: str | None
    directory: str
    shown: str
    real: str
    root: str
    real_root: str
    inside: bool


def _place(directory: str, walked: str | None, root: str | None) -> _Place:
    absolute = os.path.abspath(directory)
    source_root = root or _project_directory(absolute) or os.path.abspath(walked or absolute)
    real, real_root = os.path.join(os.path.realpath(absolute), ""), os.path.realpath(source_root)
    return _Place(
        walked=walked,
        directory=absolute,
        shown=shown(os.path.join(absolute, "")),
        real=real,
        root=source_root,
        real_root=real_root,
        inside=_inside(real, real_root),
    )


def shown(file: str) -> str:
    """A file as messages name it: relative to the working directory where it lies below it, else absolute."""
    absolute = os.path.abspath(file) + (os.sep if file.endswith(os.sep) else "")
    return absolute.removeprefix(os.path.join(os.getcwd(), ""))


def find_project_file(start: str) -> str | None:
    """The project file in a directory or the nearest one above, None where there is none."""
    directory = _project_directory(os.path.abspath(start))
    return None if directory is None else os.path.join(directory, PROJECT_FILE)


def find_project_files(directory: str, without: Collection[str] = ()) -> list[str]:
    """The project files in a directory and below it, in the order of their directories; left out is what a walk for manifests leaves out.

    Raises UsageError for an ignore file that cannot be used.
    """
    return list(_project_files(directory, _left_out(directory, without)))


def _project_files(directory: str, ignored: _Rules | None) -> Iterator[str]:
    try:
        with os.scandir(directory) as scan:
            entries = sorted(scan, key=lambda entry: (entry.name != PROJECT_FILE, entry.name))
    except OSError:
        return  # nothing of it can be read by anything that walks here
    for entry in entries:
        if entry.name == PROJECT_FILE:
            yield entry.path
        elif entry.name.startswith(".") or not entry.is_dir(follow_symlinks=False):
            continue
        elif ignored is None or not ignored(os.path.join(entry.path, "")):
            yield from _project_files(entry.path, ignored)


def read_text(source: Source) -> Callable[[str], str]:
    """What reads the texts that manifests of this source name: UTF-8 inside the source root, line ends as LF.

    The function raises ValueError, in words, for a path that leaves the root or a file that cannot be read.
    """

    def read(path: str) -> str:
        if "\0" in path:
            raise ValueError("a file's name holds no NUL")
        if not is_normalized("NFC", path):
            raise ValueError(f"'{path}' is not in Unicode's composed form (NFC)")
        target = os.path.join(source.directory, path)
        real, root = os.path.realpath(target), os.path.realpath(source.root)
        if real != root and not _inside(real, root):
            raise ValueError(f"'{path}' leaves the source root")
        try:
            data = _read(target)
            text = data.decode("utf-8-sig") if len(data) <= MAX_BYTES else None
        except UnicodeDecodeError:
            raise ValueError(f"'{path}' is not UTF-8") from None
        except OSError as error:
            raise ValueError(f"'{path}' cannot be read: {error.strerror}") from None
        if text is None:
            raise ValueError(f"'{path}' is larger than {MAX_BYTES // 2**20} MiB")
        if "\0" in text:
            raise ValueError(f"'{path}' holds a NUL, so it is no text")
        return text.replace("\r\n", "\n").replace("\r", "\n")

    return read


def _read(file: str) -> bytes:
    """What is in a file, of one that is too large or has no end a little more than may be read. Raises OSError."""
    # A file object takes twice as long to make as a manifest takes to read.
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        data = piece = os.read(descriptor, _PIECE)
        while piece and len(data) <= MAX_BYTES:
            piece = os.read(descriptor, _PIECE)
            data += piece
        return data
    finally:
        os.close(descriptor)


def _files(path: str, found: Found, without: Collection[str]) -> Iterator[tuple[str, str | None, bool]]:
    """Files under a path, each with the directory that was walked to find it, None where it was named, and whether it is a link."""
    if without and any(os.path.abspath(path) == os.path.abspath(each) for each in without):
        return
    if os.path.isdir(path):
        for entry in _walk(path, _left_out(path, without), found):
            yield entry.path, path, entry.is_symlink()
    elif os.path.exists(path):
        yield path, None, os.path.islink(path)
    elif any(character in path for character in "*?["):
        matches = sorted(glob.glob(path, recursive=True))
        if not matches:
            raise UsageError("usage.path", f"nothing matches '{path}'")
        for match in (match for match in matches if os.path.basename(match) != PROJECT_FILE):
            yield from _files(match, found, without)
    else:
        raise UsageError(
            "usage.path",
            f"'{path}' does not exist",
            hint="name a file, a directory, a glob, or - for standard input",
        )


_Rules = Callable[[str], bool]
"""Whether a path, a directory's with a separator at its end, is left out."""


def _walk(directory: str, ignored: _Rules | None, found: Found) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError as error:
        found.diagnostics.append(_unreadable(directory, f"cannot be read: {error.strerror}"))
        return
    for entry in entries:
        name, path = entry.name, entry.path
        if name.startswith(".") or name == PROJECT_FILE:
            continue
        if entry.is_dir(follow_symlinks=False):
            if ignored is None or not ignored(os.path.join(path, "")):
                yield from _walk(path, ignored, found)
        elif name.endswith(_SUFFIXES) and _is_source(entry) and not (ignored is not None and ignored(path)):
            yield entry


def _is_source(entry: os.DirEntry[str]) -> bool:
    """Whether it is a file, or a link to nothing or to itself, which is not to be passed over in silence."""
    return (entry.is_symlink() and not os.path.exists(entry.path)) or entry.is_file()


def _left_out(directory: str, without: Collection[str]) -> _Rules | None:
    """What a walk through a directory leaves out, None where that is nothing."""
    ignored = _ignore_rules(directory)
    below = (os.path.relpath(each, directory) for each in without)
    inside = {os.path.join(directory, each) for each in below if not each.startswith(os.pardir)}
    if not inside:
        return ignored
    return lambda path: path.rstrip(os.sep) in inside or (ignored is not None and ignored(path))


def _ignore_rules(directory: str) -> _Rules | None:
    """What `.stigmerignore`, written as a .gitignore, leaves out below its directory; None where there is no such file."""
    try:
        lines = Path(directory, IGNORE_FILE).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unusable(directory, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise _unusable(directory, "the file is not UTF-8") from None
    from pathspec import GitIgnoreSpec  # only few directories have such a file

    try:
        spec = GitIgnoreSpec.from_lines(lines)
    except ValueError as error:
        raise _unusable(directory, str(error)) from None
    return lambda path: spec.match_file(
        os.path.relpath(path, directory) + (os.sep if path.endswith(os.sep) else "")
    )


def _unusable(directory: str, problem: str) -> UsageError:
    file = shown(os.path.join(directory, IGNORE_FILE))
    return UsageError("usage.ignore_file", f"{file}: {problem}", location=Location(file))


def _project_directory(directory: str) -> str | None:
    current = directory
    while not os.path.exists(os.path.join(current, PROJECT_FILE)):
        parent = os.path.dirname(current)
        if parent == current:
            return None
        current = parent
    return current


def _inside(path: str, root: str) -> bool:
    """Whether a path lies in a directory, both without links."""
    return path.startswith(os.path.join(root, ""))


def _unreadable(file: str, problem: str) -> Diagnostic:
    return Diagnostic(
        Severity.ERROR, "manifest.unreadable", f"{shown(file)} {problem}", location=Location(shown(file))
    )
