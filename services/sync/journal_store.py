"""The store of logs of a PC: its own encrypted journal, for the engine and for the listener."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from models.envelope import GENESIS
from models.errors import OfficeError
from services.clock import Clock
from services.journal.device import Device
from services.journal.projecting import Projector
from services.journal.receiving import keep_proof, receive
from services.store.statement import rows_of
from services.store.unit import Store
from services.sync.accept import Member
from services.sync.faults import fault
from services.sync.ports import Taken
from services.sync.protocol import Ack, Head, Origin, Pair, Run, ack_bytes, signed_at_end

__all__ = ["JournalStore", "find_asker"]

log = logging.getLogger(__name__)
START = Head(0, GENESIS)
_NEXT = "SELECT body, sig FROM ev WHERE log = ? AND seq > ? ORDER BY seq LIMIT ?"
_ACKS = "SELECT log, seq, hash, received_ms, tree_size, root, sig FROM ack"
_KEEP_ACK = (
    "INSERT INTO ack (log, seq, hash, received_ms, tree_size, root, sig) VALUES (?,?,?,?,?,?,?) "
    "ON CONFLICT (log) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, "
    "received_ms = excluded.received_ms, tree_size = excluded.tree_size, root = excluded.root, "
    "sig = excluded.sig WHERE excluded.seq >= ack.seq"
)
_KEEP_HEAD = (
    "INSERT INTO peer_head (peer, log, seq, hash) VALUES (?,?,?,?) ON CONFLICT (peer, log) "
    "DO UPDATE SET seq = excluded.seq, hash = excluded.hash"
)
_ASKER = (
    "SELECT d.log, d.public_key, d.kind, r.last_seq FROM device d LEFT JOIN device r "
    "ON r.public_key = d.public_key AND r.last_seq IS NOT NULL WHERE d.log = ? LIMIT 1"
)


class JournalStore:
    """`OwnStore` over the PC's `Store`; safe to use from several threads."""

    def __init__(
        self,
        store: Store,
        device: Device,
        *,
        office: str,
        clock: Clock,
        projectors: Mapping[str, Projector],
        stored: Callable[[Taken], None] = lambda _taken: None,
    ) -> None:
        """Logs of `office` in `store`; acknowledgements are signed by `device`.

        `stored` is told of every run that brought something new, pulled or pushed to us.
        """
        self._stored = stored
        self.office = office
        self.store = store
        self.device = device
        self.clock = clock
        self._projectors = projectors
        self._commits = 0
        self._heads: tuple[int, dict[bytes, Head]] = (-1, {})
        store.after_commit(self._forget)

    def _forget(self) -> None:
        self._commits += 1

    def heads(self) -> Mapping[bytes, Head]:
        """The version vector; read again only after a commit."""
        commits = self._commits  # before reading: a commit meanwhile makes this one stale
        read_at, known = self._heads
        if read_at != commits:
            rows = self._rows("SELECT log, seq, hash FROM head")
            known = {bytes(log): Head(int(seq), bytes(digest)) for log, seq, digest in rows}
            self._heads = (commits, known)
        return known

    def head_at(self, log: bytes, seq: int) -> Head | None:
        """Number and hash of a stored event, (0, zeros) for 0."""
        if seq == 0:
            return START
        rows = self._rows("SELECT hash FROM ev WHERE log = ? AND seq = ?", log, seq)
        return Head(seq, bytes(rows[0][0])) if rows else None

    def run_after(self, log: bytes, head: Head, *, events: int, size: int) -> Run | None:
        """What follows `head` within the limits, ending at a signed event; None if nothing does."""
        if self.head_at(log, head.seq) != head:
            return None
        picked: list[Pair] = []
        ends = total = 0
        while True:
            rows = self._rows(_NEXT, log, head.seq + len(picked), min(events, 500))
            for body, signature in rows:
                total += len(body)
                if ends and (len(picked) >= events or total > size):
                    return self._run(log, picked[:ends])
                picked.append((bytes(body), signature and bytes(signature)))
                ends = len(picked) if signature else ends
            if not rows or (len(picked) >= events and ends):
                return self._run(log, picked[:ends]) if ends else None

    def take(self, run: Run) -> Taken:
        """Store a run: chain, signature and roster checked; repeats change nothing."""
        try:
            taken = receive(
                self.store, run, office=self.office, clock=self.clock, projectors=self._projectors
            )
        except OfficeError:
            raise
        except Exception as error:  # an event our program falls over: it stops its own log only
            log.exception("a run of log %s cannot be taken", run.log.hex())
            raise fault("DB-10") from error
        if taken.streams:
            self._stored(taken)
        return taken

    def acks(self, logs: Collection[bytes] | None = None) -> tuple[Ack, ...]:
        """The newest acknowledgement of the city for each log."""
        found = [
            Ack(log, Head(seq, digest), *rest) for log, seq, digest, *rest in self._rows(_ACKS)
        ]
        return tuple(ack for ack in found if logs is None or ack.log in logs)

    def keep_ack(self, peer: bytes, ack: Ack) -> None:
        """Remember what `peer` holds; a city's acknowledgement is kept with its signature."""
        row = (ack.log, ack.head.seq, ack.head.hash)
        with self.store.write() as tx:
            rows_of(tx, _KEEP_HEAD, (peer, *row))
            kind = rows_of(tx, "SELECT kind FROM device WHERE log = ?", (peer,))
            if kind and kind[0][0] == "city":
                more = (ack.received_ms, ack.tree_size, ack.root, ack.signature)
                rows_of(tx, _KEEP_ACK, (*row, *more))

    def acknowledge(self, log: bytes) -> Ack:
        """The signed statement of how far this PC holds `log` durably."""
        now_ms = int(self.clock.now().timestamp() * 1000)
        bare = Ack(log, self.heads().get(log, START), now_ms)
        return replace(bare, signature=self.device.sign(ack_bytes(bare)))

    def keep_fork(self, log: bytes, theirs: tuple[bytes, bytes | None]) -> None:
        """Keep the proof that a log was written twice."""
        with self.store.write() as tx:
            keep_proof(tx, log, theirs)

    def _run(self, log: bytes, events: list[Pair]) -> Run:
        rows = self._rows("SELECT public_key, incarnation FROM device WHERE log = ?", log)
        key, incarnation = rows[0] if rows else (b"", 0)
        return Run(log, Origin(bytes(key), int(incarnation)), signed_at_end(events))

    def _rows(self, sql: str, *values: object) -> list[Any]:
        with self.store.read() as conn:
            return rows_of(conn, sql, values)


def find_asker(store: Store, log: bytes) -> Member | None:
    """The roster's entry of whoever signed a question as `log`; revoked with any of its logs."""
    with store.read() as conn:
        rows = rows_of(conn, _ASKER, (log,))
    return Member(*rows[0]) if rows else None
