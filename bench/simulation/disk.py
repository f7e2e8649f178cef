"""A virtual disk: what was not synced is lost in a crash; a restored image is an older disk."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Disk"]


@dataclass
class Disk:
    """Records in the order of writing; the first `synced` of them survive a power cut."""

    records: list[Any] = field(default_factory=list)
    synced: int = 0

    def write(self, record: Any) -> None:
        """Hand a record to the operating system; it is not safe yet."""
        self.records.append(record)

    def sync(self) -> None:
        """fsync: everything written so far survives."""
        self.synced = len(self.records)

    def crash(self, source: random.Random) -> int:
        """A power cut: of the unsynced tail any beginning may have reached the plates.

        Returns how many records were lost.
        """
        before = len(self.records)
        del self.records[source.randint(self.synced, before) :]
        self.synced = len(self.records)
        return before - self.synced

    def image(self) -> tuple[Any, ...]:
        """A copy of what is safe now: a backup, a cloned machine."""
        return tuple(self.records[: self.synced])

    def restore(self, image: tuple[Any, ...]) -> None:
        """Put an image in place of what the disk held."""
        self.records = list(image)
        self.synced = len(self.records)
