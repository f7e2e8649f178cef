"""Appends checked events to an office's journal: tree, signed acknowledgement, and the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, text

from models.blob_names import BlobName, blobs_of
from models.envelope import Sealed
from models.merkle import Edge, event_leaf
from server.city_key import CityKey
from server.rows import Rows, write_rows
from services.sync.protocol import Ack, Head, ack_bytes

__all__ = ["LOWEST_NODE", "ack_of_row", "lock_tree", "store_events"]

LOWEST_NODE = 8
"""Roots of subtrees of 2^8 leaves and more are kept; smaller ones are counted from the events."""

_PLACE = text("INSERT INTO tree (off, size, peaks) VALUES (:off, 0, :none) ON CONFLICT DO NOTHING")
_LOCK = text("SELECT size, peaks FROM tree WHERE off = :off FOR UPDATE")
_LOOK = text("SELECT size, peaks FROM tree WHERE off = :off")


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
    """Append events of one log that follow its head, the last one signed, no other.

    `edge` comes from `lock_tree`.
    """
    last = events[-1].envelope
    leaves = (event_leaf(e.envelope.log, e.envelope.seq, e.hash) for e in events)
    grown, made = edge.grown(leaves)
    ack = Ack(last.log, Head(last.seq, events[-1].hash), now_ms, grown.size, grown.root())
    ack = replace(ack, signature=key.sign(ack_bytes(ack)))
    nodes = [each for each in made if each[0] >= LOWEST_NODE]
    streams = sorted({item.envelope.stream for item in events})
    rows = Rows(office, events, edge.size, grown, nodes, _blobs(events), streams, ack)
    write_rows(tx, rows)
    return ack


def _blobs(events: Sequence[Sealed]) -> list[BlobName]:
    """Only attachments that an event of the office names are taken and given out."""
    found = {name.hash: name for item in events for name in blobs_of(item)}
    return [found[name] for name in sorted(found)]


def ack_of_row(row: Row[Any]) -> Ack:
    """The acknowledgement that a row of `head` keeps."""
    return Ack(
        bytes(row.log), Head(row.seq, bytes(row.hash)), row.rx_ms, row.tree_size,
        bytes(row.root), bytes(row.sig),
    )  # fmt: skip
