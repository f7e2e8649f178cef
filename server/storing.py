"""Writes checked events into an office's journal: rows, tree, head and signed acknowledgement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, text

from models.blob_names import named_blobs
from models.envelope import Sealed
from models.merkle import Edge, event_leaf
from server import schema
from server.city_key import CityKey
from services.sync.protocol import Ack, Head, ack_bytes

__all__ = ["LOWEST_NODE", "ack_of_row", "lock_tree", "store_events"]

LOWEST_NODE = 8
"""Roots of subtrees of 2^8 leaves and more are kept; smaller ones are counted from the events."""

_PLACE = text("INSERT INTO tree (off, size, peaks) VALUES (:off, 0, :none) ON CONFLICT DO NOTHING")
_LOCK = text("SELECT size, peaks FROM tree WHERE off = :off FOR UPDATE")
_LOOK = text("SELECT size, peaks FROM tree WHERE off = :off")
_GROW = text("UPDATE tree SET size = :size, peaks = :peaks WHERE off = :off")
_BLOB = text(
    "INSERT INTO blob (off, hash, said_size, size, kept_ms) VALUES (:off, :hash, :size, 0, 0) "
    "ON CONFLICT (off, hash) DO NOTHING"
)
_UNNEST = (
    "INSERT INTO ev (off, log, seq, n, st, rx_ms, body, hash, sig) "
    "SELECT %(off)s, %(log)b, r.seq, r.n, r.st, %(rx_ms)s, r.body, r.hash, r.sig FROM unnest("
    "%(seq)b::bigint[], %(n)b::bigint[], %(st)s::text[], %(body)b::bytea[], %(hash)b::bytea[], "
    "%(sig)b::bytea[]) AS r (seq, n, st, body, hash, sig) ON CONFLICT DO NOTHING"
)
_NODE = text("INSERT INTO tree_node (off, level, idx, hash) VALUES (:off, :level, :idx, :hash)")
_HEAD = text(
    "INSERT INTO head (off, log, seq, hash, rx_ms, tree_size, root, sig) "
    "VALUES (:off, :log, :seq, :hash, :rx_ms, :tree_size, :root, :sig) "
    "ON CONFLICT (off, log) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, "
    "rx_ms = excluded.rx_ms, tree_size = excluded.tree_size, root = excluded.root, "
    "sig = excluded.sig"
)
_DIRTY = text(
    "INSERT INTO dirty_stream (off, st, since_ms) VALUES (:off, :st, :since_ms) "
    "ON CONFLICT (off, st) DO UPDATE SET since_ms = dirty_stream.since_ms"
)
"""Updates in vain: the row is locked until the event is committed, so a reader that takes marks
meanwhile leaves this one (with DO NOTHING it would take it away without having seen the event)."""


def lock_tree(tx: Connection, office: str) -> Edge:
    """The right edge of the office's tree, locked until the end of the transaction.

    Whoever holds it is the only writer of this office's journal; other offices are not touched.
    """
    postgres = tx.dialect.name == "postgresql"
    query = _LOCK if postgres else _LOOK
    row = tx.execute(query, {"off": office}).first()
    if row is None:
        tx.execute(_PLACE, {"off": office, "none": b""})
        row = tx.execute(query, {"off": office}).one()
    return Edge.unpacked(row.size, bytes(row.peaks))


def store_events(
    tx: Connection,
    office: str,
    events: Sequence[Sealed],
    *,
    edge: Edge,
    key: CityKey,
    now_ms: int,
) -> Ack:
    """Append events that follow the head of their log; `edge` comes from `lock_tree`."""
    last = events[-1].envelope
    _insert(tx, office, events, first=edge.size, now_ms=now_ms)
    leaves = (event_leaf(e.envelope.log, e.envelope.seq, e.hash) for e in events)
    grown, made = edge.grown(leaves)
    tx.execute(_GROW, {"off": office, "size": grown.size, "peaks": grown.packed()})
    kept = [
        {"off": office, "level": level, "idx": index, "hash": found}
        for level, index, found in made
        if level >= LOWEST_NODE
    ]
    if kept:
        tx.execute(_NODE, kept)
    ack = Ack(last.log, Head(last.seq, events[-1].hash), now_ms, grown.size, grown.root())
    ack = replace(ack, signature=key.sign(ack_bytes(ack)))
    _move_head(tx, office, ack)
    _name_blobs(tx, office, events)
    streams = sorted({item.envelope.stream for item in events})
    tx.execute(_DIRTY, [{"off": office, "st": st, "since_ms": now_ms} for st in streams])
    return ack


def _name_blobs(tx: Connection, office: str, events: Sequence[Sealed]) -> None:
    """Only attachments that an event of the office names are taken and given out."""
    found = {
        name.hash: {"off": office, "hash": name.hash, "size": name.size}
        for item in events
        for name in named_blobs(item.envelope.type, item.envelope.payload)
    }
    if found:
        tx.execute(_BLOB, [found[name] for name in sorted(found)])


def ack_of_row(row: Row[Any]) -> Ack:
    """The acknowledgement that a row of `head` keeps."""
    return Ack(
        bytes(row.log), Head(row.seq, bytes(row.hash)), row.rx_ms, row.tree_size,
        bytes(row.root), bytes(row.sig),
    )  # fmt: skip


def _insert(
    tx: Connection, office: str, events: Sequence[Sealed], *, first: int, now_ms: int
) -> None:
    if tx.dialect.name != "postgresql":
        rows = [
            {
                "off": office, "log": e.envelope.log, "seq": e.envelope.seq, "n": first + place,
                "st": e.envelope.stream, "rx_ms": now_ms, "body": e.body, "hash": e.hash,
                "sig": e.signature,
            }
            for place, e in enumerate(events)
        ]  # fmt: skip
        tx.execute(schema.ev.insert(), rows)
        return
    done = tx.exec_driver_sql(
        _UNNEST,
        {
            "off": office, "log": events[0].envelope.log, "rx_ms": now_ms,
            "seq": [e.envelope.seq for e in events],
            "n": list(range(first, first + len(events))),
            "st": [e.envelope.stream for e in events],
            "body": [e.body for e in events],
            "hash": [e.hash for e in events],
            "sig": [e.signature for e in events],
        },
    )  # fmt: skip
    if done.rowcount != len(events):
        raise RuntimeError("an event of a locked journal was there already")


def _move_head(tx: Connection, office: str, ack: Ack) -> None:
    tx.execute(
        _HEAD,
        {
            "off": office, "log": ack.log, "seq": ack.head.seq, "hash": ack.head.hash,
            "rx_ms": ack.received_ms, "tree_size": ack.tree_size, "root": ack.root,
            "sig": ack.signature,
        },
    )  # fmt: skip
