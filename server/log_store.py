"""The city's store of one office's logs behind `services/sync/ports.py:LogStore`.

One run is one transaction, and its COMMIT is the acknowledgement. What is known already is seen
from the head before anything is locked, so a repeated delivery writes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping

from sqlalchemy import Connection, TextClause, text

from models.envelope import GENESIS, Sealed
from models.errors import OfficeError
from models.events.roster import roster_stream
from server.city_key import CityKey
from server.roster import city_logs, refresh_roster
from server.store.unit import CityDatabase
from server.storing import ack_of_row, lock_tree, store_events
from services.clock import Clock
from services.sync.accept import (
    Judgement,
    Member,
    check_signature,
    find_author,
    judge,
    read_run,
)
from services.sync.faults import fault
from services.sync.ports import Taken, Verdict
from services.sync.protocol import Ack, Head, Origin, Pair, Run, signed_at_end

__all__ = ["CityLogStore"]

log = logging.getLogger(__name__)
_HEADS = text("SELECT log, seq, hash FROM head WHERE off = :off")
_HEAD = text(
    "SELECT t.size, h.seq, h.hash FROM tree t LEFT JOIN head h ON h.off = t.off AND h.log = :log "
    "WHERE t.off = :off"
)
_ACKS = text("SELECT log, seq, hash, rx_ms, tree_size, root, sig FROM head WHERE off = :off")
_ACK = text(
    "SELECT log, seq, hash, rx_ms, tree_size, root, sig FROM head WHERE off = :off AND log = :log"
)
_HASH = text("SELECT hash FROM ev WHERE off = :off AND log = :log AND seq = :seq")
_EVENT = text("SELECT body, sig FROM ev WHERE off = :off AND log = :log AND seq = :seq")
_AFTER = text(
    "SELECT body, sig FROM ev WHERE off = :off AND log = :log AND seq > :seq "
    "ORDER BY seq LIMIT :most"
)
_ORIGIN = text("SELECT public_key, incarnation FROM device WHERE off = :off AND log = :log")
_BY_LOG = text("SELECT log, public_key, kind, last_seq FROM device WHERE off = :off AND log = :log")
_BY_KEY = text(
    "SELECT log, public_key, kind, last_seq FROM device "
    "WHERE off = :off AND public_key = :key ORDER BY last_seq IS NULL, incarnation DESC LIMIT 1"
)
_LOGS = text(
    "SELECT count(*) FROM device d JOIN head h ON h.off = d.off AND h.log = d.log "
    "WHERE d.off = :off AND d.public_key = :key"
)
_FORK = text(
    "INSERT INTO fork (off, log, seq, hash_a, hash_b, body_a, body_b, sig_a, sig_b, seen_ms) "
    "VALUES (:off, :log, :seq, :hash_a, :hash_b, :body_a, :body_b, :sig_a, :sig_b, :seen_ms) "
    "ON CONFLICT DO NOTHING"
)
_PEER = text(
    "INSERT INTO peer_head (off, peer, log, seq, hash) VALUES (:off, :peer, :log, :seq, :hash) "
    "ON CONFLICT (off, peer, log) DO UPDATE SET seq = excluded.seq, hash = excluded.hash"
)


class CityLogStore:
    """All logs of `office` in the city's tables; `changed(office)` is called after each commit."""

    def __init__(
        self,
        database: CityDatabase,
        office: str,
        *,
        key: CityKey,
        clock: Clock,
        changed: Callable[[str], None] = lambda _office: None,
    ) -> None:
        self.office = office
        self._database = database
        self._key = key
        self._clock = clock
        self._changed = changed
        self._given: Ack | None = None  # what the last `take` gave, for the question after it

    def heads(self) -> Mapping[bytes, Head]:
        """The version vector."""
        with self._database.read(self.office) as tx:
            rows = tx.execute(_HEADS, {"off": self.office})
            return {bytes(row.log): Head(row.seq, bytes(row.hash)) for row in rows}

    def city_logs(self) -> frozenset[bytes]:
        """The logs among them that the city itself writes."""
        with self._database.read(self.office) as tx:
            return city_logs(tx, self.office)

    def run_after(self, log: bytes, head: Head, *, events: int, size: int) -> Run | None:
        """What follows `head`; see `LogStore.run_after`."""
        at = {"off": self.office, "log": log}
        with self._database.read(self.office) as tx:
            if head.seq and _hash_at(tx, at, head.seq) != head.hash:
                return None
            found = _whole_acts(tx, {**at, "seq": head.seq}, events=events, size=size)
            origin = tx.execute(_ORIGIN, at).first()
        if not found or origin is None:
            return None
        return Run(
            log, Origin(bytes(origin.public_key), origin.incarnation), signed_at_end(found)
        )  # fmt: skip

    def take(self, run: Run) -> Taken:
        """Store a run in one transaction; see `LogStore.take`."""
        try:
            taken, self._given = self._take_checked(run)
        except OfficeError:
            raise
        except Exception as error:  # an event our program falls over: it stops its own log only
            log.exception("a run of log %s cannot be taken", run.log.hex())
            raise fault("DB-10") from error
        if taken.verdict in (Verdict.TAKEN, Verdict.REVOKED):
            self._changed(self.office)
        return taken

    def acks(self, logs: Collection[bytes] | None = None) -> tuple[Ack, ...]:
        """What the city has acknowledged."""
        with self._database.read(self.office) as tx:
            found = [ack_of_row(row) for row in tx.execute(_ACKS, {"off": self.office})]
        return tuple(ack for ack in found if logs is None or ack.log in logs)

    def keep_ack(self, peer: bytes, ack: Ack) -> None:
        """Remember what a PC or hub told it holds."""
        with self._database.write(self.office) as tx:
            tx.execute(
                _PEER,
                {
                    "off": self.office, "peer": peer, "log": ack.log, "seq": ack.head.seq,
                    "hash": ack.head.hash,
                },
            )  # fmt: skip

    def acknowledge(self, log: bytes) -> Ack:
        """The acknowledgement given when the newest run of the log was stored: always the same.

        Raises LookupError for a log of which nothing is held.
        """
        given, self._given = self._given, None
        if given is not None and given.log == log:
            return given
        with self._database.read(self.office) as tx:
            row = tx.execute(_ACK, {"off": self.office, "log": log}).first()
        if row is None:
            raise LookupError("nothing of this log is held")
        return ack_of_row(row)

    def _finder(
        self, tx: Connection, query: TextClause, name: str
    ) -> Callable[[bytes], Member | None]:
        def find(value: bytes) -> Member | None:
            row = tx.execute(query, {"off": self.office, name: value}).first()
            if row is None:
                return None
            return Member(bytes(row.log), bytes(row.public_key), row.kind, row.last_seq)

        return find

    def _take_checked(self, run: Run) -> tuple[Taken, Ack | None]:
        events = read_run(run.events, self.office)
        with self._database.write(self.office) as tx:
            author = find_author(
                run, events, find_log=self._finder(tx, _BY_LOG, "log"),
                find_key=self._finder(tx, _BY_KEY, "key"),
                count_logs=lambda key: int(
                    tx.execute(_LOGS, {"off": self.office, "key": key}).scalar_one()
                ),
            )  # fmt: skip
            check_signature(events, author.public_key)
            return self._take(tx, events, author)

    def _take(
        self, tx: Connection, events: tuple[Sealed, ...], author: Member
    ) -> tuple[Taken, Ack | None]:
        """The verdict, and the acknowledgement when something was stored."""
        size, head, judged = self._judge(tx, events, author)
        if not judged.fresh or judged.verdict in (Verdict.GAP, Verdict.FORK):
            return self._unchanged(tx, head, judged, author=author), None
        edge = lock_tree(tx, self.office)
        if edge.size != size:  # another worker was faster
            size, head, judged = self._judge(tx, events, author)
            if not judged.fresh or judged.verdict in (Verdict.GAP, Verdict.FORK):
                return self._unchanged(tx, head, judged, author=author), None
        ack = store_events(
            tx, self.office, judged.fresh, edge=edge, key=self._key, now_ms=self._now_ms()
        )
        streams = frozenset(item.envelope.stream for item in judged.fresh)
        if roster_stream(self.office) in streams:
            refresh_roster(tx, self.office, self._key.public_key)
        last = judged.fresh[-1]
        end = Head(last.envelope.seq, last.hash)
        return Taken(judged.verdict, end, streams, after_seq=author.last_seq or 0), ack

    def _judge(
        self, tx: Connection, events: tuple[Sealed, ...], author: Member
    ) -> tuple[int, Head, Judgement]:
        """The size of the office's tree, the end of the log, and what that makes of the run.

        The tree grows with every event of the office: at the same size the verdict holds.
        """
        at = {"off": self.office, "log": author.log}
        row = tx.execute(_HEAD, at).first()
        size = int(row.size) if row else 0
        head = Head(row.seq, bytes(row.hash)) if row and row.seq else Head(0, GENESIS)
        return size, head, judge(events, author, head, hash_at=lambda seq: _hash_at(tx, at, seq))

    def _unchanged(self, tx: Connection, head: Head, judged: Judgement, *, author: Member) -> Taken:
        if judged.forked is None:
            return Taken(judged.verdict, head, after_seq=author.last_seq or 0)
        other = judged.forked
        seq = other.envelope.seq
        ours = tx.execute(_EVENT, {"off": self.office, "log": author.log, "seq": seq}).one()
        body, sig = bytes(ours.body), bytes(ours.sig) if ours.sig else None
        tx.execute(
            _FORK,
            {
                "off": self.office, "log": author.log, "seq": seq,
                "hash_a": _hash_at(tx, {"off": self.office, "log": author.log}, seq),
                "hash_b": other.hash, "body_a": body, "body_b": other.body, "sig_a": sig,
                "sig_b": other.signature, "seen_ms": self._now_ms(),
            },
        )  # fmt: skip
        return Taken(Verdict.FORK, head, proof=(body, sig), fork_seq=seq)

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)


def _hash_at(tx: Connection, at: Mapping[str, object], seq: int) -> bytes | None:
    found = tx.execute(_HASH, {**at, "seq": seq}).scalar()
    return bytes(found) if found is not None else None


def _whole_acts(tx: Connection, after: dict[str, object], *, events: int, size: int) -> list[Pair]:
    """Events after a place up to the limits, cut after the last signed one; at least one act."""
    found: list[Pair] = []
    whole, taken = 0, 0
    while True:
        rows = tx.execute(_AFTER, {**after, "most": max(events, 1)}).all()
        for row in rows:
            if whole and (len(found) >= events or taken + len(row.body) > size):
                return found[:whole]
            found.append((bytes(row.body), bytes(row.sig) if row.sig else None))
            taken += len(row.body)
            whole = len(found) if row.sig else whole
        if whole or not rows:
            return found[:whole]
        after = {**after, "seq": int(str(after["seq"])) + len(rows)}
