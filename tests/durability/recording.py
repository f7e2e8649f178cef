"""A virtual file system that writes down every write, truncation and sync SQLite asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import apsw


@dataclass(frozen=True)
class Write:
    file: str
    offset: int
    data: bytes


@dataclass(frozen=True)
class Truncate:
    file: str
    size: int


@dataclass(frozen=True)
class Sync:
    file: str


@dataclass(frozen=True)
class Remove:
    file: str


Step = Write | Truncate | Sync | Remove


@dataclass
class Recording:
    """What happened: the steps, and which acknowledgement was given after how many of them."""

    before: dict[str, bytes]
    steps: list[Step] = field(default_factory=list)
    acknowledged: list[tuple[int, str]] = field(default_factory=list)

    def acknowledge(self, what: str) -> None:
        """Note that somebody was told `what` is done, now."""
        self.acknowledged.append((len(self.steps), what))


class RecordingVFS(apsw.VFS):
    """Passes everything through to the real disk and notes it in a recording."""

    def __init__(self, name: str, recording: Recording) -> None:
        self.recording = recording
        super().__init__(name, "")

    @classmethod
    def over(cls, path: Path, name: str) -> Self:
        """Registered as `name`, starting from the file at `path` as it is now."""
        return cls(name, Recording({path.name: path.read_bytes()}))

    def xOpen(self, name: object, flags: list[int]) -> RecordingFile:
        return RecordingFile(name, flags, self.recording)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        self.recording.steps.append(Remove(Path(filename).name))
        super().xDelete(filename, syncdir)


class RecordingFile(apsw.VFSFile):
    """One open file of the recording file system."""

    def __init__(self, name: object, flags: list[int], recording: Recording) -> None:
        full = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._name = Path(str(full)).name
        self._steps = recording.steps
        super().__init__("", name, flags)  # type: ignore[arg-type]

    def xWrite(self, data: bytes, offset: int) -> None:
        self._steps.append(Write(self._name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:
        self._steps.append(Truncate(self._name, size))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:
        self._steps.append(Sync(self._name))
        super().xSync(flags)
