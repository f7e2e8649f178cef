"""What the engine needs of the world: a store of logs; PC, hub, city and simulator have one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from services.sync.protocol import Ack, Head, Run, SnapManifest

__all__ = ["LogStore", "OwnStore", "Snapshots", "Taken", "Verdict"]


class Verdict(StrEnum):
    """What became of a run that arrived."""

    TAKEN = "taken"
    KNOWN = "known"
    GAP = "gap"
    FORK = "fork"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Taken:
    """The verdict on a run, how far the log reaches now, and which streams changed.

    `proof` is our own (body, signature) at `fork_seq` when the log was written twice.
    `after_seq` is the last good event of a revoked log (the run is kept all the same).
    """

    verdict: Verdict
    head: Head
    streams: frozenset[str] = frozenset()
    proof: tuple[bytes, bytes | None] | None = None
    fork_seq: int = 0
    after_seq: int = 0


class LogStore(Protocol):
    """All logs of one office, durable: when `take` returns, the run survives a power cut.

    `take` raises `ForeignError` for bytes that are no events, another office, a device that is not
    on the roster, a broken chain or a wrong signature; nothing is stored then.
    """

    office: str

    def heads(self) -> Mapping[bytes, Head]:
        """The version vector."""

    def run_after(self, log: bytes, head: Head, *, events: int, size: int) -> Run | None:
        """What follows `head` within the limits, ending at a signed event; None if nothing does.

        A single act larger than the limits comes whole. None too when `head` is not ours (a fork).
        """

    def take(self, run: Run) -> Taken:
        """Store a run: chain, signature and roster checked; repeats change nothing."""

    def acks(self, logs: Collection[bytes] | None = None) -> tuple[Ack, ...]:
        """The newest acknowledgement of the city for each log (of `logs`, else of all)."""

    def keep_ack(self, peer: bytes, ack: Ack) -> None:
        """Remember what `peer` holds; a city's acknowledgement is kept with its signature."""

    def acknowledge(self, log: bytes) -> Ack:
        """The signed statement of how far this node holds `log` durably."""


class Snapshots(Protocol):
    """The snapshot of one office's logs, where there is one: the city makes it."""

    def manifest(self) -> SnapManifest:
        """The signed manifest, made now if need be; an empty one when it cannot be made."""

    def find_chunk(self, digest: bytes) -> bytes:
        """A chunk of the snapshot by its SHA-256; empty when it is not there."""


class OwnStore(LogStore, Protocol):
    """What the asking half needs besides: PC, hub and simulator have it, the city never asks."""

    def head_at(self, log: bytes, seq: int) -> Head | None:
        """Number and hash of a stored event ((0, zeros) for 0), None beyond the end."""

    def keep_fork(self, log: bytes, theirs: tuple[bytes, bytes | None]) -> None:
        """Keep the proof that a log was written twice: a peer's event beside ours of that number.

        What is no event of the log, or is the same as ours, is passed over.
        """
