"""Devices of all offices: finding one by the beginning of its log id, revoking it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text

from models.envelope import GENESIS
from models.errors import InputError
from models.events.roster import DeviceAdmitted, DeviceRevoked, HubOrder, roster_stream
from models.roster import NO_SLOT
from models.words import tr
from server.city_journal import CityJournal
from server.slots import office_devices, settled_slot
from server.store.unit import CityDatabase
from server.storing import lock_tree

__all__ = [
    "CityDevice",
    "confirm_device",
    "device_rows",
    "get_device",
    "order_hubs",
    "revoke_device",
]

_ALL = text(
    "SELECT d.off, d.log, d.name, d.slot, d.state, d.incarnation, d.last_seq, d.public_key, "
    "coalesce(h.seq, 0) AS held FROM device d LEFT JOIN head h ON h.off = d.off AND h.log = d.log "
    "WHERE d.kind <> 'city' ORDER BY d.off, d.slot, d.incarnation"
)
_HASH = text("SELECT hash FROM ev WHERE off = :off AND log = :log AND seq = :seq")


@dataclass(frozen=True, slots=True)
class CityDevice:
    """One log of one device: its place, how far the city holds it, where it was cut off."""

    office: str
    log: bytes
    name: str
    slot: int
    state: str
    incarnation: int
    held: int
    last_seq: int | None
    public_key: bytes


def device_rows(database: CityDatabase) -> list[CityDevice]:
    """Every device of every office, the city's own logs left out."""
    with database.read_city() as tx:
        return [
            CityDevice(
                row.off, bytes(row.log), row.name, row.slot, row.state, row.incarnation,
                row.held, row.last_seq, bytes(row.public_key),
            )
            for row in tx.execute(_ALL)
        ]  # fmt: skip


def get_device(database: CityDatabase, log: str) -> CityDevice:
    """The device whose log id begins with `log` (hex, 6 digits or more); its newest log.

    Raises `InputError` MC-30 when there is none or more than one.
    """
    wanted = log.strip().lower()
    found = [d for d in device_rows(database) if d.log.hex().startswith(wanted)]
    if len(wanted) < 6 or len(found) != 1:
        raise InputError(
            "MC-30",
            tr("Không có đúng một máy có mã bắt đầu bằng «{log}».", log=log),
            tr("Xem mã các máy bằng «main.py city device list»."),
        )
    return found[0]


def confirm_device(journal: CityJournal, device: CityDevice) -> bool:
    """Admit a device that a PC of the office let in provisionally; False when it was admitted.

    It gets a slot of its own from the city, as does a device whose slot another one has. Raises
    `InputError` MC-32 for a revoked device: it stays out.
    """
    if device.last_seq is not None:
        raise InputError(
            "MC-32",
            tr("Máy {name} đã bị thu hồi nên không nhận lại được.", name=device.name),
            tr("Cài lại máy và cấp mã ghi danh mới."),
        )
    if device.state == "admitted" and device.slot != NO_SLOT:
        return False
    office = device.office
    with journal.database.write(office) as tx:
        lock_tree(tx, office)
        slot = settled_slot(office_devices(tx, office), device.public_key)
        said = DeviceAdmitted(device.log, device.public_key, device.incarnation, slot, device.name)
        journal.add(tx, office, [(roster_stream(office), said)])
    journal.changed(office)
    return True


def order_hubs(journal: CityJournal, office: str, first: Sequence[CityDevice]) -> tuple[bytes, ...]:
    """Make `first` the hubs of an office, in this order; the others follow as they stood.

    Returns the logs in their new order. Raises `InputError` MC-33 for a device that is revoked or
    of another office.
    """
    for device in first:
        if device.office != office or device.last_seq is not None:
            raise InputError(
                "MC-33",
                tr("Máy {name} không phải máy đang dùng của cơ quan {office}.",
                   name=device.name, office=office),
                tr("Xem các máy bằng «main.py city device list»."),
            )  # fmt: skip
    with journal.database.write(office) as tx:
        lock_tree(tx, office)
        logs = _hub_order(office_devices(tx, office), [device.public_key for device in first])
        journal.add(tx, office, [(roster_stream(office), HubOrder(logs))])
    journal.changed(office)
    return logs


def _hub_order(listed: Sequence[Row[Any]], first: Sequence[bytes]) -> tuple[bytes, ...]:
    """The newest log of each working key: those named, those ranked, the rest by slot."""
    revoked = {bytes(row.public_key) for row in listed if row.last_seq is not None}
    newest = {bytes(row.public_key): row for row in listed if row.state == "admitted"}

    def rank(row: Row[Any]) -> tuple[int, int, int]:
        key = bytes(row.public_key)
        named = first.index(key) if key in first else len(first)
        return (named, 1 << 31 if row.priority is None else row.priority, row.slot)

    working = sorted((row for key, row in newest.items() if key not in revoked), key=rank)
    return tuple(bytes(row.log) for row in working)


def revoke_device(
    journal: CityJournal, device: CityDevice, *, after_seq: int, reason: str
) -> DeviceRevoked:
    """End a device's log after `after_seq`, its last good event, which the city must hold.

    Later events stay, void and listed; the office's PCs learn it with the next exchange. Raises
    `InputError` MC-31 for an event the city does not hold: it could not be named by its hash.
    """
    at = {"off": device.office, "log": device.log, "seq": after_seq}
    with journal.database.read(device.office) as tx:
        found = tx.execute(_HASH, at).scalar() if after_seq else GENESIS
    if found is None:
        raise InputError(
            "MC-31",
            tr("Thành phố mới có {held} sự kiện của máy này, không có sự kiện {seq}.",
               held=device.held, seq=after_seq),
            tr("Chọn số sự kiện cuối còn đáng tin, không lớn hơn số đang có."),
        )  # fmt: skip
    said = DeviceRevoked(device.log, after_seq, bytes(found), reason)
    journal.append(device.office, [(roster_stream(device.office), said)])
    return said
