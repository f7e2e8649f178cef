"""Which attachments the journal names, and which of them are still missing here or in the city.

A follower reads the journal once, from where it stopped, so the list is right however the events
came in, and also for stores made before attachments travelled.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection

from models.blob_names import BlobName, named_blobs
from models.envelope import unseal
from models.errors import ForeignError
from services.store.statement import rows_of, run_many
from services.store.unit import Store

__all__ = [
    "BlobRef", "coming_of", "find_ref", "follow_refs", "held_rows", "is_coming", "mark_at_city",
    "unoffered_rows", "wanted_rows",
]  # fmt: skip

BATCH = 500
LAZY = 200
"""The place is written down when something was found, or after so many other events."""
_PLACE = "SELECT n FROM cursor WHERE name = 'blobs'"
_MOVE = (
    "INSERT INTO cursor (name, n) VALUES ('blobs', ?) "
    "ON CONFLICT (name) DO UPDATE SET n = excluded.n"
)
_END = "SELECT coalesce(max(n), 0) FROM ev"
_NEW = (
    "SELECT n, log, st, body FROM ev WHERE n > ? AND (t GLOB 'dossier.*' OR t GLOB 'submission.*') "
    "ORDER BY n LIMIT ?"
)
_KEEP = (
    "INSERT INTO blob_ref (hash, st, n, size, media, own, seen_ms) VALUES (?,?,?,?,?,?,?) "
    "ON CONFLICT (hash, st) DO UPDATE SET size = max(size, excluded.size), n = excluded.n"
)
_WANTED = (
    "SELECT r.hash, max(r.size), max(r.media), group_concat(r.st, char(10)) FROM blob_ref r "
    "WHERE NOT EXISTS (SELECT 1 FROM blob b WHERE b.hash = r.hash) "
    "OR EXISTS (SELECT 1 FROM blob_fault f WHERE f.hash = r.hash AND f.peer = x'') "
    "GROUP BY r.hash ORDER BY max(r.n) DESC LIMIT ?"
)
_UNOFFERED = (
    "SELECT r.hash, max(r.size), max(r.media), group_concat(r.st, char(10)) FROM blob_ref r "
    "WHERE r.at_city = 0 AND (r.own = 1 OR r.seen_ms <= ?) "
    "AND EXISTS (SELECT 1 FROM blob b WHERE b.hash = r.hash) "
    "AND NOT EXISTS (SELECT 1 FROM blob_fault f WHERE f.hash = r.hash AND f.peer = x'') "
    "GROUP BY r.hash ORDER BY max(r.n) DESC LIMIT ?"
)
_HELD = (
    "SELECT r.hash, max(r.size), max(r.media), group_concat(r.st, char(10)) FROM blob_ref r "
    "WHERE EXISTS (SELECT 1 FROM blob b WHERE b.hash = r.hash) "
    "AND NOT EXISTS (SELECT 1 FROM blob_fault f WHERE f.hash = r.hash AND f.peer = x'') "
    "GROUP BY r.hash ORDER BY max(r.n) DESC LIMIT ?"
)
_HERE = (
    "SELECT 1 FROM blob b WHERE b.hash = ? "
    "AND NOT EXISTS (SELECT 1 FROM blob_fault f WHERE f.hash = b.hash AND f.peer = x'')"
)
_ONE = (
    "SELECT r.hash, max(r.size), max(r.media), group_concat(r.st, char(10)) FROM blob_ref r "
    "WHERE r.hash = ? GROUP BY r.hash"
)


@dataclass(frozen=True, slots=True)
class BlobRef:
    """An attachment that events name; `size` 0 when none says it. `streams` name it."""

    hash: str
    size: int
    media: str
    streams: tuple[str, ...]


def follow_refs(store: Store, own_logs: Collection[bytes], *, now_ms: int) -> int:
    """Read on in the journal; returns how many names were found. Call again while it finds any."""
    with store.read() as conn:
        place = _number(conn, _PLACE)
        end = _number(conn, _END)
        events = rows_of(conn, _NEW, (place, BATCH)) if end > place else []
    if len(events) == BATCH:
        end = int(events[-1][0])
    found = [
        (name.hash, stream, n, name.size, name.media, int(bytes(log) in own_logs), now_ms)
        for n, log, stream, body in events
        for name in _names(bytes(body))
    ]
    if found or len(events) == BATCH or end - place > LAZY:
        with store.write() as tx:
            run_many(tx, _KEEP, found)
            rows_of(tx, _MOVE, (end,))
    return max(len(found), int(len(events) == BATCH))


def wanted_rows(conn: Connection, limit: int) -> tuple[BlobRef, ...]:
    """What is named and not here, the newest event first: today's dossiers before the rest."""
    return _refs(conn, _WANTED, limit)


def unoffered_rows(conn: Connection, *, others_before_ms: int, limit: int) -> tuple[BlobRef, ...]:
    """What is here and not known to be in the city, newest first.

    What another PC wrote counts only when learnt before `others_before_ms`: that PC sends first.
    """
    return _refs(conn, _UNOFFERED, others_before_ms, limit)


def held_rows(conn: Connection, limit: int) -> tuple[BlobRef, ...]:
    """The newest attachments that are here."""
    return _refs(conn, _HELD, limit)


def find_ref(conn: Connection, name: str) -> BlobRef | None:
    """The attachment `name` if an event names it."""
    found = _refs(conn, _ONE, name)
    return found[0] if found else None


def is_coming(conn: Connection, name: str) -> bool:
    """Whether an attachment without a row here is one of another PC, still to be fetched."""
    return find_ref(conn, name) is not None


def coming_of(conn: Connection, names: Collection[str]) -> frozenset[str]:
    """Those of `names` that are not here yet: another machine has them, screens say so."""
    here = {name for name in names if rows_of(conn, _HERE, (name,))}
    return frozenset(names) - here


def mark_at_city(tx: Connection, names: Collection[str]) -> None:
    """The city said that it has these whole."""
    run_many(tx, "UPDATE blob_ref SET at_city = 1 WHERE hash = ?", [(name,) for name in names])


def _refs(conn: Connection, sql: str, *values: object) -> tuple[BlobRef, ...]:
    return tuple(
        BlobRef(str(name), int(size), str(media), tuple(str(streams).split("\n")))
        for name, size, media, streams in rows_of(conn, sql, values)
    )


def _names(body: bytes) -> tuple[BlobName, ...]:
    try:
        said = unseal(body).envelope
    except ForeignError:
        return ()
    return named_blobs(said.type, said.payload)


def _number(conn: Connection, sql: str) -> int:
    rows = rows_of(conn, sql)
    return int(rows[0][0]) if rows else 0
