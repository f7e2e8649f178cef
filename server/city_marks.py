"""What this machine remembers of the city's own logs outside the database, one file per office.

    <home>/city-logs/<office>.json        number of the log, its last event by number and hash

The database may be put back from a backup; PCs then hold events of the city's log that it lacks,
and a number used again would be a fork. So the end of the log is written here before each commit,
and a log is continued only while the database ends exactly where this file says. Each home writes
a log of its own, so two machines of a city never write into one. The folder is left out of every
backup: a home without it begins a new log, which costs nothing.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from services.store.files import make_folder, write_file
from services.sync.protocol import Head

__all__ = ["FOLDER", "CityMark", "CityMarks"]

FOLDER = "city-logs"


@dataclass(frozen=True, slots=True)
class CityMark:
    """The log of an office this home writes, by its incarnation, and where it ends."""

    incarnation: int
    seq: int
    hash: str

    def is_at(self, head: Head) -> bool:
        """Whether the log ends there."""
        return (self.seq, self.hash) == (head.seq, head.hash.hex())


class CityMarks:
    """The marks of one home; whoever writes one holds the office's tree in the database."""

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER

    def find(self, office: str) -> CityMark | None:
        """The mark of an office; None when there is none or it cannot be read."""
        try:
            data = json.loads(self._path(office).read_bytes())
            return CityMark(int(data["incarnation"]), int(data["seq"]), str(data["hash"]))
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def keep(self, office: str, mark: CityMark) -> None:
        """Write a mark, durably; raises `MachineError` where this cannot be done."""
        make_folder(self._folder.parent)
        make_folder(self._folder)
        write_file(self._path(office), json.dumps(asdict(mark)).encode())

    def _path(self, office: str) -> Path:
        return self._folder / f"{office}.json"
