"""What has gone out and what has not, in words: the rows behind the screen Đồng bộ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from models.envelope import unseal
from models.words import tr
from services.store.statement import rows_of
from services.sync.doubting import UNTRUE
from services.sync.faults import fault_words

__all__ = ["PeerStatus", "Refusal", "SyncStatus", "UnsentAct", "read_sync_status"]

MOST = 500
"""At most so many unsent acts and refusals are listed, oldest first; the counts are whole."""


@dataclass(frozen=True, slots=True)
class UnsentAct:
    """One act of this PC that the city has not acknowledged.

    `kind` and `stream` are those of its first event, `owner` the staff id of whoever acted.
    `reason` is a key (refused, forked, revoked, fault, waiting), `words` the sentence
    for it. `here_only`: no other machine is known to hold it.
    """

    event_id: str
    log: bytes
    seq: int
    stream: str
    kind: str
    owner: str
    owner_name: str
    made_ms: int
    age_seconds: int
    reason: str
    words: str
    here_only: bool


@dataclass(frozen=True, slots=True)
class PeerStatus:
    """A machine this PC exchanges with; times are ISO with offset, empty for never.

    `missing` counts events of this PC it is not known to hold. `offset_ms` is its clock minus ours.
    """

    log: bytes
    kind: str
    name: str
    address: str
    app: str
    last_ok: str
    last_try: str
    fault: str
    offset_ms: int | None
    missing: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """A run that a peer refused and nobody has settled yet; `seq` is its first event."""

    id: int
    peer: bytes
    peer_name: str
    log: bytes
    seq: int
    code: str
    words: str
    at: str


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """Everything the screen and the chip of the network show; counts are of events.

    `acts` is empty for an office that is not `enrolled`. `unsent` is what the city has not
    acknowledged, `here_only` what no other machine holds (a revoked one does not
    count), `relayed` what this PC holds of others and the city has not acknowledged, `conflicts`
    the dossiers with an open conflict. `revoked_after` is the last good event
    of this PC once it was revoked, else None; `forked` are the logs written twice.
    """

    enrolled: bool
    server: str
    unsent: int
    here_only: int
    relayed: int
    conflicts: int
    acts: tuple[UnsentAct, ...]
    peers: tuple[PeerStatus, ...]
    refusals: tuple[Refusal, ...]
    forked: tuple[bytes, ...]
    revoked_after: int | None


@dataclass(frozen=True, slots=True)
class _Log:
    """One log of this PC (it has a new one after every restore) and how far it got."""

    log: bytes
    seq: int
    acked: int
    held: int


_MINE = (
    "SELECT h.log, h.seq, coalesce(a.seq, 0), "
    "(SELECT coalesce(max(p.seq), 0) FROM peer_head p WHERE p.log = h.log AND NOT EXISTS "
    "(SELECT 1 FROM device x JOIN device y ON y.public_key = x.public_key "
    "WHERE x.log = p.peer AND y.last_seq IS NOT NULL)) "
    "FROM device me JOIN device d ON d.public_key = me.public_key "
    "JOIN head h ON h.log = d.log LEFT JOIN ack a ON a.log = h.log WHERE me.log = ?"
)
_RELAYED = (
    "SELECT coalesce(sum(h.seq - coalesce(a.seq, 0)), 0) FROM head h "
    "JOIN device d ON d.log = h.log LEFT JOIN ack a ON a.log = h.log "
    "WHERE d.kind <> 'city' AND d.public_key <> "
    "(SELECT public_key FROM device WHERE log = ?) AND h.seq > coalesce(a.seq, 0)"
)
_UNSENT = "SELECT seq, sig IS NOT NULL, body FROM ev WHERE log = ? AND seq > ? ORDER BY seq LIMIT ?"
_BEHIND = "SELECT seq FROM peer_head WHERE peer = ? AND log = ?"
_PEERS = (
    "SELECT log, kind, name, address, app, last_ok, last_try, fault, offset_ms FROM peer "
    "ORDER BY kind <> 'city', name, log"
)
_REFUSALS = (
    "SELECT r.id, r.peer, coalesce(p.name, ''), r.log, r.seq, r.code, r.words, r.at "
    "FROM refusal r LEFT JOIN peer p ON p.log = r.peer WHERE r.settled = '' ORDER BY r.id LIMIT ?"
)


def read_sync_status(conn: Connection, log: bytes, *, now_ms: int) -> SyncStatus:
    """The state of sync of the PC whose own log is `log`, at `now_ms` (milliseconds since 1970)."""
    mine = [_Log(bytes(row[0]), *map(int, row[1:])) for row in rows_of(conn, _MINE, (log,))]
    server = _state(conn, "server_url")
    refusals = tuple(Refusal(*row) for row in rows_of(conn, _REFUSALS, (MOST,)))
    forked = tuple(bytes(row[0]) for row in rows_of(conn, "SELECT DISTINCT log FROM fork"))
    peers = tuple(_peer(conn, row, mine) for row in rows_of(conn, _PEERS))
    revoked = rows_of(conn, "SELECT last_seq FROM device WHERE log = ?", (log,))
    after = revoked[0][0] if revoked else None
    reasons = _Reasons(peers, refusals, forked, after)
    return SyncStatus(
        enrolled=bool(server),
        server=server,
        unsent=sum(each.seq - each.acked for each in mine),
        here_only=sum(each.seq - max(each.acked, each.held) for each in mine),
        relayed=int(rows_of(conn, _RELAYED, (log,))[0][0]),
        conflicts=int(rows_of(conn, "SELECT count(*) FROM dossier WHERE conflicts > 0")[0][0]),
        acts=_acts(conn, mine, reasons, now_ms=now_ms) if server else (),
        peers=peers,
        refusals=refusals,
        forked=forked,
        revoked_after=after,
    )


def _state(conn: Connection, name: str) -> str:
    rows = rows_of(conn, "SELECT value FROM sync_state WHERE name = ?", (name,))
    return bytes(rows[0][0]).decode() if rows else ""


def _peer(conn: Connection, row: Sequence[Any], mine: Sequence[_Log]) -> PeerStatus:
    missing = 0
    for each in mine:
        held = rows_of(conn, _BEHIND, (row[0], each.log))
        missing += each.seq - min(each.seq, int(held[0][0]) if held else 0)
    log, kind, name, address, app, ok, tried, fault, offset = row
    return PeerStatus(
        log, kind, name, address, app, ok, tried, fault, offset_ms=offset, missing=missing
    )


@dataclass(frozen=True, slots=True)
class _Reasons:
    """Why an act has not reached the city: the first of these that holds."""

    peers: tuple[PeerStatus, ...]
    refusals: tuple[Refusal, ...]
    forked: tuple[bytes, ...]
    revoked_after: int | None

    def of(self, log: bytes, seq: int) -> tuple[str, str]:
        """The key and the sentence for the act that ends at `seq`."""
        if self.revoked_after is not None and seq > self.revoked_after:
            return "revoked", tr("Máy này đã bị thu hồi; việc ghi sau đó không có hiệu lực.")
        if log in self.forked:
            return "forked", tr("Nhật ký của máy này bị ghi hai lần; cần người kỹ thuật xem.")
        for each in self.refusals:
            if each.log == log and each.seq <= seq and each.code != UNTRUE:
                return "refused", each.words
        city = next((p for p in self.peers if p.kind == "city"), None)
        if city is not None and city.fault:
            return "fault", fault_words(city.fault)
        return "waiting", tr("Đang chờ gửi.")


def _acts(
    conn: Connection, mine: Sequence[_Log], reasons: _Reasons, *, now_ms: int
) -> tuple[UnsentAct, ...]:
    names = {str(i): str(n) for i, n in rows_of(conn, "SELECT id, name FROM staff")}
    found: list[UnsentAct] = []
    for each in mine:
        first = None
        for seq, ends, body in rows_of(conn, _UNSENT, (each.log, each.acked, MOST * 4)):
            first = first or unseal(body).envelope
            if not ends:
                continue
            reason, words = reasons.of(each.log, seq)
            owner = first.actor.staff
            found.append(
                UnsentAct(
                    first.id, each.log, seq, first.stream, first.type, owner,
                    names.get(owner, ""), first.wall, max(0, (now_ms - first.wall) // 1000),
                    reason, words, here_only=seq > each.held,
                )
            )  # fmt: skip
            first = None
    return tuple(sorted(found, key=lambda act: act.made_ms)[:MOST])
