"""The production store in memory, on a virtual disk: what is not synced dies in a crash."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from bench.simulation.disk import Disk
from services.sync.accept import Member
from services.sync.memory import MemoryStore
from services.sync.ports import Taken, Verdict
from services.sync.protocol import Ack, Head, Run

__all__ = ["DiskStore", "PowerCut"]


class PowerCut(Exception):
    """The machine stops here, in the middle of what it was doing."""


class DiskStore:
    """A `LogStore` whose changes go to a disk before they are answered.

    The disk holds what was taken in, in that order; after a crash the production store is built
    from it anew. `durable` is the moment of fsync, which one of the mutants forgets.
    """

    def __init__(self, disk: Disk, build: Callable[[], MemoryStore]) -> None:
        self._disk = disk
        self._build = build
        self.changes = 0
        self.fuse: str | None = None
        self.inner = build()
        self.office = self.inner.office

    def reopen(self) -> None:
        """Start the machine: read the disk from the beginning."""
        self.inner = self._build()
        for kind, *what in self._disk.records:
            getattr(self if kind == "_reopen" else self.inner, kind)(*what)

    def open_log(self, old: bytes, common: int, run: Run) -> Taken:
        """One transaction: our events after `common` leave the old log, `run` opens the new one.

        So does `services.journal.incarnation`; the peers' version takes the place of what left.
        """
        taken = self._reopen(old, common, run)
        self._disk.write(("_reopen", old, common, run))
        self.durable()
        return taken

    def _reopen(self, old: bytes, common: int, run: Run) -> Taken:
        self._cut(old, common)
        return self.inner.take(run)

    def _cut(self, log: bytes, seq: int) -> None:
        inner = self.inner
        del inner.events.get(log, [])[seq:]
        if seq:
            inner._heads[log] = Head(seq, inner.events[log][-1].hash)
        else:
            inner._heads.pop(log, None)

    def durable(self) -> None:
        """Wait until the disk has everything; the power may go before or after."""
        fuse, self.fuse = self.fuse, None
        if fuse == "before fsync":
            raise PowerCut
        self._disk.sync()
        if fuse:
            raise PowerCut

    def revoked(self) -> dict[bytes, int]:
        """The last good event of each revoked log, as this machine knows it."""
        members = self.inner.members.values()
        return {m.log: m.last_seq for m in members if m.last_seq is not None}

    def member_of(self, admitted: bytes) -> Member | None:
        """The roster's word on whoever signs with the key of this log; a revoked log counts."""
        known = self.inner.members.get(admitted)
        everybody = self.inner.members.values()
        same = [m for m in everybody if known and m.public_key == known.public_key]
        return next((m for m in same if m.last_seq is not None), known)

    def member(self, log: bytes) -> Member | None:
        """The roster's entry of a log."""
        return self.inner.members.get(log)

    def heads(self) -> Mapping[bytes, Head]:
        return self.inner.heads()

    def run_after(self, log: bytes, head: Head, *, events: int, size: int) -> Run | None:
        return self.inner.run_after(log, head, events=events, size=size)

    def take(self, run: Run) -> Taken:
        before = self.inner.heads().get(run.log)
        taken = self.inner.take(run)
        self.changes += taken.head != before
        if taken.head != before or taken.verdict is Verdict.FORK:
            self._disk.write(("take", run))
            self.durable()
        return taken

    def head_at(self, log: bytes, seq: int) -> Head | None:
        return self.inner.head_at(log, seq)

    def keep_fork(self, log: bytes, theirs: tuple[bytes, bytes | None]) -> None:
        self.inner.keep_fork(log, theirs)
        self._disk.write(("keep_fork", log, theirs))

    def acks(self, logs: Collection[bytes] | None = None) -> tuple[Ack, ...]:
        return self.inner.acks(logs)

    def keep_ack(self, peer: bytes, ack: Ack) -> None:
        self.inner.keep_ack(peer, ack)
        self._disk.write(("keep_ack", peer, ack))

    def acknowledge(self, log: bytes) -> Ack:
        return self.inner.acknowledge(log)
