"""The rows that storing a run makes: one statement on PostgreSQL, a few on the embedded database.

On PostgreSQL all of it travels once: events and marks as arrays, everything else as values. A part
of WITH that writes is carried out whether anything reads it or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from models.blob_names import BlobName
from models.envelope import Sealed
from models.merkle import Edge
from server import schema
from services.sync.protocol import Ack

__all__ = ["Rows", "write_rows"]


@dataclass(frozen=True, slots=True)
class Rows:
    """What is written for a run of an office: `events` from place `first` on, all else once.

    `nodes` are inner nodes of the tree (level, index, hash), `streams` those to be marked.
    """

    office: str
    events: Sequence[Sealed]
    first: int
    edge: Edge
    nodes: Sequence[tuple[int, int, bytes]]
    blobs: Sequence[BlobName]
    streams: Sequence[str]
    ack: Ack


_ONCE = (
    "WITH stored AS (INSERT INTO ev (off, log, seq, n, st, rx_ms, body, hash, sig) "
    "SELECT %(off)s, %(log)b, %(seq)s + r.k, %(n)s + r.k, r.st, %(now)s, r.body, r.hash, "
    "CASE WHEN r.k = %(last)s THEN %(sig)b END FROM unnest(%(st)b::text[], %(body)b::bytea[], "
    "%(hash)b::bytea[]) WITH ORDINALITY AS r (st, body, hash, k) "
    "ON CONFLICT DO NOTHING RETURNING 1), "
    "grown AS (UPDATE tree SET size = %(size)s, peaks = %(peaks)b WHERE off = %(off)s), "
    "nodes AS (INSERT INTO tree_node (off, level, idx, hash) SELECT %(off)s, r.* "
    "FROM unnest(%(levels)b::int[], %(places)b::bigint[], %(nodes)b::bytea[]) AS r), "
    "moved AS (INSERT INTO head (off, log, seq, hash, rx_ms, tree_size, root, sig) VALUES "
    "(%(off)s, %(log)b, %(end)s, %(end_hash)b, %(now)s, %(size)s, %(root)b, %(ack)b) "
    "ON CONFLICT (off, log) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, "
    "rx_ms = excluded.rx_ms, tree_size = excluded.tree_size, root = excluded.root, "
    "sig = excluded.sig), "
    "named AS (INSERT INTO blob (off, hash, said_size, size, kept_ms) SELECT %(off)s, r.hash, "
    "r.size, 0, 0 FROM unnest(%(blobs)b::text[], %(sizes)b::bigint[]) AS r (hash, size) "
    "ON CONFLICT (off, hash) DO NOTHING), "
    "marked AS (INSERT INTO dirty_stream (off, st, since_ms) SELECT %(off)s, r.st, %(now)s "
    "FROM unnest(%(dirty)b::text[]) AS r (st) "
    "ON CONFLICT (off, st) DO UPDATE SET since_ms = dirty_stream.since_ms) "
    "SELECT count(*) FROM stored"
)
"""A mark that is there is updated in vain: so its row is locked until the event is committed, and
whoever folds passes over it (with DO NOTHING it would be taken away without the event)."""

_GROW = text("UPDATE tree SET size = :size, peaks = :peaks WHERE off = :off")
_NODE = text("INSERT INTO tree_node (off, level, idx, hash) VALUES (:off, :level, :idx, :hash)")
_HEAD = text(
    "INSERT INTO head (off, log, seq, hash, rx_ms, tree_size, root, sig) "
    "VALUES (:off, :log, :seq, :hash, :rx_ms, :tree_size, :root, :sig) "
    "ON CONFLICT (off, log) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, "
    "rx_ms = excluded.rx_ms, tree_size = excluded.tree_size, root = excluded.root, "
    "sig = excluded.sig"
)
_BLOB = text(
    "INSERT INTO blob (off, hash, said_size, size, kept_ms) VALUES (:off, :hash, :size, 0, 0) "
    "ON CONFLICT (off, hash) DO NOTHING"
)
_DIRTY = text(
    "INSERT INTO dirty_stream (off, st, since_ms) VALUES (:off, :st, :now) "
    "ON CONFLICT (off, st) DO NOTHING"
)


def write_rows(tx: Connection, rows: Rows) -> None:
    """Write everything; raises RuntimeError when an event was there although the head was not."""
    if tx.dialect.name == "postgresql":
        _write_once(tx, rows)
    else:
        _write_apart(tx, rows)


def _write_once(tx: Connection, rows: Rows) -> None:
    events, ack = rows.events, rows.ack
    done = tx.exec_driver_sql(
        _ONCE,
        {
            "off": rows.office, "log": ack.log, "seq": events[0].envelope.seq - 1,
            "n": rows.first - 1, "now": ack.received_ms, "last": len(events),
            "sig": events[-1].signature,
            "st": [item.envelope.stream for item in events],
            "body": [item.body for item in events], "hash": [item.hash for item in events],
            "size": rows.edge.size, "peaks": rows.edge.packed(),
            "levels": [level for level, _, _ in rows.nodes],
            "places": [place for _, place, _ in rows.nodes],
            "nodes": [found for _, _, found in rows.nodes],
            "end": ack.head.seq, "end_hash": ack.head.hash, "root": ack.root,
            "ack": ack.signature,
            "blobs": [name.hash for name in rows.blobs],
            "sizes": [name.size for name in rows.blobs],
            "dirty": list(rows.streams),
        },
    )  # fmt: skip
    if done.scalar_one() != len(events):
        raise RuntimeError("an event of a locked journal was there already")


def _write_apart(tx: Connection, rows: Rows) -> None:
    off, ack = rows.office, rows.ack
    tx.execute(schema.ev.insert(), [
        {
            "off": off, "log": e.envelope.log, "seq": e.envelope.seq, "n": rows.first + place,
            "st": e.envelope.stream, "rx_ms": ack.received_ms, "body": e.body, "hash": e.hash,
            "sig": e.signature,
        }
        for place, e in enumerate(rows.events)
    ])  # fmt: skip
    tx.execute(_GROW, {"off": off, "size": rows.edge.size, "peaks": rows.edge.packed()})
    tx.execute(
        _HEAD,
        {
            "off": off, "log": ack.log, "seq": ack.head.seq, "hash": ack.head.hash,
            "rx_ms": ack.received_ms, "tree_size": ack.tree_size, "root": ack.root,
            "sig": ack.signature,
        },
    )  # fmt: skip
    nodes = [{"off": off, "level": n, "idx": at, "hash": found} for n, at, found in rows.nodes]
    blobs = [{"off": off, "hash": name.hash, "size": name.size} for name in rows.blobs]
    marks = [{"off": off, "st": stream, "now": ack.received_ms} for stream in rows.streams]
    for statement, values in ((_NODE, nodes), (_BLOB, blobs), (_DIRTY, marks)):
        if values:
            tx.execute(statement, values)
