"""What really happened, written down beside the machines: the judge of what they say later."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.envelope import Sealed
from services.journal.device import Device
from services.sync.protocol import Head

__all__ = ["Saved", "Truth"]


@dataclass(frozen=True, slots=True)
class Saved:
    """An act that a PC answered with "saved"."""

    pc: str
    id: str
    hash: bytes


@dataclass
class Truth:
    """`written` is every event of an honest writer by hash, on whichever branch of its log.

    `lost` are the ids of acts whose only disk was destroyed and that were shown as "only here";
    `twice` the logs that may be written twice (a clone, a disk rolled back whole), `forged` what a
    hostile machine sent, by hash. `broken` are breaches of an invariant seen while the history ran.
    """

    written: dict[bytes, Sealed] = field(default_factory=dict)
    saved: list[Saved] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    twice: set[bytes] = field(default_factory=set)
    forged: set[bytes] = field(default_factory=set)
    forgeries: int = 0
    forgeries_noticed: int = 0
    revoked: dict[bytes, int] = field(default_factory=dict)
    unlawful: set[bytes] = field(default_factory=set)
    strange: set[bytes] = field(default_factory=set)
    promises: dict[str, dict[bytes, Head]] = field(default_factory=dict)
    rolled_back: set[bytes] = field(default_factory=set)
    paper: int = 0
    keys: dict[bytes, bytes] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def tell_key(self, device: Device) -> None:
        """Which key signs a log."""
        self.keys[device.log] = device.public_key

    def breach(self, invariant: str, what: str) -> None:
        """Note a breach, each sentence once."""
        line = f"{invariant}: {what}"
        if line not in self.broken:
            self.broken.append(line)
