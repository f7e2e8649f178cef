"""What is wrong with attachments: damaged on this disk, lacking at a peer, refused by one.

A damaged one counts as not being here: it is fetched like any other, and written anew.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from services.store.statement import rows_of, run_many

__all__ = ["DAMAGED", "HERE", "LACKING", "clear_faults", "is_damaged", "note_damage", "note_faults"]

HERE = b""
"""Stands for this disk where else a peer's log stands."""
DAMAGED, LACKING = "KHO-53", "none"
_NOTE = (
    "INSERT INTO blob_fault (hash, peer, code, at_ms) VALUES (?,?,?,?) ON CONFLICT (hash, peer) "
    "DO UPDATE SET code = excluded.code, at_ms = excluded.at_ms WHERE code <> excluded.code"
)


def note_faults(
    tx: Connection, names: Iterable[str], *, peer: bytes, code: str, now_ms: int
) -> None:
    """Keep what a peer said of attachments, since when."""
    run_many(tx, _NOTE, [(name, peer, code, now_ms) for name in names])


def note_damage(tx: Connection, names: Iterable[str], *, now_ms: int) -> None:
    """These cannot be read from this disk any more."""
    note_faults(tx, names, peer=HERE, code=DAMAGED, now_ms=now_ms)


def clear_faults(tx: Connection, name: str, *, peer: bytes | None = None) -> None:
    """An attachment is right now: with a peer, or (None) everywhere."""
    if peer is None:
        rows_of(tx, "DELETE FROM blob_fault WHERE hash = ?", (name,))
    else:
        rows_of(tx, "DELETE FROM blob_fault WHERE hash = ? AND peer = ?", (name, peer))


def is_damaged(conn: Connection, name: str) -> bool:
    """Whether the copy on this disk is known to be damaged."""
    return bool(rows_of(conn, "SELECT 1 FROM blob_fault WHERE hash = ? AND peer = x''", (name,)))
