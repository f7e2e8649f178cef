"""Acts of the shape the journal writes: event, head of the log and a row to read, in one go."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection

LOG = bytes(16)
EVENT = (
    "INSERT INTO ev (log, seq, id, off, st, t, hlc, body, hash, sig) "
    "VALUES (?, ?, ?, 'o', ?, 'dossier.received', ?, ?, ?, NULL)"
)
HEAD = (
    "INSERT INTO head VALUES (?, 'o', ?, ?) "
    "ON CONFLICT (log) DO UPDATE SET seq = excluded.seq, hash = excluded.hash"
)
ROW = "INSERT INTO setting VALUES (?, ?)"


def act(tx: Connection, seq: int) -> str:
    """One act with two events, as an approval has; returns what the clerk is told."""
    for number in (2 * seq - 1, 2 * seq):
        body = hashlib.shake_256(str(number).encode()).digest(300 + number % 200)
        digest = hashlib.sha256(body).digest()
        tx.exec_driver_sql(EVENT, (LOG, number, f"id{seq}", f"st{seq % 3}", number, body, digest))
        tx.exec_driver_sql(HEAD, (LOG, number, digest))
    tx.exec_driver_sql(ROW, (f"act {seq}", "x" * (50 + 37 * seq % 700)))
    return f"act {seq}"


def check(connection: Connection) -> set[str]:
    """The acts found; nothing may be half there and no event may be missing in between."""
    query = "SELECT seq, id, body, hash FROM ev ORDER BY seq"
    events = connection.exec_driver_sql(query).fetchall()
    assert [row.seq for row in events] == list(range(1, len(events) + 1))
    assert all(hashlib.sha256(row.body).digest() == row.hash for row in events)
    assert len(events) % 2 == 0
    head = connection.exec_driver_sql("SELECT seq, hash FROM head").fetchone()
    assert (tuple(head) if head else (0, None)) == (
        (events[-1].seq, events[-1].hash) if events else (0, None)
    )
    names = {row[0] for row in connection.exec_driver_sql("SELECT name FROM setting")}
    assert names == {f"act {row.id[2:]}" for row in events}
    return names
