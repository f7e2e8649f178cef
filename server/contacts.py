"""What the city notes of each device's visits: when, which program, its clock, what is unsent."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

from services.sync.protocol import Head, Hello

__all__ = ["note_held", "note_hello", "note_refusal", "note_visit"]

_HELLO = text(
    "INSERT INTO contact AS c "
    "(off, log, seen_ms, app, offset_ms, head_seq, behind_since_ms, catalogue) "
    "VALUES (:off, :log, :now, :app, :offset_ms, :head_seq, :behind, :catalogue) "
    "ON CONFLICT (off, log) DO UPDATE SET seen_ms = :now, app = :app, offset_ms = :offset_ms, "
    "head_seq = :head_seq, catalogue = :catalogue, "
    "behind_since_ms = CASE WHEN :is_behind = 0 THEN NULL "
    "ELSE coalesce(c.behind_since_ms, :now) END"
)
_HELD = text("SELECT seq FROM head WHERE off = :off AND log = :log")
_VISIT = text("UPDATE contact SET seen_ms = :now WHERE off = :off AND log = :log")
_REFUSED = text(
    "INSERT INTO refusal AS r (off, log, code, minute, count) "
    "VALUES (:off, :log, :code, :minute, 1) "
    "ON CONFLICT (off, log, code, minute) DO UPDATE SET count = r.count + 1"
)
_HOLDS = text(
    "INSERT INTO peer_head (off, peer, log, seq, hash) VALUES (:off, :peer, :log, :seq, :hash) "
    "ON CONFLICT (off, peer, log) DO UPDATE SET seq = excluded.seq, hash = excluded.hash"
)
LARGEST = 2**62


def note_hello(tx: Connection, office: str, said: Hello, now_ms: int) -> None:
    """Keep what a device told in its HELLO; what the city lacks of its log is unsent."""
    held = tx.execute(_HELD, {"off": office, "log": said.log}).scalar() or 0
    behind = said.head.seq > held
    offset = max(-LARGEST, min(LARGEST, said.wall_ms - now_ms))
    tx.execute(
        _HELLO,
        {
            "off": office, "log": said.log, "now": now_ms, "app": said.app[:40].replace("\0", ""),
            "offset_ms": offset, "head_seq": said.head.seq, "behind": now_ms if behind else None,
            "is_behind": int(behind), "catalogue": said.catalogue[:64].replace("\0", ""),
        },
    )  # fmt: skip


def note_visit(tx: Connection, office: str, log: bytes, now_ms: int) -> None:
    """The device was here, with whatever question."""
    tx.execute(_VISIT, {"off": office, "log": log, "now": now_ms})


def note_held(tx: Connection, office: str, device: bytes, heads: Mapping[bytes, Head]) -> None:
    """How far a device holds the city's logs, as it said when it asked for more."""
    rows = [
        {
            "off": office, "peer": device, "log": log, "seq": min(head.seq, LARGEST),
            "hash": head.hash,
        }
        for log, head in heads.items()
    ]  # fmt: skip
    if rows:
        tx.execute(_HOLDS, rows)


def note_refusal(tx: Connection, office: str, log: bytes, *, code: str, now_ms: int) -> None:
    """Count a refusal of a device, by code and minute."""
    at = {"off": office, "log": log, "code": code, "minute": now_ms // 60_000}
    tx.execute(_REFUSED, at)
