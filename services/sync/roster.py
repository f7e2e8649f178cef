"""The roster as rows: which logs this PC takes events from, with slot, rank and revocation."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection

from models.envelope import Sealed, log_id
from models.events.roster import DeviceAdmitted, DeviceRevoked, HubOrder, IncarnationOpened
from models.order import canonical

__all__ = ["city_log", "project_roster", "trust_city"]

_LATER_LOGS = (
    "UPDATE device SET last_seq = 0 WHERE off = ? AND last_seq IS NULL AND EXISTS ("
    "SELECT 1 FROM device r WHERE r.public_key = device.public_key AND r.last_seq IS NOT NULL "
    "AND r.incarnation < device.incarnation)"
)
"""A revoked key opens no new log: all of it is void, whichever of the two was heard of first."""

_ADMIT = (
    "INSERT INTO device (log, off, public_key, slot, name, incarnation, kind, state) "
    "VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (log) DO UPDATE SET slot = excluded.slot, "
    "name = excluded.name, kind = excluded.kind, state = excluded.state"
)


def city_log(public_key: bytes, office: str) -> bytes:
    """The id of the city's own log for an office."""
    return hashlib.sha256(public_key + office.encode()).digest()[:16]


def trust_city(tx: Connection, public_key: bytes, office: str) -> bytes:
    """Put the city on the roster with the key pinned at enrolment; returns its log."""
    log = city_log(public_key, office)
    tx.exec_driver_sql(_ADMIT, (log, office, public_key, -1, "Thành phố", 1, "city", "admitted"))
    return log


def project_roster(tx: Connection, stream: str, events: Sequence[Sealed]) -> None:
    """Rows of `device` from the roster's events, whose author must have the right to say it."""
    office = stream.partition("/")[2]
    for item in canonical(events).events:
        by = _author(tx, item.envelope.log)
        match item.event():
            case DeviceAdmitted() as said if by == "city":
                _admit(tx, office, said, state="admitted")
            case DeviceAdmitted(provisional=True) as said if by and not _known(tx, said.log):
                _admit(tx, office, said, state="provisional")
            case DeviceRevoked() as said if by == "city":
                tx.exec_driver_sql(
                    "UPDATE device SET last_seq = ? WHERE log = ?", (said.last_seq, said.log)
                )
            case IncarnationOpened() as said:
                _open_incarnation(tx, office, item, said=said)
            case HubOrder() as said if by == "city":
                _rank(tx, office, said.logs)
    tx.exec_driver_sql(_LATER_LOGS, (office,))


def _author(tx: Connection, log: bytes) -> str:
    """The kind of the device that wrote it, empty for one that is not (any more) on the roster."""
    row = tx.exec_driver_sql(
        "SELECT kind FROM device WHERE log = ? AND last_seq IS NULL", (log,)
    ).first()
    return str(row[0]) if row else ""


def _known(tx: Connection, log: bytes) -> bool:
    row = tx.exec_driver_sql("SELECT 1 FROM device WHERE log = ?", (log,)).first()
    return row is not None


def _admit(tx: Connection, office: str, said: DeviceAdmitted, *, state: str) -> None:
    row = (said.log, office, said.public_key, said.slot, said.name, said.incarnation)
    tx.exec_driver_sql(_ADMIT, (*row, said.kind, state))


def _open_incarnation(
    tx: Connection, office: str, item: Sealed, *, said: IncarnationOpened
) -> None:
    """The new log of a known key takes over name, slot and rank of the old one."""
    log = item.envelope.log
    if log != log_id(said.public_key, said.incarnation):
        return
    before = tx.exec_driver_sql(
        "SELECT slot, name, kind, state, priority FROM device WHERE log = ? AND public_key = ?",
        (said.previous_log, said.public_key),
    ).first()
    if before is None:
        return
    slot, name, kind, state, priority = before
    row = (log, office, said.public_key, slot, name, said.incarnation, kind, state)
    tx.exec_driver_sql(_ADMIT, row)
    tx.exec_driver_sql("UPDATE device SET priority = ? WHERE log = ?", (priority, log))


def _rank(tx: Connection, office: str, logs: tuple[bytes, ...]) -> None:
    tx.exec_driver_sql("UPDATE device SET priority = NULL WHERE off = ?", (office,))
    for place, log in enumerate(logs):
        tx.exec_driver_sql("UPDATE device SET priority = ? WHERE log = ?", (place, log))
