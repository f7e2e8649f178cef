"""Reading the journal: events of a stream, heads of logs, pages for the journal screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from models.envelope import Sealed, unseal
from services.store.statement import rows_of

__all__ = [
    "LogHead",
    "all_events",
    "event_count",
    "find_event",
    "heads",
    "stream_events",
    "stream_tail",
]


@dataclass(frozen=True, slots=True)
class LogHead:
    """The end of one device's log as this PC has it."""

    log: bytes
    seq: int
    hash: bytes


def stream_events(conn: Connection, stream: str) -> tuple[Sealed, ...]:
    """Every stored event of a stream, in the order of its clock."""
    rows = rows_of(conn, "SELECT body, sig FROM ev WHERE st = ? ORDER BY hlc, n", (stream,))
    return tuple(unseal(body, sig) for body, sig in rows)


def stream_tail(conn: Connection, stream: str) -> tuple[Sealed, ...]:
    """The newest event of a stream that has one writer at a time; () for a new stream."""
    row = conn.exec_driver_sql(
        "SELECT body, sig FROM ev WHERE st = ? ORDER BY hlc DESC, n DESC LIMIT 1", (stream,)
    ).first()
    return (unseal(row[0], row[1]),) if row else ()


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
