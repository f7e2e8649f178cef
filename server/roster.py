"""The roster of an office as rows of `device`: the city's reading of the stream roster/<office>.

The rules are those of `services/sync/roster.py`, over the city's tables: only the city admits,
revokes and ranks; an admitted PC may admit provisionally; a new incarnation is certified by its
key, and all of it is void once an earlier log of that key was revoked.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from models.envelope import Sealed, log_id, unseal
from models.events.roster import (
    DeviceAdmitted,
    DeviceRevoked,
    HubOrder,
    IncarnationOpened,
    roster_stream,
)
from models.order import canonical

__all__ = ["put_device", "refresh_roster", "stream_events"]

_STREAM = text("SELECT body, sig FROM ev WHERE off = :off AND st = :st ORDER BY n")
_PUT = text(
    "INSERT INTO device (off, log, public_key, incarnation, slot, name, kind, state) "
    "VALUES (:off, :log, :public_key, :incarnation, :slot, :name, :kind, :state) "
    "ON CONFLICT (off, log) DO UPDATE SET slot = excluded.slot, name = excluded.name, "
    "kind = excluded.kind, state = excluded.state"
)
_KIND = text("SELECT kind FROM device WHERE off = :off AND log = :log AND last_seq IS NULL")
_KNOWN = text("SELECT 1 FROM device WHERE off = :off AND log = :log")
_REVOKE = text("UPDATE device SET last_seq = :last_seq WHERE off = :off AND log = :log")
_BEFORE = text(
    "SELECT slot, name, kind, state, priority FROM device "
    "WHERE off = :off AND log = :log AND public_key = :public_key"
)
_LATER_LOGS = text(
    "UPDATE device SET last_seq = 0 WHERE off = :off AND last_seq IS NULL AND EXISTS ("
    "SELECT 1 FROM device r WHERE r.off = :off AND r.public_key = device.public_key "
    "AND r.last_seq IS NOT NULL AND r.incarnation < device.incarnation)"
)
_UNRANK = text("UPDATE device SET priority = NULL WHERE off = :off")
_RANK = text("UPDATE device SET priority = :place WHERE off = :off AND log = :log")


def stream_events(tx: Connection, office: str, stream: str) -> tuple[Sealed, ...]:
    """Every event of a stream of an office, in the order of arrival."""
    rows = tx.execute(_STREAM, {"off": office, "st": stream})
    return tuple(unseal(bytes(r.body), bytes(r.sig) if r.sig else None) for r in rows)


def put_device(
    tx: Connection,
    office: str,
    log: bytes,
    *,
    public_key: bytes,
    incarnation: int = 1,
    slot: int = -1,
    name: str = "Thành phố",
    kind: str = "city",
    state: str = "admitted",
) -> None:
    """Put a device on the roster, or renew its slot, name and state; without words, the city."""
    tx.execute(
        _PUT,
        {
            "off": office, "log": log, "public_key": public_key, "incarnation": incarnation,
            "slot": slot, "name": name, "kind": kind, "state": state,
        },
    )  # fmt: skip


def refresh_roster(tx: Connection, office: str) -> None:
    """Bring the rows of `device` up to the stream; called in the transaction that added to it."""
    events = stream_events(tx, office, roster_stream(office))
    for item in canonical(events).events:
        _apply(tx, office, item)
    tx.execute(_LATER_LOGS, {"off": office})


def _apply(tx: Connection, office: str, item: Sealed) -> None:
    by = tx.execute(_KIND, {"off": office, "log": item.envelope.log}).scalar()
    match item.event():
        case DeviceAdmitted() as said if by == "city":
            _admit(tx, office, said, state="admitted")
        case DeviceAdmitted(provisional=True) as said if by and not _known(tx, office, said.log):
            _admit(tx, office, said, state="provisional")
        case DeviceRevoked() as said if by == "city":
            tx.execute(_REVOKE, {"off": office, "log": said.log, "last_seq": said.last_seq})
        case IncarnationOpened() as said:
            _open_incarnation(tx, office, item, said=said)
        case HubOrder() as said if by == "city":
            _rank(tx, office, said.logs)


def _known(tx: Connection, office: str, log: bytes) -> bool:
    return tx.execute(_KNOWN, {"off": office, "log": log}).first() is not None


def _admit(tx: Connection, office: str, said: DeviceAdmitted, *, state: str) -> None:
    put_device(
        tx, office, said.log, public_key=said.public_key, incarnation=said.incarnation,
        slot=said.slot, name=said.name, kind=said.kind, state=state,
    )  # fmt: skip


def _open_incarnation(
    tx: Connection, office: str, item: Sealed, *, said: IncarnationOpened
) -> None:
    """The new log of a known key takes over name, slot and rank of the old one."""
    log = item.envelope.log
    if log != log_id(said.public_key, said.incarnation):
        return
    before = tx.execute(
        _BEFORE, {"off": office, "log": said.previous_log, "public_key": said.public_key}
    ).first()
    if before is None:
        return
    put_device(
        tx, office, log, public_key=said.public_key, incarnation=said.incarnation,
        slot=before.slot, name=before.name, kind=before.kind, state=before.state,
    )  # fmt: skip
    tx.execute(_RANK, {"off": office, "log": log, "place": before.priority})


def _rank(tx: Connection, office: str, logs: Sequence[bytes]) -> None:
    tx.execute(_UNRANK, {"off": office})
    for place, log in enumerate(logs):
        tx.execute(_RANK, {"off": office, "log": log, "place": place})
