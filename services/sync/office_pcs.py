"""The machines of the office as its administrator sees them, and this one's enrolment."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from models.words import tr
from services.core import Core
from services.store.statement import rows_of

__all__ = ["OfficePc", "OfficePcs", "read_office_pcs", "state_words"]

_PCS = (
    "SELECT d.log, d.name, d.slot, d.state, d.incarnation, d.last_seq, p.last_ok, "
    "coalesce(h.seq, 0), d.public_key FROM device d LEFT JOIN peer p ON p.log = d.log "
    "LEFT JOIN head h ON h.log = d.log WHERE d.kind <> 'city' "
    "ORDER BY d.last_seq IS NOT NULL, d.slot, d.incarnation DESC"
)


@dataclass(frozen=True, slots=True)
class OfficePc:
    """One log of the roster; `state` is own, admitted, provisional, former or revoked.

    `former` is an earlier log of a PC that was restored. `seen` is the ISO time of its last answer
    here, empty for never; `events` how much of it this PC holds.
    """

    log: bytes
    name: str
    slot: int
    state: str
    here: bool
    seen: str
    events: int


@dataclass(frozen=True, slots=True)
class OfficePcs:
    """The list, and the city this PC is enrolled with (`server` empty: with none)."""

    pcs: tuple[OfficePc, ...]
    server: str
    enrolled_at: str


def read_office_pcs(core: Core) -> OfficePcs:
    """What the roster says now."""
    mine = core.journal.device
    with core.store.read() as conn:
        rows = rows_of(conn, _PCS)
        server, at = (_state(conn, name) for name in ("server_url", "enrolled_at"))
    seen_keys: set[bytes] = set()
    pcs = []
    for log, name, slot, state, _number, last, seen, events, key in rows:
        here = bytes(log) == mine.log
        newest = bytes(key) not in seen_keys if bytes(key) != mine.public_key else here
        seen_keys.add(bytes(key))
        shown = "revoked" if last is not None else str(state) if newest else "former"
        pcs.append(OfficePc(bytes(log), name, slot, shown, here, seen or "", events))
    return OfficePcs(tuple(pcs), server, at)


def _state(conn: Connection, name: str) -> str:
    rows = rows_of(conn, "SELECT value FROM sync_state WHERE name = ?", (name,))
    return bytes(rows[0][0]).decode() if rows else ""


def state_words(pc: OfficePc) -> str:
    """How a machine stands, in a word or two."""
    return {
        "revoked": tr("đã thu hồi"),
        "provisional": tr("tạm nhận"),
        "admitted": tr("đã ghi danh"),
        "former": tr("nhật ký cũ"),
    }.get(pc.state, tr("chưa ghi danh"))
