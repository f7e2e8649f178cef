"""Codes of dossiers from this PC's share of the daily serial, never one that stands already.

After a restore the counter may be older than the dossiers that come back from other PCs: codes that
stand are passed over, and room is left for those that nobody has sent back yet.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection

from models.errors import NotAllowed
from models.numbering import build_dossier_code, next_serial, serial_range
from models.roster import NO_SLOT
from models.words import tr
from services.core import Core

__all__ = ["coming_codes", "leave_room", "take_code"]

ROOM = 100
"""More than a PC takes in on a day (35 for a whole office, design notes: sync §0)."""

_LAST = "SELECT last FROM code_serial WHERE agency = ? AND day = ? AND slot = ?"
_STANDS = "SELECT 1 FROM dossier WHERE code = ?"
_KEEP = (
    "INSERT INTO code_serial (agency, day, slot, last) VALUES (?,?,?,?) "
    "ON CONFLICT (agency, day, slot) DO UPDATE SET last = excluded.last"
)


def take_code(core: Core, tx: Connection, now: datetime) -> str:
    """The next code of the day.

    Raises `NotAllowed` SO-01 when the day's share is used up, SO-04 for a PC without a slot: the
    codes of its old one may be another's.
    """
    serial, code = _next(core, tx, now.date(), after=_last(core, tx, now.date()))
    _keep(core, tx, now.date(), last=serial)
    return code


def coming_codes(core: Core, conn: Connection, day: date, *, count: int) -> list[str]:
    """The codes that the next `count` dossiers of this PC will get on `day`."""
    last = _last(core, conn, day)
    codes: list[str] = []
    for _ in range(count):
        last, code = _next(core, conn, day, after=last)
        codes.append(code)
    return codes


def leave_room(core: Core, tx: Connection) -> None:
    """Pass over the codes this PC may have given out today and has forgotten in a restore."""
    if core.journal.device.slot == NO_SLOT:
        return
    day, serials = core.clock.now().date(), serial_range(core.journal.device.slot)
    last = _last(core, tx, day) or serials[0] - 1
    _keep(core, tx, day, last=min(last + ROOM, serials[-1]))


def _next(core: Core, conn: Connection, day: date, *, after: int | None) -> tuple[int, str]:
    if core.journal.device.slot == NO_SLOT:
        raise NotAllowed(
            "SO-04",
            tr("Máy này chưa có số riêng nên không cấp mã hồ sơ."),
            tr("Tiếp nhận ở máy khác; nhờ thành phố xác nhận máy này rồi đồng bộ."),
        )
    while True:
        after = next_serial(core.journal.device.slot, after)
        code = build_dossier_code(core.agency_code, day, serial=after)
        if conn.exec_driver_sql(_STANDS, (code,)).first() is None:
            return after, code


def _last(core: Core, conn: Connection, day: date) -> int | None:
    key = (core.agency_code, day.isoformat(), core.journal.device.slot)
    row = conn.exec_driver_sql(_LAST, key).first()
    return int(row[0]) if row else None


def _keep(core: Core, tx: Connection, day: date, *, last: int) -> None:
    key = (core.agency_code, day.isoformat(), core.journal.device.slot)
    tx.exec_driver_sql(_KEEP, (*key, last))
