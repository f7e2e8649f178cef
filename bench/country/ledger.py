"""Logs of an office as numbers: a store for the production engine in which events have no content.

A run carries only its last number, in every body; hashes are made of log and number. Signatures of
acknowledgements are real, for the engine checks them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from models.envelope import GENESIS
from services.sync.ports import Taken, Verdict
from services.sync.protocol import Ack, Head, Origin, Run, ack_bytes

START = Head(0, GENESIS)
NEWS = frozenset({"dossier/"})
ORIGIN = Origin(bytes(32), 1)


def head_of(log: bytes, seq: int) -> Head:
    """The end of a log there: its hash is its name and number."""
    return Head(seq, log + seq.to_bytes(16, "big")) if seq else START


def end_of(run: Run) -> int:
    """The number of a run's last event."""
    return int.from_bytes(run.events[-1][0], "big")


class Ledger:
    """`OwnStore` of one machine for one office."""

    def __init__(
        self, office: str, *, sign: Callable[[bytes], bytes] = bytes, size: int = 700
    ) -> None:
        """Events of `size` bytes; a city signs with `sign`."""
        self.office = office
        self.now_ms = 0
        self._sign = sign
        self._size = size
        self._heads: dict[bytes, Head] = {}
        self._acks: dict[bytes, Ack] = {}

    def write(self, log: bytes, events: int) -> int:
        """An act: so many events more; the number of the last."""
        seq = self._heads.get(log, START).seq + events
        self._heads[log] = head_of(log, seq)
        return seq

    def heads(self) -> Mapping[bytes, Head]:
        """The version vector."""
        return self._heads

    def head_at(self, log: bytes, seq: int) -> Head | None:
        """Number and hash of an event."""
        return head_of(log, seq) if seq <= self._heads.get(log, START).seq else None

    def run_after(self, log: bytes, head: Head, *, events: int, size: int) -> Run | None:
        """What follows `head` within the limits."""
        rest = self._heads.get(log, START).seq - head.seq
        if rest <= 0 or head != head_of(log, head.seq):
            return None
        count = max(1, min(rest, events, size // self._size))
        return Run(log, ORIGIN, (((head.seq + count).to_bytes(8, "big"), b""),) * count)

    def take(self, run: Run) -> Taken:
        """Store a run."""
        have, end = self._heads.get(run.log, START), end_of(run)
        if end <= have.seq:
            return Taken(Verdict.KNOWN, have)
        if end - len(run.events) > have.seq:
            return Taken(Verdict.GAP, have)
        head = self._heads[run.log] = head_of(run.log, end)
        return Taken(Verdict.TAKEN, head, NEWS)

    def acks(self, logs: Collection[bytes] | None = None) -> tuple[Ack, ...]:
        """The newest acknowledgement of each log."""
        return tuple(a for log, a in self._acks.items() if logs is None or log in logs)

    def keep_ack(self, _peer: bytes, ack: Ack) -> None:
        """What the city acknowledged."""
        self._acks[ack.log] = ack

    def acknowledge(self, log: bytes) -> Ack:
        """The city's signed word, made once for each end of a log."""
        head = self._heads.get(log, START)
        known = self._acks.get(log)
        if known is None or known.head != head:
            bare = Ack(log, head, self.now_ms)
            known = self._acks[log] = replace(bare, signature=self._sign(ack_bytes(bare)))
        return known

    def keep_fork(self, _log: bytes, _theirs: tuple[bytes, bytes | None]) -> None:
        """Nobody writes a log twice here."""
        raise AssertionError("a fork")
