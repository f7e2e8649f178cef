"""What the engine says of peers, as rows for the screen: last contact, faults, refusals."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from services.store.statement import rows_of
from services.sync.messages import Accepted, Faulty, Met, Note, Rejected, WasRevoked

__all__ = ["known_offset", "record", "record_contact", "record_peer"]

_PEER = (
    "INSERT INTO peer (log, kind, name, address) VALUES (?,?,?,?) ON CONFLICT (log) DO UPDATE SET "
    "kind = excluded.kind, name = excluded.name, address = excluded.address"
)
_MET = "UPDATE peer SET app = ?, offset_ms = ?, last_ok = ?, last_try = ?, fault = '' WHERE log = ?"
_CONTACT = "UPDATE peer SET last_ok = ?, last_try = ? WHERE log = ?"
_FAULT = "UPDATE peer SET fault = ?, last_try = ? WHERE log = ?"
_REFUSED = (
    "INSERT INTO refusal (peer, log, seq, code, words, at) SELECT ?,?,?,?,?,? WHERE NOT EXISTS "
    "(SELECT 1 FROM refusal WHERE peer = ? AND log = ? AND code = ? AND settled = '')"
)
_SETTLED = "UPDATE refusal SET settled = ? WHERE peer = ? AND log = ? AND settled = ''"
_REVOKED = (
    "UPDATE device SET last_seq = ? WHERE log = ? AND last_seq IS NULL AND EXISTS "
    "(SELECT 1 FROM device WHERE log = ? AND kind = 'city')"
)


def record_peer(tx: Connection, log: bytes, *, kind: str, name: str, address: str) -> None:
    """Put a peer on the list, or its new address."""
    rows_of(tx, _PEER, (log, kind, name, address))


def record_contact(tx: Connection, log: bytes, at: str) -> None:
    """A peer answered at `at` (ISO time)."""
    rows_of(tx, _CONTACT, (at, at, log))


def record(tx: Connection, notes: Iterable[Note], *, own_log: bytes, at: str) -> None:
    """Keep notes of the engine; `at` is the ISO time. Of a revocation only the city is heard."""
    for note in notes:
        _record(tx, note, own_log=own_log, at=at)


def _record(tx: Connection, note: Note, *, own_log: bytes, at: str) -> None:
    match note:
        case Met():
            rows_of(tx, _MET, (note.app, note.offset_ms, at, at, note.peer))
        case Faulty():
            rows_of(tx, _FAULT, (note.code, at, note.peer))
        case Rejected():
            name = (note.peer, note.log)
            row = (*name, note.seq, note.code, note.words, at)
            rows_of(tx, _REFUSED, (*row, *name, note.code))
        case Accepted():
            rows_of(tx, _SETTLED, (at, note.peer, note.log))
        case WasRevoked():
            rows_of(tx, _REVOKED, (note.after_seq, own_log, note.peer))
        case _:
            pass  # forks are kept by the store, changes of streams show themselves


def known_offset(conn: Connection, log: bytes) -> int | None:
    """The peer's clock minus ours in milliseconds, as last compared."""
    rows = rows_of(conn, "SELECT offset_ms FROM peer WHERE log = ?", (log,))
    return None if not rows or rows[0][0] is None else int(rows[0][0])
