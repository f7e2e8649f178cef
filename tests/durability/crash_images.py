"""Every disk a power cut could leave behind, in SQLite's own model of a disk.

What was synced is there. Of everything written since, each 512-byte piece may be there, may be
missing, or may be garbage, independently of the others and of their order.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.durability.recording import Recording, Remove, Step, Sync, Truncate, Write

SECTOR = 512
Fate = Callable[[random.Random], str]

FATES: dict[str, Fate] = {
    "kept": lambda chance: "keep",
    "dropped": lambda chance: "drop",
    "mixed": lambda chance: chance.choice(("keep", "drop")),
    "torn": lambda chance: chance.choice(("keep", "drop", "garbage")),
}


@dataclass(frozen=True)
class Image:
    """The files after one crash, and what had been acknowledged before it."""

    step: int
    fate: str
    files: dict[str, bytes]
    acknowledged: tuple[str, ...]


@dataclass
class Disk:
    """Files as synced, and what was asked for since, per file."""

    synced: dict[str, bytearray]
    waiting: dict[str, list[Write | Truncate]] = field(default_factory=dict)

    def take(self, step: Step) -> None:
        """Carry out one step of a recording."""
        if isinstance(step, Remove):
            self.synced.pop(step.file, None)
            self.waiting.pop(step.file, None)
        elif isinstance(step, Sync):
            kept = self.synced.setdefault(step.file, bytearray())
            for change in self.waiting.pop(step.file, []):
                _apply(kept, change)
        else:
            self.waiting.setdefault(step.file, []).append(step)

    def crash(self, fate: Fate, chance: random.Random) -> dict[str, bytes]:
        """The files after a power cut in which each waiting piece meets its `fate`."""
        left = {name: bytearray(data) for name, data in self.synced.items()}
        for name, changes in self.waiting.items():
            data = left.setdefault(name, bytearray())
            for piece in (p for change in changes for p in _pieces(change)):
                what = fate(chance)
                if what == "garbage" and isinstance(piece, Write):
                    _apply(data, Write(name, piece.offset, chance.randbytes(len(piece.data))))
                elif what != "drop":
                    _apply(data, piece)
        return {name: bytes(data) for name, data in left.items()}


def crash_images(recording: Recording, *, seed: int, every: int = 1) -> Iterator[Image]:
    """Images of a crash after each `every`-th step of `recording`, one per kind of fate."""
    chance = random.Random(seed)
    disk = Disk({name: bytearray(data) for name, data in recording.before.items()})
    for number, step in enumerate(recording.steps, start=1):
        disk.take(step)
        if number % every:
            continue
        told = tuple(what for at, what in recording.acknowledged if at <= number)
        for name, fate in FATES.items():
            yield Image(number, name, disk.crash(fate, chance), told)
            if not any(disk.waiting.values()):
                break  # nothing hangs in the air: all fates give the same files


def _pieces(change: Write | Truncate) -> Iterator[Write | Truncate]:
    if isinstance(change, Truncate):
        yield change
        return
    at, end = change.offset, change.offset + len(change.data)
    while at < end:
        stop = min(end, (at // SECTOR + 1) * SECTOR)
        part = change.data[at - change.offset : stop - change.offset]
        yield Write(change.file, at, part)
        at = stop


def _apply(data: bytearray, change: Write | Truncate) -> None:
    if isinstance(change, Truncate):
        del data[change.size :]
        return
    data.extend(bytes(max(0, change.offset + len(change.data) - len(data))))
    data[change.offset : change.offset + len(change.data)] = change.data
