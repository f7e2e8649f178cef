"""What this machine remembers of its log outside the data folder, so that old data are recognised.

A folder put back from a copy, or opened on another machine, would write sequence numbers a second
time. The end of the log is therefore kept twice: in the store, and in a small file of the system
account (design notes: sync §4.9). Only hashes stand in it. Where it cannot be written the second
line of defence, the peers' answer to HELLO, remains.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import platformdirs

from models.errors import MachineError
from services.clock import Clock
from services.store.files import make_folder, write_file

__all__ = ["Canary", "Mark", "Place", "same_place"]


@dataclass(frozen=True, slots=True)
class Mark:
    """The end of a log as this machine last saw it; `ended` when no more may be added to it."""

    seq: int
    hash: str
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a data folder lies: the machine's own mark, the path, the number of its key's file."""

    machine: str
    path: str
    file: int


class Canary:
    """The marks of all logs this account of this machine has written."""

    def __init__(self, clock: Clock, folder: Path | None = None) -> None:
        self._clock = clock
        self._folder = folder or platformdirs.user_state_path("mot-cua", appauthor=False)

    def find(self, log: bytes) -> Mark | None:
        """The mark of `log`; None when this machine has never written it or cannot tell."""
        data = _read(self._path(log))
        try:
            return Mark(int(data["seq"]), str(data["hash"]), bool(data["ended"])) if data else None
        except (KeyError, TypeError, ValueError):
            return None

    def keep(self, log: bytes, mark: Mark) -> None:
        """Remember the end of `log`; a machine that cannot write here goes without."""
        if self.find(log) != mark:
            self._write(self._path(log), asdict(mark))

    def place_of(self, home: Path) -> Place:
        """Where `home` lies now; the machine is unknown ("") where nothing can be kept."""
        key = home / "device.key"
        number = key.stat().st_ino if key.exists() else 0
        return Place(self._machine(), str(home.resolve()), number)

    def _machine(self) -> str:
        path = self._folder / "machine.json"
        data = _read(path)
        if data is None:
            self._write(path, {"machine": self._clock.random(16).hex()})
            data = _read(path) or {}
        return str(data.get("machine", ""))

    def _path(self, log: bytes) -> Path:
        return self._folder / "logs" / f"{log.hex()}.json"

    def _write(self, path: Path, data: dict[str, Any]) -> None:
        try:
            make_folder(path.parent)
            write_file(path, json.dumps(data).encode())
        except (OSError, MachineError):
            return


def same_place(before: Place, now: Place) -> bool:
    """Whether a folder is still the one it was: renamed perhaps, but neither copied nor restored.

    A machine that cannot keep its mark is taken for the same one.
    """
    if before.machine and now.machine and before.machine != now.machine:
        return False
    return os.path.normcase(before.path) == os.path.normcase(now.path) or before.file == now.file


def _read(path: Path) -> dict[str, Any] | None:
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) else None
