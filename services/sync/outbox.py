"""The screen Đồng bộ, read at once: what waits and why, the peers, what the city has confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from models.calendar import VIETNAM
from models.schema.journal import device
from models.schema.read_models import dossier
from models.staff import Staff
from models.words import tr
from services.core import Core, SignedIn
from services.oversight.words import kind_words
from services.store.statement import rows_of
from services.sync.conflicts import OpenConflict, count_conflicts, open_conflicts
from services.sync.naming import pc_names
from services.sync.standing import age_words
from services.sync.status import MOST, PeerStatus, SyncStatus, UnsentAct, read_sync_status

__all__ = [
    "CityReceipt", "PcRow", "SyncView", "UnsentRow", "read_standing", "read_sync_view",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class UnsentRow:
    """One act in the queue as a person reads it.

    `code` and `who` are empty for those who may not know them. `turn` says whose move it is.
    """

    key: str
    what: str
    dossier: str
    code: str
    who: str
    when: datetime
    age: str
    reason: str
    words: str
    turn: str
    here_only: bool


@dataclass(frozen=True, slots=True)
class CityReceipt:
    """The newest acknowledgement of the city for this PC: when, how far, and its Merkle tree."""

    received: datetime
    seq: int
    tree_size: int
    root: str


@dataclass(frozen=True, slots=True)
class PcRow:
    """A PC of the roster: its name, place, whether it was revoked, and what is known of it now."""

    log: bytes
    name: str
    kind: str
    state: str
    revoked: bool
    own: bool
    priority: int | None
    peer: PeerStatus | None


@dataclass(frozen=True, slots=True)
class SyncView:
    """Everything the screen shows. `people` counts the queued acts by their author."""

    status: SyncStatus
    unsent: tuple[UnsentRow, ...]
    cut: bool
    people: tuple[tuple[str, int], ...]
    receipt: CityReceipt | None
    machines: tuple[PcRow, ...]
    catalogue: str
    conflicts: tuple[OpenConflict, ...]


def read_standing(core: Core) -> tuple[SyncStatus, int]:
    """The status for the chip, and how many contradictions wait for a person."""
    with core.store.read() as conn:
        return _status(core, conn), count_conflicts(conn)


def read_sync_view(core: Core, who: SignedIn) -> SyncView:
    """What the person may see of the queue, the peers and the open conflicts, in one snapshot."""
    with core.store.read() as conn:
        status = _status(core, conn)
        rows = _rows(conn, status.acts, who.staff)
        return SyncView(
            status,
            rows,
            cut=len(status.acts) >= MOST,
            people=_people(rows),
            receipt=_receipt(conn, core.journal.device.log),
            machines=_machines(conn, status, core.journal.device.log),
            catalogue=core.catalogue.bundle.version,
            conflicts=open_conflicts(conn, who) if who.staff.sees_dossiers else (),
        )


def _status(core: Core, conn: Connection) -> SyncStatus:
    now_ms = int(core.clock.now().timestamp() * 1000)
    return read_sync_status(conn, core.journal.device.log, now_ms=now_ms)


def _rows(conn: Connection, acts: Iterable[UnsentAct], staff: Staff) -> tuple[UnsentRow, ...]:
    acts = tuple(acts)
    open_ = staff.sees_dossiers
    codes = _codes(conn, acts) if open_ else {}
    return tuple(_row(act, codes, open_=open_) for act in acts)


def _row(act: UnsentAct, codes: dict[str, str], *, open_: bool) -> UnsentRow:
    area, _, key = act.stream.partition("/")
    dossier_id = key if open_ and area == "dossier" else ""
    return UnsentRow(
        key=act.event_id,
        what=kind_words(act.kind),
        dossier=dossier_id,
        code=codes.get(dossier_id, ""),
        who=(act.owner_name or tr("Chương trình")) if open_ else "",
        when=datetime.fromtimestamp(act.made_ms / 1000, VIETNAM),
        age=age_words(act.age_seconds),
        reason=act.reason,
        words=act.words,
        turn=turn_words(act.reason),
        here_only=act.here_only,
    )


def turn_words(reason: str) -> str:
    """Whose move it is before the act can go."""
    return {
        "refused": tr("Kỹ thuật"),
        "forked": tr("Kỹ thuật"),
        "revoked": tr("Quản trị"),
        "fault": tr("Đường mạng"),
    }.get(reason, tr("Máy tự gửi"))


def _codes(conn: Connection, acts: Iterable[UnsentAct]) -> dict[str, str]:
    ids = {key for area, _, key in (act.stream.partition("/") for act in acts) if area == "dossier"}
    query = select(dossier.c.id, dossier.c.code).where(dossier.c.id.in_(ids))
    return {row.id: row.code for row in conn.execute(query)}


def _people(rows: Iterable[UnsentRow]) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for row in rows:
        if row.who:
            counts[row.who] = counts.get(row.who, 0) + 1
    return tuple(sorted(counts.items(), key=lambda pair: -pair[1]))


_RECEIPT = "SELECT received_ms, seq, tree_size, root FROM ack WHERE log = ?"


def _receipt(conn: Connection, log: bytes) -> CityReceipt | None:
    rows = rows_of(conn, _RECEIPT, (log,))
    if not rows:
        return None
    received, seq, size, root = rows[0]
    at = datetime.fromtimestamp(received / 1000, VIETNAM)
    return CityReceipt(at, int(seq), int(size), bytes(root).hex())


def _machines(conn: Connection, status: SyncStatus, log: bytes) -> tuple[PcRow, ...]:
    """The roster, the city first, then in the order of hubs, with what the last contact said."""
    peers = {peer.log: peer for peer in status.peers}
    names = pc_names(conn)
    rows = conn.execute(
        select(
            device.c.log, device.c.name, device.c.kind, device.c.state, device.c.last_seq,
            device.c.priority, device.c.slot,
        )
    ).all()  # fmt: skip
    found = [
        PcRow(
            bytes(row.log), names.get(bytes(row.log), row.name), row.kind, row.state,
            row.last_seq is not None,
            bytes(row.log) == log, row.priority, peers.pop(bytes(row.log), None),
        )
        for row in rows
    ]  # fmt: skip
    found += [
        PcRow(
            peer.log, peer.name, peer.kind, "", revoked=False, own=False, priority=None, peer=peer
        )
        for peer in peers.values()
    ]
    return tuple(sorted(found, key=_rank))


def _rank(row: PcRow) -> tuple[bool, bool, int, str]:
    place = row.priority if row.priority is not None else 99
    return row.kind != "city", row.revoked, place, row.name
