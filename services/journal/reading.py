"""Reading the journal: events of a stream, heads of logs, pages for the journal screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from models.envelope import Sealed, unseal
from services.journal.kept import once, unfold
from services.store.statement import rows_of
from services.sync.accept import Member

__all__ = [
    "LogHead",
    "all_events",
    "event_count",
    "find_event",
    "find_member",
    "forget_tail",
    "heads",
    "mark_tail",
    "stream_ends",
    "stream_events",
    "stream_tail",
]

_TAIL = "tail/"
_MEMBER = "SELECT log, public_key, kind, last_seq FROM device WHERE log = ?"
_STREAM = (
    "SELECT e.body, e.sig, e.seq > d.last_seq FROM ev e LEFT JOIN device d ON d.log = e.log "
    "WHERE e.st = ? ORDER BY e.hlc, e.n"
)


@dataclass(frozen=True, slots=True)
class LogHead:
    """The end of one device's log as this PC has it."""

    log: bytes
    seq: int
    hash: bytes


def stream_events(conn: Connection, stream: str) -> tuple[Sealed, ...]:
    """Every stored event of a stream, in the order of its clock.

    What a device wrote after it was revoked comes `outlawed`; what is kept of a log that was
    written twice comes as the event it is (design notes: sync §4.9).
    """
    rows = rows_of(conn, _STREAM, (stream,))
    items = (
        replace(unseal(body, sig), outlawed=True) if outlawed else unseal(body, sig)
        for body, sig, outlawed in rows
    )
    return once(
        shown for item in items for shown in unfold(item, lambda log: find_member(conn, log))
    )


def find_member(conn: Connection, log: bytes) -> Member | None:
    """The roster's entry of a log."""
    rows = rows_of(conn, _MEMBER, (log,))
    return Member(*rows[0]) if rows else None


_MARKED = "SELECT body, sig FROM ev WHERE n = (SELECT n FROM cursor WHERE name = ?)"


def stream_tail(conn: Connection, stream: str) -> tuple[Sealed, ...]:
    """The event of a long stream that no other builds on; the whole stream when there are several.

    Clocks do not tell, for another PC's may be far ahead. The place is marked by `mark_tail` when
    this PC adds an event; without a mark the whole stream is read.
    """
    row = conn.exec_driver_sql(_MARKED, (_TAIL + stream,)).first()
    if row is not None:
        return (unseal(row[0], row[1]),)
    events = stream_events(conn, stream)
    ends = stream_ends(events)
    return tuple(item for item in events if item.hash in ends) if len(ends) == 1 else events


def stream_ends(events: Sequence[Sealed]) -> tuple[bytes, ...]:
    """The events that no other of `events` builds on: what the author of the next one saw."""
    named = {parent for item in events for parent in item.envelope.parents}
    return tuple(sorted(item.hash for item in events if item.hash not in named))


def mark_tail(tx: Connection, stream: str, digest: bytes) -> None:
    """Remember the event just written, whose hash is `digest`, as the one end of its stream."""
    rows_of(
        tx,
        "INSERT OR REPLACE INTO cursor (name, n) SELECT ?, n FROM ev WHERE hash = ?",
        (_TAIL + stream, digest),
    )


def forget_tail(tx: Connection, stream: str) -> None:
    """Forget the end of a stream to which others added."""
    rows_of(tx, "DELETE FROM cursor WHERE name = ?", (_TAIL + stream,))


def heads(conn: Connection) -> dict[bytes, LogHead]:
    """The version vector: every log held here and how far."""
    rows = conn.exec_driver_sql("SELECT log, seq, hash FROM head").all()
    return {log: LogHead(log, seq, digest) for log, seq, digest in rows}


def event_count(conn: Connection) -> int:
    """How many events the journal holds."""
    return int(conn.exec_driver_sql("SELECT count(*) FROM ev").scalar_one())


def find_event(conn: Connection, event_id: str) -> Sealed | None:
    """The event with the client-made id, if it is stored: the answer to "was it saved?"."""
    row = conn.exec_driver_sql(
        "SELECT body, sig FROM ev WHERE id = ? ORDER BY n LIMIT 1", (event_id,)
    ).first()
    return unseal(row[0], row[1]) if row else None


def all_events(conn: Connection, after: int = 0) -> Iterator[tuple[int, Sealed]]:
    """Every event with its row number, streamed in the order of arrival."""
    result = conn.exec_driver_sql("SELECT n, body, sig FROM ev WHERE n > ? ORDER BY n", (after,))
    for n, body, sig in result.yield_per(1000):
        yield n, unseal(body, sig)
