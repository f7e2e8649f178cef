"""A new log for a device whose data came from a copy: its old log is never written twice.

Noticed in three ways: the store is behind what this machine remembers (`canary`), the folder lies
elsewhere than it did, or a peer holds more or other events of our log than we do (HELLO). Then the
device goes on in a new log of the same key, opened by `IncarnationOpened`; what it wrote into the
old log and nobody else has in this form is written again there, under the same ids, times and
actors (design notes: sync §4.9).
"""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection

from models.envelope import GENESIS, Actor, Sealed, unseal
from models.events.roster import IncarnationOpened, roster_stream
from models.words import tr
from services.clock import Clock, new_id
from services.core import Core
from services.dossiers.codes import leave_room
from services.journal.append import ActInProgress
from services.journal.canary import Canary, Mark, Place, same_place
from services.journal.device import Device
from services.journal.reading import forget_tail
from services.store.statement import rows_of
from services.store.unit import Store
from services.sync.protocol import Head

__all__ = [
    "ELSEWHERE", "JUMP", "RESTORED", "STATE", "Reason", "current_device", "find_reason",
    "is_revoked", "keep_canary", "open_new_incarnation", "reason_words", "take_elsewhere",
]  # fmt: skip

STATE = "INSERT OR REPLACE INTO sync_state (name, value) VALUES (?, ?)"
_FIND_STATE = "SELECT value FROM sync_state WHERE name = ?"
_ALLOW_DELETE = "DROP TRIGGER ev_no_delete"
_FORBID_DELETE = (
    "CREATE TRIGGER ev_no_delete BEFORE DELETE ON ev "
    "BEGIN SELECT RAISE(ABORT, 'ev is append-only'); END"
)
RESTORED = "restored"
"""The mark a restore leaves in `sync_state` until the new log is open."""
ELSEWHERE = "restored_elsewhere"
"""The mark of a restore on another PC; it goes when this PC got its place on a roster."""
JUMP = 1 << 20
"""A new incarnation's number is drawn from so many: restoring one copy twice gives two logs."""


class Reason(StrEnum):
    """Why the old log must not be continued."""

    RESTORED = "restored"
    BEHIND = "behind"
    MOVED = "moved"
    PEER = "peer"


def reason_words(reason: Reason) -> str:
    """What a person is told when a new log was opened."""
    return {
        Reason.RESTORED: tr(
            "Dữ liệu vừa được phục hồi từ bản sao lưu. Máy mở nhật ký mới; hãy đồng bộ trước khi "
            "tiếp nhận hồ sơ."
        ),
        Reason.BEHIND: tr(
            "Dữ liệu trên máy này cũ hơn lần dùng cuối (đã phục hồi từ bản cũ). "
            "Máy mở nhật ký mới; hãy đồng bộ trước khi tiếp nhận hồ sơ."
        ),
        Reason.MOVED: tr(
            "Thư mục dữ liệu này được chép từ nơi khác. Máy mở nhật ký mới; nếu máy cũ còn dùng, "
            "hãy cài máy này lại bằng mã ghi danh riêng."
        ),
        Reason.PEER: tr(
            "Máy khác giữ phần nhật ký mà máy này đã mất sau khi phục hồi. Máy mở nhật ký mới; "
            "việc chưa gửi đã được ghi lại."
        ),
    }[reason]


def take_elsewhere(store: Store) -> bool:
    """Whether this PC must still be told that its data come from another one, without a place yet.

    An office that belongs to a city is told until it has one, any other office once.
    """
    with store.read() as conn:
        marked = bool(rows_of(conn, _FIND_STATE, (ELSEWHERE,)))
        city = bool(rows_of(conn, _FIND_STATE, ("server_url",)))
    if marked and not city:
        with store.write() as tx:
            rows_of(tx, "DELETE FROM sync_state WHERE name = ?", (ELSEWHERE,))
    return marked


def current_device(store: Store, device: Device) -> Device:
    """The device as the store knows it: its newest incarnation, the slot and name it was given."""
    with store.read() as conn:
        state = rows_of(conn, _FIND_STATE, ("incarnation",))
        if state:
            device = device.as_incarnation(int(bytes(state[0][0])))
        row = rows_of(conn, "SELECT slot, name FROM device WHERE log = ?", (device.log,))
    return device.as_listed(*row[0]) if row else device


def find_reason(store: Store, device: Device, home: Path, *, canary: Canary) -> Reason | None:
    """Why this store may not go on in the log of `device`; None when it may."""
    mark = canary.find(device.log)
    with store.read() as conn:
        head = _own_head(conn, device.log)
        place = rows_of(conn, _FIND_STATE, ("place",))
        restored = rows_of(conn, _FIND_STATE, (RESTORED,))
    if restored:
        return Reason.RESTORED
    if mark is not None and (mark.ended or mark.seq > head.seq or _differs(mark, head)):
        return Reason.BEHIND
    if place and not same_place(Place(**json.loads(bytes(place[0][0]))), canary.place_of(home)):
        return Reason.MOVED
    return None


