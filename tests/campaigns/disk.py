# SPDX-License-Identifier: Apache-2.0
"""A disk that loses power: what SQLite wrote is recorded, and cut anywhere into a state the disk may then be in.

A write that was not followed by a sync of its file may be there, may be missing, may be there in parts of a sector's size. That a
file was made or removed is certain after the next sync of any file of the directory, since file systems keep such changes in
order, or where SQLite asked for the directory to be synced. That is what SQLite itself counts on, and no more.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

import apsw

SECTOR = 512
_VFS = "recording"
_LEFT_OUT = ("-shm",)  # shared memory, which SQLite makes anew


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes at a place of a file."""

    file: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    """A file becomes so long."""

    file: str
    size: int


@dataclass(frozen=True, slots=True)
class Make:
    """A file is made, empty."""

    file: str


@dataclass(frozen=True, slots=True)
class Remove:
    """A file is removed; `synced` says that its directory is synced with it."""

    file: str
    synced: bool


@dataclass(frozen=True, slots=True)
class Sync:
    """All that was done to a file is on the disk."""

    file: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that whoever records wants to find again, such as that a commit was acknowledged."""

    what: Any


Event = Write | Truncate | Make | Remove | Sync | Mark


class Recorder:
    """Everything that is written while it records, in order."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Every database that is opened meanwhile is recorded. The connections must be closed before it ends."""
        usual = apsw.vfs_names()[0]
        vfs = _RecordingVFS(self, usual)
        try:
            yield
        finally:
            apsw.set_default_vfs(usual)
            vfs.unregister()

    def mark(self, what: Any) -> None:
        """Notes that something is so from here on."""
        self.events.append(Mark(what))


class _RecordingVFS(apsw.VFS):
    def __init__(self, recorder: Recorder, base: str) -> None:
        self._recorder = recorder
        self._base = base
        super().__init__(_VFS, base, makedefault=True)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's name
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        if path is not None and not Path(path).exists() and not path.endswith(_LEFT_OUT):
            self._recorder.events.append(Make(Path(path).name))
        return _RecordingFile(self._recorder, self._base, name, flags)

    def xDelete(self, name: str, syncdir: bool) -> None:  # noqa: N802 - SQLite's name
        super().xDelete(name, syncdir)
        if not name.endswith(_LEFT_OUT):
            self._recorder.events.append(Remove(Path(name).name, synced=bool(syncdir)))


class _RecordingFile(apsw.VFSFile):
    def __init__(
        self, recorder: Recorder, base: str, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._events = recorder.events
        # A file without a name is a temporary one, which no loss of power brings back.
        self._name = None if path is None or path.endswith(_LEFT_OUT) else Path(path).name
        super().__init__(base, name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        super().xWrite(data, offset)
        if self._name is not None:
            self._events.append(Write(self._name, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802 - SQLite's name
        super().xTruncate(newsize)
        if self._name is not None:
            self._events.append(Truncate(self._name, newsize))

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        super().xSync(flags)
        if self._name is not None:
            self._events.append(Sync(self._name))


class Mode(Enum):
    """How much of what was not synced survives."""

    ALL = "all of it"
    NONE = "none of it"
    FIRST = "what was written first, the last of it torn"
    SOME = "some sectors of it"


@dataclass(slots=True)
class _File:
    """A file as it is for certain (None: it is not there), and what was done to it since, in order."""

    certain: bytearray | None = None
    pending: list[Event] = field(default_factory=list)


def states(events: Sequence[Event]) -> Iterator[tuple[int, Disk]]:
    """The disk after each event, by its number. What comes is the same object, changed: make images of it at once."""
    disk = Disk()
    for number, event in enumerate(events):
        disk.take(event)
        yield number, disk


class Disk:
    """Files of which one part is certain and the rest under way."""

    def __init__(self) -> None:
        self._files: dict[str, _File] = {}

    def take(self, event: Event) -> None:
        """What is written next."""
        match event:
            case Mark():
                return
            case Sync(file):
                known = self._file(file)
                for each in known.pending:
                    known.certain = _done(known.certain, each)
                known.pending.clear()
                for beside in self._files.values():
                    _settle_names(beside)
            case Remove(file, synced=True):
                self._files[file] = _File()
            case _:
                self._file(event.file).pending.append(event)

    def image(self, mode: Mode, chance: random.Random) -> dict[str, bytes]:
        """A state in which the disk may be once the power is gone: the files that are there."""
        found = {name: _cut(file, mode, chance) for name, file in self._files.items()}
        return {name: bytes(data) for name, data in found.items() if data is not None}

    def _file(self, name: str) -> _File:
        return self._files.setdefault(name, _File())


def _settle_names(file: _File) -> None:
    """That the file is there, or is not, becomes certain; what was written to it does not."""
    changed = [number for number, event in enumerate(file.pending) if isinstance(event, (Make, Remove))]
    if changed:
        file.certain = _done(None, file.pending[changed[-1]])
        del file.pending[: changed[-1] + 1]


def _cut(file: _File, mode: Mode, chance: random.Random) -> bytearray | None:
    data = None if file.certain is None else bytearray(file.certain)
    if mode is Mode.NONE:
        return data
    pending = file.pending
    if mode is Mode.FIRST and pending:
        pending = pending[: chance.randrange(len(pending) + 1)]
    for number, event in enumerate(pending):
        torn = mode is Mode.SOME or (mode is Mode.FIRST and number == len(pending) - 1)
        data = _done(data, event) if not torn else _half_done(data, event, chance)
    return data


def _done(data: bytearray | None, event: Event) -> bytearray | None:
    match event:
        case Write(_, offset, written):
            data = bytearray() if data is None else data
            if len(data) < offset:
                data.extend(bytes(offset - len(data)))
            data[offset : offset + len(written)] = written
        case Truncate(_, size):
            data = bytearray() if data is None else data
            del data[size:]
        case Make():
            data = bytearray()
        case Remove():
            data = None
    return data


def _half_done(data: bytearray | None, event: Event, chance: random.Random) -> bytearray | None:
    if not isinstance(event, Write):
        # The names of files are changed in order, whole or not at all.
        return _done(data, event) if isinstance(event, (Make, Remove)) or chance.random() < 0.5 else data
    for start in range(0, len(event.data), SECTOR):
        if chance.random() < 0.5:
            piece = event.data[start : start + SECTOR]
            data = _done(data, Write(event.file, event.offset + start, piece))
    return data