def _differs(mark: Mark, head: Head) -> bool:
    return mark.seq == head.seq and mark.hash != head.hash.hex()


def _own_head(conn: Connection, log: bytes) -> Head:
    rows = rows_of(conn, "SELECT seq, hash FROM head WHERE log = ?", (log,))
    return Head(int(rows[0][0]), bytes(rows[0][1])) if rows else Head(0, GENESIS)


def _head_at(conn: Connection, log: bytes, seq: int) -> Head:
    rows = rows_of(conn, "SELECT hash FROM ev WHERE log = ? AND seq = ?", (log, seq))
    return Head(seq, bytes(rows[0][0])) if rows else Head(0, GENESIS)


def is_revoked(conn: Connection, log: bytes) -> bool:
    """Whether the roster took the device of `log` away."""
    rows = rows_of(conn, "SELECT 1 FROM device WHERE log = ? AND last_seq IS NOT NULL", (log,))
    return bool(rows)


def keep_canary(core: Core, canary: Canary) -> None:
    """Remember the end of our log and where the folder lies; cheap when nothing changed.

    Called after opening, before closing and after every exchange: what others may have seen of
    this log is remembered outside the store.
    """
    device = core.journal.device
    place = json.dumps(asdict(canary.place_of(core.home))).encode()
    with core.store.read() as conn:
        head = _own_head(conn, device.log)
        known = rows_of(conn, _FIND_STATE, ("place",))
    if not known or bytes(known[0][0]) != place:
        with core.store.write() as tx:
            rows_of(tx, STATE, ("place", place))
    canary.keep(device.log, Mark(head.seq, head.hash.hex()))


def open_new_incarnation(core: Core, canary: Canary, *, common: int | None = None) -> Device:
    """Go on in a new log; returns the device with it. `core.journal` writes there from now on.

    `common` is the number of the last event that a peer's version of our log shares with ours
    (`NewLogNeeded`): our events after it are written again in the new log and leave the old one,
    where the peer's own take their place. Without it all of the old log stands.
    """
    old = core.journal.device
    device = old.as_incarnation(_next_number(old.incarnation, core.clock))
    with core.store.write() as tx:
        head = _own_head(tx, old.log)
        kept = head if common is None else _head_at(tx, old.log, min(common, head.seq))
        lost = _take_out(tx, old.log, kept) if kept.seq < head.seq else ()
        core.journal.device = device
        try:
            _open_log(tx, core, old, kept=kept, lost=lost)
        except BaseException:
            core.journal.device = old
            raise
        rows_of(tx, STATE, ("incarnation", str(device.incarnation).encode()))
        rows_of(tx, "DELETE FROM sync_state WHERE name = ?", (RESTORED,))
        leave_room(core, tx)
    canary.keep(old.log, Mark(head.seq, head.hash.hex(), ended=True))
    keep_canary(core, canary)
    return device


def _open_log(
    tx: Connection, core: Core, old: Device, *, kept: Head, lost: tuple[Sealed, ...]
) -> None:
    session = new_id(core.clock)
    device = core.journal.device
    act = ActInProgress(tx, core.journal, Actor("system", "system", session))
    said = IncarnationOpened(device.public_key, device.incarnation, old.log, kept.seq)
    act.add(roster_stream(core.office.unit_code), said)
    again: dict[bytes, bytes] = {}
    for item in lost:
        again[item.hash] = act.carry(item, again).hash
    act.finish()


def _take_out(tx: Connection, log: bytes, kept: Head) -> tuple[Sealed, ...]:
    """Take our events after `kept` out of the log, into what waits for a proof of the fork.

    The one place that takes anything out of the journal: each of these events stands in the new
    log a moment later, in the same transaction.
    """
    rows = rows_of(
        tx, "SELECT body, sig FROM ev WHERE log = ? AND seq > ? ORDER BY seq", (log, kept.seq)
    )
    lost = tuple(unseal(bytes(body), bytes(sig) if sig else None) for body, sig in rows)
    for item in lost:
        e = item.envelope
        rows_of(
            tx,
            "INSERT OR IGNORE INTO pend (hash, log, seq, missing, body, sig) VALUES (?,?,?,?,?,?)",
            (item.hash, log, e.seq, None, item.body, item.signature),
        )
        forget_tail(tx, e.stream)
    rows_of(tx, _ALLOW_DELETE)
    rows_of(tx, "DELETE FROM ev WHERE log = ? AND seq > ?", (log, kept.seq))
    rows_of(tx, _FORBID_DELETE)
    rows_of(tx, "UPDATE head SET seq = ?, hash = ? WHERE log = ?", (kept.seq, kept.hash, log))
    return lost


def _next_number(before: int, clock: Clock) -> int:
    return before + 1 + int.from_bytes(clock.random(4), "big") % JUMP
